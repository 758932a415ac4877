//! What is judged of an item, and whether it lies under its own key.

use jiff::Timestamp;
use rules::Decision;
use serde_json::Value;

use super::difference::Difference;
use super::reading::is_before;

/// Candidate rows repeat what partners' items say, and are left out.
pub fn add_of_matching(tables: &mut rules::Tables, item: &Value) -> Option<Difference> {
    match item["sk"].as_str() {
        Some("request") => {
            let misplaced = misplaced(item, "request#", &item["requestId"]);
            if misplaced.is_none() {
                tables.add_request(item);
            }
            misplaced
        }
        Some("partner") if !is_candidate(item) => {
            let misplaced = misplaced(item, "partner#", &item["registered"]["partnerId"]);
            if misplaced.is_none() {
                tables.add_partner(item);
            }
            misplaced
        }
        _ => None,
    }
}

/// The sort key of a candidate row is a partner's id, which may be any.
fn is_candidate(item: &Value) -> bool {
    item["pk"].as_str().is_some_and(|pk| pk.starts_with("candidates#"))
}

/// The entries of releases up to 0.2.0 repeat what decisions say, and are left out.
pub fn add_of_ledger(tables: &mut rules::Tables, item: &Value, since: Option<Timestamp>) -> Option<Difference> {
    match item["sk"].as_str() {
        Some("account") => {
            let partner = item["pk"].as_str().and_then(|pk| pk.strip_prefix("partner#"));
            tables.add_account(partner?, item);
        }
        Some("decision") => {
            let misplaced = misplaced(item, "", &item["order"]);
            if misplaced.is_some() {
                return misplaced;
            }
            let decision = Decision::of(item);
            if since.is_none_or(|since| !is_before(&decision.decided_at, since)) {
                tables.decisions.insert(decision.order.clone(), decision);
            }
        }
        _ => {}
    }
    None
}

/// The difference, if an item does not lie under the key of what it says it is. A key never changes, so it need not be read again.
fn misplaced(item: &Value, prefix: &str, id: &Value) -> Option<Difference> {
    let (pk, id) = (item["pk"].as_str().unwrap_or_default(), id.as_str().unwrap_or_default());
    let is_its_key = pk.strip_prefix(prefix) == Some(id);
    (!is_its_key).then(|| Difference::of_key(pk, &format!("{prefix}{id}")))
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
        let candidate = json!({ "pk": "candidates#cleaning#KR-11", "sk": "partner" });
        assert_eq!(add_of_matching(&mut tables, &candidate), None);
        let partner =
            json!({ "pk": "partner#p", "sk": "partner", "registered": { "partnerId": "p" }, "openMatches": 0 });
        assert_eq!(add_of_matching(&mut tables, &partner), None);
        assert_eq!(tables.partners.keys().collect::<Vec<_>>(), ["p"]);
    }

    #[test]
    fn an_item_under_the_key_of_another_is_a_difference_and_judged_no_further() {
        let mut tables = rules::Tables::default();
        let partner = json!({ "pk": "partner#p", "sk": "partner", "registered": { "partnerId": "q" } });
        let request = json!({ "pk": "request#r", "sk": "request", "requestId": "s" });
        let decision = json!({ "pk": "match#m", "sk": "decision", "order": "match#n" });
        for found in [
            add_of_matching(&mut tables, &partner),
            add_of_matching(&mut tables, &request),
            add_of_ledger(&mut tables, &decision, None),
        ] {
            assert_eq!(found.unwrap().rule, "key-fits-item");
        }
        assert_eq!(tables.violations().count(), 0);
    }
}
