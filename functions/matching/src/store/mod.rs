//! The port to matching's table, and the layout of the table.
//!
//! | `pk` | `sk` | what | other attributes |
//! | --- | --- | --- | --- |
//! | `request#<id>` | `request` | a request | `requestId`, `submission`, `attempt`, `state`, `partner` (of a live or closed match), `released`, `saved`, `expiresAt` (once it has ended) |
//! | `partner#<id>` | `partner` | a partner | `registered` (the registration in force), `openMatches`, `shown` (`balance`, `sequence`) |
//! | `candidates#<category>#<region>` | partner id | a candidate: a partner that may serve this category and region | none |
//!
//! A request's item is put as a whole, on the condition that attempt and state are those read. A partner's item is
//! written by many at once: its count is added to, under conditions that hold whatever else was written meanwhile.
//! Candidate rows are written with the registration alone; a candidate is checked against the partner's own item.
//!
//! Every read is consistent: no request may be deferred because of what was true a moment ago.

mod dynamodb;
mod expressions;

use aws::WriteError;
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};

use crate::domain::{Partner, Registration, Request, Transition};

pub use dynamodb::DynamoDb;

/// Matching's table: requests, partners and candidates.
pub trait Store {
    /// Reads a request, expired or not.
    fn request(&self, id: &RequestId) -> impl Future<Output = Result<Option<Request>, BoxError>>;

    /// Reads a partner, active or not.
    fn partner(&self, id: &PartnerId) -> impl Future<Output = Result<Option<Partner>, BoxError>>;

    /// Reads these partners, in any order, without those that are not there.
    fn partners(&self, ids: &[&PartnerId]) -> impl Future<Output = Result<Vec<Partner>, BoxError>>;

    /// Reads the candidates for this category and region, in the order of their ids.
    fn candidates(
        &self,
        category: &Category,
        region: &Region,
    ) -> impl Future<Output = Result<Vec<PartnerId>, BoxError>>;

    /// Writes a transition, all or nothing: its partners in their order, then its request. A [`Conflict`](aws::Conflict) names
    /// contended partners by their positions in the transition.
    fn commit(&self, transition: &Transition) -> impl Future<Output = Result<(), WriteError>>;

    /// Writes a registration and the candidate rows that it moves, all or nothing; the number of open matches and the known
    /// balance stay as they are.
    fn register(&self, registration: &Registration)
    -> impl Future<Output = Result<(), WriteError>>;
}
