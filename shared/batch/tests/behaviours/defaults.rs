//! What holds where a consumer says nothing of its own.

use std::cell::RefCell;
use std::time::{Duration, SystemTime};

use batch::{Clock, Consumer, Handler, Outcome, SystemClock};

use crate::world::{Message, World, event, fifo, fifo_batch};

/// Notes how many messages each call brings.
#[derive(Default)]
struct Counting(RefCell<Vec<usize>>);

impl Handler for &Counting {
    type Message = Message;
    type Event = String;

    async fn handle(&self, messages: &[Message], _: SystemTime) -> Vec<Outcome<String>> {
        self.0.borrow_mut().push(messages.len());
        messages.iter().map(|_| Ok(vec![])).collect()
    }
}

#[test]
fn a_handler_gets_the_whole_group_at_once() {
    let (world, handler) = (World::new(), Counting::default());
    let consumer = Consumer {
        decode: &world,
        handler: &handler,
        topic: &world,
        queue: &world,
        clock: &world.clock,
        settings: world.settings,
    };
    let deadline = (&world.clock).now() + world.budget;
    let batch = fifo_batch(&[("a", "ok"), ("a", "ok"), ("a", "ok")]);
    let answer = world.clock.run(batch::process(batch, deadline, &consumer));
    assert!(answer.unwrap().batch_item_failures.is_empty());
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
    let world = World::new();
    let mut record = fifo("1", "a", "bad secret");
    record["messageAttributes"]["name"] =
        serde_json::json!({ "dataType": "String", "stringValue": "secret" });
    world.failed(event([record]));
    let shown = format!("{:?}", world.seen.borrow().quarantined[0].0);
    assert!(shown.contains(r#"message_id: "1""#), "{shown}");
    assert!(!shown.contains("secret"), "{shown}");
}
