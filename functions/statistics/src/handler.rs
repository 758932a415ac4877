//! Counts events: reads their histories, and adds the new events and their counts in transactions. Nothing is published.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, WriteError};
use batch::{Backoff, BoxError, Clock, Failure, Outcome};
use contract::Received;
use futures_util::{StreamExt, stream};

use crate::domain::{CountedEvent, Histories, HistoryKey};
use crate::store::Store;

/// The number of histories that are read at the same time.
const CONCURRENT_READS: usize = 16;

/// How events are counted again after a write conflict. The events of a request come within a second and by several batches, so
/// that conflicts at its history and at the counters are the rule. All pauses together are 5.3 seconds at most.
const RETRY: ConflictRetry = ConflictRetry {
    executions: 10,
    pause: Backoff {
        base: Duration::from_millis(40),
        cap: Duration::from_secs(1),
    },
    pause_after_change: true,
};

/// The error of events that were not counted: those of a history that could not be read, or all of one transaction.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the event was not counted")]
struct NotCounted(#[source] Arc<dyn Error + Send + Sync>);

/// The handler that counts events; it publishes nothing.
#[derive(Debug)]
pub struct Statistics<S, C> {
    store: S,
    clock: C,
}

impl<S: Store, C: Clock> Statistics<S, C> {
    /// A handler over statistics' table.
    pub fn new(store: S, clock: C) -> Self {
        Self { store, clock }
    }

    /// Counts as many events as one transaction holds. Returns their number and the result, which is the same for all of them.
    async fn count_next(
        &self,
        histories: &mut Histories,
        events: &[Option<CountedEvent>],
        now: SystemTime,
    ) -> (usize, Result<(), NotCounted>) {
        let mut covered = 0;
        let first_id = events.iter().flatten().map(|event| &event.id).next();
        let execute = async |execution| {
            if execution > 1 {
                let mut unread = self.read(histories, &events[..covered]).await;
                if let Some((_, error)) = unread.pop_first() {
                    return Err(WriteError::Failed(error.0.into()));
                }
            }
            let transaction;
            (transaction, covered) = histories.next_transaction(events);
            self.store.commit(&transaction).await
        };
        let result = RETRY.run(&self.clock, (first_id, now), execute).await;
        (covered, result.map_err(not_counted))
    }

    /// Reads the histories that these events belong to. Returns those that could not be read, with the error.
    async fn read(
        &self,
        histories: &mut Histories,
        events: &[Option<CountedEvent>],
    ) -> BTreeMap<HistoryKey, NotCounted> {
        let keys: BTreeSet<_> = events.iter().flatten().map(CountedEvent::history_key).collect();
        let reads = keys.into_iter().map(async |key| {
            let history = self.store.load_history(&key).await;
            (key, history)
        });
        let results: Vec<_> = stream::iter(reads).buffer_unordered(CONCURRENT_READS).collect().await;
        let mut unread = BTreeMap::new();
        for (key, result) in results {
            match result {
                Ok(history) => histories.replace(key, history),
                Err(error) => {
                    unread.insert(key, not_counted(error));
                }
            }
        }
        unread
    }
}

impl<S: Store, C: Clock> batch::Handler for Statistics<S, C> {
    type Message = Received;
    type Event = Infallible;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Infallible>> {
        let mut events: Vec<_> = messages.iter().map(CountedEvent::from_received).collect();
        let mut histories = Histories::default();
        let unread = self.read(&mut histories, &events).await;

        // Events whose history could not be read fail; the others are counted without them.
        let mut read_errors = Vec::with_capacity(events.len());
        for event in &mut events {
            let key = event.as_ref().map(CountedEvent::history_key);
            let error = key.and_then(|key| unread.get(&key)).cloned();
            if error.is_some() {
                *event = None;
            }
            read_errors.push(error);
        }

        let mut results = Vec::with_capacity(events.len());
        while results.len() < events.len() {
            let rest = &events[results.len()..];
            let (covered, result) = self.count_next(&mut histories, rest, now).await;
            results.extend(vec![result.clone(); covered]);
            if result.is_err() {
                // The histories now hold events that were not written. Without a result, the remaining records are
                // redelivered, and their histories read again.
                break;
            }
        }

        let mut outcomes = Vec::with_capacity(results.len());
        for (result, read_error) in results.into_iter().zip(read_errors) {
            outcomes.push(match read_error.map_or(result, Err) {
                Ok(()) => Ok(Vec::new()),
                Err(error) => Err(Failure::retryable(error)),
            });
        }
        outcomes
    }
}

fn not_counted(error: BoxError) -> NotCounted {
    NotCounted(Arc::from(error))
}
