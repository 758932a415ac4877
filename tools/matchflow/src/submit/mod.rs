//! `matchflow submit`: requests from a file, held against the contract before the first is sent.

mod line;

use std::io::{self, Read as _};
use std::path::PathBuf;
use std::time::Duration;
use std::{fs, iter};

use aws_sdk_sqs::Client;
use aws_sdk_sqs::types::SendMessageBatchRequestEntry;
use clap::Args;
use serde::Serialize;
use tokio::time::{MissedTickBehavior, interval};

use crate::failure::Failure;
use crate::report::{Report, progress};
use crate::screen::{Look, Screen};
use crate::shell;
use crate::stack::Stack;
use line::{Refused, Submission, submissions};

const OPERATION: &str = "sqs:SendMessage";
const INTAKE: &str = "intake.fifo";

/// The most messages and the most bytes of bodies in one call (SQS API reference, `SendMessageBatch`; a little less than it takes).
const BATCH: usize = 10;
const BATCH_BYTES: usize = 240 * 1024;

/// The most refused lines that are shown to a person.
const SHOWN: usize = 20;

/// What to submit.
#[derive(Debug, Args)]
pub struct SubmitArguments {
    /// A file of `request.submitted` events, one a line; `-` is the standard input
    file: PathBuf,
    /// The most requests a second
    #[arg(long, default_value_t = 50, value_name = "R", value_parser = clap::value_parser!(u32).range(1..))]
    rate: u32,
}

/// What was submitted.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Submitted {
    sent: usize,
    /// The lines that break the contract: then none was sent. Or those that SQS did not take.
    refused: Vec<Refused>,
    /// The first request that was sent, to follow it.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<String>,
}

/// Checks all lines, then sends all of them, unless one breaks the contract.
pub async fn submit(stack: &Stack, arguments: &SubmitArguments) -> Result<Submitted, Failure> {
    let text = read(&arguments.file)?;
    let (submissions, refused) = submissions(&text, &stack.queue_arn(INTAKE));
    if !refused.is_empty() {
        return Ok(Submitted {
            sent: 0,
            refused,
            first: None,
        });
    }
    send_all(stack, &submissions, arguments.rate).await
}

fn read(file: &PathBuf) -> Result<String, Failure> {
    let mut text = String::new();
    let read = match file.to_str() {
        Some("-") => io::stdin().read_to_string(&mut text).map(|_| text),
        _ => fs::read_to_string(file),
    };
    read.map_err(|error| {
        Failure::new(
            format!("{} cannot be read", file.display()),
            error.to_string(),
            "Give a file of JSON lines, in UTF-8",
        )
    })
}

async fn send_all(stack: &Stack, submissions: &[Submission<'_>], rate: u32) -> Result<Submitted, Failure> {
    let (client, url) = (Client::new(&stack.config), stack.queue_url(INTAKE)?);
    let mut ticks = interval(Duration::from_secs(1) / rate);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst); // a call sends what became due meanwhile
    let (mut sent, mut refused) = (0, Vec::new());
    for batch in batches(submissions) {
        for _ in batch {
            ticks.tick().await;
        }
        let failed = send(&client, url, batch).await?;
        sent += batch.len() - failed.len();
        refused.extend(failed);
        progress(sent, submissions.len(), "submitted");
    }
    let first = submissions.first().map(|first| first.request_id.clone());
    Ok(Submitted { sent, refused, first })
}

/// The submissions of each call.
fn batches<'a, 'b>(mut rest: &'a [Submission<'b>]) -> impl Iterator<Item = &'a [Submission<'b>]> {
    iter::from_fn(move || {
        let mut bytes = 0;
        let fitting = rest.iter().take(BATCH).take_while(|submission| {
            bytes += submission.body.len();
            bytes <= BATCH_BYTES
        });
        let (batch, left) = rest.split_at(fitting.count().max(1).min(rest.len()));
        rest = left;
        (!batch.is_empty()).then_some(batch)
    })
}

async fn send(client: &Client, url: &str, batch: &[Submission<'_>]) -> Result<Vec<Refused>, Failure> {
    let entries = batch.iter().enumerate().map(|(number, submission)| {
        let entry = SendMessageBatchRequestEntry::builder().id(number.to_string());
        entry
            .message_body(submission.body)
            .message_group_id(&submission.customer_id)
            .build()
    });
    let entries = entries
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| Failure::of_code(OPERATION, &error.to_string()))?;
    let answer = client
        .send_message_batch()
        .queue_url(url)
        .set_entries(Some(entries))
        .send()
        .await;
    let answer = answer.map_err(|error| Failure::of_call(OPERATION, &error))?;
    let refused = answer.failed().iter().filter_map(|failed| {
        let submission = batch.get(failed.id().parse::<usize>().ok()?)?;
        Some(Refused {
            line: submission.line,
            why: format!("SQS did not take it: {}", failed.code()),
        })
    });
    Ok(refused.collect())
}

impl Report for Submitted {
    fn write(&self, screen: &mut Screen) {
        for refused in self.refused.iter().take(SHOWN) {
            screen.line(&[
                (Look::Bad, &format!("line {}", refused.line)),
                (Look::Plain, &format!(": {}", refused.why)),
            ]);
        }
        if self.refused.len() > SHOWN {
            screen.plain(&format!("and {} more lines", self.refused.len() - SHOWN));
        }
        let look = if self.refused.is_empty() { Look::Good } else { Look::Bad };
        screen.line(&[(look, "submitted"), (Look::Plain, &format!(": {}", self.sent))]);
        if let Some(first) = &self.first {
            screen.line(&[(Look::Faint, &format!("{} --watch", shell::command("follow", first)))]);
        }
    }

    fn exit_code(&self) -> u8 {
        u8::from(!self.refused.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_sends_ten_requests_or_as_many_as_fit() {
        let (short, long) = ("x".repeat(100), "x".repeat(100 * 1024));
        let of = |body| Submission {
            line: 1,
            body,
            request_id: String::new(),
            customer_id: String::new(),
        };
        let mut all: Vec<Submission<'_>> = (0..12).map(|_| of(short.as_str())).collect();
        all.extend((0..3).map(|_| of(long.as_str())));
        let sizes: Vec<usize> = batches(&all).map(<[_]>::len).collect();
        assert_eq!(sizes, [10, 4, 1]);
        assert_eq!(batches(&[]).count(), 0);
    }
}
