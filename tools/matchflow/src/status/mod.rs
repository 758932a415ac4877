//! `matchflow status`: whether the stack is well, what waits where, and what failed.

mod alarms;
mod findings;
mod metrics;
mod page;
mod picture;
mod queues;
mod screen;

use clap::Args;
use futures_util::future::try_join3;
use serde::Serialize;

use crate::consumers::{self, Consumer};
use crate::failure::Failure;
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use alarms::Alarm;
pub use alarms::own_alarms;
use findings::{Finding, Verdict};
pub use picture::picture;
use queues::QueueStatus;

/// How to show how a stack is.
#[derive(Debug, Args)]
pub struct StatusArguments {
    /// Show it again every two seconds, on AWS every fifteen, until you interrupt it
    #[arg(long)]
    pub watch: bool,
}

/// How a stack is.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Status {
    /// The stack's name.
    stack: String,
    verdict: Verdict,
    /// What the verdict is made of, the worst first.
    findings: Vec<Finding>,
    /// All queues, the worst first.
    queues: Vec<QueueStatus>,
    /// Each queue that a function reads, and whether it does.
    consumers: Vec<Consumer>,
    /// The alarms that ring.
    alarms: Vec<Alarm>,
}

impl Status {
    /// A queue by its name, without the stack's.
    fn queue(&self, name: &str) -> Option<&QueueStatus> {
        self.queues.iter().find(|queue| queue.name == name)
    }

    /// Asks the stack how it is.
    pub async fn of(stack: &Stack) -> Result<Self, Failure> {
        let (mut queues, consumers, alarms) = try_join3(
            queues::read(stack),
            consumers::read(stack),
            alarms::ringing_alarms(stack),
        )
        .await?;
        let findings = findings::of(&queues, &consumers, &alarms);
        queues.sort_by_key(|queue| {
            findings
                .iter()
                .position(|finding| finding.queue == Some(queue.name))
                .unwrap_or(usize::MAX)
        });
        Ok(Self {
            stack: stack.name.clone(),
            verdict: findings
                .iter()
                .map(|finding| finding.verdict)
                .max()
                .unwrap_or(Verdict::Well),
            findings,
            queues,
            consumers,
            alarms,
        })
    }
}

impl Report for Status {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }

    fn exit_code(&self) -> u8 {
        self.verdict as u8
    }
}
