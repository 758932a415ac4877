//! What is counted. Counts are a function of the *set* of events of a request ([`counts`]), and a new event adds what that
//! function grows by: so neither the order of events nor a repeat can change a count.

mod counters;
mod counting;
mod delay;
mod kept;
mod story;
#[cfg(test)]
mod tests;

pub use counters::{Column, Counts, Delay, Measure, Period, Row};
pub use counting::counts;
pub use kept::{Kept, Matched, Stream, Unmatched, What};
pub use story::{Entry, LIMIT, Stories, Transaction};
