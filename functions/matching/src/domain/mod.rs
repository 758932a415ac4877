//! Pure decisions: given what is known and what has happened, what comes next. No AWS, no clock, no I/O.

mod answers;
pub mod choice;
mod decision;
mod lifecycle;
mod partner;
mod registration;
mod request;
mod step;
mod telling;
mod terms;

pub use answers::{credited, deducted, rejected};
pub use decision::{Offer, Undecided};
pub use lifecycle::{closed, deferred, submitted};
pub use partner::{Partner, PartnerChange, Shown};
pub use registration::{Registration, registered};
pub use request::{Request, Stage, State, Submission};
pub use step::{RequestChange, Step, Transition};
pub use terms::{Moment, Terms};

use contract::{Invalid, Reason};

/// What contradicts everything known: its cause would have been saved before it was published.
fn breaks_contract(detail: &str) -> Invalid {
    Invalid::new(Reason::BreaksContract, detail)
}

/// A business key known already, with other contents.
fn identity_conflict(detail: &str) -> Invalid {
    Invalid::new(Reason::IdentityConflict, detail)
}

#[cfg(test)]
mod tests;
