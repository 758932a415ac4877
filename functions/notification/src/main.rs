//! Puts notification together and runs it.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Environment, connect_queues, events_topic, init_tracing, load_config, own_table, with_fresh_connections};
use batch::{BoxError, Consumer};
use contract::Source;
use notification::handler::Notifier;
use notification::sender::Sns;
use notification::store::DynamoDb;
use notification::{QUEUES, settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let environment = Environment::of_process();
    let settings = settings::read(&environment)?;
    let config = load_config(environment)?;
    let ports = connect_queues(&config, &environment, Source::Notification, QUEUES)?;
    let topic = events_topic(&config, &environment)?;
    let store = DynamoDb::new(own_table(&config, &environment)?, settings.retention);
    let sender = Sns::new(&with_fresh_connections(config), settings.sender_id, settings.max_price);
    let handler = Notifier::new(store, sender, settings.policy);
    let consumer = Consumer::new(ports.contract, handler, topic, ports.queue)
        .with_dead_letters(ports.dead_letters, ports.max_receive_count);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
