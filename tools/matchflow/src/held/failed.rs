//! What failed, and why.

use contract::{EventType, PartnerId, PurchaseId, RequestId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Message;
use crate::shell;

/// How something failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Kind {
    /// A record failed again and again.
    DeadLetter,
    /// A record can never succeed.
    Quarantined,
    /// The topic could not deliver an event.
    Undelivered,
}

impl Kind {
    /// What has to be done first, if that is known.
    pub fn advice(self) -> Option<&'static str> {
        (self == Self::Quarantined)
            .then_some("As it is it fails again. Once its sender is mended and has sent it again:")
    }

    /// The next command, for a group or an id.
    pub fn command(self, chosen: &str) -> String {
        match self {
            Self::Quarantined => take_out(chosen),
            Self::DeadLetter | Self::Undelivered => put_back(chosen),
        }
    }
}

/// The command that says what putting a group or an id back would do.
pub fn put_back(chosen: &str) -> String {
    shell::command("redrive", chosen)
}

/// The command that says what taking it out into a file would do.
pub fn take_out(chosen: &str) -> String {
    shell::line(&format!("drop {chosen} --export {chosen}.jsonl"))
}

/// A record or event that failed.
#[derive(Clone, Debug)]
pub struct Failed {
    /// The queue that keeps it, without the stack's name.
    pub queue: &'static str,
    pub kind: Kind,
    /// Why: one text for all that failed for the same reason.
    pub cause: String,
    /// The code of a quarantined record's reason.
    pub reason: Option<String>,
    /// What it is about, as far as its body can be read.
    pub about: About,
    pub message: Message,
}

/// What an event is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct About {
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub partner_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub purchase_id: Option<String>,
}

impl Failed {
    /// What a message of one of these queues says of the failure.
    pub fn new(queue: &'static str, kind: Kind, message: Message) -> Self {
        let kept: Value = serde_json::from_str(&message.body).unwrap_or_default();
        let (cause, reason, about) = match kind {
            Kind::DeadLetter => (dead_letter_cause(&message), None, about(&message.body)),
            Kind::Quarantined => {
                let data = &kept["data"];
                let reason = data["reason"].as_str().unwrap_or("unknown reason");
                let cause = format!("{reason}: {}", data["detail"].as_str().unwrap_or("no detail"));
                (
                    cause,
                    Some(reason.to_owned()),
                    about(data["body"].as_str().unwrap_or_default()),
                )
            }
            Kind::Undelivered => (undelivered_cause(&message), None, about(&message.body)),
        };
        Self {
            queue,
            kind,
            cause,
            reason,
            about,
            message,
        }
    }

    /// The same without what its message holds: what it says of the failure was read from there.
    pub fn without_contents(mut self) -> Self {
        self.message.body = String::new();
        self.message.attributes.clear();
        self
    }

    /// When it was put where it is.
    pub fn at(&self) -> Timestamp {
        self.message.sent_at.unwrap_or_default()
    }
}

/// The cause that a function wrote on it, without the id of AWS's request: the cause is the same for many of them.
fn dead_letter_cause(message: &Message) -> String {
    if message.moved_from.is_some() {
        return "SQS moved it: its process was killed, or could not reach the dead-letter queue".to_owned();
    }
    let failure = message
        .text("failure")
        .unwrap_or("not written on it: the function's log line has its message id");
    without_request_id(failure).to_owned()
}

/// The cause, as far as SNS writes it on what it could not deliver; up to the id of AWS's request, which would make each a cause of its own.
fn undelivered_cause(message: &Message) -> String {
    let error = message
        .text("ErrorMessage")
        .and_then(|error| error.split("Request ID").next());
    let why = error.map_or(String::new(), |error| {
        format!(": {}", error.trim_end_matches([' ', ';', ',', '(']))
    });
    format!("the topic could not deliver it{why}")
}

fn without_request_id(failure: &str) -> &str {
    let shorter = failure.rsplit_once(" (request ").filter(|(_, id)| id.ends_with(')'));
    shorter.map_or(failure, |(cause, _)| cause)
}

/// What the event in a body is about: raw, or in an SNS wrapping.
fn about(body: &str) -> About {
    let mut event: Value = serde_json::from_str(body).unwrap_or_default();
    if let Some(wrapped) = event["Message"].as_str() {
        event = serde_json::from_str(wrapped).unwrap_or_default();
    }
    let data = &event["data"];
    About {
        event_type: event["type"].as_str().and_then(known_type),
        request_id: id::<RequestId>(&data["requestId"]),
        partner_id: id::<PartnerId>(&data["partnerId"]).or(id::<PartnerId>(&data["partner"]["id"])),
        purchase_id: id::<PurchaseId>(&data["purchaseId"]),
    }
}

