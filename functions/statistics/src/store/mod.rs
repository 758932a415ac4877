//! The port to statistics' table, and the layout of the table.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `request#<requestId>`, `purchase#<purchaseId>` (of `points.credited`) | `event#<number, 6 digits>` | an event of the history ([`CountedEvent`]): `id`, `type`, `time`, `correlationId`, `data` (all but `customer`) |
//! | `day#<date>#<shard>`, `hour#<date>T<hour>#<shard>` | `events` | the number of events, by type |
//! | | `total`, `category#<category>`, `region#<region>`, `partner#<partnerId>` | `matched`, `charged`, `refused`, `unmatched`, `told`, `pointsCharged`, `pointsBought` |
//! | | `delay#match`, `delay#charge`, `delay#message` | a histogram of the time since the submission: the number of delays in each bucket, by its upper bound in milliseconds |
//!
//! **Once, ever**: a history is read, consistently, and what it holds is not counted again; a new event takes the next number in
//! its history, if that is still free, in one transaction with the counters. So no other process can have written to the history in
//! between, and its numbers have no gaps. Nothing expires, since a saved event may be published again as long as its
//! request or purchase is stored, some forever.
//!
//! **When**: by the event's own `time`, in UTC, however late it comes.
//!
//! **What**: every match, charge and message counts, those of a request's second match included, and its delay since the submission.
//!
//! **Reading**: docs/do/read-statistics.md. Transactions are spread over the shards, so that concurrent ones seldom conflict at a counter.
//!
//! A history, in the order of counting: `Query` with `pk = request#<requestId>`. By `time`, which is text of one width, it is in
//! the order of deciding.

mod dynamodb;
mod items;

use aws::WriteError;
use batch::BoxError;

use crate::domain::{CountedEvent, HistoryKey, Transaction};

pub use dynamodb::DynamoDb;
pub use items::SHARDS;

/// The histories and counters. They are only ever added to.
pub trait Store {
    /// Reads a history, consistently: its events in the order of their numbers.
    fn load_history(&self, key: &HistoryKey) -> impl Future<Output = Result<Vec<CountedEvent>, BoxError>>;

    /// Writes a transaction, all or nothing. If one of its numbers is taken, or an item is in another transaction, it is a
    /// [`WriteError::Conflict`].
    fn commit(&self, transaction: &Transaction) -> impl Future<Output = Result<(), WriteError>>;
}
