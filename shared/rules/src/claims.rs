//! Partners as matching knows them: their open matches, and the balance of their account.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::account::{Account, shown};
use crate::decision::Decision;
use crate::json::{number, text};
use crate::violation::{Rule, Subject, Violation};

/// A partner, as far as rules need it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partner {
    /// Its id.
    pub id: String,
    /// The number of its open matches.
    pub open_matches: i128,
    /// The newest balance that matching was told and saved.
    pub known: Option<Account>,
}

impl Partner {
    /// Reads a partner's item.
    pub fn of(item: &Value) -> Self {
        let known = &item["shown"];
        Self {
            id: text(&item["registered"]["partnerId"]).to_owned(),
            open_matches: number(&item["openMatches"]),
            known: (!known.is_null()).then(|| Account::of(known)),
        }
    }

    pub(crate) fn check_open_matches(&self, live: &BTreeMap<&str, i128>) -> Option<Violation> {
        let live = live.get(&*self.id).copied().unwrap_or(0);
        (self.open_matches != live).then(|| Violation {
            rule: Rule::OpenMatches,
            subject: Subject::Partner(self.id.clone()),
            found: format!("openMatches is {}", self.open_matches),
            expected: format!("{live}, since {live} requests have a live match with it"),
        })
    }

    /// Compares the known balance with the account, or with the decision at its sequence where that is among these.
    pub(crate) fn check_known(&self, account: Option<Account>, history: &[&Decision]) -> Option<Violation> {
        let known = self.known?;
        let account = account.unwrap_or_default();
        if account.unreadable {
            return None; // of which another rule tells
        }
        let at = history.binary_search_by_key(&known.sequence, |decision| decision.sequence);
        let balance = match at {
            Ok(at) => history[at].balance,
            Err(_) if known.sequence == 0 => 0,
            Err(_) if known.sequence >= account.sequence => account.balance,
            Err(_) => return None, // a gap, of which another rule tells, or a history that begins later
        };
        let is_right = !known.unreadable && known.balance == balance && known.sequence <= account.sequence;
        (!is_right).then(|| Violation {
            rule: Rule::KnownBalance,
            subject: Subject::Partner(self.id.clone()),
            found: format!("matching knows {}", shown(known)),
            expected: format!("{balance} points there, and the account is at {}", account.sequence),
        })
    }
}

/// Live matches with a partner that matching does not know.
pub(crate) fn of_unknown(partner: &str, live: i128) -> Violation {
    Violation {
        rule: Rule::OpenMatches,
        subject: Subject::Partner(partner.to_owned()),
        found: "not registered".to_owned(),
        expected: format!("registered, since {live} requests have a live match with it"),
    }
}
