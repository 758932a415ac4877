//! The events of a request, at times counted from its submission in the last minute of a year.

use contract::Channel;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::events::{self, EventBuilder};

/// The customer's phone number and push endpoint, which must not be stored.
pub const PERSONAL: [&str; 2] = ["+821000000001", "endpoint/GCM/shop/SECRET"];

/// A time, in milliseconds after the submission.
fn at(millis: i64) -> Timestamp {
    let submitted: Timestamp = "2026-12-31T23:59:00Z".parse().unwrap();
    submitted + SignedDuration::from_millis(millis)
}

/// A request; its methods give the events about it in JSON.
#[derive(Clone, Debug)]
pub struct Request {
    /// The request's id.
    pub id: String,
    /// The category of each decision.
    pub category: &'static str,
    /// The region of each decision.
    pub region: &'static str,
}

impl Request {
    /// A request for cleaning in Seoul.
    pub fn cleaning(id: &str) -> Self {
        let (category, region) = ("cleaning", "KR-11");
        Self {
            id: id.to_owned(),
            category,
            region,
        }
    }

    /// This attempt found a partner.
    pub fn matched(&self, attempt: u32, partner: &str, millis: i64) -> Value {
        self.decision(events::request_matched(&self.id, attempt, partner), millis)
    }

    /// This attempt found no partner and was the last.
    pub fn unmatched(&self, attempt: u32, millis: i64) -> Value {
        let unmatched = events::request_unmatched(&self.id, attempt).with("reason", "no_capacity");
        self.decision(unmatched, millis)
    }

    /// This attempt put the request off.
    pub fn deferred(&self, attempt: u32, millis: i64) -> Value {
        let deferred = events::request_deferred(&self.id, attempt);
        deferred
            .with("retryAt", at(millis + 60_000).to_string())
            .time(at(millis))
            .json()
    }

    /// The partner of a match was charged.
    pub fn charged(&self, matched: &Value, points: u32, millis: i64) -> Value {
        let charged = events::points_deducted(&self.id, attempt(matched), partner(matched)).with("points", points);
        answer(charged, matched, millis)
    }

    /// The partner of a match could not be charged.
    pub fn refused(&self, matched: &Value, millis: i64) -> Value {
        answer(
            events::points_rejected(&self.id, attempt(matched), partner(matched)),
            matched,
            millis,
        )
    }

    fn decision(&self, event: EventBuilder, millis: i64) -> Value {
        let [phone, endpoint] = PERSONAL;
        let endpoint = format!("arn:aws:sns:ap-northeast-2:000000000000:{endpoint}");
        let event = event.with(
            "customer",
            json!({ "id": "c1", "phone": phone, "pushEndpointArn": endpoint }),
        );
        let event = event.with("category", self.category).with("region", self.region);
        event.with("submittedAt", at(0).to_string()).time(at(millis)).json()
    }
}

/// The customer was notified of a decision.
pub fn notified(decision: &Value, channel: Channel, millis: i64) -> Value {
    events::notification_sent(decision, channel).time(at(millis)).json()
}

/// The customer could not be notified of a decision.
pub fn not_notified(decision: &Value, channel: Channel, millis: i64) -> Value {
    events::notification_failed(decision, channel).time(at(millis)).json()
}

/// A partner's purchase was credited.
pub fn credited(purchase: &str, partner: &str, points: u32, millis: i64) -> Value {
    events::points_credited(purchase, partner, points)
        .time(at(millis))
        .json()
}

fn attempt(matched: &Value) -> u32 {
    matched["data"]["attempt"].as_u64().unwrap().try_into().unwrap()
}

fn partner(matched: &Value) -> &str {
    matched["data"]["partner"]["id"].as_str().unwrap()
}

fn answer(event: EventBuilder, matched: &Value, millis: i64) -> Value {
    let about = &matched["data"];
    event
        .with("submittedAt", about["submittedAt"].clone())
        .with("category", about["category"].clone())
        .with("region", about["region"].clone())
        .with("balance", u64::MAX)
        .with("sequence", 3)
        .caused_by(matched)
        .time(at(millis))
        .json()
}
