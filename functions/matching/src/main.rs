//! Puts matching together and runs it.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Environment, connect_queues, events_topic, init_tracing, load_config, own_table};
use batch::{BoxError, Consumer, SystemClock};
use contract::Source;
use matching::handler::Matching;
use matching::store::DynamoDb;
use matching::{QUEUES, settings};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let environment = Environment::of_process();
    let policy = settings::read(&environment)?;
    let config = load_config(environment)?;
    let ports = connect_queues(&config, &environment, Source::Matching, QUEUES)?;
    let topic = events_topic(&config, &environment)?;
    let store = DynamoDb::new(own_table(&config, &environment)?);
    let handler = Matching::new(store, policy, SystemClock);
    let consumer = Consumer::new(ports.contract, handler, topic, ports.queue)
        .with_dead_letters(ports.dead_letters, ports.max_receive_count);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
