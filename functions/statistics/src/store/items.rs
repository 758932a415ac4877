//! The table's items: keys and attributes, as `store/mod.rs` lays them out.

use std::hash::{DefaultHasher, Hash, Hasher};

use aws::{Item, UnreadableItem, key, read_item};
use batch::BoxError;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::{CountedEvent, Counts, FoldState, History, NumberedEvent, Place, RowName, Series};

/// The number of items that each counter may be spread over.
pub const SHARDS: u64 = 16;

/// The shard that folds write to.
pub(super) const FOLDED: u64 = 0;

#[derive(Serialize, Deserialize)]
struct EventItem {
    pk: String,
    sk: String,
    #[serde(flatten)]
    event: CountedEvent,
}

#[derive(Serialize, Deserialize)]
struct IncrementsItem {
    pk: String,
    sk: String,
    counts: Counts,
}

#[derive(Serialize, Deserialize)]
struct SinceItem {
    pk: String,
    sk: String,
    #[serde(with = "contract::time")]
    time: Timestamp,
}

#[derive(Serialize)]
struct FoldItem<'a> {
    pk: &'a str,
    sk: &'a str,
    #[serde(flatten)]
    state: &'a FoldState,
}

pub(super) fn event_item(event: &CountedEvent) -> Result<Item, BoxError> {
    item_of(event, format!("event#{}", event.id))
}

pub(super) fn numbered_item(new: &NumberedEvent) -> Result<Item, BoxError> {
    item_of(&new.event, format!("event#{:06}", new.number)) // so that the order of the text is the order of the numbers
}

fn item_of(event: &CountedEvent, sk: String) -> Result<Item, BoxError> {
    let item = EventItem {
        pk: event.history_key().to_string(),
        sk,
        event: event.clone(),
    };
    Ok(serde_dynamo::to_item(item)?)
}

/// Reads the items of a history, in the order of their keys.
pub(super) fn read_history(items: Vec<Item>) -> Result<History, UnreadableItem> {
    let mut history = History::default();
    for item in items {
        let item: EventItem = read_item(item)?;
        if item.sk == format!("event#{}", item.event.id) {
            history.others.push(item.event.id);
        } else {
            history.numbered.push(item.event);
        }
    }
    Ok(history)
}

pub(super) fn increments_pk(series: &Series) -> String {
    format!("increments#{series}")
}

pub(super) fn increments_sk(number: u64) -> String {
    format!("{number:012}")
}

pub(super) fn increments_item(counts: &Counts, at: &Place) -> Result<Item, BoxError> {
    let item = IncrementsItem {
        pk: increments_pk(&at.series),
        sk: increments_sk(at.number),
        counts: counts.clone(),
    };
    Ok(serde_dynamo::to_item(item)?)
}

pub(super) fn read_increments(item: Item) -> Result<(u64, Counts), BoxError> {
    let item: IncrementsItem = read_item(item)?;
    Ok((item.sk.parse()?, item.counts))
}

pub(super) fn since_key() -> Item {
    key("state", "since")
}

pub(super) fn since_item(time: Timestamp) -> Result<Item, BoxError> {
    let (pk, sk) = ("state".to_owned(), "since".to_owned());
    Ok(serde_dynamo::to_item(SinceItem { pk, sk, time })?)
}

pub(super) fn read_since(item: Item) -> Result<Timestamp, UnreadableItem> {
    let item: SinceItem = read_item(item)?;
    Ok(item.time)
}

pub(super) fn fold_key() -> Item {
    key("state", "fold")
}

pub(super) fn fold_item(state: &FoldState) -> Result<Item, BoxError> {
    let (pk, sk) = ("state", "fold");
    Ok(serde_dynamo::to_item(FoldItem { pk, sk, state })?)
}

pub(super) fn counter_key(row: &RowName, shard: u64) -> Item {
    key(format!("{}#{shard:02}", row.period), &row.dimension)
}

/// The shard that a numbered event's counts go to: one for all of them, so that two transactions conflict at all counters or at none.
pub(super) fn shard(new: &NumberedEvent) -> u64 {
    let mut hasher = DefaultHasher::new();
    new.event.id.hash(&mut hasher);
    hasher.finish() % SHARDS
}
