//! The states of a request, with the path that it took (docs/understand/saga.md).

use maud::{Markup, html};

use super::Story;
use super::event::Event;
use crate::html::arrowhead;

/// A state, with the centre of its box.
const STATES: [(&str, f64, f64); 8] = [
    ("decision", 80.0, 100.0),
    ("deferred", 270.0, 30.0),
    ("pending", 270.0, 100.0),
    ("unmatched", 270.0, 170.0),
    ("closing", 460.0, 170.0),
    ("confirmed", 460.0, 100.0),
    ("closed", 650.0, 100.0),
    ("withdrawn", 650.0, 170.0),
];

const TRANSITIONS: [(&str, &str); 10] = [
    ("decision", "deferred"),
    ("decision", "pending"),
    ("decision", "unmatched"),
    ("deferred", "decision"),
    ("pending", "decision"),
    ("pending", "confirmed"),
    ("pending", "closing"),
    ("closing", "closed"),
    ("closing", "withdrawn"),
    ("confirmed", "closed"),
];

const BOX: (f64, f64) = (110.0, 34.0);

/// The picture; nothing of what matching does not know.
pub fn picture(story: &Story) -> Markup {
    let Some(state) = &story.state else {
        return html! {};
    };
    let path = path(&story.events, state);
    let is_taken = |from: &str, to: &str| path.windows(2).any(|pair| pair[0] == from && pair[1] == to);
    html! {
        div.scrolls tabindex="0" role="region" aria-label="States" {
            svg.picture viewBox="0 0 740 204" role="img" aria-label={ "States: " (path.join(", then ")) } {
                (arrowhead("end"))
                @for (from, to) in TRANSITIONS { (transition(from, to, is_taken(from, to))) }
                @for (name, x, y) in STATES {
                    rect.box.path[path.contains(&name)].now[name == state] x=(x - BOX.0 / 2.0) y=(y - BOX.1 / 2.0) width=(BOX.0) height=(BOX.1) rx="17" {}
                    text.middle.name[name == state] x=(x) y=(y + 5.0) { (name) }
                }
            }
        }
    }
}

/// The states in the order in which the request was in them, by its events and by the state that is stored: nothing is published of a match
/// that is closed.
fn path(events: &[Event], state: &str) -> Vec<&'static str> {
    let mut path = vec!["decision"];
    for event in events {
        let next: &[&str] = match event.kind.as_str() {
            "request.matched" => &["pending"],
            "request.deferred" => &["deferred"],
            "points.deducted" => &["confirmed"],
            "points.rejected" => &["decision"],
            "request.unmatched" if event.data["reason"] == "closed" => &["withdrawn"],
            "request.unmatched" => &["unmatched"],
            _ => &[],
        };
        for name in next.iter().map(|name| known(name)) {
            if path.last() == Some(&"deferred") {
                path.push("decision");
            }
            path.push(name);
        }
    }
    if path.last() != Some(&known(state)) {
        path.push(known(state));
    }
    // The refusal of a charge that came while the match was closing leads to no decision.
    if let [.., "pending", "decision", "withdrawn"] = path[..] {
        let last = path.len() - 2;
        path[last] = "closing";
    }
    path
}

fn known(name: &str) -> &'static str {
    STATES
        .iter()
        .map(|(known, ..)| *known)
        .find(|known| *known == name)
        .unwrap_or("decision")
}

fn transition(from: &str, to: &str, is_taken: bool) -> Markup {
    let centre = |name: &str| {
        STATES
            .iter()
            .find(|(known, ..)| *known == name)
            .map_or((0.0, 0.0), |(_, x, y)| (*x, *y))
    };
    let ((x1, y1), (x2, y2)) = (centre(from), centre(to));
    // Of two ways between the same states, one is a little higher.
    let aside = if x1 < x2 { -5.0 } else { 5.0 };
    let edge = |x1: f64, x2: f64| {
        if x1 < x2 {
            BOX.0 / 2.0
        } else if x1 > x2 {
            -BOX.0 / 2.0
        } else {
            0.0
        }
    };
    let (x1, x2) = (x1 + edge(x1, x2), x2 - edge(x1, x2));
    html! { line.flow.path[is_taken] marker-end="url(#end)" x1=(x1) y1=(y1 + aside) x2=(x2) y2=(y2 + aside) {} }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::{Value, json};

    use super::*;

    fn event(kind: &str, data: Value) -> Event {
        Event {
            id: String::new(),
            kind: kind.to_owned(),
            time: Timestamp::UNIX_EPOCH,
            caused_by: None,
            data,
            counted: true,
        }
    }

    fn path_of(kinds: &[&str], state: &str) -> Vec<&'static str> {
        let events: Vec<_> = kinds
            .iter()
            .map(|kind| event(kind, json!({ "reason": "closed" })))
            .collect();
        path(&events, state)
    }

    #[test]
    fn a_path_follows_the_transitions() {
        let told = "notification.sent";
        let paths = [
            path_of(&["request.matched", told, "points.deducted"], "closed"),
            path_of(
                &[
                    "request.deferred",
                    "request.matched",
                    "points.rejected",
                    "request.matched",
                ],
                "pending",
            ),
            path_of(
                &["request.matched", "points.rejected", "request.unmatched"],
                "withdrawn",
            ),
            path_of(&["request.matched"], "closing"),
        ];
        for path in &paths {
            for pair in path.windows(2) {
                assert!(TRANSITIONS.contains(&(pair[0], pair[1])), "{pair:?} of {path:?}");
            }
        }
        assert_eq!(paths[0], ["decision", "pending", "confirmed", "closed"]);
        assert_eq!(paths[2], ["decision", "pending", "closing", "withdrawn"]);
    }
}
