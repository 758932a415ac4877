//! Looks at all candidates, shared by decisions that go on at the same time.
//!
//! While no partner is available, every decision has to read every candidate. Where the requests of a batch wait together, one look is
//! enough for all of them, if it began after each of their decisions did: what was true during the whole decision, it saw.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use batch::BoxError;
use contract::PartnerId;
use futures_util::lock::Mutex;

use crate::domain::Partner;
use crate::store::Store;

/// The place of a decision or a look in the order in which they began in this process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Began(u64);

/// The partners that the looks of this process have read, each with its last look: one entry a partner at most.
#[derive(Debug, Default)]
pub(crate) struct Looks {
    begun: AtomicU64,
    read: Mutex<HashMap<PartnerId, (Began, Partner)>>,
}

impl Looks {
    /// The place of what begins now.
    pub fn begin(&self) -> Began {
        Began(self.begun.fetch_add(1, Ordering::Relaxed))
    }

    /// These partners, each read since a decision began: by this look, or by another one that began later than the decision.
    ///
    /// One look at a time: the decisions that wait for it then find what it read.
    pub async fn partners(
        &self,
        store: &impl Store,
        ids: &[&PartnerId],
        decision: Began,
    ) -> Result<Vec<Partner>, BoxError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let mut read = self.read.lock().await;
        // guard: look-began-after-the-decision
        let is_fresh = |look: Began| look > decision;
        let unread = |id: &&&PartnerId| !read.get(**id).is_some_and(|(look, _)| is_fresh(*look));
        let unread: Vec<&PartnerId> = ids.iter().filter(unread).copied().collect();
        if !unread.is_empty() {
            let look = self.begin();
            for partner in store.partners(&unread).await? {
                read.insert(partner.registered.partner_id.clone(), (look, partner));
            }
        }
        let fresh = ids
            .iter()
            .filter_map(|id| read.get(*id))
            .filter(|(look, _)| is_fresh(*look));
        Ok(fresh.map(|(_, partner)| partner.clone()).collect())
    }
}
