//! The page of `matchflow status`.

use maud::{Markup, html};

use super::Status;
use super::findings::{Finding, Verdict};
use super::screen::{HEAD, cells, more};
use crate::held::kind_of;
use crate::html::{AsPage, Links, View, command, table};

impl AsPage for Status {
    fn contents(&self, links: &Links) -> Markup {
        html! {
            (self.summary(links))
            (self.table())
        }
    }
}

impl Status {
    /// The verdict and what it is made of.
    pub fn summary(&self, links: &Links) -> Markup {
        html! {
            p class={ "verdict " (class(self.verdict)) } role="status" {
                strong { (self.verdict.word()) }
                @match self.findings.first() {
                    Some(first) => { ": " (first.text) (more(self.findings.len() - 1)) },
                    None => ": nothing waits for long, nothing failed",
                }
            }
            @if !self.findings.is_empty() {
                ul.findings { @for finding in &self.findings { li { (finding.text) " " (next(finding, links)) } } }
            }
        }
    }

    /// All queues, the worst first.
    pub fn table(&self) -> Markup {
        let rows = html! {
            @for queue in &self.queues {
                tr.faint[queue.is_empty()] {
                    @let [name, numbers @ ..] = cells(queue);
                    th scope="row" { (name) }
                    @for number in numbers { td { (number) } }
                }
            }
        };
        table("Queues", &HEAD, &rows)
    }
}

/// What to look at next: a page of the dashboard, a command, or a page of the documentation.
fn next(finding: &Finding, links: &Links) -> Markup {
    let is_kept = finding.queue.is_some_and(|queue| kind_of(queue).is_some());
    html! {
        @if is_kept { (links.around(&View::Failures, "What failed")) ", " }
        @if finding.next.starts_with("docs/") { span.faint { (finding.next) } } @else { (command(&finding.next)) }
    }
}

/// The class of what has this verdict.
pub fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Well => "good",
        Verdict::Behind => "late",
        Verdict::Failing => "bad",
    }
}
