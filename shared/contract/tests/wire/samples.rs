//! One event of each type, all about one request, and what the tests share.

use std::{fs, str::FromStr};

use contract::{
    Channel, Customer, Event, EventType, EventTypeAttribute, FailedReason, Fee, Invalid, MatchClosed, MatchId,
    NotificationFailed, NotificationSent, Partner, PartnerId, PartnerRegistered, Points, PointsCredited,
    PointsDeducted, PointsPurchased, PointsRejected, PurchaseId, Received, RejectedReason, RequestDeferred, RequestId,
    RequestMatched, RequestSubmitted, RequestUnmatched, Undecoded, UnmatchedReason, ids,
};
use jiff::Timestamp;

pub const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:000000000000:intake.fifo";

/// Every type but `record.quarantined`, whose golden file no consumer takes.
pub fn events() -> impl Iterator<Item = EventType> {
    let consumed = |event_type: &EventType| *event_type != EventType::RecordQuarantined;
    EventType::ALL.iter().copied().filter(consumed)
}

/// A value from its text.
pub fn v<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn points(number: u64) -> Points {
    Points::try_from(number).unwrap()
}

/// The golden file of a type: one event of it, whole, as it goes over the wire.
pub fn golden(event_type: EventType) -> String {
    let path = format!("{}/golden/{event_type}.json", env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(&path).unwrap_or_else(|error| {
        panic!(
            "{path}: {error}. Write the sample of this type into it, in one line, with the envelope of \
             golden/request.matched.json; if a function publishes it, \
             what_is_published_is_the_golden_file_byte_for_byte shows the whole line"
        )
    })
}

/// Decodes by a consumer of everything, without attributes.
pub fn decode(body: &str) -> Result<Option<Received>, Invalid> {
    decode_by(body, EventTypeAttribute::Absent, EventType::ALL)
}

/// Decodes by a consumer of these types; none for an event of another type.
pub fn decode_by(
    body: &str,
    attribute: EventTypeAttribute<'_>,
    accepts: &[EventType],
) -> Result<Option<Received>, Invalid> {
    match contract::decode(body, attribute, accepts, QUEUE) {
        Ok(received) => Ok(Some(received)),
        Err(Undecoded::OtherType(_)) => Ok(None),
        Err(Undecoded::Invalid(invalid)) => Err(invalid),
    }
}

pub fn request_id() -> RequestId {
    v("req-20260302-0917")
}

pub fn match_id() -> MatchId {
    ids::match_id(&request_id(), 1)
}

fn purchase_id() -> PurchaseId {
    v("buy-20260302-0031")
}

fn partner_id() -> PartnerId {
    v("ptn-0107")
}

pub fn submitted_at() -> Timestamp {
    v("2026-03-02T00:17:04.218Z")
}

fn matched_id() -> String {
    ids::event_id(EventType::RequestMatched, "req-20260302-0917/1")
}

pub fn customer() -> Customer {
    Customer {
        id: v("cus-4821"),
        phone: Some(v("+821000004821")),
        push_endpoint_arn: Some(v(
            "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/matchflow/0b6d9b1e-6c55-3f0e-9f53-8c9d1f2a7e40",
        )),
        locale: v("ko-KR"),
    }
}

/// The sample of a type: of one that has none here, what its golden file says.
pub fn event(event_type: EventType) -> Event {
    let mut samples = samples().into_iter();
    let sample = samples.find(|event| event.event_type() == event_type);
    sample.unwrap_or_else(|| decode(&golden(event_type)).unwrap().unwrap().event)
}

/// What the golden files decode to: one event of each type.
pub fn samples() -> Vec<Event> {
    [taken_in(), decided(), charged(), notified()].concat()
}

fn taken_in() -> Vec<Event> {
    vec![
        PartnerRegistered {
            partner_id: partner_id(),
            version: 3.try_into().unwrap(),
            name: v("맑은집 홈클리닝"),
            categories: [v("home-cleaning"), v("move-in-cleaning")].into(),
            regions: [v("KR-11"), v("KR-41")].into(),
            capacity: 8.try_into().unwrap(),
            fee: Fee { points: points(3000) },
            active: true,
        }
        .into(),
        RequestSubmitted {
            request_id: request_id(),
            customer: customer(),
            category: v("home-cleaning"),
            region: v("KR-11"),
            details: None,
        }
        .into(),
        MatchClosed {
            request_id: request_id(),
            match_id: match_id(),
        }
        .into(),
        PointsPurchased {
            purchase_id: purchase_id(),
            partner_id: partner_id(),
            points: points(50_000),
        }
        .into(),
    ]
}

fn decided() -> Vec<Event> {
    vec![
        RequestMatched {
            request_id: request_id(),
            match_id: match_id(),
            attempt: 1,
            replaces: None,
            customer: customer(),
            partner: Partner {
                id: partner_id(),
                name: v("맑은집 홈클리닝"),
            },
            fee: Fee { points: points(3000) },
            category: v("home-cleaning"),
            region: v("KR-11"),
            submitted_at: submitted_at(),
        }
        .into(),
        RequestDeferred {
            request_id: request_id(),
            attempt: 2,
            retry_at: v("2026-03-02T00:18:05.001Z"),
        }
        .into(),
        RequestUnmatched {
            request_id: request_id(),
            attempt: 3,
            replaces: Some(match_id()),
            category: v("home-cleaning"),
            region: v("KR-11"),
            submitted_at: submitted_at(),
            customer: customer(),
            reason: UnmatchedReason::NoCapacity,
        }
        .into(),
    ]
}

fn charged() -> Vec<Event> {
    vec![
        PointsCredited {
            partner_id: partner_id(),
            points: points(50_000),
            balance: 52_000,
            sequence: 17,
            transfer_id: ids::purchase_transfer_id(&purchase_id()),
            purchase_id: purchase_id(),
        }
        .into(),
        PointsDeducted {
            request_id: request_id(),
            match_id: match_id(),
            partner_id: partner_id(),
            points: points(3000),
            balance: 49_000,
            sequence: 18,
            transfer_id: ids::match_transfer_id(&match_id()),
            submitted_at: submitted_at(),
            category: Some(v("home-cleaning")),
            region: Some(v("KR-11")),
        }
        .into(),
        PointsRejected {
            request_id: request_id(),
            match_id: match_id(),
            partner_id: partner_id(),
            points: points(3000),
            balance: 2000,
            sequence: 16,
            reason: RejectedReason::InsufficientPoints,
            submitted_at: Some(submitted_at()),
            category: Some(v("home-cleaning")),
            region: Some(v("KR-11")),
        }
        .into(),
    ]
}

fn notified() -> Vec<Event> {
    vec![
        NotificationSent {
            notification_id: ids::notification_id(&matched_id(), Channel::Push),
            request_id: request_id(),
            customer_id: customer().id,
            channel: Channel::Push,
            cause: EventType::RequestMatched,
            category: Some(v("home-cleaning")),
            region: Some(v("KR-11")),
            submitted_at: Some(submitted_at()),
            partner_id: Some(partner_id()),
        }
        .into(),
        NotificationFailed {
            notification_id: ids::notification_id(&matched_id(), Channel::Sms),
            request_id: request_id(),
            customer_id: customer().id,
            channel: Channel::Sms,
            cause: EventType::RequestMatched,
            category: Some(v("home-cleaning")),
            region: Some(v("KR-11")),
            submitted_at: Some(submitted_at()),
            partner_id: Some(partner_id()),
            reason: FailedReason::PrefixNotAllowed,
        }
        .into(),
    ]
}
