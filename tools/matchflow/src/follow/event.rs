//! The events of a story, from wherever they are stored.

use std::collections::BTreeMap;

use contract::EventType;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

/// An event that was published, or is stored to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Event {
    pub id: String,
    #[serde(rename = "type")]
    pub kind: String,
    /// The time of what happened, by its function's clock.
    pub time: Timestamp,
    /// The event that caused it; the history of statistics does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<String>,
    /// What it says, without the customer.
    pub data: Value,
    /// Whether statistics has it: it was published, and delivered to one subscriber at least.
    pub counted: bool,
}

/// Events by id, each once.
#[derive(Debug, Default)]
pub struct Events(BTreeMap<String, Event>);

impl Events {
    /// Adds what statistics has stored of an event.
    pub fn add_counted(&mut self, item: &Value) {
        let (id, time) = (item["id"].as_str(), time_of(&item["time"]));
        let Some(((id, time), event_type)) = id.zip(time).zip(item["type"].as_str()) else {
            return; // counters and the function's own items
        };
        let event = Event {
            id: id.to_owned(),
            kind: event_type.to_owned(),
            time,
            caused_by: None,
            data: without_customer(item["data"].clone()),
            counted: true,
        };
        let known = self.0.entry(id.to_owned()).or_insert(event);
        known.counted = true;
    }

    /// Adds an event that a function has stored with its decision.
    pub fn add_stored(&mut self, publication: &Value) {
        let event = publication["body"]
            .as_str()
            .and_then(|body| serde_json::from_str::<Value>(body).ok());
        let Some(mut event) = event else {
            return;
        };
        let (Some(id), Some(time)) = (event["id"].as_str().map(str::to_owned), time_of(&event["time"])) else {
            return;
        };
        let data = without_customer(event["data"].take());
        let counted = self.0.get(&id).is_some_and(|known| known.counted);
        let event = Event {
            id: id.clone(),
            kind: event["type"].as_str().unwrap_or_default().to_owned(),
            time,
            caused_by: event["causationid"].as_str().map(str::to_owned),
            data,
            counted,
        };
        self.0.insert(id, event);
    }

    /// All events in the order of their times; of those of one time, causes first.
    pub fn in_order(self) -> Vec<Event> {
        let mut events: Vec<Event> = self.0.into_values().collect();
        events.sort_by(|a, b| (a.time, rank(a), &a.id).cmp(&(b.time, rank(b), &b.id)));
        events
    }
}

fn without_customer(mut data: Value) -> Value {
    if let Some(members) = data.as_object_mut() {
        members.remove("customer");
    }
    data
}

/// What comes first of two events of one time: requests are decided, then charged, then told.
fn rank(event: &Event) -> Option<usize> {
    EventType::ALL.iter().position(|known| known.as_str() == event.kind)
}

fn time_of(value: &Value) -> Option<Timestamp> {
    value.as_str()?.parse().ok()
}

/// What happened, in an operator's words.
pub fn words(event: &Event) -> String {
    let data = &event.data;
    let text = |path: &str| data.pointer(path).and_then(Value::as_str).unwrap_or("?").to_owned();
    let number = |path: &str| {
        data.pointer(path)
            .and_then(Value::as_i64)
            .map_or("?".to_owned(), |number| number.to_string())
    };
    match event.kind.as_str() {
        "request.matched" => format!(
            "attempt {}: matched with {} ({}), fee {}",
            number("/attempt"),
            text("/partner/id"),
            text("/partner/name"),
            number("/fee/points")
        ),
        "request.deferred" => format!(
            "attempt {}: no partner is free (capacity, or points for its fee), tried again at {}",
            number("/attempt"),
            text("/retryAt")
        ),
        "request.unmatched" => format!("attempt {}: unmatched, {}", number("/attempt"), text("/reason")),
        "points.deducted" => format!(
            "{} points charged to {}, {} left",
            number("/points"),
            text("/partnerId"),
            number("/balance")
        ),
        "points.rejected" => {
            let (points, partner) = (number("/points"), text("/partnerId"));
            format!(
                "charge of {points} points to {partner} refused, {}: {} there",
                text("/reason"),
                number("/balance")
            )
        }
        "points.credited" => format!(
            "{} points credited to {}, {} there now",
            number("/points"),
            text("/partnerId"),
            number("/balance")
        ),
        "notification.sent" => format!(
            "customer {} told by {} of {}",
            text("/customerId"),
            text("/channel"),
            text("/cause")
        ),
        "notification.failed" => {
            format!(
                "customer {} not told by {} of {}: {}",
                text("/customerId"),
                text("/channel"),
                text("/cause"),
                text("/reason")
            )
        }
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use contract::Direction;
    use serde_json::json;

    use super::*;

    fn stored(id: &str, time: &str) -> Value {
        let event = json!({ "id": id, "type": "request.matched", "time": time, "causationid": "c",
            "data": { "attempt": 1, "customer": { "phone": "+821" }, "partner": { "id": "p" } } });
        json!({ "group": "g", "body": event.to_string() })
    }

    #[test]
    fn an_event_that_is_stored_twice_is_told_once_with_all_that_is_known() {
        let mut events = Events::default();
        let data = json!({ "customer": { "phone": "+821" } });
        let counted = json!({ "id": "1", "type": "request.matched", "time": "2026-03-02T00:00:00Z", "data": data });
        events.add_counted(&counted);
        events.add_stored(&stored("1", "2026-03-02T00:00:00Z"));
        events.add_counted(&counted);
        let events = events.in_order();
        assert_eq!((events.len(), events[0].counted), (1, true));
        assert_eq!(events[0].caused_by.as_deref(), Some("c"));
        assert_eq!(events[0].data, json!({ "attempt": 1, "partner": { "id": "p" } }));
    }

    #[test]
    fn events_of_one_time_come_in_the_order_of_the_flow() {
        let mut events = Events::default();
        for event_type in ["notification.sent", "points.deducted", "request.matched"] {
            events.add_counted(&json!({ "id": event_type, "type": event_type, "time": "2026-03-02T00:00:00Z" }));
        }
        let types: Vec<_> = events.in_order().into_iter().map(|event| event.kind).collect();
        assert_eq!(types, ["request.matched", "points.deducted", "notification.sent"]);
    }

    #[test]
    fn every_published_event_has_words() {
        for event_type in EventType::ALL
            .iter()
            .filter(|event_type| matches!(event_type.direction(), Direction::Out(_)))
        {
            let event = Event {
                id: String::new(),
                kind: event_type.to_string(),
                time: Timestamp::UNIX_EPOCH,
                caused_by: None,
                data: Value::Null,
                counted: true,
            };
            assert_ne!(words(&event), "", "{event_type}");
        }
    }
}
