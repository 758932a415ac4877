//! A fake of statistics' table, with the promises of `statistics::store`.

use std::cell::{Ref, RefCell};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use jiff::Timestamp;
use statistics::domain::{
    CountedEvent, Counts, FoldState, History, HistoryKey, MAX_EVENTS, NumberedEvent, Place, Row, Series, first_since,
};
use statistics::store::Store;

use super::{Fault, FaultyTransport, conflict, failed_conditions};
use crate::expected_counts::Counters;

/// The most items that one transaction writes.
const MAX_ITEMS: usize = MAX_EVENTS + 1;

/// A table in memory; clones share what is stored.
#[derive(Debug, Clone, Default)]
pub struct StatisticsTable {
    state: Rc<RefCell<State>>,
    transport: FaultyTransport,
}

#[derive(Debug, Default)]
struct State {
    since: Option<Timestamp>,
    /// The events by history and sort key.
    events: BTreeMap<(HistoryKey, String), CountedEvent>,
    increments: BTreeMap<(Series, u64), Counts>,
    fold: FoldState,
    counters: Counters,
    /// How many items each transaction wrote.
    sizes: Vec<usize>,
}

impl StatisticsTable {
    /// An empty table behind a transport.
    pub fn over(transport: FaultyTransport) -> Self {
        let state = Rc::default();
        Self { state, transport }
    }

    /// Makes it a table in which events count by themselves from the beginning of time on, as one that was used before.
    pub fn used_before(&self) {
        self.state.borrow_mut().since = first_since(true, Timestamp::UNIX_EPOCH).ok();
    }

    /// How many items each transaction wrote.
    pub fn sizes(&self) -> Vec<usize> {
        self.state().sizes.clone()
    }

    /// The values of the counters: what was folded into them, and what numbered events added.
    pub fn counters(&self) -> Counters {
        self.state().counters.clone()
    }

    /// All events that are stored.
    pub fn events(&self) -> Vec<CountedEvent> {
        self.state().events.values().cloned().collect()
    }

    /// The sort keys of all events that are stored.
    pub fn event_keys(&self) -> Vec<String> {
        self.state().events.keys().map(|(_, sk)| sk.clone()).collect()
    }

    /// The places of all increments.
    pub fn places(&self) -> Vec<Place> {
        let place = |(series, number): &(Series, u64)| Place {
            series: series.clone(),
            number: *number,
        };
        self.state().increments.keys().map(place).collect()
    }

    /// Whether an event of this request or purchase is stored.
    pub fn knows(&self, id: &str) -> bool {
        self.state().events.keys().any(|(key, _)| match key {
            HistoryKey::Request(request) => request.as_str() == id,
            HistoryKey::Purchase(purchase) => purchase.as_str() == id,
        })
    }

    fn state(&self) -> Ref<'_, State> {
        self.state.borrow()
    }

    async fn read<T>(&self, name: &'static str, read: impl Fn(&State) -> T) -> Result<T, BoxError> {
        Ok(self.transport.read(name, async || read(&self.state())).await?)
    }

    async fn write(
        &self,
        name: &'static str,
        write: impl Fn(&mut State) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        let write = async || write(&mut self.state.borrow_mut());
        match self.transport.transact(name, write).await {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(conflict(vec![0])),
            Err(fault) => Err(WriteError::Failed(fault.into())),
        }
    }
}

impl Store for StatisticsTable {
    async fn load_since(&self) -> Result<Option<Timestamp>, BoxError> {
        self.read("statistics.load_since", |state| state.since).await
    }

    async fn save_since(&self, since: Timestamp) -> Result<(), WriteError> {
        let save = || match &mut self.state.borrow_mut().since {
            Some(_) => Err(failed_conditions([0])),
            none => {
                *none = Some(since);
                Ok(())
            }
        };
        let saved = self.transport.call("statistics.save_since", save).await;
        saved.unwrap_or_else(|fault| Err(WriteError::Failed(fault.into())))
    }

    async fn is_empty(&self) -> Result<bool, BoxError> {
        let is_empty = |state: &State| state.since.is_none() && state.events.is_empty();
        self.read("statistics.is_empty", is_empty).await
    }

