//! Accounts and their histories.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::decision::Decision;
use crate::json::number;
use crate::tables::Begin;
use crate::violation::{Rule, Subject, Violation};

/// A partner's account.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Points on it.
    pub balance: i128,
    /// The number of decisions on it.
    pub sequence: i128,
    /// Whether one of the two is no number, and reads as 0.
    pub unreadable: bool,
}

impl Account {
    fn new(balance: i128, sequence: i128) -> Self {
        Self {
            balance,
            sequence,
            unreadable: false,
        }
    }

    /// Reads an account's item.
    pub fn of(item: &Value) -> Self {
        Self {
            balance: number(&item["balance"]),
            sequence: number(&item["sequence"]),
            unreadable: !(item["balance"].is_i64() || item["balance"].is_u64()) || !item["sequence"].is_u64(),
        }
    }
}

/// The decisions on each account, in the order of their sequences; one for an unknown account is on none.
pub(crate) fn histories<'a>(decisions: impl Iterator<Item = &'a Decision>) -> BTreeMap<&'a str, Vec<&'a Decision>> {
    let mut histories: BTreeMap<&str, Vec<&Decision>> = BTreeMap::new();
    for decision in decisions.filter(|decision| decision.sequence != 0) {
        histories.entry(&decision.partner).or_default().push(decision);
    }
    for history in histories.values_mut() {
        history.sort_by_key(|decision| decision.sequence);
    }
    histories
}

/// Adds up an account's history. Behind a decision that does not follow, it goes on with what that decision says.
pub(crate) fn check_account(
    partner: &str,
    account: Option<Account>,
    history: &[&Decision],
    begin: Begin,
) -> Vec<Violation> {
    let violation = |found: String, expected: String| Violation {
        rule: Rule::AccountFollowsHistory,
        subject: Subject::Partner(partner.to_owned()),
        found,
        expected,
    };
    let mut violations = Vec::new();
    let mut last = match (begin, history) {
        (Begin::Later, [first, ..]) => Account::new(first.balance - first.balance_change(), first.sequence - 1),
        (Begin::Later, []) => return violations,
        (Begin::First, _) => Account::default(),
    };
    for decision in history {
        let next = Account::new(last.balance + decision.balance_change(), last.sequence + 1);
        let found = Account::new(decision.balance, decision.sequence);
        if found.sequence > next.sequence {
            let found = format!(
                "{} at sequence {} follows sequence {}",
                decision.order, found.sequence, last.sequence
            );
            violations.push(violation(
                found,
                "the decisions between them, which are missing".to_owned(),
            ));
        } else if found != next {
            let found = format!("{} has {}", decision.order, shown(found));
            violations.push(violation(found, shown(next)));
        } else if found.balance < 0 {
            let found = format!("{} has {}", decision.order, shown(found));
            violations.push(violation(found, "no negative balance".to_owned()));
        }
        last = found;
    }
    let expected = (!history.is_empty()).then_some(last);
    if account != expected {
        let or_none = |account: Option<Account>| account.map_or("no account".to_owned(), shown);
        let found = format!("the account has {}", or_none(account));
        violations.push(violation(found, format!("as its last decision, {}", or_none(expected))));
    }
    violations
}

/// An account in words.
pub(crate) fn shown(account: Account) -> String {
    if account.unreadable {
        return "a balance or a sequence that is no number".to_owned();
    }
    format!("{} points at sequence {}", account.balance, account.sequence)
}
