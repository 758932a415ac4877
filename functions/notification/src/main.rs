//! The function: configuration, clients, run.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Environment, Wiring, connect, events_topic, init_tracing, load_config};
use aws_sdk_dynamodb::Client;
use batch::{BoxError, Consumer};
use contract::Source;
use notification::sender::Sns;
use notification::store::DynamoDb;
use notification::{Notifier, QUEUES, Settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let environment = Environment::of_process();
    let settings = Settings::read(&environment)?;
    let config = load_config().await;
    let Wiring { queue, contract } = connect(&config, &environment, Source::Notification, QUEUES)?;
    let topic = events_topic(&config, &environment)?;
    let notifier = Notifier {
        store: DynamoDb::new(Client::new(&config), settings.table, settings.retention),
        sender: Sns::new(&config, settings.sender_id),
        policy: settings.policy,
    };
    let consumer = Consumer::new(contract, notifier.handler(), topic, queue);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
