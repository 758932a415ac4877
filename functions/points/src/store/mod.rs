//! The port to the ledger, and how its table is laid out.
//!
//! | `pk` | `sk` | attributes |
//! | --- | --- | --- |
//! | `purchase#<purchaseId>`, `match#<matchId>` | `decision` | the [`Decision`]: `order`, `fingerprint`, `partner`, `transfer` (`id`, `debit`, `credit`, `points`) or `refusal` (`points`, `reason`), `balance`, `sequence`, `decidedAt`, `publication` |
//! | `partner#<partnerId>` | `account` | `balance`, `sequence`: the partner's account after its last decision |
//! | `partner#<partnerId>` | `entry#<sequence, 20 digits>` | `sequence`, `change` (signed; 0 for a refusal), `balance`, `order` (the decision's key) |
//!
//! One transaction writes all three. The decision, under the business key, is what makes a charge
//! happen once; the entry makes an account's history one query. Decisions and entries are put once
//! and never changed, and nothing in this table expires. A refusal for an unknown account
//! changes no account: it is a decision alone.
//!
//! **Auditing a partner**: `Query` with `pk = partner#<partnerId>`, consistently. It gives the account,
//! then the entries in order: their sequences are 1, 2, … without gaps up to the account's; each
//! balance is the one before it plus `change`, and the last is the account's.
//!
//! **The platform's balance** is derived: minus the sum of all the partners' balances, as every transfer
//! debits one side and credits the other.

mod dynamodb;
mod items;

use aws::WriteError;
use batch::BoxError;

use crate::domain::{Decision, LedgerView, Order};

pub use dynamodb::DynamoDb;

/// The ledger. It is only ever added to.
pub trait Store {
    /// Reads, consistently, the account and the saved decision of every order.
    fn load(&self, orders: &[Order<'_>]) -> impl Future<Output = Result<LedgerView, BoxError>>;

    /// Saves a decision whole or not at all: if nothing was decided under its key, and its account
    /// has the sequence before it. Otherwise it is [`WriteError::Conflict`].
    fn commit(&self, decision: &Decision) -> impl Future<Output = Result<(), WriteError>>;
}
