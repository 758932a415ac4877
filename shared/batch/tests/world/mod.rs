//! A consumer's surroundings in memory. A record's body says what happens to it: words like `ok`, `fail`, `takes=3`.
#![allow(dead_code)] // Not every test binary needs all of it.

mod clock;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use batch::{
    BoxError, Clock, Consumer, Decode, Failure, Handler, Outcome, ProcessError, Queue, Record,
    Rejection, Settings, SqsBatchResponse, SqsEvent, Topic,
};
use serde_json::{Value, json};

use clock::VirtualClock;

pub const FIFO: &str = "arn:aws:sqs:ap-northeast-2:111122223333:orders.fifo";
pub const STANDARD: &str = "arn:aws:sqs:ap-northeast-2:111122223333:orders";

/// How a port behaves.
#[derive(Clone, Copy, PartialEq)]
pub enum Mood {
    Well,
    Refuses,
    Panics,
    Hangs,
}

pub struct World {
    pub clock: VirtualClock,
    pub settings: Settings,
    /// The time that an invocation has.
    pub budget: Duration,
    pub at_once: usize,
    /// Messages that fail, whatever their body says.
    pub sick: RefCell<BTreeSet<String>>,
    /// Events that the topic does not take.
    pub refused: RefCell<BTreeSet<String>>,
    pub topic: Cell<Mood>,
    pub quarantine: Cell<Mood>,
    pub delay: Cell<Mood>,
    pub seen: RefCell<Seen>,
    running: Cell<usize>,
}

/// What the world saw.
#[derive(Default)]
pub struct Seen {
    /// The ids of each call of the handler.
    pub calls: Vec<Vec<String>>,
    pub published: Vec<Vec<String>>,
    pub quarantined: Vec<(Record, Rejection)>,
    /// Receipt handles and delays.
    pub delayed: Vec<(String, Duration)>,
    pub delay_calls: usize,
    pub most_running: usize,
    /// What was done to which record, in this order.
    pub steps: Vec<String>,
}

impl World {
    pub fn new() -> Self {
        Self {
            clock: VirtualClock::new(),
            settings: Settings::default(),
            budget: Duration::from_secs(30),
            at_once: usize::MAX,
            sick: RefCell::default(),
            refused: RefCell::default(),
            topic: Cell::new(Mood::Well),
            quarantine: Cell::new(Mood::Well),
            delay: Cell::new(Mood::Well),
            seen: RefCell::default(),
            running: Cell::default(),
        }
    }

    pub async fn process(&self, event: SqsEvent) -> Result<SqsBatchResponse, ProcessError> {
        let deadline = (&self.clock).now() + self.budget;
        let consumer = Consumer {
            decode: self,
            handler: self,
            topic: self,
            queue: self,
            clock: &self.clock,
            settings: self.settings,
        };
        batch::process(event, deadline, &consumer).await
    }

    /// The answer as it goes over the wire; it must have come in time.
    pub fn answer(&self, event: SqsEvent) -> String {
        let deadline = (&self.clock).now() + self.budget;
        let response = self.clock.run(self.process(event)).unwrap();
        let now = (&self.clock).now();
        assert!(now < deadline || self.budget.is_zero(), "too late");
        serde_json::to_string(&response).unwrap()
    }

    /// The ids that the answer names.
    pub fn failed(&self, event: SqsEvent) -> Vec<String> {
        let answer: Value = serde_json::from_str(&self.answer(event)).unwrap();
        let failures = answer["batchItemFailures"].as_array().unwrap();
        let id = |failure: &Value| failure["itemIdentifier"].as_str().unwrap().to_owned();
        failures.iter().map(id).collect()
    }

    /// The ids that were handed to the handler, in this order.
    pub fn handled(&self) -> Vec<String> {
        self.seen.borrow().calls.concat()
    }

    pub fn published(&self) -> Vec<String> {
        self.seen.borrow().published.concat()
    }

    pub fn quarantined(&self) -> Vec<String> {
        let seen = self.seen.borrow();
        let id = |(record, _): &(Record, Rejection)| record.message_id.clone();
        seen.quarantined.iter().map(id).collect()
    }

    fn step(&self, step: &str, id: &str) {
        self.seen.borrow_mut().steps.push(format!("{step} {id}"));
    }

    async fn port(&self, mood: Mood) -> Result<(), BoxError> {
        match mood {
            Mood::Well => Ok(()),
            Mood::Refuses => Err("access denied".into()),
            Mood::Panics => panic!("secret"),
            Mood::Hangs => std::future::pending().await,
        }
    }

