//! Why a record can never succeed.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The closed set of reasons for quarantine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// The body cannot be parsed as JSON.
    NotJson,
    /// The body is JSON, but no event in its envelope.
    NotAnEnvelope,
    /// The event says what its type does not allow, here or in this state.
    BreaksContract,
    /// The business key was handled before, with other contents.
    IdentityConflict,
}

impl Reason {
    /// The code as it goes over the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotJson => "not_json",
            Self::NotAnEnvelope => "not_an_envelope",
            Self::BreaksContract => "breaks_contract",
            Self::IdentityConflict => "identity_conflict",
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A message that can never be handled: a code for machines and one sentence for a person, which
/// names the field and what was expected, never the value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{reason}: {detail}")]
pub struct Invalid {
    /// The code.
    pub reason: Reason,
    /// The sentence.
    pub detail: String,
}

impl Invalid {
    /// Something wrong, said in one sentence without any value.
    pub fn new(reason: Reason, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self { reason, detail }
    }
}
