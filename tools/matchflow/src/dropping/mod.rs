//! `matchflow drop` and `matchflow restore`: what failed is given up, but for a file of it, and put back from there.

mod export;
mod restore;

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;
use serde::Serialize;

use crate::failure::Failure;
use crate::held::{self, Chosen, Failed, Hiding, Message, Taker, drain};
use crate::report::Report;
use crate::screen::{Look, Screen};
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
    /// A new file for all of it, personal data included: keep it as you keep that
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
    /// The file that has it.
    export: String,
    /// Whether it was done.
    is_done: bool,
}

/// Gives up what was chosen: each message is written into the file, then deleted.
pub async fn drop(stack: &Stack, arguments: &DropArguments) -> Result<Dropped, Failure> {
    let chosen = Chosen::new(arguments.chosen.clone());
    let count = if arguments.execute {
        give_up(stack, arguments, chosen).await?
    } else {
        let held = held::look(stack, arguments.max.max(1000)).await?;
        let failed = held.iter().flat_map(|held| &held.failed);
        failed.filter(|failed| chosen.has(failed)).take(arguments.max).count()
    };
    Ok(Dropped {
        count,
        export: arguments.export.display().to_string(),
        is_done: arguments.execute,
    })
}

async fn give_up(stack: &Stack, arguments: &DropArguments, chosen: Chosen) -> Result<usize, Failure> {
    let client = aws_sdk_sqs::Client::new(&stack.config);
    let export = Export::begin(&arguments.export)?;
    let mut giving_up = GivingUp {
        stack,
        client: client.clone(),
        chosen,
        export,
        left: arguments.max,
        count: 0,
    };
    let hiding = Hiding {
        hidden: HIDDEN,
        earlier_until: None,
    };
    drain(stack, &client, hiding, &mut giving_up).await?;
    Ok(giving_up.count)
}

struct GivingUp<'a> {
    stack: &'a Stack,
    client: aws_sdk_sqs::Client,
    chosen: Chosen,
    export: Export,
    left: usize,
    count: usize,
}

impl Taker for GivingUp<'_> {
    fn most(&self) -> usize {
        self.left
    }

    async fn take(&mut self, failed: Failed) -> Result<Option<Message>, Failure> {
        if !self.chosen.has(&failed) {
            return Ok(Some(failed.message));
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
        Ok(None)
    }

    async fn goes_on(&mut self) -> Result<bool, Failure> {
        Ok(true)
    }
}

impl Report for Dropped {
    fn write(&self, screen: &mut Screen) {
        let Self { count, export, is_done } = self;
        if *is_done {
            screen.line(&[
                (Look::Good, "dropped"),
                (
                    Look::Plain,
                    &format!(": {count}. All of them are in {export}: matchflow restore {export}"),
                ),
            ]);
        } else {
            screen.plain(&format!(
                "{count} would be written into {export}, then deleted. Nothing was changed. To do it: --execute"
            ));
        }
    }
}
