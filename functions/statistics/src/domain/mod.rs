//! What is counted. Counts are a function of the *set* of events of a request ([`counts`]), and a new event adds what that
//! function grows by: so neither the order of events nor a repeat can change a count.

mod counters;
mod counting;
mod counts;
mod decisions;
mod delay;
mod kept;
mod story;
#[cfg(test)]
mod tests;

pub use counters::{Column, Delay, Measure, Period, Row};
pub use counting::counts;
pub use counts::Counts;
pub use decisions::{Matched, Unmatched};
pub use kept::{Kept, Stream, What};
pub use story::{Entry, LIMIT, Stories, Transaction};
