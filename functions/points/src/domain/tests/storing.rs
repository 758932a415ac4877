//! What is stored, and read again.

use builders::events::{charge, purchase};
use serde_json::json;

use super::{decided, given};
use crate::domain::{AccountRef, OrderKey};

#[test]
fn no_personal_data_is_stored() {
    let ledger = given(&[purchase("b1", "p1", 500)]);
    let stored = serde_json::to_string(&decided(&ledger, &charge("m1", "p1", 200))).unwrap();
    for personal in ["821012345678", "customer"] {
        assert!(!stored.contains(personal), "{stored}");
    }
}

#[test]
fn accounts_and_keys_are_read_as_they_are_written() {
    for account in [AccountRef::Platform, AccountRef::Partner("p1".parse().unwrap())] {
        assert_eq!(AccountRef::try_from(account.to_string()), Ok(account));
    }
    for key in [
        OrderKey::Purchase("b1".parse().unwrap()),
        OrderKey::Match("m1".parse().unwrap()),
    ] {
        assert_eq!(OrderKey::try_from(key.to_string()), Ok(key));
    }
    for wrong in ["", "partner", "partner#", "platform#p1", "partner#a#b"] {
        assert!(AccountRef::try_from(wrong.to_owned()).is_err(), "{wrong}");
        assert!(OrderKey::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn a_decision_is_stored_with_its_key_and_both_accounts() {
    let stored = json!(decided(&given(&[]), &purchase("b1", "p1", 500)));
    assert_eq!(stored["order"], "purchase#b1");
    let sides = &stored["transfer"];
    assert_eq!(sides["debit"], "platform");
    assert_eq!(sides["credit"], "partner#p1");
}

#[test]
fn what_is_read_again_replaces_what_was_known() {
    let mut known = given(&[purchase("b1", "p1", 500), purchase("b2", "p2", 7)]);
    let now = [
        purchase("b1", "p1", 500),
        purchase("b2", "p2", 7),
        charge("m1", "p1", 200),
    ];
    known.update(given(&[now[0].clone(), now[2].clone()]));
    assert_eq!(known, given(&now));
}
