//! The function: settings, clients, run.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Settings, Wiring, aws_config, connect, init_tracing};
use aws_sdk_dynamodb::Client;
use batch::{BoxError, Consumer, NoTopic, SystemClock};
use contract::Source;
use statistics::QUEUES;
use statistics::handler::Statistics;
use statistics::store::DynamoDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let settings = Settings::from_env();
    let table = settings.required("TABLE_NAME", "statistics' table")?;
    let aws = aws_config().await;
    let Wiring { queue, contract } = connect(&aws, &settings, Source::Statistics, QUEUES)?;
    let store = DynamoDb::new(Client::new(&aws), table);
    let handler = Statistics::new(store, SystemClock);
    let mut consumer = Consumer::new(contract, handler, NoTopic, queue);
    consumer.settings = statistics::settings();
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
