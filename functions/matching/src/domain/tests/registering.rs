//! Registrations and the rows by which partners are found.

use std::collections::BTreeSet;

use contract::{Category, PartnerRegistered, Region};

use super::*;

fn registration(version: u64, categories: &[&str], regions: &[&str], active: bool) -> PartnerRegistered {
    parsed(&json!({
        "partnerId": "p-1", "version": version, "name": "One", "categories": categories, "regions": regions,
        "capacity": 3, "fee": { "points": 10 }, "active": active,
    }))
}

fn known(registered: PartnerRegistered) -> Partner {
    Partner {
        registered,
        open_matches: 2,
        known_balance: None,
    }
}

fn pairs(list: &[(&str, &str)]) -> BTreeSet<(Category, Region)> {
    list.iter()
        .map(|(category, region)| (parsed(&json!(category)), parsed(&json!(region))))
        .collect()
}

#[test]
fn a_new_partner_is_listed() {
    let event = registration(4, &["cleaning", "moving"], &["KR-11"], true);
    let registration = on_registered(None, &event).unwrap().unwrap();
    assert_eq!((registration.before, &registration.after), (None, &event));
    assert_eq!(
        registration.listed,
        pairs(&[("cleaning", "KR-11"), ("moving", "KR-11")])
    );
    assert_eq!(registration.unlisted, pairs(&[]));
}

#[test]
fn a_higher_version_moves_only_what_changed() {
    let before = registration(1, &["cleaning"], &["KR-11", "KR-26"], true);
    let after = registration(2, &["cleaning"], &["KR-26", "KR-41"], true);
    let moved = on_registered(Some(&known(before.clone())), &after).unwrap().unwrap();
    assert_eq!(moved.before, Some(before.version));
    assert_eq!(moved.listed, pairs(&[("cleaning", "KR-41")]));
    assert_eq!(moved.unlisted, pairs(&[("cleaning", "KR-11")]));
}

#[test]
fn an_inactive_partner_is_not_listed() {
    let active = registration(1, &["cleaning"], &["KR-11"], true);
    let inactive = registration(2, &["cleaning"], &["KR-11"], false);
    let gone = on_registered(Some(&known(active)), &inactive).unwrap().unwrap();
    assert_eq!(
        (gone.listed, gone.unlisted),
        (pairs(&[]), pairs(&[("cleaning", "KR-11")]))
    );
    let again = registration(3, &["cleaning"], &["KR-11"], true);
    let back = on_registered(Some(&known(inactive)), &again).unwrap().unwrap();
    assert_eq!(
        (back.listed, back.unlisted),
        (pairs(&[("cleaning", "KR-11")]), pairs(&[]))
    );
}

#[test]
fn a_lower_version_is_ignored_whatever_its_contents() {
    let before = known(registration(5, &["cleaning"], &["KR-11"], true));
    let lower = registration(4, &["moving"], &["KR-26"], false);
    assert_eq!(on_registered(Some(&before), &lower), Ok(None));
}

#[test]
fn the_same_version_is_a_repeat_or_a_conflict() {
    let event = registration(5, &["cleaning"], &["KR-11"], true);
    let before = known(event.clone());
    assert_eq!(on_registered(Some(&before), &event), Ok(None));
    let other = registration(5, &["cleaning"], &["KR-11"], false);
    assert_eq!(
        on_registered(Some(&before), &other).unwrap_err().reason,
        Reason::IdentityConflict
    );
    let mut implied = json!(event);
    implied.as_object_mut().unwrap().remove("active");
    assert_eq!(on_registered(Some(&before), &parsed(&implied)), Ok(None));
}