/// A type or an id that the contract knows. What is none may be anything, a phone number too, and is not shown.
fn known_type(text: &str) -> Option<String> {
    EventType::ALL
        .iter()
        .find(|known| known.as_str() == text)
        .map(ToString::to_string)
}

fn id<T: TryFrom<String>>(value: &Value) -> Option<String> {
    let text = value.as_str()?;
    T::try_from(text.to_owned()).ok().map(|_| text.to_owned())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use aws_sdk_sqs::types::MessageAttributeValue;
    use serde_json::json;

    use super::*;

    fn text(value: &str) -> MessageAttributeValue {
        let value = MessageAttributeValue::builder().string_value(value);
        value.data_type("String").build().unwrap()
    }

    fn with_failure(failure: &str) -> Message {
        Message {
            attributes: BTreeMap::from([("failure".to_owned(), text(failure))]),
            ..Message::default()
        }
    }

    #[test]
    fn one_cause_is_one_text_whatever_the_request_to_aws_was() {
        for id in ["A1", "B2"] {
            let failed = with_failure(&format!("dynamodb:PutItem: AccessDenied (request {id})"));
            let failed = Failed::new("points-dead-letters.fifo", Kind::DeadLetter, failed);
            assert_eq!(failed.cause, "dynamodb:PutItem: AccessDenied");
        }
    }

    #[test]
    fn what_the_topic_could_not_deliver_says_why_as_far_as_sns_does() {
        let cause = |error: Option<&str>| {
            let attributes = error.map(|error| ("ErrorMessage".to_owned(), text(error)));
            let message = Message {
                attributes: attributes.into_iter().collect(),
                ..Message::default()
            };
            Failed::new("undelivered.fifo", Kind::Undelivered, message).cause
        };
        assert_eq!(cause(None), "the topic could not deliver it");
        let one = cause(Some("null (Error Code: KMS.AccessDeniedException; Request ID: A1)"));
        assert_eq!(
            one,
            "the topic could not deliver it: null (Error Code: KMS.AccessDeniedException"
        );
        assert_eq!(
            cause(Some("gone (Request ID: A1)")),
            "the topic could not deliver it: gone"
        );
    }

    #[test]
    fn what_sqs_moved_has_no_cause_that_others_wrote_on_it() {
        let moved = Message {
            moved_from: Some("matchflow-points.fifo".to_owned()),
            ..with_failure("made up by its sender")
        };
        let failed = Failed::new("points-dead-letters.fifo", Kind::DeadLetter, moved);
        assert!(failed.cause.starts_with("SQS moved it"), "{}", failed.cause);
    }

    #[test]
    fn a_quarantined_record_is_about_what_its_original_is_about() {
        let original = json!({ "type": "match.closed", "id": "e", "data": { "requestId": "r", "matchId": "m" } });
        let wrapped = json!({ "Type": "Notification", "Message": original.to_string() });
        let kept = json!({ "data": { "reason": "breaks_contract", "detail": "`data.x` must be", "body": wrapped.to_string() } });
        let message = Message {
            body: kept.to_string(),
            ..Message::default()
        };
        let failed = Failed::new("quarantine.fifo", Kind::Quarantined, message);
        assert_eq!(
            (&*failed.cause, failed.reason.as_deref()),
            ("breaks_contract: `data.x` must be", Some("breaks_contract"))
        );
        assert_eq!(
            (failed.about.event_type.as_deref(), failed.about.request_id.as_deref()),
            (Some("match.closed"), Some("r"))
        );
    }

    #[test]
    fn an_id_that_is_none_is_not_shown() {
        let body = json!({ "type": "+821012345678", "data": { "requestId": "+82 10", "partnerId": "p-1" } });
        let shown = About {
            partner_id: Some("p-1".to_owned()),
            ..About::default()
        };
        assert_eq!(about(&body.to_string()), shown);
    }

    #[test]
    fn a_body_that_is_no_event_is_about_nothing() {
        for body in ["", "null", "[]", "42", r#"{"data":7}"#] {
            assert_eq!(about(body), About::default(), "{body}");
        }
    }
}
