//! Where each kind of failure goes back to, and what is sent there.

use std::collections::BTreeMap;

use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::MessageAttributeValue;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde_json::Value;
use wiring::DEPLOYED;

use crate::held::{Failed, Kind, Message};

/// The one queue that any producer sends to; the others trust what comes by them.
pub const INTAKE: &str = "intake.fifo";

/// Where something is put back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Destination {
    /// A queue by its name, without the stack's.
    Queue(&'static str),
    /// The topic, and so every subscriber.
    Topic,
}

impl Destination {
    /// The queue, if it is one.
    pub fn queue(&self) -> Option<&'static str> {
        match self {
            Self::Queue(queue) => Some(queue),
            Self::Topic => None,
        }
    }
}

/// A message to send.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub destination: Destination,
    pub body: String,
    pub attributes: BTreeMap<String, MessageAttributeValue>,
    /// The message group of the original, where the destination is FIFO.
    pub group: Option<String>,
    /// The same for the same failed message, so that sent again within five minutes it is one message.
    pub deduplication_id: String,
}

/// What is sent to put this back, or why it must not be put back.
pub fn outgoing(failed: &Failed, stack: &str, onto_trusted: bool) -> Result<Outgoing, String> {
    let message = &failed.message;
    let (destination, body, attributes) = match failed.kind {
        Kind::DeadLetter => (source_of(failed, stack)?, message.body.clone(), without_cause(message)),
        Kind::Undelivered => (Destination::Topic, message.body.clone(), published_attributes(message)),
        Kind::Quarantined => original(message, stack, onto_trusted)?,
    };
    let is_fifo = match &destination {
        Destination::Queue(queue) => DEPLOYED.queue(queue).fifo,
        Destination::Topic => true,
    };
    Ok(Outgoing {
        destination,
        body,
        attributes,
        group: is_fifo.then(|| message.group.clone().unwrap_or_else(|| message.id.clone())),
        deduplication_id: format!("redrive-{}", message.id),
    })
}

/// The queue that a dead letter came from. Of one that a function put there, SQS does not know it: its type tells, but what could not be
/// quarantined may be forged, and goes to the queue that trusts nobody.
fn source_of(failed: &Failed, stack: &str) -> Result<Destination, String> {
    let mut sources = DEPLOYED.sources_of(failed.queue).collect::<Vec<_>>();
    if let Some(moved_from) = &failed.message.moved_from {
        let own = moved_from.strip_prefix(stack).and_then(|name| name.strip_prefix('-'));
        sources.retain(|source| Some(*source) == own);
    }
    match sources[..] {
        [] => Err("it comes from a queue of another stack".to_owned()),
        [source] => Ok(Destination::Queue(source)),
        _ => {
            let failure = failed.message.text("failure").unwrap_or("not quarantined");
            let event_type = failed.message.text("eventType");
            let trusted = DEPLOYED.subscriptions.iter().find(|subscription| {
                sources.contains(&&*subscription.queue)
                    && subscription.accepts(event_type)
                    && !failure.starts_with("not quarantined")
            });
            Ok(Destination::Queue(
                trusted.map_or(INTAKE, |subscription| &subscription.queue),
            ))
        }
    }
}

fn without_cause(message: &Message) -> BTreeMap<String, MessageAttributeValue> {
    let mut attributes = message.attributes.clone();
    attributes.retain(|name, _| name != "failure" && name != "receives");
    attributes
}

/// The attributes of an event that its publisher gave it.
pub fn published_attributes(message: &Message) -> BTreeMap<String, MessageAttributeValue> {
    let mut attributes = message.attributes.clone();
    attributes.retain(|name, _| name == "eventType" || name == "correlationId");
    attributes
}

type Sent = (Destination, String, BTreeMap<String, MessageAttributeValue>);

/// The original of a quarantined record, for the queue it came by.
fn original(message: &Message, stack: &str, onto_trusted: bool) -> Result<Sent, String> {
    let kept: Value = serde_json::from_str(&message.body).unwrap_or_default();
    let data = &kept["data"];
    let queue = data["queueArn"].as_str().and_then(|arn| arn.rsplit(':').next());
    let queue = queue.and_then(|name| name.strip_prefix(stack)?.strip_prefix('-'));
    let mapping = DEPLOYED.mappings.iter().find(|mapping| Some(&*mapping.queue) == queue);
    let queue = mapping
        .map(|mapping| &*mapping.queue)
        .ok_or("it came by a queue of another stack")?;
    if queue != INTAKE && !onto_trusted {
        return Err(format!(
            "{queue} trusts what comes by it: let its sender send it again, or give --onto-trusted-queues"
        ));
    }
    let body = data["body"].as_str().ok_or("it is no record.quarantined event")?;
    let attributes = data["messageAttributes"].as_object().into_iter().flatten();
    let attributes = attributes.map(|(name, kept)| Ok((name.clone(), kept_attribute(kept)?)));
    Ok((
        Destination::Queue(queue),
        body.to_owned(),
        attributes.collect::<Result<_, String>>()?,
    ))
}

