//! The server: one process, one operator, on the loopback address.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderValue};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use maud::{Markup, html};
use tokio::net::TcpListener;
use tokio::task::LocalSet;

use super::changes::{self, Redrives};
use super::guard::{Access, Guard};
use super::pages::{self, Found, Page, Query, decoded};
use crate::failure::Failure;
use crate::html::{Document, Links, content_security_policy};
use crate::measured::Measured;
use crate::stack::Stack;

/// The longest form that is taken.
const LONGEST: usize = 16 * 1024;

/// Metrics are asked for as seldom on AWS: they are by the minute, and each question is paid for.
const MEASURED_EVERY: Duration = Duration::from_mins(1);

/// The page of a redrive that was begun, below that of its group.
const PROGRESS: &str = "progress";

struct Site {
    stack: Stack,
    guard: Guard,
    links: Links,
    measured: RefCell<Option<(Instant, Measured)>>,
    redrives: Redrives,
}

/// Serves the pages until the program is interrupted.
pub async fn serve(stack: Stack, port: u16, changes: bool) -> Result<(), Failure> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await;
    let listener = listener.map_err(|error| no_port(port, &error))?;
    let port = listener.local_addr().map_err(|error| no_port(port, &error))?.port();
    let site = Rc::new(Site {
        stack,
        guard: Guard::new(port),
        links: Links::Served { changes },
        measured: RefCell::default(),
        redrives: Redrives::default(),
    });
    let kind = if changes { "changes are allowed" } else { "read-only" };
    println!("{}", site.guard.address());
    eprintln!("The dashboard of {}, {kind}; Ctrl-C ends it.", site.stack.name);
    LocalSet::new().run_until(accept(listener, site)).await
}

fn no_port(port: u16, error: &std::io::Error) -> Failure {
    Failure::new(
        format!("The dashboard cannot listen on port {port}"),
        error.to_string(),
        "Choose another: --listen",
    )
}

async fn accept(listener: TcpListener, site: Rc<Site>) -> Result<(), Failure> {
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Too many open files, say: some will be closed.
            tokio::time::sleep(Duration::from_millis(100)).await;
            continue;
        };
        let site = Rc::clone(&site);
        let service = service_fn(move |request| {
            let site = Rc::clone(&site);
            // Work goes on though its reader leaves: a look has to show again what it hid.
            tokio::task::spawn_local(async move { site.answer(request).await })
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .serve_connection(TokioIo::new(stream), service);
        // A browser that goes away in the middle is no fault.
        tokio::task::spawn_local(async move { drop(connection.await) });
    }
}

impl Site {
    async fn answer(self: Rc<Self>, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let (head, body) = request.into_parts();
        let mut response = match self.guard.admit(&head) {
            Access::Granted => {
                self.page(
                    &head.method,
                    head.uri.path(),
                    head.uri.query().unwrap_or_default(),
                    body,
                )
                .await
            }
            Access::Entry => self.entry(),
            Access::Refused(status, why) => self.document(status, &simple("Not allowed", html! { p { (why) } })),
        };
        let headers = response.headers_mut();
        let policy = HeaderValue::try_from(content_security_policy());
        headers.extend(policy.ok().map(|policy| (header::CONTENT_SECURITY_POLICY, policy)));
        for (name, value) in [
            (header::CACHE_CONTROL, "no-store"),
            // With none at all, a browser hides the origin of its own forms, too.
            (header::REFERRER_POLICY, "same-origin"),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        ] {
            headers.insert(name, HeaderValue::from_static(value));
        }
        response
    }

    /// The token leaves the address, which others may see, and becomes a cookie.
    fn entry(&self) -> Response<Full<Bytes>> {
        let mut response = see_other("/");
        let cookie = HeaderValue::try_from(self.guard.cookie());
        response
            .headers_mut()
            .extend(cookie.ok().map(|cookie| (header::SET_COOKIE, cookie)));
        response
    }

