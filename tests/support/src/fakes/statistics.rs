//! A fake of statistics' table, with the promises of `statistics::store`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use statistics::domain::{CountedEvent, Counts, HistoryKey, MAX_TRANSACTION_ITEMS, NumberedEvent, Transaction};
use statistics::store::Store;

use super::{Fault, FaultyTransport, conflict};
use crate::expected_counts::Counters;

/// A table in memory; clones share what is stored.
#[derive(Debug, Clone, Default)]
pub struct StatisticsTable {
    state: Rc<RefCell<State>>,
    transport: FaultyTransport,
}

#[derive(Debug, Default)]
struct State {
    histories: BTreeMap<HistoryKey, BTreeMap<usize, CountedEvent>>,
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

    /// The values of the counters.
    pub fn counters(&self) -> Counters {
        counters(&self.state.borrow().counts)
    }

    /// All events that were counted.
    pub fn events(&self) -> Vec<CountedEvent> {
        let state = self.state.borrow();
        let events = state.histories.values().flat_map(BTreeMap::values);
        events.cloned().collect()
    }

    /// Whether anything was counted of this request or purchase.
    pub fn knows(&self, id: &str) -> bool {
        let state = self.state.borrow();
        state.histories.keys().any(|key| match key {
            HistoryKey::Request(request) => request.as_str() == id,
            HistoryKey::Purchase(purchase) => purchase.as_str() == id,
        })
    }
}

/// Counts as [`Counters`].
pub fn counters(counts: &Counts) -> Counters {
    let rows = counts.rows();
    let counters = rows.flat_map(|(period, row, columns)| {
        let counter = move |(column, number)| (format!("{period} {row} {column}"), number);
        columns.iter().map(|(c, n)| (c, *n)).map(counter)
    });
    counters.collect()
}

impl Store for StatisticsTable {
    async fn load_history(&self, key: &HistoryKey) -> Result<Vec<CountedEvent>, BoxError> {
        let load = async || self.state.borrow().history(key);
        Ok(self.transport.read("statistics.load_history", load).await?)
    }

    async fn commit(&self, transaction: &Transaction) -> Result<(), WriteError> {
        if transaction.is_empty() {
            return Ok(());
        }
        let write = async || self.state.borrow_mut().write(transaction);
        match self.transport.transact("statistics.commit", write).await {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(conflict(vec![0])),
            Err(fault) => Err(WriteError::Failed(fault.into())),
        }
    }
}

impl State {
    fn history(&self, key: &HistoryKey) -> Vec<CountedEvent> {
        let history = self.histories.get(key).into_iter();
        history.flat_map(BTreeMap::values).cloned().collect()
    }

    fn write(&mut self, transaction: &Transaction) -> Result<(), WriteError> {
        let size = transaction.items();
        if size > MAX_TRANSACTION_ITEMS {
            return Err(WriteError::Failed("too many items".into()));
        }
        for NumberedEvent { number, event } in &transaction.events {
            let history = self.histories.get(&event.history_key());
            if history.is_some_and(|events| events.contains_key(number)) {
                return Err(conflict(Vec::new()));
            }
        }
        for NumberedEvent { number, event } in transaction.events.clone() {
            let history = self.histories.entry(event.history_key()).or_default();
            history.insert(number, event);
        }
        self.counts.add_all(&transaction.counts);
        self.sizes.push(size);
        Ok(())
    }
}