fn kept_attribute(kept: &Value) -> Result<MessageAttributeValue, String> {
    let binary = kept["binaryValue"].as_str().map(|text| BASE64_STANDARD.decode(text));
    let binary = binary
        .transpose()
        .map_err(|_| "an attribute of it is not as it was kept")?;
    let value = MessageAttributeValue::builder().set_data_type(kept["dataType"].as_str().map(str::to_owned));
    let value = value.set_string_value(kept["stringValue"].as_str().map(str::to_owned));
    let value = value.set_binary_value(binary.map(Blob::new)).build();
    value.map_err(|_| "an attribute of it is not as it was kept".to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn text(value: &str) -> MessageAttributeValue {
        MessageAttributeValue::builder()
            .data_type("String")
            .string_value(value)
            .build()
            .unwrap()
    }

    fn failed(queue: &'static str, kind: Kind, body: &str, attributes: &[(&str, &str)]) -> Failed {
        let attributes = attributes.iter().map(|(name, value)| ((*name).to_owned(), text(value)));
        let message = Message {
            id: "m-1".to_owned(),
            body: body.to_owned(),
            attributes: attributes.collect(),
            group: Some("g".to_owned()),
            ..Message::default()
        };
        Failed::new(queue, kind, message)
    }

    fn queue_of(failed: &Failed) -> Result<Destination, String> {
        outgoing(failed, "s", false).map(|outgoing| outgoing.destination)
    }

    #[test]
    fn a_dead_letter_goes_back_to_its_queue_without_what_was_written_on_it() {
        let failed = failed(
            "points-dead-letters.fifo",
            Kind::DeadLetter,
            "{}",
            &[("failure", "f"), ("receives", "19"), ("own", "1")],
        );
        let outgoing = outgoing(&failed, "s", false).unwrap();
        assert_eq!(outgoing.destination, Destination::Queue("points.fifo"));
        assert_eq!(outgoing.attributes.keys().collect::<Vec<_>>(), ["own"]);
        assert_eq!(
            (outgoing.group.as_deref(), &*outgoing.deduplication_id),
            (Some("g"), "redrive-m-1")
        );
    }

    #[test]
    fn matchings_dead_letters_go_back_by_type_unless_they_may_be_forged() {
        let of = |event_type, failure| {
            let attributes = [("eventType", event_type), ("failure", failure)];
            queue_of(&failed(
                "matching-dead-letters.fifo",
                Kind::DeadLetter,
                "{}",
                &attributes,
            ))
            .unwrap()
        };
        assert_eq!(
            of("points.deducted", "dynamodb:PutItem: Throttled"),
            Destination::Queue("outcomes.fifo")
        );
        assert_eq!(
            of("request.deferred", "handling did not end in time"),
            Destination::Queue("deferred.fifo")
        );
        assert_eq!(
            of("request.submitted", "dynamodb:PutItem: Throttled"),
            Destination::Queue("intake.fifo")
        );
        assert_eq!(
            of("points.deducted", "not quarantined as breaks_contract: Throttled"),
            Destination::Queue("intake.fifo")
        );
        let unsaid = failed(
            "matching-dead-letters.fifo",
            Kind::DeadLetter,
            "{}",
            &[("eventType", "points.deducted")],
        );
        assert_eq!(queue_of(&unsaid), Ok(Destination::Queue("intake.fifo")));
    }

    #[test]
    fn what_sqs_moved_goes_back_to_where_it_came_from() {
        let mut failed = failed(
            "matching-dead-letters.fifo",
            Kind::DeadLetter,
            "{}",
            &[("eventType", "points.deducted")],
        );
        failed.message.moved_from = Some("s-deferred.fifo".to_owned());
        assert_eq!(queue_of(&failed), Ok(Destination::Queue("deferred.fifo")));
        failed.message.moved_from = Some("other-deferred.fifo".to_owned());
        assert!(queue_of(&failed).unwrap_err().contains("another stack"));
    }

    #[test]
    fn a_quarantined_record_goes_back_as_it_was_but_not_onto_a_trusted_queue_unasked() {
        let kept = |queue: &str| {
            let attributes = json!({ "blob": { "dataType": "Binary", "binaryValue": "AP8=" }, "n": { "dataType": "Number", "stringValue": "7" } });
            let data = json!({ "queueArn": format!("arn:aws:sqs:r:1:{queue}"), "body": "as it was", "messageAttributes": attributes });
            failed(
                "quarantine.fifo",
                Kind::Quarantined,
                &json!({ "data": data }).to_string(),
                &[("reason", "not_json")],
            )
        };
        let outgoing = outgoing(&kept("s-intake.fifo"), "s", false).unwrap();
        assert_eq!(
            (outgoing.destination, &*outgoing.body),
            (Destination::Queue("intake.fifo"), "as it was")
        );
        assert_eq!(outgoing.attributes["blob"].binary_value().unwrap().as_ref(), [0, 255]);
        assert_eq!(outgoing.attributes["n"].string_value(), Some("7"));
        assert!(
            queue_of(&kept("s-points.fifo"))
                .unwrap_err()
                .contains("--onto-trusted-queues")
        );
        let trusted = super::outgoing(&kept("s-points.fifo"), "s", true).unwrap();
        assert_eq!(trusted.destination, Destination::Queue("points.fifo"));
        assert!(queue_of(&kept("other-intake.fifo")).is_err());
    }

    #[test]
    fn an_undelivered_event_is_published_again() {
        let failed = failed(
            "undelivered.fifo",
            Kind::Undelivered,
            "{}",
            &[("eventType", "points.deducted"), ("x", "1")],
        );
        let outgoing = outgoing(&failed, "s", false).unwrap();
        assert_eq!(outgoing.destination, Destination::Topic);
        assert_eq!(outgoing.attributes.keys().collect::<Vec<_>>(), ["eventType"]);
    }
}
