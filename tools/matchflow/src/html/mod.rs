//! What commands answer, as pages: of the dashboard, of its export, or one file of its own.

mod charts;
mod document;
mod links;

pub use charts::{Bar, Step, arrowhead, bars, sparkline, steps};
pub use document::{Document, content_security_policy, file_of_chart};
pub use links::{Links, View, file};

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;

use jiff::{Timestamp, Unit};
use maud::{Markup, html};

use crate::failure::Failure;

/// An answer that can be shown as a page.
pub trait AsPage {
    /// The page's contents, below its heading.
    fn contents(&self, links: &Links) -> Markup;
}

/// Writes a page or a chart into a file. A new one may be read by its user alone: it has ids of customers in it, and balances.
pub fn write_file(file: &Path, text: &str) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(file).and_then(|mut open| open.write_all(text.as_bytes()));
    written.map_err(|error| {
        Failure::new(
            format!("{} cannot be written", file.display()),
            error.to_string(),
            "Name another file",
        )
    })
}

/// A command that can be copied.
pub fn command(line: &str) -> Markup {
    html! { span.command { code { (line) } button type="button" data-copy hidden { "Copy" } } }
}

/// A stored or measured time, to the second.
pub fn time(at: Timestamp) -> Markup {
    let shown = at.round(Unit::Second).unwrap_or(at);
    html! { time datetime=(at) { (shown) } }
}

/// A table that scrolls by itself where the page is narrow.
pub fn table(label: &str, head: &[&str], rows: &Markup) -> Markup {
    html! {
        div.scrolls tabindex="0" role="region" aria-label=(label) {
            table {
                thead { tr { @for name in head { th scope="col" { (name) } } } }
                tbody { (rows) }
            }
        }
    }
}
