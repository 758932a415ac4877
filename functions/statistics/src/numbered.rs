//! Counts events of before `since`, as version 0.2.0 counts them: see [`crate::domain::History`].

use std::time::SystemTime;

use batch::{BoxError, Clock};

use crate::domain::CountedEvent;
use crate::store::Store;
use crate::writer::RETRY;

/// Counts an event, unless it is in its history: reads the history, and puts the event under the next number.
pub(crate) async fn count(
    store: &impl Store,
    clock: &impl Clock,
    event: &CountedEvent,
    now: SystemTime,
) -> Result<(), BoxError> {
    let execute = async |_| {
        let history = store.load_history(&event.history_key()).await?;
        match history.next(event) {
            Some(numbered) => store.count_numbered(&numbered).await,
            None => Ok(()),
        }
    };
    RETRY.run(clock, (&event.id, now), execute).await
}
