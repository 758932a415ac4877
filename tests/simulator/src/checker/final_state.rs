//! The final state, once faults have stopped and all queues are drained: guarantees 1 (nothing is lost), 2 (each match is
//! charged or its charge rejected), 3 (one match stands) and 12 (each event is counted once).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::Guarantee::{CountedOnce, MatchingExact, NothingLost, PointsExact};
use super::contract::unknown_type;
use super::event_content::matches;
use super::published_events::PublishedEvents;
use super::{Checked, ensure, notifications, quarantine};
use crate::json::{by_member, elements, number, text};
use crate::simulation::Simulation;
use rules::states::{CLOSED, SETTLED, WITHDRAWN};
use support::expected_counts::expected_counts;
use support::wiring::DEPLOYED;

pub fn check(simulation: &Simulation, tables: &Value, published: &PublishedEvents) -> Checked {
    let queues = DEPLOYED.queues.iter().map(|queue| &*queue.name);
    for queue in queues.filter(|queue| *queue != "quarantine.fifo") {
        let left = simulation.aws.lock().sqs.messages(queue).len();
        ensure!(NothingLost: left == 0, "{left} messages are left in {queue}");
    }
    let requests = by_member(&tables["requests"], "requestId");
    for event in quarantine::check(simulation, tables, published)? {
        check_effect(&event, &requests, published, tables)?;
    }
    for request in requests.values() {
        check_request(request, published, tables)?;
    }
    let counted = simulation.functions.tables.statistics.counters();
    let expected = expected_counts(published.events.values());
    ensure!(CountedOnce: counted == expected,
        "statistics counted {counted:?}, but {expected:?} was published");
    Ok(())
}

/// A producer's event that is not in quarantine had its effect.
fn check_effect(
    event: &Value,
    requests: &BTreeMap<&str, &Value>,
    published: &PublishedEvents,
    tables: &Value,
) -> Checked {
    let data = &event["data"];
    let had_effect = match text(&event["type"]) {
        "request.submitted" => requests.contains_key(text(&data["requestId"])),
        "points.purchased" => {
            let order = format!("purchase#{}", text(&data["purchaseId"]));
            let decision = by_member(&tables["decisions"], "order").get(&*order).copied();
            decision.is_some_and(|decision| {
                decision["transfer"]["points"] == data["points"] && decision["partner"] == data["partnerId"]
            })
        }
        "partner.registered" => elements(&tables["partners"]).any(|partner| {
            let known = &partner["registered"];
            known["partnerId"] == data["partnerId"] && number(&known["version"]) >= number(&data["version"])
        }),
        // The close of a released match needs no effect: a later attempt took its place.
        "match.closed" => {
            let request = requests[text(&data["requestId"])];
            let mut matches = matches(&published.events);
            let closed = matches.find(|matched| matched["matchId"] == data["matchId"]);
            let attempt = closed.map(|closed| &closed["attempt"]);
            attempt != Some(&request["attempt"]) || request["state"] == CLOSED
        }
        unknown => unknown_type(unknown, "final_state::check_effect"),
    };
    ensure!(NothingLost: had_effect, "{event} had no effect");
    Ok(())
}

/// A request is settled, its matches are charged or refused accordingly, and its customer was notified.
fn check_request(request: &Value, published: &PublishedEvents, tables: &Value) -> Checked {
    let (id, state) = (text(&request["requestId"]), text(&request["state"]));
    ensure!(NothingLost: SETTLED.contains(&state), "request {id} is still {state}");
    check_charges(request, published, tables)?;
    let last_attempt = number(&request["attempt"]);
    let mut events = published.events.values();
    let last_decision = events.find(|event| {
        let data = &event["data"];
        data["requestId"] == *id
            && ["request.matched", "request.unmatched"].contains(&text(&event["type"]))
            && number(&data["attempt"]) == last_attempt
            && data["reason"] != "closed"
    });
    if let Some(decision) = last_decision {
        return notifications::check(decision, published.events.values());
    }
    ensure!(NothingLost: state == WITHDRAWN, "the last decision on request {id} was not published");
    Ok(())
}

/// Each match that was published is the last attempt's or was released, and its fee was decided on. (Which of them is charged and which
/// is refused: `tables`.)
fn check_charges(request: &Value, published: &PublishedEvents, tables: &Value) -> Checked {
    let decisions = by_member(&tables["decisions"], "order");
    let released: BTreeSet<i128> = elements(&request["released"]).map(number).collect();
    let of_request = matches(&published.events).filter(|m| m["requestId"] == request["requestId"]);
    for matched in of_request {
        let attempt = number(&matched["attempt"]);
        let is_released = released.contains(&attempt);
        ensure!(MatchingExact: attempt == number(&request["attempt"]) || is_released,
            "{matched} is neither the last match nor released");
        let order = format!("match#{}", text(&matched["matchId"]));
        let decision = decisions.get(&*order).copied();
        let posting = decision.map(|decision| match &decision["transfer"] {
            Value::Null => &decision["refusal"],
            transfer => transfer,
        });
        let is_of_fee = posting.is_some_and(|posting| posting["points"] == matched["fee"]["points"]);
        ensure!(PointsExact: is_of_fee, "{matched} is {}, but its charge is {decision:?}", text(&request["state"]));
    }
    Ok(())
}
