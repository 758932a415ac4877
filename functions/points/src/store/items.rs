//! The ledger's items: keys and attributes, as `store/mod.rs` lays them out.

use aws::{Item, key, read_item};
use batch::BoxError;
use contract::PartnerId;
use serde::{Deserialize, Serialize};

use crate::domain::{Account, AccountRef, Decision, LedgerView, Order};

const DECISION: &str = "decision";
const ACCOUNT: &str = "account";

#[derive(Serialize, Deserialize)]
struct Row<T> {
    pk: String,
    sk: String,
    #[serde(flatten)]
    content: T,
}

pub(super) fn account_key(partner: &PartnerId) -> Item {
    key(AccountRef::Partner(partner.clone()).to_string(), ACCOUNT)
}

/// The keys of the accounts and decisions of these orders.
pub(super) fn keys(orders: &[&Order<'_>]) -> Vec<Item> {
    let keys = orders.iter().flat_map(|order| {
        let decision_key = key(order.key.to_string(), DECISION);
        [account_key(order.partner), decision_key]
    });
    keys.collect()
}

pub(super) fn decision(decision: &Decision) -> Result<Item, BoxError> {
    item(decision.order.to_string(), DECISION, decision)
}

pub(super) fn account(partner: &PartnerId, account: Account) -> Result<Item, BoxError> {
    let partner = AccountRef::Partner(partner.clone());
    item(partner.to_string(), ACCOUNT, account)
}

/// The accounts and decisions in these items.
pub(super) fn view(items: Vec<Item>) -> Result<LedgerView, BoxError> {
    let mut ledger = LedgerView::default();
    for item in items {
        insert(&mut ledger, item)?;
    }
    Ok(ledger)
}

fn insert(ledger: &mut LedgerView, item: Item) -> Result<(), BoxError> {
    let is_account = item
        .get("sk")
        .and_then(|sk| sk.as_s().ok())
        .is_some_and(|sk| sk == ACCOUNT);
    if !is_account {
        let row: Row<Decision> = read_item(item)?;
        ledger.insert_decision(row.content);
        return Ok(());
    }
    let row: Row<Account> = read_item(item)?;
    match AccountRef::try_from(row.pk)? {
        AccountRef::Partner(partner) => ledger.insert_account(partner, row.content),
        AccountRef::Platform => return Err("the platform has no account item".into()),
    }
    Ok(())
}

fn item(pk: String, sk: &str, content: impl Serialize) -> Result<Item, BoxError> {
    let sk = sk.to_owned();
    Ok(serde_dynamo::to_item(Row { pk, sk, content })?)
}
