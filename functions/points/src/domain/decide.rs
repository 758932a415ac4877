//! The rules: from an order and the books to a decision.

use contract::{
    PointsCredited, PointsDeducted, PointsPurchased, PointsRejected, Publication, RejectedReason,
    RequestMatched, Source,
};
use jiff::Timestamp;

use super::order::Task;
use super::{Account, Books, Decision, Order, Party, Ruling};

/// Why an order could not be decided at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Undecided {
    /// Another order with other contents was decided under the same key.
    #[error("the same key was decided before with other data")]
    IdentityConflict,
    /// The account's balance or sequence has reached the largest number that can be counted.
    #[error("the account's balance or sequence would go beyond its limit")]
    BeyondLimit,
}

/// What is to be done about an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict<'b> {
    /// It was decided before: publish what was saved, change nothing.
    Repeat(&'b Decision),
    /// It is decided now: save this first, then publish what it says.
    New(Box<Decision>),
}

/// Decides an order by what the books say. Identity is checked before the account is.
pub fn decide<'b>(
    order: &Order<'_>,
    books: &'b Books,
    at: Timestamp,
) -> Result<Verdict<'b>, Undecided> {
    if let Some(saved) = books.decision(&order.key) {
        return if saved.fingerprint == order.fingerprint() {
            Ok(Verdict::Repeat(saved))
        } else {
            Err(Undecided::IdentityConflict)
        };
    }
    let account = books.account(order.partner);
    let decision = match order.task {
        Task::Purchase(purchase) => credit(order, purchase, account.unwrap_or_default(), at),
        Task::Charge(matched) => match account {
            None => Ok(unknown_account(order, matched, at)),
            Some(account) => charge(order, matched, account, at),
        },
    }?;
    Ok(Verdict::New(Box::new(decision)))
}

fn credit(
    order: &Order<'_>,
    purchase: &PointsPurchased,
    before: Account,
    at: Timestamp,
) -> Result<Decision, Undecided> {
    let balance = before.balance.checked_add(purchase.points.get().into());
    let after = before.next(balance.ok_or(Undecided::BeyondLimit)?)?;
    let transfer_id = contract::ids::purchase_transfer_id(&purchase.purchase_id);
    let event = PointsCredited {
        partner_id: purchase.partner_id.clone(),
        points: purchase.points,
        balance: after.balance,
        sequence: after.sequence,
        transfer_id: transfer_id.clone(),
        purchase_id: purchase.purchase_id.clone(),
    };
    let ruling = Ruling::Transfer {
        id: transfer_id,
        debit: Party::Platform,
        credit: Party::Partner(purchase.partner_id.clone()),
        points: purchase.points,
    };
    Ok(decision(order, ruling, after, event, at))
}

fn charge(
    order: &Order<'_>,
    matched: &RequestMatched,
    before: Account,
    at: Timestamp,
) -> Result<Decision, Undecided> {
    let Some(balance) = before.balance.checked_sub(matched.fee.points.get().into()) else {
        let after = before.next(before.balance)?;
        return Ok(refuse(
            order,
            matched,
            after,
            RejectedReason::InsufficientPoints,
            at,
        ));
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
        submitted_at: matched.submitted_at,
    };
    let ruling = Ruling::Transfer {
        id: transfer_id,
        debit: Party::Partner(matched.partner.id.clone()),
        credit: Party::Platform,
        points: matched.fee.points,
    };
    Ok(decision(order, ruling, after, event, at))
}

/// Stands on no account, so it takes no sequence; it is final all the same.
fn unknown_account(order: &Order<'_>, matched: &RequestMatched, at: Timestamp) -> Decision {
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
    };
    let points = matched.fee.points;
    decision(order, Ruling::Refusal { points, reason }, after, event, at)
}

fn decision(
    order: &Order<'_>,
    ruling: Ruling,
    after: Account,
    event: impl Into<contract::Event>,
    at: Timestamp,
) -> Decision {
    Decision {
        order: order.key.clone(),
        fingerprint: order.fingerprint(),
        partner: order.partner.clone(),
        ruling,
        balance: after.balance,
        sequence: after.sequence,
        decided_at: at,
        publication: Publication::new(
            Source::Points,
            event,
            order.partner.as_str(),
            at,
            order.cause,
        ),
    }
}
