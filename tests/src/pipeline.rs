//! The functions over their twins, joined by queues as the template joins them. It knows no time and no
//! faults: what is put in is worked off until nothing is left.

use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::{
    BoxError, Clock, Consumer, NoTopic, Queue, Record, Rejection, Settings, SqsBatchResponse,
    SqsEvent, Topic, process,
};
use contract::{EventType, Publication};
use matching::{domain::Terms, handler::Matching};
use messaging::Contract;
use notification::Notifier;
use notification::domain::{AllowedPrefixes, Rules};
use points::handler::Points;
use serde_json::{Value, json};
use statistics::handler::Statistics;

use crate::twins::clock::Pauses;
use crate::twins::matching::MatchingTable;
use crate::twins::notification::{Phones, Stories};
use crate::twins::points::Ledger;
use crate::twins::statistics::StatisticsTable;

/// The instant at which everything happens.
pub const NOW: SystemTime = SystemTime::UNIX_EPOCH;

/// A clock that stands still, so that nothing runs into its deadline.
#[derive(Clone, Copy, Debug, Default)]
pub struct Still;

impl Clock for Still {
    fn now(&self) -> SystemTime {
        NOW
    }

    async fn sleep(&self, _: Duration) {
        std::future::pending::<()>().await;
    }
}

/// What leaves the functions; clones share it.
#[derive(Clone, Debug, Default)]
pub struct Outside(Rc<RefCell<Seen>>);

/// What has left the functions, in order and with repeats.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Events on the topic.
    pub published: Vec<Publication>,
    /// Records in quarantine.
    pub quarantined: Vec<(Record, Rejection)>,
}

impl Topic for Outside {
    type Event = Publication;

    async fn publish(&self, events: &[&Publication]) -> Vec<Result<(), BoxError>> {
        let events = events.iter().copied().cloned();
        let results = events.len();
        self.0.borrow_mut().published.extend(events);
        (0..results).map(|_| Ok(())).collect()
    }
}

impl Queue for Outside {
    async fn delay(&self, _: &[(&Record, Duration)]) -> Result<(), BoxError> {
        Ok(())
    }

    async fn quarantine(
        &self,
        record: &Record,
        rejection: &Rejection,
        _: SystemTime,
    ) -> Result<(), BoxError> {
        self.0
            .borrow_mut()
            .quarantined
            .push((record.clone(), rejection.clone()));
        Ok(())
    }
}

/// A function as its `main` puts it together, but for its ports.
type Function<H, T> = Consumer<Contract, H, T, Outside, Still>;

/// The pipeline.
pub struct Pipeline {
    matching: Function<Matching<MatchingTable, Pauses>, Outside>,
    /// The ledger.
    pub ledger: Ledger,
    /// Customers' phones.
    pub phones: Phones,
    /// What customers were told.
    pub stories: Stories,
    /// What was counted.
    pub statistics: StatisticsTable,
    outside: Outside,
    /// Messages in flight by queue.
    queues: BTreeMap<&'static str, VecDeque<Value>>,
    sent: usize,
    routed: usize,
}

