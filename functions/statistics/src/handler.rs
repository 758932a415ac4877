//! Load, count, save. Nothing is published.

use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, WriteError};
use batch::{Backoff, BoxError, Clock, Failure, Outcome};
use contract::Received;
use futures_util::{StreamExt, stream};

use crate::domain::{Entry, Kept, Stories, Stream};
use crate::store::Store;

/// How many stories are read at the same time.
const READERS: usize = 16;

/// The events of a request come within a second and by several batches, so that conflicts at its story and at the counters are
/// the rule rather than the exception. All pauses together are 5.3 seconds at most.
const RETRY: ConflictRetry = ConflictRetry {
    executions: 10,
    pause: Backoff {
        base: Duration::from_millis(40),
        cap: Duration::from_secs(1),
    },
    pause_after_change: true,
};

/// Events that were not counted: those of one story that cannot be read, or all of one transaction.
#[derive(Clone, Debug, thiserror::Error)]
#[error("not counted")]
struct NotCounted(#[source] Arc<dyn Error + Send + Sync>);

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
        now: SystemTime,
    ) -> (usize, Result<(), NotCounted>) {
        let mut taken = 0;
        let key = events.iter().flatten().map(|(_, event)| &event.id).next();
        let execute = async |execution| {
            if execution > 1 {
                let mut unread = self.read(stories, &events[..taken]).await;
                if let Some((_, error)) = unread.pop_first() {
                    return Err(WriteError::Unavailable(error.0.into()));
                }
            }
            let transaction;
            (transaction, taken) = stories.enter(events);
            self.store.commit(&transaction).await
        };
        let counted = RETRY.run(&self.clock, (key, now), execute).await;
        (taken, counted.map_err(not_counted))
    }

    /// Reads the stories that these events belong to; gives back those that could not be read, and why.
    async fn read(&self, stories: &mut Stories, events: &[Entry]) -> BTreeMap<Stream, NotCounted> {
        let streams: BTreeSet<_> = events.iter().flatten().map(|(stream, _)| stream).collect();
        let reads = streams.into_iter();
        let reads = reads.map(async |stream| (stream, self.store.story(stream).await));
        let read: Vec<_> = stream::iter(reads)
            .buffer_unordered(READERS)
            .collect()
            .await;
        let mut unread = BTreeMap::new();
        for (stream, story) in read {
            match story {
                Ok(story) => stories.note(stream.clone(), story),
                Err(error) => drop(unread.insert(stream.clone(), not_counted(error))),
            }
        }
        unread
    }
}

impl<S: Store, C: Clock> batch::Handler for Statistics<S, C> {
    type Message = Received;
    type Event = Infallible;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Infallible>> {
        let mut events: Vec<_> = messages.iter().map(Kept::of).collect();
        let mut stories = Stories::default();
        let unread = self.read(&mut stories, &events).await;
        let without = |entry: &mut Entry| {
            let (stream, _) = entry.as_ref()?;
            let error = unread.get(stream)?.clone();
            *entry = None; // its neighbours are counted without it
            Some(error)
        };
        let unread: Vec<_> = events.iter_mut().map(without).collect();
        let mut outcomes = Vec::with_capacity(events.len());
        while outcomes.len() < events.len() {
            let rest = &events[outcomes.len()..];
            let (taken, result) = self.count_some(&mut stories, rest, now).await;
            outcomes.extend((0..taken).map(|_| result.clone()));
            if result.is_err() {
                break; // what was entered is not there: the stories have to be read again
            }
        }
        let outcomes = outcomes.into_iter().zip(unread);
        outcomes
            .map(|(counted, unread)| outcome(unread.map_or(counted, Err)))
            .collect()
    }
}

fn not_counted(error: BoxError) -> NotCounted {
    NotCounted(Arc::from(error))
}

fn outcome(counted: Result<(), NotCounted>) -> Outcome<Infallible> {
    counted.map(|()| Vec::new()).map_err(Failure::retryable)
}
