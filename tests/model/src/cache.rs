//! Cached results: the same message meets the same table in very many states of the system.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::Serialize;

use super::fingerprinted::Fingerprinted;
use super::ledger::Ledger;
use super::message::Outcome;
use super::table::Table;

/// The results of handlers' decisions and of writes.
#[derive(Default)]
pub struct Cache {
    pub(super) outcomes: Memo<Vec<Outcome>>,
    pub(super) tables: Memo<Option<Fingerprinted<Table>>>,
    pub(super) ledgers: Memo<Option<Fingerprinted<Ledger>>>,
}

/// The results of a pure function of two values, by their fingerprints.
pub(super) struct Memo<T>(Mutex<HashMap<(u64, u64), T>>);

impl<T: Clone> Memo<T> {
    /// The result for these two values.
    pub fn get<A, B>(&self, one: &Fingerprinted<A>, other: &Fingerprinted<B>, compute: impl FnOnce() -> T) -> T {
        let key = (one.fingerprint(), other.fingerprint());
        let mut results = self.0.lock().unwrap();
        results.entry(key).or_insert_with(compute).clone()
    }
}

impl<T: Clone + Serialize> Memo<Option<Fingerprinted<T>>> {
    /// Replaces a table by its next version, if the write's conditions hold. Returns whether they do.
    pub fn write<W>(
        &self,
        table: &mut Fingerprinted<T>,
        write: &Fingerprinted<W>,
        next: impl FnOnce(&T) -> Option<T>,
    ) -> bool {
        match self.get(table, write, || next(table).map(Fingerprinted::new)) {
            Some(next) => {
                *table = next;
                true
            }
            None => false,
        }
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
