//! A function with a wrong setting: its records fail until they are set aside.

use aws_sdk_lambda::Client as Lambda;
use aws_sdk_lambda::types::Environment;
use aws_sdk_sqs::Client as Sqs;
use aws_sdk_sqs::types::QueueAttributeName;
use serde_json::json;
use wiring::{DEPLOYED, Function};

use super::{Actors, Fault, Script};
use crate::failure::Failure;
use crate::shell;
use crate::stack::{Stack, settings};

const FUNCTION: Function = Function::Points;
const QUEUE: &str = "points.fifo";
const TABLE: &str = "TABLE_NAME";
const RECEIVES: &str = "MAX_RECEIVE_COUNT";

/// The fewest that the template takes: a record is set aside within seconds.
const FEWEST_RECEIVES: &str = "3";

const NOTICED: &str = "Customers notice: three were told of a partner, who is not charged and does not come.";

/// Has points look for a table that does not exist, and submits requests.
pub async fn make(stack: &Stack, actors: &Actors<'_>) -> Result<Script, Failure> {
    actors.register().await?;
    let partner = actors.partner();
    actors.buy(&partner).await?;
    let wrong = format!("{}-old", stack.table("Ledger")?);
    set(stack, &wrong, FEWEST_RECEIVES).await?;
    actors.submit(1..=3).await?;
    let first = actors.request(1);
    let redrive = shell::command("redrive", &partner);
    let script = Script::new(Fault::Bug, NOTICED)
        .step(
            "Is it well? Charges are dead letters.",
            shell::line("status"),
            "dead letters in points-dead-letters.fifo",
        )
        .step(
            "Why? The cause stands on them.",
            shell::line("failures"),
            "ResourceNotFoundException",
        )
        .step(
            "And one request?",
            shell::command("follow", &first),
            "its request.matched is in points-dead-letters.fifo",
        )
        .step("Which setting is wrong?", shell::line("doctor"), "table-missing")
        .step(
            "Put it back. On AWS you deploy what was right before.",
            shell::line("demo --mend bug"),
            "TABLE_NAME of points is put back",
        )
        .step("Is the stack what the template says?", shell::line("doctor"), "well:")
        .step(
            "What would be put back?",
            redrive.clone(),
            "from points-dead-letters.fifo to points.fifo",
        )
        .step(
            "Do it: one first, then the others.",
            format!("{redrive} --execute"),
            "3",
        )
        .step(
            "Is the request charged?",
            shell::command("follow", &first),
            "points.deducted",
        );
    Ok(script.end(shell::line("status"), shell::line("audit")))
}

/// Puts the settings back, as they are in the stack's outputs and in another function.
pub async fn mend(stack: &Stack) -> Result<String, Failure> {
    let another = settings(&Lambda::new(&stack.config), &stack.name, Function::Matching).await?;
    let receives = another.get(RECEIVES).map_or("", String::as_str);
    set(stack, stack.table("Ledger")?, receives).await?;
    Ok(format!(
        "{TABLE} of {} is put back, and {RECEIVES} is {receives} as before",
        FUNCTION.name()
    ))
}

async fn set(stack: &Stack, table: &str, receives: &str) -> Result<(), Failure> {
    let lambda = Lambda::new(&stack.config);
    let mut variables = settings(&lambda, &stack.name, FUNCTION).await?;
    variables.insert(TABLE.to_owned(), table.to_owned());
    variables.insert(RECEIVES.to_owned(), receives.to_owned());
    let environment = Environment::builder().set_variables(Some(variables)).build();
    let request = lambda
        .update_function_configuration()
        .function_name(format!("{}-{}", stack.name, FUNCTION.name()));
    let updated = request.environment(environment).send().await;
    updated.map_err(|error| Failure::of_call("lambda:UpdateFunctionConfiguration", &error))?;
    let dead_letters = DEPLOYED
        .queue(QUEUE)
        .dead_letters
        .as_ref()
        .map_or("", |dead_letters| &dead_letters.queue);
    let policy =
        json!({ "deadLetterTargetArn": stack.queue_arn(dead_letters), "maxReceiveCount": receives }).to_string();
    let request = Sqs::new(&stack.config)
        .set_queue_attributes()
        .queue_url(stack.queue_url(QUEUE)?);
    let updated = request
        .attributes(QueueAttributeName::RedrivePolicy, policy)
        .send()
        .await;
    updated.map_err(|error| Failure::of_call("sqs:SetQueueAttributes", &error))?;
    Ok(())
}
