//! The table's items: keys and attributes, as `store/mod.rs` lays them out.

use std::hash::{DefaultHasher, Hash, Hasher};

use aws::{Item, key};
use batch::BoxError;
use serde::{Deserialize, Serialize};

use crate::domain::{Kept, Period, Row, Stream, Transaction};

/// Over how many items each counter is spread.
pub const SHARDS: u64 = 16;

#[derive(Serialize, Deserialize)]
struct Event {
    pk: String,
    sk: String,
    #[serde(flatten)]
    kept: Kept,
}

pub(super) fn event(stream: &Stream, number: usize, kept: &Kept) -> Result<Item, BoxError> {
    let event = Event {
        pk: stream.to_string(),
        sk: format!("event#{number:06}"), // so that the order of the text is the order of the numbers
        kept: kept.clone(),
    };
    Ok(serde_dynamo::to_item(event)?)
}

pub(super) fn kept(item: Item) -> Result<Kept, BoxError> {
    let event: Event = serde_dynamo::from_item(item)?;
    Ok(event.kept)
}

pub(super) fn counter(period: &Period, row: &Row, shard: u64) -> Item {
    key(format!("{period}#{shard:02}"), row.to_string())
}

/// Which shard a transaction's counts go to: one for all of them, so that two transactions meet at all counters or at none.
pub(super) fn shard(transaction: &Transaction) -> u64 {
    let mut hasher = DefaultHasher::new();
    transaction.key().hash(&mut hasher);
    hasher.finish() % SHARDS
}
