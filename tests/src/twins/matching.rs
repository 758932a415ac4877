//! Matching's table in memory, with the promises of `matching::store` and what a table does to those who use it at
//! once: every call takes a moment, and while a write is under way another one on the same items is refused. And
//! faults on request.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};
use matching::domain::{Partner, PartnerChange, Registration, Request, RequestChange, Transition};
use matching::store::{CommitError, Store};
use tokio::task::yield_now;

/// What goes wrong in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Throttled: nothing is read or written.
    Throttled,
    /// Another transaction holds the items: nothing is written (a read is throttled).
    Contended,
    /// It is done, but the answer never arrives.
    TimedOutAfter,
}

/// Matching's table in memory.
#[derive(Debug, Default)]
pub struct MatchingTable(RefCell<Items>);

#[derive(Debug, Default)]
struct Items {
    requests: BTreeMap<RequestId, Request>,
    partners: BTreeMap<PartnerId, Partner>,
    candidates: BTreeSet<(Category, Region, PartnerId)>,
    held: BTreeSet<Key>,
    calls: usize,
    faults: BTreeMap<usize, Fault>,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Request(RequestId),
    Partner(PartnerId),
}

/// Items in the hands of one write; given back even if that write is given up.
struct Held<'a> {
    table: &'a MatchingTable,
    keys: BTreeSet<Key>,
}

impl MatchingTable {
    /// A request as it is stored.
    pub fn stored_request(&self, id: &RequestId) -> Option<Request> {
        self.0.borrow().requests.get(id).cloned()
    }

    /// Every request stored.
    pub fn stored_requests(&self) -> Vec<Request> {
        self.0.borrow().requests.values().cloned().collect()
    }

    /// A partner as it is stored.
    pub fn stored_partner(&self, id: &PartnerId) -> Option<Partner> {
        self.0.borrow().partners.get(id).cloned()
    }

    /// Every partner stored.
    pub fn stored_partners(&self) -> Vec<Partner> {
        self.0.borrow().partners.values().cloned().collect()
    }

    /// Puts a request there, whatever was there before.
    pub fn put_request(&self, request: Request) {
        self.0
            .borrow_mut()
            .requests
            .insert(request.request_id.clone(), request);
    }

    /// Lets a call go wrong: reads and writes are counted together, from 0.
    pub fn fail(&self, call: usize, fault: Fault) {
        self.0.borrow_mut().faults.insert(call, fault);
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.0.borrow().calls
    }

    /// Counts a call. Others get their turn before it, so that concurrent handlers interleave.
    async fn call(&self) -> Option<Fault> {
        yield_now().await;
        let mut items = self.0.borrow_mut();
        let call = items.calls;
        items.calls += 1;
        items.faults.remove(&call)
    }

    async fn read<T>(&self, read: impl FnOnce(&Items) -> T) -> Result<T, BoxError> {
        match self.call().await {
            Some(_) => Err("throttled".into()),
            None => Ok(read(&self.0.borrow())),
        }
    }

    async fn write(
        &self,
        keys: BTreeSet<Key>,
        write: impl FnOnce(&mut Items) -> bool,
    ) -> Result<(), CommitError> {
        let fault = self.call().await;
        match fault {
            Some(Fault::Throttled) => return Err(CommitError::Unavailable("throttled".into())),
            Some(Fault::Contended) => return Err(CommitError::Contended(partners(keys))),
            Some(Fault::TimedOutAfter) | None => {}
        }
        let _held = self.hold(keys)?;
        yield_now().await;
        if !write(&mut self.0.borrow_mut()) {
            return Err(CommitError::Changed);
        }
        match fault {
            Some(_) => Err(CommitError::Unavailable("no answer".into())),
            None => Ok(()),
        }
    }

    fn hold(&self, keys: BTreeSet<Key>) -> Result<Held<'_>, CommitError> {
        let mut items = self.0.borrow_mut();
        let contended: BTreeSet<_> = keys.intersection(&items.held).cloned().collect();
        if contended.is_empty() {
            items.held.extend(keys.iter().cloned());
            return Ok(Held { table: self, keys });
        }
        Err(CommitError::Contended(partners(contended)))
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.table
            .0
            .borrow_mut()
            .held
            .retain(|key| !self.keys.contains(key));
    }
}

