//! Doing a redrive: each message is sent, then deleted, and the journal has both.

use std::collections::BTreeMap;
use std::time::Duration;

use super::RedriveArguments;
use super::destination::outgoing;
use super::effect::Sent;
use super::journal::{Journal, Line};
use super::plan::{Refused, name_of};
use super::result::{Ended, Redriven};
use super::sender::{Sender, is_of_one_message};
use super::step::{Outcome, Step};
use crate::failure::Failure;
use crate::held::{Action, Chosen, Failed, Hiding, PartlySeen, Taken, drain};
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
    /// How many messages stay, by queue and reason.
    refused: BTreeMap<(&'static str, String), usize>,
    step: Step,
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
    let chosen = Chosen::new(arguments.chosen.clone());
    let mut run = Run {
        stack,
        tables: Tables::of(stack)?,
        sender,
        arguments,
        chosen: chosen.clone(),
        journal,
        refused: BTreeMap::new(),
        step: Step::first(&arguments.ramp, arguments.rate),
        ended: Ended::Done,
    };
    let drained = match drain(stack, &client, hiding, &chosen, &mut run).await {
        Ok(partly_seen) => run.end(partly_seen).await,
        Err(failure) => Err(failure),
    };
    Ok(run.result(drained))
}

impl Action for Run<'_> {
    fn limit(&self) -> usize {
        let left = self.arguments.max.saturating_sub(self.journal.deleted);
        if self.ended == Ended::Done {
            left.min(self.step.left())
        } else {
            0
        }
    }

    async fn apply(&mut self, failed: Failed) -> Result<Taken, Failure> {
        if !self.chosen.has(&failed) {
            return Ok(Taken::Stays);
        }
        // What the journal says was sent is only deleted.
        if !self.journal.sent.contains(&failed.message.id)
            && let Err(why) = self.send(&failed).await?
        {
            *self.refused.entry((failed.queue, why)).or_default() += 1;
            return Ok(Taken::Stays);
        }
        self.sender.delete(failed.queue, &failed.message.receipt_handle).await?;
        let message_id = failed.message.id;
        self.journal.add(&Line::Deleted { message_id })?;
        Ok(Taken::Deleted)
    }

    async fn between(&mut self) -> Result<bool, Failure> {
        if self.step.left() == 0 {
            self.end_step().await?;
        }
        if self.ended == Ended::Done && self.journal.deleted >= self.arguments.max {
            self.ended = Ended::MaxReached;
        }
        self.refused.clear(); // what stays is counted in the last pass
        Ok(self.ended == Ended::Done)
    }
}

impl Run<'_> {
    /// Sends a message to where it belongs, or says why it stays.
    async fn send(&mut self, failed: &Failed) -> Result<Result<(), String>, Failure> {
        let outgoing = match outgoing(failed, &self.stack.name, self.arguments.onto_trusted_queues) {
            Ok(outgoing) if self.step.has_sent(&outgoing.body) => return Ok(Err("it has come back".to_owned())),
            Ok(outgoing) => outgoing,
            Err(why) => return Ok(Err(why)),
        };
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
        self.ended = match self.step.end(self.stack, &self.tables, patience).await? {
            Outcome::Handled => Ended::Done,
            Outcome::FailsAgain => Ended::FailsAgain,
            Outcome::NotHandled => Ended::NotHandled,
        };
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
        Ok(partly_seen)
    }

    fn result(self, drained: Result<PartlySeen, Failure>) -> Redriven {
        let refused = self.refused.into_iter();
        let (partly_seen, failure) = match drained {
            Ok(partly_seen) => (partly_seen, None),
            Err(failure) => (Vec::new(), Some(failure)),
        };
        Redriven {
            put_back: self.journal.deleted,
            sent_not_deleted: self.journal.sent.len(),
            maybe_sent_twice: self.journal.doubtful,
            refused: refused
                .map(|((from, why), count)| Refused { count, from, why })
                .collect(),
            partly_seen,
            ended: if failure.is_some() { Ended::Failed } else { self.ended },
            failure: failure.map(|failure| failure.to_string()),
            journal: self.journal.path.display().to_string(),
            resume: shell::line(&format!("redrive --resume {}", self.journal.path.display())),
        }
    }
}
