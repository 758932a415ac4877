//! The rules of counting. What an event counts for, it says itself: so neither the order of events nor what else is stored can
//! change a count, and nothing is read to count.

mod counted_event;
mod counters;
mod counting;
mod counts;
mod decisions;
mod delay;
mod folding;
mod increments;
mod numbered;
mod since;
#[cfg(test)]
mod tests;

pub use counted_event::{CountedEvent, EventBody, HistoryKey};
pub use counters::{Column, Delay, Dimension, Measure};
pub use counting::count_events;
pub use counts::{Columns, Counts, Row, RowName};
pub use decisions::{MatchedBody, UnmatchedBody};
pub use folding::{FoldState, MAX_ROWS, Positions, UnderWay};
pub use increments::{Place, Series};
pub use numbered::{History, NumberedEvent, count_history};
pub use since::first_since;

/// The most events that are written in one transaction: the hundredth item has their increments (AWS: `TransactWriteItems`).
pub const MAX_EVENTS: usize = 99;
