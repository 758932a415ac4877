//! The first look: all items of both tables.

use jiff::Timestamp;
use rules::Begin;
use serde::Serialize;

use super::difference::Difference;
use super::items::{add_of_ledger, add_of_matching};
use super::progress::Progress;
use crate::failure::Failure;
use crate::tables::{Scan, Tables};

/// What is read of matching's items: no customer's data.
const MATCHING: &[&str] = &[
    "pk",
    "sk",
    "requestId",
    "submission.submittedAt",
    "attempt",
    "state",
    "partner",
    "released",
    "registered.partnerId",
    "openMatches",
    "shown",
];

/// What is read of the ledger's items.
const LEDGER: &[&str] = &[
    "pk",
    "sk",
    "order",
    "partner",
    "transfer",
    "refusal",
    "balance",
    "sequence",
    "decidedAt",
    "publication",
];

/// What was read.
pub struct Reading {
    /// The items, as far as the rules need them.
    pub tables: rules::Tables,
    /// Items whose keys are not those of what they say they are: they are judged no further.
    pub misplaced: Vec<Difference>,
    /// How much that was.
    pub looked: Looked,
}

/// What was looked at.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Looked {
    pub matching: Matching,
    pub ledger: Ledger,
    /// The parts of a table that were read at the same time.
    pub segments: u16,
    /// What disagreed at first sight, and was read again by its key.
    pub read_again: usize,
}

/// What was read of matching's table.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Matching {
    #[serde(flatten)]
    pub scan: Scan,
    pub requests: usize,
    pub partners: usize,
}

/// What was read of the ledger.
#[derive(Clone, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Ledger {
    #[serde(flatten)]
    pub scan: Scan,
    pub accounts: usize,
    /// The decisions that were judged: with `--since` those from then on.
    pub decisions: usize,
}

impl Reading {
    /// Reads matching's table, then the ledger: what a request says was decided is there by then.
    pub async fn of(tables: &Tables, segments: u16, since: Option<Timestamp>) -> Result<Self, Failure> {
        let mut read = rules::Tables::default();
        if since.is_some() {
            read.begin = Begin::Later;
        }
        let mut misplaced = Vec::new();
        let mut progress = Progress::new();
        let matching = tables.matching.scan(segments, MATCHING, |items, total| {
            for item in &items {
                misplaced.extend(add_of_matching(&mut read, item));
            }
            progress.show(&format!("matching: {} items", total.items));
        });
        let matching = matching.await?;
        let ledger = tables.ledger.scan(segments, LEDGER, |items, total| {
            for item in &items {
                misplaced.extend(add_of_ledger(&mut read, item, since));
            }
            progress.show(&format!("ledger: {} items", total.items));
        });
        let ledger = ledger.await?;
        let looked = Looked {
            matching: Matching {
                scan: matching,
                requests: read.requests.len(),
                partners: read.partners.len(),
            },
            ledger: Ledger {
                scan: ledger,
                accounts: read.accounts.len(),
                decisions: read.decisions.len(),
            },
            segments,
            read_again: 0,
        };
        Ok(Self {
            tables: read,
            misplaced,
            looked,
        })
    }
}

/// Whether a stored time is before another; one that cannot be read is not.
pub fn is_before(stored: &str, time: Timestamp) -> bool {
    stored.parse::<Timestamp>().is_ok_and(|stored| stored < time)
}
