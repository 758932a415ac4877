//! A consumer with fakes for all its ports. A record's body says what they do with it: its first word is the instruction
//! (`ok`, `fail`, `bad`, …), `takes=3` or `blocks=3` are seconds that handling takes, and `correlation=c` is its correlation.
#![allow(dead_code)] // Not every test binary needs all of it.

mod clock;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use batch::{
    BoxError, Clock, Consumer, ConsumerOptions, Correlation, DeadLetterQueue, Decode, Failure, Handler, Outcome, Queue,
    Record, Rejection, SqsBatchResponse, Topic,
};
use serde_json::{Value, json};

use clock::VirtualClock;

pub const FIFO: &str = "arn:aws:sqs:ap-northeast-2:111122223333:orders.fifo";
pub const STANDARD: &str = "arn:aws:sqs:ap-northeast-2:111122223333:orders";

/// How a port behaves in a test.
#[derive(Clone, Copy, PartialEq)]
pub enum PortBehaviour {
    Works,
    Refuses,
    Panics,
    Hangs,
    TakesASecond,
    /// The topic only: one event that it refuses, and it publishes none of the call.
    RefusesAllForOne,
    /// The topic only: it refuses all of several events, and does not answer to a refused one that comes alone.
    HangsForOne,
}

pub struct Harness {
    pub clock: VirtualClock,
    pub options: ConsumerOptions,
    /// The time from the start of an invocation to its deadline.
    pub time_left: Duration,
    pub max_batch_size: usize,
    /// The time that each call of the handler takes, besides its messages' own.
    pub call_takes: Duration,
    /// Messages that fail, whatever their body says.
    pub failing_ids: RefCell<BTreeSet<String>>,
    /// Events that the topic does not publish.
    pub refused_events: RefCell<BTreeSet<String>>,
    pub topic: Cell<PortBehaviour>,
    pub quarantine: Cell<PortBehaviour>,
    pub delay: Cell<PortBehaviour>,
    pub dead_letters: Cell<PortBehaviour>,
    pub calls: RefCell<Recorded>,
    running: Cell<usize>,
}

/// The recorded calls of all ports.
#[derive(Default)]
pub struct Recorded {
    /// The message ids of each call of the handler.
    pub handler_calls: Vec<Vec<String>>,
    pub published: Vec<Vec<String>>,
    pub quarantined: Vec<(Record, Rejection)>,
    /// Message ids, and what failed.
    pub set_aside: Vec<(String, String)>,
    /// Receipt handles and delays.
    pub delayed: Vec<(String, Duration)>,
    pub delay_calls: usize,
    pub most_running: usize,
    /// What was done to which record, in order: `handle 1`, `quarantine 2`.
    pub actions: Vec<String>,
}

impl Harness {
    pub fn new() -> Self {
        Self {
            clock: VirtualClock::new(),
            options: ConsumerOptions::default(),
            time_left: Duration::from_secs(30),
            max_batch_size: usize::MAX,
            call_takes: Duration::ZERO,
            failing_ids: RefCell::default(),
            refused_events: RefCell::default(),
            topic: Cell::new(PortBehaviour::Works),
            quarantine: Cell::new(PortBehaviour::Works),
            delay: Cell::new(PortBehaviour::Works),
            dead_letters: Cell::new(PortBehaviour::Works),
            calls: RefCell::default(),
            running: Cell::default(),
        }
    }

    pub async fn process(&self, records: Vec<Record>) -> SqsBatchResponse {
        let deadline = (&self.clock).now() + self.time_left;
        let consumer = Consumer {
            decode: self,
            handler: self,
            topic: self,
            queue: self,
            clock: &self.clock,
            dead_letters: self,
            options: self.options,
        };
        batch::process(records, deadline, &consumer).await
    }

    /// The answer as JSON; it must come before the deadline.
    pub fn answer(&self, records: Vec<Record>) -> String {
        let deadline = (&self.clock).now() + self.time_left;
        let response = self.clock.run(self.process(records));
        let now = (&self.clock).now();
        assert!(now < deadline || self.time_left.is_zero(), "too late");
        serde_json::to_string(&response).unwrap()
    }

    /// The message ids that the answer names.
    pub fn failed_ids(&self, records: Vec<Record>) -> Vec<String> {
        let answer: Value = serde_json::from_str(&self.answer(records)).unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        let id = |failure: &Value| failure["itemIdentifier"].as_str().unwrap().to_owned();
        failures.iter().map(id).collect()
    }

    /// The message ids that were handed to the handler, in order.
    pub fn handled_ids(&self) -> Vec<String> {
        self.calls.borrow().handler_calls.concat()
    }

    pub fn published(&self) -> Vec<String> {
        self.calls.borrow().published.concat()
    }

