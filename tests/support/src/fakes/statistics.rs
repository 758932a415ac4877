//! A fake of statistics' table, with the promises of `statistics::store`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use statistics::domain::{Counts, Kept, LIMIT, Stream, Transaction};
use statistics::store::{Store, StoreError};

use super::{Fault, FaultyTransport};
use crate::recount::Tally;

/// A table in memory; clones share what is stored.
#[derive(Debug, Clone, Default)]
pub struct StatisticsTable {
    state: Rc<RefCell<State>>,
    transport: FaultyTransport,
}

#[derive(Debug, Default)]
struct State {
    stories: BTreeMap<Stream, BTreeMap<usize, Kept>>,
    counts: Counts,
    /// How many items each transaction wrote.
    sizes: Vec<usize>,
}

impl StatisticsTable {
    /// An empty table behind a transport.
    pub fn over(transport: FaultyTransport) -> Self {
        let state = Rc::default();
        Self { state, transport }
    }

    /// How many items each transaction wrote.
    pub fn sizes(&self) -> Vec<usize> {
        self.state.borrow().sizes.clone()
    }

    /// What the counters stand at.
    pub fn tally(&self) -> Tally {
        tally(&self.state.borrow().counts)
    }

    /// All events that were counted.
    pub fn events(&self) -> Vec<Kept> {
        let state = self.state.borrow();
        let stories = state.stories.values().flat_map(BTreeMap::values);
        stories.cloned().collect()
    }

    /// Whether anything was counted of this request or purchase.
    pub fn knows(&self, id: &str) -> bool {
        let state = self.state.borrow();
        state.stories.keys().any(|stream| match stream {
            Stream::Request(request) => request.as_str() == id,
            Stream::Purchase(purchase) => purchase.as_str() == id,
        })
    }
}

/// Counts as a [`Tally`].
pub fn tally(counts: &Counts) -> Tally {
    let rows = counts.rows();
    let counters = rows.flat_map(|(period, row, columns)| {
        let counter = move |(column, number)| (format!("{period} {row} {column}"), number);
        columns.iter().map(|(c, n)| (c, *n)).map(counter)
    });
    counters.collect()
}

impl Store for StatisticsTable {
    async fn story(&self, stream: &Stream) -> Result<Vec<Kept>, StoreError> {
        let story = async || self.state.borrow().story(stream);
        let story = self.transport.read("statistics.story", story).await;
        story.map_err(|fault| StoreError::Unavailable(fault.into()))
    }

    async fn commit(&self, transaction: &Transaction) -> Result<(), StoreError> {
        if transaction.is_empty() {
            return Ok(());
        }
        let write = async || self.state.borrow_mut().write(transaction);
        match self.transport.transact("statistics.commit", write).await {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(StoreError::Conflict("in use".into())),
            Err(fault) => Err(StoreError::Unavailable(fault.into())),
        }
    }
}

impl State {
    fn story(&self, stream: &Stream) -> Vec<Kept> {
        let story = self.stories.get(stream).into_iter();
        story.flat_map(BTreeMap::values).cloned().collect()
    }

    fn write(&mut self, transaction: &Transaction) -> Result<(), StoreError> {
        let size = transaction.items();
        if size > LIMIT {
            return Err(StoreError::Unavailable("too many items".into()));
        }
        let stories = &self.stories;
        let free = |stream, number| !stories.get(stream).is_some_and(|s| s.contains_key(number));
        if !transaction.events.iter().all(|(s, n, _)| free(s, n)) {
            return Err(StoreError::Conflict("a number is taken".into()));
        }
        for (stream, number, kept) in transaction.events.clone() {
            self.stories.entry(stream).or_default().insert(number, kept);
        }
        self.counts.add_all(&transaction.counts);
        self.sizes.push(size);
        Ok(())
    }
}
