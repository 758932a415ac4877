//! Order within a message group, and concurrency between groups.

use std::convert::Infallible;
use std::time::{Duration, SystemTime};

use batch::{Clock, Consumer, ConsumerOptions, Failure, NoDeadLetterQueue, NoTopic, each, process};

use crate::harness::{Harness, Message, PortBehaviour, event, fifo, fifo_batch, standard, standard_batch};

#[test]
fn b05_a_failure_holds_back_what_follows_in_its_group() {
    for max_batch_size in [1, 2, usize::MAX] {
        let mut harness = Harness::new();
        harness.max_batch_size = max_batch_size;
        let batch = [("1", "ok"), ("1", "ok"), ("2", "fail"), ("2", "ok"), ("3", "fail")];
        assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["3", "4", "5"]);
        assert_eq!(harness.published(), ["1!", "2!"]);
        let actions = harness.calls.borrow().actions.clone();
        assert!(!actions.contains(&"handle 4".to_owned()), "{actions:?}");
    }
}

#[test]
fn b05_a_failure_at_the_head_of_its_group_holds_back_all_of_it() {
    for max_batch_size in [1, 2, usize::MAX] {
        let mut harness = Harness::new();
        harness.max_batch_size = max_batch_size;
        let batch = [("1", "fail"), ("1", "ok"), ("2", "fail"), ("2", "ok"), ("3", "ok")];
        assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["1", "2", "3", "4"]);
        assert_eq!(harness.published(), ["5!"]);
        let actions = harness.calls.borrow().actions.clone();
        assert_eq!(actions, ["handle 1", "handle 3", "handle 5"]);
    }
}

#[test]
fn b05_a_record_to_be_ignored_is_held_back_as_well() {
    for body in ["fail", "bad", "ok takes=99"] {
        let harness = Harness::new();
        harness.quarantine.set(PortBehaviour::Refuses);
        let batch = [("a", "ignore"), ("a", body), ("a", "ignore")];
        assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "3"], "{body}");
    }
}

#[test]
fn b05_groups_may_be_interleaved() {
    let harness = Harness::new();
    let batch = [("a", "ok"), ("b", "fail"), ("a", "ok"), ("b", "ok"), ("a", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "4"]);
    assert_eq!(harness.published(), ["1!", "3!", "5!"]);
}

#[test]
fn b05_a_handler_takes_a_whole_group_in_one_call() {
    let harness = Harness::new();
    let batch = [
        ("a", "ok"),
        ("a", "two_events"),
        ("b", "ok"),
        ("a", "ignore"),
        ("a", "ok"),
    ];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), [""; 0]);
    let calls = harness.calls.borrow().handler_calls.clone();
    assert_eq!(calls, [vec!["1", "2", "5"], vec!["3"]]);
    assert_eq!(harness.published(), ["1!", "2!1", "2!2", "5!", "3!"]);
}

fn seconds_for(harness: &Harness, batch: Vec<batch::Record>) -> u64 {
    let before = (&harness.clock).now();
    assert_eq!(harness.failed_ids(batch), [""; 0]);
    let took = (&harness.clock).now().duration_since(before).unwrap();
    took.as_secs()
}

#[test]
fn b06_groups_run_concurrently_and_bounded() {
    for (concurrency, seconds) in [(0, 12), (1, 12), (2, 6), (3, 4), (4, 4), (10, 2)] {
        let mut harness = Harness::new();
        harness.options.concurrency = concurrency;
        let names = ["a", "b", "c", "d", "e", "f"];
        let batch = fifo_batch(&names.map(|name| (name, "ok takes=2")));
        assert_eq!(seconds_for(&harness, batch), seconds);
        let most = harness.calls.borrow().most_running;
        assert_eq!(most, concurrency.clamp(1, 6));
    }
}

#[test]
fn b06_records_of_one_group_never_run_concurrently() {
    let harness = Harness::new();
    let batch = fifo_batch(&[("a", "ok takes=2"); 5]);
    assert_eq!(seconds_for(&harness, batch), 10);
    assert_eq!(harness.calls.borrow().most_running, 1);
}

