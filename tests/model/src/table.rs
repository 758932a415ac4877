//! Matching's table with its conditions.

use std::collections::BTreeMap;

use contract::{PartnerId, RequestId};
use matching::domain::{Partner, PartnerChange, Registration, Request, RequestChange, Stage, State, Transition};
use serde::Serialize;

use super::safeguard::Safeguard;

/// Matching's items.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Table {
    /// The requests by their ids.
    pub requests: BTreeMap<RequestId, Request>,
    /// The partners by their ids.
    pub partners: BTreeMap<PartnerId, Partner>,
    /// The first final stage of each request: for the properties, not stored by the product.
    pub ended: BTreeMap<RequestId, Stage>,
}

impl Table {
    /// The table after a transition, if the conditions of `matching::store` hold.
    pub fn commit(&self, transition: &Transition, disabled: Option<Safeguard>) -> Option<Self> {
        let mut after = self.clone();
        if let Some(change) = &transition.request {
            after.change_request(change, disabled)?;
        }
        for change in &transition.partners {
            after.update_partner(change, disabled)?;
        }
        Some(after)
    }

    fn change_request(&mut self, change: &RequestChange, disabled: Option<Safeguard>) -> Option<()> {
        let id = request_of(change);
        let found = self.requests.get(id).map(|request| &request.stage);
        if found != expected_stage(change).as_ref() && disabled != Some(Safeguard::RequestStageCondition) {
            return None;
        }
        let after = match change {
            RequestChange::Put { after, .. } => Request::clone(after),
            RequestChange::Confirm { attempt, partner, .. } => {
                let (attempt, state) = (*attempt, State::Confirmed(partner.clone()));
                Request {
                    stage: Stage { attempt, state },
                    saved_publication: None,
                    ..self.requests.get(id)?.clone()
                }
            }
        };
        if is_final(&after) {
            let first = self.ended.entry(id.clone());
            first.or_insert_with(|| after.stage.clone());
        }
        self.requests.insert(id.clone(), after);
        Some(())
    }

    fn update_partner(&mut self, change: &PartnerChange, disabled: Option<Safeguard>) -> Option<()> {
        let partner = self.partners.get_mut(&change.partner)?;
        if !conditions_hold(change, partner, disabled) {
            return None;
        }
        let frees = change.frees && disabled != Some(Safeguard::CapacityRelease);
        partner.open_matches += u32::from(change.claims.is_some());
        partner.open_matches -= u32::from(frees);
        partner.known_balance = change.balance.or(partner.known_balance);
        Some(())
    }

    /// The table after a registration, if the version is still the one read.
    pub fn register(&self, registration: &Registration) -> Option<Self> {
        let id = &registration.after.partner_id;
        let known = self.partners.get(id);
        if known.map(|partner| partner.registered.version) != registration.before {
            return None;
        }
        let partner = Partner {
            registered: registration.after.clone(),
            open_matches: known.map_or(0, |partner| partner.open_matches),
            known_balance: known.and_then(|partner| partner.known_balance),
        };
        let mut after = self.clone();
        after.partners.insert(id.clone(), partner);
        Some(after)
    }
}

/// The request that a change is of.
fn request_of(change: &RequestChange) -> &RequestId {
    match change {
        RequestChange::Put { after, .. } => &after.request_id,
        RequestChange::Confirm { request_id, .. } => request_id,
    }
}

/// The stage that a change wants its request to be in.
fn expected_stage(change: &RequestChange) -> Option<Stage> {
    match change {
        RequestChange::Put { before, .. } => before.clone(),
        RequestChange::Confirm { attempt, partner, .. } => Some(Stage {
            attempt: *attempt,
            state: State::Pending(partner.clone()),
        }),
    }
}

/// The conditions of a partner's update, as `matching::store::expressions` states them.
fn conditions_hold(change: &PartnerChange, partner: &Partner, disabled: Option<Safeguard>) -> bool {
    let open = partner.open_matches;
    let capacity = partner.registered.capacity.get();
    let has_room = open < capacity || (change.frees && open == capacity);
    let claimable = change.claims.is_none_or(|version| {
        partner.registered.version == version
            && (has_room || disabled == Some(Safeguard::CapacityCondition))
            && (change.balance.is_some() || !partner.is_suspended())
    });
    let newer = change
        .balance
        .is_none_or(|shown| partner.newer_than_known(shown).is_some());
    (!change.frees || open >= 1) && claimable && newer
}

/// Whether a request is in a final state that no event can change.
pub fn is_final(request: &Request) -> bool {
    matches!(
        request.stage.state,
        State::Closed(_) | State::Unmatched | State::Withdrawn
    )
}

/// The partner of a request's live match.
pub fn partner_of(request: &Request) -> Option<&PartnerId> {
    match &request.stage.state {
        State::Pending(partner) | State::Closing(partner) | State::Confirmed(partner) => Some(partner),
        State::Deferred | State::Closed(_) | State::Unmatched | State::Withdrawn => None,
    }
}
