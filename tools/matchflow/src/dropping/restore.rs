//! Putting back what was given up, from its file.

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use aws_sdk_sqs::types::MessageAttributeValue;
use clap::Args;
use serde::Serialize;

use super::export::{self, unusable};
use crate::failure::Failure;
use crate::held::{Failed, Kind};
use crate::redrive::{Destination, INTAKE, Outgoing, Sender};
use crate::report::Report;
use crate::screen::{Look, Screen};
use crate::stack::Stack;

/// The most attributes of a message (SQS Developer Guide, "Amazon SQS message quotas").
const MOST_ATTRIBUTES: usize = 10;

/// What to put back.
#[derive(Debug, Args)]
pub struct RestoreArguments {
    /// The file that `matchflow drop` wrote
    #[arg(value_name = "FILE")]
    file: PathBuf,
}

/// What was put back.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Restored {
    count: usize,
    /// Those that were put back before, as the file beside the export says.
    before: usize,
}

/// Sends each message to the queue that kept it; events of undelivered, which SNS alone may send to, to the topic.
pub async fn restore(stack: &Stack, arguments: &RestoreArguments) -> Result<Restored, Failure> {
    let done_file = arguments.file.with_added_extension("restored");
    let done: BTreeSet<String> = fs::read_to_string(&done_file)
        .unwrap_or_default()
        .lines()
        .map(str::to_owned)
        .collect();
    let (sender, mut count) = (Sender::new(stack), 0);
    for line in export::read(&arguments.file)?
        .into_iter()
        .filter(|line| !done.contains(&line.message_id))
    {
        let failed = line
            .failed()
            .ok_or_else(|| unusable(&arguments.file, "a line is not as it was written"))?;
        let message_id = failed.message.id.clone();
        sender.send(outgoing(failed)).await?;
        remember(&done_file, &message_id)?;
        count += 1;
    }
    let before = done.len();
    Ok(Restored { count, before })
}

fn outgoing(failed: Failed) -> Outgoing {
    let mut message = failed.message;
    // SQS forgets where it had moved it from. What came by a queue that matching trusts may go back to one; by intake anything comes.
    if message
        .moved_from
        .as_ref()
        .is_some_and(|queue| !queue.ends_with(INTAKE))
        && message.attributes.len() < MOST_ATTRIBUTES
    {
        message
            .attributes
            .extend(text(&failed.cause).map(|cause| ("failure".to_owned(), cause)));
    }
    Outgoing {
        destination: if failed.kind == Kind::Undelivered {
            Destination::Topic
        } else {
            Destination::Queue(failed.queue)
        },
        body: message.body,
        attributes: message.attributes,
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

fn remember(file: &Path, message_id: &str) -> Result<(), Failure> {
    let opened = OpenOptions::new().create(true).append(true).open(file);
    let written = opened.and_then(|mut file| writeln!(file, "{message_id}").and_then(|()| file.sync_data()));
    written.map_err(|error| unusable(file, &error.to_string()))
}

impl Report for Restored {
    fn write(&self, screen: &mut Screen) {
        let before = if self.before > 0 {
            format!(", after {} before", self.before)
        } else {
            String::new()
        };
        screen.line(&[
            (Look::Good, "restored"),
            (
                Look::Plain,
                &format!(": {}{before}. See `matchflow failures`.", self.count),
            ),
        ]);
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
            ..Message::default()
        };
        outgoing(Failed::new("matching-dead-letters.fifo", kind, message))
    }

    #[test]
    fn what_sqs_had_moved_from_a_trusted_queue_can_go_back_to_one_and_nothing_else() {
        let has_cause = |moved_from| {
            restored(moved_from, Kind::DeadLetter)
                .attributes
                .contains_key("failure")
        };
        assert!(has_cause(Some("s-deferred.fifo")));
        assert!(!has_cause(Some("s-intake.fifo")));
        assert!(!has_cause(None));
    }

    #[test]
    fn each_goes_to_the_queue_that_kept_it_and_an_event_to_the_topic() {
        let outgoing = restored(None, Kind::DeadLetter);
        assert_eq!(outgoing.destination, Destination::Queue("matching-dead-letters.fifo"));
        assert_eq!(outgoing.deduplication_id, "restore-m-1");
        assert_eq!(restored(None, Kind::Undelivered).destination, Destination::Topic);
    }
}
