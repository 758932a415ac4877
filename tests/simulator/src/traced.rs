//! Notes which events a process hands to its handler, for the checker.

use std::time::SystemTime;

use batch::{BoxError, Handler, Outcome};
use contract::Received;

use super::faults::faulty_network::FaultyNetwork;

/// A handler whose events are noted.
pub struct Traced<H> {
    /// The function's own.
    pub handler: H,
    /// Where they are noted.
    pub network: FaultyNetwork,
}

impl<H: Handler<Message = Received>> Handler for Traced<H> {
    type Message = Received;
    type Event = H::Event;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<H::Event>> {
        for message in messages {
            self.network.note_handed_over(&message.id);
        }
        self.handler.handle(messages, now).await
    }

    fn max_batch_size(&self) -> usize {
        self.handler.max_batch_size()
    }

    async fn perform(&self, task: &str) -> Option<Result<(), BoxError>> {
        self.handler.perform(task).await
    }
}
