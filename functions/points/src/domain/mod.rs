//! Accounts and transfers, as `TigerBeetle` has them: pure decisions, no clock, no I/O.
//!
//! Every order (a purchase, or the charge for a match) gets one [`Decision`] forever. It is saved under
//! the order's business key together with its event, and a repeat of the order publishes the saved
//! event again. Every decision on an account, refusals included, takes the account's next sequence and
//! states the balance after it.

mod decide;
mod decision;
mod group;
mod ledger_view;
mod order;
#[cfg(test)]
mod tests;

pub use decide::{DecisionError, OrderDecision, decide};
pub use decision::{AccountRef, Decision, Posting};
pub use group::{AccountChange, GroupDecision, account_changes, decide_group};
pub use ledger_view::{Account, LedgerView};
pub use order::{Order, OrderKey};
