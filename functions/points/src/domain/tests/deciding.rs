//! Charges, credits and refusals, and their events.

use builders::events::{charge, match_closed, purchase};
use contract::Received;
use serde_json::{Value, json};

use super::{LIMIT, at, data, decided, given, holding, match_of_revision_1, sides};
use crate::domain::{DecisionError, LedgerView, Order, OrderDecision, Posting, decide};

#[test]
fn the_first_purchase_opens_the_account() {
    let decision = decided(&given(&[]), &purchase("b1", "p1", 500));
    assert_eq!(
        data(&decision),
        json!({
            "partnerId": "p1", "points": 500, "balance": 500, "sequence": 1,
            "transferId": contract::ids::purchase_transfer_id(&"b1".parse().unwrap()),
            "purchaseId": "b1",
        })
    );
    assert_eq!(sides(&decision), ("platform".into(), "partner#p1".into()));
}

#[test]
fn a_charge_moves_the_fee_to_the_platform() {
    let ledger = given(&[purchase("b1", "p1", 500)]);
    let decision = decided(&ledger, &charge("m1", "p1", 200));
    assert_eq!(
        data(&decision),
        json!({
            "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 200,
            "balance": 300, "sequence": 2,
            "transferId": contract::ids::match_transfer_id(&"m1".parse().unwrap()),
            "submittedAt": "2026-03-01T08:59:59.000000Z", "category": "cleaning", "region": "KR-11",
        })
    );
    assert_eq!(sides(&decision), ("partner#p1".into(), "platform".into()));
    assert_eq!(decision.balance_change(), -200);
}

#[test]
fn what_is_published_anew_keeps_the_limits_of_times() {
    for balance in [200, 199] {
        let decision = decided(&given(&[purchase("b1", "p1", balance)]), &match_of_revision_1());
        assert_eq!(data(&decision)["submittedAt"], "0001-01-02T00:00:00.000000Z");
    }
}

#[test]
fn events_are_grouped_by_partner_and_name_their_cause() {
    let mut cause = purchase("b1", "p1", 500);
    (cause.id, cause.correlation_id) = ("envelope-1".to_owned(), "r1".to_owned());
    let decision = decided(&given(&[]), &cause);
    let body: Value = serde_json::from_str(&decision.publication.body).unwrap();
    assert_eq!(decision.publication.group, "p1");
    assert_eq!(body["source"], "/matchflow/points");
    assert_eq!(body["type"], "points.credited");
    assert_eq!(body["causationid"], "envelope-1");
    assert_eq!(body["correlationid"], "r1");
    assert_eq!(body["time"], "2026-03-01T09:00:00.000000Z");
}

#[test]
fn behaviour_26_a_balance_exactly_at_the_amount_goes_to_zero() {
    let ledger = given(&[purchase("b1", "p1", 200)]);
    let decision = decided(&ledger, &charge("m1", "p1", 200));
    assert_eq!((decision.balance, decision.sequence), (0, 2));
    assert!(matches!(decision.posting, Posting::Transfer { .. }));
}

#[test]
fn behaviour_26_one_point_short_is_refused_and_takes_a_sequence() {
    let ledger = given(&[purchase("b1", "p1", 199)]);
    let decision = decided(&ledger, &charge("m1", "p1", 200));
    assert_eq!(
        data(&decision),
        json!({
            "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 200,
            "balance": 199, "sequence": 2, "reason": "insufficient_points",
            "submittedAt": "2026-03-01T08:59:59.000000Z", "category": "cleaning", "region": "KR-11",
        })
    );
    assert_eq!(decision.balance_change(), 0);
}

#[test]
fn a_charge_without_an_account_is_refused_without_a_sequence() {
    let mut ledger = given(&[]);
    let decision = decided(&ledger, &charge("m1", "p1", 200));
    assert_eq!(
        data(&decision),
        json!({
            "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 200,
            "balance": 0, "sequence": 0, "reason": "unknown_account",
            "submittedAt": "2026-03-01T08:59:59.000000Z", "category": "cleaning", "region": "KR-11",
        })
    );
    ledger.apply(decision);
    assert_eq!(ledger.account(&"p1".parse().unwrap()), None);
    assert_eq!(decided(&ledger, &purchase("b1", "p1", 1)).sequence, 1);
}

#[test]
fn an_emptied_account_is_still_known() {
    let ledger = given(&[purchase("b1", "p1", 5), charge("m1", "p1", 5)]);
    let decision = decided(&ledger, &charge("m2", "p1", 5));
    assert_eq!(data(&decision)["reason"], "insufficient_points");
    assert_eq!(data(&decision)["sequence"], 3);
}

#[test]
fn accounts_have_sequences_of_their_own() {
    let ledger = given(&[purchase("b1", "p1", 5), purchase("b2", "p2", 7)]);
    let decision = decided(&ledger, &charge("m1", "p2", 5));
    assert_eq!((decision.balance, decision.sequence), (2, 2));
}

#[test]
fn behaviour_26_integer_limits_do_not_overflow() {
    let limit = u64::from(LIMIT);
    let decide = |ledger: &LedgerView, cause: &Received| {
        decide(&Order::of(cause).unwrap(), ledger, at(0)).map(|decision| match decision {
            OrderDecision::New(decision) => (decision.balance, decision.sequence),
            OrderDecision::Repeat(_) => panic!("new"),
        })
    };
    let buy = purchase("b1", "p1", LIMIT);
    let take = charge("m1", "p1", LIMIT);
    assert_eq!(decide(&holding(limit, 7), &take), Ok((0, 8)));
    assert_eq!(decide(&holding(u64::MAX - limit, 7), &buy), Ok((u64::MAX, 8)));
    assert_eq!(
        decide(&holding(u64::MAX - limit + 1, 7), &buy),
        Err(DecisionError::BeyondLimit)
    );
    assert_eq!(decide(&holding(u64::MAX, 7), &take), Ok((u64::MAX - limit, 8)));
    for balance in [0, limit] {
        assert_eq!(
            decide(&holding(balance, u64::MAX), &take),
            Err(DecisionError::BeyondLimit)
        );
        assert_eq!(
            decide(&holding(balance, u64::MAX), &buy),
            Err(DecisionError::BeyondLimit)
        );
    }
}

#[test]
fn other_events_are_no_orders() {
    let closed = match_closed("r1", 1).received();
    assert!(Order::of(&closed).is_none());
}
