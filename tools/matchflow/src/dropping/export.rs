//! The file of what was given up: a message a line, whole.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use aws_sdk_sqs::primitives::Blob;
use aws_sdk_sqs::types::MessageAttributeValue;
use base64::{Engine as _, prelude::BASE64_STANDARD};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::held::{Failed, Message, kind_of};
use crate::lines::Lines;

/// A message as it was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Line {
    /// The queue that kept it, without the stack's name.
    pub queue: String,
    pub message_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
    /// The queue from which SQS had moved it there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub moved_from: Option<String>,
    pub body: String,
    pub attributes: BTreeMap<String, Attribute>,
}

/// A message attribute.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    data_type: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    string_value: Option<String>,
    /// In base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    binary_value: Option<String>,
}

/// The file, open for more lines.
#[derive(Debug)]
pub struct Export {
    path: PathBuf,
    lines: Lines,
}

/// The first line: the topic's ARN stands for the stack, its account and its region.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Head {
    topic: String,
}

impl Export {
    /// Begins a new file, which nobody else may read, or opens one of the same stack to add to it.
    pub fn open(path: &Path, topic: &str) -> Result<Self, Failure> {
        let failed = |error: io::Error| unusable(path, &error.to_string());
        let topic = topic.to_owned();
        match Lines::begin(path) {
            Ok(lines) => {
                let path = path.to_owned();
                let mut export = Self { path, lines };
                export.write(&Head { topic })?;
                Ok(export)
            }
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                let lines = Lines::reopen(path).map_err(failed)?;
                read(path, &topic)?;
                lines.cut().map_err(failed)?;
                let path = path.to_owned();
                Ok(Self { path, lines })
            }
            Err(error) => Err(failed(error)),
        }
    }

    /// Adds a message, and returns once it is on the disk.
    pub fn add(&mut self, failed: &Failed) -> Result<(), Failure> {
        self.write(&line(failed))
    }

    fn write(&mut self, line: &impl Serialize) -> Result<(), Failure> {
        let written = self.lines.add(line);
        written.map_err(|error| unusable(&self.path, &error.to_string()))
    }
}

/// Reads the messages of a stack's file. A last line that was cut off is of a message that was not deleted.
pub fn read(path: &Path, topic: &str) -> Result<Vec<Line>, Failure> {
    let text = fs::read_to_string(path).map_err(|error| unusable(path, &error.to_string()))?;
    let mut lines = text.split_inclusive('\n').filter(|line| line.ends_with('\n'));
    let head = lines.next().and_then(|head| serde_json::from_str::<Head>(head).ok());
    let head = head.ok_or_else(|| unusable(path, "`matchflow drop` did not write it"))?;
    if head.topic != topic {
        return Err(unusable(
            path,
            &format!("it is of the stack of {}, and this is that of {topic}", head.topic),
        ));
    }
    let lines =
        lines.map(|line| serde_json::from_str(line).map_err(|_| unusable(path, "a line is not as it was written")));
    lines.collect()
}

fn line(failed: &Failed) -> Line {
    let message = &failed.message;
    let attributes = message.attributes.iter().map(|(name, value)| {
        let attribute = Attribute {
            data_type: value.data_type().to_owned(),
            string_value: value.string_value().map(str::to_owned),
            binary_value: value.binary_value().map(|bytes| BASE64_STANDARD.encode(bytes)),
        };
        (name.clone(), attribute)
    });
    Line {
        queue: failed.queue.to_owned(),
        message_id: message.id.clone(),
        group: message.group.clone(),
        moved_from: message.moved_from.clone(),
        body: message.body.clone(),
        attributes: attributes.collect(),
    }
}

impl Line {
    /// The failure as it was received; none if its queue keeps none, or an attribute is not as it was written.
    pub fn failed(self) -> Option<Failed> {
        let queue = wiring::DEPLOYED.queues.iter().find(|queue| queue.name == self.queue)?;
        let attributes = self
            .attributes
            .into_iter()
            .map(|(name, attribute)| Some((name, attribute.value()?)));
        let message = Message {
            id: self.message_id,
            body: self.body,
            attributes: attributes.collect::<Option<_>>()?,
            group: self.group,
            moved_from: self.moved_from,
            ..Message::default()
        };
        Some(Failed::new(&queue.name, kind_of(&queue.name)?, message))
    }
}

impl Attribute {
    fn value(self) -> Option<MessageAttributeValue> {
        let binary = self
            .binary_value
            .map(|text| BASE64_STANDARD.decode(text))
            .transpose()
            .ok()?;
        let value = MessageAttributeValue::builder()
            .data_type(self.data_type)
            .set_string_value(self.string_value);
        value.set_binary_value(binary.map(Blob::new)).build().ok()
    }
}

pub fn unusable(path: &Path, why: &str) -> Failure {
    let what = format!("The file {} cannot be used", path.display());
    Failure::new(what, why, "Nothing is deleted that is not in a file: give another one")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_as_it_was_but_for_a_line_that_was_cut_off() {
        let path = std::env::temp_dir().join(format!("matchflow-export-{}", std::process::id()));
        let binary = MessageAttributeValue::builder()
            .data_type("Binary.x")
            .binary_value(Blob::new([0, 255]))
            .build()
            .unwrap();
        let message = Message {
            id: "m-1".to_owned(),
            body: "not\njson \u{1b}".to_owned(),
            attributes: BTreeMap::from([("blob".to_owned(), binary.clone())]),
            group: Some("g".to_owned()),
            moved_from: Some("s-points.fifo".to_owned()),
            ..Message::default()
        };
        let failed = Failed::new(
            "points-dead-letters.fifo",
            kind_of("points-dead-letters.fifo").unwrap(),
            message,
        );
        let topic = "arn:aws:sns:r:1:s-events.fifo";
        let mut export = Export::open(&path, topic).unwrap();
        export.add(&failed).unwrap();
        drop(export);
        Export::open(&path, topic).unwrap().add(&failed).unwrap();
        assert!(
            Export::open(&path, "arn:aws:sns:r:2:s-events.fifo").is_err(),
            "of another account"
        );
        assert_eq!(read(&path, topic).unwrap().len(), 2);
        let text = std::fs::read(&path).unwrap();
        std::fs::write(&path, &text[..text.len() - 2]).unwrap();
        let mut lines = read(&path, topic).unwrap();
        assert_eq!(lines.len(), 1);
        let read = lines.remove(0).failed().unwrap();
        assert_eq!(
            (&read.message.id, &read.message.body, &read.message.group),
            (&failed.message.id, &failed.message.body, &failed.message.group)
        );
        assert_eq!(
            (read.queue, read.cause, &read.message.attributes["blob"]),
            (failed.queue, failed.cause, &binary)
        );
        std::fs::remove_file(path).unwrap();
    }
}
