//! What failed in the sweep's worlds, and where each of it is.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use simulator::sqs::{Attribute, MessageContent};

use super::aws::FakeAws;

/// Something that failed.
#[derive(Debug)]
pub struct Kept {
    /// The queue that keeps it.
    pub queue: &'static str,
    /// The queue that it goes back to; none of an event for the topic.
    pub destination: Option<&'static str>,
    group: Option<&'static str>,
    /// Its body, and that of what is put back.
    pub body: String,
    pub original: String,
}

/// A message group of three and one of one, a standard queue's dead letters, a record in quarantine, and an event that was not delivered.
pub fn all() -> Vec<Kept> {
    let purchase = |id: &str| json!({ "type": "points.purchased", "data": { "purchaseId": id, "partnerId": "p" } });
    let told =
        |id: &str| json!({ "type": "request.matched", "data": { "requestId": id, "partnerId": "p", "attempt": 1 } });
    let submitted = json!({ "type": "request.submitted", "data": { "requestId": "r", "partnerId": "p" } }).to_string();
    let quarantined =
        json!({ "data": { "queueArn": "arn:aws:sqs:r:1:s-intake.fifo", "reason": "not_json", "body": submitted } });
    let kept = |queue, destination, group, body: Value| Kept {
        queue,
        destination,
        group,
        original: body["data"]["body"]
            .as_str()
            .map_or_else(|| body.to_string(), str::to_owned),
        body: body.to_string(),
    };
    let (points, notification) = ("points-dead-letters.fifo", "notification-dead-letters");
    vec![
        kept(points, Some("points.fifo"), Some("g"), purchase("g1")),
        kept(points, Some("points.fifo"), Some("g"), purchase("g2")),
        kept(points, Some("points.fifo"), Some("h"), purchase("h1")),
        kept(points, Some("points.fifo"), Some("g"), purchase("g3")),
        kept(notification, Some("notification"), None, told("n1")),
        kept("quarantine.fifo", Some("intake.fifo"), Some("q"), quarantined),
        kept("undelivered.fifo", None, Some("u"), told("u1")),
    ]
}

impl Kept {
    pub fn content(&self) -> MessageContent {
        MessageContent {
            body: self.body.clone(),
            group: self.group.map(str::to_owned),
            deduplication_id: self.group.map(|_| self.body.clone()),
            attributes: BTreeMap::from([("failure".to_owned(), Attribute::string("its cause"))]),
        }
    }

    /// How often it is in the queue that keeps it.
    pub fn at_its_queue(&self, aws: &FakeAws) -> usize {
        count(aws, self.queue, &self.body)
    }

    /// How often it is where it is put back.
    pub fn put_back(&self, aws: &FakeAws) -> usize {
        match self.destination {
            Some(queue) => count(aws, queue, &self.original),
            None => aws
                .state()
                .published
                .iter()
                .filter(|(_, body)| *body == self.original)
                .count(),
        }
    }

    /// Whether what is sent twice within five minutes is one message.
    pub fn is_deduplicated(&self) -> bool {
        self.group.is_some()
    }
}

fn count(aws: &FakeAws, queue: &str, body: &str) -> usize {
    let state = aws.state();
    state
        .sqs
        .messages(queue)
        .iter()
        .filter(|message| message.content.body == body)
        .count()
}

/// A world in which all of these failed.
pub fn world(kept: &[Kept]) -> FakeAws {
    let aws = FakeAws::new();
    for kept in kept {
        aws.send(kept.queue, kept.content());
    }
    aws
}

/// Panics if messages of a group stand on a queue in another order than they failed in.
pub fn assert_order(aws: &FakeAws, queue: &str, kept: &[Kept], case: &str) {
    let state = aws.state();
    let position = |body: &str| kept.iter().position(|kept| kept.body == body || kept.original == body);
    let mut last: BTreeMap<_, usize> = BTreeMap::new();
    for message in state
        .sqs
        .messages(queue)
        .iter()
        .filter(|message| message.content.group.is_some())
    {
        let position = position(&message.content.body).unwrap();
        let before = last.insert(message.content.group.clone(), position);
        assert!(before <= Some(position), "{case}: {queue} has another order");
    }
}
