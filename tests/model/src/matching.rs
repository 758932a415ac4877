//! Matching's side: the handler's step on reading its table.

use std::time::Duration;

use contract::{Event, Invalid, PartnerRegistered, Received};
use matching::domain::{
    self, DecisionContext, MatchingPolicy, NextStep, Offer, PendingDecision, State, Transition,
};

use super::NOW;
use super::guards::Guard;
use super::message::{Change, Message, Outcome};
use super::table::Table;

/// What matching may make of a message on reading this: one outcome for each partner that may be drawn.
pub fn outcomes(
    table: &Table,
    message: &Message,
    max_attempts: u32,
    without: Option<Guard>,
) -> Vec<Outcome> {
    let cause = &message.received;
    if let Event::PartnerRegistered(event) = &cause.event {
        return vec![registered(table, event)];
    }
    if without == Some(Guard::Closing) && is_early_close(table, cause) {
        return vec![Outcome::Done(None)];
    }
    let terms = MatchingPolicy {
        max_attempts,
        deferral_delay: Duration::from_mins(1),
        retention: Duration::from_hours(24),
    };
    let now = NOW;
    let at = DecisionContext {
        cause,
        now,
        policy: &terms,
    };
    match step(table, &at) {
        Ok(NextStep::Done(Some(_))) if without == Some(Guard::Repeating) => {
            vec![Outcome::Done(None)]
        }
        Ok(NextStep::Done(Some(_))) if without == Some(Guard::Verbatim) => anew(table, &at),
        Ok(NextStep::Done(saved)) => vec![Outcome::done(saved.as_ref())],
        Ok(NextStep::Write(transition)) => vec![written(transition)],
        Ok(NextStep::Decide(undecided)) => decided(table, &undecided, &at, without)
            .map(|transition| written(Box::new(transition)))
            .collect(),
        Err(_) => vec![Outcome::Refused],
    }
}

fn registered(table: &Table, event: &PartnerRegistered) -> Outcome {
    match domain::on_registered(table.partners.get(&event.partner_id), event) {
        Ok(Some(registration)) => Outcome::write(Change::Registration(registration), None),
        Ok(None) => Outcome::Done(None),
        Err(_) => Outcome::Refused,
    }
}

fn step(table: &Table, at: &DecisionContext<'_>) -> Result<NextStep, Invalid> {
    let request = |id| table.requests.get(id);
    let partner = |id| table.partners.get(id);
    match &at.cause.event {
        Event::RequestSubmitted(event) => {
            domain::on_submitted(request(&event.request_id), event, at)
        }
        Event::RequestDeferred(event) => domain::on_deferred(request(&event.request_id), event, at),
        Event::MatchClosed(event) => domain::on_closed(request(&event.request_id), event, at),
        Event::PointsDeducted(event) => {
            let holder = partner(&event.partner_id);
            domain::on_deducted(request(&event.request_id), holder, event, at)
        }
        Event::PointsRejected(event) => {
            let holder = partner(&event.partner_id);
            domain::on_rejected(request(&event.request_id), holder, event, at)
        }
        Event::PointsCredited(event) => Ok(domain::on_credited(partner(&event.partner_id), event)),
        other => unreachable!("not for matching: {other:?}"),
    }
}

fn decided(
    table: &Table,
    undecided: &PendingDecision,
    at: &DecisionContext<'_>,
    without: Option<Guard>,
) -> impl Iterator<Item = Transition> {
    let offers = offers(table, undecided, without).into_iter();
    offers.map(|offer| undecided.clone().decide(&offer, at))
}

/// Any partner that is free may be the one drawn.
fn offers(table: &Table, undecided: &PendingDecision, without: Option<Guard>) -> Vec<Offer> {
    let (category, region) = (undecided.category(), undecided.region());
    let partners = table.partners.values();
    let serving: Vec<_> = partners
        .filter(|partner| partner.serves(category, region))
        .collect();
    let seen = serving
        .iter()
        .map(|partner| undecided.candidate_when_saved((*partner).clone()));
    let free = seen.filter(|partner| partner.is_available() || without == Some(Guard::Free));
    let free: Vec<_> = free.collect();
    match (serving.is_empty(), free.is_empty()) {
        (true, _) => vec![Offer::NoneServes],
        (_, true) => vec![Offer::NoneAvailable],
        _ => free
            .into_iter()
            .map(|partner| Offer::Available(Box::new(partner)))
            .collect(),
    }
}

fn written(transition: Box<Transition>) -> Outcome {
    let told = transition.publication.clone();
    Outcome::write(Change::Transition(transition), told.as_ref())
}

/// The first decision again, by what is there now: what [`Guard::Verbatim`] prevents.
fn anew(table: &Table, at: &DecisionContext<'_>) -> Vec<Outcome> {
    let Event::RequestSubmitted(event) = &at.cause.event else {
        return vec![Outcome::Done(None)];
    };
    let Ok(NextStep::Decide(undecided)) = domain::on_submitted(None, event, at) else {
        unreachable!()
    };
    decided(table, &undecided, at, None)
        .map(|transition| Outcome::done(transition.publication.as_ref()))
        .collect()
}

/// Whether the charge of what is closed was not answered yet.
fn is_early_close(table: &Table, received: &Received) -> bool {
    let Event::MatchClosed(event) = &received.event else {
        return false;
    };
    let request = table.requests.get(&event.request_id);
    request.is_some_and(|request| matches!(request.stage.state, State::Pending(_)))
}
