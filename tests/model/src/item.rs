//! Values that a checker can tell apart at once.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::Serialize;

/// A shared value, known by a fingerprint of its text: the product's types have no `Hash`, and hashing whole tables for
/// every state would take most of the time.
pub struct Item<T> {
    value: Arc<T>,
    fingerprint: u64,
}

impl<T> Item<T> {
    /// The value that has this text.
    pub fn of(value: T, text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            value: Arc::new(value),
            fingerprint: hasher.finish(),
        }
    }

    /// What tells it from others.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

impl<T: Serialize> Item<T> {
    /// The value, known by its JSON.
    pub fn new(value: T) -> Self {
        let text = serde_json::to_string(&value).unwrap();
        Self::of(value, &text)
    }
}

impl<T> Clone for Item<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            fingerprint: self.fingerprint,
        }
    }
}

impl<T> Deref for Item<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> PartialEq for Item<T> {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl<T> Eq for Item<T> {}

impl<T> PartialOrd for Item<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Item<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.fingerprint.cmp(&other.fingerprint)
    }
}

impl<T> Hash for Item<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.fingerprint);
    }
}

impl<T: fmt::Debug> fmt::Debug for Item<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
