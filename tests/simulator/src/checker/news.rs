//! What an event says, held against what it is about.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Holds, by, holds, list, number, text, time};

/// An event says of its request what was submitted, of its match what was published before.
pub(super) fn says(event: &Value, stored: &Value, events: &BTreeMap<String, Value>) -> Holds {
    let data = &event["data"];
    let so = match text(&event["type"]) {
        "request.matched" | "request.unmatched" => {
            let request = by(&stored["requests"], "requestId")[text(&data["requestId"])];
            let before = fell_through(request, number(&data["attempt"]), events);
            is_of(data, &request["submission"]) && data["replaces"] == *before
        }
        "points.deducted" | "points.rejected" => {
            let mut of_match = matches(events).filter(|m| m["matchId"] == data["matchId"]);
            of_match.next().is_some_and(|of| charges(data, of))
        }
        _ => true,
    };
    holds!(so, "{event} says what is not so");
    Ok(())
}

/// The matches that were published.
pub(super) fn matches(events: &BTreeMap<String, Value>) -> impl Iterator<Item = &Value> {
    let matched = events.values().filter(|e| e["type"] == "request.matched");
    matched.map(|event| &event["data"])
}

fn is_of(data: &Value, submission: &Value) -> bool {
    let same = |member: &&str| data[*member] == submission[*member];
    ["category", "region", "customer"].iter().all(same)
        && time(&data["submittedAt"]) == time(&submission["submittedAt"])
}

/// The id of the match that fell through before this attempt.
fn fell_through<'e>(
    request: &Value,
    attempt: i128,
    events: &'e BTreeMap<String, Value>,
) -> &'e Value {
    let released = list(&request["released"]).map(number);
    let last = released.filter(|released| *released < attempt).max();
    let mut earlier = matches(events).filter(|m| m["requestId"] == request["requestId"]);
    let earlier = earlier.find(|m| Some(number(&m["attempt"])) == last);
    earlier.map_or(&Value::Null, |earlier| &earlier["matchId"])
}

fn charges(data: &Value, of_match: &Value) -> bool {
    data["requestId"] == of_match["requestId"]
        && data["partnerId"] == of_match["partner"]["id"]
        && data["points"] == of_match["fee"]["points"]
        && (data["submittedAt"].is_null() || data["submittedAt"] == of_match["submittedAt"])
}
