//! A fake of statistics' table, with the promises of `statistics::store`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use statistics::domain::{Counts, Kept, LIMIT, Stream, Transaction};
use statistics::store::Store;

use super::{Fault, FaultyTransport, conflict};
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
    async fn story(&self, stream: &Stream) -> Result<Vec<Kept>, BoxError> {
        let story = async || self.state.borrow().story(stream);
        Ok(self.transport.read("statistics.story", story).await?)
    }

    async fn commit(&self, transaction: &Transaction) -> Result<(), WriteError> {
        if transaction.is_empty() {
            return Ok(());
        }
        let write = async || self.state.borrow_mut().write(transaction);
        match self.transport.transact("statistics.commit", write).await {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(conflict(vec![0])),
            Err(fault) => Err(WriteError::Unavailable(fault.into())),
        }
    }
}

impl State {
    fn story(&self, stream: &Stream) -> Vec<Kept> {
        let story = self.stories.get(stream).into_iter();
        story.flat_map(BTreeMap::values).cloned().collect()
    }

    fn write(&mut self, transaction: &Transaction) -> Result<(), WriteError> {
        let size = transaction.items();
        if size > LIMIT {
            return Err(WriteError::Unavailable("too many items".into()));
        }
        let stories = &self.stories;
        let free = |stream, number| !stories.get(stream).is_some_and(|s| s.contains_key(number));
        if !transaction.events.iter().all(|(s, n, _)| free(s, n)) {
            return Err(conflict(Vec::new()));
        }
        for (stream, number, kept) in transaction.events.clone() {
            self.stories.entry(stream).or_default().insert(number, kept);
        }
        self.counts.add_all(&transaction.counts);
        self.sizes.push(size);
        Ok(())
    }
}
