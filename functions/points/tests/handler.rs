//! Points' handler over a fake ledger: what it returns and what it stores.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use builders::events::{charge, match_closed, purchase};
use contract::{Publication, Received};
use points::domain::Account;
use points::handler::Points;
use proptest::prelude::*;
use serde_json::Value;
use support::fakes::Fault;
use support::fakes::PlannedFaults;
use support::fakes::RecordingClock;
use support::fakes::points::Ledger;

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_772_355_600_123)
}

fn handler(ledger: &Ledger) -> Points<Ledger, RecordingClock> {
    Points::new(ledger.clone(), RecordingClock::default())
}

async fn handle(ledger: &Ledger, messages: &[Received]) -> Vec<Outcome<Publication>> {
    let outcomes = handler(ledger).handle(messages, now()).await;
    ledger.items().audit().unwrap();
    outcomes
}

/// Handles messages that all succeed with one event each, and returns these.
async fn publish(ledger: &Ledger, messages: &[Received]) -> Vec<Publication> {
    let outcomes = handle(ledger, messages).await;
    assert_eq!(outcomes.len(), messages.len());
    outcomes.into_iter().map(|outcome| outcome.unwrap().remove(0)).collect()
}

/// The events' reasons, or types where there is none, with balance and sequence.
fn summary(publications: &[Publication]) -> Vec<(String, u64, u64)> {
    let mut summary = Vec::new();
    for publication in publications {
        let body: Value = serde_json::from_str(&publication.body).unwrap();
        let data = &body["data"];
        let kind = data["reason"].as_str().or(body["type"].as_str()).unwrap();
        let balance = data["balance"].as_u64().unwrap();
        let sequence = data["sequence"].as_u64().unwrap();
        summary.push((kind.to_owned(), balance, sequence));
    }
    summary
}

/// The balance and sequence of a partner's account.
fn account(ledger: &Ledger, partner: &str) -> Option<(u64, u64)> {
    let accounts = ledger.items().accounts;
    let account: Option<&Account> = accounts.get(&partner.parse().unwrap());
    account.map(|account| (account.balance, account.sequence))
}

fn assert_retryable(outcome: Option<&Outcome<Publication>>) {
    assert!(matches!(outcome, Some(Err(Failure::Retryable(_)))), "{outcome:?}");
}

#[tokio::test]
async fn a_group_takes_one_read_and_one_transaction_for_each_record() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let group = [
        charge("m0", "p1", 5),
        purchase("b1", "p1", 10),
        charge("m1", "p1", 4),
        charge("m2", "p1", 7),
        charge("m3", "p1", 6),
    ];
    let publications = publish(&ledger, &group).await;
    let expected = [
        ("unknown_account", 0, 0),
        ("points.credited", 10, 1),
        ("points.deducted", 6, 2),
        ("insufficient_points", 6, 3),
        ("points.deducted", 0, 4),
    ];
    assert_eq!(
        summary(&publications),
        expected.map(|(kind, balance, sequence)| (kind.to_owned(), balance, sequence))
    );
    assert_eq!(faults.calls(), 1 + group.len());
    let items = ledger.items();
    let decisions = items.decisions.into_values();
    let mut saved: Vec<_> = decisions.map(|decision| decision.publication).collect();
    let mut returned = publications;
    saved.sort_by_key(|publication| publication.id.clone());
    returned.sort_by_key(|publication| publication.id.clone());
    assert_eq!(saved, returned, "every decision is saved with its event");
    assert_eq!(items.accounts.len(), 1);
    assert_eq!(account(&ledger, "p1"), Some((0, 4)));
    let changes: Vec<_> = items.entries.values().map(|entry| entry.change).collect();
    assert_eq!(changes, [10, -4, 0, -6]);
}

#[tokio::test]
async fn a_decision_that_was_not_saved_is_not_published() {
    for fault in [Fault::Refused, Fault::TimedOutAfter] {
        let faults = PlannedFaults::default();
        let ledger = Ledger::over(faults.transport());
        faults.fail_call(2, fault);
        let group = [purchase("b1", "p1", 10), charge("m1", "p1", 4), charge("m2", "p1", 4)];
        let outcomes = handle(&ledger, &group).await;
        assert_eq!(outcomes.len(), 2, "nothing is handled after a failure");
        assert!(outcomes[0].is_ok());
        assert_retryable(outcomes.last());
        let decisions = if fault == Fault::Refused { 1 } else { 2 };
        assert_eq!(ledger.items().decisions.len(), decisions);
    }
}

