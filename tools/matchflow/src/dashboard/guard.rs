//! Access to the dashboard: for the operator's own browser, which has the token, and for no page of another site.

use hyper::header::{COOKIE, HOST, HeaderMap, ORIGIN};
use hyper::http::request::Parts;
use hyper::{Method, StatusCode};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::pages::Query;

/// What each request is checked against.
#[derive(Debug)]
pub struct Guard {
    /// Where the server listens: another name for it may be another site's, which was made to lead here (DNS rebinding).
    authority: String,
    token: String,
}

/// What becomes of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Access {
    Granted,
    /// It showed the token in its address, and gets it as a cookie.
    Entry,
    Refused(StatusCode, &'static str),
}

impl Guard {
    /// A guard with a new token.
    pub fn new(port: u16) -> Self {
        Self {
            authority: format!("127.0.0.1:{port}"),
            token: Uuid::new_v4().simple().to_string(),
        }
    }

    /// The address that lets its reader in.
    pub fn address(&self) -> String {
        format!("http://{}/?token={}", self.authority, self.token)
    }

    /// The cookie that stands for the token. Cookies are not kept apart by port: each dashboard's has a name of its own.
    pub fn cookie(&self) -> String {
        format!("{}={}; Path=/; HttpOnly; SameSite=Strict", self.name(), self.token)
    }

    fn name(&self) -> String {
        format!("matchflow-{}", self.authority.rsplit(':').next().unwrap_or_default())
    }

    /// Whether a request may be answered.
    pub fn admit(&self, request: &Parts) -> Access {
        if header(&request.headers, HOST.as_str()) != Some(&self.authority) {
            return Access::Refused(StatusCode::MISDIRECTED_REQUEST, "This is not the dashboard's address.");
        }
        let own = format!("http://{}", self.authority);
        let origin = header(&request.headers, ORIGIN.as_str());
        let is_read = request.method == Method::GET;
        // A browser names the origin of each request that may change something.
        if origin.map_or(!is_read, |origin| origin != own) {
            return Access::Refused(StatusCode::FORBIDDEN, "The request comes from another site.");
        }
        let given = request
            .uri
            .query()
            .and_then(|query| Query(query).get("token").map(|token| self.is_token(&token)));
        match given {
            Some(true) if is_read => Access::Entry,
            _ if self.has_cookie(&request.headers) => Access::Granted,
            _ => Access::Refused(
                StatusCode::FORBIDDEN,
                "Open the address that `matchflow dashboard` printed: it has the token.",
            ),
        }
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = header(headers, COOKIE.as_str()).unwrap_or_default().split(';');
        let mut cookies = cookies.filter_map(|cookie| cookie.trim().split_once('='));
        cookies.any(|(name, value)| name == self.name() && self.is_token(value))
    }

    fn is_token(&self, given: &str) -> bool {
        self.token.as_bytes().ct_eq(given.as_bytes()).into()
    }
}

fn header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

#[cfg(test)]
mod tests {
    use hyper::Request;

    use super::*;

    fn admit(guard: &Guard, method: &str, uri: &str, headers: &[(&str, &str)]) -> Access {
        let mut request = Request::builder().method(method).uri(uri);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        guard.admit(&request.body(()).unwrap().into_parts().0)
    }

    #[test]
    fn only_who_has_the_token_is_let_in() {
        let guard = Guard::new(7);
        let host = ("host", "127.0.0.1:7");
        let (entry, cookie) = (format!("/?token={}", guard.token), format!("a=b; {}", guard.cookie()));
        assert_eq!(admit(&guard, "GET", &entry, &[host]), Access::Entry);
        assert_eq!(
            admit(&guard, "GET", "/failures", &[host, ("cookie", &cookie)]),
            Access::Granted
        );
        for (uri, headers) in [
            ("/", vec![host]),
            ("/?token=", vec![host]),
            ("/?token=x", vec![host]),
            ("/", vec![host, ("cookie", "matchflow-7=x")]),
            ("/", vec![host, ("cookie", "matchflow-8=")]),
        ] {
            let access = admit(&guard, "GET", uri, &headers);
            assert!(
                matches!(access, Access::Refused(StatusCode::FORBIDDEN, _)),
                "{uri} {headers:?}: {access:?}"
            );
        }
    }

    #[test]
    fn other_sites_are_refused_even_with_the_cookie() {
        let guard = Guard::new(7);
        let cookie = ("cookie", &*guard.cookie());
        let (host, own) = (("host", "127.0.0.1:7"), ("origin", "http://127.0.0.1:7"));
        assert_eq!(
            admit(&guard, "POST", "/redrive/g", &[host, own, cookie]),
            Access::Granted
        );
        for (method, headers) in [
            ("GET", vec![("host", "evil.example:7"), cookie]),
            ("GET", vec![("host", "127.0.0.1:8"), cookie]),
            ("GET", vec![cookie]),
            ("GET", vec![host, ("origin", "http://evil.example"), cookie]),
            ("GET", vec![host, ("origin", "null"), cookie]),
            ("POST", vec![host, cookie]),
            ("POST", vec![host, ("origin", "http://127.0.0.1:8"), cookie]),
        ] {
            let access = admit(&guard, method, "/", &headers);
            assert!(
                matches!(access, Access::Refused(..)),
                "{method} {headers:?}: {access:?}"
            );
        }
    }
}
