//! What comes in from outside: two partners of capacity one, two requests, a top-up, the close of one request's matches.
//!
//! The first partner can pay for one match, the second for none until it is topped up.

use contract::{EventType, RequestMatched};
use serde_json::{Value, json};

use super::item::Item;
use super::ledger::Ledger;
use super::message::{Change, Message, Outcome, Place};
use super::table::Table;
use super::world::World;
use super::{Saga, matching};

/// The request whose matches are closed.
const CLOSED: &str = "r-1";

/// The beginning: the partners registered, their accounts open, all else in flight.
pub fn world(saga: &Saga) -> World {
    let mut opened = vec![purchase("buy-2", "p-2", 1)];
    let mut sent = vec![
        submission("r-1"),
        submission("r-2"),
        purchase("buy-3", "p-2", 2),
    ];
    let first = purchase("buy-1", "p-1", 3);
    if saga.late {
        sent.extend([first, registration("p-1", 2, 3)]);
    } else {
        opened.push(first);
    }
    let in_flight = sent.into_iter().map(|message| (message, Place::InFlight));
    World {
        table: Item::new(table()),
        ledger: Item::new(ledger(&opened)),
        messages: in_flight.collect(),
        pending: Vec::new(),
        faults: saga.faults,
    }
}

fn table() -> Table {
    let mut table = Table::default();
    for partner in ["p-1", "p-2"] {
        let outcomes = matching::outcomes(&table, &registration(partner, 1, 2), 1, None);
        let Change::Registration(registration) = &written(&outcomes[0]) else {
            unreachable!()
        };
        table = table.register(registration).unwrap();
    }
    table
}

fn ledger(purchases: &[Item<Message>]) -> Ledger {
    let mut ledger = Ledger::default();
    for purchase in purchases {
        let outcome = ledger.outcome(purchase, None);
        let Change::Decision(decision) = written(&outcome) else {
            unreachable!()
        };
        ledger = ledger.commit(decision, None).unwrap();
    }
    ledger
}

fn written(outcome: &Outcome) -> &Change {
    let Outcome::Write(write) = outcome else {
        unreachable!("{outcome:?}")
    };
    &write.change
}

/// The close of a match, by whoever did the work.
pub fn close(matched: &RequestMatched) -> Option<Item<Message>> {
    let (request, charged) = (&matched.request_id, &matched.match_id);
    let data = json!({ "requestId": request, "matchId": charged });
    let close = || message(EventType::MatchClosed, charged.as_str(), &data);
    (request.as_str() == CLOSED).then(close)
}

fn registration(partner: &str, version: u32, fee: u32) -> Item<Message> {
    let data = json!({
        "partnerId": partner, "version": version, "name": "P", "categories": ["cleaning"], "regions": ["KR-11"],
        "capacity": 1, "fee": { "points": fee },
    });
    message(EventType::PartnerRegistered, partner, &data)
}

fn submission(request: &str) -> Item<Message> {
    let data = json!({
        "requestId": request, "customer": { "id": "c-1" }, "category": "cleaning", "region": "KR-11",
    });
    message(EventType::RequestSubmitted, request, &data)
}

fn purchase(id: &str, partner: &str, points: u32) -> Item<Message> {
    let data = json!({ "purchaseId": id, "partnerId": partner, "points": points });
    message(EventType::PointsPurchased, id, &data)
}

fn message(event_type: EventType, key: &str, data: &Value) -> Item<Message> {
    let body = json!({
        "specversion": "1.0", "id": format!("{event_type} {key}"), "source": "/producer", "type": event_type.as_str(),
        "time": "1970-01-01T00:00:00Z", "data": data,
    });
    Message::item(&body.to_string())
}
