//! Orders of a message group, decided one after the other and saved together.

use builders::events::{charge, purchase};
use contract::Received;

use super::{LIMIT, at, given, holding};
use crate::domain::{
    Account, AccountChange, DecisionError, GroupDecision, LedgerView, Order, account_changes, decide_group,
};

fn decided(ledger: &LedgerView, causes: &[Received]) -> GroupDecision {
    let orders: Vec<_> = causes.iter().map(|cause| Order::of(cause).unwrap()).collect();
    decide_group(&orders.iter().collect::<Vec<_>>(), ledger.clone(), at(0))
}

fn keys(group: &GroupDecision) -> Vec<String> {
    let new = group.new_decisions().into_iter();
    new.map(|decision| decision.order.to_string()).collect()
}

#[test]
fn each_is_decided_by_what_those_before_it_leave() {
    let before = given(&[purchase("b1", "p1", 5)]);
    let causes = [charge("m1", "p1", 4), charge("m2", "p1", 4), purchase("b2", "p1", 9)];
    let group = decided(&before, &causes);
    assert_eq!(group.ledger, given(&[&[purchase("b1", "p1", 5)][..], &causes].concat()));
    assert_eq!(keys(&group), ["match#m1", "match#m2", "purchase#b2"]);
    assert_eq!(group.error, None);
    let balances: Vec<_> = group.new_decisions().iter().map(|decision| decision.balance).collect();
    assert_eq!(balances, [1, 1, 10]);
    let published: Vec<_> = group
        .new_decisions()
        .iter()
        .map(|decision| vec![decision.publication.clone()])
        .collect();
    assert_eq!(group.events, published);
}

#[test]
fn repeats_have_their_events_and_are_not_new() {
    let before = given(&[purchase("b1", "p1", 5)]);
    let group = decided(
        &before,
        &[charge("m1", "p1", 4), purchase("b1", "p1", 5), charge("m1", "p1", 4)],
    );
    assert_eq!(keys(&group), ["match#m1"]);
    assert_eq!(group.events.len(), 3);
    assert_eq!(group.events[0], group.events[2]);
}

#[test]
fn nothing_is_decided_behind_an_order_that_cannot_be() {
    let before = given(&[purchase("b1", "p1", 5)]);
    let group = decided(
        &before,
        &[charge("m1", "p1", 4), purchase("b1", "p1", 6), charge("m2", "p1", 1)],
    );
    assert_eq!(group.error, Some(DecisionError::IdentityConflict));
    assert_eq!((keys(&group), group.events.len()), (vec!["match#m1".to_owned()], 1));

    let full = holding(u64::MAX, 7);
    let group = decided(&full, &[purchase("b1", "p1", LIMIT), charge("m1", "p1", 1)]);
    assert_eq!(group.error, Some(DecisionError::BeyondLimit));
    assert_eq!((keys(&group), group.events.len()), (Vec::new(), 0));
    assert_eq!(group.ledger, full);
}

#[test]
fn an_account_goes_from_the_sequence_before_the_first_to_what_the_last_leaves() {
    let before = given(&[purchase("b1", "p1", 5), purchase("b2", "p1", 5)]);
    let group = decided(
        &before,
        &[
            charge("m1", "p1", 4),
            charge("m2", "opens", 1),
            charge("m3", "unknown", 1),
            purchase("b3", "opens", 7),
            charge("m4", "p1", 9),
            charge("m5", "opens", 2),
            charge("m6", "unknown", 1),
        ],
    );
    let changes: Vec<_> = account_changes(&group.new_decisions())
        .into_iter()
        .map(|(partner, change)| (partner.as_str(), change))
        .collect();
    let change = |sequence_before, after: Option<(u64, u64)>| AccountChange {
        sequence_before,
        after: after.map(|(balance, sequence)| Account { balance, sequence }),
    };
    assert_eq!(
        changes,
        [
            ("opens", change(0, Some((5, 2)))),
            ("p1", change(2, Some((6, 4)))),
            ("unknown", change(0, None)),
        ]
    );
    let accounts = group.ledger.accounts();
    let accounts: Vec<_> = accounts
        .map(|(id, account)| (id.as_str(), account.balance, account.sequence))
        .collect();
    assert_eq!(accounts, [("opens", 5, 2), ("p1", 6, 4)]);
}
