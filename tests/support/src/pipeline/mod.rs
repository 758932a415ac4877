//! All functions over fakes of their ports, joined by queues as they are deployed.
//!
//! The clock stands still unless a test advances it. A message that failed comes back at once, until its function sets it
//! aside: for time-outs, redrives and lost answers there is the simulator.

mod functions;
mod output;
mod requests;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use batch::{SqsBatchResponse, parse_event};
use matching::domain::MatchingPolicy;
use serde_json::{Value, json};

pub use output::{Output, OutputPorts};

use crate::fakes::PlannedFaults;
use crate::fakes::matching::MatchingTable;
use crate::fakes::notification::{NotificationTable, Phones};
use crate::fakes::points::Ledger;
use crate::fakes::statistics::StatisticsTable;
use crate::fakes::{FrozenClock, RecordingClock};
use crate::wiring::DEPLOYED;
use builders::records::record;

/// Few attempts, so that a test reaches the last one.
const POLICY: MatchingPolicy = MatchingPolicy {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(24),
};

/// More batches than a pipeline that ends takes.
const MAX_BATCHES: usize = 10_000;

/// The functions, their tables, and the messages between them.
pub struct Pipeline {
    /// Matching's settings; a test may change them at any time.
    pub policy: MatchingPolicy,
    /// The clock of all functions.
    pub clock: FrozenClock,
    /// The functions' pauses before they retry after a write conflict.
    pub pauses: RecordingClock,
    /// The faults of the functions' calls.
    pub faults: PlannedFaults,
    /// Matching's table.
    pub matching: MatchingTable,
    /// The ledger of points.
    pub ledger: Ledger,
    /// The customers' phones.
    pub phones: Phones,
    /// Notification's table.
    pub notifications: NotificationTable,
    /// Statistics' table.
    pub statistics: StatisticsTable,
    output: OutputPorts,
    /// The messages in each queue, the next one first.
    queues: BTreeMap<&'static str, VecDeque<Value>>,
    /// The number of messages sent to queues.
    sent: usize,
    /// The number of published events that the topic has delivered.
    routed: usize,
}

impl Default for Pipeline {
    fn default() -> Self {
        let faults = PlannedFaults::default();
        let transport = faults.transport();
        Self {
            policy: POLICY,
            clock: FrozenClock::default(),
            pauses: RecordingClock::default(),
            matching: MatchingTable::over(transport.clone()),
            ledger: Ledger::over(transport.clone()),
            phones: Phones::over(transport.clone()),
            notifications: NotificationTable::over(transport.clone()),
            statistics: StatisticsTable::over(transport.clone()),
            output: OutputPorts::over(transport),
            faults,
            queues: BTreeMap::new(),
            sent: 0,
            routed: 0,
        }
    }
}

impl Pipeline {
    /// Sends a message to a queue and gives its id.
    pub fn send(&mut self, queue: &'static str, body: &str, group: &str, attributes: &Value) -> String {
        self.sent += 1;
        let id = format!("message-{}", self.sent);
        let mut message = record(queue, &id, body);
        message["attributes"]["MessageGroupId"] = json!(group);
        message["messageAttributes"] = attributes.clone();
        self.queues.entry(queue).or_default().push_back(message);
        id
    }

    /// The messages in a queue.
    pub fn messages_in(&self, queue: &str) -> Vec<Value> {
        let messages = self.queues.get(queue).into_iter();
        messages.flatten().cloned().collect()
    }

    /// Processes batches until every queue is empty.
    pub async fn run_until_idle(&mut self) {
        let mut batches = 0..MAX_BATCHES;
        while let Some(queue) = self.next_queue() {
            assert!(batches.next().is_some(), "still not idle: {:?}", self.queues);
            self.process_batch(queue).await;
        }
    }

    fn next_queue(&self) -> Option<&'static str> {
        let mut queues = self.queues.iter();
        let (queue, _) = queues.find(|(_, messages)| !messages.is_empty())?;
        Some(queue)
    }

    /// Delivers one batch of a queue; what failed stays in the queue, and what was published is delivered to its subscribers.
    pub async fn process_batch(&mut self, queue: &'static str) {
        let messages = self.queues.entry(queue).or_default();
        let batch: Vec<_> = messages.drain(..messages.len().min(10)).collect();
        let response = self.deliver(queue, json!({ "Records": batch })).await;
        let failed = |message: &Value| match &response {
            Some(response) => {
                let mut failures = response.batch_item_failures.iter();
                failures.any(|failure| message["messageId"] == failure.item_identifier)
            }
            None => true,
        };
        let messages = self.queues.entry(queue).or_default();
        for mut message in batch.into_iter().rev().filter(failed) {
            let count = &mut message["attributes"]["ApproximateReceiveCount"];
            let receives: u32 = count.as_str().map_or(1, |receives| receives.parse().unwrap());
            *count = json!((receives + 1).to_string());
            messages.push_front(message);
        }
        self.route();
    }

    /// What has left the functions so far, in order and with repeats.
    pub fn output(&self) -> Output {
        self.output.output()
    }

    /// Delivers these records and gives the response; `None` if the process is killed before it answers.
    pub async fn deliver(&self, queue: &str, event: Value) -> Option<SqsBatchResponse> {
        let records = parse_event(&event.to_string()).unwrap();
        self.faults.run(self.process(queue, records)).await
    }

    /// Delivers what was published since the last time to the queues whose subscription accepts it.
    fn route(&mut self) {
        let published = self.output().published;
        for event in &published[self.routed..] {
            let attributes = json!({ "eventType": { "dataType": "String", "stringValue": event.event_type.as_str() } });
            for queue in DEPLOYED.subscribers(event.event_type.as_str()) {
                self.send(queue, &event.body, &event.group, &attributes);
            }
        }
        self.routed = published.len();
    }
}
