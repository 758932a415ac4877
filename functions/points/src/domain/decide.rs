//! The rules: an order and a view of the ledger give a decision.

use contract::{
    PointsCredited, PointsDeducted, PointsPurchased, PointsRejected, Publication, RejectedReason, RequestMatched,
    Source, time,
};
use jiff::Timestamp;

use super::order::Task;
use super::{Account, AccountRef, Decision, LedgerView, Order, Posting};

/// Why an order could not be decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DecisionError {
    /// An order with the same key and other contents was decided before.
    #[error("an order with the same key and other data was decided before")]
    IdentityConflict,
    /// The account's balance or sequence would not fit into 64 bits.
    #[error("the account's balance or sequence would exceed its limit")]
    BeyondLimit,
}

/// The decision on an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderDecision<'v> {
    /// The saved one of a repeated order: publish its event again, save nothing.
    Repeat(&'v Decision),
    /// A new one: save it, then publish its event.
    New(Box<Decision>),
}

/// Decides an order. Its identity is checked before the account is.
///
/// # Errors
/// If the order conflicts with a saved decision, or the account cannot hold the result.
pub fn decide<'v>(
    order: &Order<'_>,
    ledger: &'v LedgerView,
    at: Timestamp,
) -> Result<OrderDecision<'v>, DecisionError> {
    // guard: repeat-is-found
    if let Some(saved) = ledger.decision(&order.key) {
        // guard: order-says-the-same
        return if saved.fingerprint == order.fingerprint() {
            Ok(OrderDecision::Repeat(saved))
        } else {
            Err(DecisionError::IdentityConflict)
        };
    }
    let account = ledger.account(order.partner);
    let decision = match (order.task, account) {
        (Task::Purchase(purchase), account) => credit(order, purchase, account.unwrap_or_default(), at)?,
        (Task::Charge(matched), Some(account)) => charge(order, matched, account, at)?,
        (Task::Charge(matched), None) => refuse_unknown_account(order, matched, at),
    };
    Ok(OrderDecision::New(Box::new(decision)))
}

fn credit(
    order: &Order<'_>,
    purchase: &PointsPurchased,
    before: Account,
    at: Timestamp,
) -> Result<Decision, DecisionError> {
    let balance = before.balance.checked_add(purchase.points.get().into());
    let after = before.next(balance.ok_or(DecisionError::BeyondLimit)?)?;
    let transfer_id = contract::ids::purchase_transfer_id(&purchase.purchase_id);
    let event = PointsCredited {
        partner_id: purchase.partner_id.clone(),
        points: purchase.points,
        balance: after.balance,
        sequence: after.sequence,
        transfer_id: transfer_id.clone(),
        purchase_id: purchase.purchase_id.clone(),
    };
    let posting = Posting::Transfer {
        id: transfer_id,
        debit: AccountRef::Platform,
        credit: AccountRef::Partner(purchase.partner_id.clone()),
        points: purchase.points,
    };
    Ok(decision(order, posting, after, event, at))
}

fn charge(
    order: &Order<'_>,
    matched: &RequestMatched,
    before: Account,
    at: Timestamp,
) -> Result<Decision, DecisionError> {
    // guard: balance-covers-fee
    let Some(balance) = before.balance.checked_sub(matched.fee.points.get().into()) else {
        let after = before.next(before.balance)?;
        return Ok(refuse(order, matched, after, RejectedReason::InsufficientPoints, at));
    };
    let after = before.next(balance)?;
    let transfer_id = contract::ids::match_transfer_id(&matched.match_id);
    let event = PointsDeducted {
        request_id: matched.request_id.clone(),
        match_id: matched.match_id.clone(),
        partner_id: matched.partner.id.clone(),
        points: matched.fee.points,
        balance: after.balance,
        sequence: after.sequence,
        transfer_id: transfer_id.clone(),
        submitted_at: time::within_limits(matched.submitted_at),
        category: Some(matched.category.clone()),
        region: Some(matched.region.clone()),
    };
    let posting = Posting::Transfer {
        id: transfer_id,
        debit: AccountRef::Partner(matched.partner.id.clone()),
        credit: AccountRef::Platform,
        points: matched.fee.points,
    };
    Ok(decision(order, posting, after, event, at))
}

/// A refusal on no account: it takes no sequence, and is final all the same.
fn refuse_unknown_account(order: &Order<'_>, matched: &RequestMatched, at: Timestamp) -> Decision {
    let none = Account::default();
    refuse(order, matched, none, RejectedReason::UnknownAccount, at)
}

fn refuse(
    order: &Order<'_>,
    matched: &RequestMatched,
    after: Account,
    reason: RejectedReason,
    at: Timestamp,
) -> Decision {
    let event = PointsRejected {
        request_id: matched.request_id.clone(),
        match_id: matched.match_id.clone(),
        partner_id: matched.partner.id.clone(),
        points: matched.fee.points,
        balance: after.balance,
        sequence: after.sequence,
        reason,
        submitted_at: Some(time::within_limits(matched.submitted_at)),
        category: Some(matched.category.clone()),
        region: Some(matched.region.clone()),
    };
    let points = matched.fee.points;
    decision(order, Posting::Refusal { points, reason }, after, event, at)
}

fn decision(
    order: &Order<'_>,
    posting: Posting,
    after: Account,
    event: impl Into<contract::Event>,
    at: Timestamp,
) -> Decision {
    Decision {
        order: order.key.clone(),
        fingerprint: order.fingerprint(),
        partner: order.partner.clone(),
        posting,
        balance: after.balance,
        sequence: after.sequence,
        decided_at: at,
        publication: Publication::new(Source::Points, event, order.partner.as_str(), at, order.cause),
    }
}
