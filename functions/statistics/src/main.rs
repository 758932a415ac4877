//! Puts statistics together and runs it.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Environment, connect_queues, init_tracing, load_config, own_table};
use batch::{BoxError, Consumer, NoTopic, SystemClock};
use contract::Source;
use statistics::QUEUES;
use statistics::handler::Statistics;
use statistics::store::DynamoDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let environment = Environment::of_process();
    let config = load_config(environment)?;
    let ports = connect_queues(&config, &environment, Source::Statistics, QUEUES)?;
    let store = DynamoDb::new(own_table(&config, &environment)?);
    let handler = Statistics::new(store, SystemClock);
    let mut consumer = Consumer::new(ports.contract, handler, NoTopic, ports.queue);
    consumer.options = statistics::consumer_options();
    let consumer = consumer.with_dead_letters(ports.dead_letters, ports.max_receive_count);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
