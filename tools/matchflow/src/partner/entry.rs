//! A decision on an account, as its history has it.

use serde::Serialize;
use serde_json::Value;

/// What a decision does to the account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// Points were added.
    Credit,
    /// Points were taken.
    Charge,
    /// A charge was refused.
    Refusal,
}

/// A decision on an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    pub sequence: u64,
    /// The time of the decision, as stored.
    pub time: String,
    /// `purchase#…` or `match#…`.
    pub order: String,
    pub kind: Kind,
    pub points: u64,
    /// The balance after it.
    pub balance: u64,
    /// Why a charge was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

impl Entry {
    /// Reads an item of the index `History`.
    pub fn of(item: &Value) -> Self {
        let (transfer, refusal) = (&item["transfer"], &item["refusal"]);
        let (kind, posting) = match transfer["credit"].as_str() {
            Some("platform") => (Kind::Charge, transfer),
            Some(_) => (Kind::Credit, transfer),
            None => (Kind::Refusal, refusal),
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Self {
            sequence: item["sequence"].as_u64().unwrap_or_default(),
            time: text(&item["decidedAt"]),
            order: text(&item["pk"]),
            kind,
            points: posting["points"].as_u64().unwrap_or_default(),
            balance: item["balance"].as_u64().unwrap_or_default(),
            reason: refusal["reason"].as_str().map(str::to_owned),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_entry_says_what_happened_to_the_account() {
        let item = |posting: Value| {
            let mut item = json!({ "pk": "match#m", "sequence": 4, "balance": 7, "decidedAt": "2026-03-02T00:00:00Z" });
            item.as_object_mut()
                .unwrap()
                .extend(posting.as_object().unwrap().clone());
            let Entry {
                kind, points, reason, ..
            } = Entry::of(&item);
            (kind, points, reason)
        };
        let credit = json!({ "transfer": { "debit": "platform", "credit": "partner#p", "points": 5 } });
        assert_eq!(item(credit), (Kind::Credit, 5, None));
        let charge = json!({ "transfer": { "debit": "partner#p", "credit": "platform", "points": 3 } });
        assert_eq!(item(charge), (Kind::Charge, 3, None));
        let refusal = json!({ "refusal": { "points": 9, "reason": "insufficient_points" } });
        assert_eq!(
            item(refusal),
            (Kind::Refusal, 9, Some("insufficient_points".to_owned()))
        );
    }
}