#[test]
fn b07_on_a_standard_queue_a_group_id_means_nothing() {
    let mut harness = Harness::new();
    harness.options.concurrency = 10;
    let fair = |(n, body): (u32, &&str)| {
        let mut record = standard(&n.to_string(), body);
        record["attributes"]["MessageGroupId"] = "tenant".into();
        record
    };
    let bodies = ["ok takes=2", "fail takes=2", "ok takes=2", "bad", "ok takes=2"];
    assert_eq!(harness.failed_ids(event((1..).zip(&bodies).map(fair))), ["2"]);
    assert_eq!(harness.published(), ["1!", "3!", "5!"]);
    assert_eq!(harness.calls.borrow().most_running, 4);
}

#[test]
fn b07_independent_records_in_one_chunk_are_independent_too() {
    let mut harness = Harness::new();
    harness.options = ConsumerOptions {
        chunk_size: 4,
        ..ConsumerOptions::default()
    };
    let bodies = ["ok", "fail", "bad", "ok", "ok", "permanent", "ok"];
    assert_eq!(harness.failed_ids(standard_batch(&bodies)), ["2"]);
    assert_eq!(harness.published(), ["1!", "4!", "5!", "7!"]);
    assert_eq!(harness.quarantined_ids(), ["3", "6"]);
    let calls = harness.calls.borrow();
    assert_eq!(calls.handler_calls[0], ["1", "2", "4"], "all that can be decoded");
}

#[test]
fn a_queue_is_fifo_by_the_suffix_of_its_name_only() {
    let harness = Harness::new();
    let mut records = [fifo("1", "a", "fail"), fifo("2", "a", "ok")];
    for record in &mut records {
        record["eventSourceARN"] = "arn:aws:sqs:x:1:a.fifo-like".into();
    }
    assert_eq!(harness.failed_ids(event(records)), ["1"]);
}

#[test]
fn each_makes_a_handler_from_a_function_for_one_message() {
    use batch::{Handler, each};
    let harness = Harness::new();
    let handler = each(async |n: &u8, _: SystemTime| {
        (&harness.clock).sleep(Duration::from_secs(1)).await;
        match n {
            0 => Err(batch::Failure::retryable("zero")),
            n => Ok(vec![*n]),
        }
    });
    let now = SystemTime::UNIX_EPOCH;
    let outcomes = harness.clock.run(handler.handle(&[1, 0, 2], now));
    let outcomes: Vec<_> = outcomes.into_iter().map(Result::ok).collect();
    assert_eq!(outcomes, [Some(vec![1]), None]);
    assert_eq!(handler.max_batch_size(), 1);
}

#[test]
fn b05_only_independent_records_may_succeed_behind_a_failure() {
    let bodies = ["fails_then_succeeds", "ok", "ok"];
    let harness = Harness::new();
    let records = bodies.map(|body| ("a", body));
    assert_eq!(harness.failed_ids(fifo_batch(&records)), ["1", "2", "3"]);
    assert!(harness.published().is_empty());

    let harness = Harness::new();
    let records = [("a", "fails_then_succeeds permanent"), ("a", "ok"), ("a", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&records)), [""; 0]);
    assert_eq!(harness.published(), ["2!", "3!"], "handed over again");

    let mut harness = Harness::new();
    harness.options.chunk_size = 3;
    assert_eq!(harness.failed_ids(standard_batch(&bodies)), ["1"]);
    assert_eq!(harness.published(), ["done", "done"]);
    assert_eq!(
        harness.calls.borrow().handler_calls.len(),
        1,
        "one call gave all outcomes"
    );
}

#[test]
fn a_consumer_without_a_topic_publishes_nothing_and_answers_like_any_other() {
    let harness = &Harness::new();
    let handler = each(async |message: &Message, _| match &*message.words[0] {
        "ok" => Ok(Vec::<Infallible>::new()),
        _ => Err(Failure::retryable("no luck")),
    });
    let consumer = Consumer {
        decode: harness,
        handler,
        topic: NoTopic,
        queue: harness,
        clock: &harness.clock,
        dead_letters: NoDeadLetterQueue,
        options: ConsumerOptions::default(),
    };
    let deadline = (&harness.clock).now() + harness.time_left;
    let batch = standard_batch(&["ok", "fail", "ok"]);
    let answer = harness.clock.run(process(batch, deadline, &consumer));
    let failures = answer.batch_item_failures;
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].item_identifier, "2");
}
