//! Doing a redrive: each message is sent, then deleted, and the journal has both.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;
use wiring::DEPLOYED;

use super::RedriveArguments;
use super::chosen::Chosen;
use super::destination::outgoing;
use super::journal::{Journal, Line};
use super::plan::{Refused, name_of};
use super::screen;
use super::sender::Sender;
use super::step::{Outcome, Step};
use crate::failure::Failure;
use crate::held::{self, Failed, Message, queue};
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;

/// What came of a redrive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Redriven {
    /// How many messages were sent and deleted, those before a resumption included.
    pub put_back: usize,
    pub refused: Vec<Refused>,
    pub ended: Ended,
    /// The journal's file.
    pub journal: String,
}

/// Why a redrive ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Ended {
    /// All that was chosen and can be put back was.
    Done,
    /// What was put back failed again.
    FailsAgain,
    /// What was put back was not handled in time.
    NotHandled,
}

struct Run<'a> {
    stack: &'a Stack,
    sender: Sender<'a>,
    arguments: &'a RedriveArguments,
    chosen: Chosen,
    journal: Journal,
    refused: BTreeMap<(&'static str, String), usize>,
    step: Step,
    began: Instant,
}

/// Puts back what was chosen, queue by queue.
pub async fn run(stack: &Stack, arguments: &RedriveArguments, journal: Journal) -> Result<Redriven, Failure> {
    let sender = Sender::new(stack);
    let step = Step::first(stack, sender.sqs(), &arguments.ramp, arguments.rate).await?;
    let mut run = Run {
        stack,
        sender,
        arguments,
        chosen: Chosen::new(arguments.chosen.clone()),
        journal,
        refused: BTreeMap::new(),
        step,
        began: Instant::now(),
    };
    let mut ended = Ended::Done;
    for name in DEPLOYED
        .queues
        .iter()
        .map(|queue| &*queue.name)
        .filter(|name| held::kind_of(name).is_some())
    {
        ended = run.drain(name).await?;
        if ended != Ended::Done {
            break;
        }
    }
    if ended == Ended::Done {
        ended = run.see_whether_handled().await?;
    }
    Ok(run.result(ended))
}

impl Run<'_> {
    fn result(self, ended: Ended) -> Redriven {
        let refused = self
            .refused
            .into_iter()
            .map(|((from, why), count)| Refused { count, from, why });
        Redriven {
            put_back: self.journal.deleted,
            refused: refused.collect(),
            ended,
            journal: self.journal.path.display().to_string(),
        }
    }

    /// Puts back what is chosen of one queue. What is not is made visible again at the end, whatever the end is.
    async fn drain(&mut self, name: &'static str) -> Result<Ended, Failure> {
        let url = self.stack.queue_url(name)?.to_owned();
        if queue::counts(self.sender.sqs(), &url).await? == [0, 0] {
            return Ok(Ended::Done);
        }
        let mut kept = Vec::new();
        let drained = self.drain_into(name, &url, &mut kept).await;
        let shown = queue::show_again(self.sender.sqs(), &url, kept.iter()).await;
        let ended = drained?;
        shown?;
        Ok(ended)
    }

    async fn drain_into(&mut self, name: &'static str, url: &str, kept: &mut Vec<Message>) -> Result<Ended, Failure> {
        loop {
            let left = self
                .arguments
                .max
                .saturating_sub(self.journal.deleted)
                .min(self.step.left());
            if left == 0 && self.journal.deleted >= self.arguments.max {
                return Ok(Ended::Done);
            }
            let received = queue::receive(self.sender.sqs(), url, left, self.hidden().as_secs()).await?;
            if received.is_empty() && !self.is_held_elsewhere(url, kept.len()).await? {
                return Ok(Ended::Done);
            }
            for message in received {
                if let Some(stays) = self.put_back(name, message).await? {
                    kept.push(stays);
                }
            }
            if self.step.left() == 0 {
                let ended = self.see_whether_handled().await?;
                if ended != Ended::Done {
                    return Ok(ended);
                }
            }
        }
    }

    /// Whether messages may still be hidden that a redrive had received when it was stopped. Until they are visible again, the one
    /// that goes on with it waits.
    async fn is_held_elsewhere(&self, url: &str, kept: usize) -> Result<bool, Failure> {
        if self.arguments.resume.is_none() || self.began.elapsed() > self.hidden() {
            return Ok(false);
        }
        let [_, hidden] = queue::counts(self.sender.sqs(), url).await?;
        Ok(hidden > kept as u64)
    }

    /// How long messages are hidden from others while they are put back.
    fn hidden(&self) -> Duration {
        Duration::from_secs(self.arguments.hold) + Duration::from_secs_f64(queue::BATCH as f64 / self.arguments.rate)
    }

    /// Puts one message back, if it was chosen and may be; else returns it.
    async fn put_back(&mut self, name: &'static str, message: Message) -> Result<Option<Message>, Failure> {
        let Some(kind) = held::kind_of(name) else {
            return Ok(Some(message));
        };
        let failed = Failed::new(name, kind, message);
        if !self.chosen.has(&failed) {
            return Ok(Some(failed.message));
        }
        // What the journal says was sent is only deleted.
        if !self.journal.sent.contains(&failed.message.id) {
            let outgoing = match outgoing(&failed, &self.stack.name, self.arguments.onto_trusted_queues) {
                Ok(outgoing) => outgoing,
                Err(why) => {
                    *self.refused.entry((name, why)).or_default() += 1;
                    return Ok(Some(failed.message));
                }
            };
            let message_id = failed.message.id.clone();
            self.step.pace().await;
            let (queue, body) = (name_of(&outgoing.destination).to_owned(), outgoing.body.clone());
            self.journal.add(&Line::Sending {
                message_id: message_id.clone(),
                queue,
            })?;
            let sent_as = self.sender.send(outgoing).await?;
            self.journal.add(&Line::Sent { message_id, sent_as })?;
            self.step.sent(body);
        }
        self.sender.delete(name, &failed.message.receipt_handle).await?;
        self.journal.add(&Line::Deleted {
            message_id: failed.message.id,
        })?;
        Ok(None)
    }

    async fn see_whether_handled(&mut self) -> Result<Ended, Failure> {
        Ok(
            match self
                .step
                .end(self.stack, self.sender.sqs(), self.arguments.patience)
                .await?
            {
                Outcome::Handled => Ended::Done,
                Outcome::FailsAgain => Ended::FailsAgain,
                Outcome::NotHandled => Ended::NotHandled,
            },
        )
    }
}

impl Report for Redriven {
    fn write(&self, screen: &mut Screen) {
        screen::write_result(self, screen);
    }

    fn exit_code(&self) -> u8 {
        u8::from(self.ended != Ended::Done)
    }
}
