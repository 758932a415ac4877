//! The requests that hold a partner's open matches. No index leads to them: the account's charges do, the newest first.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::failure::Failure;
use crate::tables::{Entries, Tables};

/// How many decisions are read at a time, and how many at most.
const PAGE: u16 = 100;
const FARTHEST: usize = 2000;

/// The parts of the table that `--scan` reads at the same time.
const SEGMENTS: u16 = 4;

/// A partner's open matches.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct OpenMatches {
    /// Their number, as matching counts them.
    pub count: u64,
    /// The requests that have a live match with the partner, as far as it was looked.
    pub requests: Vec<Holder>,
    /// How many decisions on the account it was looked for them.
    pub looked_at: usize,
    /// Whether it was looked among all requests.
    pub scanned: bool,
}

/// A request with a live match.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Holder {
    pub request: String,
    pub state: String,
    /// The time of submission, as stored.
    pub submitted_at: String,
}

impl OpenMatches {
    /// Looks for the requests: until as many were found as there are, or among all.
    pub async fn of(tables: &Tables, partner: &str, count: u64, scan: bool) -> Result<Self, Failure> {
        let (holders, looked_at) = if scan {
            (scanned(tables, partner).await?, 0)
        } else {
            charged(tables, partner, count).await?
        };
        let mut requests: Vec<Holder> = holders.into_values().collect();
        requests.sort_by(|a, b| (&a.submitted_at, &a.request).cmp(&(&b.submitted_at, &b.request)));
        Ok(Self {
            count,
            requests,
            looked_at,
            scanned: scan,
        })
    }
}

type Holders = BTreeMap<String, Holder>;

async fn charged(tables: &Tables, partner: &str, count: u64) -> Result<(Holders, usize), Failure> {
    let (mut holders, mut looked_at, mut last) = (Holders::new(), 0, u64::MAX);
    while (holders.len() as u64) < count && looked_at < FARTHEST && last > 0 {
        let entries = tables.ledger.history(partner, Entries::Newest(PAGE, last)).await?;
        let Some(oldest) = entries.last().and_then(|entry| entry["sequence"].as_u64()) else {
            break;
        };
        (looked_at, last) = (looked_at + entries.len(), oldest.saturating_sub(1));
        let charges = entries.iter().filter(|entry| entry["transfer"]["credit"] == "platform");
        let charges = charges.filter_map(|entry| Some((entry["pk"].as_str()?.to_owned(), "decision")));
        let decisions = tables.ledger.get_all(charges).await?;
        let requests = decisions.iter().filter_map(request_of);
        let requests = requests.map(|id| (format!("request#{id}"), "request"));
        add(&mut holders, &tables.matching.get_all(requests).await?, partner);
    }
    Ok((holders, looked_at))
}

async fn scanned(tables: &Tables, partner: &str) -> Result<Holders, Failure> {
    let mut holders = Holders::new();
    let paths = ["requestId", "state", "partner", "submission.submittedAt"];
    let scan = tables
        .matching
        .scan(SEGMENTS, &paths, |items, _| add(&mut holders, &items, partner));
    scan.await?;
    Ok(holders)
}

fn request_of(decision: &Value) -> Option<String> {
    let event: Value = serde_json::from_str(decision["publication"]["body"].as_str()?).ok()?;
    Some(event["data"]["requestId"].as_str()?.to_owned())
}

/// Adds the requests among these items that have a live match with the partner.
fn add(holders: &mut Holders, items: &[Value], partner: &str) {
    let requests = items.iter().map(rules::Request::of);
    for request in requests.filter(|request| request.is_live() && request.partner == partner) {
        let holder = Holder {
            request: request.id.clone(),
            state: request.state,
            submitted_at: request.submitted_at,
        };
        holders.insert(request.id, holder);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn live_matches_with_this_partner_hold_an_open_match() {
        let item =
            |id: &str, state: &str, partner: &str| json!({ "requestId": id, "state": state, "partner": partner });
        let items = [
            item("a", "confirmed", "p"),
            item("b", "closed", "p"),
            item("c", "pending", "q"),
            item("d", "closing", "p"),
            json!({ "openMatches": 1, "registered": { "partnerId": "p" } }),
        ];
        let mut holders = Holders::new();
        add(&mut holders, &items, "p");
        assert_eq!(holders.keys().collect::<Vec<_>>(), ["a", "d"]);
    }
}
