//! The events on the topic: saved before they are published (guarantees 2, 3 and 9) and always with the same body (11),
//! routed by their attributes and message group (1 and 4), and without personal data outside `customer` (10).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Guarantee::{GroupOrder, NothingLost, PersonalDataContained, RepeatsIdentical};
use super::contract::{message_group, source, unknown_type};
use super::{Checked, Guarantee, ensure, event_content};
use crate::json::{by_member, elements, parse, text};
use crate::simulation::Simulation;
use crate::sqs::MessageContent;

/// Every kind of event: its type, channel and reason, as far as it has them.
pub const KINDS: [&str; 16] = [
    "request.matched",
    "request.deferred",
    "request.unmatched no_partner",
    "request.unmatched no_capacity",
    "request.unmatched closed",
    "points.credited",
    "points.deducted",
    "points.rejected insufficient_points",
    "points.rejected unknown_account",
    "notification.sent sms",
    "notification.sent push",
    "notification.failed push refused",
    "notification.failed none no_channel",
    "notification.failed sms prefix_not_allowed",
    "notification.failed sms too_late",
    "notification.failed push too_late",
];

/// The events that were published so far.
#[derive(Default)]
pub struct PublishedEvents {
    /// How many of the topic's messages were checked.
    checked: usize,
    /// The events by their ids.
    pub events: BTreeMap<String, Value>,
    /// Their bodies by their ids.
    bodies: BTreeMap<String, String>,
    /// Every body that a request's item ever held.
    saved_bodies: BTreeSet<String>,
    /// How often each of [`KINDS`] was published.
    pub kinds: BTreeMap<String, usize>,
}

impl PublishedEvents {
    /// Remembers the events that requests hold: a request's item keeps only its last decision's.
    pub fn record_saved(&mut self, tables: &Value) {
        let requests = elements(&tables["requests"]);
        let bodies = requests.filter_map(|request| request["saved"]["body"].as_str());
        self.saved_bodies.extend(bodies.map(str::to_owned));
    }

    pub fn after_call(&mut self, simulation: &Simulation, tables: &Value) -> Checked {
        let aws = simulation.aws.lock();
        let published = aws.topic.published();
        for message in &published[self.checked..] {
            self.check(&message.content, tables)?;
        }
        self.checked = published.len();
        Ok(())
    }

    fn check(&mut self, message: &MessageContent, tables: &Value) -> Checked {
        let body = &message.body;
        let event = parse(body);
        let id = text(&event["id"]).to_owned();
        check_routing(message, &event)?;
        if let Some(before) = self.bodies.get(&id) {
            ensure!(RepeatsIdentical: before == body,
                "event {id} was published as {before} and as {body}");
            return Ok(());
        }
        let guarantee = Guarantee::of_event(text(&event["type"]));
        ensure!(guarantee: self.is_saved(&event, body, tables),
            "{event} was published before it was saved");
        check_message_group(&event, message, tables)?;
        check_personal_data(&event)?;
        event_content::check(&event, tables, &self.events)?;
        *self.kinds.entry(kind(&event)).or_default() += 1;
        self.bodies.insert(id.clone(), body.clone());
        self.events.insert(id, event);
        Ok(())
    }

    /// Whether a table holds, or held, this very body.
    fn is_saved(&self, event: &Value, body: &str, tables: &Value) -> bool {
        let is_this = |publication: &Value| publication["body"] == *body;
        match text(&event["type"]) {
            "request.matched" | "request.unmatched" | "request.deferred" => self.saved_bodies.contains(body),
            "notification.sent" | "notification.failed" => {
                let items = elements(&tables["notifications"]);
                let mut outcomes = items.filter_map(|item| item["outcomes"].as_object()).flatten();
                outcomes.any(|(_, outcome)| elements(&outcome["publications"]).any(is_this))
            }
            "points.credited" | "points.deducted" | "points.rejected" => {
                elements(&tables["decisions"]).any(|decision| is_this(&decision["publication"]))
            }
            unknown => unknown_type(unknown, "PublishedEvents::is_saved"),
        }
    }
}

/// An event's type, channel and reason, as far as it has them.
pub fn kind(event: &Value) -> String {
    let data = &event["data"];
    let words = [&event["type"], &data["channel"], &data["reason"]];
    let words: Vec<&str> = words.into_iter().filter_map(Value::as_str).collect();
    words.join(" ")
}

/// The deduplication id is the event's id (unless an operator published it again), the source is the function that the
/// contract's table of events has for the type, and the attributes are exactly the two that subscriptions and consumers read.
fn check_routing(message: &MessageContent, event: &Value) -> Checked {
    let id = message.deduplication_id.as_deref().unwrap_or_default();
    ensure!(NothingLost: event["id"] == *id || id.starts_with("again-"),
        "{event} was published with the deduplication id {id}");
    ensure!(NothingLost: event["source"] == *source(text(&event["type"])),
        "{event} was published by another function than the contract says");
    let refused = message.refused_character();
    ensure!(NothingLost: refused.is_none(), "{event} has {refused:?}, which SQS does not take");
    let attributes = message.attributes.iter();
    let attributes: Vec<_> = attributes
        .map(|(name, attribute)| (&**name, attribute.string_value.as_deref()))
        .collect();
    let expected = [
        ("correlationId", event["correlationid"].as_str()),
        ("eventType", event["type"].as_str()),
    ];
    ensure!(NothingLost: attributes == expected, "{event} has the attributes {attributes:?}");
    Ok(())
}

/// The message group is the one that the contract's table of events has for the type.
fn check_message_group(event: &Value, message: &MessageContent, tables: &Value) -> Checked {
    let data = &event["data"];
    let expected = match message_group(text(&event["type"])) {
        "partner id" if data["partner"].is_object() => &data["partner"]["id"],
        "partner id" => &data["partnerId"],
        "customer id" => {
            let request = by_member(&tables["requests"], "requestId")[text(&data["requestId"])];
            &request["submission"]["customer"]["id"]
        }
        unknown => panic!(
            "{event} has the message group {unknown:?} in constants.json: say in `check_message_group` where to find it"
        ),
    };
    let group = message.group.as_deref().unwrap_or_default();
    ensure!(GroupOrder: *expected == *group, "{event} was published in the message group {group}");
    Ok(())
}

fn check_personal_data(event: &Value) -> Checked {
    let mut without_customer = event.clone();
    if matches!(text(&event["type"]), "request.matched" | "request.unmatched") {
        without_customer["data"]["customer"] = json!(null);
    }
    ensure!(PersonalDataContained: !is_personal(&without_customer.to_string()),
        "{event} has personal data outside `customer`");
    Ok(())
}

/// Whether a text contains a phone number, a push endpoint or a request's details.
pub fn is_personal(text: &str) -> bool {
    let personal = ["+8210009", "+1202555", "DEVICE-", "DETAILS"];
    personal.iter().any(|part| text.contains(part))
}
