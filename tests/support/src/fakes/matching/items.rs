//! The items of matching's table, and the conditions on which they are written.

use std::collections::{BTreeMap, BTreeSet};

use contract::{Category, PartnerId, Region, RequestId};
use matching::domain::{Partner, PartnerChange, Registration, Request, RequestChange, State, Transition};

#[derive(Debug, Default)]
pub(super) struct Items {
    pub(super) requests: BTreeMap<RequestId, Request>,
    pub(super) partners: BTreeMap<PartnerId, Partner>,
    pub(super) candidates: BTreeSet<(Category, Region, PartnerId)>,
    /// The items that a write is under way on.
    pub(super) locked: BTreeSet<Key>,
    /// How many partners were read together with others, repeats included.
    pub(super) partners_read: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Request(RequestId),
    Partner(PartnerId),
}

impl Items {
    /// Writes a transition; false if a condition failed.
    pub(super) fn commit(&mut self, transition: &Transition) -> bool {
        let as_expected = transition.request.iter().all(|change| self.is_as_expected(change));
        let changed: Option<Vec<_>> = transition.partners.iter().map(|change| self.changed(change)).collect();
        let Some(partners) = changed.filter(|_| as_expected) else {
            return false;
        };
        for partner in partners {
            self.partners.insert(partner.registered.partner_id.clone(), partner);
        }
        if let Some(change) = &transition.request {
            self.change_request(change);
        }
        true
    }

    /// Writes a registration; false if a condition failed.
    pub(super) fn register(&mut self, registration: &Registration) -> bool {
        let id = &registration.after.partner_id;
        let known = self.partners.get(id);
        if known.map(|partner| partner.registered.version) != registration.before {
            return false;
        }
        let partner = Partner {
            registered: registration.after.clone(),
            open_matches: known.map_or(0, |partner| partner.open_matches),
            known_balance: known.and_then(|partner| partner.known_balance),
        };
        self.partners.insert(id.clone(), partner);
        let row = |(category, region): &(Category, Region)| (category.clone(), region.clone(), id.clone());
        self.candidates.extend(registration.listed.iter().map(row));
        for pair in &registration.unlisted {
            self.candidates.remove(&row(pair));
        }
        true
    }

    fn is_as_expected(&self, change: &RequestChange) -> bool {
        let stage = self.requests.get(request_of(change)).map(|request| &request.stage);
        match change {
            RequestChange::Put { before, .. } => stage == before.as_ref(),
            RequestChange::Confirm { attempt, partner, .. } => stage.is_some_and(|stage| {
                stage.attempt == *attempt && matches!(&stage.state, State::Pending(pending) if pending == partner)
            }),
        }
    }

    fn change_request(&mut self, change: &RequestChange) {
        match change {
            RequestChange::Put { after, .. } => {
                self.requests.insert(after.request_id.clone(), Request::clone(after));
            }
            RequestChange::Confirm {
                request_id, partner, ..
            } => {
                if let Some(request) = self.requests.get_mut(request_id) {
                    request.stage.state = State::Confirmed(partner.clone());
                    request.saved_publication = None;
                }
            }
        }
    }

    /// The partner after this change; none if one of its conditions does not hold.
    fn changed(&self, change: &PartnerChange) -> Option<Partner> {
        let mut partner = self.partners.get(&change.partner)?.clone();
        if change.frees {
            partner.open_matches = partner.open_matches.checked_sub(1)?;
        }
        if let Some(balance) = change.balance {
            partner.newer_than_known(balance)?;
            partner.known_balance = Some(balance);
        }
        if let Some(version) = change.claims {
            if partner.registered.version != version || !partner.is_available() {
                return None;
            }
            partner.open_matches += 1;
        }
        Some(partner)
    }
}

/// The request that a change is of.
pub(super) fn request_of(change: &RequestChange) -> &RequestId {
    match change {
        RequestChange::Put { after, .. } => &after.request_id,
        RequestChange::Confirm { request_id, .. } => request_id,
    }
}
