//! The event source mappings by which functions read their queues, and why an operator has paused one.

use aws_sdk_lambda::Client as Lambda;
use aws_sdk_lambda::types::EventSourceMappingConfiguration;
use aws_sdk_sqs::Client as Sqs;
use futures_util::future::try_join_all;
use serde::Serialize;
use wiring::{DEPLOYED, Mapping};

use crate::failure::Failure;
use crate::shell;
use crate::stack::Stack;

/// The queue's tag that says since when and why it is not read.
pub const PAUSED: &str = "matchflow-paused";

/// A queue that a function reads, and whether it does.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumer {
    /// The function, without the stack's name.
    pub function: &'static str,
    /// The queue, without the stack's name.
    pub queue: &'static str,
    /// Lambda's word for the mapping's state: `Enabled`, `Disabled`, or what it is on its way to; none where there is no mapping.
    pub state: Option<String>,
    /// Since when and why an operator has paused it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paused: Option<String>,
    /// Lambda's id of the mapping.
    #[serde(skip)]
    pub mapping: Option<String>,
}

impl Consumer {
    /// Whether batches are handed over.
    pub fn is_reading(&self) -> bool {
        // One that is on its way to be changed goes on reading.
        let state = self.state.as_deref();
        matches!(state, Some("Enabled" | "Enabling" | "Updating" | "Creating"))
    }

    /// Why it is not read: since when and why it is paused, or the state of its mapping.
    pub fn reason(&self) -> String {
        match &self.paused {
            Some(note) => format!("paused since {}", note.replacen(' ', ": ", 1)),
            None => format!(
                "its event source mapping is {}",
                self.state.as_deref().unwrap_or("missing")
            ),
        }
    }

    fn why_not(&self) -> String {
        let why = self.reason();
        let resume = shell::command("resume", self.queue.trim_end_matches(".fifo"));
        format!(
            "{} is not read ({why}), and it would wait there: first {resume}",
            self.queue
        )
    }
}

/// Reads the mappings of all queues.
pub async fn read(stack: &Stack) -> Result<Vec<Consumer>, Failure> {
    let (lambda, sqs) = (Lambda::new(&stack.config), Sqs::new(&stack.config));
    let consumers = DEPLOYED
        .mappings
        .iter()
        .map(|mapping| consumer(stack, &lambda, &sqs, mapping));
    try_join_all(consumers).await
}

/// Why no function reads a queue, as a sentence that says what to do; nothing if one does, or if that cannot be seen without a right.
pub async fn why_not_read(stack: &Stack, queue: &str) -> Result<Option<String>, Failure> {
    let (lambda, sqs) = (Lambda::new(&stack.config), Sqs::new(&stack.config));
    match consumer(stack, &lambda, &sqs, DEPLOYED.mapping(queue)).await {
        Ok(consumer) => Ok((!consumer.is_reading()).then(|| consumer.why_not())),
        Err(failure) if failure.is_denied() => Ok(None),
        Err(failure) => Err(failure),
    }
}

async fn consumer(stack: &Stack, lambda: &Lambda, sqs: &Sqs, of: &'static Mapping) -> Result<Consumer, Failure> {
    let mapping = mapping_of(stack, lambda, of).await?;
    let mapping = mapping.as_ref();
    let mut consumer = Consumer {
        function: of.function.name(),
        queue: &of.queue,
        state: mapping.and_then(|mapping| mapping.state().map(str::to_owned)),
        paused: None,
        mapping: mapping.and_then(|mapping| mapping.uuid().map(str::to_owned)),
    };
    if !consumer.is_reading() {
        let tags = sqs
            .list_queue_tags()
            .queue_url(stack.queue_url(&of.queue)?)
            .send()
            .await;
        let tags = tags.map_err(|error| Failure::of_call("sqs:ListQueueTags", &error))?;
        consumer.paused = tags.tags.unwrap_or_default().remove(PAUSED);
    }
    Ok(consumer)
}

/// The mapping by which a function reads a queue.
pub async fn mapping_of(
    stack: &Stack,
    lambda: &Lambda,
    of: &Mapping,
) -> Result<Option<EventSourceMappingConfiguration>, Failure> {
    // By the queue: by the function's name, those of its alias would be missing.
    let request = lambda
        .list_event_source_mappings()
        .event_source_arn(stack.queue_arn(&of.queue));
    let answer = request
        .send()
        .await
        .map_err(|error| Failure::of_call("lambda:ListEventSourceMappings", &error))?;
    let function = format!(":function:{}-{}", stack.name, of.function.name());
    let mut mappings = answer.event_source_mappings.unwrap_or_default().into_iter();
    Ok(mappings.find(|mapping| mapping.function_arn().is_some_and(|arn| is_of(arn, &function))))
}

/// Whether an ARN is of this function, with or without its alias.
fn is_of(arn: &str, function: &str) -> bool {
    let behind = arn.split_once(function).map(|(_, behind)| behind);
    behind.is_some_and(|behind| behind.is_empty() || behind.starts_with(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_is_the_stacks_own_functions_with_or_without_its_alias() {
        let function = ":function:s-points";
        assert!(is_of("arn:aws:lambda:r:1:function:s-points", function));
        assert!(is_of("arn:aws:lambda:r:1:function:s-points:live", function));
        assert!(!is_of("arn:aws:lambda:r:1:function:s-points-test", function));
        assert!(!is_of("arn:aws:lambda:r:1:function:other", function));
    }
}
