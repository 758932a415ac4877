//! The life of a request, and what partners hold: invariants 1 and 3, step by step.

use std::collections::BTreeMap;
use std::time::SystemTime;

use serde_json::Value;

use super::{Holds, by, holds, list, number, parsed, text};

/// The states of a request in which a match holds its partner.
const LIVE: [&str; 3] = ["pending", "closing", "confirmed"];

/// Every step that a request may take, the attempt it was at, and whether it is at the next one then.
const STEPS: [(&str, &str, bool); 14] = [
    ("none", "pending", true),
    ("none", "deferred", true),
    ("none", "unmatched", true),
    ("deferred", "pending", true),
    ("deferred", "deferred", true),
    ("deferred", "unmatched", true),
    ("pending", "closing", false),
    ("pending", "confirmed", false),
    ("pending", "pending", true),
    ("pending", "deferred", true),
    ("pending", "unmatched", true),
    ("closing", "closed", false),
    ("closing", "withdrawn", true),
    ("confirmed", "closed", false),
];

/// The steps by name.
pub fn steps() -> impl Iterator<Item = String> {
    STEPS.iter().map(|(from, to, _)| format!("{from} → {to}"))
}

/// What was seen of requests and partners.
#[derive(Default)]
pub(super) struct Lives {
    pub(super) transitions: BTreeMap<String, usize>,
    /// Since when a partner has been active and free, registered as it is.
    free: BTreeMap<String, (SystemTime, Value)>,
}

impl Lives {
    pub(super) fn step(&mut self, before: &Value, after: &Value, now: SystemTime) -> Holds {
        let known = by(&before["requests"], "requestId");
        for request in list(&after["requests"]) {
            let before = known.get(text(&request["requestId"])).copied();
            if before != Some(request) {
                self.lived(before, request, &after["partners"])?;
            }
        }
        let left = known.len() <= list(&after["requests"]).count();
        holds!(left, "a request was forgotten");
        partners(before, after)?;
        self.note_free(after, now);
        Ok(())
    }

    fn lived(&mut self, before: Option<&Value>, after: &Value, partners: &Value) -> Holds {
        let state = |of: Option<&Value>| of.map_or("none", |of| text(&of["state"])).to_owned();
        let (from, to) = (state(before), state(Some(after)));
        let was = before.map_or(0, |of| number(&of["attempt"]));
        let next = number(&after["attempt"]) == was + 1;
        let same = number(&after["attempt"]) == was;
        let legal = STEPS
            .iter()
            .any(|(f, t, n)| (*f, *t) == (&*from, &*to) && if *n { next } else { same });
        let id = text(&after["requestId"]);
        holds!(
            legal,
            "{id} went from {from} at {was} to {to} at {}",
            after["attempt"]
        );
        *self
            .transitions
            .entry(format!("{from} → {to}"))
            .or_default() += 1;
        let given_up = to == "deferred" || to == "unmatched";
        if given_up {
            let begun = decided(after);
            let submission = &after["submission"];
            // Free before, and still when it was written: the write itself may show an empty account.
            let free = list(partners)
                .filter(|partner| is_free(partner))
                .find(|partner| {
                    let registered = &partner["registered"];
                    let since = self.free.get(text(&registered["partnerId"]));
                    serves(registered, submission)
                        && since.is_some_and(|(since, _)| *since <= begun)
                });
            holds!(free.is_none(), "{id} was {to} while {free:?} was free");
        }
        Ok(())
    }

    fn note_free(&mut self, stored: &Value, now: SystemTime) {
        let mut free = BTreeMap::new();
        for partner in list(&stored["partners"]) {
            let registered = &partner["registered"];
            let id = text(&registered["partnerId"]);
            if !is_free(partner) {
                continue;
            }
            let since = self
                .free
                .get(id)
                .filter(|(_, was)| was["registered"] == *registered);
            let since = since.map_or(now, |(since, _)| *since);
            free.insert(id.to_owned(), (since, partner.clone()));
        }
        self.free = free;
    }
}

/// When the handler took up the message that led to this decision.
fn decided(request: &Value) -> SystemTime {
    let event = parsed(text(&request["saved"]["body"]));
    let time: jiff::Timestamp = text(&event["time"]).parse().unwrap();
    SystemTime::try_from(time).unwrap()
}

fn serves(registered: &Value, submission: &Value) -> bool {
    list(&registered["categories"]).any(|c| *c == submission["category"])
        && list(&registered["regions"]).any(|r| *r == submission["region"])
}

fn is_free(partner: &Value) -> bool {
    let registered = &partner["registered"];
    let shown = &partner["shown"]["balance"];
    registered["active"] != false
        && number(&partner["openMatches"]) < number(&registered["capacity"])
        && (shown.is_null() || number(shown) >= number(&registered["fee"]["points"]))
}

/// What a partner holds is what requests say it holds; and nobody takes on more than it can.
fn partners(before: &Value, after: &Value) -> Holds {
    let held_before: BTreeMap<_, _> = list(&before["partners"])
        .map(|partner| {
            (
                text(&partner["registered"]["partnerId"]),
                number(&partner["openMatches"]),
            )
        })
        .collect();
    for partner in list(&after["partners"]) {
        let id = text(&partner["registered"]["partnerId"]);
        let open = number(&partner["openMatches"]);
        let live = list(&after["requests"]);
        let live = live.filter(|r| r["partner"] == *id && LIVE.contains(&text(&r["state"])));
        let live = live.count() as i128;
        holds!(
            open == live,
            "{id} has {open} open matches, but {live} requests are with it"
        );
        let more = open > held_before.get(id).copied().unwrap_or(0);
        let capacity = number(&partner["registered"]["capacity"]);
        holds!(
            !more || open <= capacity,
            "{id} took on {open} matches with a capacity of {capacity}"
        );
    }
    Ok(())
}
