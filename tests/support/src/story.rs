//! The events of a request, and of a purchase, as they are published.

use contract::{Channel, EventType, Received, ids};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::messages::off_the_wire;

/// The phone and the endpoint of whoever asks: they must be found nowhere else.
pub const PERSONAL: [&str; 2] = ["+821000000001", "endpoint/GCM/shop/SECRET"];

/// A moment, in milliseconds from when requests are submitted: the last minute of a year.
pub fn at(millis: i64) -> Timestamp {
    let submitted: Timestamp = "2026-12-31T23:59:00Z".parse().unwrap();
    submitted + SignedDuration::from_millis(millis)
}

/// An event as it comes off the queue.
pub fn received(event: &Value) -> Received {
    off_the_wire(&event.to_string())
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Its id.
    pub id: String,
    /// What for.
    pub category: &'static str,
    /// Where.
    pub region: &'static str,
}

impl Request {
    /// Cleaning in Seoul.
    pub fn cleaning(id: &str) -> Self {
        let (category, region) = ("cleaning", "KR-11");
        Self {
            id: id.to_owned(),
            category,
            region,
        }
    }

    /// A partner was found by this decision.
    pub fn matched(&self, attempt: u32, partner: &str, millis: i64) -> Value {
        let mut data = self.decision(attempt);
        data["matchId"] = json!(self.match_id(attempt));
        data["partner"] = json!({ "id": partner, "name": "Clean" });
        data["fee"] = json!({ "points": 200 });
        let subject = format!("{}/{attempt}", self.id);
        event(EventType::RequestMatched, &subject, millis, None, &data)
    }

    /// Nobody was found by this decision.
    pub fn unmatched(&self, attempt: u32, millis: i64) -> Value {
        let mut data = self.decision(attempt);
        data["reason"] = json!("no_capacity");
        let subject = format!("{}/{attempt}", self.id);
        event(EventType::RequestUnmatched, &subject, millis, None, &data)
    }

    /// This decision put it off.
    pub fn deferred(&self, attempt: u32, millis: i64) -> Value {
        let data =
            json!({ "requestId": self.id, "attempt": attempt, "retryAt": at(millis + 60_000) });
        let subject = format!("{}/{attempt}", self.id);
        event(EventType::RequestDeferred, &subject, millis, None, &data)
    }

    /// The partner of a match was charged.
    pub fn charged(&self, of: &Value, points: u32, millis: i64) -> Value {
        let mut data = self.answer(of, points);
        data["transferId"] = json!(ids::match_transfer_id(
            &id(&data["matchId"]).parse().unwrap()
        ));
        data["submittedAt"] = json!(at(0));
        event(
            EventType::PointsDeducted,
            id(&data["transferId"]),
            millis,
            Some(of),
            &data,
        )
    }

    /// The partner of a match could not be charged.
    pub fn refused(&self, of: &Value, millis: i64) -> Value {
        let mut data = self.answer(of, 200);
        data["reason"] = json!("insufficient_points");
        event(
            EventType::PointsRejected,
            id(&data["matchId"]),
            millis,
            Some(of),
            &data,
        )
    }

    /// The customer was told of a decision.
    pub fn told(&self, of: &Value, channel: Channel, millis: i64) -> Value {
        let data = self.news(of, channel);
        event(
            EventType::NotificationSent,
            id(&data["notificationId"]),
            millis,
            Some(of),
            &data,
        )
    }

    /// The customer was not told of a decision.
    pub fn not_told(&self, of: &Value, channel: Channel, millis: i64) -> Value {
        let mut data = self.news(of, channel);
        data["reason"] = json!("too_late");
        event(
            EventType::NotificationFailed,
            id(&data["notificationId"]),
            millis,
            Some(of),
            &data,
        )
    }

    fn decision(&self, attempt: u32) -> Value {
        let [phone, endpoint] = PERSONAL;
        let endpoint = format!("arn:aws:sns:ap-northeast-2:000000000000:{endpoint}");
        json!({
            "requestId": self.id, "attempt": attempt, "category": self.category, "region": self.region,
            "submittedAt": at(0), "customer": { "id": "c1", "phone": phone, "pushEndpointArn": endpoint },
        })
    }

    fn answer(&self, of: &Value, points: u32) -> Value {
        let of = &of["data"];
        json!({
            "requestId": self.id, "matchId": of["matchId"], "partnerId": of["partner"]["id"],
            "points": points, "balance": u64::MAX, "sequence": 3,
        })
    }

    fn news(&self, of: &Value, channel: Channel) -> Value {
        json!({
            "notificationId": ids::notification_id(id(&of["id"]), channel), "requestId": self.id,
            "customerId": "c1", "channel": channel.as_str(), "cause": of["type"],
        })
    }

    fn match_id(&self, attempt: u32) -> Value {
        json!(ids::match_id(&self.id.parse().unwrap(), attempt))
    }
}

/// A partner bought points.
pub fn credited(purchase: &str, partner: &str, points: u32, millis: i64) -> Value {
    let transfer = ids::purchase_transfer_id(&purchase.parse().unwrap());
    let data = json!({
        "purchaseId": purchase, "partnerId": partner, "points": points,
        "balance": points, "sequence": 1, "transferId": transfer,
    });
    event(
        EventType::PointsCredited,
        id(&data["transferId"]),
        millis,
        None,
        &data,
    )
}

fn event(
    kind: EventType,
    subject: &str,
    millis: i64,
    cause: Option<&Value>,
    data: &Value,
) -> Value {
    json!({
        "specversion": "1.0", "id": ids::event_id(kind, subject), "source": "/matchflow", "type": kind.as_str(),
        "time": at(millis), "causationid": cause.map_or("submission", |cause| id(&cause["id"])), "data": data,
    })
}

fn id(of: &Value) -> &str {
    of.as_str().unwrap()
}
