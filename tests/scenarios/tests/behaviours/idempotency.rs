//! A message is handled once, however often and in whatever form it comes.

use serde_json::{Value, json};
use support::company::Company;
use support::fakes::Fault;

use crate::Answer::{ComesBack, Done, Killed};
use crate::{Decision, Turn};

#[tokio::test]
async fn b21_effect_decision_and_event_are_saved_together_or_not_at_all() {
    for decision in Decision::ALL {
        let expected = decision.made().await;
        let turn = decision.turn().await;
        if decision != Decision::Told {
            // For a message to a phone there is no transaction: see b34.
            let before = turn.stored();
            let answer = turn.deliver_with(Fault::Refused, decision.save()).await;
            assert_eq!(answer, ComesBack, "{decision:?}");
            assert_eq!(turn.stored(), before, "{decision:?}: nothing is saved");
        }
        let turn = decision.turn().await;
        let answer = turn
            .deliver_with(Fault::TimedOutAfter, decision.save())
            .await;
        assert_eq!(answer, ComesBack, "{decision:?}");
        assert!(turn.published().is_empty(), "{decision:?}");
        assert_eq!(
            turn.stored(),
            expected.stored(),
            "{decision:?}: all is saved"
        );
        let called = turn.called();
        let saves = called.iter().filter(|call| **call == decision.save());
        assert_eq!(saves.count(), 1, "{decision:?}: {called:?}");
        // The event was saved with it: what is there now alone gives it.
        assert_eq!(turn.deliver().await, Done, "{decision:?}");
        assert_eq!(turn.published(), expected.published(), "{decision:?}");
        assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
        assert_eq!(turn.company.texts(), decision.texts(), "{decision:?}");
    }
}

#[tokio::test]
async fn b22_handled_again_it_publishes_the_same_bytes_and_has_no_second_effect() {
    for decision in Decision::ALL {
        let turn = decision.made().await;
        let (published, stored) = (turn.published(), turn.stored());
        assert_eq!(turn.deliver().await, Done, "{decision:?}");
        assert_eq!(
            turn.published(),
            vec![published; 2].concat(),
            "{decision:?}"
        );
        assert_eq!(turn.stored(), stored, "{decision:?}");
        assert_eq!(turn.company.texts(), decision.texts(), "{decision:?}");
    }
}

#[tokio::test]
async fn b22_twice_at_once_it_has_one_effect() {
    for decision in Decision::ALL {
        let expected = decision.made().await;
        let turn = decision.turn().await;
        let answers: [_; 2] = tokio::join!(turn.deliver(), turn.deliver()).into();
        assert!(answers.contains(&Done), "{decision:?}");
        assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
        assert_eq!(
            turn.deliver().await,
            Done,
            "{decision:?}: whichever came back"
        );
        for event in turn.published() {
            assert_eq!([event], *expected.published(), "{decision:?}");
        }
        assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
        assert_eq!(turn.company.texts(), decision.texts(), "{decision:?}");
    }
}

#[tokio::test]
async fn b23_other_contents_under_a_known_key_are_set_aside_and_change_nothing() {
    let mut registration = Company::default();
    registration.register("p", 1);
    let registration = Turn::of(registration, "intake.fifo");
    assert_eq!(registration.deliver().await, Done);
    let submission = Decision::Matched.made().await;
    let purchase = Decision::Credited.made().await;
    let charge = Decision::Charged.made().await;
    let refusal = Decision::Short.made().await;
    let cases: [(Turn, &str, Value); 6] = [
        (registration, "capacity", json!(2)),
        (submission, "category", json!("moving")),
        (
            Decision::Deferred.made().await,
            "details",
            json!({ "rooms": 4 }),
        ),
        (purchase, "points", json!(251)),
        (charge, "fee", json!({ "points": 99 })),
        (refusal, "partner", json!({ "id": "q", "name": "Clean" })),
    ];
    for (mut turn, member, other) in cases {
        let (published, stored) = (turn.published(), turn.stored());
        turn.change(|event| event["data"][member] = other);
        assert_eq!(turn.deliver().await, Done, "{member}");
        assert_eq!(turn.quarantined(), ["identity_conflict"], "{member}");
        let (record, why) = &turn.company.pipeline.seen().quarantined[0];
        assert_eq!(turn.message["body"], *record.body, "{member}");
        assert!(why.detail.starts_with("`data"), "{}", why.detail);
        assert_eq!(turn.published(), published, "{member}");
        assert_eq!(turn.stored(), stored, "{member}");
        assert_eq!(turn.company.texts(), 0, "{member}");
    }
}

