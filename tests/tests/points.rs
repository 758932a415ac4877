//! The handler of points over the ledger's twin: what it returns, and what it has stored.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use contract::{EventType, EventTypeAttribute, Publication, Received};
use matchflow_tests::messages::{charge, message, purchase};
use matchflow_tests::twins::clock::Pauses;
use matchflow_tests::twins::faults::Faults;
use matchflow_tests::twins::line::Fault;
use matchflow_tests::twins::points::Ledger;
use points::domain::Account;
use points::handler::Points;
use proptest::prelude::*;
use serde_json::{Value, json};

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_772_355_600_123)
}

fn handler(ledger: &Ledger) -> Points<Ledger, Pauses> {
    Points::new(ledger.clone(), Pauses::default())
}

async fn handle(ledger: &Ledger, messages: &[Received]) -> Vec<Outcome<Publication>> {
    let outcomes = handler(ledger).handle(messages, now()).await;
    ledger.items().audit().unwrap();
    outcomes
}

/// Handles messages that all succeed with one event each.
async fn published(ledger: &Ledger, messages: &[Received]) -> Vec<Publication> {
    let outcomes = handle(ledger, messages).await;
    assert_eq!(outcomes.len(), messages.len());
    outcomes
        .into_iter()
        .map(|outcome| outcome.unwrap().remove(0))
        .collect()
}

fn told(publications: &[Publication]) -> Vec<(String, u64, u64)> {
    let of = |publication: &Publication| {
        let body: Value = serde_json::from_str(&publication.body).unwrap();
        let number = |name: &str| body["data"][name].as_u64().unwrap();
        let kind = body["data"]["reason"].as_str().or(body["type"].as_str());
        (
            kind.unwrap().to_owned(),
            number("balance"),
            number("sequence"),
        )
    };
    publications.iter().map(of).collect()
}

fn account(ledger: &Ledger, partner: &str) -> Option<(u64, u64)> {
    let accounts = ledger.items().accounts;
    let account: Option<&Account> = accounts.get(&partner.parse().unwrap());
    account.map(|account| (account.balance, account.sequence))
}

