//! Puts matching together and runs it.
#![recursion_limit = "256"] // the SDK's futures nest deeply within the batch's

use aws::{Settings, Wiring, aws_config, connect, events_topic, init_tracing};
use aws_sdk_dynamodb::Client;
use batch::{BoxError, Consumer, SystemClock};
use contract::Source;
use matching::QUEUES;
use matching::handler::Matching;
use matching::settings::terms;
use matching::store::DynamoDb;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), BoxError> {
    init_tracing(env!("CARGO_CRATE_NAME"));
    let settings = Settings::from_env();
    let terms = terms(&settings)?;
    let table = settings.required("TABLE_NAME", "matching's table")?;
    let aws = aws_config().await;
    let Wiring { queue, contract } = connect(&aws, &settings, Source::Matching, QUEUES)?;
    let topic = events_topic(&aws, &settings)?;
    let store = DynamoDb::new(Client::new(&aws), table);
    let handler = Matching::new(store, terms, SystemClock);
    let consumer = Consumer::new(contract, handler, topic, queue);
    Box::pin(batch::run(consumer)).await // boxed, since it is large
}
