//! Doing a redrive: each message is sent, then deleted, and the journal has both.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde::Serialize;

use super::RedriveArguments;
use super::destination::outgoing;
use super::journal::{Journal, Line};
use super::plan::{Refused, name_of};
use super::screen;
use super::sender::Sender;
use super::step::{Outcome, Step};
use crate::failure::Failure;
use crate::held::{Chosen, Failed, Hiding, Message, Taker, drain, queue};
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
    ended: Ended,
}

/// Puts back what was chosen, queue by queue.
pub async fn run(stack: &Stack, arguments: &RedriveArguments, journal: Journal) -> Result<Redriven, Failure> {
    let sender = Sender::new(stack);
    let client = sender.sqs().clone();
    let step = Step::first(stack, &client, &arguments.ramp, arguments.rate).await?;
    let mut run = Run {
        stack,
        sender,
        arguments,
        chosen: Chosen::new(arguments.chosen.clone()),
        journal,
        refused: BTreeMap::new(),
        step,
        ended: Ended::Done,
    };
    drain(stack, &client, hiding(arguments), &mut run).await?;
    if run.ended == Ended::Done {
        run.end_step().await?;
    }
    Ok(run.result())
}

fn hiding(arguments: &RedriveArguments) -> Hiding {
    let for_rate = Duration::from_secs_f64(queue::BATCH as f64 / arguments.rate);
    let hidden = Duration::from_secs(arguments.hold) + for_rate;
    Hiding {
        hidden,
        earlier_until: arguments.resume.is_some().then(|| Instant::now() + hidden),
    }
}

impl Taker for Run<'_> {
    fn most(&self) -> usize {
        self.arguments
            .max
            .saturating_sub(self.journal.deleted)
            .min(self.step.left())
    }

    async fn take(&mut self, failed: Failed) -> Result<Option<Message>, Failure> {
        if !self.chosen.has(&failed) {
            return Ok(Some(failed.message));
        }
        // What the journal says was sent is only deleted.
        if !self.journal.sent.contains(&failed.message.id)
            && let Err(why) = self.send(&failed).await?
        {
            *self.refused.entry((failed.queue, why)).or_default() += 1;
            return Ok(Some(failed.message));
        }
        self.sender.delete(failed.queue, &failed.message.receipt_handle).await?;
        let message_id = failed.message.id;
        self.journal.add(&Line::Deleted { message_id })?;
        Ok(None)
    }

    async fn goes_on(&mut self) -> Result<bool, Failure> {
        if self.step.left() == 0 {
            self.end_step().await?;
        }
        Ok(self.ended == Ended::Done)
    }
}

impl Run<'_> {
    /// Sends a message to where it belongs, or says why it must not go there.
    async fn send(&mut self, failed: &Failed) -> Result<Result<(), String>, Failure> {
        let outgoing = match outgoing(failed, &self.stack.name, self.arguments.onto_trusted_queues) {
            Ok(outgoing) => outgoing,
            Err(why) => return Ok(Err(why)),
        };
        self.step.pace().await;
        let message_id = failed.message.id.clone();
        let (queue, body) = (name_of(&outgoing.destination).to_owned(), outgoing.body.clone());
        let sending = Line::Sending {
            message_id: message_id.clone(),
            queue,
        };
        self.journal.add(&sending)?;
        let sent_as = self.sender.send(outgoing).await?;
        self.journal.add(&Line::Sent { message_id, sent_as })?;
        self.step.sent(body);
        Ok(Ok(()))
    }

    async fn end_step(&mut self) -> Result<(), Failure> {
        let outcome = self
            .step
            .end(self.stack, self.sender.sqs(), self.arguments.patience)
            .await?;
        self.ended = match outcome {
            Outcome::Handled => Ended::Done,
            Outcome::FailsAgain => Ended::FailsAgain,
            Outcome::NotHandled => Ended::NotHandled,
        };
        Ok(())
    }

    fn result(self) -> Redriven {
        let refused = self.refused.into_iter();
        let refused = refused.map(|((from, why), count)| Refused { count, from, why });
        Redriven {
            put_back: self.journal.deleted,
            refused: refused.collect(),
            ended: self.ended,
            journal: self.journal.path.display().to_string(),
        }
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
