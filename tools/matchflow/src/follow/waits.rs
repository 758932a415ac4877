//! What is still expected of a request, and by which queue it comes.

use contract::EventType::{
    self, NotificationFailed, NotificationSent, PointsDeducted, PointsRejected, RequestDeferred,
};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use wiring::DEPLOYED;

use super::event::Event;
use super::request::Stored;

/// Something that has not happened yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Expectation {
    /// What is expected next, in words.
    pub what: String,
    /// The time since which it is expected.
    pub since: Timestamp,
    /// The event whose record has to be handled for that.
    pub record: &'static str,
    /// The queue that this record comes by.
    pub queue: &'static str,
    /// That queue's dead-letter queue.
    pub dead_letters: &'static str,
}

/// What is still expected of a request with these events; `events` in order.
pub fn expected(stored: &Stored, events: &[Event]) -> Vec<Expectation> {
    let Some(request) = &stored.request else {
        return Vec::new(); // not known yet, or forgotten
    };
    let mut expected = Vec::new();
    expected.extend(of_state(request, stored, events));
    expected.extend(of_customer(request, stored, events));
    expected
}

/// The answer to a charge, or the next attempt.
fn of_state(request: &Value, stored: &Stored, events: &[Event]) -> Option<Expectation> {
    let attempt = request["attempt"].as_u64()?;
    let decision = decision_of(attempt, events)?;
    match request["state"].as_str()? {
        "pending" | "closing" => {
            let match_id = decision.data["matchId"].as_str()?;
            let answer = stored
                .charges
                .iter()
                .find(|charge| charge["order"] == format!("match#{match_id}"));
            Some(match answer.and_then(|answer| answer_of(answer, events)) {
                None => expectation("points charges the match", decision, "request.matched", "points.fifo"),
                Some(answer) => {
                    let what = "matching learns of the charge";
                    let record = if answer.kind == PointsDeducted.as_str() {
                        PointsDeducted
                    } else {
                        PointsRejected
                    };
                    expectation(what, answer, record.as_str(), "outcomes.fifo")
                }
            })
        }
        "deferred" => {
            let what = format!("attempt {} after the deferral", attempt + 1);
            Some(expectation(what, decision, RequestDeferred.as_str(), "deferred.fifo"))
        }
        _ => None,
    }
}

fn answer_of<'a>(charge: &Value, events: &'a [Event]) -> Option<&'a Event> {
    let body: Value = serde_json::from_str(charge["publication"]["body"].as_str()?).ok()?;
    events.iter().find(|event| body["id"] == *event.id)
}

/// The message about the last decision that customers are told of.
fn of_customer(request: &Value, stored: &Stored, events: &[Event]) -> Option<Expectation> {
    let told_of = |event: &&Event| matches!(event.kind.as_str(), "request.matched" | "request.unmatched");
    let decision = events.iter().rfind(told_of)?;
    let attempt = decision.data["attempt"].as_u64()?;
    let is_answered =
        |event: &&Event| is_told(event) && event.data["cause"] == *decision.kind && event.time >= decision.time;
    if request["attempt"].as_u64() != Some(attempt)
        || stored.was_told_of(attempt)
        || events.iter().any(|event| is_answered(&event))
    {
        return None;
    }
    let record = EventType::ALL.iter().find(|known| known.as_str() == decision.kind)?;
    Some(expectation(
        "notification tells the customer",
        decision,
        record.as_str(),
        "notification",
    ))
}

fn is_told(event: &Event) -> bool {
    [NotificationSent, NotificationFailed]
        .iter()
        .any(|told| told.as_str() == event.kind)
}

/// The decision of an attempt.
fn decision_of(attempt: u64, events: &[Event]) -> Option<&Event> {
    let is_decision =
        |event: &&Event| event.kind.starts_with("request.") && event.data["attempt"].as_u64() == Some(attempt);
    events.iter().rfind(is_decision)
}

fn expectation(what: impl Into<String>, since: &Event, record: &'static str, queue: &str) -> Expectation {
    let spec = DEPLOYED.queue(queue);
    Expectation {
        what: what.into(),
        since: since.time,
        record,
        queue: &spec.name,
        dead_letters: spec
            .dead_letters
            .as_ref()
            .map_or("", |dead_letters| &dead_letters.queue),
    }
}
