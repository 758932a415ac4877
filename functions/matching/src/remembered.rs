//! Candidates and partners as they were a few seconds ago.
//!
//! A request may be matched by what the process remembers: the claim's conditions hold the partner to it, so that a row which is out
//! of date costs another execution, and never a wrong match. Whether a request is deferred or unmatched is not decided by it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use contract::{Category, PartnerId, Region};
use jiff::{SignedDuration, Timestamp};

use crate::domain::{Partner, PartnerChange};

/// How long what was read is remembered. For so long a new candidate may stay unnoticed while others are available, and the claims of
/// other processes do not count in a choice. A partner that serves a request a second is read ten times less often.
const LIFETIME: SignedDuration = SignedDuration::from_secs(10);

/// The most partners, and the most candidates in all lists together: some MB. Where one more would come, the others are forgotten.
const MOST: usize = 2_000;

/// What a process remembers of its table.
#[derive(Debug, Default)]
pub(crate) struct Remembered(Mutex<Rows>);

#[derive(Debug, Default)]
struct Rows {
    candidates: HashMap<(Category, Region), Row<Arc<[PartnerId]>>>,
    partners: HashMap<PartnerId, Row<Partner>>,
}

/// What was read, and when that began.
#[derive(Debug)]
struct Row<T> {
    began: Timestamp,
    found: T,
}

impl Remembered {
    /// The candidates for this category and region, at least one.
    pub fn candidates(&self, category: &Category, region: &Region, now: Timestamp) -> Option<Arc<[PartnerId]>> {
        let key = (category.clone(), region.clone());
        self.rows().candidates.get(&key)?.if_current(now)
    }

    /// The partner, with the changes that this process saved since it was read.
    pub fn partner(&self, id: &PartnerId, now: Timestamp) -> Option<Partner> {
        self.rows().partners.get(id)?.if_current(now)
    }

    /// Remembers candidates that were read since `began`.
    pub fn add_candidates(&self, category: &Category, region: &Region, found: &[PartnerId], began: Timestamp) {
        let lists = &mut self.rows().candidates;
        let listed: usize = lists.values().map(|list| list.found.len()).sum();
        if listed + found.len() > MOST {
            lists.clear();
        }
        if found.len() <= MOST {
            let found = found.into();
            lists.insert((category.clone(), region.clone()), Row { began, found });
        }
    }

    /// Remembers partners that were read since `began`.
    pub fn add_partners(&self, found: &[Partner], began: Timestamp) {
        let partners = &mut self.rows().partners;
        for partner in found {
            let id = &partner.registered.partner_id;
            if partners.len() == MOST && !partners.contains_key(id) {
                partners.clear();
            }
            let found = partner.clone();
            partners.insert(id.clone(), Row { began, found });
        }
    }

    /// Forgets the candidates for this category and region.
    pub fn forget_candidates(&self, category: &Category, region: &Region) {
        self.rows().candidates.remove(&(category.clone(), region.clone()));
    }

    /// Notes a change that was saved.
    pub fn apply(&self, change: &PartnerChange) {
        if let Some(row) = self.rows().partners.get_mut(&change.partner) {
            row.found.apply(change);
        }
    }

    /// Forgets a partner.
    pub fn forget(&self, id: &PartnerId) {
        self.rows().partners.remove(id);
    }

    /// Forgets everything, since a registration changed what is true of candidates and partners.
    pub fn forget_all(&self) {
        *self.rows() = Rows::default();
    }

    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Row<T> {
    /// What was read, if it is remembered now: not where it is too old, nor where the clock was set back.
    fn if_current(&self, now: Timestamp) -> Option<T> {
        // guard: remembered-for-seconds
        let is_current = (SignedDuration::ZERO..LIFETIME).contains(&now.duration_since(self.began));
        is_current.then(|| self.found.clone())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::KnownBalance;

    const NOW: Timestamp = Timestamp::UNIX_EPOCH;

    fn partner(n: usize) -> Partner {
        let registered = json!({
            "partnerId": format!("p-{n}"), "version": 1, "name": "Clean", "categories": ["cleaning"],
            "regions": ["KR-11"], "capacity": 1, "fee": { "points": 10 },
        });
        serde_json::from_value(json!({ "registered": registered, "openMatches": 0 })).unwrap()
    }

    #[test]
    fn changes_that_were_saved_count() {
        let remembered = Remembered::default();
        let known = partner(0);
        let id = &known.registered.partner_id;
        let found = || {
            remembered
                .partner(id, NOW)
                .map(|partner| (partner.open_matches, partner.known_balance))
        };
        remembered.add_partners(std::slice::from_ref(&known), NOW);
        assert_eq!(found(), Some((0, None)));
        let balance = Some(KnownBalance {
            balance: 90,
            sequence: 2,
        });
        let claim = PartnerChange {
            partner: id.clone(),
            frees: false,
            claims: Some(known.registered.version),
            balance,
        };
        remembered.apply(&claim);
        assert_eq!(found(), Some((1, balance)));
        let end = PartnerChange {
            frees: true,
            claims: None,
            balance: None,
            ..claim
        };
        remembered.apply(&end);
        assert_eq!(found(), Some((0, balance)));
    }

    #[test]
    fn no_more_partners_are_remembered_than_the_most() {
        let remembered = Remembered::default();
        let last = partner(MOST);
        remembered.add_partners(&(0..MOST).map(partner).collect::<Vec<_>>(), NOW);
        assert_eq!(remembered.rows().partners.len(), MOST);
        remembered.add_partners(&[partner(0)], NOW); // is there already
        assert_eq!(remembered.rows().partners.len(), MOST);
        remembered.add_partners(std::slice::from_ref(&last), NOW);
        assert_eq!(remembered.rows().partners.len(), 1);
        assert_eq!(remembered.partner(&last.registered.partner_id, NOW), Some(last));
    }

    #[test]
    fn no_more_candidates_are_remembered_than_the_most() {
        let remembered = Remembered::default();
        let ids = |count| (0..count).map(|n| partner(n).registered.partner_id).collect::<Vec<_>>();
        let region: Region = "KR-11".parse().unwrap();
        let [one, other, large] = ["one", "other", "large"].map(|name| name.parse::<Category>().unwrap());
        let listed = |category| remembered.candidates(category, &region, NOW).map(|found| found.len());
        remembered.add_candidates(&one, &region, &ids(MOST - 1), NOW);
        remembered.add_candidates(&other, &region, &ids(1), NOW);
        assert_eq!([&one, &other].map(listed), [Some(MOST - 1), Some(1)]);
        remembered.add_candidates(&other, &region, &ids(2), NOW);
        assert_eq!([&one, &other].map(listed), [None, Some(2)]);
        remembered.add_candidates(&large, &region, &ids(MOST + 1), NOW);
        assert_eq!([&other, &large].map(listed), [None, None]);
    }
}
