//! The page of `matchflow follow`.

use maud::{Markup, html};
use serde_json::Value;

use super::event::{Event, words};
use super::screen::{found_in, seconds, state_of};
use super::search::{FoundByScan, SHOWN};
use super::subject::Subject;
use super::{Followed, Story, sequence, states};
use crate::html::{AsPage, Links, View, command, table, time};

impl AsPage for Followed {
    fn contents(&self, links: &Links) -> Markup {
        match self {
            Self::Story(story) => story.contents(links),
            Self::Partner(partner) => partner.contents(links),
            Self::Several(several) => several.contents(links),
        }
    }
}

impl AsPage for Story {
    fn contents(&self, links: &Links) -> Markup {
        html! {
            (self.head(links))
            (self.open())
            @if !self.events.is_empty() || !self.expected.is_empty() { h2 { "Sequence" } (sequence::diagram(self)) }
            @if self.state.is_some() { h2 { "States" } (states::picture(self)) }
            h2 { "Events" }
            (self.events(links))
            (self.ledger(links))
            p.faint { "Found in " (self.looked.iter().map(found_in).collect::<Vec<_>>().join(", ")) "." }
        }
    }
}

impl Story {
    fn head(&self, links: &Links) -> Markup {
        let member = |path: &str| {
            self.request
                .as_ref()
                .and_then(|request| Some(request.pointer(path)?.as_str()?.to_owned()))
        };
        html! {
            dl {
                dt { "State" } dd { strong { (state_of(self)) } }
                @if let Some(at) = self.submitted_at { dt { "Submitted" } dd { (time(at)) } }
                @for (name, path) in [("Category", "/category"), ("Region", "/region"), ("Customer", "/customer/id")] {
                    @if let Some(value) = member(path) { dt { (name) } dd { (value) } }
                }
                @if let Some(partner) = member("/partner") { dt { "Partner" } dd { (links.around(&View::Partner(partner.clone()), &partner)) } }
            }
        }
    }

    /// What it waits for, and which of its records failed.
    fn open(&self) -> Markup {
        html! {
            @for expectation in &self.expected {
                p.card.late {
                    "Waits for " (format!("{:.1} s", seconds(expectation.since, self.now))) ": " (expectation.what) ". Its " code { (expectation.record) }
                    " comes by " code { (expectation.queue) } ", or lies in " code { (expectation.dead_letters) } "."
                }
            }
            @for kept in &self.failed {
                div.card.bad {
                    p { "Its " code { (kept.event_type.as_deref().unwrap_or("record")) } " is in " code { (kept.queue) } " since " (time(kept.at)) ": " (kept.cause) }
                    @if let Some(advice) = kept.advice { p { (advice) } }
                    p { (command(&kept.command)) }
                }
            }
        }
    }

    fn events(&self, links: &Links) -> Markup {
        let mut last = self.submitted_at;
        let rows = html! {
            @if let Some(at) = self.submitted_at { tr { td.brief { (format!("{at:.3}")) } td {} td { "submitted" } td {} } }
            @for event in &self.events {
                tr {
                    td.brief { (format!("{:.3}", event.time)) }
                    td.brief { @if let Some(last) = last { (format!("{:+.3} s", seconds(last, event.time))) } }
                    td { (event.kind) }
                    td.wide { (words(event)) " " (raw(event, links)) }
                }
                ({ last = Some(event.time); html! {} })
            }
        };
        table("Events", &["time", "after", "event", "what it says"], &rows)
    }

    /// The decisions of the ledger, each with the balance before and after it.
    fn ledger(&self, links: &Links) -> Markup {
        let entries: Vec<_> = self
            .events
            .iter()
            .filter(|event| event.kind.starts_with("points."))
            .collect();
        let rows = html! {
            @for event in &entries {
                @let [points, balance] = ["points", "balance"].map(|name| event.data[name].as_i64().unwrap_or_default());
                @let change = change(&event.kind, points);
                @let partner = event.data["partnerId"].as_str().unwrap_or_default();
                tr {
                    td { (links.around(&View::Partner(partner.to_owned()), partner)) }
                    td { (event.data["sequence"].to_string()) }
                    td { (balance - change) }
                    td { @if change == 0 { "refused: " (points) } @else { (format!("{change:+}")) } }
                    td { (balance) }
                }
            }
        };
        html! {
            @if !entries.is_empty() {
                h2 { "Entries of the ledger" }
                (table("Entries", &["partner", "sequence", "before", "points", "after"], &rows))
            }
        }
    }
}

fn change(event_type: &str, points: i64) -> i64 {
    match event_type {
        "points.deducted" => -points,
        "points.credited" => points,
        _ => 0,
    }
}

fn raw(event: &Event, links: &Links) -> Markup {
    let text = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let partner = event.data.pointer("/partner/id").and_then(Value::as_str);
    html! {
        @if let Some(id) = partner { "(" (links.around(&View::Partner(id.to_owned()), id)) ") " }
        details {
            summary { "Event " (event.id) }
            pre tabindex="0" { (text(&serde_json::to_value(event).unwrap_or_default())) }
        }
    }
}

/// The page of what an id names.
fn view(subject: &Subject) -> View {
    match subject {
        Subject::Partner(id) => View::Partner(id.clone()),
        Subject::Request(id) | Subject::Purchase(id) | Subject::Failed(id) => View::Story(id.clone()),
    }
}

impl AsPage for FoundByScan {
    fn contents(&self, links: &Links) -> Markup {
        let rows = html! {
            @for found in self.found.iter().take(SHOWN) {
                tr { th scope="row" { (links.around(&view(&found.subject), found.subject.id())) } td { (found.by) } }
            }
        };
        html! {
            @if self.found.is_empty() { p.verdict.late { "Nothing has this id, and no id begins with it." } }
            @else { (table("Found", &["request, purchase or partner", "by"], &rows)) }
            p.faint { (self.summary()) }
            @if self.found.len() > SHOWN { p { "And " (self.found.len() - SHOWN) " more." } }
        }
    }
}
