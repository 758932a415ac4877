//! What must hold of the tables of matching and points, judged by their items alone: the simulation's checker asks it after every
//! write, `matchflow audit` of a deployed stack.
//!
//! It shares no code with the product: it reads items as JSON, and derives ids anew. [`Tables`] holds of each item what the rules
//! need. Each rule is an iterator of all [`Violation`]s: the simulation stops at the first, an audit reports every one. Rules that
//! need more than the tables at one moment (transitions, events, times) are the simulator's own.

mod account;
mod charges;
mod claims;
mod decision;
pub mod json;
mod match_id;
mod request;
mod tables;
mod violation;

pub use account::Account;
pub use claims::Partner;
pub use decision::{Decision, Posting};
pub use match_id::match_id;
pub use request::{Request, states};
pub use tables::{Begin, Tables};
pub use violation::{Rule, Subject, Violation};