    pub fn quarantined_ids(&self) -> Vec<String> {
        let calls = self.calls.borrow();
        let id = |(record, _): &(Record, Rejection)| record.message_id.clone();
        calls.quarantined.iter().map(id).collect()
    }

    pub fn set_aside_ids(&self) -> Vec<String> {
        let calls = self.calls.borrow();
        calls.set_aside.iter().map(|(id, _)| id.clone()).collect()
    }

    fn note(&self, action: &str, id: &str) {
        let action = format!("{action} {id}");
        self.calls.borrow_mut().actions.push(action);
    }

    async fn call_port(&self, behaviour: PortBehaviour) -> Result<(), BoxError> {
        match behaviour {
            PortBehaviour::Works | PortBehaviour::RefusesAllForOne | PortBehaviour::HangsForOne => Ok(()),
            PortBehaviour::Refuses => Err("access denied".into()),
            PortBehaviour::Panics => panic!("secret"),
            PortBehaviour::Hangs => std::future::pending().await,
            PortBehaviour::TakesASecond => {
                (&self.clock).sleep(Duration::from_secs(1)).await;
                Ok(())
            }
        }
    }

    async fn handle_one(&self, message: &Message) -> Outcome<String> {
        self.note("handle", &message.id);
        if let Some(seconds) = message.number("blocks=") {
            self.clock.pass(Duration::from_secs(seconds));
        }
        if let Some(seconds) = message.number("takes=") {
            self.running.set(self.running.get() + 1);
            let mut most = self.calls.borrow().most_running;
            most = most.max(self.running.get());
            self.calls.borrow_mut().most_running = most;
            (&self.clock).sleep(Duration::from_secs(seconds)).await;
            self.running.set(self.running.get() - 1);
        }
        if self.failing_ids.borrow().contains(&message.id) {
            return Err(Failure::retryable("told to fail"));
        }
        match message.instruction() {
            "ok" => Ok(vec![format!("{}!", message.id)]),
            "two_events" => Ok(vec![format!("{}!1", message.id), format!("{}!2", message.id)]),
            "no_events" => Ok(vec![]),
            "fail" => Err(Failure::retryable("no luck today")),
            "permanent" => Err(Failure::Permanent(rejection("never"))),
            "panic" => panic!("secret"),
            other => panic!("no such instruction: {other}"),
        }
    }
}

pub fn rejection(reason: &'static str) -> Rejection {
    Rejection {
        reason,
        detail: "`data.x`: expected an integer".to_owned(),
    }
}

pub struct Message {
    pub id: String,
    pub words: Vec<String>,
}

impl Message {
    fn instruction(&self) -> &str {
        &self.words[0]
    }

    fn number(&self, prefix: &str) -> Option<u64> {
        let mut values = self.words.iter().filter_map(|word| word.strip_prefix(prefix));
        values.next()?.parse().ok()
    }
}

impl Decode for &Harness {
    type Message = Message;

    fn decode(&self, record: &Record) -> Result<Option<Message>, Rejection> {
        // Wrapped by SNS, or raw.
        let wrapping: Option<Value> = serde_json::from_str(&record.body).ok();
        let body = wrapping.as_ref().and_then(|w| w["Message"].as_str());
        let body = body.unwrap_or(&record.body);
        let words: Vec<_> = body.split_whitespace().map(str::to_owned).collect();
        match words.first().map(String::as_str) {
            None | Some("bad") => Err(rejection("not_json")),
            Some("ignore") => Ok(None),
            Some("panics_in_decode") => panic!("secret"),
            Some(_) => Ok(Some(Message {
                id: record.message_id.clone(),
                words,
            })),
        }
    }

    fn correlation(&self, record: &Record) -> Correlation {
        assert!(!record.body.contains("panics_in_decode"), "secret");
        let mut words = record.body.split_whitespace();
        let id = words.find_map(|word| word.strip_prefix("correlation="));
        Correlation {
            correlation_id: id.map(str::to_owned),
            traceparent: id.map(|id| format!("trace-of-{id}")),
            message_type: id.map(|id| format!("type-of-{id}")),
        }
    }
}

impl Handler for &Harness {
    type Message = Message;
    type Event = String;