    async fn one(&self, message: &Message) -> Outcome<String> {
        self.step("handle", &message.id);
        if let Some(seconds) = message.number("blocks=") {
            self.clock.pass(Duration::from_secs(seconds));
        }
        if let Some(seconds) = message.number("takes=") {
            self.running.set(self.running.get() + 1);
            let mut most = self.seen.borrow().most_running;
            most = most.max(self.running.get());
            self.seen.borrow_mut().most_running = most;
            (&self.clock).sleep(Duration::from_secs(seconds)).await;
            self.running.set(self.running.get() - 1);
        }
        if self.sick.borrow().contains(&message.id) {
            return Err(Failure::retryable("sick"));
        }
        match message.verdict() {
            "ok" => Ok(vec![format!("{}!", message.id)]),
            "two" => Ok(vec![
                format!("{}!1", message.id),
                format!("{}!2", message.id),
            ]),
            "quiet" => Ok(vec![]),
            "fail" => Err(Failure::retryable("no luck today")),
            "permanent" => Err(Failure::Permanent(rejection("never"))),
            "panic" => panic!("secret"),
            other => panic!("no such verdict: {other}"),
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
    fn verdict(&self) -> &str {
        &self.words[0]
    }

    fn number(&self, prefix: &str) -> Option<u64> {
        let of = |word: &String| word.strip_prefix(prefix)?.parse().ok();
        self.words.iter().find_map(of)
    }
}

impl Decode for &World {
    type Message = Message;

    fn decode(&self, record: &Record) -> Result<Option<Message>, Rejection> {
        // Out of an SNS wrapping, or raw.
        let wrapping: Option<Value> = serde_json::from_str(&record.body).ok();
        let body = wrapping.as_ref().and_then(|w| w["Message"].as_str());
        let body = body.unwrap_or(&record.body);
        let words: Vec<_> = body.split_whitespace().map(str::to_owned).collect();
        match words.first().map(String::as_str) {
            None | Some("bad") => Err(rejection("not_json")),
            Some("ignore") => Ok(None),
            Some("undecodable") => panic!("secret"),
            Some(_) => Ok(Some(Message {
                id: record.message_id.clone(),
                words,
            })),
        }
    }
}

impl Handler for &World {
    type Message = Message;
    type Event = String;

    async fn handle(&self, messages: &[Message], _: SystemTime) -> Vec<Outcome<String>> {
        let ids = messages.iter().map(|message| message.id.clone()).collect();
        self.seen.borrow_mut().calls.push(ids);
        let mut outcomes = Vec::new();
        for message in messages {
            match message.verdict() {
                "silent" => break,
                "chatty" => outcomes.extend((0..9).map(|_| Ok(vec![]))),
                // Fails, and says of all that follow that they are done.
                "goes_on" => {
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
                _ => outcomes.push(self.one(message).await),
            }
            if outcomes.last().is_some_and(Result::is_err) {
                break;
            }
        }
        outcomes
    }

    fn at_once(&self) -> usize {
        self.at_once
    }
}

impl Topic for &World {
    type Event = String;

    async fn publish(&self, events: &[&String]) -> Vec<Result<(), BoxError>> {
        let events: Vec<String> = events.iter().map(|event| (*event).clone()).collect();
        self.seen.borrow_mut().published.push(events.clone());
        if self.port(self.topic.get()).await.is_err() {
            return vec![];
        }
        let refused = self.refused.borrow();
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

impl Queue for &World {
    async fn delay(&self, delays: &[(&Record, Duration)]) -> Result<(), BoxError> {
        self.seen.borrow_mut().delay_calls += 1;
        for (record, delay) in delays {
            let delayed = (record.receipt_handle.clone(), *delay);
            self.seen.borrow_mut().delayed.push(delayed);
        }
        self.port(self.delay.get()).await
    }

    async fn quarantine(
        &self,
        record: &Record,
        rejection: &Rejection,
        _: SystemTime,
    ) -> Result<(), BoxError> {
        self.step("quarantine", &record.message_id);
        self.port(self.quarantine.get()).await?;
        let quarantined = (record.clone(), rejection.clone());
        self.seen.borrow_mut().quarantined.push(quarantined);
        Ok(())
    }
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

pub fn event(records: impl IntoIterator<Item = Value>) -> SqsEvent {
    let records: Vec<Value> = records.into_iter().collect();
    batch::parse(&json!({ "Records": records }).to_string()).unwrap()
}

/// `1`, `2`, … of one group each: `("a", "ok")`.
pub fn fifo_batch(records: &[(&str, &str)]) -> SqsEvent {
    let numbered = (1..).zip(records);
    event(numbered.map(|(n, (group, body))| fifo(&format!("{n}"), group, body)))
}

/// `1`, `2`, … with these bodies.
pub fn standard_batch(bodies: &[&str]) -> SqsEvent {
    let numbered = (1..).zip(bodies);
    event(numbered.map(|(n, body)| standard(&format!("{n}"), body)))
}
