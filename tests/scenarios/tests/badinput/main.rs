//! Bad records of every kind at every consumer: what each bad record gets, and that its neighbours never notice.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod check;
mod conflicts;
mod consumers;
mod data;
mod envelopes;

/// What a record gets.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Gets {
    Quarantine(&'static str),
    Ignored,
    Accepted,
}

use Gets::{Accepted, Ignored, Quarantine};

const NOT_JSON: Gets = Quarantine("not_json");
const NOT_AN_ENVELOPE: Gets = Quarantine("not_an_envelope");
const BREAKS_CONTRACT: Gets = Quarantine("breaks_contract");
