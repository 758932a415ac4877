//! The function: settings, clients, run.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Settings, Wiring, aws_config, connect, events_topic, init_tracing};
use aws_sdk_dynamodb::Client;
use batch::{BoxError, Consumer, SystemClock};
use contract::Source;
use points::QUEUES;
use points::handler::Points;
use points::store::DynamoDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let settings = Settings::from_env();
    let table = settings.required("TABLE_NAME", "the ledger's table")?;
    let aws = aws_config().await;
    let Wiring { queue, contract } = connect(&aws, &settings, Source::Points, QUEUES)?;
    let topic = events_topic(&aws, &settings)?;
    let ledger = DynamoDb::new(Client::new(&aws), table);
    let handler = Points::new(ledger, SystemClock);
    let consumer = Consumer::new(contract, handler, topic, queue);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
