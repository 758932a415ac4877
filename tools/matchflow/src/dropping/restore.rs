//! Putting back what was given up, from its file.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use aws_sdk_sqs::types::MessageAttributeValue;
use clap::Args;
use serde::Serialize;

use super::export::{self, unusable};
use crate::failure::Failure;
use crate::held::{Failed, Kind};
use crate::lines::Lines;
use crate::redrive::{Destination, INTAKE, Outgoing, Sender, published_attributes};
use crate::report::{Report, SOFTWARE};
use crate::screen::{Look, Screen};
use crate::shell;
use crate::stack::Stack;

/// The most attributes of a message (SQS Developer Guide, "Amazon SQS message quotas").
const MOST_ATTRIBUTES: usize = 10;

/// What to put back.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The file that `matchflow drop` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Do it; without this it is only said what would be done
    #[arg(long)]
    pub execute: bool,
}

/// What was put back, or would be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    count: usize,
    /// How many of them are published, since SNS alone may send to `undelivered`: every subscriber gets them.
    published: usize,
    /// Those that were put back before, as the file beside the export says.
    before: usize,
    /// Whether it was done.
    is_done: bool,
    /// What failed in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// The command that does it, or that goes on.
    #[serde(skip)]
    next: String,
}

/// Sends each message to the queue that kept it; events of undelivered, which SNS alone may send to, to the topic.
pub async fn restore(stack: &Stack, arguments: &RestoreArguments) -> Result<Restored, Failure> {
    let lines = export::read(&arguments.file, stack.topic())?;
    let mut done = Done::of(&arguments.file, arguments.execute)?;
    let command = format!(
        "restore {} --execute",
        shell::word(&arguments.file.display().to_string())
    );
    let mut restored = Restored {
        count: 0,
        published: 0,
        before: done.ids.len(),
        is_done: arguments.execute,
        failure: None,
        next: shell::line(&command),
    };
    let put_back = restored.put_back(stack, lines, &mut done, arguments).await;
    restored.failure = put_back.err().map(|failure| failure.to_string());
    Ok(restored)
}

impl Restored {
    /// Goes through the lines in their order, up to one that fails.
    async fn put_back(
        &mut self,
        stack: &Stack,
        lines: Vec<export::Line>,
        done: &mut Done,
        arguments: &RestoreArguments,
    ) -> Result<(), Failure> {
        let sender = Sender::new(stack);
        for line in lines {
            if !done.ids.insert(line.message_id.clone()) {
                continue;
            }
            let failed = line
                .failed()
                .ok_or_else(|| unusable(&arguments.file, "a line is not as it was written"))?;
            let (message_id, kind) = (failed.message.id.clone(), failed.kind);
            if arguments.execute {
                sender.send(outgoing(failed)).await?;
                done.add(&message_id)?;
            }
            self.count += 1;
            self.published += usize::from(kind == Kind::Undelivered);
        }
        Ok(())
    }
}

/// The file beside the export that names what was put back.
struct Done {
    path: PathBuf,
    ids: BTreeSet<String>,
    /// The file, where it is added to: no other run adds to it meanwhile.
    lines: Option<Lines>,
}

impl Done {
    fn of(export: &Path, is_added_to: bool) -> Result<Self, Failure> {
        let path = export.with_added_extension("restored");
        let failed = |error: io::Error| unusable(&path, &error.to_string());
        let lines = is_added_to.then(|| open(&path)).transpose().map_err(failed)?;
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => String::new(),
            other => other.map_err(failed)?,
        };
        let ids = text
            .lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect();
        Ok(Self { path, ids, lines })
    }

    fn add(&mut self, message_id: &str) -> Result<(), Failure> {
        let written = self.lines.as_mut().map_or(Ok(()), |lines| lines.add(&message_id));
        written.map_err(|error| unusable(&self.path, &error.to_string()))
    }
}

fn open(path: &Path) -> io::Result<Lines> {
    match Lines::begin(path) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            let lines = Lines::reopen(path)?;
            lines.cut()?;
            Ok(lines)
        }
        begun => begun,
    }
}

