//! What was counted, in memory: the promises of `statistics::store`, and faults on request.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use statistics::domain::{Counts, Kept, LIMIT, Stream, Transaction};
use statistics::store::{Store, StoreError};
use tokio::task::yield_now;

use crate::recount::Tally;
use crate::twins::points::Fault;

/// The twin; clones share what it holds.
#[derive(Debug, Clone, Default)]
pub struct StatisticsTable(Rc<RefCell<State>>);

#[derive(Debug, Default)]
struct State {
    stories: BTreeMap<Stream, BTreeMap<usize, Kept>>,
    counts: Counts,
    /// How many items each transaction wrote.
    sizes: Vec<usize>,
    readings: usize,
    commits: usize,
    unread: BTreeSet<usize>,
    faults: BTreeMap<usize, Fault>,
}

impl StatisticsTable {
    /// Lets a commit go wrong, counted from 0.
    pub fn fail(&self, commit: usize, fault: Fault) {
        self.0.borrow_mut().faults.insert(commit, fault);
    }

    /// Lets the reading of a story fail, counted from 0.
    pub fn fail_reading(&self, reading: usize) {
        self.0.borrow_mut().unread.insert(reading);
    }

    /// How many commits were tried.
    pub fn commits(&self) -> usize {
        self.0.borrow().commits
    }

    /// How many items each transaction wrote.
    pub fn sizes(&self) -> Vec<usize> {
        self.0.borrow().sizes.clone()
    }

    /// What the counters stand at.
    pub fn tally(&self) -> Tally {
        tally(&self.0.borrow().counts)
    }

    /// All events that were counted.
    pub fn events(&self) -> Vec<Kept> {
        let state = self.0.borrow();
        let stories = state.stories.values().flat_map(BTreeMap::values);
        stories.cloned().collect()
    }

    /// Whether anything was counted of this request or purchase.
    pub fn knows(&self, id: &str) -> bool {
        let state = self.0.borrow();
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
        yield_now().await; // so that concurrent handlers interleave
        let mut state = self.0.borrow_mut();
        let reading = state.readings;
        state.readings += 1;
        if state.unread.remove(&reading) {
            return Err(StoreError::Unavailable("throttled".into()));
        }
        let story = state.stories.get(stream).into_iter();
        Ok(story.flat_map(BTreeMap::values).cloned().collect())
    }

    async fn commit(&self, transaction: &Transaction) -> Result<(), StoreError> {
        if transaction.is_empty() {
            return Ok(());
        }
        yield_now().await;
        let fault = {
            let mut state = self.0.borrow_mut();
            let commit = state.commits;
            state.commits += 1;
            state.faults.remove(&commit)
        };
        match fault {
            Some(Fault::Conflict) => return Err(StoreError::Conflict("in use".into())),
            Some(Fault::Throttled) => return Err(StoreError::Unavailable("throttled".into())),
            Some(Fault::TimedOutAfter) | None => {}
        }
        self.0.borrow_mut().write(transaction)?;
        match fault {
            Some(_) => Err(StoreError::Unavailable("no answer".into())),
            None => Ok(()),
        }
    }
}

impl State {
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
