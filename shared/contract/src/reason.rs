//! Why a record can never succeed.

use crate::codes::frozen_codes;

frozen_codes! {
    "The closed set of reasons for quarantine.",
    Reason {
        /// The body cannot be parsed as JSON.
        NotJson = "not_json",
        /// The body is JSON, but no event in its envelope.
        NotAnEnvelope = "not_an_envelope",
        /// The event says what its type does not allow, here or in this state.
        BreaksContract = "breaks_contract",
        /// The business key was handled before, with other contents.
        IdentityConflict = "identity_conflict",
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