fn outgoing(failed: Failed) -> Outgoing {
    let mut message = failed.message;
    if let Some(moved_from) = &message.moved_from {
        // SQS forgets where it had moved it from, and its sender may have written a cause on it, by which a redrive would trust it. What
        // came by a queue that matching trusts may go back to one; by intake anything comes.
        message
            .attributes
            .retain(|name, _| name != "failure" && name != "receives");
        if !moved_from.ends_with(INTAKE) && message.attributes.len() < MOST_ATTRIBUTES {
            message
                .attributes
                .extend(text(&failed.cause).map(|cause| ("failure".to_owned(), cause)));
        }
    }
    let is_undelivered = failed.kind == Kind::Undelivered;
    Outgoing {
        destination: if is_undelivered {
            Destination::Topic
        } else {
            Destination::Queue(failed.queue)
        },
        attributes: if is_undelivered {
            published_attributes(&message)
        } else {
            message.attributes
        },
        body: message.body,
        group: message.group,
        deduplication_id: format!("restore-{}", message.id),
    }
}

fn text(value: &str) -> Option<MessageAttributeValue> {
    MessageAttributeValue::builder()
        .data_type("String")
        .string_value(value)
        .build()
        .ok()
}

impl Report for Restored {
    fn write(&self, screen: &mut Screen) {
        let Self {
            count,
            published,
            before,
            is_done,
            ..
        } = self;
        let verb = if *is_done { "were" } else { "would be" };
        if self.failure.is_some() {
            screen.line(&[(Look::Bad, "stopped")]);
        }
        screen.line(&[
            (Look::Strong, &count.to_string()),
            (
                Look::Plain,
                &format!(" {verb} put back to where they were dropped, after {before} before"),
            ),
        ]);
        if *published > 0 {
            screen.plain(&format!(
                "{published} of these {verb} published: every subscriber gets them"
            ));
        }
        for line in self.failure.iter().flat_map(|failure| failure.lines()) {
            screen.plain(line);
        }
        if self.failure.is_some() {
            screen.plain("The one at which it stopped may have been put back: it is sent again.");
            screen.line(&[(Look::Faint, "To go on: "), (Look::Plain, &self.next)]);
        } else if !is_done {
            screen.line(&[
                (Look::Plain, "Nothing was changed. To do it: "),
                (Look::Strong, &self.next),
            ]);
        }
    }

    fn exit_code(&self) -> u8 {
        if self.failure.is_some() { SOFTWARE } else { 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held::Message;

    fn restored(moved_from: Option<&str>, kind: Kind) -> Outgoing {
        let message = Message {
            id: "m-1".to_owned(),
            moved_from: moved_from.map(str::to_owned),
            attributes: [("failure", "its sender's"), ("eventType", "points.deducted")]
                .map(|(name, value)| (name.to_owned(), text(value).unwrap()))
                .into(),
            ..Message::default()
        };
        outgoing(Failed::new("matching-dead-letters.fifo", kind, message))
    }

    #[test]
    fn a_cause_is_on_what_a_function_put_there_or_sqs_moved_from_a_trusted_queue_and_is_never_its_senders() {
        let cause = |moved_from| {
            let outgoing = restored(moved_from, Kind::DeadLetter);
            let cause = outgoing.attributes.get("failure");
            cause.map(|cause| cause.string_value().unwrap_or_default().to_owned())
        };
        assert!(cause(Some("s-deferred.fifo")).unwrap().starts_with("SQS moved it"));
        assert_eq!(cause(Some("s-intake.fifo")), None);
        assert_eq!(
            cause(None).as_deref(),
            Some("its sender's"),
            "a function replaces a sender's"
        );
    }

    #[test]
    fn each_goes_to_the_queue_that_kept_it_and_an_event_to_the_topic() {
        let outgoing = restored(None, Kind::DeadLetter);
        assert_eq!(outgoing.destination, Destination::Queue("matching-dead-letters.fifo"));
        assert_eq!(outgoing.deduplication_id, "restore-m-1");
        let event = restored(None, Kind::Undelivered);
        assert_eq!(event.destination, Destination::Topic);
        assert_eq!(event.attributes.keys().collect::<Vec<_>>(), ["eventType"]);
    }
}
