//! The checks after each delivery and at the end of a run.

use std::collections::{BTreeMap, BTreeSet};

use builders::events::decode;
use contract::PartnerId;
use matching::domain::{Request, State};

use crate::Model;

impl Model {
    /// Open matches and capacity by partner.
    pub fn open_matches(&self) -> BTreeMap<PartnerId, (u32, u32)> {
        let mut open_matches = BTreeMap::new();
        for partner in self.table.stored_partners() {
            let registered = partner.registered;
            let numbers = (partner.open_matches, registered.capacity.get());
            open_matches.insert(registered.partner_id, numbers);
        }
        open_matches
    }

    /// A partner's open matches are the live ones, and grew only within its capacity.
    pub fn check_open_matches(&self, before: &BTreeMap<PartnerId, (u32, u32)>) {
        let requests = self.table.stored_requests();
        for (partner, (open, capacity)) in self.open_matches() {
            let live = requests
                .iter()
                .filter(|request| live_match(request) == Some(&partner))
                .count();
            assert_eq!(usize::try_from(open), Ok(live), "{partner}: open matches and live ones");
            let (open_before, capacity_before) = before.get(&partner).copied().unwrap_or_default();
            let allowed = open_before.max(capacity).max(capacity_before);
            assert!(open <= allowed, "{partner}: {open} open, but {allowed} allowed");
        }
    }

    /// Every request is in a final state or confirmed, and each attempt has one decision.
    pub fn check_end(&self) {
        let requests = self.table.stored_requests();
        assert_eq!(usize::try_from(self.submitted), Ok(requests.len()));
        for request in requests {
            let ended = matches!(
                request.stage.state,
                State::Closed(_) | State::Unmatched | State::Withdrawn
            );
            assert!(
                ended || matches!(request.stage.state, State::Confirmed(_)),
                "{request:?}"
            );
            assert_eq!(request.expires_at.is_some(), ended, "{request:?}");
        }
        let publications = self.published.values();
        let subjects: BTreeSet<_> = publications
            .map(|publication| decode(&publication.body).event.subject())
            .collect();
        assert_eq!(subjects.len(), self.published.len(), "one decision for each attempt");
    }
}

/// The partner of the request's live match.
fn live_match(request: &Request) -> Option<&PartnerId> {
    match &request.stage.state {
        State::Pending(partner) | State::Closing(partner) | State::Confirmed(partner) => Some(partner),
        State::Deferred | State::Closed(_) | State::Unmatched | State::Withdrawn => None,
    }
}
