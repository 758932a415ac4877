//! What was published about notifying a customer, compared with how the customer can be reached: guarantee 9.

use std::time::Duration;

use serde_json::Value;

use super::Guarantee::NotifiedOnce;
use super::published_events::kind;
use super::{Checked, ensure};
use crate::functions::NOTIFY_WITHIN;
use crate::json::{text, timestamp};
use crate::workload::messages::{ABROAD, is_disabled, phone};

/// The events about notifying a customer of this decision are those that its time and the customer's channels allow.
pub fn check<'e>(decision: &Value, events: impl Iterator<Item = &'e Value>) -> Checked {
    let mut notifications: Vec<&Value> = events
        .filter(|event| event["causationid"] == decision["id"])
        .filter(|event| text(&event["type"]).starts_with("notification."))
        .collect();
    notifications.sort_by_key(|event| event["data"]["channel"] != "push");
    for event in &notifications {
        let data = &event["data"];
        let correct = data["cause"] == decision["type"]
            && data["requestId"] == decision["data"]["requestId"]
            && data["customerId"] == decision["data"]["customer"]["id"];
        ensure!(NotifiedOnce: correct, "{event} is not about {decision}");
    }
    let kinds: Vec<String> = notifications.iter().map(|event| kind(event)).collect();
    let age = notifications.first().map_or(Duration::ZERO, |event| {
        let age = timestamp(&event["time"]).duration_since(timestamp(&decision["time"]));
        age.unwrap_or_default()
    });
    let [in_time, too_late] = expected_kinds(&decision["data"]);
    ensure!(NotifiedOnce: kinds == in_time || (kinds == too_late && age > NOTIFY_WITHIN),
        "notifying the customer of {decision} ended with {kinds:?} after {age:?}, not with {in_time:?}");
    Ok(())
}

/// The kinds of events that must come of notifying a customer in time, and too late.
fn expected_kinds(data: &Value) -> [Vec<&'static str>; 2] {
    let customer = &data["customer"];
    let request_number = text(&data["requestId"])[1..].parse().unwrap();
    let sms: &[_] = match text(&customer["phone"]) {
        "" => &[],
        ABROAD => &["notification.failed sms prefix_not_allowed"],
        own if own == phone(request_number) => &["notification.sent sms"],
        unknown => panic!(
            "the checker does not know the phone number {unknown:?}: say in `expected_kinds` whether SMS may go there"
        ),
    };
    let has_endpoint = !text(&customer["pushEndpointArn"]).is_empty();
    if has_endpoint && is_disabled(request_number) {
        let push_then_sms = [&["notification.failed push refused"], sms].concat();
        [push_then_sms, vec!["notification.failed push too_late"]]
    } else if has_endpoint {
        let push = vec!["notification.sent push"];
        [push, vec!["notification.failed push too_late"]]
    } else if sms.is_empty() {
        [vec!["notification.failed none no_channel"], vec![]]
    } else {
        [sms.to_vec(), vec!["notification.failed sms too_late"]]
    }
}
