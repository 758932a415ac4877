//! A stack on AWS: its functions' settings name its topic, its tables and one of its queues; the queues' names are fixed.

use std::collections::{BTreeMap, HashMap};

use aws_config::SdkConfig;
use aws_sdk_lambda::Client;
use aws_sdk_lambda::error::ProvideErrorMetadata as _;
use futures_util::future::try_join_all;
use wiring::{DEPLOYED, Function};

use super::output_of_queue;
use crate::failure::Failure;

const OPERATION: &str = "lambda:GetFunctionConfiguration";

/// Each function, with the name of its table in the outputs.
const TABLES: [(Function, &str); 4] = [
    (Function::Matching, "Matching"),
    (Function::Points, "Ledger"),
    (Function::Notification, "Notification"),
    (Function::Statistics, "Statistics"),
];

/// The outputs of a stack, as far as they are needed. The functions are asked: to read their settings is a right that can be given for them
/// alone, and Lambda's client is needed anyway.
pub async fn outputs(config: &SdkConfig, stack: &str) -> Result<BTreeMap<String, String>, Failure> {
    let client = Client::new(config);
    let settings = TABLES.map(|(function, _)| settings(&client, stack, function));
    let settings = try_join_all(settings).await?;
    let mut outputs = BTreeMap::new();
    for ((_, table), settings) in TABLES.iter().zip(&settings) {
        let name = settings.get("TABLE_NAME");
        outputs.extend(name.map(|name| (format!("{table}TableName"), name.clone())));
        // A function whose setting was changed may publish elsewhere: `doctor` finds that, once the stack itself is known.
        let topic = settings
            .get("TOPIC_ARN")
            .filter(|arn| arn.ends_with(&format!(":{stack}-events.fifo")));
        outputs.extend(topic.map(|arn| ("EventsTopicArn".to_owned(), arn.clone())));
        let quarantine = settings.get("QUARANTINE_QUEUE_URL");
        let account = quarantine.and_then(|url| url.strip_suffix(&format!("{stack}-quarantine.fifo")));
        outputs.extend(account.into_iter().flat_map(|account| queue_urls(account, stack)));
    }
    Ok(outputs)
}

fn queue_urls(account: &str, stack: &str) -> impl Iterator<Item = (String, String)> {
    let queues = DEPLOYED.queues.iter().map(|queue| &queue.name);
    queues.map(move |queue| (output_of_queue(queue), format!("{account}{stack}-{queue}")))
}

/// The settings of a function.
pub async fn settings(client: &Client, stack: &str, function: Function) -> Result<HashMap<String, String>, Failure> {
    let name = format!("{stack}-{}", function.name());
    let answer = client.get_function_configuration().function_name(&name).send().await;
    let answer = answer.map_err(|error| match error.code() {
        Some("ResourceNotFoundException") => {
            let next = "Name another stack or --region, or deploy it: docs/do/deploy.md";
            Failure::new(
                format!("There is no stack {stack}"),
                format!("it would have a function {name}"),
                next,
            )
        }
        _ => Failure::of_call(OPERATION, &error),
    })?;
    let environment = answer.environment.and_then(|environment| environment.variables);
    Ok(environment.unwrap_or_default())
}