#[tokio::test]
async fn a_repeat_within_a_group_has_no_second_effect() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let (purchase, charge) = (purchase("b1", "p1", 10), charge("m1", "p1", 4));
    let group = [purchase.clone(), charge.clone(), purchase, charge];
    let publications = publish(&ledger, &group).await;
    assert_eq!(publications[..2], publications[2..]);
    assert_eq!(faults.calls(), 3, "one read, two transactions");
    assert_eq!(account(&ledger, "p1"), Some((6, 2)));
}

#[tokio::test]
async fn after_a_write_conflict_the_account_is_read_and_decided_on_again() {
    let ledger = Ledger::default();
    publish(&ledger, &[purchase("b1", "p1", 10)]).await;
    let (one, other) = ([charge("m1", "p1", 6)], [charge("m2", "p1", 6)]);
    let (one, other) = tokio::join!(publish(&ledger, &one), publish(&ledger, &other));
    let mut both = summary(&[one, other].concat());
    both.sort();
    let expected = [("insufficient_points", 4, 3), ("points.deducted", 4, 2)];
    assert_eq!(
        both,
        expected.map(|(kind, balance, sequence)| (kind.to_owned(), balance, sequence))
    );
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_is_a_retryable_failure() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    faults.fail_call(0, Fault::Refused);
    let outcomes = handle(&ledger, &[purchase("b1", "p1", 10), charge("m1", "p1", 4)]).await;
    assert_eq!(outcomes.len(), 1);
    assert_retryable(outcomes.first());
}

#[tokio::test]
async fn a_group_may_hold_several_partners() {
    let ledger = Ledger::default();
    let group = [
        purchase("b1", "p1", 10),
        purchase("b2", "p2", 20),
        charge("m1", "p1", 4),
    ];
    publish(&ledger, &group).await;
    assert_eq!(account(&ledger, "p1"), Some((6, 2)));
    assert_eq!(account(&ledger, "p2"), Some((20, 1)));
}

#[tokio::test]
async fn an_event_of_another_type_is_ignored() {
    let ledger = Ledger::default();
    let closed = match_closed("r1", 1).received();
    let outcomes = handle(&ledger, &[closed, purchase("b1", "p1", 10)]).await;
    assert!(matches!(&outcomes[..], [Ok(none), Ok(one)] if none.is_empty() && one.len() == 1));
}

fn any_message() -> impl Strategy<Value = Received> {
    let numbers = || (0..10_u8, 0..2_u8, 1..6_u32);
    prop_oneof![
        numbers().prop_map(|(id, p, n)| purchase(&format!("b{id}"), &format!("p{p}"), n)),
        numbers().prop_map(|(id, p, n)| charge(&format!("m{id}"), &format!("p{p}"), n)),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    prop_oneof![
        Just(Fault::Contended),
        Just(Fault::Refused),
        Just(Fault::TimedOutAfter),
        Just(Fault::Repeated)
    ]
}

/// Delivers the messages in order, in groups of this size, and again after failures, until all are handled. Returns the
/// events published for each message, none for a quarantined one.
async fn deliver(ledger: &Ledger, messages: &[Received], size: usize) -> Vec<Vec<Publication>> {
    let mut events = Vec::new();
    for _ in 0..100 {
        if events.len() == messages.len() {
            return events;
        }
        let left = &messages[events.len()..];
        let group = &left[..size.min(left.len())];
        for outcome in handler(ledger).handle(group, now()).await {
            match outcome {
                Ok(published) => events.push(published),
                Err(Failure::Permanent(_)) => events.push(Vec::new()),
                Err(Failure::Retryable(_)) => {}
            }
        }
        ledger.items().audit().unwrap();
    }
    panic!("only {} of {} were handled", events.len(), messages.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Two processes handle the same messages concurrently, in groups of any size, with faults at any call.
    #[test]
    fn points_are_exact_under_any_faults(
        messages in prop::collection::vec(any_message(), 1..25),
        sizes in (1..11_usize, 1..11_usize),
        faults in prop::collection::btree_map(0..80_usize, fault(), 0..25),
    ) {
        let planned = PlannedFaults::default();
        let ledger = Ledger::over(planned.transport());
        for (call, fault) in faults {
            planned.fail_call(call, fault);
        }
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (one, other) = runtime.block_on(async {
            tokio::join!(
                deliver(&ledger, &messages, sizes.0),
                deliver(&ledger, &messages, sizes.1),
            )
        });
        prop_assert_eq!(&one, &other);
        let items = ledger.items();
        prop_assert_eq!(runtime.block_on(deliver(&ledger, &messages, 10)), one.clone());
        prop_assert_eq!(&ledger.items(), &items, "nothing is left to decide");
        for (message, events) in messages.iter().zip(&one) {
            let key = points::domain::Order::of(message).unwrap().key;
            let saved = &items.decisions[&key].publication;
            prop_assert!(events.is_empty() || events == std::slice::from_ref(saved));
        }
    }
}