fn partners(keys: BTreeSet<Key>) -> BTreeSet<PartnerId> {
    let partners = keys.into_iter().filter_map(|key| match key {
        Key::Partner(id) => Some(id),
        Key::Request(_) => None,
    });
    partners.collect()
}

impl Store for MatchingTable {
    async fn request(&self, id: &RequestId) -> Result<Option<Request>, BoxError> {
        self.read(|items| items.requests.get(id).cloned()).await
    }

    async fn partner(&self, id: &PartnerId) -> Result<Option<Partner>, BoxError> {
        self.read(|items| items.partners.get(id).cloned()).await
    }

    async fn partners(&self, ids: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
        self.read(|items| {
            ids.iter()
                .filter_map(|id| items.partners.get(*id).cloned())
                .collect()
        })
        .await
    }

    async fn candidates(
        &self,
        category: &Category,
        region: &Region,
    ) -> Result<Vec<PartnerId>, BoxError> {
        let here = |(c, r, id): &(Category, Region, PartnerId)| {
            ((c, r) == (category, region)).then(|| id.clone())
        };
        self.read(|items| items.candidates.iter().filter_map(here).collect())
            .await
    }

    async fn commit(&self, transition: &Transition) -> Result<(), CommitError> {
        let request = transition
            .request
            .iter()
            .map(|change| Key::Request(change.after.request_id.clone()));
        let partners = transition
            .partners
            .iter()
            .map(|change| Key::Partner(change.partner.clone()));
        self.write(request.chain(partners).collect(), |items| {
            items.commit(transition)
        })
        .await
    }

    async fn register(&self, registration: &Registration) -> Result<(), CommitError> {
        let id = registration.after.partner_id.clone();
        self.write(BTreeSet::from([Key::Partner(id)]), |items| {
            items.register(registration)
        })
        .await
    }
}

impl Items {
    /// Whether all conditions held.
    fn commit(&mut self, transition: &Transition) -> bool {
        let as_read = transition
            .request
            .iter()
            .all(|change| self.is_as_read(change));
        let changed: Option<Vec<_>> = transition
            .partners
            .iter()
            .map(|change| self.changed(change))
            .collect();
        let Some(partners) = changed.filter(|_| as_read) else {
            return false;
        };
        for partner in partners {
            self.partners
                .insert(partner.registered.partner_id.clone(), partner);
        }
        if let Some(RequestChange { after, .. }) = &transition.request {
            self.requests
                .insert(after.request_id.clone(), after.clone());
        }
        true
    }

    fn register(&mut self, registration: &Registration) -> bool {
        let id = &registration.after.partner_id;
        let known = self.partners.get(id);
        if known.map(|partner| partner.registered.version) != registration.before {
            return false;
        }
        let partner = Partner {
            registered: registration.after.clone(),
            open_matches: known.map_or(0, |partner| partner.open_matches),
            shown: known.and_then(|partner| partner.shown),
        };
        self.partners.insert(id.clone(), partner);
        let row = |(category, region): &(Category, Region)| {
            (category.clone(), region.clone(), id.clone())
        };
        self.candidates.extend(registration.listed.iter().map(row));
        for pair in &registration.unlisted {
            self.candidates.remove(&row(pair));
        }
        true
    }

    fn is_as_read(&self, change: &RequestChange) -> bool {
        let stage = self
            .requests
            .get(&change.after.request_id)
            .map(|request| &request.stage);
        stage == change.before.as_ref()
    }

    /// The partner after this change; none if one of its conditions does not hold.
    fn changed(&self, change: &PartnerChange) -> Option<Partner> {
        let mut partner = self.partners.get(&change.partner)?.clone();
        if change.frees {
            partner.open_matches = partner.open_matches.checked_sub(1)?;
        }
        if let Some(shown) = change.shows {
            partner.news(shown)?;
            partner.shown = Some(shown);
        }
        if let Some(version) = change.claims {
            if partner.registered.version != version || !partner.free() {
                return None;
            }
            partner.open_matches += 1;
        }
        Some(partner)
    }
}
