//! Matching's table and its conditions.

use std::collections::BTreeMap;

use contract::{PartnerId, RequestId};
use matching::domain::{
    Partner, PartnerChange, Registration, Request, RequestChange, Stage, State, Transition,
};
use serde::Serialize;

use super::guards::Guard;

/// Matching's items.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Table {
    /// The requests.
    pub requests: BTreeMap<RequestId, Request>,
    /// The partners.
    pub partners: BTreeMap<PartnerId, Partner>,
    /// How each request ended first: for the checker, stored nowhere.
    pub ended: BTreeMap<RequestId, Stage>,
}

impl Table {
    /// The table after a transition, if the conditions of `matching::store` hold.
    pub fn commit(&self, transition: &Transition, without: Option<Guard>) -> Option<Self> {
        let mut after = self.clone();
        if let Some(change) = &transition.request {
            after.put(change, without)?;
        }
        for change in &transition.partners {
            after.update(change, without)?;
        }
        Some(after)
    }

    fn put(&mut self, change: &RequestChange, without: Option<Guard>) -> Option<()> {
        let id = &change.after.request_id;
        let stage = self.requests.get(id).map(|request| &request.stage);
        if stage != change.before.as_ref() && without != Some(Guard::Stage) {
            return None;
        }
        if ended(&change.after) {
            let first = self.ended.entry(id.clone());
            first.or_insert_with(|| change.after.stage.clone());
        }
        self.requests.insert(id.clone(), change.after.clone());
        Some(())
    }

    fn update(&mut self, change: &PartnerChange, without: Option<Guard>) -> Option<()> {
        let partner = self.partners.get_mut(&change.partner)?;
        if !holds(change, partner, without) {
            return None;
        }
        let frees = change.frees && without != Some(Guard::Freeing);
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

/// The conditions of a partner's update, as `matching::store::expressions` states them.
fn holds(change: &PartnerChange, partner: &Partner, without: Option<Guard>) -> bool {
    let open = partner.open_matches;
    let capacity = partner.registered.capacity.get();
    let room = if change.frees {
        open <= capacity
    } else {
        open < capacity
    };
    let claimable = change.claims.is_none_or(|version| {
        partner.registered.version == version
            && (room || without == Some(Guard::Capacity))
            && (change.balance.is_some() || !partner.is_suspended())
    });
    let newer = change
        .balance
        .is_none_or(|shown| partner.newer_than_known(shown).is_some());
    (!change.frees || open >= 1) && claimable && newer
}

/// Whether nothing more comes.
pub fn ended(request: &Request) -> bool {
    matches!(
        request.stage.state,
        State::Closed(_) | State::Unmatched | State::Withdrawn
    )
}

/// The partner of a live match.
pub fn holder(request: &Request) -> Option<&PartnerId> {
    match &request.stage.state {
        State::Pending(partner) | State::Closing(partner) | State::Confirmed(partner) => {
            Some(partner)
        }
        _ => None,
    }
}
