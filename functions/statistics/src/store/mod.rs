//! The port to what was counted, and how its table is laid out.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `request#<requestId>`, `purchase#<purchaseId>` (of `points.credited`) | `event#<number, 6 digits>` | an event that was counted ([`Kept`]): `id`, `type`, `time`, `correlationId`, `data` (all but `customer`) |
//! | `day#<date>#<shard>`, `hour#<date>T<hour>#<shard>` | `events` | how many, by type |
//! | | `total`, `category#<category>`, `region#<region>`, `partner#<partnerId>` | `matched`, `charged`, `refused`, `unmatched`, `told`, `pointsCharged`, `pointsBought` |
//! | | `delay#match`, `delay#charge`, `delay#message` | a histogram of the time from the submission on: by upper bound in milliseconds, how many are in that bucket |
//!
//! **Once, ever**: a story is read, consistently, and what it holds is not counted again; a new event takes the next number in
//! its story, if that is still free, in one transaction with the counters. So nobody else can have written to the story in
//! between, and its numbers have no gaps. Nothing expires, since a saved event may be published again as long as its
//! request or purchase is remembered, some for ever.
//!
//! **When**: by the event's own `time`, in UTC, however late it comes.
//!
//! **What**: every match, charge and message counts, those of a request's second match included, and its time from the submission on.
//!
//! **Reading**: docs/do/read-statistics.md. Transactions are spread over the shards, so that concurrent ones seldom meet at a counter.
//!
//! A story, in the order of counting: `Query` with `pk = request#<requestId>`. By `time`, which is text of one width, it is in
//! the order of deciding.

mod dynamodb;
mod items;

use aws::WriteError;
use batch::BoxError;

use crate::domain::{Kept, Stream, Transaction};

pub use dynamodb::DynamoDb;
pub use items::SHARDS;

/// What was counted. It is only ever added to.
pub trait Store {
    /// Reads a story, consistently: its events by their numbers.
    fn story(&self, stream: &Stream) -> impl Future<Output = Result<Vec<Kept>, BoxError>>;

    /// Saves events and their counts whole or not at all: if their numbers are free. Otherwise it is
    /// [`WriteError::Conflict`].
    fn commit(&self, transaction: &Transaction) -> impl Future<Output = Result<(), WriteError>>;
}
