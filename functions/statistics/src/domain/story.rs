//! Stories of requests, and what is written to go on with them.

use std::collections::BTreeMap;

use super::counting::counts;
use super::counts::Counts;
use super::kept::{Kept, Stream};

/// The most items that one transaction writes (AWS: `TransactWriteItems`).
pub const LIMIT: usize = 100;

/// An event and where it belongs; `None` for what is not counted.
pub type Entry = Option<(Stream, Kept)>;

/// The events that were counted, by what they belong to, each story in the order of counting.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Stories(BTreeMap<Stream, Vec<Kept>>);

/// What is written at once: some new events, each with its number in its story, and what they count for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transaction {
    /// The new events. The first number of a story is 1.
    pub events: Vec<(Stream, usize, Kept)>,
    /// By how much the counters grow.
    pub counts: Counts,
}

impl Transaction {
    /// How many items it writes.
    pub fn items(&self) -> usize {
        self.events.len() + self.counts.items()
    }

    /// Whether it writes nothing.
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Something of its own: the id of its first event.
    pub fn key(&self) -> Option<&str> {
        self.events.first().map(|(_, _, kept)| &*kept.id)
    }
}

impl Stories {
    /// Notes a story as it was read.
    pub fn note(&mut self, stream: Stream, story: Vec<Kept>) {
        self.0.insert(stream, story);
    }

    /// The next transaction: as many of the events, from the first on, as fit into one. Also says how many these are, those
    /// included that are known already. `self` then holds them as if they were written.
    pub fn enter(&mut self, events: &[Entry]) -> (Transaction, usize) {
        let mut transaction = Transaction::default();
        for (taken, entry) in events.iter().enumerate() {
            let Some((stream, kept)) = entry else {
                continue;
            };
            let story = self.0.entry(stream.clone()).or_default();
            if story.iter().any(|known| known.id == kept.id) {
                continue;
            }
            let before = counts(story);
            story.push(kept.clone());
            let gained = counts(story).since(&before);
            let items = transaction.items() + 1 + gained.rows_beside(&transaction.counts);
            if items > LIMIT && !transaction.is_empty() {
                story.pop();
                return (transaction, taken);
            }
            let event = (stream.clone(), story.len(), kept.clone());
            transaction.events.push(event);
            transaction.counts.add_all(&gained);
        }
        (transaction, events.len())
    }
}
