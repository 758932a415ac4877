//! Bad records of every kind at every consumer: what becomes of each, and that the records beside it are processed.
#![allow(clippy::unwrap_used)] // Helpers of tests are not output as tests.

mod check;
mod conflicts;
mod consumers;
mod data;
mod envelopes;
mod payloads;

/// What becomes of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    Quarantine(&'static str),
    Ignored,
    Accepted,
}

use Outcome::{Accepted, Ignored, Quarantine};

const NOT_JSON: Outcome = Quarantine("not_json");
const NOT_AN_ENVELOPE: Outcome = Quarantine("not_an_envelope");
const BREAKS_CONTRACT: Outcome = Quarantine("breaks_contract");