    async fn count(&self, events: &[CountedEvent], increments: &Counts, at: &Place) -> Result<(), WriteError> {
        let write = |state: &mut State| state.count(events, increments, at);
        self.write("statistics.count", write).await
    }

    async fn last_number(&self, series: &Series) -> Result<u64, BoxError> {
        let last = |state: &State| {
            let mut places = state.increments.keys().rev();
            places
                .find(|(known, _)| known == series)
                .map_or(0, |(_, number)| *number)
        };
        self.read("statistics.last_number", last).await
    }

    async fn load_increments(
        &self,
        numbers: &[(Series, RangeInclusive<u64>)],
    ) -> Result<Vec<(Place, Counts)>, BoxError> {
        let load = |state: &State| {
            let mut found = Vec::new();
            for (series, numbers) in numbers {
                let range = (series.clone(), *numbers.start())..=(series.clone(), *numbers.end());
                for ((series, number), counts) in state.increments.range(range) {
                    let (series, number) = (series.clone(), *number);
                    found.push((Place { series, number }, counts.clone()));
                }
            }
            found
        };
        self.read("statistics.load_increments", load).await
    }

    async fn load_fold_state(&self) -> Result<FoldState, BoxError> {
        let load = |state: &State| state.fold.clone();
        self.read("statistics.load_fold_state", load).await
    }

    async fn add(&self, rows: &[Row], before: &FoldState, after: &FoldState) -> Result<(), WriteError> {
        let write = |state: &mut State| {
            if state.fold.version != before.version {
                return Err(failed_conditions([0]));
            }
            state.take_size(rows.len() + 1)?;
            state.add(rows);
            state.fold = after.clone();
            Ok(())
        };
        self.write("statistics.add", write).await
    }

    async fn load_history(&self, key: &HistoryKey) -> Result<History, BoxError> {
        let load = |state: &State| {
            let mut history = History::default();
            for (_, event) in state.events.iter().filter(|((of, _), _)| of == key) {
                let is_numbered = !state.events.contains_key(&(key.clone(), event_key(event)));
                if is_numbered {
                    history.numbered.push(event.clone());
                } else {
                    history.others.push(event.id.clone());
                }
            }
            history
        };
        self.read("statistics.load_history", load).await
    }

    async fn count_numbered(&self, new: &NumberedEvent) -> Result<(), WriteError> {
        let write = |state: &mut State| {
            let key = (new.event.history_key(), format!("event#{:06}", new.number));
            if state.events.contains_key(&key) {
                return Err(failed_conditions([0]));
            }
            let rows = new.growth.rows();
            state.take_size(rows.len() + 1)?;
            state.events.insert(key, new.event.clone());
            state.add(&rows);
            Ok(())
        };
        self.write("statistics.count_numbered", write).await
    }
}

fn event_key(event: &CountedEvent) -> String {
    format!("event#{}", event.id)
}

impl State {
    fn count(&mut self, events: &[CountedEvent], increments: &Counts, at: &Place) -> Result<(), WriteError> {
        let key = |event: &CountedEvent| (event.history_key(), event_key(event));
        let place = (at.series.clone(), at.number);
        let stored = events.iter().map(|event| self.events.contains_key(&key(event)));
        let taken = stored.chain([self.increments.contains_key(&place)]);
        let failed: Vec<_> = taken.enumerate().filter_map(|(n, taken)| taken.then_some(n)).collect();
        if !failed.is_empty() {
            return Err(failed_conditions(failed));
        }
        self.take_size(events.len() + 1)?;
        for event in events {
            self.events.insert(key(event), event.clone());
        }
        self.increments.insert(place, increments.clone());
        Ok(())
    }

    fn add(&mut self, rows: &[Row]) {
        for row in rows {
            for (column, number) in &row.columns {
                let counter = format!("{} {} {column}", row.name.period, row.name.dimension);
                *self.counters.entry(counter).or_default() += number;
            }
        }
    }

    fn take_size(&mut self, items: usize) -> Result<(), WriteError> {
        if items > MAX_ITEMS {
            return Err(WriteError::Failed("too many items".into()));
        }
        self.sizes.push(items);
        Ok(())
    }
}