impl Default for Pipeline {
    fn default() -> Self {
        let terms = Terms {
            max_attempts: 3,
            deferral_delay: Duration::from_mins(1),
            retention: Duration::from_hours(24),
        };
        let outside = Outside::default();
        let handler = Matching::new(MatchingTable::default(), terms, Pauses::default());
        Self {
            matching: publishing(&outside, matching::QUEUES, handler),
            ledger: Ledger::default(),
            phones: Phones::default(),
            stories: Stories::default(),
            statistics: StatisticsTable::default(),
            outside,
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
        let message = json!({
            "messageId": id,
            "receiptHandle": format!("receipt-{}", self.sent),
            "body": body,
            "attributes": { "MessageGroupId": group },
            "messageAttributes": attributes,
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:ap-northeast-2:000000000000:{queue}"),
        });
        self.queues.entry(queue).or_default().push_back(message);
        id
    }

    /// Works off all that is in the queues, and all that comes of it.
    pub async fn run(&mut self) {
        while let Some(queue) = self
            .queues
            .iter()
            .find(|(_, messages)| !messages.is_empty())
            .map(|(queue, _)| *queue)
        {
            let messages = self.queues.entry(queue).or_default();
            let batch: Vec<_> = messages.drain(..messages.len().min(10)).collect();
            let answer = self.deliver(queue, json!({ "Records": batch })).await;
            let failed = |m: &Value| {
                answer
                    .batch_item_failures
                    .iter()
                    .any(|f| m["messageId"] == f.item_identifier)
            };
            let (back, done): (Vec<_>, Vec<_>) = batch.into_iter().partition(failed);
            assert!(
                !done.is_empty(),
                "{queue}: {back:?} would come back for ever"
            );
            self.queues.entry(queue).or_default().extend(back);
            self.route();
        }
    }

    /// Matching's table.
    pub fn table(&self) -> &MatchingTable {
        self.matching.handler.store()
    }

    /// What has left the functions so far.
    pub fn seen(&self) -> Seen {
        self.outside.0.borrow().clone()
    }

    /// Delivers this batch, and gives back the answer.
    pub async fn deliver(&self, queue: &str, event: Value) -> SqsBatchResponse {
        let event: SqsEvent = serde_json::from_value(event).unwrap();
        let deadline = NOW + Duration::from_secs(30);
        let answer = match queue {
            "points.fifo" => {
                let handler = Points::new(self.ledger.clone(), Pauses::default());
                let points = publishing(&self.outside, points::QUEUES, handler);
                process(event, deadline, &points).await
            }
            "notification" => {
                let handler = self.notifier().handler();
                let notification = publishing(&self.outside, notification::QUEUES, handler);
                process(event, deadline, &notification).await
            }
            "statistics" => {
                let handler = Statistics::new(self.statistics.clone(), Pauses::default());
                let mut statistics = function(&self.outside, statistics::QUEUES, handler, NoTopic);
                statistics.settings = statistics::settings();
                process(event, deadline, &statistics).await
            }
            _ => process(event, deadline, &self.matching).await,
        };
        answer.unwrap()
    }

    fn notifier(&self) -> Notifier<Stories, Phones> {
        let allowed_prefixes = AllowedPrefixes::parse("+82").unwrap();
        let rules = Rules {
            notify_within: Duration::from_hours(24),
            allowed_prefixes,
        };
        Notifier {
            store: self.stories.clone(),
            sender: self.phones.clone(),
            rules,
        }
    }

    /// Delivers what is new on the topic, as the subscriptions' filters have it.
    fn route(&mut self) {
        let published = self.seen().published;
        for event in &published[self.routed..] {
            let attributes = json!({ "eventType": { "dataType": "String", "stringValue": event.event_type.as_str() } });
            for queue in subscribers(event.event_type).iter().chain(&["statistics"]) {
                self.send(queue, &event.body, &event.group, &attributes);
            }
        }
        self.routed = published.len();
    }
}

fn publishing<H>(
    outside: &Outside,
    queues: &[(&str, &[EventType])],
    handler: H,
) -> Function<H, Outside> {
    function(outside, queues, handler, outside.clone())
}

fn function<H, T>(
    outside: &Outside,
    queues: &[(&str, &[EventType])],
    handler: H,
    topic: T,
) -> Function<H, T> {
    let accepts = queues
        .iter()
        .map(|(variable, types)| (queue_name(variable), types.to_vec()));
    Consumer {
        decode: Contract::new(accepts),
        handler,
        topic,
        queue: outside.clone(),
        clock: Still,
        settings: Settings::default(),
    }
}

/// `INTAKE_QUEUE_URL` names the queue `intake.fifo`; notification's and statistics' are standard ones.
fn queue_name(variable: &str) -> String {
    match variable.trim_end_matches("_QUEUE_URL").to_lowercase() {
        name if matches!(&*name, "notification" | "statistics") => name,
        name => format!("{name}.fifo"),
    }
}

fn subscribers(event_type: EventType) -> &'static [&'static str] {
    match event_type {
        EventType::PointsDeducted | EventType::PointsRejected | EventType::PointsCredited => {
            &["outcomes.fifo"]
        }
        EventType::RequestDeferred => &["deferred.fifo"],
        EventType::RequestMatched => &["points.fifo", "notification"],
        EventType::RequestUnmatched => &["notification"],
        _ => &[],
    }
}
