//! The function: configuration, clients, run.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws_sdk_dynamodb::Client;
use batch::{Consumer, SystemClock, run};
use contract::Source;
use messaging::{aws_config, connect, init_tracing};
use notification::sender::Sns;
use notification::store::DynamoDb;
use notification::{Notifier, QUEUES, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), batch::BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let environment = messaging::Settings::from_env();
    let settings = Settings::read(&environment)?;
    let aws = aws_config().await;
    let wiring = connect(&aws, &environment, Source::Notification, QUEUES)?;
    let notifier = Notifier {
        store: DynamoDb::new(Client::new(&aws), settings.table, settings.retention),
        sender: Sns::new(&aws, settings.sender_id),
        rules: settings.rules,
    };
    let consumer = Consumer {
        decode: wiring.contract,
        handler: notifier.handler(),
        topic: wiring.topic,
        queue: wiring.queue,
        clock: SystemClock,
        settings: batch::Settings::default(),
    };
    Box::pin(run(consumer)).await
}
