//! The pages there are, and links to them.

use std::collections::BTreeSet;

use maud::{Markup, html};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use uuid::Uuid;

/// What stands in a URL's path as it is (RFC 3986, unreserved).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A page.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum View {
    /// How the stack is.
    Overview,
    /// What failed.
    Failures,
    /// What was counted.
    Statistics,
    /// The story of a request, a purchase or a message that failed.
    Story(String),
    /// A partner.
    Partner(String),
    /// Putting a group back.
    Redrive(String),
}

/// Where pages link to.
#[derive(Debug)]
pub enum Links {
    /// The dashboard, where every page is.
    Served {
        /// Whether there is a page for putting back what failed.
        changes: bool,
    },
    /// Files in one folder: these.
    Files(BTreeSet<View>),
}

impl Links {
    /// The address of a page; none where it is not there.
    pub fn address(&self, view: &View) -> Option<String> {
        match (self, view) {
            (Self::Served { changes: false }, View::Redrive(_)) => None,
            (Self::Served { .. }, view) => Some(path(view)),
            (Self::Files(views), view) => views.contains(view).then(|| file(view)),
        }
    }

    /// Whether what failed may be put back.
    pub fn has_changes(&self) -> bool {
        matches!(self, Self::Served { changes: true })
    }

    /// A link around a text, or the text alone where there is no such page.
    pub fn around(&self, view: &View, text: &str) -> Markup {
        html! { @if let Some(address) = self.address(view) { a href=(address) { (text) } } @else { (text) } }
    }
}

fn path(view: &View) -> String {
    match view {
        View::Overview => "/".to_owned(),
        View::Failures => "/failures".to_owned(),
        View::Statistics => "/statistics".to_owned(),
        View::Story(id) => format!("/follow/{}", utf8_percent_encode(id, ESCAPED)),
        View::Partner(id) => format!("/partner/{}", utf8_percent_encode(id, ESCAPED)),
        View::Redrive(group) => format!("/redrive/{}", utf8_percent_encode(group, ESCAPED)),
    }
}

/// The name of a page's file. An id is not always the name of a file: its hash keeps two of them apart.
pub fn file(view: &View) -> String {
    let of_id = |kind: &str, id: &str| {
        let plain: String = id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .take(60)
            .collect();
        let hash = Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes()).simple().to_string();
        format!("{kind}-{plain}-{}.html", &hash[..8])
    };
    match view {
        View::Overview => "index.html".to_owned(),
        View::Failures => "failures.html".to_owned(),
        View::Statistics => "statistics.html".to_owned(),
        View::Story(id) => of_id("follow", id),
        View::Partner(id) => of_id("partner", id),
        View::Redrive(group) => of_id("redrive", group),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "../a?b#c/\"<x>\u{202e}%";

    #[test]
    fn an_id_is_one_segment_of_a_path_and_one_name_of_a_file() {
        let served = Links::Served { changes: false };
        let story = View::Story(HOSTILE.to_owned());
        let address = served.address(&story).unwrap();
        assert_eq!(address, "/follow/..%2Fa%3Fb%23c%2F%22%3Cx%3E%E2%80%AE%25");
        let name = file(&story);
        assert!(
            name.starts_with("follow-abcx-") && !name.contains(['/', '%', '"']),
            "{name}"
        );
        assert_ne!(name, file(&View::Story("abcx".to_owned())));
    }

    #[test]
    fn a_link_leads_only_to_what_is_there() {
        let files = Links::Files(BTreeSet::from([View::Overview]));
        assert_eq!(
            files.around(&View::Overview, "all").into_string(),
            "<a href=\"index.html\">all</a>"
        );
        assert_eq!(files.around(&View::Failures, "<f>").into_string(), "&lt;f&gt;");
        let group = View::Redrive("g".to_owned());
        assert_eq!(Links::Served { changes: false }.address(&group), None);
        assert_eq!(
            Links::Served { changes: true }.address(&group).as_deref(),
            Some("/redrive/g")
        );
    }
}
