//! The first look: all items of both tables.

use jiff::Timestamp;
use rules::{Begin, Decision};
use serde::Serialize;
use serde_json::Value;

use super::progress::Progress;
use crate::failure::Failure;
use crate::tables::{Scan, Tables};

/// What is read of matching's items: no customer's data.
const MATCHING: &[&str] = &[
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
        let mut progress = Progress::new();
        let matching = tables.matching.scan(segments, MATCHING, |items, total| {
            for item in &items {
                add_of_matching(&mut read, item);
            }
            progress.show(&format!("matching: {} items", total.items));
        });
        let matching = matching.await?;
        let ledger = tables.ledger.scan(segments, LEDGER, |items, total| {
            for item in &items {
                add_of_ledger(&mut read, item, since);
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
        Ok(Self { tables: read, looked })
    }
}

/// Candidate rows repeat what partners' items say, and are left out.
fn add_of_matching(tables: &mut rules::Tables, item: &Value) {
    match item["sk"].as_str() {
        Some("request") => tables.add_request(item),
        Some("partner") if item["registered"].is_object() => tables.add_partner(item),
        _ => {}
    }
}

/// The entries of releases up to 0.2.0 repeat what decisions say, and are left out.
fn add_of_ledger(tables: &mut rules::Tables, item: &Value, since: Option<Timestamp>) {
    match item["sk"].as_str() {
        Some("account") => {
            let partner = item["pk"].as_str().and_then(|pk| pk.strip_prefix("partner#"));
            if let Some(partner) = partner {
                tables.add_account(partner, item);
            }
        }
        Some("decision") => {
            let decision = Decision::of(item);
            if since.is_none_or(|since| !is_before(&decision.decided_at, since)) {
                tables.decisions.insert(decision.order.clone(), decision);
            }
        }
        _ => {}
    }
}

/// Whether a stored time is before another; one that cannot be read is not.
pub fn is_before(stored: &str, time: Timestamp) -> bool {
    stored.parse::<Timestamp>().is_ok_and(|stored| stored < time)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn entries_of_old_releases_and_decisions_from_before_are_left_out() {
        let mut tables = rules::Tables::default();
        let since = "2026-03-02T00:00:00Z".parse().ok();
        for (order, time) in [
            ("purchase#a", "2026-03-01T23:59:59.999999Z"),
            ("purchase#b", "2026-03-02T00:00:00Z"),
        ] {
            let item = json!({ "pk": order, "sk": "decision", "order": order, "decidedAt": time });
            add_of_ledger(&mut tables, &item, since);
        }
        add_of_ledger(
            &mut tables,
            &json!({ "pk": "partner#p", "sk": "entry#1", "balance": 1 }),
            since,
        );
        add_of_ledger(
            &mut tables,
            &json!({ "pk": "partner#p", "sk": "account", "balance": 1, "sequence": 1 }),
            since,
        );
        assert_eq!(tables.decisions.keys().collect::<Vec<_>>(), ["purchase#b"]);
        assert_eq!(tables.accounts.len(), 1);
    }

    #[test]
    fn candidate_rows_are_no_partners() {
        let mut tables = rules::Tables::default();
        add_of_matching(
            &mut tables,
            &json!({ "pk": "candidates#cleaning#KR-11", "sk": "partner" }),
        );
        add_of_matching(
            &mut tables,
            &json!({ "sk": "partner", "registered": { "partnerId": "p" }, "openMatches": 0 }),
        );
        assert_eq!(tables.partners.keys().collect::<Vec<_>>(), ["p"]);
    }
}
