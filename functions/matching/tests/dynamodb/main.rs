//! The store's adapter over recorded HTTP: the requests, and how answers are read.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the handler's
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod calls;
mod failures;
mod reads;
mod writes;

use std::collections::BTreeSet;

use aws::Table;
use aws_sdk_dynamodb::Client;
use contract::{PartnerId, PartnerRegistered};
use matching::domain::{KnownBalance, PartnerChange, Request, RequestChange, Stage, State, Submission, Transition};
use matching::store::DynamoDb;
use recorded::{Exchange, Recorded, on};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

fn store(exchanges: impl IntoIterator<Item = Exchange>) -> (Recorded, DynamoDb) {
    let aws = Recorded::new(exchanges);
    let client = Client::new(&aws.config());
    (aws, DynamoDb::new(Table::new(client, "matching")))
}

fn from_json<T: DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn id(name: &str) -> PartnerId {
    from_json(json!(name))
}

fn no_change(name: &str) -> PartnerChange {
    PartnerChange {
        partner: id(name),
        frees: false,
        claims: None,
        balance: None,
    }
}

fn request() -> Request {
    Request {
        request_id: from_json(json!("r-1")),
        submission: Submission {
            customer: from_json(json!({ "id": "c-1" })),
            category: from_json(json!("cleaning")),
            region: from_json(json!("KR-11")),
            details_hash: None,
            submitted_at: "2026-11-02T08:59:00Z".parse().unwrap(),
        },
        stage: Stage {
            attempt: 2,
            state: State::Pending(id("p-2")),
        },
        released_attempts: BTreeSet::from([1]),
        saved_publication: None,
        expires_at: None,
    }
}

/// A match is replaced by one with another partner: three items.
fn rematch() -> Transition {
    let before = Stage {
        attempt: 1,
        state: State::Pending(id("p-1")),
    };
    let balance = KnownBalance {
        balance: 5,
        sequence: 7,
    };
    let freed = PartnerChange {
        frees: true,
        balance: Some(balance),
        ..no_change("p-1")
    };
    let claimed = PartnerChange {
        claims: Some(from_json(json!(4))),
        ..no_change("p-2")
    };
    Transition {
        request: Some(RequestChange::Put {
            before: Some(before),
            after: Box::new(request()),
        }),
        partners: vec![freed, claimed],
        publication: None,
    }
}

/// A change of a partner alone.
fn partner_transition(change: PartnerChange) -> Transition {
    Transition {
        request: None,
        partners: vec![change],
        publication: None,
    }
}

fn partner_key(name: &str) -> Value {
    json!({ "pk": { "S": format!("partner#{name}") }, "sk": { "S": "partner" } })
}

fn registered() -> PartnerRegistered {
    from_json(json!({
        "partnerId": "p-1", "version": 3, "name": "One", "categories": ["cleaning"], "regions": ["KR-11"],
        "capacity": 3, "fee": { "points": 10 },
    }))
}

fn partner_item(name: &str) -> Value {
    json!({
        "pk": { "S": format!("partner#{name}") }, "sk": { "S": "partner" }, "openMatches": { "N": "2" },
        "shown": { "M": { "balance": { "N": "20" }, "sequence": { "N": "18446744073709551615" } } },
        "registered": { "M": {
            "partnerId": { "S": name }, "version": { "N": "3" }, "name": { "S": "One" },
            "categories": { "L": [{ "S": "cleaning" }] }, "regions": { "L": [{ "S": "KR-11" }] },
            "capacity": { "N": "3" }, "fee": { "M": { "points": { "N": "10" } } }, "active": { "BOOL": true },
        } },
    })
}

fn cancelled(codes: &[&str]) -> Exchange {
    let reasons: Vec<_> = codes.iter().map(|code| json!({ "Code": code })).collect();
    on("TransactWriteItems").json(
        400,
        json!({
            "__type": "com.amazonaws.dynamodb.v20120810#TransactionCanceledException",
            "CancellationReasons": reasons,
        }),
    )
}
