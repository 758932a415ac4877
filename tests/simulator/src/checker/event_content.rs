//! Whether an event's data fits what it is about: guarantees 2 (points) and 3 (matches).

use std::collections::BTreeMap;

use serde_json::Value;

use super::contract::unknown_type;
use super::{Checked, Guarantee, ensure};
use crate::json::{by_member, elements, number, text, timestamp};

/// An event repeats of its request what was submitted, and of its match or decision what was published before.
pub fn check(event: &Value, tables: &Value, published: &BTreeMap<String, Value>) -> Checked {
    let data = &event["data"];
    let event_type = text(&event["type"]);
    let correct = match event_type {
        "request.matched" | "request.unmatched" => {
            let request = by_member(&tables["requests"], "requestId")[text(&data["requestId"])];
            let replaced = released_before(request, number(&data["attempt"]), published);
            repeats_submission(data, &request["submission"]) && data["replaces"] == *replaced
        }
        "points.deducted" | "points.rejected" => {
            let mut matches = matches(published);
            let charged = matches.find(|matched| matched["matchId"] == data["matchId"]);
            charged.is_some_and(|charged| repeats_match(data, charged))
        }
        "notification.sent" | "notification.failed" => {
            let decision = published.get(text(&event["causationid"]));
            decision.is_some_and(|decision| repeats_decision(data, &decision["data"]))
        }
        // They repeat neither; what they say is checked by `request_lifecycle` and `ledger`.
        "request.deferred" | "points.credited" => true,
        unknown => unknown_type(unknown, "event_content::check"),
    };
    let guarantee = Guarantee::of_event(event_type);
    ensure!(guarantee: correct, "{event} contradicts what it is about");
    Ok(())
}

/// The data of the matches among the published events.
pub fn matches(published: &BTreeMap<String, Value>) -> impl Iterator<Item = &Value> {
    let matched = published.values().filter(|event| event["type"] == "request.matched");
    matched.map(|event| &event["data"])
}

fn repeats_submission(data: &Value, submission: &Value) -> bool {
    let same = |member: &&str| data[*member] == submission[*member];
    ["category", "region", "customer"].iter().all(same)
        && timestamp(&data["submittedAt"]) == timestamp(&submission["submittedAt"])
}

/// The id of the request's last match that was released before this attempt; null if there is none.
fn released_before<'e>(request: &Value, attempt: i128, published: &'e BTreeMap<String, Value>) -> &'e Value {
    let released = elements(&request["released"]).map(number);
    let last = released.filter(|released| *released < attempt).max();
    let mut matches = matches(published);
    let replaced = matches
        .find(|matched| matched["requestId"] == request["requestId"] && Some(number(&matched["attempt"])) == last);
    replaced.map_or(&Value::Null, |replaced| &replaced["matchId"])
}

fn repeats_match(data: &Value, matched: &Value) -> bool {
    data["requestId"] == matched["requestId"]
        && data["partnerId"] == matched["partner"]["id"]
        && data["points"] == matched["fee"]["points"]
        && repeats_request(data, matched)
}

fn repeats_decision(data: &Value, decision: &Value) -> bool {
    data["requestId"] == decision["requestId"]
        && data["customerId"] == decision["customer"]["id"]
        && data["partnerId"] == decision["partner"]["id"]
        && repeats_request(data, decision)
}

/// An event says the same of its request as the decision before it.
fn repeats_request(data: &Value, decision: &Value) -> bool {
    let same = |member: &&str| data[*member] == decision[*member];
    ["category", "region", "submittedAt"].iter().all(same)
}
