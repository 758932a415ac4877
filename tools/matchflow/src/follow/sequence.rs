//! A story as a sequence diagram: who told whom what, and when.

use maud::{Markup, html};

use super::Story;
use super::screen::seconds;
use crate::html::arrowhead;

const PARTICIPANTS: [&str; 5] = ["sender", "matching", "points", "notification", "customer"];
const SENDER: usize = 0;
const MATCHING: usize = 1;
const POINTS: usize = 2;
const NOTIFICATION: usize = 3;
const CUSTOMER: usize = 4;

/// Between two participants, and between two messages.
const COLUMN: f64 = 170.0;
const ROW: f64 = 40.0;
const TOP: f64 = 44.0;

/// A message from one participant to another.
struct Message {
    from: usize,
    to: usize,
    text: String,
    class: &'static str,
}

/// The diagram.
pub fn diagram(story: &Story) -> Markup {
    let messages = messages(story);
    let height = TOP + ROW * (messages.len() as f64 + 0.5);
    html! {
        div.scrolls tabindex="0" role="region" aria-label="Sequence" {
            svg.picture viewBox={ "0 0 860 " (height) } role="img" aria-label="Sequence diagram. The same is in the table of events below." {
                (arrowhead("arrow"))
                @for (n, name) in PARTICIPANTS.iter().enumerate() {
                    text.name.middle x=(x(n)) y="18" { (name) }
                    line.lifeline x1=(x(n)) x2=(x(n)) y1="28" y2=(height) {}
                }
                @for (n, message) in messages.iter().enumerate() { (arrow(message, TOP + ROW * (n as f64 + 0.5))) }
            }
        }
    }
}

fn x(participant: usize) -> f64 {
    90.0 + participant as f64 * COLUMN
}

fn messages(story: &Story) -> Vec<Message> {
    let mut messages = Vec::new();
    let began = story.submitted_at.or(story.events.first().map(|event| event.time));
    if story.submitted_at.is_some() {
        messages.push(Message {
            from: SENDER,
            to: MATCHING,
            text: "request.submitted".to_owned(),
            class: "",
        });
    }
    for event in &story.events {
        let (from, to) = ends(&event.kind);
        let after = began.map_or(0.0, |began| seconds(began, event.time));
        messages.push(Message {
            from,
            to,
            text: format!("{} at {after:+.3} s", event.kind),
            class: if is_refusal(&event.kind) { "late" } else { "" },
        });
    }
    for expectation in &story.expected {
        let (from, to) = ends_of_queue(expectation.queue);
        let since = seconds(expectation.since, story.now);
        messages.push(Message {
            from,
            to,
            text: format!("{} is expected for {since:.1} s", expectation.record),
            class: if story.failed.is_empty() {
                "late expected"
            } else {
                "bad expected"
            },
        });
    }
    messages
}

fn ends(event_type: &str) -> (usize, usize) {
    match event_type {
        "request.matched" => (MATCHING, POINTS),
        "request.unmatched" => (MATCHING, NOTIFICATION),
        "points.deducted" | "points.rejected" => (POINTS, MATCHING),
        "points.credited" => (SENDER, POINTS),
        "notification.sent" | "notification.failed" => (NOTIFICATION, CUSTOMER),
        _ => (MATCHING, MATCHING),
    }
}

fn ends_of_queue(queue: &str) -> (usize, usize) {
    match queue {
        "points.fifo" => (MATCHING, POINTS),
        "outcomes.fifo" => (POINTS, MATCHING),
        "notification" => (MATCHING, NOTIFICATION),
        _ => (MATCHING, MATCHING),
    }
}

fn is_refusal(event_type: &str) -> bool {
    matches!(
        event_type,
        "points.rejected" | "request.unmatched" | "request.deferred" | "notification.failed"
    )
}

fn arrow(message: &Message, y: f64) -> Markup {
    let Message { from, to, text, class } = message;
    let (x1, x2) = (x(*from), x(*to));
    html! {
        @if from == to {
            path class={ "flow " (class) } marker-end="url(#arrow)" d={ "M" (x1) " " (y - 6.0) "h26v14h-22" } {}
            text.small x=(x1 + 32.0) y=(y + 5.0) { (text) }
        } @else {
            path class={ "flow " (class) } marker-end="url(#arrow)" d={ "M" (x1) " " (y + 4.0) "H" (x2 + if x1 < x2 { -2.0 } else { 2.0 }) } {}
            text.small.middle x=(f64::midpoint(x1, x2)) y=(y - 3.0) { (text) }
        }
    }
}
