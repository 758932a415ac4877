//! The life of a request: an event and the state that it meets give the next step.
//!
//! The business key is checked before the state is: a repeat has no second effect. Its saved event is published again,
//! unless the state has moved on since.

use contract::{Invalid, MatchClosed, PartnerId, RequestDeferred, RequestSubmitted};

use super::{
    DecisionContext, NextStep, PartnerChange, PendingDecision, Request, Stage, State, Submission, breaks_contract,
    identity_conflict,
};

/// The first attempt of a request that is most likely new: whether it is, the condition of the write tells.
pub fn first_attempt(event: &RequestSubmitted, context: &DecisionContext<'_>) -> PendingDecision {
    first(event, None, context)
}

/// The first attempt; `expired` is the stage of an expired request that is still stored under this id.
fn first(event: &RequestSubmitted, expired: Option<Stage>, context: &DecisionContext<'_>) -> PendingDecision {
    let submission = Submission::new(event, context.cause.time);
    PendingDecision::first(event.request_id.clone(), submission, expired)
}

/// Handles `request.submitted`: the first attempt.
///
/// # Errors
/// `identity_conflict` if the request is known with other contents.
pub fn on_submitted(
    found: Option<&Request>,
    event: &RequestSubmitted,
    context: &DecisionContext<'_>,
) -> Result<NextStep, Invalid> {
    match found.filter(|request| !request.is_expired(context.now)) {
        // guard: request-says-the-same
        Some(known) if known.submission.has_contents_of(event) => {
            // guard: repeat-is-published-again
            Ok(NextStep::Done(known.publication_of(1)))
        }
        Some(_) => Err(identity_conflict(
            "`data` must be what this request was submitted with before",
        )),
        None => {
            let expired = found.map(|expired| expired.stage.clone());
            Ok(NextStep::Decide(Box::new(first(event, expired, context))))
        }
    }
}

/// Handles `request.deferred`, delivered after the deferral delay: the next attempt.
///
/// # Errors
/// `breaks_contract` if this attempt was not deferred.
pub fn on_deferred(
    found: Option<&Request>,
    event: &RequestDeferred,
    context: &DecisionContext<'_>,
) -> Result<NextStep, Invalid> {
    let known = known_request(found, context)?;
    let attempt = event.attempt;
    let was_deferred_before = attempt < known.stage.attempt && !known.released_attempts.contains(&attempt);
    if was_deferred_before {
        return Ok(NextStep::Done(known.publication_of(attempt + 1)));
    }
    if attempt == known.stage.attempt && known.stage.state == State::Deferred {
        let next = PendingDecision::after_deferral(known);
        return Ok(NextStep::Decide(Box::new(next)));
    }
    Err(breaks_contract(
        "`data.attempt` must be of an attempt that was deferred",
    ))
}

/// Handles `match.closed`: the match ends, or its close is remembered until points answers the charge.
///
/// # Errors
/// `breaks_contract` if the match is unknown or was refused.
pub fn on_closed(
    found: Option<&Request>,
    event: &MatchClosed,
    context: &DecisionContext<'_>,
) -> Result<NextStep, Invalid> {
    let known = known_request(found, context)?;
    let attempt = known.attempt_of(&event.match_id);
    let is_current = attempt == Some(known.stage.attempt);
    match &known.stage.state {
        State::Pending(partner) if is_current => {
            let after = known.with_state(State::Closing(partner.clone()));
            // guard: early-close-is-kept
            Ok(NextStep::unpublished(known, after, None))
        }
        // guard: capacity-is-freed-once
        State::Confirmed(partner) if is_current => {
            let after = closed_request(known, partner, context);
            let freed = PartnerChange::free(partner, None);
            Ok(NextStep::unpublished(known, after, Some(freed)))
        }
        State::Closing(_) | State::Closed(_) if is_current => Ok(NextStep::Done(None)),
        // The match was closed, then refused: it is the one that was released last.
        State::Withdrawn if attempt.is_some() && attempt == known.last_released_attempt() => Ok(NextStep::Done(None)),
        _ => Err(breaks_contract(
            "`data.matchId` must be of a live match of this request",
        )),
    }
}

/// The request, if it was submitted and its retention is not over.
pub(super) fn known_request<'a>(
    found: Option<&'a Request>,
    context: &DecisionContext<'_>,
) -> Result<&'a Request, Invalid> {
    let known = found.filter(|request| !request.is_expired(context.now));
    known.ok_or_else(|| breaks_contract("`data.requestId` must be of a request that was submitted"))
}

/// The request in its final state after a match that was charged and closed.
pub(super) fn closed_request(known: &Request, partner: &PartnerId, context: &DecisionContext<'_>) -> Request {
    Request {
        saved_publication: None,
        expires_at: Some(context.expires_at()),
        ..known.with_state(State::Closed(partner.clone()))
    }
}