fn assert_retryable(outcome: Option<&Outcome<Publication>>) {
    assert!(
        matches!(outcome, Some(Err(Failure::Retryable(_)))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn behaviour_21_a_group_is_one_read_and_one_transaction_a_record() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    let group = [
        charge("m0", "p1", 5),
        purchase("b1", "p1", 10),
        charge("m1", "p1", 4),
        charge("m2", "p1", 7),
        charge("m3", "p1", 6),
    ];
    let publications = published(&ledger, &group).await;
    let expected = [
        ("unknown_account", 0, 0),
        ("points.credited", 10, 1),
        ("points.deducted", 6, 2),
        ("insufficient_points", 6, 3),
        ("points.deducted", 0, 4),
    ];
    assert_eq!(
        told(&publications),
        expected.map(|(kind, b, s)| (kind.to_owned(), b, s))
    );
    assert_eq!(faults.calls(), 1 + group.len());
    let items = ledger.items();
    let mut saved: Vec<_> = items
        .decisions
        .into_values()
        .map(|saved| saved.publication)
        .collect();
    saved.sort_by_key(|publication| publications.iter().position(|told| told == publication));
    assert_eq!(
        saved, publications,
        "every decision is saved with its event"
    );
    assert_eq!(items.accounts.len(), 1);
    assert_eq!(account(&ledger, "p1"), Some((0, 4)));
    let changes: Vec<_> = items.entries.values().map(|entry| entry.change).collect();
    assert_eq!(changes, [10, -4, 0, -6]);
}

#[tokio::test]
async fn behaviour_21_what_was_not_saved_is_not_published() {
    for fault in [Fault::Refused, Fault::TimedOutAfter] {
        let faults = Faults::default();
        let ledger = Ledger::over(faults.line());
        faults.plan(2, fault);
        let group = [
            purchase("b1", "p1", 10),
            charge("m1", "p1", 4),
            charge("m2", "p1", 4),
        ];
        let outcomes = handle(&ledger, &group).await;
        assert_eq!(outcomes.len(), 2, "nothing is handled behind a failure");
        assert!(outcomes[0].is_ok());
        assert_retryable(outcomes.last());
        let decisions = if fault == Fault::Refused { 1 } else { 2 };
        assert_eq!(ledger.items().decisions.len(), decisions);
    }
}

#[tokio::test]
async fn behaviour_22_handled_again_gives_the_same_bytes_and_no_second_effect() {
    let ledger = Ledger::default();
    let group = [
        purchase("b1", "p1", 10),
        charge("m1", "p1", 4),
        charge("m2", "p1", 7),
    ];
    let first = published(&ledger, &group).await;
    published(&ledger, &[charge("m3", "p1", 1), purchase("b2", "p1", 3)]).await;
    let items = ledger.items();
    assert_eq!(published(&ledger, &group).await, first);
    assert_eq!(ledger.items(), items);
}

#[tokio::test]
async fn behaviour_22_a_repeat_within_a_group_has_no_second_effect() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    let (buy, take) = (purchase("b1", "p1", 10), charge("m1", "p1", 4));
    let group = [buy.clone(), take.clone(), buy, take];
    let publications = published(&ledger, &group).await;
    assert_eq!(publications[..2], publications[2..]);
    assert_eq!(faults.calls(), 3, "one read, two transactions");
    assert_eq!(account(&ledger, "p1"), Some((6, 2)));
}

#[tokio::test]
async fn behaviour_22_twice_at_once_is_one_effect() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    let group = [
        purchase("b1", "p1", 10),
        charge("m1", "p1", 4),
        charge("m2", "p1", 7),
    ];
    let (one, other) = tokio::join!(published(&ledger, &group), published(&ledger, &group));
    assert_eq!(one, other);
    assert_eq!(account(&ledger, "p1"), Some((6, 3)));
    assert!(faults.calls() > 8, "they did meet");
}

#[tokio::test]
async fn behaviour_23_other_data_under_a_known_key_is_quarantined() {
    let ledger = Ledger::default();
    published(&ledger, &[purchase("b1", "p1", 10), charge("m1", "p1", 4)]).await;
    let items = ledger.items();
    for other in [
        purchase("b1", "p1", 11),
        charge("m1", "p1", 5),
        charge("m1", "p2", 4),
    ] {
        let outcomes = handle(&ledger, &[other, charge("m2", "p1", 1)]).await;
        let [Err(Failure::Permanent(rejection))] = outcomes.as_slice() else {
            panic!("{outcomes:?}");
        };
        assert_eq!(rejection.reason, "identity_conflict");
        assert!(
            rejection.detail.starts_with("`data` must be "),
            "{}",
            rejection.detail
        );
    }
    assert_eq!(ledger.items(), items);
}

#[tokio::test]
async fn behaviour_24_rejected_stays_rejected_after_a_top_up() {
    let ledger = Ledger::default();
    let refused = [charge("m0", "p1", 5)];
    let unknown = published(&ledger, &refused).await;
    published(&ledger, &[purchase("b1", "p1", 3)]).await;
    let short = published(&ledger, &[charge("m1", "p1", 5)]).await;
    published(&ledger, &[purchase("b2", "p1", 100)]).await;
    assert_eq!(published(&ledger, &refused).await, unknown);
    assert_eq!(published(&ledger, &[charge("m1", "p1", 5)]).await, short);
    assert_eq!(account(&ledger, "p1"), Some((103, 3)));
}

