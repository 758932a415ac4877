//! A function's ports: its queues, its topic and its table, as the environment names them.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use contract::Source;

use crate::queue::{queue_name, queue_url};
use crate::{Contract, Environment, InputQueue, SettingError, SnsTopic, SqsDeadLetterQueue, SqsQueue, Table};

/// A function's ports to its queues.
#[derive(Clone, Debug)]
pub struct QueuePorts {
    /// The queues that the function consumes, and the quarantine.
    pub queue: SqsQueue,
    /// Their dead-letter queues.
    pub dead_letters: SqsDeadLetterQueue,
    /// How often SQS delivers a message of these queues before it moves it to the dead-letter queue.
    pub max_receive_count: u32,
    /// What the function takes from each queue.
    pub contract: Contract,
}

/// Connects the function `source` to its queues. The dead-letter queue of the queue in `INTAKE_QUEUE_URL` is in
/// `INTAKE_DEAD_LETTER_QUEUE_URL`, and so on; the queues' `maxReceiveCount` is in `MAX_RECEIVE_COUNT`, and the quarantine's
/// URL in `QUARANTINE_QUEUE_URL`.
pub fn connect_queues<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
    source: Source,
    queues: &[InputQueue],
) -> Result<QueuePorts, SettingError> {
    let url = |variable: &str| environment.parsed(variable, "a queue's URL", queue_url);
    let quarantine_url = url("QUARANTINE_QUEUE_URL")?;
    let receives = |value: &str| value.parse().ok().filter(|count| *count > 0);
    let max_receive_count = environment.parsed("MAX_RECEIVE_COUNT", "a whole number from 1", receives)?;
    let (mut urls, mut dead_letter_urls, mut named) = (Vec::new(), Vec::new(), Vec::new());
    for queue in queues {
        let dead_letter_url = url(&dead_letter_variable(queue.url_variable))?;
        let queue_url = url(queue.url_variable)?;
        named.push((queue_name(&queue_url).to_owned(), *queue));
        dead_letter_urls.push((queue_url.clone(), dead_letter_url));
        urls.push(queue_url);
    }
    Ok(QueuePorts {
        queue: SqsQueue::new(config, source, urls, quarantine_url),
        dead_letters: SqsDeadLetterQueue::new(config, dead_letter_urls),
        max_receive_count,
        contract: Contract::new(named),
    })
}

/// `INTAKE_QUEUE_URL` → `INTAKE_DEAD_LETTER_QUEUE_URL`.
fn dead_letter_variable(variable: &str) -> String {
    variable.replace("_QUEUE_URL", "_DEAD_LETTER_QUEUE_URL")
}

/// The function's own table: its name is in `TABLE_NAME`.
pub fn own_table<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
) -> Result<Table, SettingError> {
    let name = environment.required("TABLE_NAME", "the name of the function's table")?;
    Ok(Table::new(Client::new(config), name))
}

/// The events topic: its ARN is in `TOPIC_ARN`.
pub fn events_topic<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
) -> Result<SnsTopic, SettingError> {
    let topic_arn = environment.required("TOPIC_ARN", "the events topic's ARN")?;
    Ok(SnsTopic::new(config, topic_arn))
}
