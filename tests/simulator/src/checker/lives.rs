//! The life of a request, and what partners hold: invariants 1 and 3, step by step.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::partners::{Partners, serves};
use super::{Holds, by, holds, list, number, parsed, text, time};
use crate::functions::DEFERRAL_DELAY;
use support::wiring::{DEPLOYED, Function};

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
    partners: Partners,
    /// By how much the clocks that events are dated by may be wrong.
    clock_error: Duration,
}

impl Lives {
    pub(super) fn new(clock_error: Duration) -> Self {
        Self {
            clock_error,
            ..Self::default()
        }
    }

    pub(super) fn step(&mut self, before: &Value, after: &Value, now: SystemTime) -> Holds {
        self.partners.step(before, after, now)?;
        let known = by(&before["requests"], "requestId");
        for request in list(&after["requests"]) {
            let before = known.get(text(&request["requestId"])).copied();
            if before != Some(request) {
                self.lived(before, request)?;
                self.decided(request, after, now)?;
            }
        }
        let left = known.len() <= list(&after["requests"]).count();
        holds!(left, "a request was forgotten");
        Ok(())
    }

    fn lived(&mut self, before: Option<&Value>, after: &Value) -> Holds {
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
        Ok(())
    }

    /// A decision is made on what there is while its message is handled.
    fn decided(&self, request: &Value, stored: &Value, now: SystemTime) -> Holds {
        let event = parsed(text(&request["saved"]["body"]));
        let state = text(&request["state"]);
        if ["closing", "confirmed", "closed"].contains(&state) {
            return Ok(());
        }
        // When the handler took up the message that led to this, by its own clock, and at the earliest.
        let said = time(&event["time"]);
        let begun = said - self.clock_error;
        let took = now.duration_since(begun).unwrap_or(Duration::MAX);
        let mut matching = DEPLOYED
            .mappings
            .iter()
            .filter(|m| m.function == Function::Matching);
        let possible = matching.any(|mapping| took <= mapping.timeout + 2 * self.clock_error);
        holds!(possible, "{event} was decided for {took:?}");
        if state == "pending" {
            return matched(request, &event["data"], &stored["partners"]);
        }
        self.partners.found_nobody(request, &event, begun)?;
        let retry = &event["data"]["retryAt"];
        holds!(
            state != "deferred" || time(retry) == said + DEFERRAL_DELAY,
            "{event} is looked at again at {retry}"
        );
        Ok(())
    }
}

/// A partner that serves it takes it on, for its fee of now, and within its capacity.
fn matched(request: &Value, data: &Value, partners: &Value) -> Holds {
    let mut partners = list(partners);
    let chosen = partners.find(|p| p["registered"]["partnerId"] == request["partner"]);
    let Some(chosen) = chosen else {
        return Err(format!("{request} is with nobody"));
    };
    let known = &chosen["registered"];
    let so = serves(known, &request["submission"])
        && data["partner"]["id"] == request["partner"]
        && data["partner"]["name"] == known["name"]
        && data["fee"] == known["fee"]
        && number(&chosen["openMatches"]) <= number(&known["capacity"]);
    holds!(so, "{data} is with {chosen}");
    Ok(())
}
