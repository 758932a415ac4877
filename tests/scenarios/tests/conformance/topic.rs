//! What the topic promises.

use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use aws_sdk_sqs::types::Message;
use support::wiring::Rule;

use crate::fixtures::{queue, subscription};
use crate::testbed::{Testbed, bodies};

/// An entry with the deduplication id `event-id`.
pub fn entry(id: &str, group: &str, body: &str) -> PublishBatchRequestEntry {
    let entry = PublishBatchRequestEntry::builder().id(id).message(body);
    let entry = entry.message_group_id(group);
    entry.message_deduplication_id(format!("event-{id}")).build().unwrap()
}

/// With this attribute `eventType`.
fn typed(mut entry: PublishBatchRequestEntry, event_type: &str) -> PublishBatchRequestEntry {
    let attribute = MessageAttributeValue::builder().data_type("String");
    let attribute = attribute.string_value(event_type).build().unwrap();
    let attributes = [("eventType".to_owned(), attribute)];
    entry.message_attributes = Some(attributes.into());
    entry
}

/// A FIFO and a standard queue that get everything, and one for what cannot be delivered.
pub async fn with_subscribed_queues<B: Testbed>() -> B {
    let queues = ["undelivered.fifo", "all.fifo", "all"].map(queue);
    let subscriptions = ["all.fifo", "all"].map(|queue| subscription(queue, None));
    B::with(queues.into(), subscriptions.into()).await
}

pub fn attribute<'m>(message: &'m Message, name: &str) -> Option<&'m str> {
    let attributes = message.attributes()?;
    attributes.get(&name.into()).map(String::as_str)
}

pub async fn a_queue_gets_what_its_filter_lets_through<B: Testbed>() {
    let is = |event_type: &str| Rule::Is(event_type.to_owned());
    let anything_but = vec!["matched".to_owned(), "deferred".to_owned()];
    let subscriptions = vec![
        subscription("all.fifo", None),
        subscription("some.fifo", Some(vec![is("matched"), is("rejected")])),
        subscription("others", Some(vec![Rule::IsNot { anything_but }])),
    ];
    let queues = ["undelivered.fifo", "all.fifo", "some.fifo", "others"].map(queue);
    let aws = B::with(queues.into(), subscriptions).await;
    let types = ["matched", "deferred", "rejected", "match", "matched2"];
    let entries = types.iter().map(|of| typed(entry(of, "a", of), of));
    let without = entry("without", "a", "without");
    let published = aws.publish(entries.chain([without]).collect()).await;
    assert_eq!(published.unwrap().len(), 6);
    let all = aws.receive("all.fifo").await;
    assert_eq!(bodies(&all)[..5], types);
    assert_eq!(bodies(&all)[5..], ["without"]);
    let some = aws.receive("some.fifo").await;
    assert_eq!(bodies(&some), ["matched", "rejected"]);
    let others = aws.receive("others").await;
    let mut others = bodies(&others);
    others.sort_unstable();
    assert_eq!(others, ["match", "matched2", "rejected"]);
}

pub async fn body_and_attributes_arrive_as_they_were_published<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let body = "{\"a\": \"<b> & 'c' + %20 ☃ 요청\",\n\t\"d\": \"\\u0000\"}";
    let published = typed(entry("1", "a", body), "<&> ☃");
    assert!(aws.publish(vec![published]).await.unwrap()[0].is_ok());
    for queue in ["all.fifo", "all"] {
        let received = aws.receive(queue).await;
        assert_eq!(bodies(&received), [body], "{queue}");
        let attributes = received[0].message_attributes().unwrap();
        assert_eq!(attributes.len(), 1);
        assert_eq!(attributes["eventType"].data_type(), "String");
        assert_eq!(attributes["eventType"].string_value(), Some("<&> ☃"));
    }
}

pub async fn group_and_deduplication_id_reach_fifo_queues<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    aws.publish(vec![entry("1", "a", "1"), entry("2", "b", "2")])
        .await
        .unwrap();
    let received = aws.receive("all.fifo").await;
    let with = |message| {
        let group = attribute(message, "MessageGroupId");
        (group, attribute(message, "MessageDeduplicationId"))
    };
    let found: Vec<_> = received.iter().map(with).collect();
    let expected = [(Some("a"), Some("event-1")), (Some("b"), Some("event-2"))];
    assert_eq!(found, expected);
}

pub async fn a_batch_of_ten_keeps_its_order<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let ids: Vec<_> = (0..10).map(|id| id.to_string()).collect();
    let entries = ids.iter().map(|id| entry(id, "a", id));
    let answers = aws.publish(entries.collect()).await.unwrap();
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(bodies(&aws.receive("all.fifo").await), ids);
    assert_eq!(aws.receive("all").await.len(), 10);
}

pub async fn a_batch_is_refused_as_a_whole<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let eleven = (0..11).map(|id| entry(&id.to_string(), "a", "1"));
    let refused = aws.publish(eleven.collect()).await.unwrap_err();
    assert_eq!(refused, "TooManyEntriesInBatchRequest");
    let alike = vec![entry("1", "a", "1"), entry("1", "b", "2")];
    let refused = aws.publish(alike).await.unwrap_err();
    assert_eq!(refused, "BatchEntryIdsNotDistinct");
    assert_eq!(aws.receive("all").await.len(), 0);
}

pub async fn an_entry_fails_by_itself<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let mut no_group = entry("2", "a", "2");
    no_group.message_group_id = None;
    let entries = vec![entry("1", "a", "1"), no_group, entry("3", "a", "3")];
    let answers = aws.publish(entries).await.unwrap();
    assert!(answers[0].is_ok() && answers[2].is_ok(), "{answers:?}");
    let code = answers[1].as_ref().unwrap_err();
    assert_eq!(code.trim_end_matches("Exception"), "InvalidParameter");
    assert_eq!(bodies(&aws.receive("all.fifo").await), ["1", "3"]);
}

pub async fn a_duplicate_reaches_no_queue<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let first = aws.publish(vec![entry("1", "a", "1")]).await.unwrap();
    let again = aws.publish(vec![entry("1", "a", "2")]).await.unwrap();
    assert_eq!(first, again);
    for queue in ["all.fifo", "all"] {
        assert_eq!(bodies(&aws.receive(queue).await), ["1"], "{queue}");
    }
}

pub async fn a_text_message_is_accepted<B: Testbed>() {
    let aws: B = with_subscribed_queues().await;
    let text = aws.sns().publish().phone_number("+821000900001").message("안녕");
    let (one, two) = (text.clone().send().await, text.send().await);
    assert_ne!(one.unwrap().message_id(), two.unwrap().message_id());
}