#[tokio::test]
async fn b25_killed_between_the_save_and_the_publish_the_redelivery_publishes() {
    for decision in Decision::ALL {
        let expected = decision.made().await;
        for (fault, times) in [(Fault::KilledBefore, 1), (Fault::KilledAfter, 2)] {
            let turn = decision.turn().await;
            let answer = turn.deliver_with(fault, "sns.PublishBatch").await;
            assert_eq!(answer, Killed, "{decision:?}");
            assert_eq!(turn.published().len(), times - 1, "{decision:?}");
            assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
            assert_eq!(turn.deliver().await, Done, "{decision:?}");
            assert_eq!(
                turn.published(),
                vec![expected.published(); times].concat(),
                "{decision:?}"
            );
            assert_eq!(turn.stored(), expected.stored(), "{decision:?}");
            assert_eq!(turn.company.texts(), decision.texts(), "{decision:?}");
        }
    }
}

#[tokio::test]
async fn b29_form_unknown_members_and_the_envelope_are_no_identity() {
    for decision in Decision::ALL {
        let mut turn = decision.made().await;
        let (published, stored, body) = (
            turn.published(),
            turn.stored(),
            turn.message["body"].clone(),
        );
        turn.change(|event| {
            event["id"] = "another".into();
            event["time"] = "2026-03-01T09:00:00+09:00".into();
            event["source"] = "/elsewhere".into();
            event["extension"] = json!("x");
            event["data"]["unknown"] = json!([{}]);
        });
        turn.message["body"] = backwards(turn.message["body"].as_str().unwrap()).into();
        assert_ne!(turn.message["body"], body);
        assert_eq!(turn.deliver().await, Done, "{decision:?}");
        assert_eq!(
            turn.published(),
            vec![published; 2].concat(),
            "{decision:?}"
        );
        assert_eq!(turn.stored(), stored, "{decision:?}");
        assert!(turn.quarantined().is_empty(), "{decision:?}");
        assert_eq!(turn.company.texts(), decision.texts(), "{decision:?}");
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
async fn b30_from_long_ago_or_the_future_it_is_handled_by_its_key() {
    for decision in Decision::ALL {
        for time in ["1899-12-31T23:59:59Z", "2999-01-01T00:00:00Z"] {
            let mut turn = decision.turn().await;
            let as_sent = turn.message.clone();
            turn.change(|event| event["time"] = time.into());
            assert_eq!(turn.deliver().await, Done, "{decision:?}");
            // Old news is not told, but that is decided as any other.
            let expected = match decision {
                Decision::Told if time < "1970" => "notification.failed",
                Decision::TooLate if time > "1970" => "notification.sent",
                _ => decision.publishes(),
            };
            assert_eq!(turn.types(), [expected], "{decision:?}");
            let (published, stored, texts) =
                (turn.published(), turn.stored(), turn.company.texts());
            assert_eq!(texts, usize::from(expected == "notification.sent"));
            turn.message = as_sent;
            assert_eq!(turn.deliver().await, Done, "{decision:?}");
            assert_eq!(
                turn.published(),
                vec![published; 2].concat(),
                "{decision:?}: known by its key"
            );
            assert_eq!(turn.stored(), stored, "{decision:?}");
            assert_eq!(turn.company.texts(), texts, "{decision:?}");
        }
    }
}
