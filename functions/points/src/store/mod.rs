//! The port to the ledger, and how its table is laid out.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `purchase#<purchaseId>`, `match#<matchId>` | `decision` | the [`Decision`]: `order`, `fingerprint`, `partner`, `transfer` (`id`, `debit`, `credit`, `points`) or `refusal` (`points`, `reason`), `balance`, `sequence`, `decidedAt`, `publication` |
//! | `partner#<partnerId>` | `account` | `balance`, `sequence`: the partner's account after its last decision |
//!
//! One transaction writes the new decisions of a message group and, once each, the accounts that they are on. A decision, under
//! the business key, is what makes a charge happen once. Decisions are put once and never changed, and nothing in this
//! table expires. A refusal for an unknown account changes no account: it is a decision alone.
//!
//! **An account's history** is the index `History`: its decisions by `partner` and `sequence`, with `balance`, `transfer`,
//! `refusal` and `decidedAt`; the sequence of a refusal for an unknown account is 0. Functions neither read it nor may.
//! How to audit an account by it: docs/understand/ledger.md. Up to version 0.2.0 a third item, `entry#<sequence>` in the account's
//! partition, was the history. What there is of them stays, and is not read.
//!
//! **The platform's balance** is derived: minus the sum of all the partners' balances, as every transfer
//! debits one side and credits the other.

mod dynamodb;
mod items;

use aws::Conflict;
use batch::BoxError;
use contract::PartnerId;

use crate::domain::{Decision, LedgerView, Order};

pub use dynamodb::DynamoDb;

/// The ledger. It is only ever added to.
pub trait Store {
    /// Reads these partners' accounts, consistently.
    fn accounts(&self, partners: &[&PartnerId]) -> impl Future<Output = Result<LedgerView, BoxError>>;

    /// Reads, consistently, the account and the saved decision of every order.
    fn load(&self, orders: &[&Order<'_>]) -> impl Future<Output = Result<LedgerView, BoxError>>;

    /// Saves decisions, in their order, all or none: if nothing was decided under their keys, and their accounts have the
    /// sequences before them. Otherwise it is [`CommitError::Conflict`].
    fn commit(&self, decisions: &[&Decision]) -> impl Future<Output = Result<(), CommitError>>;
}

/// Why decisions were not saved.
#[derive(Debug, thiserror::Error)]
pub enum CommitError {
    /// The ledger is not, or may soon not be, as it was when they were decided. Nothing was saved.
    #[error("{conflict}")]
    Conflict {
        /// The failed call.
        conflict: Conflict,
        /// The accounts and decisions that are stored instead; none if they have to be loaded.
        stored: Option<LedgerView>,
    },
    /// Any other failure. They may have been saved all the same: the next attempt tells.
    #[error(transparent)]
    Failed(#[from] BoxError),
}
