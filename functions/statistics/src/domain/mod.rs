//! The rules of counting. Counts are a function of the *set* of events of a request ([`count_events`]), and a new event adds
//! what that function grows by: so neither the order of events nor a redelivery can change a count.

mod counted_event;
mod counters;
mod counting;
mod counts;
mod decisions;
mod delay;
mod histories;
#[cfg(test)]
mod tests;

pub use counted_event::{CountedEvent, EventBody, HistoryKey};
pub use counters::{Column, Delay, Dimension, Measure, Period};
pub use counting::count_events;
pub use counts::Counts;
pub use decisions::{MatchedBody, UnmatchedBody};
pub use histories::{Histories, MAX_TRANSACTION_ITEMS, NumberedEvent, Transaction};
