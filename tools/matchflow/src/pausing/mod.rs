//! `matchflow pause` and `matchflow resume`: whether functions read their queues.

mod change;

use clap::Args;
use futures_util::future::try_join_all;
use serde::Serialize;

use crate::consumers::{self, Consumer};
use crate::failure::Failure;
use crate::held::queue;
use crate::report::Report;
use crate::screen::{Look, Screen};
use crate::stack::Stack;

/// What to pause, and why.
#[derive(Debug, Args)]
pub struct PauseArguments {
    /// A function (all of its queues) or a queue: points, intake
    pub consumer: String,
    /// Why: `status` shows it until it is resumed
    #[arg(long)]
    pub why: String,
}

/// What to resume.
#[derive(Debug, Args)]
pub struct ResumeArguments {
    /// A function (all of its queues) or a queue: points, intake
    pub consumer: String,
}

/// The queues that are not read any more, or that are read again.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    queues: Vec<&'static str>,
    is_paused: bool,
    /// For how many days the queue keeps messages that keeps them shortest.
    kept_days: f64,
}

/// Has functions stop reading.
pub async fn pause(stack: &Stack, arguments: &PauseArguments) -> Result<Changed, Failure> {
    let chosen = chosen(consumers::read(stack).await?, &arguments.consumer)?;
    for consumer in &chosen {
        change::pause(stack, consumer, &arguments.why).await?;
    }
    changed(stack, &chosen, true).await
}

/// Has functions read again.
pub async fn resume(stack: &Stack, arguments: &ResumeArguments) -> Result<Changed, Failure> {
    let chosen = chosen(consumers::read(stack).await?, &arguments.consumer)?;
    for consumer in &chosen {
        change::resume(stack, consumer).await?;
    }
    changed(stack, &chosen, false).await
}

async fn changed(stack: &Stack, chosen: &[Consumer], is_paused: bool) -> Result<Changed, Failure> {
    let client = aws_sdk_sqs::Client::new(&stack.config);
    let kept = chosen
        .iter()
        .map(async |consumer| queue::retention(&client, stack.queue_url(consumer.queue)?).await);
    let kept = try_join_all(kept).await?;
    Ok(Changed {
        queues: chosen.iter().map(|consumer| consumer.queue).collect(),
        is_paused,
        kept_days: kept.into_iter().min().unwrap_or_default().as_secs_f64() / 86_400.0,
    })
}

/// The consumers of a function, or of a queue with or without its `.fifo`.
fn chosen(all: Vec<Consumer>, name: &str) -> Result<Vec<Consumer>, Failure> {
    let names: Vec<_> = all
        .iter()
        .map(|consumer| consumer.queue.trim_end_matches(".fifo"))
        .collect();
    let names = names.join(", ");
    let own = |consumer: &Consumer| consumer.queue.trim_end_matches(".fifo") == name.trim_end_matches(".fifo");
    // A function and one of its queues may have the same name: then it has no other.
    let (of_queue, others): (Vec<_>, Vec<_>) = all.into_iter().partition(own);
    let chosen = if of_queue.is_empty() {
        others
            .into_iter()
            .filter(|consumer| consumer.function == name)
            .collect()
    } else {
        of_queue
    };
    if chosen.is_empty() {
        let what = format!("There is no consumer {name}");
        return Err(Failure::new(
            what,
            format!("the queues that functions read are {names}"),
            "Name one of them, or a function",
        ));
    }
    Ok(chosen)
}

impl Report for Changed {
    fn write(&self, screen: &mut Screen) {
        let queues = self.queues.join(", ");
        if self.is_paused {
            screen.line(&[(Look::Late, "paused"), (Look::Plain, &format!(": {queues}"))]);
            screen.plain(&format!(
                "What comes waits, and is lost if it waits for more than {:.0} days.",
                self.kept_days
            ));
            screen.plain("Batches that are being handled end as usual. `matchflow status` says what waits; `matchflow resume` lets it go on.");
        } else {
            screen.line(&[(Look::Good, "resumed"), (Look::Plain, &format!(": {queues}"))]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use wiring::DEPLOYED;

    fn all() -> Vec<Consumer> {
        let consumer = |mapping: &'static wiring::Mapping| Consumer {
            function: mapping.function.name(),
            queue: &mapping.queue,
            state: None,
            paused: None,
            mapping: None,
        };
        DEPLOYED.mappings.iter().map(consumer).collect()
    }

    fn queues(name: &str) -> Vec<&'static str> {
        chosen(all(), name)
            .unwrap()
            .iter()
            .map(|consumer| consumer.queue)
            .collect()
    }

    #[test]
    fn a_function_names_all_of_its_queues_and_a_queue_itself() {
        assert_eq!(
            queues("matching"),
            ["intake.fifo", "partners.fifo", "outcomes.fifo", "deferred.fifo"]
        );
        assert_eq!(queues("points"), ["points.fifo"]);
        assert_eq!(queues("intake"), ["intake.fifo"]);
        assert_eq!(queues("intake.fifo"), ["intake.fifo"]);
        assert!(chosen(all(), "quarantine").is_err());
    }
}
