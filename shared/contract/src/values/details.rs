//! The free-form details of a request: only a hash of them is kept.

use std::fmt::{self, Write as _};

use serde::{Deserialize, Deserializer, de::Error as _};
use serde_json::value::RawValue;
use sha2::{Digest as _, Sha256};

use super::Expected;
use crate::json::canonical;

/// The SHA-256 of an object's canonical JSON: enough to tell whether a request came again with
/// other details. The details themselves are the customer's own words and are passed on nowhere.
#[derive(Clone, PartialEq, Eq)]
pub struct Details(String);

impl Details {
    /// The hash, in hexadecimal.
    pub fn hash(&self) -> &str {
        &self.0
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
        let mut hash = String::with_capacity(64);
        for byte in Sha256::digest(canonical(raw)) {
            let _ = write!(hash, "{byte:02x}"); // writing to a String cannot fail
        }
        Ok(Self(hash))
    }
}
