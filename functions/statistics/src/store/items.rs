//! The table's items: keys and attributes, as `store/mod.rs` lays them out.

use std::hash::{DefaultHasher, Hash, Hasher};

use aws::{Item, key, read_item};
use batch::BoxError;
use serde::{Deserialize, Serialize};

use crate::domain::{CountedEvent, Dimension, NumberedEvent, Period, Transaction};

/// The number of items that each counter is spread over.
pub const SHARDS: u64 = 16;

#[derive(Serialize, Deserialize)]
struct EventItem {
    pk: String,
    sk: String,
    #[serde(flatten)]
    event: CountedEvent,
}

pub(super) fn event_item(new: &NumberedEvent) -> Result<Item, BoxError> {
    let item = EventItem {
        pk: new.event.history_key().to_string(),
        sk: format!("event#{:06}", new.number), // so that the order of the text is the order of the numbers
        event: new.event.clone(),
    };
    Ok(serde_dynamo::to_item(item)?)
}

pub(super) fn read_event(item: Item) -> Result<CountedEvent, BoxError> {
    let item: EventItem = read_item(item)?;
    Ok(item.event)
}

pub(super) fn counter_key(period: &Period, dimension: &Dimension, shard: u64) -> Item {
    key(format!("{period}#{shard:02}"), dimension.to_string())
}

/// The shard that a transaction's counts go to: one for all of them, so that two transactions conflict at all counters or at none.
pub(super) fn shard(transaction: &Transaction) -> u64 {
    let mut hasher = DefaultHasher::new();
    transaction.first_event_id().hash(&mut hasher);
    hasher.finish() % SHARDS
}
