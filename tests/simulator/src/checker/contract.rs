//! What the contract says of events, read from `shared/contract/constants.json`: the checker shares no code with the product.

use std::sync::LazyLock;

use serde_json::Value;

use crate::json::{elements, parse, text};

static CONSTANTS: LazyLock<Value> = LazyLock::new(|| parse(include_str!("../../../../shared/contract/constants.json")));

/// The types of the events that functions publish on the topic.
pub fn published_types() -> impl Iterator<Item = &'static str> {
    let events = CONSTANTS["events"].as_object().into_iter().flatten();
    let published = events.filter(|(_, row)| row["direction"] == "out");
    published.map(|(event_type, _)| &**event_type)
}

/// The source of events of this type: the function that publishes them.
pub fn source(event_type: &str) -> &'static str {
    text(&CONSTANTS["sources"][text(&CONSTANTS["events"][event_type]["emitter"])])
}

/// What the message group of an event of this type is, in words.
pub fn message_group(event_type: &str) -> &'static str {
    text(&CONSTANTS["events"][event_type]["messageGroup"])
}

/// The reason codes of events of this type; none for a type without them.
pub fn reasons(event_type: &str) -> impl Iterator<Item = &'static str> {
    elements(&CONSTANTS["reasons"][event_type]).map(text)
}

/// The channels on which a customer can be notified: all but the one that stands for none.
pub fn channels() -> impl Iterator<Item = &'static str> {
    elements(&CONSTANTS["channels"])
        .map(text)
        .filter(|channel| *channel != "none")
}

/// Stops at a type that a check does not know: without a line about it there, its events would go unchecked.
pub fn unknown_type(event_type: &str, check: &str) -> ! {
    panic!("the checker does not know events of type {event_type:?}: add the type to `{check}`")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::super::published_events::KINDS;
    use super::*;

    #[test]
    fn kinds_have_every_published_type_with_every_reason_and_channel() {
        let words = || KINDS.iter().map(|kind| kind.split(' ').collect::<Vec<_>>());
        let types: BTreeSet<&str> = words().map(|words| words[0]).collect();
        assert_eq!(types, published_types().collect());
        for event_type in types {
            let of_type = words().filter(|words| words[0] == event_type);
            let (with_channel, codes): (Vec<_>, Vec<_>) = of_type
                .flat_map(|words| words[1..].to_vec())
                .partition(|word| elements(&CONSTANTS["channels"]).any(|channel| channel == word));
            let codes: BTreeSet<&str> = codes.into_iter().collect();
            assert_eq!(codes, reasons(event_type).collect(), "{event_type}");
            if event_type.starts_with("notification.") {
                let missing = channels().find(|channel| !with_channel.contains(channel));
                assert_eq!(missing, None, "{event_type}");
            }
        }
    }
}
