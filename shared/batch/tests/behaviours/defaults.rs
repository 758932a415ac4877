//! The defaults of the handler, the clock and the record.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use batch::{Clock, Consumer, Handler, Outcome, SystemClock};

use crate::harness::{Harness, Message, event, fifo, fifo_batch};

/// Counts the messages of each call.
#[derive(Default)]
struct CountingHandler(RefCell<Vec<usize>>);

impl Handler for &CountingHandler {
    type Message = Message;
    type Event = String;

    async fn handle(&self, messages: &[Message], _: SystemTime) -> Vec<Outcome<String>> {
        self.0.borrow_mut().push(messages.len());
        messages.iter().map(|_| Ok(vec![])).collect()
    }
}

#[test]
fn a_handler_gets_the_whole_group_in_one_call() {
    let (harness, handler) = (Harness::new(), CountingHandler::default());
    let consumer = Consumer {
        decode: &harness,
        handler: &handler,
        topic: &harness,
        queue: &harness,
        clock: &harness.clock,
        dead_letters: &harness,
        options: harness.options,
    };
    let deadline = (&harness.clock).now() + harness.time_left;
    let batch = fifo_batch(&[("a", "ok"), ("a", "ok"), ("a", "ok")]);
    let answer = harness.clock.run(batch::process(batch, deadline, &consumer));
    assert!(answer.batch_item_failures.is_empty());
    assert_eq!(*handler.0.borrow(), [3]);
}

#[tokio::test]
async fn the_system_clock_waits() {
    let (start, wait) = (std::time::Instant::now(), Duration::from_millis(5));
    SystemClock.sleep(wait).await;
    assert!(start.elapsed() >= wait);
}

#[test]
fn a_record_shows_its_id_but_neither_its_body_nor_its_attributes() {
    let harness = Harness::new();
    let mut record = fifo("1", "a", "bad secret");
    record["messageAttributes"]["name"] = serde_json::json!({ "dataType": "String", "stringValue": "secret" });
    harness.failed_ids(event([record]));
    let shown = format!("{:?}", harness.calls.borrow().quarantined[0].0);
    assert!(shown.contains(r#"message_id: "1""#), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}
