//! The port to matching's own table, and how its items are laid out there.
//!
//! | `pk` | `sk` | what | other attributes |
//! | --- | --- | --- | --- |
//! | `request#<id>` | `request` | a request | `requestId`, `submission`, `attempt`, `state`, `partner` (of a live or closed match), `released`, `saved`, `expiresAt` (once it has ended) |
//! | `partner#<id>` | `partner` | a partner | `registered` (the registration in force), `openMatches`, `shown` (`balance`, `sequence`) |
//! | `candidates#<category>#<region>` | partner id | a partner to look at for this category and region | none |
//!
//! A request's item is put as a whole, on the condition that attempt and state are those read. A partner's item is
//! written by many at once: its count is added to, under conditions that hold whatever else was written meanwhile.
//! Candidate rows are written with the registration alone; what they say is held against the partner's own item.
//!
//! Every read is consistent: nobody may be refused on the ground of what was true a moment ago.

mod dynamodb;
mod expressions;

use aws::WriteError;
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};

use crate::domain::{Partner, Registration, Request, Transition};

pub use dynamodb::DynamoDb;

/// Matching's table.
pub trait Store {
    /// A request, expired or not.
    fn request(&self, id: &RequestId) -> impl Future<Output = Result<Option<Request>, BoxError>>;

    /// A partner, active or not.
    fn partner(&self, id: &PartnerId) -> impl Future<Output = Result<Option<Partner>, BoxError>>;

    /// These partners, in any order; those unknown are left out.
    fn partners(&self, ids: &[&PartnerId]) -> impl Future<Output = Result<Vec<Partner>, BoxError>>;

    /// Who is to be looked at for this category and region, in the order of their ids.
    fn candidates(
        &self,
        category: &Category,
        region: &Region,
    ) -> impl Future<Output = Result<Vec<PartnerId>, BoxError>>;

    /// Writes a transition, all of it or nothing: first its partners, in their order, by whose positions a conflict names those
    /// that are contended, then its request.
    fn commit(&self, transition: &Transition) -> impl Future<Output = Result<(), WriteError>>;

    /// Writes a registration and the candidate rows that it moves, all of it or nothing; open matches and the
    /// shown balance stay what they are.
    fn register(&self, registration: &Registration)
    -> impl Future<Output = Result<(), WriteError>>;
}