#[tokio::test]
async fn behaviour_25_killed_between_write_and_publish_the_redelivery_publishes() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    let group = [purchase("b1", "p1", 10), charge("m1", "p1", 4)];
    faults.plan(2, Fault::TimedOutAfter);
    assert_retryable(handle(&ledger, &group).await.last());
    let items = ledger.items();
    let publications = published(&ledger, &group).await;
    let saved = &items.decisions[&points::domain::Key::Match("m1".parse().unwrap())];
    assert_eq!(publications[1], saved.publication);
    assert_eq!(ledger.items(), items);
}

#[tokio::test]
async fn behaviour_26_exactly_the_balance_succeeds_and_one_point_more_is_refused() {
    let ledger = Ledger::default();
    let limit = 1_000_000_000;
    let group = [
        purchase("b1", "p1", limit),
        charge("m1", "p1", 1),
        charge("m2", "p1", limit),
        charge("m3", "p1", limit - 1),
    ];
    let publications = published(&ledger, &group).await;
    let kinds: Vec<_> = told(&publications)
        .into_iter()
        .map(|(kind, ..)| kind)
        .collect();
    let expected = [
        "points.credited",
        "points.deducted",
        "insufficient_points",
        "points.deducted",
    ];
    assert_eq!(kinds, expected);
    assert_eq!(account(&ledger, "p1"), Some((0, 4)));
}

#[tokio::test]
async fn behaviour_27_a_conflict_is_tried_again_after_a_jittered_pause() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    published(&ledger, &[purchase("b1", "p1", 10)]).await;
    (0..3).for_each(|_| faults.strike("points.commit", Fault::Contended));
    let waits = Pauses::default();
    let handler = Points::new(ledger.clone(), waits.clone());
    let outcomes = handler.handle(&[charge("m1", "p1", 4)], now()).await;
    let publications = outcomes.into_iter().next().unwrap().unwrap();
    assert_eq!(told(&publications), [("points.deducted".to_owned(), 6, 2)]);
    let waits = waits.taken();
    assert_eq!(waits.len(), 3);
    for (wait, longest) in waits.iter().zip([40, 80, 160]) {
        let longest = Duration::from_millis(longest);
        assert!(longest / 2 <= *wait && *wait <= longest, "{waits:?}");
    }
}

#[tokio::test]
async fn behaviour_27_conflicts_without_end_are_retryable_never_a_refusal() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    let buy = published(&ledger, &[purchase("b1", "p1", 10)]).await;
    (0..100).for_each(|_| faults.strike("points.commit", Fault::Contended));
    let outcomes = handle(&ledger, &[charge("m1", "p1", 4), charge("m2", "p1", 4)]).await;
    assert_eq!(outcomes.len(), 1);
    assert_retryable(outcomes.first());
    assert_eq!(ledger.items().decisions.len(), buy.len());
}

#[tokio::test]
async fn behaviour_27_an_account_that_others_moved_is_read_again() {
    let ledger = Ledger::default();
    published(&ledger, &[purchase("b1", "p1", 10)]).await;
    let (one, other) = ([charge("m1", "p1", 6)], [charge("m2", "p1", 6)]);
    let (one, other) = tokio::join!(published(&ledger, &one), published(&ledger, &other));
    let mut both = told(&[one, other].concat());
    both.sort();
    let expected = [("insufficient_points", 4, 3), ("points.deducted", 4, 2)];
    assert_eq!(both, expected.map(|(kind, b, s)| (kind.to_owned(), b, s)));
}

fn decoded(body: &str) -> Received {
    let accepts = [EventType::PointsPurchased, EventType::RequestMatched];
    let queue = "arn:aws:sqs:ap-northeast-2:123456789012:points.fifo";
    contract::decode(body, EventTypeAttribute::Absent, &accepts, queue)
        .unwrap()
        .unwrap()
}

