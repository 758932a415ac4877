//! The life of a request, row by row: an event and the state it meets give the next step.
//!
//! The business key is held against what is known before the state is: a repeat has no second effect, and
//! gets what was published for it again unless the state has moved on since.

use contract::{Invalid, MatchClosed, PartnerId, RequestDeferred, RequestSubmitted};

use super::{
    Moment, PartnerChange, Request, State, Step, Submission, Undecided, breaks_contract,
    identity_conflict,
};

/// `request.submitted`: the first decision.
///
/// # Errors
/// `identity_conflict` where the request is known with other contents.
pub fn submitted(
    found: Option<&Request>,
    event: &RequestSubmitted,
    at: &Moment<'_>,
) -> Result<Step, Invalid> {
    let submission = Submission::new(event, at.cause.time);
    match found.filter(|request| !request.expired(at.now)) {
        Some(known) if known.submission.says_the_same(&submission) => {
            Ok(Step::Done(known.saved_for(1)))
        }
        Some(_) => Err(identity_conflict(
            "`data` must be what this request was submitted with before",
        )),
        None => {
            let expired = found.map(|expired| expired.stage.clone());
            let first = Undecided::first(event.request_id.clone(), submission, expired);
            Ok(Step::Decide(Box::new(first)))
        }
    }
}

/// `request.deferred`, back from its delay: the next decision.
///
/// # Errors
/// `breaks_contract` where this attempt was not deferred.
pub fn deferred(
    found: Option<&Request>,
    event: &RequestDeferred,
    at: &Moment<'_>,
) -> Result<Step, Invalid> {
    let known = known(found, at)?;
    let attempt = event.attempt;
    let earlier = attempt < known.stage.attempt && !known.released.contains(&attempt);
    if earlier {
        return Ok(Step::Done(known.saved_for(attempt + 1)));
    }
    if attempt == known.stage.attempt && known.stage.state == State::Deferred {
        let next = Undecided::after_deferral(known);
        return Ok(Step::Decide(Box::new(next)));
    }
    Err(breaks_contract(
        "`data.attempt` must be of an attempt that was deferred",
    ))
}

/// `match.closed`: the work is done; remembered, if the charge is not answered yet.
///
/// # Errors
/// `breaks_contract` where the match is unknown or fell through.
pub fn closed(
    found: Option<&Request>,
    event: &MatchClosed,
    at: &Moment<'_>,
) -> Result<Step, Invalid> {
    let known = known(found, at)?;
    let attempt = known.attempt_of(&event.match_id);
    let current = attempt == Some(known.stage.attempt);
    match &known.stage.state {
        State::Pending(holder) if current => {
            let after = known.at(State::Closing(holder.clone()));
            Ok(Step::quiet(known, after, None))
        }
        State::Confirmed(holder) if current => {
            let freed = PartnerChange::freed(holder, None);
            Ok(Step::quiet(known, over(known, holder, at), Some(freed)))
        }
        State::Closing(_) | State::Closed(_) if current => Ok(Step::Done(None)),
        // Closed first, refused then: the match that was closed is the one that fell through last.
        State::Withdrawn if attempt.is_some() && attempt == known.last_released() => {
            Ok(Step::Done(None))
        }
        _ => Err(breaks_contract(
            "`data.matchId` must be of a live match of this request",
        )),
    }
}

/// The request, if it was submitted and is remembered.
pub(super) fn known<'a>(
    found: Option<&'a Request>,
    at: &Moment<'_>,
) -> Result<&'a Request, Invalid> {
    let known = found.filter(|request| !request.expired(at.now));
    known.ok_or_else(|| breaks_contract("`data.requestId` must be of a request that was submitted"))
}

/// Charged and closed: the end.
pub(super) fn over(known: &Request, holder: &PartnerId, at: &Moment<'_>) -> Request {
    Request {
        saved: None,
        expires_at: Some(at.expires_at()),
        ..known.at(State::Closed(holder.clone()))
    }
}
