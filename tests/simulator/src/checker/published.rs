//! What was published: saved before, always in the same words, and without anything personal but the customer.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::news::says;
use super::{Holds, by, holds, list, parsed, text};
use crate::{World, sns};

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
    pub(super) fn save(&mut self, stored: &Value) {
        let saved = list(&stored["requests"]).filter_map(|r| r["saved"]["body"].as_str());
        self.saved.extend(saved.map(str::to_owned));
    }

    pub(super) fn step(&mut self, world: &World, stored: &Value) -> Holds {
        let aws = world.cloud.aws();
        let published = aws.topic.published();
        for entry in &published[self.seen..] {
            self.one(entry, stored)?;
        }
        self.seen = published.len();
        Ok(())
    }

    fn one(&mut self, entry: &sns::Published, stored: &Value) -> Holds {
        let (body, group) = (&*entry.body, &*entry.group);
        let event = parsed(body);
        let id = text(&event["id"]).to_owned();
        addressed(entry, &event)?;
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
        says(&event, stored, &self.events)?;
        *self.outcomes.entry(outcome(&event)).or_default() += 1;
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

/// An event's type, its channel and its reason, as far as it has them.
pub(super) fn outcome(event: &Value) -> String {
    let data = &event["data"];
    let words = [&event["type"], &data["channel"], &data["reason"]];
    let words: Vec<_> = words.into_iter().filter_map(Value::as_str).collect();
    words.join(" ")
}

/// With the id by which the topic tells duplicates (but for an operator's), and two attributes.
fn addressed(entry: &sns::Published, event: &Value) -> Holds {
    let id = &*entry.deduplication_id;
    holds!(
        event["id"] == *id || id.starts_with("again-"),
        "{event} was published with the deduplication id {id}"
    );
    let attributes = entry.attributes.iter();
    let attributes: Vec<_> = attributes
        .map(|(name, value)| (&**name, value.string_value.as_deref()))
        .collect();
    let expected = [
        ("correlationId", event["correlationid"].as_str()),
        ("eventType", event["type"].as_str()),
    ];
    holds!(attributes == expected, "{event} has {attributes:?}");
    Ok(())
}

/// Whether a phone, a device or details are shown in it.
pub(super) fn is_personal(text: &str) -> bool {
    ["+8210009", "+1202555", "DEVICE-", "DETAILS"]
        .iter()
        .any(|secret| text.contains(secret))
}
