//! The function: configuration, clients, run.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Wiring, aws_config, connect, events_topic, init_tracing};
use aws_sdk_dynamodb::Client;
use batch::{BoxError, Consumer};
use contract::Source;
use notification::sender::Sns;
use notification::store::DynamoDb;
use notification::{Notifier, QUEUES, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let environment = aws::Settings::from_env();
    let settings = Settings::read(&environment)?;
    let aws = aws_config().await;
    let Wiring { queue, contract } = connect(&aws, &environment, Source::Notification, QUEUES)?;
    let topic = events_topic(&aws, &environment)?;
    let notifier = Notifier {
        store: DynamoDb::new(Client::new(&aws), settings.table, settings.retention),
        sender: Sns::new(&aws, settings.sender_id),
        rules: settings.rules,
    };
    let consumer = Consumer::new(contract, notifier.handler(), topic, queue);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
