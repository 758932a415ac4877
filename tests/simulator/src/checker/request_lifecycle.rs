//! A request's transitions and the decisions behind them: guarantees 1 (no request disappears), 3 (matching is exact) and
//! 8 (a decision is made within the invocation's time).

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Guarantee::{AnsweredInTime, MatchingExact, NothingLost};
use super::partners::{PartnerHistory, serves};
use super::{Checked, ensure};
use crate::functions::DEFERRAL_DELAY;
use crate::json::{by_member, elements, number, parse, text, timestamp};
use rules::states::{CLOSED, CLOSING, CONFIRMED, DEFERRED, NONE, PENDING, UNMATCHED, WITHDRAWN};
use support::wiring::{DEPLOYED, Function};

/// Every transition that a request may make: from, to, and whether it takes the next attempt number.
const TRANSITIONS: [(&str, &str, bool); 14] = [
    (NONE, PENDING, true),
    (NONE, DEFERRED, true),
    (NONE, UNMATCHED, true),
    (DEFERRED, PENDING, true),
    (DEFERRED, DEFERRED, true),
    (DEFERRED, UNMATCHED, true),
    (PENDING, CLOSING, false),
    (PENDING, CONFIRMED, false),
    (PENDING, PENDING, true),
    (PENDING, DEFERRED, true),
    (PENDING, UNMATCHED, true),
    (CLOSING, CLOSED, false),
    (CLOSING, WITHDRAWN, true),
    (CONFIRMED, CLOSED, false),
];

/// The states that a request reaches by an event about its match, without a new decision.
const WITHOUT_DECISION: [&str; 3] = [CLOSING, CONFIRMED, CLOSED];

/// The names of the transitions: `none → pending`.
pub fn transitions() -> impl Iterator<Item = String> {
    TRANSITIONS.iter().map(|(from, to, _)| name(from, to))
}

fn name(from: &str, to: &str) -> String {
    format!("{from} → {to}")
}

/// What was observed of requests and partners.
#[derive(Default)]
pub struct RequestLifecycles {
    /// How often each transition was observed.
    pub transitions: BTreeMap<String, usize>,
    partners: PartnerHistory,
    /// By how much the clocks that date the events may be wrong.
    max_clock_error: Duration,
}

impl RequestLifecycles {
    pub fn new(max_clock_error: Duration) -> Self {
        Self {
            max_clock_error,
            ..Self::default()
        }
    }

    pub fn after_write(&mut self, before: &Value, after: &Value, now: SystemTime) -> Checked {
        self.partners.after_write(before, after, now)?;
        let known = by_member(&before["requests"], "requestId");
        for request in elements(&after["requests"]) {
            let before = known.get(text(&request["requestId"])).copied();
            if before != Some(request) {
                self.check_transition(before, request)?;
                self.check_decision(request, after, now)?;
            }
        }
        let requests = elements(&after["requests"]).count();
        ensure!(NothingLost: known.len() <= requests, "a request was deleted");
        Ok(())
    }

    fn check_transition(&mut self, before: Option<&Value>, after: &Value) -> Checked {
        let from = before.map_or(NONE, |before| text(&before["state"]));
        let to = text(&after["state"]);
        let attempt_before = before.map_or(0, |before| number(&before["attempt"]));
        let attempt = number(&after["attempt"]);
        let legal = TRANSITIONS.iter().any(|(legal_from, legal_to, next)| {
            (*legal_from, *legal_to) == (from, to) && attempt == attempt_before + i128::from(*next)
        });
        ensure!(MatchingExact: legal,
            "request {} went from {from} (attempt {attempt_before}) to {to} (attempt {attempt})", text(&after["requestId"]));
        *self.transitions.entry(name(from, to)).or_default() += 1;
        Ok(())
    }

    /// A decision is made on what the tables hold while its message is handled.
    fn check_decision(&self, request: &Value, tables: &Value, now: SystemTime) -> Checked {
        let event = parse(text(&request["saved"]["body"]));
        let state = text(&request["state"]);
        if WITHOUT_DECISION.contains(&state) {
            return Ok(());
        }
        // When the handler began with the message behind this decision: by its own clock, and at the earliest.
        let decided_at = timestamp(&event["time"]);
        let earliest = decided_at - self.max_clock_error;
        let took = now.duration_since(earliest).unwrap_or(Duration::MAX);
        let mappings = DEPLOYED.mappings.iter();
        let matching = mappings.filter(|mapping| mapping.function == Function::Matching);
        let longest = matching.map(|mapping| mapping.timeout).max().unwrap();
        ensure!(AnsweredInTime: took <= longest + 2 * self.max_clock_error,
            "{event} was written {took:?} after its decision began");
        if state == PENDING {
            return check_match(request, &event["data"], &tables["partners"]);
        }
        self.partners.check_none_available(request, &event, earliest)?;
        let retry_at = &event["data"]["retryAt"];
        ensure!(MatchingExact: state != DEFERRED || timestamp(retry_at) == decided_at + DEFERRAL_DELAY,
            "{event} says {retry_at}, which is not {DEFERRAL_DELAY:?} after it");
        Ok(())
    }
}

/// The chosen partner serves the request, for its present fee and within its capacity.
fn check_match(request: &Value, data: &Value, partners: &Value) -> Checked {
    let id = &request["partner"];
    let mut partners = elements(partners);
    let Some(partner) = partners.find(|p| p["registered"]["partnerId"] == *id) else {
        let details = format!("{request} is matched with an unknown partner");
        return Err(super::Violation::new(MatchingExact, details));
    };
    let registered = &partner["registered"];
    let correct = serves(registered, &request["submission"])
        && data["partner"]["id"] == *id
        && data["partner"]["name"] == registered["name"]
        && data["fee"] == registered["fee"]
        && number(&partner["openMatches"]) <= number(&registered["capacity"]);
    ensure!(MatchingExact: correct, "{data} does not fit partner {partner}");
    Ok(())
}
