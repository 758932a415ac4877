//! `record.quarantined`: a record that can never succeed, whole, with the reason.

use std::{collections::BTreeMap, fmt};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    EventType, Reason, Source,
    correlation::correlation_id_of,
    ids, json,
    publication::{Envelope, JSON, SpecVersion},
};

/// The record to quarantine, as it was received.
#[derive(Clone)]
pub struct Original<'a> {
    /// The whole body.
    pub body: &'a str,
    /// All message attributes.
    pub attributes: Vec<OriginalAttribute<'a>>,
    /// The queue it came by.
    pub queue_arn: &'a str,
    /// Its message id.
    pub message_id: &'a str,
    /// How often it was received so far.
    pub receive_count: u32,
    /// Its message group, where it has one.
    pub group: Option<&'a str>,
}

/// A message attribute of the record.
#[derive(Clone, Copy)]
pub struct OriginalAttribute<'a> {
    /// Its name.
    pub name: &'a str,
    /// `String`, `Number`, `Binary`, or one of these with a label.
    pub data_type: &'a str,
    /// The value of a string or a number.
    pub string_value: Option<&'a str>,
    /// The value of a binary attribute.
    pub binary_value: Option<&'a [u8]>,
}

/// The message for the quarantine queue.
#[derive(Clone, PartialEq, Eq)]
pub struct Quarantined {
    /// The event in JSON. It holds the whole original, so it is not shown in `Debug`.
    pub body: String,
    /// String message attributes by name.
    pub attributes: Vec<(&'static str, String)>,
    /// The message group.
    pub group: String,
    /// The event's id.
    pub deduplication_id: String,
}

impl fmt::Debug for Quarantined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Quarantined")
            .field("attributes", &self.attributes)
            .field("group", &self.group)
            .field("deduplication_id", &self.deduplication_id)
            .finish_non_exhaustive()
    }
}

/// The contents of `record.quarantined`.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RecordQuarantined<'a> {
    /// The reason's code.
    #[schemars(with = "Reason")]
    reason: &'a str,
    /// The reason in one sentence, without any value.
    detail: &'a str,
    /// The ARN of the queue that the record came by.
    queue_arn: &'a str,
    /// The record's message id on that queue.
    message_id: &'a str,
    /// The number of times that the record was received.
    receive_count: u32,
    /// The record's whole body.
    body: &'a str,
    /// The record's message attributes by name.
    message_attributes: BTreeMap<&'a str, KeptAttribute<'a>>,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct KeptAttribute<'a> {
    data_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", default)]
    string_value: Option<&'a str>,
    /// The value of a binary attribute, in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schemars(with = "String", default)]
    binary_value: Option<String>,
}

/// Makes the message that quarantines a record.
pub fn quarantined(source: Source, original: &Original<'_>, reason: &str, detail: &str, now: Timestamp) -> Quarantined {
    let queue = original.queue_arn.rsplit(':').next().unwrap_or_default();
    let subject = format!("{queue}/{}", original.message_id);
    let id = ids::event_id(EventType::RecordQuarantined, &subject);
    let correlation = correlation_id_of(original);
    let body = json::text(&Envelope {
        specversion: SpecVersion::V1,
        id: &id,
        source: source.as_str(),
        event_type: EventType::RecordQuarantined.as_str(),
        subject: Some(&subject),
        time: now,
        datacontenttype: Some(JSON),
        correlationid: correlation.as_deref(),
        causationid: None,
        traceparent: None,
        data: data(original, reason, detail),
    });
    let mut attributes = vec![
        ("eventType", EventType::RecordQuarantined.to_string()),
        ("reason", reason.to_owned()),
    ];
    attributes.extend(correlation.map(|id| ("correlationId", id)));
    Quarantined {
        body,
        attributes,
        group: original.group.unwrap_or(original.message_id).to_owned(),
        deduplication_id: id,
    }
}

fn data<'a>(original: &Original<'a>, reason: &'a str, detail: &'a str) -> RecordQuarantined<'a> {
    let attributes = original.attributes.iter().map(|attribute| {
        let kept = KeptAttribute {
            data_type: attribute.data_type,
            string_value: attribute.string_value,
            binary_value: attribute.binary_value.map(|bytes| BASE64_STANDARD.encode(bytes)),
        };
        (attribute.name, kept)
    });
    RecordQuarantined {
        reason,
        detail,
        queue_arn: original.queue_arn,
        message_id: original.message_id,
        receive_count: original.receive_count,
        body: original.body,
        message_attributes: attributes.collect(),
    }
}
