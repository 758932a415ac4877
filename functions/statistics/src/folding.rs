//! Folds increments into the counters: see [`crate::domain::FoldState`].

use std::time::{Duration, SystemTime};

use aws::WriteError;
use batch::{BoxError, Clock};

use crate::domain::Counts;
use crate::store::Store;
use crate::writer::RETRY;

/// How long transactions of folds are begun.
const FOLDING_TIME: Duration = Duration::from_secs(20);

/// Adds all increments to the counters that were not added yet; where there are too many for the time, a part of them.
///
/// # Errors
/// If the table cannot be read or written. The next call goes on where this one stopped.
pub(crate) async fn fold(store: &impl Store, clock: &impl Clock) -> Result<(), BoxError> {
    let end = clock.now() + FOLDING_TIME;
    while RETRY
        .run(clock, "fold", async |_| fold_once(store, clock, end).await)
        .await?
    {
        if clock.now() >= end {
            tracing::warn!("increments are left to the next fold");
            break;
        }
    }
    Ok(())
}

/// Folds once, as far as it comes until `end`, but by one transaction at least: a fold that only reads would never end. Returns whether
/// there may be more.
async fn fold_once(store: &impl Store, clock: &impl Clock, end: SystemTime) -> Result<bool, WriteError> {
    let mut state = store.load_fold_state().await?;
    let numbers = state.next_numbers();
    let (mut up_to, mut sum) = (state.folded.clone(), Counts::default());
    for (place, increments) in store.load_increments(&numbers).await? {
        sum.add_all(&increments);
        up_to.insert(place.series, place.number);
    }
    let rows = sum.rows();
    for (rows, next) in state.steps(&up_to, &rows) {
        store.add(rows, &state, &next).await?;
        state = next;
        if clock.now() >= end {
            return Ok(true);
        }
    }
    Ok(numbers
        .iter()
        .any(|(series, numbers)| up_to.get(series) == Some(numbers.end())))
}