    async fn handle(&self, messages: &[Message], _: SystemTime) -> Vec<Outcome<String>> {
        let ids = messages.iter().map(|message| message.id.clone()).collect();
        self.calls.borrow_mut().handler_calls.push(ids);
        if !self.call_takes.is_zero() {
            (&self.clock).sleep(self.call_takes).await;
        }
        let mut outcomes = Vec::new();
        for message in messages {
            match message.instruction() {
                "no_outcome" => break,
                "nine_outcomes" => outcomes.extend((0..9).map(|_| Ok(vec![]))),
                // Fails all messages of the call, as one transaction does.
                "fails_all" => {
                    let failed = |_| Err(Failure::retryable("no transaction"));
                    outcomes = messages.iter().map(failed).collect();
                    break;
                }
                // Fails the first message and reports success for all that follow it.
                "fails_then_succeeds" => {
                    let permanent = message.words.contains(&"permanent".to_owned());
                    outcomes.push(Err(if permanent {
                        Failure::Permanent(rejection("never"))
                    } else {
                        Failure::retryable("alone")
                    }));
                    let rest = messages.len() - outcomes.len();
                    outcomes.extend((0..rest).map(|_| Ok(vec!["done".to_owned()])));
                    break;
                }
                _ => outcomes.push(self.handle_one(message).await),
            }
            if outcomes.last().is_some_and(Result::is_err) {
                break;
            }
        }
        outcomes
    }

    fn max_batch_size(&self) -> usize {
        self.max_batch_size
    }
}

impl Topic for &Harness {
    type Event = String;

    async fn publish(&self, events: &[&String]) -> Vec<Result<(), BoxError>> {
        let events: Vec<String> = events.iter().map(|event| (*event).clone()).collect();
        self.calls.borrow_mut().published.push(events.clone());
        if self.call_port(self.topic.get()).await.is_err() {
            return vec![];
        }
        let refused = self.refused_events.borrow().clone();
        let one_is_refused = events.iter().any(|event| refused.contains(event));
        let hangs_for_one = self.topic.get() == PortBehaviour::HangsForOne;
        if hangs_for_one && one_is_refused && events.len() == 1 {
            return std::future::pending().await;
        }
        if one_is_refused && (hangs_for_one || self.topic.get() == PortBehaviour::RefusesAllForOne) {
            return events.iter().map(|_| Err("throttled".into())).collect();
        }
        let result = |event: &String| {
            if refused.contains(event) {
                Err("throttled".into())
            } else {
                Ok(())
            }
        };
        events.iter().map(result).collect()
    }
}

impl Queue for &Harness {
    async fn delay(&self, delays: &[(&Record, Duration)]) -> Result<(), BoxError> {
        self.calls.borrow_mut().delay_calls += 1;
        for (record, delay) in delays {
            let delayed = (record.receipt_handle.clone(), *delay);
            self.calls.borrow_mut().delayed.push(delayed);
        }
        self.call_port(self.delay.get()).await
    }

    async fn quarantine(&self, record: &Record, rejection: &Rejection, _: SystemTime) -> Result<(), BoxError> {
        self.note("quarantine", &record.message_id);
        self.call_port(self.quarantine.get()).await?;
        let quarantined = (record.clone(), rejection.clone());
        self.calls.borrow_mut().quarantined.push(quarantined);
        Ok(())
    }
}

impl DeadLetterQueue for &Harness {
    async fn set_aside(&self, record: &Record, failure: &str) -> Result<(), BoxError> {
        self.note("set aside", &record.message_id);
        self.call_port(self.dead_letters.get()).await?;
        let set_aside = (record.message_id.clone(), failure.to_owned());
        self.calls.borrow_mut().set_aside.push(set_aside);
        Ok(())
    }
}

/// The record, received this often; `count` is what SQS says, text unless it is garbled.
pub fn received(mut record: Value, count: &Value) -> Value {
    record["attributes"]["ApproximateReceiveCount"] = count.clone();
    record
}

/// A record of a FIFO queue; its receipt handle is `r-` and the id.
pub fn fifo(id: &str, group: &str, body: &str) -> Value {
    let mut record = standard(id, body);
    record["eventSourceARN"] = json!(FIFO);
    record["attributes"]["MessageGroupId"] = json!(group);
    record
}

pub fn standard(id: &str, body: &str) -> Value {
    json!({
        "messageId": id,
        "receiptHandle": format!("r-{id}"),
        "body": body,
        "attributes": { "ApproximateReceiveCount": "1" },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": STANDARD,
        "awsRegion": "ap-northeast-2",
    })
}

pub fn event(records: impl IntoIterator<Item = Value>) -> Vec<Record> {
    let records: Vec<Value> = records.into_iter().collect();
    batch::parse_event(&json!({ "Records": records }).to_string()).unwrap()
}

/// `1`, `2`, … of one group each: `("a", "ok")`.
pub fn fifo_batch(records: &[(&str, &str)]) -> Vec<Record> {
    let numbered = (1..).zip(records);
    event(numbered.map(|(n, (group, body))| fifo(&format!("{n}"), group, body)))
}

/// `1`, `2`, … with these bodies.
pub fn standard_batch(bodies: &[&str]) -> Vec<Record> {
    let numbered = (1..).zip(bodies);
    event(numbered.map(|(n, body)| standard(&format!("{n}"), body)))
}
