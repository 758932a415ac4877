//! Requests that wait for longer than they may.

use jiff::{SignedDuration, Timestamp};
use rules::{Request, states};
use serde_json::Value;

use super::difference::Difference;
use super::reading::is_before;
use crate::shell::command;

/// No state but a settled one lasts as long: the longest is a deferral, of 15 minutes at most.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);

/// Whether a request may wait for too long, by the time of its submission.
pub fn may_be(request: &Request, now: Timestamp) -> bool {
    is_waiting(&request.state) && is_before(&request.submitted_at, now - LONGEST)
}

/// The difference, if a request's item still says so: it waits since its last decision, whose event is saved with it.
pub fn difference(item: &Value, now: Timestamp) -> Option<Difference> {
    let request = Request::of(item);
    let event: Option<Value> = item["saved"]["body"]
        .as_str()
        .and_then(|body| serde_json::from_str(body).ok());
    let decided_at = event.as_ref().and_then(|event| event["time"].as_str());
    let since = decided_at.unwrap_or(&request.submitted_at);
    (is_waiting(&request.state) && is_before(since, now - LONGEST)).then(|| Difference {
        rule: "request-waits",
        item: format!("request {}", request.id),
        found: format!("{} in attempt {} since {since}", request.state, request.attempt),
        expected: "another state within an hour".to_owned(),
        look: command("follow", &request.id),
    })
}

fn is_waiting(state: &str) -> bool {
    states::WAITING.contains(&state)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_request_waits_since_its_last_decision() {
        let now = "2026-03-02T02:00:00Z".parse().unwrap();
        let item = |state: &str, decided_at: &str| {
            let body = json!({ "time": decided_at }).to_string();
            json!({ "requestId": "r", "attempt": 9, "state": state, "saved": { "body": body },
                "submission": { "submittedAt": "2026-03-01T00:00:00Z" } })
        };
        let found = difference(&item("deferred", "2026-03-02T00:59:59Z"), now).unwrap();
        assert_eq!(found.found, "deferred in attempt 9 since 2026-03-02T00:59:59Z");
        assert_eq!(difference(&item("deferred", "2026-03-02T01:00:00Z"), now), None);
        assert_eq!(difference(&item("confirmed", "2026-03-02T00:00:00Z"), now), None);
    }
}
