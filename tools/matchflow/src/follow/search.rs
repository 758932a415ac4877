//! Looking for an id through whole tables: that of a customer, a transfer, an event or a notification, of a match that is not
//! charged yet, or the beginning of a request's, a purchase's or a partner's id.

use std::cell::RefCell;
use std::collections::BTreeMap;

use contract::{RequestId, ids};
use futures_util::try_join;
use serde::Serialize;
use serde_json::Value;

use super::subject::Subject;
use crate::failure::Failure;
use crate::report::Report;
use crate::screen::{Look, Screen};
use crate::shell;
use crate::tables::{Scan, Tables};

/// How many parts of a table are read at once.
const SEGMENTS: u16 = 4;

/// The most that is shown to a person.
pub const SHOWN: usize = 50;

/// What an id names, where that is not one request, purchase or partner.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FoundByScan {
    pub found: Vec<Match>,
    matching: Scan,
    statistics: Scan,
}

/// A request, purchase or partner that has to do with the id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Match {
    pub subject: Subject,
    /// What the id is of it: `customer`, `transferId`, the beginning of its own id.
    pub by: &'static str,
}

/// Looks through matching's and statistics' tables, which costs read units.
pub async fn search(tables: &Tables, id: &str) -> Result<FoundByScan, Failure> {
    let found = RefCell::new(BTreeMap::new());
    let keep = |item: &Value, by: Option<&'static str>| {
        if let Some((subject, by)) = subject_of(item).zip(by) {
            found
                .borrow_mut()
                .entry(subject.clone())
                .or_insert(Match { subject, by });
        }
    };
    let requests = ["pk", "requestId", "attempt", "submission.customer.id"];
    let events = ["pk", "id", "data.transferId", "data.customerId", "data.notificationId"];
    let (matching, statistics) = try_join!(
        tables.matching.scan(SEGMENTS, &requests, |items, _| items
            .iter()
            .for_each(|item| keep(item, of_request(item, id)))),
        tables.statistics.scan(SEGMENTS, &events, |items, _| items
            .iter()
            .for_each(|item| keep(item, of_event(item, id)))),
    )?;
    let found = found.into_inner().into_values().collect();
    Ok(FoundByScan {
        found,
        matching,
        statistics,
    })
}

fn subject_of(item: &Value) -> Option<Subject> {
    let (kind, id) = item["pk"].as_str()?.split_once('#')?;
    match kind {
        "request" => Some(Subject::Request(id.to_owned())),
        "purchase" => Some(Subject::Purchase(id.to_owned())),
        "partner" => Some(Subject::Partner(id.to_owned())),
        _ => None,
    }
}

/// What the id is of a request in matching's table.
fn of_request(item: &Value, id: &str) -> Option<&'static str> {
    let by = if item["submission"]["customer"]["id"] == *id {
        "customer"
    } else if has_match(item, id) {
        "matchId"
    } else {
        return begins(item, id);
    };
    Some(by)
}

fn has_match(item: &Value, id: &str) -> bool {
    let request = item["requestId"]
        .as_str()
        .and_then(|id| RequestId::try_from(id.to_owned()).ok());
    let attempt = item["attempt"].as_u64().and_then(|attempt| u32::try_from(attempt).ok());
    let current = request
        .zip(attempt)
        .map(|(request, attempt)| ids::match_id(&request, attempt).to_string());
    current.as_deref() == Some(id)
}

/// What the id is of an event in statistics' table.
fn of_event(item: &Value, id: &str) -> Option<&'static str> {
    let data = &item["data"];
    let members = [
        ("event", &item["id"]),
        ("transferId", &data["transferId"]),
        ("notificationId", &data["notificationId"]),
        ("customer", &data["customerId"]),
    ];
    let by = members.into_iter().find(|(_, value)| **value == *id).map(|(by, _)| by);
    by.or_else(|| begins(item, id))
}

fn begins(item: &Value, id: &str) -> Option<&'static str> {
    let subject = subject_of(item)?;
    (!id.is_empty() && subject.id().starts_with(id)).then_some("the beginning of its id")
}

impl FoundByScan {
    /// Where it was looked.
    pub fn summary(&self) -> String {
        let (matching, statistics) = (self.matching.items, self.statistics.items);
        format!("Looked through all {matching} items of matching and all {statistics} of statistics")
    }
}

impl Report for FoundByScan {
    fn write(&self, screen: &mut Screen) {
        for found in self.found.iter().take(SHOWN) {
            let command = shell::command("follow", found.subject.id());
            screen.line(&[
                (Look::Strong, found.subject.id()),
                (Look::Plain, &format!("   {}", found.by)),
                (Look::Faint, &format!("   → {command}")),
            ]);
        }
        if self.found.len() > SHOWN {
            screen.plain(&format!("and {} more: --json has all", self.found.len() - SHOWN));
        }
        screen.gap();
        screen.line(&[(Look::Faint, &self.summary())]);
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.found.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_id_is_known_by_what_it_is_of_a_request() {
        let match_id = ids::match_id(&RequestId::try_from("r-12".to_owned()).unwrap(), 2).to_string();
        let item = json!({ "pk": "request#r-12", "requestId": "r-12", "attempt": 2, "submission": { "customer": { "id": "c-1" } } });
        let by = |id: &str| of_request(&item, id);
        assert_eq!(
            (by("c-1"), by(&match_id), by("r-1")),
            (Some("customer"), Some("matchId"), Some("the beginning of its id"))
        );
        assert_eq!((by("c-2"), by(""), by("12")), (None, None, None));
        let partner = json!({ "pk": "partner#p-1", "registered": {} });
        assert_eq!(of_request(&partner, "p-"), Some("the beginning of its id"));
        assert_eq!(subject_of(&partner), Some(Subject::Partner("p-1".to_owned())));
    }

    #[test]
    fn an_id_is_known_by_what_it_is_of_an_event() {
        let data = json!({ "transferId": "t-1", "customerId": "c-1", "notificationId": "n-1" });
        let item = json!({ "pk": "purchase#b-1", "id": "e-1", "data": data });
        let by = |id: &str| of_event(&item, id);
        assert_eq!(
            (by("t-1"), by("c-1"), by("n-1"), by("e-1")),
            (
                Some("transferId"),
                Some("customer"),
                Some("notificationId"),
                Some("event")
            )
        );
        assert_eq!(by("b"), Some("the beginning of its id"));
        assert_eq!(of_event(&json!({ "pk": "day#2026-03-01#00" }), ""), None);
    }
}
