//! `matchflow drop` and `matchflow restore`: what failed is given up, but for a file of it, and put back from there.

mod export;
mod restore;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::held::{self, Action, Chosen, Failed, Hiding, PartlySeen, Taken, drain};
use crate::report::{Report, SOFTWARE};
use crate::screen::{Look, Screen};
use crate::shell;
use crate::stack::Stack;
use export::Export;
pub use restore::{RestoreArguments, restore};

/// How long messages are hidden from others while they are written down and deleted.
const HIDDEN: Duration = Duration::from_mins(1);

/// What to give up.
#[derive(Debug, Args)]
pub struct DropArguments {
    /// Groups of `matchflow failures`, message ids, or ids of requests, purchases or partners
    #[arg(required = true, value_name = "GROUP|ID")]
    chosen: Vec<String>,
    /// The file for all of it, personal data included: keep it as you keep that. One that `matchflow drop` wrote is added to
    #[arg(long, value_name = "FILE")]
    export: PathBuf,
    /// The most messages to give up
    #[arg(long, default_value_t = 1000, value_name = "N")]
    max: usize,
    /// Do it; without this it is only said what would be done
    #[arg(long)]
    execute: bool,
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
    /// The command that does it, or that puts it back.
    next: String,
}

/// Gives up what was chosen: each message is written into the file, then deleted.
pub async fn drop(stack: &Stack, arguments: &DropArguments) -> Result<Dropped, Failure> {
    let chosen = Chosen::new(arguments.chosen.clone());
    let export = arguments.export.display().to_string();
    if arguments.execute {
        let next = shell::line(&format!("restore {} --execute", shell::word(&export)));
        return give_up(stack, arguments, chosen, next).await;
    }
    let held = held::look(stack, arguments.max.max(1000)).await?;
    let failed = held.iter().flat_map(|held| &held.failed);
    let names: Vec<String> = arguments.chosen.iter().map(|name| shell::word(name)).collect();
    let rest = format!(
        "drop {} --export {} --max {} --execute",
        names.join(" "),
        shell::word(&export),
        arguments.max
    );
    Ok(Dropped {
        count: failed.filter(|failed| chosen.has(failed)).take(arguments.max).count(),
        partly_seen: held
            .iter()
            .filter(|held| held.is_partial())
            .map(|held| held.queue)
            .collect(),
        export,
        is_done: false,
        failure: None,
        next: shell::line(&rest),
    })
}

async fn give_up(stack: &Stack, arguments: &DropArguments, chosen: Chosen, next: String) -> Result<Dropped, Failure> {
    let client = aws_sdk_sqs::Client::new(&stack.config);
    let mut giving_up = GivingUp {
        stack,
        client: client.clone(),
        chosen: chosen.clone(),
        export: Export::open(&arguments.export, stack.topic())?,
        left: arguments.max,
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
        next,
    })
}

struct GivingUp<'a> {
    stack: &'a Stack,
    client: aws_sdk_sqs::Client,
    chosen: Chosen,
    export: Export,
    left: usize,
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

impl Report for Dropped {
    fn write(&self, screen: &mut Screen) {
        let Self { count, export, .. } = self;
        if self.is_done {
            let (look, word) = if self.failure.is_some() {
                (Look::Bad, "stopped")
            } else {
                (Look::Good, "dropped")
            };
            screen.line(&[
                (look, word),
                (
                    Look::Plain,
                    &format!(": {count} were written into {export}, then deleted"),
                ),
            ]);
        } else {
            screen.plain(&format!(
                "{count} would be written into {export}, then deleted. Nothing was changed."
            ));
        }
        for line in self.failure.iter().flat_map(|failure| failure.lines()) {
            screen.plain(line);
        }
        for queue in &self.partly_seen {
            screen.plain(&format!("Of {queue} not all was seen: there may be more."));
        }
        let what = if self.is_done {
            "To put them back: "
        } else {
            "To do it: "
        };
        screen.line(&[(Look::Faint, what), (Look::Plain, &self.next)]);
    }

    fn exit_code(&self) -> u8 {
        match (&self.failure, self.count) {
            (Some(_), _) => SOFTWARE,
            (None, 0) => 1,
            _ => 0,
        }
    }
}
