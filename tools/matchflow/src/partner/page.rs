//! The page of `matchflow partner`.

use jiff::Timestamp;
use maud::{Markup, html};

use super::Partner;
use super::entry::{Entry, Kind};
use super::screen::{account_of, among, known, list, part_of, short, state_of};
use crate::html::{AsPage, Links, Step, View, steps, table};

impl AsPage for Partner {
    fn contents(&self, links: &Links) -> Markup {
        html! {
            (self.head())
            h2 { "Balance" }
            (self.balance())
            h2 { "Open matches" }
            (self.holders(links))
            h2 { "Entries of the ledger" }
            (self.entries(links))
        }
    }
}

impl Partner {
    fn head(&self) -> Markup {
        let (_, state) = state_of(self);
        html! {
            p { strong { (state) } }
            dl {
                @if let Some(registered) = &self.registration {
                    dt { "Name" } dd { (registered["name"].as_str().unwrap_or("–")) }
                    dt { "Version" } dd { (registered["version"].to_string()) }
                    dt { "Fee" } dd { (registered["fee"]["points"].to_string()) " points" }
                    dt { "Categories" } dd { (list(&registered["categories"])) }
                    dt { "Regions" } dd { (list(&registered["regions"])) }
                }
                dt { "Account" } dd { (account_of(self)) }
                dt { "Known to matching" } dd { (known(self)) }
            }
        }
    }

    /// The balance over time, as far as the entries show it.
    fn balance(&self) -> Markup {
        let seconds = |entry: &Entry| {
            entry
                .time
                .parse::<Timestamp>()
                .ok()
                .map(|time| time.as_millisecond() as f64 / 1000.0)
        };
        let points = self.entries.iter().rev().filter_map(|entry| {
            Some(Step {
                at: seconds(entry)?,
                value: entry.balance as f64,
            })
        });
        let points: Vec<Step> = points.collect();
        let title = format!("Balance after each of the last {} decisions", points.len());
        let end = |entry: Option<&Entry>| entry.map(|entry| short(&entry.time)).unwrap_or_default();
        html! {
            @if points.is_empty() { p { "No decision was made on the account." } }
            @else { (steps(&title, &points, &end(self.entries.last()), &end(self.entries.first()))) }
        }
    }

    fn holders(&self, links: &Links) -> Markup {
        let open = &self.open_matches;
        let rows = html! {
            @for holder in &open.requests {
                tr {
                    th scope="row" { (links.around(&View::Story(holder.request.clone()), &holder.request)) }
                    td { (holder.state) }
                    td { (holder.submitted_at) }
                }
            }
        };
        html! {
            p { (open.count) " open" @if let Some(text) = among(open) { ": " (text) } }
            @if !open.requests.is_empty() { (table("Open matches", &["request", "state", "submitted"], &rows)) }
        }
    }

    fn entries(&self, links: &Links) -> Markup {
        let rows = html! {
            @for entry in &self.entries {
                tr {
                    td { (entry.sequence) }
                    td { (sign(entry.kind)) (entry.points) @if let Some(reason) = &entry.reason { " refused, " (reason) } }
                    td { (entry.balance) }
                    td.brief { (short(&entry.time)) }
                    td { (links.around(&View::Story(entry.order.clone()), &entry.order)) }
                }
            }
        };
        let is_served = matches!(links, Links::Served { .. });
        let older = self
            .entries
            .last()
            .map(|entry| entry.sequence)
            .filter(|sequence| is_served && *sequence > 1);
        html! {
            @if let Some(part) = part_of(self) { p { "Shown: " (part) "." } }
            (table("Entries", &["sequence", "points", "balance", "time", "order"], &rows))
            @if let Some(sequence) = older { p { a href={ "?before=" (sequence) } { "Older" } } }
        }
    }
}

fn sign(kind: Kind) -> &'static str {
    match kind {
        Kind::Credit => "+",
        Kind::Charge => "−",
        Kind::Refusal => "",
    }
}
