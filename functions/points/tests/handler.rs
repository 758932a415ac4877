//! Points' handler over a fake ledger: what it returns and what it stores.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use builders::events::{charge, match_closed, purchase};
use contract::{Publication, Received};
use jiff::Timestamp;
use points::domain::{Account, DecisionError, LedgerView, Order, OrderDecision, decide};
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

type Process = Points<Ledger, RecordingClock>;

fn process(ledger: &Ledger) -> Process {
    Points::new(ledger.clone(), RecordingClock::default())
}

/// Handles messages by a new process.
async fn handle(ledger: &Ledger, messages: &[Received]) -> Vec<Outcome<Publication>> {
    let outcomes = process(ledger).handle(messages, now()).await;
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

/// The events of messages that all succeed.
fn events(outcomes: Vec<Outcome<Publication>>) -> Vec<Vec<Publication>> {
    outcomes.into_iter().map(Result::unwrap).collect()
}

fn assert_retryable(outcome: Option<&Outcome<Publication>>) {
    assert!(matches!(outcome, Some(Err(Failure::Retryable(_)))), "{outcome:?}");
}

#[tokio::test]
async fn a_group_takes_one_read_of_accounts_and_one_transaction() {
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
    assert_eq!(faults.called(), ["points.accounts", "points.commit"]);
    let items = ledger.items();
    let decisions = items.decisions.into_values();
    let mut saved: Vec<_> = decisions.map(|decision| decision.publication).collect();
    let mut returned = publications;
    saved.sort_by_key(|publication| publication.id.clone());
    returned.sort_by_key(|publication| publication.id.clone());
    assert_eq!(saved, returned, "every decision is saved with its event");
    assert_eq!(items.accounts.len(), 1);
    assert_eq!(account(&ledger, "p1"), Some((0, 4)));
}

#[tokio::test]
async fn a_transaction_that_fails_is_tried_record_by_record_and_what_was_not_saved_is_not_published() {
    for fault in [Fault::Refused, Fault::TimedOutAfter] {
        let faults = PlannedFaults::default();
        let ledger = Ledger::over(faults.transport());
        faults.fail_call(1, fault); // all together
        faults.fail_call(5, Fault::Refused); // the second alone
        let group = [purchase("b1", "p1", 10), charge("m1", "p1", 4), charge("m2", "p1", 4)];
        let outcomes = handle(&ledger, &group).await;
        let called = faults.called();
        assert_eq!(called[..2], ["points.accounts", "points.commit"]);
        if fault == Fault::TimedOutAfter {
            assert_eq!(called[2..], ["points.load"; 3], "all are repeats");
            assert!(outcomes.iter().all(Result::is_ok));
            continue;
        }
        assert_eq!(
            called[2..],
            ["points.load", "points.commit", "points.load", "points.commit"]
        );
        assert_eq!(outcomes.len(), 2, "nothing is handled after a failure");
        assert!(outcomes[0].is_ok());
        assert_retryable(outcomes.last());
        assert_eq!(account(&ledger, "p1"), Some((10, 1)));
    }
}

#[tokio::test]
async fn a_single_record_that_cannot_be_saved_fails_at_once() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    faults.fail_call(1, Fault::Refused);
    let outcomes = handle(&ledger, &[purchase("b1", "p1", 10)]).await;
    assert_eq!(outcomes.len(), 1);
    assert_retryable(outcomes.first());
    assert_eq!(faults.calls(), 2);
    assert!(ledger.items().decisions.is_empty());
}

#[tokio::test]
async fn a_repeat_within_a_group_has_no_second_effect() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let (purchase, charge) = (purchase("b1", "p1", 10), charge("m1", "p1", 4));
    let group = [purchase.clone(), charge.clone(), purchase, charge];
    let publications = publish(&ledger, &group).await;
    assert_eq!(publications[..2], publications[2..]);
    assert_eq!(faults.called(), ["points.accounts", "points.commit"]);
    assert_eq!(account(&ledger, "p1"), Some((6, 2)));
}

#[tokio::test]
async fn a_process_that_wrote_the_account_last_reads_nothing() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let process = process(&ledger);
    process.handle(&[purchase("b1", "p1", 10)], now()).await;
    for (charges, expected) in [(["m1", "m2"], (4, 3)), (["m3", "m4"], (0, 5))] {
        let before = faults.calls();
        let group = charges.map(|id| charge(id, "p1", if id == "m4" { 1 } else { 3 }));
        let outcomes = process.handle(&group, now()).await;
        assert!(outcomes.iter().all(Result::is_ok));
        assert_eq!(faults.called()[before..], ["points.commit"]);
        assert_eq!(account(&ledger, "p1"), Some(expected));
    }
    ledger.items().audit().unwrap();
}

