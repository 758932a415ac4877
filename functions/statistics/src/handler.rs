//! Load, count, save. Nothing is published.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use batch::{Backoff, Clock, Failure, Outcome};
use contract::Received;

use crate::domain::{Entry, Kept, Stories, Stream};
use crate::store::{Store, StoreError};

/// How often a transaction is tried because somebody else wrote to the same story or counters meanwhile.
const ATTEMPTS: u32 = 5;

/// The wait before the next attempt.
const PAUSE: Backoff = Backoff {
    base: Duration::from_millis(40),
    cap: Duration::from_secs(1),
};

/// Events that were not counted, all of one transaction: none of them was.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not counted")]
struct NotCounted(#[source] Arc<StoreError>);

/// Counts.
#[derive(Debug)]
pub struct Statistics<S, C> {
    store: S,
    clock: C,
}

impl<S: Store, C: Clock> Statistics<S, C> {
    /// A handler over this table.
    pub fn new(store: S, clock: C) -> Self {
        Self { store, clock }
    }

    /// Counts as many events as one transaction holds, and says how many these are, be they counted or not.
    async fn count_some(
        &self,
        stories: &mut Stories,
        events: &[Entry],
    ) -> (usize, Result<(), StoreError>) {
        let mut attempt = 1;
        loop {
            let (transaction, taken) = stories.enter(events);
            let cause = match self.store.commit(&transaction).await {
                Err(StoreError::Conflict(cause)) if attempt < ATTEMPTS => cause,
                result => return (taken, result),
            };
            tracing::debug!(attempt, %cause, "somebody else wrote first: counting again");
            self.clock
                .sleep(PAUSE.delay(attempt, transaction.key()))
                .await;
            attempt += 1;
            match self.store.load(&streams(&events[..taken])).await {
                Ok(read) => stories.replace(read),
                Err(error) => return (taken, Err(error)),
            }
        }
    }
}

impl<S: Store, C: Clock> batch::Handler for Statistics<S, C> {
    type Message = Received;
    type Event = Infallible;

    async fn handle(&self, messages: &[Received], _: SystemTime) -> Vec<Outcome<Infallible>> {
        let events: Vec<_> = messages.iter().map(Kept::of).collect();
        let mut stories = match self.store.load(&streams(&events)).await {
            Ok(stories) => stories,
            Err(error) => return not_counted(error, messages.len()),
        };
        let mut outcomes = Vec::with_capacity(messages.len());
        while outcomes.len() < events.len() {
            let rest = &events[outcomes.len()..];
            let (taken, result) = self.count_some(&mut stories, rest).await;
            match result {
                Ok(()) => outcomes.extend((0..taken).map(|_| Ok(Vec::new()))),
                Err(error) => {
                    outcomes.extend(not_counted(error, taken));
                    break; // what was to be written is not there: the stories have to be read again
                }
            }
        }
        outcomes
    }
}

fn streams(events: &[Entry]) -> BTreeSet<&Stream> {
    events.iter().flatten().map(|(stream, _)| stream).collect()
}

fn not_counted(error: StoreError, events: usize) -> Vec<Outcome<Infallible>> {
    let error = NotCounted(Arc::new(error));
    let failure = || Err(Failure::retryable(error.clone()));
    (0..events).map(|_| failure()).collect()
}
