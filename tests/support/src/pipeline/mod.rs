//! The functions over their fakes, joined by queues as the template joins them. No time goes by unless it is put forward: what
//! is put in is worked off until nothing is left, and what failed comes back at once.

mod exit;
mod functions;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use batch::SqsBatchResponse;
use matching::domain::MatchingPolicy;
use serde_json::{Value, json};

pub use exit::{Exit, Seen};

use crate::fakes::PlannedFaults;
use crate::fakes::matching::MatchingTable;
use crate::fakes::notification::{NotificationTable, Phones};
use crate::fakes::points::Ledger;
use crate::fakes::statistics::StatisticsTable;
use crate::fakes::{FrozenClock, RecordingClock};
use crate::records::record;
use crate::wiring::DEPLOYED;

/// Few decisions, so that a test meets the last one.
const TERMS: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(24),
};

/// What runs longer does not end.
const BATCHES: usize = 10_000;

/// The pipeline.
pub struct Pipeline {
    /// How often a request is decided, for how long it waits, and is remembered.
    pub terms: MatchingPolicy,
    /// The time.
    pub clock: FrozenClock,
    /// The functions' pauses before they try again.
    pub pauses: RecordingClock,
    /// What goes wrong with the functions' calls.
    pub faults: PlannedFaults,
    /// Matching's table.
    pub table: MatchingTable,
    /// The ledger.
    pub ledger: Ledger,
    /// Customers' phones.
    pub phones: Phones,
    /// What customers were told.
    pub stories: NotificationTable,
    /// What was counted.
    pub statistics: StatisticsTable,
    exit: Exit,
    /// Messages in flight by queue.
    queues: BTreeMap<&'static str, VecDeque<Value>>,
    sent: usize,
    routed: usize,
}

impl Default for Pipeline {
    fn default() -> Self {
        let faults = PlannedFaults::default();
        let transport = faults.transport();
        Self {
            terms: TERMS,
            clock: FrozenClock::default(),
            pauses: RecordingClock::default(),
            table: MatchingTable::over(transport.clone()),
            ledger: Ledger::over(transport.clone()),
            phones: Phones::over(transport.clone()),
            stories: NotificationTable::over(transport.clone()),
            statistics: StatisticsTable::over(transport.clone()),
            exit: Exit::over(transport),
            faults,
            queues: BTreeMap::new(),
            sent: 0,
            routed: 0,
        }
    }
}

impl Pipeline {
    /// Puts a message into a queue, and gives back its id.
    pub fn send(
        &mut self,
        queue: &'static str,
        body: &str,
        group: &str,
        attributes: &Value,
    ) -> String {
        self.sent += 1;
        let id = format!("message-{}", self.sent);
        let mut message = record(queue, &id, body);
        message["attributes"]["MessageGroupId"] = json!(group);
        message["messageAttributes"] = attributes.clone();
        self.queues.entry(queue).or_default().push_back(message);
        id
    }

    /// The messages in a queue.
    pub fn waiting(&self, queue: &str) -> Vec<Value> {
        let messages = self.queues.get(queue).into_iter();
        messages.flatten().cloned().collect()
    }

    /// Works off all that is in the queues, and all that comes of it.
    pub async fn run(&mut self) {
        let mut batches = 0..BATCHES;
        while let Some(queue) = self.next() {
            assert!(batches.next().is_some(), "no end: {:?}", self.queues);
            self.work(queue).await;
        }
    }

    fn next(&self) -> Option<&'static str> {
        let mut queues = self.queues.iter();
        let (queue, _) = queues.find(|(_, messages)| !messages.is_empty())?;
        Some(queue)
    }

    /// Works off one batch of a queue.
    pub async fn work(&mut self, queue: &'static str) {
        let messages = self.queues.entry(queue).or_default();
        let batch: Vec<_> = messages.drain(..messages.len().min(10)).collect();
        let answer = self.deliver(queue, json!({ "Records": batch })).await;
        let failed = |message: &Value| {
            answer.as_ref().is_none_or(|answer| {
                let mut failures = answer.batch_item_failures.iter();
                failures.any(|failure| message["messageId"] == failure.item_identifier)
            })
        };
        let messages = self.queues.entry(queue).or_default();
        for message in batch.into_iter().rev().filter(failed) {
            messages.push_front(message);
        }
        self.route();
    }

    /// What has left the functions so far.
    pub fn seen(&self) -> Seen {
        self.exit.seen()
    }

    /// Delivers this batch, and gives back the answer; `None` if the process is killed before it answers.
    pub async fn deliver(&self, queue: &str, event: Value) -> Option<SqsBatchResponse> {
        let event = serde_json::from_value(event).unwrap();
        self.faults.run(self.process(queue, event)).await
    }

    /// Delivers what is new on the topic, as the subscriptions' filters have it.
    fn route(&mut self) {
        let published = self.seen().published;
        for event in &published[self.routed..] {
            let attributes = json!({ "eventType": { "dataType": "String", "stringValue": event.event_type.as_str() } });
            for queue in DEPLOYED.subscribers(event.event_type.as_str()) {
                self.send(queue, &event.body, &event.group, &attributes);
            }
        }
        self.routed = published.len();
    }
}
