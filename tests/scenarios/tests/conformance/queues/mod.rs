//! What queues promise.

pub mod order;
pub mod receiving;
pub mod sending;

const FIFO: &str = "queue.fifo";
const STANDARD: &str = "queue";
