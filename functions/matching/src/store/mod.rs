//! The port to matching's table, and the layout of the table.
//!
//! | `pk` | `sk` | what | other attributes |
//! | --- | --- | --- | --- |
//! | `request#<id>` | `request` | a request | `requestId`, `submission`, `attempt`, `state`, `partner` (of a live or closed match), `released`, `saved`, `expiresAt` (once it has ended) |
//! | `partner#<id>` | `partner` | a partner | `registered` (the registration in force), `openMatches`, `shown` (`balance`, `sequence`) |
//! | `candidates#<category>#<region>` | partner id | a candidate: a partner that may serve this category and region | none |
//!
//! A request's item is put as a whole, on the condition that attempt and state are those read, but for the confirmation of its match,
//! which is an update on the condition that the match is pending. A partner's item is
//! written by many at once: its count is added to, under conditions that hold whatever else was written meanwhile.
//! Candidate rows are written with the registration alone; a candidate is checked against the partner's own item.
//!
//! Every read is consistent: no request may be deferred because of what was true a moment ago. A request may be matched because of it,
//! since all that counts is a condition of the write.

mod dynamodb;
mod expressions;

use aws::WriteError;
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};

use crate::domain::{Partner, Registration, Request, Transition};

pub use dynamodb::DynamoDb;

/// Why a transition was not saved.
#[derive(Debug)]
pub struct CommitError {
    /// The failure of the write.
    pub error: WriteError,
    /// The partners whose items were in other transactions.
    pub contended: Vec<PartnerId>,
}

impl CommitError {
    /// The failure of a write of this transition: of its partners in their order, then of its request.
    pub fn new(transition: &Transition, error: WriteError) -> Self {
        let positions = match &error {
            WriteError::Conflict(conflict) => conflict.contended.as_slice(),
            WriteError::Failed(_) => &[],
        };
        let partners = positions
            .iter()
            .filter_map(|position| transition.partners.get(*position));
        let contended = partners.map(|change| change.partner.clone()).collect();
        Self { error, contended }
    }
}

impl From<WriteError> for CommitError {
    fn from(error: WriteError) -> Self {
        let contended = Vec::new();
        Self { error, contended }
    }
}

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

    /// Writes a transition, all or nothing.
    fn commit(&self, transition: &Transition) -> impl Future<Output = Result<(), CommitError>>;

    /// Writes a registration and the candidate rows that it moves, all or nothing; the number of open matches and the known
    /// balance stay as they are.
    fn register(&self, registration: &Registration) -> impl Future<Output = Result<(), WriteError>>;
}
