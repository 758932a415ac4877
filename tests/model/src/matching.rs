//! Matching: the handler's decision on reading its table.

use std::time::Duration;

use contract::{Event, Invalid, PartnerRegistered, Received};
use matching::domain::{self, DecisionContext, MatchingPolicy, NextStep, Offer, PendingDecision, State, Transition};

use super::NOW;
use super::message::{Change, Message, Outcome};
use super::safeguard::Safeguard;
use super::table::Table;

/// The possible outcomes of handling a message, if matching reads this table: one for each partner that may be chosen.
pub fn outcomes(table: &Table, message: &Message, max_attempts: u32, disabled: Option<Safeguard>) -> Vec<Outcome> {
    let cause = &message.received;
    if let Event::PartnerRegistered(event) = &cause.event {
        return vec![on_registration(table, event)];
    }
    if disabled == Some(Safeguard::EarlyCloseRemembered) && is_early_close(table, cause) {
        return vec![Outcome::Done(None)];
    }
    let policy = MatchingPolicy {
        max_attempts,
        deferral_delay: Duration::from_mins(1),
        retention: Duration::from_hours(24),
    };
    let context = DecisionContext {
        cause,
        now: NOW,
        policy: &policy,
    };
    match next_step(table, &context) {
        Ok(NextStep::Done(Some(_))) if disabled == Some(Safeguard::PublishOnRepeat) => {
            vec![Outcome::Done(None)]
        }
        Ok(NextStep::Done(Some(_))) if disabled == Some(Safeguard::PublishAsSaved) => decide_again(table, &context),
        Ok(NextStep::Done(saved)) => vec![Outcome::done(saved.as_ref())],
        Ok(NextStep::Write(transition)) => vec![write(transition)],
        Ok(NextStep::Decide(pending)) => decisions(table, &pending, &context, disabled)
            .map(|transition| write(Box::new(transition)))
            .collect(),
        Err(_) => vec![Outcome::Rejected],
    }
}

fn on_registration(table: &Table, event: &PartnerRegistered) -> Outcome {
    match domain::on_registered(table.partners.get(&event.partner_id), event) {
        Ok(Some(registration)) => Outcome::write(Change::Registration(registration), None),
        Ok(None) => Outcome::Done(None),
        Err(_) => Outcome::Rejected,
    }
}

fn next_step(table: &Table, context: &DecisionContext<'_>) -> Result<NextStep, Invalid> {
    let request = |id| table.requests.get(id);
    let partner = |id| table.partners.get(id);
    match &context.cause.event {
        Event::RequestSubmitted(event) => domain::on_submitted(request(&event.request_id), event, context),
        Event::RequestDeferred(event) => domain::on_deferred(request(&event.request_id), event, context),
        Event::MatchClosed(event) => domain::on_closed(request(&event.request_id), event, context),
        Event::PointsDeducted(event) => {
            let holder = partner(&event.partner_id);
            domain::on_deducted(request(&event.request_id), holder, event, context)
        }
        Event::PointsRejected(event) => {
            let holder = partner(&event.partner_id);
            domain::on_rejected(request(&event.request_id), holder, event, context)
        }
        Event::PointsCredited(event) => Ok(domain::on_credited(partner(&event.partner_id), event)),
        other => unreachable!("not for matching: {other:?}"),
    }
}

fn decisions(
    table: &Table,
    pending: &PendingDecision,
    context: &DecisionContext<'_>,
    disabled: Option<Safeguard>,
) -> impl Iterator<Item = Transition> {
    let offers = offers(table, pending, disabled).into_iter();
    offers.map(|offer| pending.clone().decide(&offer, context))
}

/// The possible results of the choice: any available partner.
fn offers(table: &Table, pending: &PendingDecision, disabled: Option<Safeguard>) -> Vec<Offer> {
    let (category, region) = (pending.category(), pending.region());
    let partners = table.partners.values();
    let serving: Vec<_> = partners.filter(|partner| partner.serves(category, region)).collect();
    if serving.is_empty() {
        return vec![Offer::NoneServes];
    }
    let choose_any = disabled == Some(Safeguard::AvailablePartnersOnly);
    let available: Vec<_> = serving
        .into_iter()
        .map(|partner| pending.candidate_when_saved(partner.clone()))
        .filter(|partner| choose_any || partner.is_available())
        .map(|partner| Offer::Available(Box::new(partner)))
        .collect();
    if available.is_empty() {
        return vec![Offer::NoneAvailable];
    }
    available
}

fn write(transition: Box<Transition>) -> Outcome {
    let publication = transition.publication.clone();
    Outcome::write(Change::Transition(transition), publication.as_ref())
}

/// Makes the first decision again on the present table, which [`Safeguard::PublishAsSaved`] prevents.
fn decide_again(table: &Table, context: &DecisionContext<'_>) -> Vec<Outcome> {
    let Event::RequestSubmitted(event) = &context.cause.event else {
        return vec![Outcome::Done(None)];
    };
    let Ok(NextStep::Decide(pending)) = domain::on_submitted(None, event, context) else {
        unreachable!()
    };
    decisions(table, &pending, context, None)
        .map(|transition| Outcome::done(transition.publication.as_ref()))
        .collect()
}

/// Whether a close comes before its match's charge is decided.
fn is_early_close(table: &Table, received: &Received) -> bool {
    let Event::MatchClosed(event) = &received.event else {
        return false;
    };
    let request = table.requests.get(&event.request_id);
    request.is_some_and(|request| matches!(request.stage.state, State::Pending(_)))
}
