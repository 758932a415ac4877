//! SNS's protocol: requests are forms, answers are XML.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::SystemTime;

use super::{Choices, FakeAws, batch};
use crate::sns::{CustomerMessage, SnsError};
use crate::sqs::{Attribute, MessageContent};

type Answer = Result<String, &'static str>;

/// The most bytes of a message, or of all messages in a batch (SNS API Reference, "`PublishBatch`").
const MAX_BYTES: usize = 256 * 1024;

pub(super) fn publish(aws: &mut FakeAws, now: SystemTime, body: &[u8]) -> Answer {
    let mut publish = Publish::default();
    for (field, value) in form_urlencoded::parse(body) {
        publish.set(&field, value);
    }
    let to = publish.to;
    let message = CustomerMessage { at: now, to };
    let id = aws.devices.publish(message).map_err(SnsError::code)?;
    let result = format!("<MessageId>{id}</MessageId>");
    Ok(response("Publish", &result))
}

pub(super) fn publish_batch(aws: &mut FakeAws, now: SystemTime, body: &[u8], choices: &mut dyn Choices) -> Answer {
    let entries = entries(body);
    batch::check(entries.iter().map(|entry| entry.id.as_str()))?;
    let sizes = entries.iter().map(|entry| entry.message.size());
    if sizes.sum::<usize>() > MAX_BYTES {
        return Err("BatchRequestTooLong");
    }
    let (mut successful, mut failed) = (String::new(), String::new());
    for entry in entries {
        let id = escaped(&entry.id);
        let result = if choices.entry_fails() {
            Err(batch::INTERNAL_ERROR)
        } else {
            let mut undeliverable = |queue: &str| choices.undeliverable(queue);
            let FakeAws { sqs, topic, .. } = &mut *aws;
            let published = topic.publish(sqs, now, entry.message, &mut undeliverable);
            published.map_err(SnsError::code)
        };
        let _ = match result {
            Ok(message_id) => write!(
                successful,
                "<member><Id>{id}</Id><MessageId>{message_id}</MessageId></member>"
            ),
            Err(code) => write!(
                failed,
                "<member><Id>{id}</Id><Code>{code}</Code><SenderFault>{}</SenderFault></member>",
                code != batch::INTERNAL_ERROR
            ),
        };
    }
    let result = format!("<Successful>{successful}</Successful><Failed>{failed}</Failed>");
    Ok(response("PublishBatch", &result))
}

pub(super) fn refusal(code: &str) -> String {
    format!(
        "<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>refused</Message></Error>\
         <RequestId>simulation</RequestId></ErrorResponse>"
    )
}

fn response(operation: &str, result: &str) -> String {
    format!(
        "<{operation}Response xmlns=\"http://sns.amazonaws.com/doc/2010-03-31/\">\
         <{operation}Result>{result}</{operation}Result>\
         <ResponseMetadata><RequestId>simulation</RequestId></ResponseMetadata></{operation}Response>"
    )
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;");
    text.replace('<', "&lt;").replace('>', "&gt;")
}

/// The parameters of a publish request, or of one entry of a batch request.
#[derive(Default)]
struct Publish {
    id: String,
    to: String,
    message: MessageContent,
    /// The attributes' names and values, by their numbers in the form.
    attributes: BTreeMap<String, (String, Attribute)>,
}

impl Publish {
    fn set(&mut self, field: &str, value: Cow<'_, str>) {
        match field {
            "Id" => self.id = value.into_owned(),
            "PhoneNumber" | "TargetArn" => self.to = value.into_owned(),
            "Message" => self.message.body = value.into_owned(),
            "MessageGroupId" => self.message.group = Some(value.into_owned()),
            "MessageDeduplicationId" => self.message.deduplication_id = Some(value.into_owned()),
            _ => {
                let attribute = field.strip_prefix("MessageAttributes.entry.");
                if let Some((number, part)) = attribute.and_then(|rest| rest.split_once('.')) {
                    self.set_attribute(number, part, value.into_owned());
                }
            }
        }
    }

    fn set_attribute(&mut self, number: &str, part: &str, value: String) {
        let (name, attribute) = self.attributes.entry(number.to_owned()).or_default();
        match part {
            "Name" => *name = value,
            "Value.DataType" => attribute.data_type = value,
            "Value.StringValue" => attribute.string_value = Some(value),
            "Value.BinaryValue" => attribute.binary_value = Some(value),
            _ => unreachable!("{part}"),
        }
    }
}

/// The entries of a batch request, in their order.
fn entries(body: &[u8]) -> Vec<Publish> {
    let mut entries: BTreeMap<usize, Publish> = BTreeMap::new();
    for (field, value) in form_urlencoded::parse(body) {
        let member = field.strip_prefix("PublishBatchRequestEntries.member.");
        if let Some((number, field)) = member.and_then(|rest| rest.split_once('.')) {
            let entry = entries.entry(number.parse().unwrap()).or_default();
            entry.set(field, value);
        }
    }
    let mut entries: Vec<_> = entries.into_values().collect();
    for entry in &mut entries {
        let attributes = std::mem::take(&mut entry.attributes);
        entry.message.attributes = attributes.into_values().collect();
    }
    entries
}
