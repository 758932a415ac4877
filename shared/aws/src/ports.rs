//! A function's ports: its queues, its topic and its table, as the environment names them.

use aws_config::SdkConfig;
use aws_sdk_dynamodb::Client;
use contract::Source;

use crate::queue::{queue_name, queue_url};
use crate::{Contract, Environment, InputQueue, SettingError, SnsTopic, SqsQueue, Table};

/// A function's ports to its queues.
#[derive(Clone, Debug)]
pub struct QueuePorts {
    /// The queues that the function consumes, and the quarantine.
    pub queue: SqsQueue,
    /// What the function takes from each queue.
    pub contract: Contract,
}

/// Connects the function `source` to its queues. The quarantine's URL is in `QUARANTINE_QUEUE_URL`.
pub fn connect_queues<L: Fn(&str) -> Option<String>>(
    config: &SdkConfig,
    environment: &Environment<L>,
    source: Source,
    queues: &[InputQueue],
) -> Result<QueuePorts, SettingError> {
    let url = |variable: &str| environment.parsed(variable, "a queue's URL", queue_url);
    let quarantine_url = url("QUARANTINE_QUEUE_URL")?;
    let (mut urls, mut named) = (Vec::new(), Vec::new());
    for queue in queues {
        let url = url(queue.url_variable)?;
        named.push((queue_name(&url).to_owned(), *queue));
        urls.push(url);
    }
    Ok(QueuePorts {
        queue: SqsQueue::new(config, source, urls, quarantine_url),
        contract: Contract::new(named),
    })
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
