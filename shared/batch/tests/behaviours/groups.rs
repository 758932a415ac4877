//! Order within a message group, and groups side by side.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use batch::{Clock, Consumer, Failure, NoTopic, Settings, each, process};

use crate::world::{Message, Mood, World, event, fifo, fifo_batch, standard, standard_batch};

#[test]
fn b05_a_failure_holds_back_what_follows_in_its_group() {
    for at_once in [1, 2, usize::MAX] {
        let mut world = World::new();
        world.at_once = at_once;
        let batch = [
            ("1", "ok"),
            ("1", "ok"),
            ("2", "fail"),
            ("2", "ok"),
            ("3", "fail"),
        ];
        assert_eq!(world.failed(fifo_batch(&batch)), ["3", "4", "5"]);
        assert_eq!(world.published(), ["1!", "2!"]);
        let steps = world.seen.borrow().steps.clone();
        assert!(!steps.contains(&"handle 4".to_owned()), "{steps:?}");
    }
}

#[test]
fn b05_a_failure_at_the_head_of_its_group_holds_back_all_of_it() {
    for at_once in [1, 2, usize::MAX] {
        let mut world = World::new();
        world.at_once = at_once;
        let batch = [
            ("1", "fail"),
            ("1", "ok"),
            ("2", "fail"),
            ("2", "ok"),
            ("3", "ok"),
        ];
        assert_eq!(world.failed(fifo_batch(&batch)), ["1", "2", "3", "4"]);
        assert_eq!(world.published(), ["5!"]);
        let steps = world.seen.borrow().steps.clone();
        assert_eq!(steps, ["handle 1", "handle 3", "handle 5"]);
    }
}

#[test]
fn b05_a_record_to_be_ignored_is_held_back_as_well() {
    for body in ["fail", "bad", "ok takes=99"] {
        let world = World::new();
        world.quarantine.set(Mood::Refuses);
        let batch = [("a", "ignore"), ("a", body), ("a", "ignore")];
        assert_eq!(world.failed(fifo_batch(&batch)), ["2", "3"], "{body}");
    }
}

#[test]
fn b05_groups_may_be_interleaved() {
    let world = World::new();
    let batch = [
        ("a", "ok"),
        ("b", "fail"),
        ("a", "ok"),
        ("b", "ok"),
        ("a", "ok"),
    ];
    assert_eq!(world.failed(fifo_batch(&batch)), ["2", "4"]);
    assert_eq!(world.published(), ["1!", "3!", "5!"]);
}

#[test]
fn b05_a_handler_takes_a_whole_group_at_once() {
    let world = World::new();
    let batch = [
        ("a", "ok"),
        ("a", "two"),
        ("b", "ok"),
        ("a", "ignore"),
        ("a", "ok"),
    ];
    assert_eq!(world.failed(fifo_batch(&batch)), [""; 0]);
    let calls = world.seen.borrow().calls.clone();
    assert_eq!(calls, [vec!["1", "2", "5"], vec!["3"]]);
    assert_eq!(world.published(), ["1!", "2!1", "2!2", "5!", "3!"]);
}

fn seconds_for(world: &World, batch: batch::SqsEvent) -> u64 {
    let before = (&world.clock).now();
    assert_eq!(world.failed(batch), [""; 0]);
    let took = (&world.clock).now().duration_since(before).unwrap();
    took.as_secs()
}

#[test]
fn b06_groups_run_side_by_side_and_bounded() {
    for (concurrency, seconds) in [(0, 12), (1, 12), (2, 6), (3, 4), (4, 4), (10, 2)] {
        let mut world = World::new();
        world.settings.concurrency = concurrency;
        let names = ["a", "b", "c", "d", "e", "f"];
        let batch = fifo_batch(&names.map(|name| (name, "ok takes=2")));
        assert_eq!(seconds_for(&world, batch), seconds);
        let most = world.seen.borrow().most_running;
        assert_eq!(most, concurrency.clamp(1, 6));
    }
}

#[test]
fn b06_records_of_one_group_never_run_side_by_side() {
    let world = World::new();
    let batch = fifo_batch(&[("a", "ok takes=2"); 5]);
    assert_eq!(seconds_for(&world, batch), 10);
    assert_eq!(world.seen.borrow().most_running, 1);
}