    async fn page(self: &Rc<Self>, method: &Method, path: &str, query: &str, body: Incoming) -> Response<Full<Bytes>> {
        let (stack, links, query) = (&self.stack, &self.links, Query(query));
        let segments: Vec<String> = path.split('/').skip(1).map(decoded).collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let page = match (method, &segments[..]) {
            (&Method::GET, [""]) => match self.measured().await {
                Ok(measured) => pages::overview(stack, measured, links).await,
                Err(failure) => Err(failure),
            },
            (&Method::GET, ["failures"]) => pages::failures(stack, &query, links).await,
            (&Method::GET, ["statistics"]) => pages::statistics(stack, &query, links).await,
            (&Method::GET, ["follow", id]) => pages::story(stack, id, &query, links).await,
            (&Method::GET, ["partner", id]) => pages::partner(stack, id, &query, links).await,
            (&Method::GET, ["find"]) => match pages::find(stack, &query, links).await {
                Ok(Found::At(view)) => return see_other(&links.address(&view).unwrap_or_default()),
                Ok(Found::Page(page)) => Ok(*page),
                Err(failure) => Err(failure),
            },
            (&Method::GET, ["redrive", group]) if links.has_changes() => changes::plan(stack, group).await,
            (&Method::GET, ["redrive", group, PROGRESS]) if links.has_changes() => Ok(self.redrives.page(stack, group)),
            (&Method::POST, ["redrive", group]) if links.has_changes() => match form(body).await {
                Some(form) if changes::is_confirmed(group, &form) => {
                    self.put_back(group);
                    return see_other(&format!("{path}/{PROGRESS}"));
                }
                Some(_) => Ok(changes::not_confirmed(group)),
                None => Ok(simple("Not understood", html! { p { "The form is too long." } })),
            },
            _ => {
                return self.document(
                    StatusCode::NOT_FOUND,
                    &simple("Not found", html! { p { "There is no such page." } }),
                );
            }
        };
        match page {
            Ok(page) => self.document(StatusCode::OK, &page),
            Err(failure) if failure.is_not_found() => self.document(
                StatusCode::NOT_FOUND,
                &simple("Not found", html! { pre { (failure.to_string()) } }),
            ),
            Err(failure) => self.document(
                StatusCode::BAD_GATEWAY,
                &simple("Not answered", html! { pre { (failure.to_string()) } }),
            ),
        }
    }

    /// Puts a group back, though its reader leaves.
    fn put_back(self: &Rc<Self>, group: &str) {
        let Some(journal) = self.redrives.begin(group) else {
            return;
        };
        let (site, group) = (Rc::clone(self), group.to_owned());
        tokio::task::spawn_local(async move { site.redrives.run(&site.stack, &group, journal).await });
    }

    async fn measured(&self) -> Result<Measured, Failure> {
        let known = self.measured.borrow().clone();
        if let Some((_, measured)) = known.filter(|(at, _)| !self.stack.is_local && at.elapsed() < MEASURED_EVERY) {
            return Ok(measured);
        }
        let measured = Measured::of(&self.stack).await?;
        *self.measured.borrow_mut() = Some((Instant::now(), measured.clone()));
        Ok(measured)
    }

    fn document(&self, status: StatusCode, page: &Page) -> Response<Full<Bytes>> {
        let document = Document {
            stack: &self.stack.name,
            view: page.view.as_ref(),
            heading: &page.heading,
            contents: &page.contents,
            updated_every: page.every,
            links: &self.links,
        };
        let mut response = Response::new(Full::from(document.text()));
        *response.status_mut() = status;
        response.headers_mut().insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("text/html; charset=utf-8"),
        );
        response
    }
}

fn simple(heading: &str, contents: Markup) -> Page {
    Page {
        view: None,
        heading: heading.to_owned(),
        contents,
        every: None,
    }
}

fn see_other(address: &str) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let address = HeaderValue::try_from(address);
    response
        .headers_mut()
        .extend(address.ok().map(|address| (header::LOCATION, address)));
    response
}

async fn form(body: Incoming) -> Option<String> {
    let body = Limited::new(body, LONGEST).collect().await.ok()?;
    String::from_utf8(body.to_bytes().into()).ok()
}
