//! The item of a request: refusals, and what the customer was told before.

use std::collections::BTreeMap;

use contract::{EventType, Publication};
use jiff::Timestamp;

use super::LeaseRefusal::{AlreadySaved, Leased, Superseded};
use super::{KEPT_OUTCOMES, NotificationItem, SavedOutcome, at};

fn outcome(told_of_match: bool) -> SavedOutcome {
    let publications = vec![Publication {
        id: "n1".to_owned(),
        event_type: EventType::NotificationSent,
        group: "c1".to_owned(),
        correlation_id: "r1".to_owned(),
        body: "{}".to_owned(),
    }];
    SavedOutcome {
        told_of_match,
        publications,
    }
}

fn item(attempt: u32, lease_until: Option<Timestamp>, outcomes: &[(u32, SavedOutcome)]) -> NotificationItem {
    NotificationItem {
        attempt,
        lease_until,
        outcomes: outcomes.iter().cloned().collect::<BTreeMap<_, _>>(),
    }
}

#[test]
fn a_saved_outcome_is_repeated_even_after_a_newer_one() {
    let saved = outcome(true);
    let repeat = AlreadySaved(saved.publications.clone());
    assert_eq!(item(1, None, &[(1, saved.clone())]).into_refusal(1), repeat);
    assert_eq!(item(2, Some(at(9)), &[(1, saved.clone())]).into_refusal(1), repeat);
    assert_eq!(item(2, None, &[(1, saved), (2, outcome(true))]).into_refusal(1), repeat);
}

#[test]
fn an_attempt_without_an_outcome_is_superseded_by_a_newer_one_or_waits_for_the_lease() {
    assert_eq!(item(2, None, &[(2, outcome(true))]).into_refusal(1), Superseded);
    assert_eq!(item(2, Some(at(9)), &[]).into_refusal(1), Superseded);
    assert_eq!(item(2, Some(at(9)), &[]).into_refusal(2), Leased);
    assert_eq!(item(2, Some(at(9)), &[]).into_refusal(3), Leased);
}

#[test]
fn the_customer_knows_of_a_match_only_if_an_earlier_attempt_told_of_one() {
    let knows = |outcomes: &[(u32, SavedOutcome)], attempt| item(9, None, outcomes).told_of_match_before(attempt);
    assert!(!knows(&[], 2));
    assert!(!knows(&[(1, outcome(false))], 2));
    assert!(knows(&[(1, outcome(true))], 2));
    assert!(knows(&[(1, outcome(true)), (2, outcome(false))], 3));
    assert!(!knows(&[(2, outcome(true))], 2));
    assert!(!knows(&[(3, outcome(true))], 2));
}

#[test]
fn the_newest_outcomes_are_kept_and_the_last_that_told_of_a_match() {
    let outcomes = |told: u32, attempts: u32| -> Vec<_> {
        (1..=attempts)
            .map(|attempt| (attempt, outcome(attempt == told)))
            .collect()
    };
    let dropped = |told, attempts| item(attempts, None, &outcomes(told, attempts)).outcomes_to_drop();
    assert!(dropped(1, KEPT_OUTCOMES - 1).is_empty());
    assert_eq!(dropped(0, KEPT_OUTCOMES), [1]);
    assert!(dropped(1, KEPT_OUTCOMES).is_empty());
    assert_eq!(dropped(1, KEPT_OUTCOMES + 2), [2, 3]);
    assert_eq!(dropped(3, KEPT_OUTCOMES + 2), [1, 2]);
    assert_eq!(dropped(9, KEPT_OUTCOMES + 2), [1, 2, 3]);
}
