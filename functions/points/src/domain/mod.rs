//! Accounts and transfers, after `TigerBeetle`: pure decisions, no clock, no I/O.
//!
//! Every order (a purchase, or the charge for a match) gets one [`Decision`], for ever: it is kept
//! under the order's business key together with the event that tells of it, and a repeat of the
//! order is answered with what was saved. Every decision on an account takes the account's next
//! sequence, refusals included, and states the balance after it.

mod books;
mod decide;
mod decision;
mod order;
#[cfg(test)]
mod tests;

pub use books::{Account, Books};
pub use decide::{Undecided, Verdict, decide};
pub use decision::{Decision, Party, Ruling};
pub use order::{Key, Order};
