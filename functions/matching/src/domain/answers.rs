//! What the points say: a match is charged, or refused, and an account holds so much.

use contract::{Invalid, PointsCredited, PointsDeducted, PointsRejected};

use super::lifecycle::{known, over};
use super::{
    Moment, Partner, PartnerChange, Request, Shown, State, Step, Transition, Undecided,
    breaks_contract,
};

/// `points.deducted`: the match stands; if it was closed meanwhile, it is over.
///
/// # Errors
/// `breaks_contract` where the match is unknown or fell through.
pub fn deducted(
    found: Option<&Request>,
    partner: Option<&Partner>,
    event: &PointsDeducted,
    at: &Moment<'_>,
) -> Result<Step, Invalid> {
    let known = known(found, at)?;
    if known.current_match() != event.match_id {
        return Err(not_awaited());
    }
    let shown = Shown {
        balance: event.balance,
        sequence: event.sequence,
    };
    match &known.stage.state {
        State::Pending(holder) if *holder == event.partner_id => {
            let shown = partner.and_then(|partner| partner.worth_showing(shown));
            let change = shown.map(|shown| PartnerChange::shown(holder, shown));
            let after = Request {
                saved: None,
                ..known.at(State::Confirmed(holder.clone()))
            };
            Ok(Step::quiet(known, after, change))
        }
        State::Closing(holder) if *holder == event.partner_id => {
            let shown = partner.and_then(|partner| partner.news(shown));
            let freed = PartnerChange::freed(holder, shown);
            Ok(Step::quiet(known, over(known, holder, at), Some(freed)))
        }
        State::Confirmed(_) | State::Closed(_) => Ok(Step::Done(None)),
        State::Pending(_) | State::Closing(_) => Err(other_partner()),
        State::Deferred | State::Unmatched | State::Withdrawn => Err(not_awaited()),
    }
}

/// `points.rejected`: the match falls through, its partner is freed, and the next decision comes.
///
/// # Errors
/// `breaks_contract` where the match is unknown or was charged.
pub fn rejected(
    found: Option<&Request>,
    partner: Option<&Partner>,
    event: &PointsRejected,
    at: &Moment<'_>,
) -> Result<Step, Invalid> {
    let known = known(found, at)?;
    let attempt = known.attempt_of(&event.match_id).ok_or_else(not_awaited)?;
    if known.released.contains(&attempt) {
        return Ok(Step::Done(known.saved_for(attempt + 1)));
    }
    let (State::Pending(holder) | State::Closing(holder)) = &known.stage.state else {
        return Err(not_awaited());
    };
    if attempt != known.stage.attempt {
        return Err(not_awaited());
    }
    let holding = partner.filter(|_| *holder == event.partner_id);
    let shown = holding.ok_or_else(other_partner)?.news(Shown {
        balance: event.balance,
        sequence: event.sequence,
    });
    let next = Undecided::after_refusal(known, PartnerChange::freed(holder, shown));
    Ok(match known.stage.state {
        State::Closing(_) => Step::Write(Box::new(next.withdrawn(at))),
        _ => Step::Decide(Box::new(next)),
    })
}

/// `points.credited`: what the account holds now. Nothing to do if the partner is not registered, or this
/// is old news.
pub fn credited(partner: Option<&Partner>, event: &PointsCredited) -> Step {
    let shown = Shown {
        balance: event.balance,
        sequence: event.sequence,
    };
    let Some(shown) = partner.and_then(|partner| partner.news(shown)) else {
        return Step::Done(None);
    };
    Step::Write(Box::new(Transition {
        request: None,
        partners: vec![PartnerChange::shown(&event.partner_id, shown)],
        publication: None,
    }))
}

fn not_awaited() -> Invalid {
    breaks_contract("`data.matchId` must be of a match of this request that waits for this answer")
}

fn other_partner() -> Invalid {
    breaks_contract("`data.partnerId` must be of the partner whose match waits for this answer")
}
