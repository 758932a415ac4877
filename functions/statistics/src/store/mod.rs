//! The port to statistics' table, and the layout of the table.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `request#<requestId>`, `purchase#<purchaseId>` (of `points.credited`) | `event#<event id>` | an event ([`CountedEvent`]): `id`, `type`, `time`, `correlationId`, `data` (all but `customer`) |
//! | | `event#<number, 6 digits>` | the same, of before `since` |
//! | `increments#<series>` | `<number, 12 digits>` | `counts`: what the events of a transaction add to the counters, by hour, row and column |
//! | `day#<date>#<shard>`, `hour#<date>T<hour>#<shard>` | `events` | the number of events, by type |
//! | | `total`, `category#<category>`, `region#<region>`, `partner#<partnerId>` | `matched`, `charged`, `refused`, `unmatched`, `told`, `pointsCharged`, `pointsBought` |
//! | | `delay#match`, `delay#charge`, `delay#message` | a histogram of the time since the submission: the number of delays in each bucket, by its upper bound in milliseconds |
//! | `state` | `since` | `time`: events of before it are counted as version 0.2.0 does ([`History`]) |
//! | | `fold` | how far the increments were added to the counters ([`FoldState`]) |
//!
//! **Once, ever**: an event is put under its id, if it is not there yet, in one transaction with increments, which are put at a place
//! that is free. A fold adds them to the counters, and moves the item `fold` on, in one transaction. Nothing expires: a saved event
//! may be published again as long as its request or purchase is stored, some forever; and a series without its last increments would
//! begin anew at places that were folded.
//!
//! **When**: by the event's own `time`, in UTC, however late it comes.
//!
//! **What**: every match, charge and message counts, those of a request's second match included, and its delay since the submission.
//!
//! **Reading**: docs/do/read-statistics.md. Folds write to the first shard; the others hold counts of events with numbers, of
//! version 0.2.0 and after it.
//!
//! The events of a request: `Query` with `pk = request#<requestId>`. By `time`, which is text of one width, they are in the order
//! of deciding.

mod dynamodb;
mod items;

use std::ops::RangeInclusive;

use aws::WriteError;
use batch::BoxError;
use jiff::Timestamp;

use crate::domain::{CountedEvent, Counts, FoldState, History, HistoryKey, NumberedEvent, Place, Row, Series};

pub use dynamodb::DynamoDb;
pub use items::SHARDS;

/// The events, increments and counters. They are only ever added to. All is read consistently.
pub trait Store {
    /// Reads the time from which on events count by themselves, if one was saved.
    fn load_since(&self) -> impl Future<Output = Result<Option<Timestamp>, BoxError>>;

    /// Saves it. If one was saved already, it is a [`WriteError::Conflict`].
    fn save_since(&self, since: Timestamp) -> impl Future<Output = Result<(), WriteError>>;

    /// Whether the table has no item at all.
    fn is_empty(&self) -> impl Future<Output = Result<bool, BoxError>>;

    /// Stores events with their increments, all or nothing. If some are stored already, or the place is taken, it is a
    /// [`WriteError::Conflict`] whose `failed` has the positions of those events, and the number of events for the place.
    fn count(
        &self,
        events: &[CountedEvent],
        increments: &Counts,
        at: &Place,
    ) -> impl Future<Output = Result<(), WriteError>>;

    /// The number of the last increments in a series, 0 if there are none.
    fn last_number(&self, series: &Series) -> impl Future<Output = Result<u64, BoxError>>;

    /// Reads increments of these series with these numbers, as far as there are some, each with its place. Those of a series are in
    /// order.
    fn load_increments(
        &self,
        numbers: &[(Series, RangeInclusive<u64>)],
    ) -> impl Future<Output = Result<Vec<(Place, Counts)>, BoxError>>;

    /// Reads how far the increments were folded.
    fn load_fold_state(&self) -> impl Future<Output = Result<FoldState, BoxError>>;

    /// Adds to rows of counters, and saves the state that follows, all or nothing. If the state is another than `before`, it is a
    /// [`WriteError::Conflict`].
    fn add(&self, rows: &[Row], before: &FoldState, after: &FoldState) -> impl Future<Output = Result<(), WriteError>>;

    /// Reads the stored events of a request or purchase.
    fn load_history(&self, key: &HistoryKey) -> impl Future<Output = Result<History, BoxError>>;

    /// Stores an event under its number and adds to the counters, all or nothing. If the number is taken, it is a
    /// [`WriteError::Conflict`].
    fn count_numbered(&self, event: &NumberedEvent) -> impl Future<Output = Result<(), WriteError>>;
}
