//! `matchflow drop` and `matchflow restore`: what failed is given up, but for a file of it, and put back from there.

mod export;
mod restore;
mod screen;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::held::{self, Action, Chosen, Failed, Hiding, PartlySeen, Taken, drain};
use crate::shell;
use crate::stack::Stack;
use export::Export;
#[cfg(test)]
pub use restore::Restored;
pub use restore::{RestoreArguments, restore};

/// How long messages are hidden from others while they are written down and deleted.
const HIDDEN: Duration = Duration::from_mins(1);

/// The most messages that are given up, unless more is asked for.
const MOST: usize = 1000;

/// What to give up.
#[derive(Debug, Args)]
pub struct DropArguments {
    /// Groups of `matchflow failures`, message ids, or ids of requests, purchases or partners
    #[arg(required = true, value_name = "GROUP|ID")]
    chosen: Vec<String>,
    /// The file for all of it, personal data included: keep it as you keep that. One that `matchflow drop` wrote is added to
    #[arg(long, value_name = "FILE")]
    export: PathBuf,
    /// Look into these of the queues that keep what failed alone: a right on others is not needed then
    #[arg(long = "queue", value_name = "QUEUE", value_parser = held::a_kept_queue)]
    queues: Vec<&'static str>,
    /// The most messages to give up
    #[arg(long, default_value_t = MOST, value_name = "N")]
    max: usize,
    /// Do it; without this it is only said what would be done
    #[arg(long)]
    pub execute: bool,
}

/// What was given up, or would be.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Dropped {
    count: usize,
    /// The queues of which not all was seen: there may be more.
    partly_seen: PartlySeen,
    /// The file that has it.
    export: String,
    /// Whether it was done.
    is_done: bool,
    /// What failed in the middle.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<String>,
    /// How many are in the file, and may still be in their queue: its deletion failed.
    #[serde(skip_serializing_if = "is_none")]
    in_doubt: usize,
    /// The command that does it, or goes on with it.
    command: String,
    /// The command that puts it back.
    restore: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_none(count: &usize) -> bool {
    *count == 0
}

/// Gives up what was chosen: each message is written into the file, then deleted.
pub async fn drop(stack: &Stack, arguments: &DropArguments) -> Result<Dropped, Failure> {
    let chosen = Chosen::new(arguments.chosen.clone(), arguments.queues.clone());
    let export = arguments.export.display().to_string();
    if arguments.execute {
        return give_up(stack, arguments, chosen).await;
    }
    let is_chosen = |failed: Failed| chosen.has(&failed);
    let held = held::look_at(stack, chosen.queues(), arguments.max.max(MOST), is_chosen).await?;
    let seen = held.iter().flat_map(|held| &held.failed);
    Ok(Dropped {
        count: seen.filter(|is_chosen| **is_chosen).take(arguments.max).count(),
        partly_seen: held
            .iter()
            .filter(|held| held.is_partial())
            .map(|held| held.queue)
            .collect(),
        export,
        is_done: false,
        failure: None,
        in_doubt: 0,
        command: arguments.command(),
        restore: arguments.restore(),
    })
}

impl DropArguments {
    fn command(&self) -> String {
        let names: Vec<String> = self.chosen.iter().map(|name| shell::word(name)).collect();
        let (names, export) = (names.join(" "), shell::word(&self.export.display().to_string()));
        let queues: Vec<String> = self.queues.iter().map(|queue| format!("--queue {queue} ")).collect();
        let queues = queues.concat();
        let max = match self.max {
            MOST => String::new(),
            max => format!(" --max {max}"),
        };
        shell::line(&format!("drop {names} {queues}--export {export}{max} --execute"))
    }

    fn restore(&self) -> String {
        let export = shell::word(&self.export.display().to_string());
        shell::line(&format!("restore {export} --execute"))
    }
}

async fn give_up(stack: &Stack, arguments: &DropArguments, chosen: Chosen) -> Result<Dropped, Failure> {
    let client = aws_sdk_sqs::Client::new(&stack.config);
    let mut giving_up = GivingUp {
        stack,
        client: client.clone(),
        chosen: chosen.clone(),
        export: Export::open(&arguments.export, stack.topic())?,
        left: arguments.max,
        exported: 0,
        count: 0,
    };
    let hiding = Hiding {
        hidden: HIDDEN,
        earlier_until: None,
    };
    let drained = drain(stack, &client, hiding, &chosen, &mut giving_up).await;
    let (partly_seen, failure) = match drained {
        Ok(partly_seen) => (partly_seen, None),
        Err(failure) => (Vec::new(), Some(failure.to_string())),
    };
    Ok(Dropped {
        count: giving_up.count,
        partly_seen,
        export: arguments.export.display().to_string(),
        is_done: true,
        failure,
        in_doubt: giving_up.exported - giving_up.count,
        command: arguments.command(),
        restore: arguments.restore(),
    })
}

struct GivingUp<'a> {
    stack: &'a Stack,
    client: aws_sdk_sqs::Client,
    chosen: Chosen,
    export: Export,
    left: usize,
    /// How many were written, and how many of these are known to be deleted.
    exported: usize,
    count: usize,
}

impl Action for GivingUp<'_> {
    fn limit(&self) -> usize {
        self.left
    }

    async fn apply(&mut self, failed: Failed) -> Result<Taken, Failure> {
        if !self.chosen.has(&failed) {
            return Ok(Taken::Stays);
        }
        self.export.add(&failed)?;
        self.exported += 1;
        let request = self
            .client
            .delete_message()
            .queue_url(self.stack.queue_url(failed.queue)?);
        let request = request.receipt_handle(failed.message.receipt_handle);
        request
            .send()
            .await
            .map_err(|error| Failure::of_call("sqs:DeleteMessage", &error))?;
        (self.left, self.count) = (self.left - 1, self.count + 1);
        Ok(Taken::Deleted)
    }

    async fn between(&mut self) -> Result<bool, Failure> {
        Ok(self.left > 0)
    }
}
