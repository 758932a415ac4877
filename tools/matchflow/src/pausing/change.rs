//! The calls that pause and resume a consumer.

use std::time::Duration;

use aws_sdk_lambda::Client as Lambda;
use aws_sdk_lambda::error::ProvideErrorMetadata as _;
use aws_sdk_sqs::Client as Sqs;
use jiff::{Timestamp, Unit};
use tokio::time::sleep;

use crate::consumers::{Consumer, PAUSED};
use crate::failure::Failure;
use crate::stack::Stack;

/// The most characters of a tag's value (SQS Developer Guide, "Amazon SQS cost allocation tags").
const LONGEST: usize = 256;

/// How often, and after how long, a change is tried again while Lambda is busy with the one before.
const ATTEMPTS: u32 = 20;
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(3);

/// Stops the handing over of batches, and writes down since when and why. What comes meanwhile waits.
pub async fn pause(stack: &Stack, consumer: &Consumer, why: &str) -> Result<(), Failure> {
    let sqs = Sqs::new(&stack.config);
    let note = consumer.paused.clone().unwrap_or_else(|| note(Timestamp::now(), why)); // the first reason stands
    let tagged = sqs
        .tag_queue()
        .queue_url(stack.queue_url(consumer.queue)?)
        .tags(PAUSED, note)
        .send()
        .await;
    tagged.map_err(|error| Failure::of_call("sqs:TagQueue", &error))?;
    set_enabled(stack, consumer, false).await
}

/// Lets batches be handed over again.
pub async fn resume(stack: &Stack, consumer: &Consumer) -> Result<(), Failure> {
    set_enabled(stack, consumer, true).await?;
    let sqs = Sqs::new(&stack.config);
    let untagged = sqs
        .untag_queue()
        .queue_url(stack.queue_url(consumer.queue)?)
        .tag_keys(PAUSED)
        .send()
        .await;
    untagged.map_err(|error| Failure::of_call("sqs:UntagQueue", &error))?;
    Ok(())
}

async fn set_enabled(stack: &Stack, consumer: &Consumer, enabled: bool) -> Result<(), Failure> {
    let Some(mapping) = &consumer.mapping else {
        let what = format!("{} has no event source mapping", consumer.queue);
        return Err(Failure::new(
            what,
            "it was deleted",
            "Deploy the stack again: docs/do/deploy.md",
        ));
    };
    let client = Lambda::new(&stack.config);
    for attempt in 1.. {
        let request = client.update_event_source_mapping().uuid(mapping).enabled(enabled);
        match request.send().await {
            Ok(_) => break,
            // Lambda takes some seconds for the change before.
            Err(error) if error.code() == Some("ResourceInUseException") && attempt < ATTEMPTS => {
                sleep(BETWEEN_ATTEMPTS).await;
            }
            Err(error) => return Err(Failure::of_call("lambda:UpdateEventSourceMapping", &error)),
        }
    }
    Ok(())
}

/// `2026-03-02T00:17:04Z the backend of payments is down`, in the characters that a tag takes.
fn note(now: Timestamp, why: &str) -> String {
    let now = now.round(Unit::Second).unwrap_or(now);
    let takes = |character: char| character.is_alphanumeric() || " +-=._:/@".contains(character);
    let text = format!("{now} {why}");
    text.chars()
        .map(|character| if takes(character) { character } else { ' ' })
        .take(LONGEST)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_note_has_the_characters_and_the_length_that_a_tag_takes() {
        let now = Timestamp::UNIX_EPOCH;
        assert_eq!(
            note(now, "정산 서버 (down!)\u{1b}[2J"),
            "1970-01-01T00:00:00Z 정산 서버  down    2J"
        );
        assert_eq!(note(now, &"x".repeat(300)).chars().count(), LONGEST);
    }
}
