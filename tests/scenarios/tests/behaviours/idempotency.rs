//! A message has one effect, however often and in whatever form it is delivered.

use serde_json::{Value, json};
use support::fakes::Fault;
use support::pipeline::Pipeline;

use crate::DeliveryResult::{ComesBack, Done, Killed};
use crate::{Decision, Delivery};

#[tokio::test]
async fn b21_effect_decision_and_event_are_saved_together_or_not_at_all() {
    for decision in Decision::ALL {
        let expected = decision.made().await;
        let delivery = decision.next_delivery().await;
        if decision != Decision::Notified {
            // For a message to a phone there is no transaction: see b34.
            let before = delivery.effects();
            let result = delivery.deliver_with(Fault::Refused, decision.save());
            assert_eq!(result.await, ComesBack, "{decision:?}");
            assert_eq!(delivery.effects(), before, "{decision:?}: nothing is saved");
        }
        let delivery = decision.next_delivery().await;
        let result = delivery.deliver_with(Fault::TimedOutAfter, decision.save());
        assert_eq!(result.await, ComesBack, "{decision:?}");
        assert_eq!(delivery.published(), [], "{decision:?}");
        assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
        let called = delivery.called();
        let saves = called.iter().filter(|call| **call == decision.save());
        assert_eq!(saves.count(), 1, "{decision:?}: {called:?}");
        // The event was saved with it: a redelivery publishes it from what is stored.
        assert_eq!(delivery.deliver().await, Done, "{decision:?}");
        assert_eq!(delivery.published(), expected.published(), "{decision:?}");
        assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
    }
}

#[tokio::test]
async fn b22_a_redelivery_publishes_the_same_bytes_and_has_no_second_effect() {
    for decision in Decision::ALL {
        decision.made().await.assert_repeat().await;
    }
}

#[tokio::test]
async fn b22_two_deliveries_at_once_have_one_effect() {
    for decision in Decision::ALL {
        let expected = decision.made().await;
        let delivery = decision.next_delivery().await;
        let results: [_; 2] = tokio::join!(delivery.deliver(), delivery.deliver()).into();
        assert!(results.contains(&Done), "{decision:?}");
        assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
        assert_eq!(delivery.deliver().await, Done, "one of them may come back");
        for event in delivery.published() {
            assert_eq!([event], *expected.published(), "{decision:?}");
        }
        assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
    }
}

#[tokio::test]
async fn b23_other_contents_under_a_known_key_are_quarantined_and_change_nothing() {
    let mut registration = Pipeline::default();
    registration.register("p", 1);
    let registration = Delivery::of(registration, "partners.fifo");
    assert_eq!(registration.deliver().await, Done);
    let mut cases = vec![(registration, "capacity", json!(2))];
    for (decision, member, other) in [
        (Decision::Matched, "category", json!("moving")),
        (Decision::Deferred, "details", json!({ "rooms": 4 })),
        (Decision::Credited, "points", json!(251)),
        (Decision::Charged, "fee", json!({ "points": 99 })),
        (Decision::Insufficient, "partner", json!({ "id": "q", "name": "Clean" })),
    ] {
        cases.push((decision.made().await, member, other));
    }
    for (mut delivery, member, other) in cases {
        let (published, effects) = (delivery.published(), delivery.effects());
        delivery.change(|event| event["data"][member] = other);
        assert_eq!(delivery.deliver().await, Done, "{member}");
        assert_eq!(delivery.quarantined(), ["identity_conflict"], "{member}");
        let (record, why) = &delivery.pipeline.output().quarantined[0];
        assert_eq!(delivery.message["body"], *record.body, "{member}");
        assert!(why.detail.starts_with("`data"), "{}", why.detail);
        assert_eq!(delivery.published(), published, "{member}");
        assert_eq!(delivery.effects(), effects, "{member}");
        assert_eq!(delivery.pipeline.messages_received(), 0, "{member}");
    }
}

#[tokio::test]
async fn b25_killed_between_the_save_and_the_publish_the_redelivery_publishes() {
    for decision in Decision::ALL {
        let expected = decision.made().await;
        for (fault, times) in [(Fault::KilledBefore, 1), (Fault::KilledAfter, 2)] {
            let delivery = decision.next_delivery().await;
            let result = delivery.deliver_with(fault, "sns.PublishBatch").await;
            assert_eq!(result, Killed, "{decision:?}");
            assert_eq!(delivery.published().len(), times - 1, "{decision:?}");
            assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
            assert_eq!(delivery.deliver().await, Done, "{decision:?}");
            let published = vec![expected.published(); times].concat();
            assert_eq!(delivery.published(), published, "{decision:?}");
            assert_eq!(delivery.effects(), expected.effects(), "{decision:?}");
        }
    }
}

#[tokio::test]
async fn b29_form_unknown_members_and_the_envelope_are_not_part_of_the_identity() {
    for decision in Decision::ALL {
        let mut delivery = decision.made().await;
        let body = delivery.message["body"].clone();
        delivery.change(|event| {
            event["id"] = "another".into();
            event["time"] = "2026-03-01T09:00:00+09:00".into();
            event["source"] = "/elsewhere".into();
            event["extension"] = json!("x");
            event["data"]["unknown"] = json!([{}]);
        });
        delivery.message["body"] = backwards(delivery.message["body"].as_str().unwrap()).into();
        assert_ne!(delivery.message["body"], body);
        delivery.assert_repeat().await;
        assert!(delivery.quarantined().is_empty(), "{decision:?}");
    }
}

/// The same JSON with the members of every object in the opposite order, and white space everywhere.
fn backwards(body: &str) -> String {
    fn write(value: &Value) -> String {
        match value {
            Value::Object(members) => {
                let members = members.iter().rev();
                let members: Vec<_> = members
                    .map(|(n, v)| format!("\n {} : {}", json!(n), write(v)))
                    .collect();
                format!("{{ {} \t}}", members.join(" ,"))
            }
            Value::Array(items) => {
                let items: Vec<_> = items.iter().map(write).collect();
                format!("[ {} ]", items.join(" , "))
            }
            plain => plain.to_string(),
        }
    }
    write(&serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn b30_an_event_from_long_ago_or_the_future_is_handled_by_its_key() {
    for decision in Decision::ALL {
        for time in ["1899-12-31T23:59:59Z", "2999-01-01T00:00:00Z"] {
            let mut delivery = decision.next_delivery().await;
            let as_sent = delivery.message.clone();
            delivery.change(|event| event["time"] = time.into());
            assert_eq!(delivery.deliver().await, Done, "{decision:?}");
            // Of an old event no customer is notified, which is a decision like any other.
            let expected = match decision {
                Decision::Notified if time < "1970" => "notification.failed",
                Decision::TooLate if time > "1970" => "notification.sent",
                _ => decision.publishes(),
            };
            assert_eq!(delivery.types(), [expected], "{decision:?}");
            let messages = delivery.pipeline.messages_received();
            assert_eq!(messages, usize::from(expected == "notification.sent"));
            delivery.message = as_sent;
            delivery.assert_repeat().await; // known by its key
        }
    }
}
