//! What disagrees at first sight: a scan is no snapshot of a running system, so it is read again before it is reported.

use std::collections::BTreeSet;

use jiff::Timestamp;
use rules::{Rule, Subject, Tables, Violation};

use super::reading::is_before;
use super::waiting;

/// What has to be read again, by ids.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Suspects {
    /// Partners whose accounts disagree with their histories, or with what matching knows.
    pub accounts: BTreeSet<String>,
    /// Partners whose open matches are not the live ones.
    pub claims: BTreeSet<String>,
    /// Requests whose state or charges disagree.
    pub requests: BTreeSet<String>,
    /// Orders of charges without a match.
    pub charges: BTreeSet<String>,
    /// Orders of decisions that disagree with their events.
    pub decisions: BTreeSet<String>,
    /// Requests that wait for long.
    pub waiting: BTreeSet<String>,
}

impl Suspects {
    /// What the rules find, and what waits.
    pub fn of(tables: &Tables, since: Option<Timestamp>, now: Timestamp) -> Self {
        let mut suspects = Self::default();
        for Violation { rule, subject, .. } in tables.violations() {
            let (Subject::Partner(id) | Subject::Request(id) | Subject::Decision(id)) = subject;
            let ids = match rule {
                Rule::AccountFollowsHistory | Rule::KnownBalance => &mut suspects.accounts,
                Rule::OpenMatches => &mut suspects.claims,
                Rule::MatchCharge if is_older(tables, &id, since) => continue,
                Rule::MatchCharge | Rule::RequestState => &mut suspects.requests,
                Rule::ChargeHasMatch => &mut suspects.charges,
                Rule::DecisionFitsEvent => &mut suspects.decisions,
            };
            ids.insert(id);
        }
        let waiting = tables.requests.values().filter(|request| waiting::may_be(request, now));
        suspects.waiting = waiting.map(|request| request.id.clone()).collect();
        suspects
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        let sets = [
            &self.accounts,
            &self.claims,
            &self.requests,
            &self.charges,
            &self.decisions,
            &self.waiting,
        ];
        sets.into_iter().map(BTreeSet::len).sum()
    }
}

/// Whether a request is older than what is judged: its charges may have been left out.
fn is_older(tables: &Tables, request: &str, since: Option<Timestamp>) -> bool {
    let submitted_at = tables.requests.get(request).map(|request| &request.submitted_at);
    since
        .zip(submitted_at)
        .is_some_and(|(since, submitted_at)| is_before(submitted_at, since))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tables() -> Tables {
        let request = |id: &str, state: &str, time: &str| json!({ "requestId": id, "attempt": 1, "state": state, "partner": "p", "submission": { "submittedAt": time } });
        Tables::of(&json!({
            "requests": [request("old", "confirmed", "2026-03-01T00:00:00Z"), request("new", "closed", "2026-03-02T00:00:00Z"),
                request("slow", "pending", "2026-03-02T00:00:00Z")],
            "accounts": [{ "partner": "p", "account": { "balance": 1, "sequence": 1 } }],
            "decisions": [{ "order": "match#m", "partner": "p" }],
        }))
    }

    fn set(ids: &[&str]) -> BTreeSet<String> {
        ids.iter().map(|id| (*id).to_owned()).collect()
    }

    #[test]
    fn each_violation_says_what_is_read_again() {
        let now = "2026-03-02T01:00:01Z".parse().unwrap();
        let suspects = Suspects::of(&tables(), None, now);
        let expected = Suspects {
            accounts: set(&["p"]),
            claims: set(&["p"]),
            requests: set(&["new", "old"]),
            charges: set(&["match#m"]),
            decisions: set(&["match#m"]),
            waiting: set(&["slow"]),
        };
        assert_eq!(suspects, expected);
        assert_eq!(suspects.count(), 7);
    }

    #[test]
    fn the_charges_of_requests_from_before_are_not_judged() {
        let since = "2026-03-02T00:00:00Z".parse().ok();
        let suspects = Suspects::of(&tables(), since, "2026-03-02T00:00:01Z".parse().unwrap());
        assert_eq!(suspects.requests, set(&["new"]));
        assert_eq!(suspects.waiting, set(&[]));
    }
}
