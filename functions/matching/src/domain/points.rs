//! Points' events: a charge was made or refused, or an account has a new balance.

use contract::{Invalid, PointsCredited, PointsDeducted, PointsRejected};

use super::lifecycle::{closed_request, known_request};
use super::request::attempt_of;
use super::{
    DecisionContext, KnownBalance, NextStep, Partner, PartnerChange, PendingDecision, Request, RequestChange, State,
    Transition, breaks_contract,
};

/// The confirmation of a match that most likely waits for this charge: whether it does, the condition of the write tells. None
/// if the match is of no attempt up to `max_attempts`; refusals can lead beyond it.
pub fn confirmation(
    partner: Option<&Partner>,
    event: &PointsDeducted,
    context: &DecisionContext<'_>,
) -> Option<Transition> {
    let attempt = attempt_of(&event.match_id, &event.request_id, context.policy.max_attempts)?;
    Some(confirm(attempt, partner, event))
}

/// Handles `points.deducted`: the match is confirmed or, if it was closed meanwhile, it ends.
///
/// # Errors
/// `breaks_contract` if the match is unknown or was refused.
pub fn on_deducted(
    found: Option<&Request>,
    partner: Option<&Partner>,
    event: &PointsDeducted,
    context: &DecisionContext<'_>,
) -> Result<NextStep, Invalid> {
    let known = known_request(found, context)?;
    if known.current_match() != event.match_id {
        return Err(not_awaited());
    }
    match &known.stage.state {
        State::Pending(matched) if *matched == event.partner_id => {
            let confirmed = confirm(known.stage.attempt, partner, event);
            Ok(NextStep::Write(Box::new(confirmed)))
        }
        State::Closing(matched) if *matched == event.partner_id => {
            let balance = shown_balance(event);
            let balance = partner.and_then(|partner| partner.newer_than_known(balance));
            let freed = PartnerChange::free(matched, balance);
            let after = closed_request(known, matched, context);
            Ok(NextStep::unpublished(known, after, Some(freed)))
        }
        State::Confirmed(_) | State::Closed(_) => Ok(NextStep::Done(None)),
        State::Pending(_) | State::Closing(_) => Err(other_partner()),
        State::Deferred | State::Unmatched | State::Withdrawn => Err(not_awaited()),
    }
}

/// Handles `points.rejected`: the match is released, its partner is freed, and the next attempt follows.
///
/// # Errors
/// `breaks_contract` if the match is unknown or was charged.
pub fn on_rejected(
    found: Option<&Request>,
    partner: Option<&Partner>,
    event: &PointsRejected,
    context: &DecisionContext<'_>,
) -> Result<NextStep, Invalid> {
    let known = known_request(found, context)?;
    let attempt = known.attempt_of(&event.match_id).ok_or_else(not_awaited)?;
    if known.released_attempts.contains(&attempt) {
        return Ok(NextStep::Done(known.publication_of(attempt + 1)));
    }
    let (State::Pending(matched) | State::Closing(matched)) = &known.stage.state else {
        return Err(not_awaited());
    };
    if attempt != known.stage.attempt {
        return Err(not_awaited());
    }
    let partner = match partner {
        Some(partner) if *matched == event.partner_id => partner,
        _ => return Err(other_partner()),
    };
    let balance = partner.newer_than_known(KnownBalance {
        balance: event.balance,
        sequence: event.sequence,
    });
    let next = PendingDecision::after_refusal(known, PartnerChange::free(matched, balance));
    Ok(match known.stage.state {
        State::Closing(_) => NextStep::Write(Box::new(next.withdrawn(context))),
        _ => NextStep::Decide(Box::new(next)),
    })
}

/// Handles `points.credited`: saves the new balance. Nothing is to do if the partner is not registered or a newer balance
/// is known.
pub fn on_credited(partner: Option<&Partner>, event: &PointsCredited) -> NextStep {
    let balance = KnownBalance {
        balance: event.balance,
        sequence: event.sequence,
    };
    let Some(balance) = partner.and_then(|partner| partner.newer_than_known(balance)) else {
        return NextStep::Done(None);
    };
    NextStep::Write(Box::new(Transition {
        request: None,
        partners: vec![PartnerChange::save_balance(&event.partner_id, balance)],
        publication: None,
    }))
}

/// Confirms the match of this attempt with the event's partner.
fn confirm(attempt: u32, partner: Option<&Partner>, event: &PointsDeducted) -> Transition {
    let balance = partner.and_then(|partner| partner.if_it_changes_eligibility(shown_balance(event)));
    let change = balance.map(|balance| PartnerChange::save_balance(&event.partner_id, balance));
    let confirmed = RequestChange::Confirm {
        request_id: event.request_id.clone(),
        attempt,
        partner: event.partner_id.clone(),
    };
    Transition::unpublished(confirmed, change)
}

fn shown_balance(event: &PointsDeducted) -> KnownBalance {
    KnownBalance {
        balance: event.balance,
        sequence: event.sequence,
    }
}

fn not_awaited() -> Invalid {
    breaks_contract("`data.matchId` must be of a match of this request that waits for this answer")
}

fn other_partner() -> Invalid {
    breaks_contract("`data.partnerId` must be of the partner whose match waits for this answer")
}
