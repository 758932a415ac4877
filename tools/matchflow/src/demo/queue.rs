//! A queue that no function reads, since its mapping was turned off by hand.

use aws_sdk_lambda::Client;

use super::{Actors, Fault, Script};
use crate::consumers;
use crate::failure::Failure;
use crate::shell;
use crate::stack::Stack;

const QUEUE: &str = "notification";

const NOTICED: &str = "Customers notice: their requests are confirmed, and no message says so.";

/// Turns the mapping of notification off without a note, and submits requests.
pub async fn make(stack: &Stack, actors: &Actors<'_>) -> Result<Script, Failure> {
    actors.register().await?;
    actors.buy(&actors.partner()).await?;
    turn_off(stack).await?;
    actors.submit(1..=3).await?;
    let first = actors.request(1);
    let script = Script::new(Fault::Queue, NOTICED)
        .step(
            "Is it well? A queue is not read.",
            shell::line("status"),
            "the function notification does not read the queue notification",
        )
        .step(
            "What does a request wait for?",
            shell::command("follow", &first),
            "notification tells the customer",
        )
        .step(
            "Was it paused by an operator? No: the setting was changed by hand.",
            shell::line("doctor"),
            "mapping-disabled",
        )
        .step(
            "Let the function read again.",
            shell::line("resume notification"),
            "resumed: notification",
        )
        .step(
            "Is the customer told?",
            shell::command("follow", &first),
            "notification.sent",
        )
        .step("Is the stack what the template says?", shell::line("doctor"), "well:");
    Ok(script.end(shell::line("status"), shell::line("audit")))
}

async fn turn_off(stack: &Stack) -> Result<(), Failure> {
    let consumers = consumers::read(stack).await?;
    let mapping = consumers.iter().find(|consumer| consumer.queue == QUEUE);
    let mapping = mapping
        .and_then(|consumer| consumer.mapping.as_deref())
        .unwrap_or_default();
    let request = Client::new(&stack.config).update_event_source_mapping().uuid(mapping);
    let updated = request.enabled(false).send().await;
    updated.map_err(|error| Failure::of_call("lambda:UpdateEventSourceMapping", &error))?;
    Ok(())
}
