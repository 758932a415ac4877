//! One event of each type, all of one story, and what the tests share.

use std::{fs, path::PathBuf, str::FromStr};

use contract::{
    Channel, Customer, Event, EventType, EventTypeAttribute, FailedReason, Fee, Invalid,
    MatchClosed, MatchId, NotificationFailed, NotificationSent, Partner, PartnerId,
    PartnerRegistered, Points, PointsCredited, PointsDeducted, PointsPurchased, PointsRejected,
    PurchaseId, Received, RejectedReason, RequestDeferred, RequestId, RequestMatched,
    RequestSubmitted, RequestUnmatched, UnmatchedReason, ids,
};
use jiff::Timestamp;

pub const QUEUE: &str = "arn:aws:sqs:ap-northeast-2:000000000000:intake.fifo";

/// The events of the story; `record.quarantined` is made another way.
pub const EVENTS: [EventType; 12] = [
    EventType::PartnerRegistered,
    EventType::RequestSubmitted,
    EventType::MatchClosed,
    EventType::RequestMatched,
    EventType::RequestDeferred,
    EventType::RequestUnmatched,
    EventType::PointsPurchased,
    EventType::PointsCredited,
    EventType::PointsDeducted,
    EventType::PointsRejected,
    EventType::NotificationSent,
    EventType::NotificationFailed,
];

/// A value from its text.
pub fn v<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

pub fn points(number: u64) -> Points {
    Points::try_from(number).unwrap()
}

pub fn golden(event_type: EventType) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("golden");
    fs::read_to_string(folder.join(format!("{event_type}.json"))).unwrap()
}

/// Decodes by a consumer of everything, without attributes.
pub fn decode(body: &str) -> Result<Option<Received>, Invalid> {
    contract::decode(body, EventTypeAttribute::Absent, EventType::ALL, QUEUE)
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

pub fn event(event_type: EventType) -> Event {
    match event_type {
        EventType::PartnerRegistered
        | EventType::RequestSubmitted
        | EventType::MatchClosed
        | EventType::PointsPurchased => told(event_type),
        EventType::RequestMatched | EventType::RequestDeferred | EventType::RequestUnmatched => {
            decided(event_type)
        }
        EventType::PointsCredited | EventType::PointsDeducted | EventType::PointsRejected => {
            charged(event_type)
        }
        EventType::NotificationSent => NotificationSent {
            notification_id: ids::notification_id(&matched_id(), Channel::Push),
            request_id: request_id(),
            customer_id: customer().id,
            channel: Channel::Push,
            cause: EventType::RequestMatched,
        }
        .into(),
        EventType::NotificationFailed => NotificationFailed {
            notification_id: ids::notification_id(&matched_id(), Channel::Sms),
            request_id: request_id(),
            customer_id: customer().id,
            channel: Channel::Sms,
            cause: EventType::RequestMatched,
            reason: FailedReason::PrefixNotAllowed,
        }
        .into(),
        EventType::RecordQuarantined => panic!("nothing that happened to a request"),
    }
}

fn told(event_type: EventType) -> Event {
    match event_type {
        EventType::PartnerRegistered => PartnerRegistered {
            partner_id: partner_id(),
            version: 3.try_into().unwrap(),
            name: v("맑은집 홈클리닝"),
            categories: [v("home-cleaning"), v("move-in-cleaning")].into(),
            regions: [v("KR-11"), v("KR-41")].into(),
            capacity: 8.try_into().unwrap(),
            fee: Fee {
                points: points(3000),
            },
            active: true,
        }
        .into(),
        EventType::RequestSubmitted => RequestSubmitted {
            request_id: request_id(),
            customer: customer(),
            category: v("home-cleaning"),
            region: v("KR-11"),
            details: None,
        }
        .into(),
        EventType::MatchClosed => MatchClosed {
            request_id: request_id(),
            match_id: match_id(),
        }
        .into(),
        _ => PointsPurchased {
            purchase_id: purchase_id(),
            partner_id: partner_id(),
            points: points(50_000),
        }
        .into(),
    }
}

fn decided(event_type: EventType) -> Event {
    match event_type {
        EventType::RequestMatched => RequestMatched {
            request_id: request_id(),
            match_id: match_id(),
            attempt: 1,
            replaces: None,
            customer: customer(),
            partner: Partner {
                id: partner_id(),
                name: v("맑은집 홈클리닝"),
            },
            fee: Fee {
                points: points(3000),
            },
            category: v("home-cleaning"),
            region: v("KR-11"),
            submitted_at: submitted_at(),
        }
        .into(),
        EventType::RequestDeferred => RequestDeferred {
            request_id: request_id(),
            attempt: 2,
            retry_at: v("2026-03-02T00:18:05.001Z"),
        }
        .into(),
        _ => RequestUnmatched {
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
    }
}

fn charged(event_type: EventType) -> Event {
    match event_type {
        EventType::PointsCredited => PointsCredited {
            partner_id: partner_id(),
            points: points(50_000),
            balance: 52_000,
            sequence: 17,
            transfer_id: ids::purchase_transfer_id(&purchase_id()),
            purchase_id: purchase_id(),
        }
        .into(),
        EventType::PointsDeducted => PointsDeducted {
            request_id: request_id(),
            match_id: match_id(),
            partner_id: partner_id(),
            points: points(3000),
            balance: 49_000,
            sequence: 18,
            transfer_id: ids::match_transfer_id(&match_id()),
            submitted_at: submitted_at(),
        }
        .into(),
        _ => PointsRejected {
            request_id: request_id(),
            match_id: match_id(),
            partner_id: partner_id(),
            points: points(3000),
            balance: 2000,
            sequence: 16,
            reason: RejectedReason::InsufficientPoints,
        }
        .into(),
    }
}
