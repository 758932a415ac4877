//! What was worked out before: the same message meets the same table in very many states of the world.

use std::collections::HashMap;
use std::sync::Mutex;

use serde::Serialize;

use super::item::Item;
use super::ledger::Ledger;
use super::message::Outcome;
use super::table::Table;

/// What was worked out before.
#[derive(Default)]
pub struct Memory {
    pub(super) outcomes: Memo<Vec<Outcome>>,
    pub(super) tables: Memo<Option<Item<Table>>>,
    pub(super) ledgers: Memo<Option<Item<Ledger>>>,
}

/// The answers of a pure function of two items.
pub(super) struct Memo<T>(Mutex<HashMap<(u64, u64), T>>);

impl<T: Clone> Memo<T> {
    /// The answer for these two.
    pub fn get<A, B>(&self, one: &Item<A>, other: &Item<B>, answer: impl FnOnce() -> T) -> T {
        let key = (one.fingerprint(), other.fingerprint());
        let mut known = self.0.lock().unwrap();
        known.entry(key).or_insert_with(answer).clone()
    }
}

impl<T: Clone + Serialize> Memo<Option<Item<T>>> {
    /// Puts what a write makes of an item in its place, if it makes something.
    pub fn replace<W>(
        &self,
        item: &mut Item<T>,
        write: &Item<W>,
        after: impl FnOnce(&T) -> Option<T>,
    ) -> bool {
        let after = self.get(item, write, || after(item).map(Item::new));
        let done = after.is_some();
        *item = after.unwrap_or_else(|| item.clone());
        done
    }
}

impl<T> Default for Memo<T> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
