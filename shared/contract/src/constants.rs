//! The contract's constants for programs in other languages.

use serde_json::{Map, Value, json};

use crate::{
    Channel, Direction, EventType, FailedReason, MessageGroup, Reason, RejectedReason, Source, UnmatchedReason, ids,
};

/// The constants as `shared/contract/constants.json` has them.
pub fn constants() -> Value {
    let source = |source: &Source| (source.function().to_owned(), json!(source));
    let event = |event_type: &EventType| (event_type.to_string(), row(*event_type));
    json!({
        "namespace": ids::NAMESPACE.to_string(),
        "sources": Source::ALL.iter().map(source).collect::<Map<_, _>>(),
        "events": EventType::ALL.iter().map(event).collect::<Map<_, _>>(),
        "reasons": {
            EventType::RequestUnmatched.as_str(): UnmatchedReason::ALL,
            EventType::PointsRejected.as_str(): RejectedReason::ALL,
            EventType::NotificationFailed.as_str(): FailedReason::ALL,
            EventType::RecordQuarantined.as_str(): Reason::ALL,
        },
        "channels": Channel::ALL,
    })
}

/// An event type's row in the table of events.
fn row(event_type: EventType) -> Value {
    let (direction, emitter) = match event_type.direction() {
        Direction::In(system) => ("in", system),
        Direction::Out(source) => ("out", source.function()),
        Direction::Quarantine => ("quarantine", "any function"),
    };
    let group = match event_type.message_group() {
        MessageGroup::Partner => "partner id",
        MessageGroup::Customer => "customer id",
        MessageGroup::Record => "the record's group, else its message id",
    };
    let key: Vec<_> = event_type.key().iter().copied().map(member).collect();
    json!({
        "direction": direction,
        "emitter": emitter,
        "messageGroup": group,
        "key": key,
    })
}

/// The member of `data` in which a field is written: `requestId` for `request_id`.
fn member(field: &str) -> String {
    let mut words = field.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| {
        let (initial, rest) = word.split_at(1);
        name + &initial.to_ascii_uppercase() + rest
    })
}
