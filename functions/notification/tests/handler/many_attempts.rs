//! A request that is matched and refused many times: its item stays small, and what a customer was told is not forgotten.

use notification::domain::KEPT_OUTCOMES;
use serde_json::json;

use crate::{Harness, PHONE, SENT, customer_with_both, matched_for, summary, unmatched};

/// More than the highest `MaxAttempts`, each with an event for a refused push and one for a text.
const ATTEMPTS: u32 = 1_100;
/// The limit for an item (AWS: *Quotas in Amazon `DynamoDB`*).
const LARGEST_ITEM: usize = 400 * 1024;

#[tokio::test]
async fn an_item_stays_small_and_the_newest_outcomes_are_repeated() {
    let harness = Harness::new();
    harness.phones.refuse(crate::ENDPOINT);
    let customer = customer_with_both(PHONE);
    let mut published = vec![Vec::new()];
    for attempt in 1..=ATTEMPTS {
        published.push(harness.notify(&matched_for(attempt, &customer), 0).await);
    }
    let kept = harness.item().outcomes;
    assert_eq!(kept.len(), KEPT_OUTCOMES as usize);
    assert!(serde_json::to_vec(&kept).unwrap().len() < LARGEST_ITEM / 4);

    let texts = harness.texts();
    assert_eq!(texts.len(), ATTEMPTS as usize);
    for attempt in [ATTEMPTS, ATTEMPTS - KEPT_OUTCOMES + 1] {
        let repeat = harness.notify(&matched_for(attempt, &customer), 1).await;
        assert_eq!(repeat, published[attempt as usize]);
    }
    for attempt in [1, ATTEMPTS - KEPT_OUTCOMES] {
        assert!(harness.notify(&matched_for(attempt, &customer), 1).await.is_empty());
    }
    assert_eq!(harness.texts(), texts, "a repeat sends nothing");
}

#[tokio::test]
async fn a_customer_who_was_told_of_a_match_long_ago_is_told_of_a_change() {
    let harness = Harness::new();
    harness.notify(&matched_for(1, &customer_with_both(PHONE)), 0).await;
    let without_channel = json!({ "id": "c1" });
    for attempt in 2..2 * KEPT_OUTCOMES {
        let failed = harness.notify(&matched_for(attempt, &without_channel), 0).await;
        assert_eq!(summary(&failed), ["notification.failed none no_channel"]);
    }
    assert!(harness.item().outcomes.len() <= KEPT_OUTCOMES as usize + 1);
    let withdrawn = unmatched(ATTEMPTS, "no_partner");
    assert_eq!(summary(&harness.notify(&withdrawn, 0).await), [SENT]);
    let text = harness.texts().pop().unwrap();
    assert!(text.contains("can no longer take"), "{text}");
}