#[test]
fn b07_on_a_standard_queue_a_group_id_means_nothing() {
    let mut world = World::new();
    world.settings.concurrency = 10;
    let fair = |(n, body): (u32, &&str)| {
        let mut record = standard(&n.to_string(), body);
        record["attributes"]["MessageGroupId"] = "tenant".into();
        record
    };
    let bodies = [
        "ok takes=2",
        "fail takes=2",
        "ok takes=2",
        "bad",
        "ok takes=2",
    ];
    assert_eq!(world.failed(event((1..).zip(&bodies).map(fair))), ["2"]);
    assert_eq!(world.published(), ["1!", "3!", "5!"]);
    assert_eq!(world.seen.borrow().most_running, 4);
}

#[test]
fn b07_independent_records_in_one_chunk_are_independent_too() {
    let mut world = World::new();
    world.settings = Settings {
        chunk: 4,
        ..Settings::default()
    };
    let bodies = ["ok", "fail", "bad", "ok", "ok", "permanent", "ok"];
    assert_eq!(world.failed(standard_batch(&bodies)), ["2"]);
    assert_eq!(world.published(), ["1!", "4!", "5!", "7!"]);
    assert_eq!(world.quarantined(), ["3", "6"]);
    let seen = world.seen.borrow();
    assert_eq!(seen.calls[0], ["1", "2", "4"], "all that can be read");
}

#[test]
fn the_suffix_of_the_queues_name_decides_not_a_fifo_in_it() {
    let world = World::new();
    let mut records = [fifo("1", "a", "fail"), fifo("2", "a", "ok")];
    for record in &mut records {
        record["eventSourceARN"] = "arn:aws:sqs:x:1:a.fifo-like".into();
    }
    assert_eq!(world.failed(event(records)), ["1"]);
}

#[test]
fn each_makes_a_handler_of_a_function_for_one_message() {
    use batch::{Handler, each};
    let world = World::new();
    let handler = each(async |n: &u8, _: SystemTime| {
        (&world.clock).sleep(Duration::from_secs(1)).await;
        match n {
            0 => Err(batch::Failure::retryable("zero")),
            n => Ok(vec![*n]),
        }
    });
    let now = SystemTime::UNIX_EPOCH;
    let outcomes = world.clock.run(handler.handle(&[1, 0, 2], now));
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::ok).collect();
    assert_eq!(outcomes, [Some(vec![1]), None]);
    assert_eq!(handler.at_once(), 1);
}

#[test]
fn b05_only_independent_records_may_be_done_behind_a_failure() {
    let bodies = ["goes_on", "ok", "ok"];
    let world = World::new();
    let records = bodies.map(|body| ("a", body));
    assert_eq!(world.failed(fifo_batch(&records)), ["1", "2", "3"]);
    assert!(world.published().is_empty());

    let world = World::new();
    let records = [("a", "goes_on permanent"), ("a", "ok"), ("a", "ok")];
    assert_eq!(world.failed(fifo_batch(&records)), [""; 0]);
    assert_eq!(world.published(), ["2!", "3!"], "handled in their turn");

    let mut world = World::new();
    world.settings.chunk = 3;
    assert_eq!(world.failed(standard_batch(&bodies)), ["1"]);
    assert_eq!(world.published(), ["done", "done"]);
    assert_eq!(world.seen.borrow().calls.len(), 1, "all were told at once");
}

#[test]
fn a_consumer_without_a_topic_publishes_nothing_and_answers_as_any_other() {
    let world = &World::new();
    let handler = each(async |message: &Message, _| match &*message.words[0] {
        "ok" => Ok(Vec::<Infallible>::new()),
        _ => Err(Failure::retryable("no luck")),
    });
    let consumer = Consumer {
        decode: world,
        handler,
        topic: NoTopic,
        queue: world,
        clock: &world.clock,
        settings: Settings::default(),
    };
    let deadline = (&world.clock).now() + world.budget;
    let batch = standard_batch(&["ok", "fail", "ok"]);
    let answer = world.clock.run(process(batch, deadline, &consumer));
    let failures = answer.unwrap().batch_item_failures;
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].item_identifier, "2");
}
