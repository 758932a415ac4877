//! Writes new events with their increments.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, WriteError};
use batch::{Backoff, BoxError, Clock};

use crate::domain::{CountedEvent, Place, Series, count_events};
use crate::store::Store;

/// How a transaction is written again after a conflict. All pauses together are 5.3 seconds at most.
pub(crate) const RETRY: ConflictRetry = ConflictRetry {
    executions: 10,
    pause: Backoff {
        base: Duration::from_millis(40),
        cap: Duration::from_secs(1),
    },
    pause_after_change: false,
};

/// A process' writer of increments. Its calls may overlap: each has a series of its own.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    /// The next places in the series that were written to last.
    places: Mutex<Vec<Place>>,
}

impl Writer {
    /// Writes those of these events that are not stored, all or none, with their increments. Each event is in there once.
    pub async fn write(
        &self,
        store: &impl Store,
        clock: &impl Clock,
        mut events: Vec<CountedEvent>,
        now: SystemTime,
    ) -> Result<(), BoxError> {
        let first = events.first().map(|event| event.id.clone());
        let mut place = self.places().pop();
        let execute = async |execution| {
            if events.is_empty() {
                return Ok(());
            }
            let at = match place.take() {
                Some(at) => at,
                None => next_place(store, Series::chosen_by((&first, execution))).await?,
            };
            let error = match store.count(&events, &count_events(&events), &at).await {
                Ok(()) => {
                    place = Some(at.next());
                    return Ok(());
                }
                Err(error) => error,
            };
            if let WriteError::Conflict(conflict) = &error {
                let failed: Vec<_> = conflict.failed.iter().map(|failed| failed.position).collect();
                place = Some(at).filter(|_| !failed.contains(&events.len()));
                let mut position = 0..;
                // guard: only-repeats-are-taken-out
                events.retain(|_| !position.next().is_some_and(|position| failed.contains(&position)));
            }
            Err(error)
        };
        let result = RETRY.run(clock, (&first, now), execute).await;
        self.places().extend(place);
        result
    }

    fn places(&self) -> MutexGuard<'_, Vec<Place>> {
        self.places.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place behind the last increments of a series.
async fn next_place(store: &impl Store, series: Series) -> Result<Place, BoxError> {
    let last = store.last_number(&series).await?;
    let number = last + 1;
    Ok(Place { series, number })
}