#[tokio::test]
async fn behaviour_29_form_and_envelope_are_not_the_identity() {
    let ledger = Ledger::default();
    let first = [
        r#"{"specversion":"1.0","id":"e1","source":"/pay","type":"points.purchased","time":"2026-03-01T09:00:00Z","data":{"purchaseId":"b1","partnerId":"p1","points":10}}"#,
        r#"{"specversion":"1.0","id":"e2","source":"/matchflow/matching","type":"request.matched","time":"2026-03-01T09:00:00Z","data":{"requestId":"r1","matchId":"m1","attempt":1,"customer":{"id":"c1","locale":"ko-KR"},"partner":{"id":"p1","name":"Clean"},"fee":{"points":4},"category":"cleaning","region":"KR-11","submittedAt":"2026-03-01T08:59:59Z"}}"#,
    ];
    let again = [
        r#" { "data" : { "points" : 10 , "note": [ { } ], "partnerId" : "p1" , "purchaseId" : "b1" } , "time" : "1999-12-31T23:59:59+09:00" , "type" : "points.purchased" , "source" : "/other" , "id" : "e3" , "specversion" : "1.0" } "#,
        r#"{"data":{"submittedAt":"2026-03-01T17:59:59.000+09:00","region":"KR-11","category":"cleaning","fee":{"points":4,"currency":"P"},"partner":{"name":"Cl\u0065an","id":"p1"},"customer":{"id":"c1"},"attempt":1,"matchId":"m1","requestId":"r1"},"type":"request.matched","time":"2999-01-01T00:00:00Z","source":"/x","id":"e1","specversion":"1.0"}"#,
    ];
    let first = published(&ledger, &first.map(decoded)).await;
    let items = ledger.items();
    assert_eq!(published(&ledger, &again.map(decoded)).await, first);
    assert_eq!(ledger.items(), items);
}

#[tokio::test]
async fn a_ledger_that_cannot_be_read_is_retryable() {
    let faults = Faults::default();
    let ledger = Ledger::over(faults.line());
    faults.plan(0, Fault::Refused);
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
    published(&ledger, &group).await;
    assert_eq!(account(&ledger, "p1"), Some((6, 2)));
    assert_eq!(account(&ledger, "p2"), Some((20, 1)));
}

#[tokio::test]
async fn an_event_for_others_is_ignored() {
    let ledger = Ledger::default();
    let data = json!({ "requestId": "r1", "matchId": "m1" });
    let closed = message(EventType::MatchClosed, &data);
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

/// Delivers what is left until nothing is; gives what was published for each message at last, none
/// for a quarantined one.
async fn deliver(ledger: &Ledger, messages: &[Received], size: usize) -> Vec<Vec<Publication>> {
    let mut events = Vec::new();
    for _ in 0..100 {
        if events.len() == messages.len() {
            return events;
        }
        let left = &messages[events.len()..];
        for outcome in handler(ledger)
            .handle(&left[..size.min(left.len())], now())
            .await
        {
            match outcome {
                Ok(published) => events.push(published),
                Err(Failure::Permanent(_)) => events.push(Vec::new()),
                Err(Failure::Retryable(_)) => {}
            }
        }
        ledger.items().audit().unwrap();
    }
    panic!("only {} of {} came through", events.len(), messages.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Two processes at once over the same messages, in groups of any size, with faults anywhere.
    #[test]
    fn points_are_exact_whatever_fails(
        messages in prop::collection::vec(any_message(), 1..25),
        sizes in (1..11_usize, 1..11_usize),
        faults in prop::collection::btree_map(0..80_usize, fault(), 0..25),
    ) {
        let planned = Faults::default();
        let ledger = Ledger::over(planned.line());
        for (call, fault) in faults {
            planned.plan(call, fault);
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
        prop_assert_eq!(&ledger.items(), &items, "all was decided");
        for (message, events) in messages.iter().zip(&one) {
            let key = points::domain::Order::of(message).unwrap().key;
            let saved = &items.decisions[&key].publication;
            prop_assert!(events.is_empty() || events == std::slice::from_ref(saved));
        }
    }
}
