//! Counts events, each once. Nothing is published.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use aws::WriteError;
use batch::{BoxError, Clock, Failure, Outcome};
use contract::Received;
use jiff::Timestamp;

use crate::domain::{CountedEvent, MAX_EVENTS, first_since};
use crate::folding::fold;
use crate::numbered;
use crate::store::Store;
use crate::writer::Writer;

/// The error of events that were not counted.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the event was not counted")]
struct NotCounted(#[source] Arc<dyn Error + Send + Sync>);

/// The handler that counts events; it publishes nothing.
#[derive(Debug)]
pub struct Statistics<S, C> {
    store: S,
    clock: C,
    writer: Writer,
    /// From which time on events count by themselves, once it was read.
    since: OnceLock<Timestamp>,
}

impl<S: Store, C: Clock> Statistics<S, C> {
    /// A handler over statistics' table.
    pub fn new(store: S, clock: C) -> Self {
        Self {
            store,
            clock,
            writer: Writer::default(),
            since: OnceLock::new(),
        }
    }

    /// Counts events. Returns those that were not counted.
    async fn count(
        &self,
        mut events: BTreeMap<String, CountedEvent>,
        now: SystemTime,
    ) -> Result<BTreeMap<String, NotCounted>, BoxError> {
        let since = self.since(now).await?;
        let mut failed = BTreeMap::new();
        for (id, event) in events.extract_if(.., |_, event| event.time < since) {
            if let Err(error) = numbered::count(&self.store, &self.clock, &event, now).await {
                failed.insert(id, not_counted(error));
            }
        }
        let ids: Vec<_> = events.keys().cloned().collect();
        let events = events.into_values().collect();
        if let Err(error) = self.writer.write(&self.store, &self.clock, events, now).await {
            let error = not_counted(error);
            failed.extend(ids.into_iter().map(|id| (id, error.clone())));
        }
        Ok(failed)
    }

    async fn since(&self, now: SystemTime) -> Result<Timestamp, BoxError> {
        if let Some(since) = self.since.get() {
            return Ok(*since);
        }
        let since = match self.store.load_since().await? {
            Some(since) => since,
            None => self.decide_since(now).await?,
        };
        Ok(*self.since.get_or_init(|| since))
    }

    async fn decide_since(&self, now: SystemTime) -> Result<Timestamp, BoxError> {
        let since = first_since(self.store.is_empty().await?, now.try_into()?)?;
        match self.store.save_since(since).await {
            Ok(()) => Ok(since),
            Err(WriteError::Conflict(conflict)) => {
                let saved = self.store.load_since().await?; // by another process, meanwhile
                saved.ok_or_else(|| conflict.into())
            }
            Err(WriteError::Failed(error)) => Err(error),
        }
    }
}

impl<S: Store, C: Clock> batch::Handler for Statistics<S, C> {
    type Message = Received;
    type Event = Infallible;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Infallible>> {
        let received: Vec<_> = messages.iter().map(CountedEvent::from_received).collect();
        let mut events = BTreeMap::new();
        for event in received.iter().flatten() {
            events.entry(event.id.clone()).or_insert_with(|| event.clone());
        }
        let failed = self.count(events, now).await.map_err(not_counted);
        let error = |event: &CountedEvent| match &failed {
            Ok(failed) => failed.get(&event.id),
            Err(error) => Some(error),
        };
        let outcome = |event: &Option<CountedEvent>| match event.as_ref().and_then(error) {
            Some(error) => Err(Failure::retryable(error.clone())),
            None => Ok(Vec::new()),
        };
        received.iter().map(outcome).collect()
    }

    fn max_batch_size(&self) -> usize {
        MAX_EVENTS
    }

    async fn perform(&self, task: &str) -> Option<Result<(), BoxError>> {
        match task {
            "fold" => Some(fold(&self.store, &self.clock).await),
            _ => None,
        }
    }
}

fn not_counted(error: BoxError) -> NotCounted {
    NotCounted(Arc::from(error))
}