#[tokio::test]
async fn an_unknown_account_is_read_each_time() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let process = process(&ledger);
    process.handle(&[charge("m1", "p1", 1)], now()).await;
    publish(&ledger, &[purchase("b1", "p1", 10)]).await;
    let before = faults.calls();
    let outcomes = process.handle(&[charge("m2", "p1", 1)], now()).await;
    assert!(outcomes[0].is_ok());
    assert_eq!(faults.called()[before..], ["points.accounts", "points.commit"]);
    assert_eq!(account(&ledger, "p1"), Some((9, 2)));
}

#[tokio::test]
async fn what_another_process_wrote_is_told_by_the_transaction_that_fails_without_a_pause() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let clock = RecordingClock::default();
    let process = Points::new(ledger.clone(), clock.clone());
    process.handle(&[purchase("b1", "p1", 10)], now()).await;
    let elsewhere = publish(&ledger, &[charge("m1", "p1", 4)]).await;

    let before = faults.calls();
    let group = [charge("m1", "p1", 4), charge("m2", "p1", 4), charge("m3", "p1", 4)];
    let outcomes = process.handle(&group, now()).await;
    let published: Vec<_> = outcomes.into_iter().map(|outcome| outcome.unwrap().remove(0)).collect();
    assert_eq!(published[..1], elsewhere, "a repeat publishes the saved event");
    let expected = [("points.deducted", 2, 3), ("insufficient_points", 2, 4)];
    assert_eq!(
        summary(&published[1..]),
        expected.map(|(kind, balance, sequence)| (kind.to_owned(), balance, sequence))
    );
    assert_eq!(faults.called()[before..], ["points.commit", "points.commit"]);
    assert!(clock.taken().is_empty());

    // Other processes serve the partner, too: for a while its account is read.
    let before = faults.calls();
    process.handle(&[charge("m4", "p1", 1)], now()).await;
    assert_eq!(faults.called()[before..], ["points.accounts", "points.commit"]);
    for n in 0..99 {
        process.handle(&[charge(&format!("n{n}"), "p1", 1)], now()).await;
    }
    let before = faults.calls();
    process.handle(&[charge("m5", "p1", 1)], now()).await;
    assert_eq!(faults.called()[before..], ["points.commit"]);
    ledger.items().audit().unwrap();
}

#[tokio::test]
async fn a_repeat_leaves_what_is_remembered_as_it_is() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let process = process(&ledger);
    let group = [purchase("b1", "p1", 10), charge("m1", "p1", 4)];
    let first = process.handle(&group, now()).await;
    let before = faults.calls();
    let again = process.handle(&group, now()).await;
    assert_eq!(events(again), events(first));
    assert_eq!(faults.called()[before..], ["points.commit"], "nothing is left to write");
    process.handle(&[charge("m2", "p1", 4)], now()).await;
    assert_eq!(faults.called()[before..], ["points.commit"; 2]);
    assert_eq!(account(&ledger, "p1"), Some((2, 3)));
}

#[tokio::test]
async fn the_groups_of_a_batch_share_a_read() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let process = process(&ledger);
    let groups = ["p1", "p2", "p3"].map(|partner| [purchase(&format!("b-{partner}"), partner, 10)]);
    let [one, two, three] = &groups;
    let outcomes = tokio::join!(
        process.handle(one, now()),
        process.handle(two, now()),
        process.handle(three, now()),
    );
    assert!(
        [outcomes.0, outcomes.1, outcomes.2]
            .iter()
            .all(|outcomes| outcomes[0].is_ok())
    );
    let expected = ["points.accounts", "points.commit", "points.commit", "points.commit"];
    assert_eq!(faults.called(), expected);
    assert_eq!(ledger.items().accounts.len(), 3);
    ledger.items().audit().unwrap();
}

#[tokio::test]
async fn a_group_that_is_cut_off_while_it_reads_for_others_does_not_keep_them() {
    let faults = PlannedFaults::default();
    let ledger = Ledger::over(faults.transport());
    let process = process(&ledger);
    faults.fail_call(0, Fault::Hangs);
    let (cut_off, other) = ([purchase("b1", "p1", 10)], [purchase("b2", "p2", 10)]);
    let mut cut_off = Box::pin(process.handle(&cut_off, now()));
    let other = process.handle(&other, now());
    let until_it_reads = async {
        while faults.calls() == 0 {
            tokio::task::yield_now().await;
        }
    };
    let outcomes = tokio::join!(other, async move {
        tokio::select! {
            _ = &mut cut_off => panic!("it hangs"),
            () = until_it_reads => drop(cut_off),
        }
    });
    assert!(outcomes.0[0].is_ok());
    assert_eq!(account(&ledger, "p2"), Some((10, 1)));
    assert_eq!(account(&ledger, "p1"), None);
}

