//! How a customer was told of something, held against how they can be reached.

use std::time::Duration;

use serde_json::Value;

use super::published::outcome;
use super::{Holds, holds, text, time};
use crate::functions::NOTIFY_WITHIN;
use crate::messages::{ABROAD, is_disabled};

/// Of this news, what came of telling it is one of what may come of it.
pub(super) fn told<'e>(news: &Value, events: impl Iterator<Item = &'e Value>) -> Holds {
    let told = events.filter(|event| {
        text(&event["type"]).starts_with("notification.") && event["causationid"] == news["id"]
    });
    let mut told: Vec<_> = told.collect();
    told.sort_by_key(|event| event["data"]["channel"] != "push");
    for event in &told {
        let data = &event["data"];
        let about = data["cause"] == news["type"]
            && data["requestId"] == news["data"]["requestId"]
            && data["customerId"] == news["data"]["customer"]["id"];
        holds!(about, "{event} is not about {news}");
    }
    let outcomes: Vec<_> = told.iter().map(|event| outcome(event)).collect();
    let [in_time, late] = allowed(&news["data"]);
    let age = told.first().map_or(Duration::ZERO, |told| age(news, told));
    let fits = outcomes == in_time || (outcomes == late && age > NOTIFY_WITHIN);
    holds!(fits, "of {news} came {outcomes:?} after {age:?}");
    Ok(())
}

fn age(news: &Value, told: &Value) -> Duration {
    let between = time(&told["time"]).duration_since(time(&news["time"]));
    between.unwrap_or_default()
}

/// What may come of telling a customer in time, and too late.
fn allowed(data: &Value) -> [Vec<String>; 2] {
    let customer = &data["customer"];
    let by_text: &[_] = match text(&customer["phone"]) {
        "" => &[],
        ABROAD => &["notification.failed sms prefix_not_allowed"],
        _ => &["notification.sent sms"],
    };
    let number = text(&data["requestId"])[1..].parse().unwrap();
    let (in_time, late) = match (text(&customer["pushEndpointArn"]), by_text) {
        ("", []) => (vec!["notification.failed none no_channel"], vec![]),
        ("", _) => (by_text.to_vec(), vec!["notification.failed sms too_late"]),
        (_, _) => {
            let pushed = if is_disabled(number) {
                [&["notification.failed push refused"], by_text].concat()
            } else {
                vec!["notification.sent push"]
            };
            (pushed, vec!["notification.failed push too_late"])
        }
    };
    [in_time, late].map(|outcomes| outcomes.into_iter().map(str::to_owned).collect())
}
