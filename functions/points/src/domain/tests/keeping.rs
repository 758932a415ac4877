//! What is kept, and read again.

use serde_json::json;

use super::{charge, decided, given, purchase};
use crate::domain::{Key, Party};

#[test]
fn no_personal_data_is_kept() {
    let books = given(&[purchase("b1", "p1", 500)]);
    let kept = serde_json::to_string(&decided(&books, &charge("m1", "p1", 200))).unwrap();
    for personal in ["821012345678", "customer"] {
        assert!(!kept.contains(personal), "{kept}");
    }
}

#[test]
fn parties_and_keys_are_read_as_they_are_written() {
    for party in [Party::Platform, Party::Partner("p1".parse().unwrap())] {
        assert_eq!(Party::try_from(party.to_string()), Ok(party));
    }
    for key in [
        Key::Purchase("b1".parse().unwrap()),
        Key::Match("m1".parse().unwrap()),
    ] {
        assert_eq!(Key::try_from(key.to_string()), Ok(key));
    }
    for wrong in ["", "partner", "partner#", "platform#p1", "partner#a#b"] {
        assert!(Party::try_from(wrong.to_owned()).is_err(), "{wrong}");
        assert!(Key::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}

#[test]
fn a_decision_is_kept_under_its_key_with_both_sides_named() {
    let kept = json!(decided(&given(&[]), &purchase("b1", "p1", 500)));
    assert_eq!(kept["order"], "purchase#b1");
    let sides = &kept["transfer"];
    assert_eq!(sides["debit"], "platform");
    assert_eq!(sides["credit"], "partner#p1");
}

#[test]
fn what_is_read_again_goes_over_what_was_known() {
    let mut known = given(&[purchase("b1", "p1", 500), purchase("b2", "p2", 7)]);
    let now = [
        purchase("b1", "p1", 500),
        purchase("b2", "p2", 7),
        charge("m1", "p1", 200),
    ];
    known.update(given(&[now[0].clone(), now[2].clone()]));
    assert_eq!(known, given(&now));
}
