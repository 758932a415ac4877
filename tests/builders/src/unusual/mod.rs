//! Generated events that are unusual in every way, and that the contract takes all the same.
//!
//! A [`Generator`] makes, from a seed, [`Flow`]s: a partner, its points and a request, which ends in a known way. Each part of
//! an event has a table of [`Variant`]s; what was chosen is named in [`Message::chosen`], and [`variants`] lists all names, so
//! that a test can assert that each was met. A new rule of the contract about what is taken gets a variant here.
//!
//! The example `unusual_events` prints flows as lines of JSON, for tests in other languages.

mod attributes;
mod characters;
mod details;
mod draw;
mod envelope;
mod flow;
mod identifiers;
mod json;
mod partners;
mod people;
mod spelling;
mod times;

use std::collections::BTreeSet;

use serde_json::Value;

pub use draw::{Draw, Variant};
pub use flow::{End, Flow};
pub use json::Json;

use identifiers::Identifiers;
use people::add_optional;

/// A message that a producer sends.
#[derive(Clone, Debug)]
pub struct Message {
    /// The event's type.
    pub event_type: &'static str,
    /// The message group.
    pub group: String,
    /// The event in JSON, raw or in an SNS wrapping.
    pub body: String,
    /// The message attributes, in the form in which Lambda hands them over.
    pub attributes: Value,
    /// The names of the variants in it.
    pub chosen: BTreeSet<&'static str>,
}

/// Makes flows and events that follow from its seed.
pub struct Generator {
    draw: Draw,
    ids: Identifiers,
}

impl Generator {
    /// A generator whose ids begin with `namespace`: at most 20 characters of an id in lower case.
    pub fn new(seed: u64, namespace: &str) -> Self {
        Self {
            draw: Draw::new(seed),
            ids: Identifiers::new(namespace),
        }
    }

    /// The next flow.
    pub fn flow(&mut self) -> Flow {
        flow::flow(&mut self.ids, &mut self.draw)
    }

    /// An event with these data, in an unusual envelope and spelling.
    pub fn disguised(&mut self, event_type: &'static str, group: &str, data: &Value) -> Message {
        let mut data = Json::from(data);
        add_absent(&mut data, &["details", "active"], &mut self.draw);
        if let Json::Object(members) = &mut data {
            let customers = members.iter_mut().filter(|(name, _)| name == "customer");
            customers.for_each(|(_, customer)| {
                add_absent(customer, &["phone", "pushEndpointArn", "locale"], &mut self.draw);
            });
        }
        message(event_type, group, data, &mut self.draw)
    }

    /// A partner's name.
    pub fn partner_name(&mut self) -> String {
        self.draw.choose(&partners::NAMES)
    }
}

/// Adds members that need not be there, as nulls.
fn add_absent(object: &mut Json, names: &[&str], draw: &mut Draw) {
    let Json::Object(members) = object else {
        return;
    };
    for name in names {
        if members.iter().all(|(known, _)| known != name) {
            add_optional(members, name, None, draw);
        }
    }
}

/// How an event gets into its message.
const WRAPPINGS: [Variant<bool>; 3] = [
    ("a raw event", |_| false),
    ("a raw event", |_| false),
    ("an event in an SNS wrapping", |_| true),
];

fn message(event_type: &'static str, group: &str, data: Json, draw: &mut Draw) -> Message {
    let envelope = envelope::envelope(event_type, data, draw);
    let body = spelling::written(&envelope, draw);
    let (body, attributes) = if draw.choose(&WRAPPINGS) {
        (attributes::wrapped(event_type, &body, draw), serde_json::json!({}))
    } else {
        let attributes = draw.choose(&attributes::ATTRIBUTES)(event_type);
        (body, attributes)
    };
    Message {
        event_type,
        group: group.to_owned(),
        body,
        attributes,
        chosen: draw.take_chosen(),
    }
}

/// The names of all variants.
pub fn variants() -> BTreeSet<&'static str> {
    fn names<T>(variants: &[Variant<T>]) -> Vec<&'static str> {
        variants.iter().map(|(name, _)| *name).collect()
    }
    let tables = [
        names(&WRAPPINGS),
        names(&attributes::ATTRIBUTES),
        names(&characters::CHARACTERS),
        names(&details::DETAILS),
        names(&details::NUMBERS),
        names(&envelope::CONTENT_TYPES),
        names(&envelope::CORRELATIONS),
        names(&envelope::IDS),
        names(&envelope::SOURCES),
        names(&envelope::SUBJECTS),
        names(&envelope::TRACES),
        names(&flow::CASES),
        names(&flow::COPIES),
        names(&flow::EARLIER),
        names(&flow::GROUPS),
        names(&identifiers::LENGTHS),
        names(&partners::CAPACITIES),
        names(&partners::NAMES),
        names(&partners::PAIRS),
        names(&partners::PAYMENTS),
        names(&partners::VERSIONS),
        names(&people::ABSENCES),
        names(&people::CONTACTS),
        names(&people::LOCALES),
        names(&spelling::ESCAPES),
        names(&spelling::SPELLINGS),
        names(&spelling::UNKNOWN_MEMBERS),
        names(&spelling::WHITE_SPACE),
        names(&times::TIMES),
    ];
    tables.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::records::character_refused_by_sqs;

    /// The largest message that a source queue takes.
    const MAX_BYTES: usize = 256 * 1024;

    fn flows(seed: u64, count: usize) -> Vec<Flow> {
        let mut generator = Generator::new(seed, "");
        (0..count).map(|_| generator.flow()).collect()
    }

    #[test]
    fn three_hundred_flows_meet_every_variant() {
        let flows = flows(1, 300);
        let messages = flows.iter().flat_map(|flow| &flow.messages);
        let met: BTreeSet<_> = messages.flat_map(|message| message.chosen.clone()).collect();
        let missing: Vec<_> = variants().difference(&met).copied().collect();
        assert!(missing.is_empty(), "never met: {missing:?}");
        assert!(met.is_subset(&variants()), "not in a table of `variants`");
    }

    #[test]
    fn a_seed_always_gives_the_same() {
        let bodies = || {
            flows(7, 20)
                .into_iter()
                .flat_map(|flow| flow.messages)
                .map(|message| message.body)
        };
        assert!(bodies().eq(bodies()));
    }

    /// SQS's own characters (`SendMessage`, `MessageBody`), and the size that the source queues take.
    #[test]
    fn every_message_can_be_sent_to_sqs() {
        for message in flows(2, 1000).iter().flat_map(|flow| &flow.messages) {
            let size = message.body.len() + message.attributes.to_string().len();
            assert!(size <= MAX_BYTES, "{size} bytes");
            assert!(message.attributes.as_object().unwrap().len() <= 10);
            assert_eq!(character_refused_by_sqs(&message.body), None);
        }
    }
}