#[tokio::test]
async fn a_key_with_other_data_is_rejected_alone() {
    let ledger = Ledger::default();
    publish(&ledger, &[purchase("b1", "p1", 10)]).await;
    let group = [charge("m1", "p1", 4), purchase("b1", "p1", 11), charge("m2", "p1", 4)];
    let outcomes = handle(&ledger, &group).await;
    assert_eq!(
        outcomes.len(),
        2,
        "the rest is handed over again once it is quarantined"
    );
    assert!(outcomes[0].is_ok());
    assert!(matches!(&outcomes[1], Err(Failure::Permanent(rejection)) if rejection.reason == "identity_conflict"));
    assert_eq!(account(&ledger, "p1"), Some((6, 2)));
    assert_eq!(ledger.items().decisions.len(), 2);
}

#[tokio::test]
async fn behind_an_order_beyond_the_limit_nothing_is_saved_and_a_repeat_is_told_from_it() {
    let ledger = Ledger::default();
    publish(&ledger, &[purchase("b1", "p1", 10)]).await;
    let full = Account {
        balance: u64::MAX - 5,
        sequence: 7,
    };
    ledger.put_account("p1", full);
    let group = [
        purchase("b2", "p1", 5),
        purchase("b1", "p1", 10), // a repeat: there was room for it
        purchase("b3", "p1", 1),
        charge("m1", "p1", 4),
    ];
    let outcomes = process(&ledger).handle(&group, now()).await;
    assert_eq!(outcomes.len(), 3);
    assert!(outcomes[..2].iter().all(Result::is_ok));
    assert_retryable(outcomes.last());
    assert_eq!(account(&ledger, "p1"), Some((u64::MAX, 8)));
    assert_eq!(ledger.items().decisions.len(), 2);
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
    faults.fail_call(1, Fault::Refused);
    let outcomes = handle(&ledger, &[purchase("b1", "p1", 10), charge("m1", "p1", 4)]).await;
    assert_eq!(faults.called(), ["points.accounts", "points.load"]);
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

/// Delivers the messages in order to one process, in groups of this size, and again after failures, until all are handled. Returns the
/// events published for each message, none for a quarantined one.
async fn deliver(ledger: &Ledger, messages: &[Received], size: usize) -> Vec<Vec<Publication>> {
    let process = process(ledger);
    let mut events = Vec::new();
    for _ in 0..100 {
        if events.len() == messages.len() {
            return events;
        }
        let left = &messages[events.len()..];
        let group = &left[..size.min(left.len())];
        for outcome in process.handle(group, now()).await {
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

/// A message, handled by one process after the other.
fn reference(messages: &[Received]) -> (Vec<Result<Publication, String>>, LedgerView) {
    let (mut ledger, mut results) = (LedgerView::default(), Vec::new());
    for message in messages {
        let order = Order::of(message).unwrap();
        let at = Timestamp::try_from(now()).unwrap();
        let decided = match decide(&order, &ledger, at) {
            Ok(OrderDecision::Repeat(saved)) => Ok(saved.publication.clone()),
            Ok(OrderDecision::New(decision)) => {
                let publication = decision.publication.clone();
                ledger.apply(*decision);
                Ok(publication)
            }
            Err(error) => Err(error.to_string()),
        };
        results.push(decided);
    }
    (results, ledger)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Groups of any size, each handled by one of three processes, with conflicts: the ledger and the outcomes are as if every
    /// message were decided by itself, by all that was decided before.
    #[test]
    fn groups_and_memory_change_nothing(
        messages in prop::collection::vec(any_message(), 1..60),
        turns in prop::collection::vec((1..11_usize, 0..3_usize), 60),
        contended in prop::collection::btree_set(0..60_usize, 0..10),
    ) {
        let planned = PlannedFaults::default();
        let ledger = Ledger::over(planned.transport());
        for call in contended {
            planned.fail_call(call, Fault::Contended);
        }
        let processes = [process(&ledger), process(&ledger), process(&ledger)];
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let mut results = Vec::new();
        for (size, turn) in turns.into_iter().cycle().take(200) {
            let left = &messages[results.len()..];
            if left.is_empty() {
                break;
            }
            let group = &left[..size.min(left.len())];
            for outcome in runtime.block_on(processes[turn].handle(group, now())) {
                match outcome {
                    Ok(mut events) => results.push(Ok(events.remove(0))),
                    Err(Failure::Permanent(_)) => results.push(Err(DecisionError::IdentityConflict.to_string())),
                    Err(Failure::Retryable(_)) => {}
                }
            }
            ledger.items().audit().unwrap();
        }
        let (expected, view) = reference(&messages);
        prop_assert_eq!(results, expected);
        let items = ledger.items();
        let mut stored = LedgerView::default();
        for decision in items.decisions.into_values() {
            stored.insert_decision(decision);
        }
        for (partner, account) in items.accounts {
            stored.insert_account(partner, account);
        }
        prop_assert_eq!(stored, view);
    }
}
