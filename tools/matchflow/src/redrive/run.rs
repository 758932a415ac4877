//! Doing a redrive: each message is sent, then deleted, and the journal has both.

use std::collections::BTreeMap;
use std::time::Duration;

use super::RedriveArguments;
use super::destination::outgoing;
use super::effect::Sent;
use super::journal::{Journal, Line};
use super::plan::{Readers, Refused, name_of};
use super::result::{Ended, Redriven};
use super::sender::{Sender, is_of_one_message};
use super::step::{Outcome, Step};
use crate::failure::Failure;
use crate::held::{Action, Chosen, Failed, Hiding, PartlySeen, Taken, drain};
use crate::report::{progress, progress_stops};
use crate::shell;
use crate::stack::Stack;
use crate::tables::Tables;

struct Run<'a> {
    stack: &'a Stack,
    tables: Tables,
    sender: Sender<'a>,
    arguments: &'a RedriveArguments,
    chosen: Chosen,
    journal: Journal,
    /// The messages that stay, by their ids: in which queue, and why.
    refused: BTreeMap<String, (&'static str, String)>,
    readers: Readers,
    step: Step,
    /// How many are to be put back, as far as they were seen, those of an earlier run included.
    expected: usize,
    /// Why it was not looked whether what was put back was handled.
    unseen: Option<String>,
    ended: Ended,
}

/// Puts back what was chosen, queue by queue. An error in the middle is a part of the result.
pub async fn run(
    stack: &Stack,
    arguments: &RedriveArguments,
    journal: Journal,
    hiding: Hiding,
) -> Result<Redriven, Failure> {
    let sender = Sender::new(stack);
    let client = sender.sqs().clone();
    let chosen = arguments.chosen();
    let mut run = Run {
        stack,
        tables: Tables::of(stack)?,
        sender,
        arguments,
        chosen: chosen.clone(),
        journal,
        refused: BTreeMap::new(),
        readers: Readers::default(),
        step: Step::first(&arguments.ramp, arguments.rate),
        expected: 0,
        unseen: None,
        ended: Ended::Done,
    };
    let drained = match drain(stack, &client, hiding, &chosen, &mut run).await {
        Ok(partly_seen) => run.end(partly_seen).await,
        Err(failure) => Err(failure),
    };
    Ok(run.result(drained))
}

impl Action for Run<'_> {
    fn begin(&mut self, chosen: usize) {
        self.expected = self.arguments.max.min(self.journal.deleted + chosen);
    }

    fn limit(&self) -> usize {
        // What was sent is deleted, whatever the most is.
        let most = self.arguments.max.max(self.journal.deleted + self.journal.sent.len());
        let left = most - self.journal.deleted;
        if self.ended == Ended::Done {
            left.min(self.step.left())
        } else {
            0
        }
    }

    async fn apply(&mut self, failed: Failed) -> Result<Taken, Failure> {
        let was_sent = self.journal.sent.contains(&failed.message.id);
        if !self.chosen.has(&failed) || (self.is_full() && !was_sent) {
            return Ok(Taken::Stays);
        }
        // What the journal says was sent is only deleted.
        if !was_sent && let Err(why) = self.send(&failed).await? {
            self.refused.insert(failed.message.id, (failed.queue, why));
            return Ok(Taken::Stays);
        }
        self.refused.remove(&failed.message.id); // an earlier pass could not send it
        self.sender.delete(failed.queue, &failed.message.receipt_handle).await?;
        let message_id = failed.message.id;
        self.journal.add(&Line::Deleted { message_id })?;
        progress(self.journal.deleted, self.expected, "put back");
        Ok(Taken::Deleted)
    }

    async fn between(&mut self) -> Result<bool, Failure> {
        if self.step.left() == 0 {
            self.end_step().await?;
        }
        if self.ended == Ended::Done && self.is_full() && self.journal.sent.is_empty() {
            self.ended = Ended::MaxReached;
        }
        Ok(self.ended == Ended::Done)
    }
}

