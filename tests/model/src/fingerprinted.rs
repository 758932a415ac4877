//! Values that can be compared, hashed and cloned at once.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

use serde::Serialize;

/// A shared value, compared by a fingerprint of its text: the product's types have no `Hash`, and hashing whole tables for
/// every state would take most of the time.
pub struct Fingerprinted<T> {
    value: Arc<T>,
    fingerprint: u64,
}

impl<T> Fingerprinted<T> {
    /// A value with its text.
    pub fn of(value: T, text: &str) -> Self {
        let mut hasher = DefaultHasher::new();
        text.hash(&mut hasher);
        Self {
            value: Arc::new(value),
            fingerprint: hasher.finish(),
        }
    }

    /// The hash of the value's text.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }
}

impl<T: Serialize> Fingerprinted<T> {
    /// A value with its JSON as text.
    pub fn new(value: T) -> Self {
        let text = serde_json::to_string(&value).unwrap();
        Self::of(value, &text)
    }
}

impl<T> Clone for Fingerprinted<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            fingerprint: self.fingerprint,
        }
    }
}

impl<T> Deref for Fingerprinted<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> PartialEq for Fingerprinted<T> {
    fn eq(&self, other: &Self) -> bool {
        self.fingerprint == other.fingerprint
    }
}

impl<T> Eq for Fingerprinted<T> {}

impl<T> PartialOrd for Fingerprinted<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl<T> Ord for Fingerprinted<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.fingerprint.cmp(&other.fingerprint)
    }
}

impl<T> Hash for Fingerprinted<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.fingerprint);
    }
}

impl<T: fmt::Debug> fmt::Debug for Fingerprinted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}
