//! The histories of requests and purchases, and the transactions that add new events to them.

use std::collections::BTreeMap;

use super::counted_event::{CountedEvent, HistoryKey};
use super::counting::count_events;
use super::counts::Counts;

/// The most items that one transaction writes (AWS: `TransactWriteItems`).
pub const MAX_TRANSACTION_ITEMS: usize = 100;

/// The counted events of requests and purchases: each history in the order of counting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Histories(BTreeMap<HistoryKey, Vec<CountedEvent>>);

/// New events and what they add to the counters, written all or nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transaction {
    /// The new events.
    pub events: Vec<NumberedEvent>,
    /// The amounts by which the counters grow.
    pub counts: Counts,
}

/// An event with its place in its history.
#[derive(Clone, Debug, PartialEq)]
pub struct NumberedEvent {
    /// The place, from 1.
    pub number: usize,
    /// The event.
    pub event: CountedEvent,
}

impl Transaction {
    /// The number of items that the transaction writes.
    pub fn items(&self) -> usize {
        self.events.len() + self.counts.items()
    }

    /// Whether the transaction writes nothing.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// The id of the first event, which tells the transaction from concurrent ones.
    pub fn first_event_id(&self) -> Option<&str> {
        self.events.first().map(|first| &*first.event.id)
    }
}

impl Histories {
    /// Replaces a history by what was read from the store.
    pub fn replace(&mut self, key: HistoryKey, events: Vec<CountedEvent>) {
        self.0.insert(key, events);
    }

    /// Makes the next transaction, of as many events as fit into one, from the first on. `None` and events that are in
    /// their history already take no room.
    ///
    /// Returns it with the number of events that it covers, written or not. The histories then hold them as if they were written.
    pub fn next_transaction(&mut self, events: &[Option<CountedEvent>]) -> (Transaction, usize) {
        let mut transaction = Transaction::default();
        for (covered, event) in events.iter().enumerate() {
            let Some(event) = event else {
                continue;
            };
            let history = self.0.entry(event.history_key()).or_default();
            // guard: event-is-counted-once
            if history.iter().any(|known| known.id == event.id) {
                continue;
            }

            let counts_before = count_events(history);
            history.push(event.clone());
            let growth = count_events(history).growth_since(&counts_before);

            // One item for the event, and one for each counter that the transaction does not write yet. An event that
            // exceeds the limit by itself is a transaction of its own: kept back, it would block those after it forever.
            let new_items = 1 + growth.items_missing_in(&transaction.counts);
            let is_full = transaction.items() + new_items > MAX_TRANSACTION_ITEMS;
            if is_full && !transaction.is_empty() {
                history.pop();
                return (transaction, covered);
            }
            transaction.events.push(NumberedEvent {
                number: history.len(),
                event: event.clone(),
            });
            transaction.counts.add_all(&growth);
        }
        (transaction, events.len())
    }
}
