//! A whole page: one document that loads nothing.

use std::collections::BTreeSet;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use sha2::{Digest as _, Sha256};

use super::{AsPage, Links, View};
use crate::printable::printable_lines;

const STYLE: &str = include_str!("assets/page.css");

/// Idiomorph 0.8.0 (0BSD, <https://github.com/bigskysoftware/idiomorph>) changes a page into a newer one and keeps focus, scrolling and
/// what is unfolded.
const SCRIPT: &str = concat!(
    include_str!("assets/idiomorph.min.js"),
    "\n",
    include_str!("assets/page.js")
);

/// A page, before it is written.
#[derive(Debug)]
pub struct Document<'a> {
    /// The stack's name.
    pub stack: &'a str,
    /// The page, which names the place in the navigation; none for what is not in it.
    pub view: Option<&'a View>,
    pub heading: &'a str,
    pub contents: &'a Markup,
    /// The time between two updates; none for a page that stays as it is.
    pub updated_every: Option<Duration>,
    pub links: &'a Links,
}

impl Document<'_> {
    /// One page as a file that belongs to no others.
    pub fn alone(stack: &str, heading: &str, page: &impl AsPage) -> String {
        let links = Links::Files(BTreeSet::new());
        let document = Document {
            stack,
            view: None,
            heading,
            contents: &page.contents(&links),
            updated_every: None,
            links: &links,
        };
        document.text()
    }

    /// The document's text. Characters that turn or hide text are shown as what they are.
    pub fn text(&self) -> String {
        let is_served = matches!(self.links, Links::Served { .. });
        let now = super::time(Timestamp::now());
        let document = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    @if !is_served { meta http-equiv="Content-Security-Policy" content=(content_security_policy()); }
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.heading) " – " (self.stack) }
                    style { (PreEscaped(STYLE)) }
                    @if is_served { script { (PreEscaped(SCRIPT)) } }
                }
                body data-every=[self.updated_every.map(|every| every.as_millis())] {
                    a.skip href="#main" { "To the contents" }
                    header {
                        strong { (self.stack) }
                        nav aria-label="Pages" { @for (view, name) in PLACES { (self.place(&view, name)) } }
                        @if is_served { (search()) }
                    }
                    main id="main" {
                        h1 { (self.heading) }
                        (self.contents)
                    }
                    footer {
                        span id="asked" { "As of " (now) }
                        span id="stale" role="status" {}
                        @if is_served { span.keys { button #keys type="button" aria-pressed="true" { "Keys" } " " kbd { "/" } " search, " kbd { "o" } " overview, " kbd { "f" } " failures, " kbd { "s" } " statistics, " kbd { "p" } " stop updates" } }
                    }
                }
            }
        };
        printable_lines(&document.into_string())
    }

    fn place(&self, view: &View, name: &str) -> Markup {
        let current = (self.view == Some(view)).then_some("page");
        html! { @if let Some(address) = self.links.address(view) { a href=(address) aria-current=[current] { (name) } } }
    }
}

const PLACES: [(View, &str); 3] = [
    (View::Overview, "Overview"),
    (View::Failures, "Failures"),
    (View::Statistics, "Statistics"),
];

fn search() -> Markup {
    html! {
        form action="/find" role="search" {
            input type="search" name="id" aria-label="Any id" placeholder="Any id" autocomplete="off" spellcheck="false" required;
            button { "Find" }
        }
    }
}

/// A chart as a file of its own, with the page's style in it.
pub fn file_of_chart(chart: &Markup) -> String {
    let style = html! { style { (PreEscaped(STYLE)) } };
    let chart = chart.clone().into_string();
    let (tag, rest) = chart.split_once('>').unwrap_or_default();
    printable_lines(&format!(
        "{tag} xmlns=\"http://www.w3.org/2000/svg\">{}{rest}\n",
        style.into_string()
    ))
}

/// What a page may do: nothing but its own style and script, and asking its own server again.
pub fn content_security_policy() -> String {
    let hash = |text: &str| STANDARD.encode(Sha256::digest(text.as_bytes()));
    format!(
        "default-src 'none'; style-src 'sha256-{}'; script-src 'sha256-{}'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
        hash(STYLE),
        hash(SCRIPT)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(links: &Links) -> String {
        let contents = html! { p { "<script>alert(1)</script>\u{202e}\u{1b}[2J" } };
        let view = View::Overview;
        let document = Document {
            stack: "s",
            view: Some(&view),
            heading: "Overview",
            contents: &contents,
            updated_every: None,
            links,
        };
        document.text()
    }

    #[test]
    fn what_others_wrote_is_text_and_shown_as_what_it_is() {
        let text = text(&Links::Served { changes: false });
        assert!(
            text.contains(r"&lt;script&gt;alert(1)&lt;/script&gt;\u{202e}\u{1b}[2J"),
            "{text}"
        );
    }

    #[test]
    fn a_file_has_no_script_and_no_search() {
        let text = text(&Links::Files(BTreeSet::from([View::Overview])));
        assert!(!text.contains("<script") && !text.contains("<form"));
        assert!(text.contains("http-equiv=\"Content-Security-Policy\""));
        assert!(text.contains("index.html") && !text.contains("failures.html"));
    }

    #[test]
    fn a_page_loads_nothing_and_is_small() {
        let text = text(&Links::Served { changes: false });
        assert!(!text.contains("src=") && !text.contains("@import") && !text.contains("url("));
        assert!(text.len() < 40_000, "{}", text.len());
    }
}
