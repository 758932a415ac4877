//! The free-form details of a request: only a hash of them is kept.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::Expected;
use crate::json::{canonical, canonical_of_revision_1};

/// The SHA-256 of an object's canonical JSON: enough to tell whether a request came again with other details. The details
/// themselves are the customer's own words and are passed on nowhere. That a member is `null` is one of these words: it is not
/// the same as its absence, as it is for the contract's own members.
#[derive(Clone, Eq)]
pub struct Details {
    hash: String,
    /// The hash that revision 1 of the contract gave them, where it is another one.
    hash_of_revision_1: Option<String>,
}

impl Details {
    /// The hash, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.hash
    }

    /// Whether a stored hash, of this revision of the contract or the one before, is that of these details.
    pub fn has_hash(&self, stored: &str) -> bool {
        self.hash == stored || self.hash_of_revision_1.as_deref() == Some(stored)
    }
}

impl PartialEq for Details {
    fn eq(&self, other: &Self) -> bool {
        self.hash == other.hash
    }
}

impl fmt::Debug for Details {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Details(hidden)")
    }
}

impl<'de> Deserialize<'de> for Details {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let raw = <&RawValue>::deserialize(deserializer)?;
        if !raw.get().starts_with('{') {
            return Err(D::Error::custom(Expected("an object")));
        }
        Ok(Self {
            hash: sha256(&canonical(raw)),
            hash_of_revision_1: canonical_of_revision_1(raw).as_deref().map(sha256),
        })
    }
}

fn sha256(text: &str) -> String {
    let mut hash = String::with_capacity(64);
    for byte in Sha256::digest(text) {
        let _ = write!(hash, "{byte:02x}"); // writing to a String cannot fail
    }
    hash
}
