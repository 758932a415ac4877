//! What queues promise.

pub mod order;
pub mod receiving;
pub mod sending;

use support::wiring::QueueSpec;

use crate::testbed::Testbed;

const FIFO: &str = "queue.fifo";
const STANDARD: &str = "queue";

async fn with<B: Testbed>(queues: impl IntoIterator<Item = QueueSpec>) -> B {
    B::with(queues.into_iter().collect(), Vec::new()).await
}
