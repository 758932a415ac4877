//! A fake of matching's table, with the promises of `matching::store`: a write takes a moment, and while it is under way another
//! one on the same items is refused.

mod items;

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use aws::WriteError;
use batch::BoxError;
use contract::{Category, PartnerId, Region, RequestId};
use matching::domain::{Partner, Registration, Request, Transition};
use matching::store::{CommitError, Store};

use super::{Fault, FaultyTransport, conflict};
use items::{Items, Key, request_of};

/// Matching's table in memory; clones share their items.
#[derive(Clone, Debug, Default)]
pub struct MatchingTable {
    items: Rc<RefCell<Items>>,
    transport: FaultyTransport,
}

/// The locks of one write, released even if that write is dropped.
struct Locks<'a> {
    table: &'a MatchingTable,
    keys: &'a [Key],
}

impl MatchingTable {
    /// An empty table behind a transport.
    pub fn over(transport: FaultyTransport) -> Self {
        let items = Rc::default();
        Self { items, transport }
    }

    /// A request as it is stored.
    pub fn stored_request(&self, id: &RequestId) -> Option<Request> {
        self.items.borrow().requests.get(id).cloned()
    }

    /// Every request stored.
    pub fn stored_requests(&self) -> Vec<Request> {
        self.items.borrow().requests.values().cloned().collect()
    }

    /// A partner as it is stored.
    pub fn stored_partner(&self, id: &PartnerId) -> Option<Partner> {
        self.items.borrow().partners.get(id).cloned()
    }

    /// Every partner stored.
    pub fn stored_partners(&self) -> Vec<Partner> {
        self.items.borrow().partners.values().cloned().collect()
    }

    /// How many partners were read together with others, repeats included.
    pub fn partners_read(&self) -> usize {
        self.items.borrow().partners_read
    }

    /// Stores a request in place of any other with its id.
    pub fn put_request(&self, request: Request) {
        self.items
            .borrow_mut()
            .requests
            .insert(request.request_id.clone(), request);
    }

    async fn read<T>(&self, name: &'static str, read: impl Fn(&Items) -> T) -> Result<T, BoxError> {
        let read = async || read(&self.items.borrow());
        Ok(self.transport.read(name, read).await?)
    }

    /// Writes on these items. One write needs no transaction, and has no token: sent again, it finds what it wrote itself.
    async fn write(
        &self,
        name: &'static str,
        keys: &[Key],
        writes: usize,
        write: impl Fn(&mut Items) -> bool,
    ) -> Result<(), WriteError> {
        let write = async || {
            let _locks = self.lock(keys)?;
            self.transport.pause().await;
            let written = write(&mut self.items.borrow_mut());
            written.then_some(()).ok_or_else(|| conflict(Vec::new()))
        };
        let answer = if writes > 1 {
            self.transport.transact(name, write).await
        } else {
            self.transport.take_time(name, write).await
        };
        match answer {
            Ok(answer) => answer,
            Err(Fault::Contended) => Err(conflict((0..keys.len()).collect())),
            Err(fault) => Err(WriteError::Failed(fault.into())),
        }
    }

    fn lock<'a>(&'a self, keys: &'a [Key]) -> Result<Locks<'a>, WriteError> {
        let mut items = self.items.borrow_mut();
        let is_locked = |position: &usize| items.locked.contains(&keys[*position]);
        let contended: Vec<usize> = (0..keys.len()).filter(is_locked).collect();
        if contended.is_empty() {
            items.locked.extend(keys.iter().cloned());
            return Ok(Locks { table: self, keys });
        }
        Err(conflict(contended))
    }
}

impl Drop for Locks<'_> {
    fn drop(&mut self) {
        self.table
            .items
            .borrow_mut()
            .locked
            .retain(|key| !self.keys.contains(key));
    }
}

impl Store for MatchingTable {
    async fn request(&self, id: &RequestId) -> Result<Option<Request>, BoxError> {
        self.read("matching.request", |items| items.requests.get(id).cloned())
            .await
    }

    async fn partner(&self, id: &PartnerId) -> Result<Option<Partner>, BoxError> {
        self.read("matching.partner", |items| items.partners.get(id).cloned())
            .await
    }

    async fn partners(&self, ids: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
        let partners = self.transport.read("matching.partners", async || {
            let mut partners = Vec::new();
            self.items.borrow_mut().partners_read += ids.len();
            for id in ids {
                // `BatchGetItem` is no snapshot: between two items others go on.
                self.transport.pause().await;
                partners.extend(self.stored_partner(id));
            }
            partners
        });
        Ok(partners.await?)
    }

    async fn candidates(&self, category: &Category, region: &Region) -> Result<Vec<PartnerId>, BoxError> {
        let here = |(c, r, id): &(Category, Region, PartnerId)| ((c, r) == (category, region)).then(|| id.clone());
        self.read("matching.candidates", |items| {
            items.candidates.iter().filter_map(here).collect()
        })
        .await
    }

    async fn commit(&self, transition: &Transition) -> Result<(), CommitError> {
        let request = transition
            .request
            .iter()
            .map(|change| Key::Request(request_of(change).clone()));
        let partners = transition
            .partners
            .iter()
            .map(|change| Key::Partner(change.partner.clone()));
        let keys: Vec<_> = partners.chain(request).collect();
        if BTreeSet::from_iter(&keys).len() < keys.len() {
            let error = WriteError::Failed("two writes on one item".into());
            return Err(CommitError::new(transition, error));
        }
        let write = |items: &mut Items| items.commit(transition);
        let written = self.write("matching.commit", &keys, keys.len(), write).await;
        written.map_err(|error| CommitError::new(transition, error))
    }

    async fn register(&self, registration: &Registration) -> Result<(), WriteError> {
        let id = registration.after.partner_id.clone();
        let writes = 1 + registration.listed.len() + registration.unlisted.len();
        let keys = [Key::Partner(id)];
        self.write("matching.register", &keys, writes, |items| items.register(registration))
            .await
    }
}
