//! The page of `matchflow failures`.

use clap::ValueEnum as _;
use maud::{Markup, html};

use super::Failures;
use super::screen::{more, since, still};
use crate::held::{About, By, Group, Kind, put_back, take_out};
use crate::html::{AsPage, Links, View, command, time};

impl AsPage for Failures {
    fn contents(&self, links: &Links) -> Markup {
        html! {
            @if matches!(links, Links::Served { .. }) { (choice()) }
            @if self.looked.is_empty() {
                p.verdict.good { "Nothing failed: no dead letters, nothing in quarantine, nothing undelivered." }
            }
            @for group in &self.groups { (self.group(group, links)) }
            @for looked in &self.looked {
                p.faint { "Looked at " (looked.at) " of " (looked.of) " messages in " (looked.queue) (more(looked)) "." }
            }
        }
    }
}

impl Failures {
    fn group(&self, group: &Group, links: &Links) -> Markup {
        let (id, last) = (&group.id, since(self.now, group.last));
        let sample = &group.sample.message_id;
        let (other, other_command) = match group.kind {
            Kind::Quarantined => ("Put back, once the contract allows it", put_back(id)),
            Kind::DeadLetter | Kind::Undelivered => ("Take out", take_out(id)),
        };
        html! {
            section.card.bad[group.is_recent].late[!group.is_recent] id={ "group-" (id) } {
                h2 { (group.count) " × " (group.key) }
                p { "In " code { (group.queue) } " since " (time(group.first)) ", the last " (last) " ago: " (still(group)) "." }
                p { "Such as message " (links.around(&View::Story(sample.clone()), sample)) (about(&group.sample.about, links)) }
                @if let Some(advice) = group.kind.advice() { p { (advice) } }
                p { (command(&group.kind.command(id))) }
                @if let Some(address) = links.address(&View::Redrive(id.clone())) { p { a href=(address) { "What putting back would do" } } }
                details { summary { (other) } (command(&other_command)) }
            }
        }
    }
}

/// What a record is about, each id a link.
fn about(about: &About, links: &Links) -> Markup {
    html! {
        @if let Some(event_type) = &about.event_type { ": " code { (event_type) } }
        @if let Some(id) = &about.request_id { ", request " (links.around(&View::Story(id.clone()), id)) }
        @if let Some(id) = &about.purchase_id { ", purchase " (links.around(&View::Story(id.clone()), id)) }
        @if let Some(id) = &about.partner_id { ", partner " (links.around(&View::Partner(id.clone()), id)) }
    }
}

fn choice() -> Markup {
    let names = By::value_variants().iter().filter_map(By::to_possible_value);
    html! { p { "By " @for name in names { a href={ "?by=" (name.get_name()) } { (name.get_name()) } " " } } }
}
