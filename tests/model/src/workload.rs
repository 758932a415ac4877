//! The workload: two partners with a capacity of one, two requests, purchases, and the close of one request's matches.
//!
//! The first partner can pay for one match, the second for none until its second purchase.

use builders::events::{self, EventBuilder};
use contract::RequestMatched;

use super::fingerprinted::Fingerprinted;
use super::ledger::Ledger;
use super::message::{Change, Message, MessageState, Outcome};
use super::system_state::SystemState;
use super::table::Table;
use super::{Saga, matching};

/// The request whose matches are closed.
const CLOSED: &str = "r-1";

/// The first state: the partners are registered, their accounts open, and everything else is queued.
pub fn initial_state(saga: &Saga) -> SystemState {
    let mut first = vec![purchase("buy-2", "p-2", 1)];
    let mut queued = vec![submission("r-1"), submission("r-2"), purchase("buy-3", "p-2", 2)];
    let of_first_partner = purchase("buy-1", "p-1", 3);
    if saga.partner_changes_late {
        queued.extend([of_first_partner, registration("p-1", 2, 3)]);
    } else {
        first.push(of_first_partner);
    }
    let queued = queued.into_iter();
    SystemState {
        table: Fingerprinted::new(table()),
        ledger: Fingerprinted::new(ledger(&first)),
        messages: queued.map(|message| (message, MessageState::Queued)).collect(),
        pending: Vec::new(),
        faults: saga.faults,
    }
}

/// Matching's table with the partners.
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

/// The ledger after these purchases.
fn ledger(purchases: &[Fingerprinted<Message>]) -> Ledger {
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

/// The close of a match, if its request is the one to be closed.
pub fn close(matched: &RequestMatched) -> Option<Fingerprinted<Message>> {
    let request_id = &matched.request_id;
    if request_id.as_str() != CLOSED {
        return None;
    }
    let closed = events::match_closed(request_id.as_str(), matched.attempt);
    Some(message(closed))
}

fn registration(partner: &str, version: u32, fee: u32) -> Fingerprinted<Message> {
    let registered = events::partner_registered(partner).with("version", version);
    message(registered.with("fee/points", fee))
}

fn submission(request: &str) -> Fingerprinted<Message> {
    message(events::request_submitted(request))
}

fn purchase(id: &str, partner: &str, points: u32) -> Fingerprinted<Message> {
    message(events::points_purchased(id, partner, points))
}

fn message(event: EventBuilder) -> Fingerprinted<Message> {
    Message::parse(&event.time("1970-01-01T00:00:00Z").body())
}
