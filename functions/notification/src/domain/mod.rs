//! What is told to whom, and by which way. Pure: no AWS, no clock, no I/O.

mod news;
mod route;
mod story;

pub use news::{News, Subject, Wording};
pub use route::{AllowedPrefixes, Rules, Step, Tried};
pub use story::{Lease, Story, Told, Verdict};

#[cfg(test)]
mod tests;
