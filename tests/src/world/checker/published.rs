//! What was published: saved before, always in the same words, and without anything personal but the customer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Holds, by, holds, list, parsed, text};
use crate::world::World;

/// Every outcome that is published: a type, the channel, the reason.
pub(super) const OUTCOMES: [&str; 16] = [
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

/// The events on the topic.
#[derive(Default)]
pub(super) struct Published {
    seen: usize,
    /// By their ids.
    pub(super) events: BTreeMap<String, Value>,
    bodies: BTreeMap<String, String>,
    /// What requests ever had saved.
    saved: BTreeSet<String>,
    /// How often which type was published, with its reason and channel.
    pub(super) outcomes: BTreeMap<String, usize>,
}

impl Published {
    pub(super) fn step(&mut self, world: &World, stored: &Value) -> Holds {
        let saved = list(&stored["requests"]).filter_map(|r| r["saved"]["body"].as_str());
        self.saved.extend(saved.map(str::to_owned));
        let aws = world.cloud.aws();
        let published = aws.topic.published();
        for entry in &published[self.seen..] {
            self.one(&entry.body, &entry.group, stored)?;
            let event = parsed(&entry.body);
            let attribute = entry
                .attributes
                .get("eventType")
                .and_then(|a| a.string_value.as_deref());
            holds!(
                attribute == event["type"].as_str(),
                "{event} has the attribute {attribute:?}"
            );
            for value in entry
                .attributes
                .values()
                .filter_map(|a| a.string_value.as_deref())
            {
                holds!(
                    !is_personal(value),
                    "{event} has personal data in its attributes"
                );
            }
        }
        self.seen = published.len();
        Ok(())
    }

    fn one(&mut self, body: &str, group: &str, stored: &Value) -> Holds {
        let event = parsed(body);
        let id = text(&event["id"]).to_owned();
        if let Some(before) = self.bodies.get(&id) {
            holds!(
                before == body,
                "{id} was published as {before} and as {body}"
            );
            return Ok(());
        }
        holds!(
            self.is_saved(&event, body, stored),
            "{event} was published before it was saved"
        );
        let (kind, data) = (text(&event["type"]), &event["data"]);
        let expected =
            match kind {
                "request.matched" => &data["partner"]["id"],
                "points.credited" | "points.deducted" | "points.rejected" => &data["partnerId"],
                "request.deferred" => &by(&stored["requests"], "requestId")
                    [text(&data["requestId"])]["submission"]["customer"]["id"],
                "request.unmatched" => &data["customer"]["id"],
                _ => &data["customerId"],
            };
        holds!(
            *expected == *group,
            "{event} was published in the group {group}"
        );
        let mut bare = event.clone();
        if matches!(kind, "request.matched" | "request.unmatched") {
            bare["data"]["customer"] = json!(null);
        }
        holds!(
            !is_personal(&bare.to_string()),
            "{event} has personal data outside `customer`"
        );
        let outcome = [&event["type"], &data["channel"], &data["reason"]];
        let outcome: Vec<_> = outcome.into_iter().filter_map(Value::as_str).collect();
        *self.outcomes.entry(outcome.join(" ")).or_default() += 1;
        self.bodies.insert(id.clone(), body.to_owned());
        self.events.insert(id, event);
        Ok(())
    }

    /// Whether it is, or was, in a table, in these very words: a request keeps only what its last decision said.
    fn is_saved(&self, event: &Value, body: &str, stored: &Value) -> bool {
        let is_this = |publication: &Value| publication["body"] == *body;
        match text(&event["type"]) {
            "request.matched" | "request.unmatched" | "request.deferred" => {
                self.saved.contains(body)
            }
            "notification.sent" | "notification.failed" => {
                let mut told = list(&stored["stories"])
                    .filter_map(|story| story["told"].as_object())
                    .flatten();
                told.any(|(_, told)| list(&told["publications"]).any(is_this))
            }
            _ => list(&stored["decisions"]).any(|decision| is_this(&decision["publication"])),
        }
    }
}

/// Whether a phone, a device or details are shown in it.
pub(super) fn is_personal(text: &str) -> bool {
    ["+8210009", "+1202555", "DEVICE-", "DETAILS"]
        .iter()
        .any(|secret| text.contains(secret))
}
