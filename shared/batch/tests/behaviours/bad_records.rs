//! Records that can never succeed.

use serde_json::json;

use crate::harness::{Harness, PortBehaviour, event, fifo, fifo_batch, rejection, standard, standard_batch};

#[test]
fn b08_a_record_that_cannot_be_decoded_fails_no_other_record() {
    let harness = Harness::new();
    assert_eq!(harness.failed_ids(standard_batch(&["ok", "bad", "", "ok"])), [""; 0]);
    assert_eq!(harness.published(), ["1!", "4!"]);
    assert_eq!(harness.quarantined_ids(), ["2", "3"]);
}

#[test]
fn b08_its_group_goes_on_once_it_is_in_quarantine() {
    let harness = Harness::new();
    let batch = [("a", "ok"), ("a", "ok"), ("a", "bad"), ("a", "ok"), ("a", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), [""; 0]);
    assert_eq!(harness.published(), ["1!", "2!", "4!", "5!"]);
    let actions = harness.calls.borrow().actions.clone();
    let expected = ["handle 1", "handle 2", "quarantine 3", "handle 4", "handle 5"];
    assert_eq!(actions, expected);
}

#[test]
fn b15_a_permanent_failure_is_quarantined_before_its_group_goes_on_and_acknowledged() {
    let harness = Harness::new();
    let batch = [("a", "ok"), ("a", "permanent"), ("a", "ok"), ("a", "ok")];
    assert_eq!(harness.failed_ids(fifo_batch(&batch)), [""; 0]);
    let actions = harness.calls.borrow().actions.clone();
    let expected = ["handle 1", "handle 2", "quarantine 2", "handle 3", "handle 4"];
    assert_eq!(actions, expected);
    assert_eq!(harness.published(), ["1!", "3!", "4!"]);
    assert_eq!(harness.calls.borrow().delayed, []);
}

#[test]
fn b15_the_quarantine_gets_the_reason_the_whole_body_and_all_attributes() {
    let harness = Harness::new();
    let body = format!("bad {}\u{0}\u{202e}", "x".repeat(256 * 1024));
    let mut record = fifo("1", "a", &body);
    record["attributes"]["ApproximateReceiveCount"] = json!("3");
    for n in 0..9 {
        record["messageAttributes"][format!("a{n}")] = json!({ "dataType": "String", "stringValue": format!("v{n}") });
    }
    record["messageAttributes"]["bin"] = json!({ "dataType": "Binary", "binaryValue": "AAH/" });
    assert_eq!(harness.failed_ids(event([record])), [""; 0]);

    let calls = harness.calls.borrow();
    let (record, why) = &calls.quarantined[0];
    assert_eq!(why, &rejection("not_json"));
    assert_eq!(record.body, body);
    assert_eq!(record.attributes.len(), 10);
    let text = &record.attributes["a8"];
    assert_eq!(text.data_type, "String");
    assert_eq!(text.string_value.as_deref(), Some("v8"));
    let binary = &record.attributes["bin"];
    assert_eq!(binary.binary_value.as_deref(), Some(&[0, 1, 255][..]));
    assert_eq!(record.group.as_deref(), Some("a"));
    assert_eq!(record.receive_count, 3);
    assert_eq!(record.queue_arn, crate::harness::FIFO);
}

#[test]
fn b15_a_record_that_cannot_be_quarantined_is_reported_failed_and_its_group_waits() {
    for body in ["bad", "permanent"] {
        for behaviour in [PortBehaviour::Refuses, PortBehaviour::Panics, PortBehaviour::Hangs] {
            let harness = Harness::new();
            harness.quarantine.set(behaviour);
            let batch = [("a", "ok"), ("a", body), ("a", "ok"), ("b", "ok")];
            assert_eq!(harness.failed_ids(fifo_batch(&batch)), ["2", "3"]);
            assert_eq!(harness.published(), ["1!", "4!"]);
        }
        let harness = Harness::new();
        harness.quarantine.set(PortBehaviour::Refuses);
        assert_eq!(harness.failed_ids(standard_batch(&["ok", body, "ok"])), ["2"]);
        assert_eq!(harness.calls.borrow().delayed.len(), 1);
    }
}

#[test]
fn b16_a_wrapped_body_gives_the_same_as_a_raw_one() {
    let wrap = |body: &str| json!({ "Type": "Notification", "Message": body }).to_string();
    let bodies = ["ok", "bad", "fail", "ignore", "permanent", "two_events", "panic"];
    let result = |wrapped: bool| {
        let harness = Harness::new();
        let body = |body: &str| if wrapped { wrap(body) } else { body.to_owned() };
        let records = (1..).zip(bodies);
        let records = records.map(|(n, b)| standard(&format!("{n}"), &body(b)));
        let answer = harness.answer(event(records));
        let quarantined = harness.quarantined_ids();
        (answer, harness.published(), quarantined, harness.handled_ids())
    };
    assert_eq!(result(true), result(false));
}

#[test]
fn b16_a_wrapped_record_is_quarantined_as_it_came() {
    let harness = Harness::new();
    let body = json!({ "Type": "Notification", "Message": "bad" }).to_string();
    assert_eq!(harness.failed_ids(event([standard("1", &body)])), [""; 0]);
    assert_eq!(harness.calls.borrow().quarantined[0].0.body, body);
}

#[test]
fn b08_bad_records_do_not_split_the_good_ones_of_a_chunk() {
    let mut harness = Harness::new();
    harness.options.chunk_size = 6;
    let bodies = ["bad", "ok", "bad", "ok", "panics_in_decode", "ok"];
    assert_eq!(harness.failed_ids(standard_batch(&bodies)), ["5"]);
    assert_eq!(harness.calls.borrow().handler_calls, [["2", "4", "6"]]);
    assert_eq!(harness.quarantined_ids(), ["1", "3"]);
}
