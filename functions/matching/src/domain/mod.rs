//! Pure decisions: what is known and what has happened give the next step. No AWS, no clock, no I/O.
//!
//! Each event has one function: `on_registered` in `registration`, `on_submitted`, `on_deferred` and `on_closed` in
//! `lifecycle`, `on_deducted`, `on_rejected` and `on_credited` in `points`. Where an event is likely to meet one certain state, `first_attempt`
//! and `confirmation` decide without that state being read: the write's condition holds it.

pub mod choice;
mod decision;
mod events;
mod lifecycle;
mod next_step;
mod partner;
mod points;
mod policy;
mod registration;
mod request;
mod revision_1;

pub use decision::{Offer, PendingDecision};
pub use lifecycle::{first_attempt, on_closed, on_deferred, on_submitted};
pub use next_step::{NextStep, RequestChange, Transition};
pub use partner::{KnownBalance, Partner, PartnerChange};
pub use points::{confirmation, on_credited, on_deducted, on_rejected};
pub use policy::{DecisionContext, MatchingPolicy};
pub use registration::{Registration, on_registered};
pub use request::{Request, Stage, State, Submission};

use contract::{Invalid, Reason};

/// The event contradicts what is stored, although its cause is always saved before it is published.
fn breaks_contract(detail: &str) -> Invalid {
    Invalid::new(Reason::BreaksContract, detail)
}

/// The event's business key is known with other contents.
fn identity_conflict(detail: &str) -> Invalid {
    Invalid::new(Reason::IdentityConflict, detail)
}

#[cfg(test)]
mod tests;