impl Run<'_> {
    /// Whether as many were sent as were asked for.
    fn is_full(&self) -> bool {
        self.journal.deleted + self.journal.sent.len() >= self.arguments.max
    }

    /// Sends a message to where it belongs, or says why it stays.
    async fn send(&mut self, failed: &Failed) -> Result<Result<(), String>, Failure> {
        let outgoing = match outgoing(failed, &self.stack.name, self.arguments.onto_trusted_queues) {
            Ok(outgoing) if self.step.has_sent(&outgoing.body) => return Ok(Err("it has come back".to_owned())),
            Ok(outgoing) => outgoing,
            Err(why) => return Ok(Err(why)),
        };
        if let Some(why) = self.readers.refuse(self.stack, &outgoing.destination).await? {
            return Ok(Err(why));
        }
        self.step.pace().await;
        let message_id = failed.message.id.clone();
        let queue = name_of(&outgoing.destination).to_owned();
        let sent = Sent {
            destination: outgoing.destination.clone(),
            body: outgoing.body.clone(),
        };
        self.journal.add(&Line::Sending {
            message_id: message_id.clone(),
            queue,
        })?;
        match self.sender.send(outgoing).await {
            Err(failure) if is_of_one_message(&failure) => Ok(Err(failure.why().to_owned())),
            Err(failure) => Err(failure),
            Ok(sent_as) => {
                self.journal.add(&Line::Sent { message_id, sent_as })?;
                self.step.add(sent);
                Ok(Ok(()))
            }
        }
    }

    async fn end_step(&mut self) -> Result<(), Failure> {
        let patience = Duration::from_secs(self.arguments.patience);
        self.ended = match self.step.outcome(self.stack, &self.tables, patience).await {
            Ok(Outcome::Handled) => Ended::Done,
            Ok(Outcome::FailsAgain) => Ended::FailsAgain,
            Ok(Outcome::NotHandled) => Ended::NotHandled,
            // Who may put back may not have the right to look: a partner admin has none on the tables.
            Err(failure) if failure.is_denied() => {
                self.unseen = Some(failure.what_and_why());
                Ended::Done
            }
            Err(failure) => return Err(failure),
        };
        self.step.next();
        Ok(())
    }

    async fn end(&mut self, partly_seen: PartlySeen) -> Result<PartlySeen, Failure> {
        if self.ended == Ended::Done {
            self.end_step().await?;
        }
        // What was sent, and is on no queue any more, was deleted before its line was written.
        if partly_seen.is_empty() && self.ended == Ended::Done {
            for message_id in self.journal.sent.clone() {
                self.journal.add(&Line::Deleted { message_id })?;
            }
        }
        if self.ended == Ended::Done && self.is_full() {
            self.ended = Ended::MaxReached;
        }
        Ok(partly_seen)
    }

    /// The command that goes on. Under this journal no more are put back than were asked for: one for the rest begins another.
    fn next(&self) -> String {
        let rest = if self.ended == Ended::MaxReached && self.journal.sent.is_empty() {
            self.arguments.command()
        } else {
            format!(
                "redrive --resume {}",
                shell::word(&self.journal.path.display().to_string())
            )
        };
        shell::line(&rest)
    }

    fn result(self, drained: Result<PartlySeen, Failure>) -> Redriven {
        let resume = self.next();
        if self.journal.deleted < self.expected {
            progress_stops();
        }
        let mut refused: BTreeMap<_, usize> = BTreeMap::new();
        for stays in self.refused.into_values() {
            *refused.entry(stays).or_default() += 1;
        }
        let (partly_seen, failure) = match drained {
            Ok(partly_seen) => (partly_seen, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        Redriven {
            put_back: self.journal.deleted,
            sent_not_deleted: self.journal.sent.len(),
            maybe_sent_twice: self.journal.doubtful,
            refused: refused
                .into_iter()
                .map(|((from, why), count)| Refused { count, from, why })
                .collect(),
            partly_seen,
            unseen: self.unseen,
            ended: if failure.is_some() { Ended::Failed } else { self.ended },
            failure: failure.map(|failure| failure.to_string()),
            journal: self.journal.path.display().to_string(),
            resume,
        }
    }
}
