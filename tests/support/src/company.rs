//! A company: the pipeline, and what other teams' programs do to it.

use contract::{EventType, RequestId};
use matching::domain::State;
use serde_json::{Value, json};

use crate::events::{self, EventBuilder};
use crate::pipeline::Pipeline;
use crate::recount::recount;

/// Partners serve cleaning in Seoul for a fee of 100 points.
#[derive(Default)]
pub struct Company {
    /// The pipeline.
    pub pipeline: Pipeline,
}

impl Company {
    /// A producer sends an event to a queue, at the time at which the pipeline's clock starts.
    pub fn emit(&mut self, queue: &'static str, group: &str, event: EventBuilder) {
        let event = event.time("1970-01-01T00:00:00Z");
        self.pipeline.send(queue, &event.body(), group, &json!({}));
    }

    /// A partner is registered.
    pub fn register(&mut self, id: &str, capacity: u32) {
        let registered = events::partner_registered(id).with("capacity", capacity);
        self.emit("intake.fifo", id, registered);
    }

    /// A partner buys points.
    pub fn buy(&mut self, purchase: &str, partner: &str, points: u32) {
        let purchased = events::points_purchased(purchase, partner, points);
        self.emit("points.fifo", partner, purchased);
    }

    /// There is a partner, with points if it has any.
    pub async fn partner(&mut self, id: &str, capacity: u32, points: u32) {
        self.register(id, capacity);
        if points > 0 {
            self.buy(&format!("buy-{id}"), id, points);
        }
        self.pipeline.run().await;
    }

    /// A request is submitted.
    pub fn submit(&mut self, id: &str) {
        self.emit("intake.fifo", "c1", events::request_submitted(id));
    }

    /// A request is submitted, and all is done that comes of it.
    pub async fn request(&mut self, id: &str) {
        self.submit(id);
        self.pipeline.run().await;
    }

    /// The work is done.
    pub fn close(&mut self, request: &str, attempt: u32) {
        let closed = events::match_closed(request, attempt);
        self.emit("intake.fifo", "c1", closed);
    }

    /// The types published about a request, in order.
    pub fn story(&self, request: &str) -> Vec<&'static str> {
        self.events(request)
            .iter()
            .map(|(kind, _)| kind.as_str())
            .collect()
    }

    /// The events published about a request, in order.
    pub fn events(&self, request: &str) -> Vec<(EventType, Value)> {
        let published = self.pipeline.seen().published.into_iter();
        let events = published.map(|e| {
            (
                e.event_type,
                serde_json::from_str::<Value>(&e.body).unwrap(),
            )
        });
        events
            .filter(|(_, body)| body["data"]["requestId"] == request)
            .collect()
    }

    /// The data of the last event of this type about a request.
    pub fn data(&self, request: &str, kind: EventType) -> Value {
        let events = self.events(request);
        let (_, body) = events.iter().rfind(|(found, _)| *found == kind).unwrap();
        body["data"].clone()
    }

    /// Where a request is in its life.
    pub fn state(&self, request: &str) -> State {
        self.pipeline
            .table
            .stored_request(&request.parse::<RequestId>().unwrap())
            .unwrap()
            .stage
            .state
    }

    /// How many matches a partner has.
    pub fn open_matches(&self, partner: &str) -> u32 {
        self.pipeline
            .table
            .stored_partner(&partner.parse().unwrap())
            .unwrap()
            .open_matches
    }

    /// The points that a partner has.
    pub fn balance(&self, partner: &str) -> u64 {
        self.pipeline.ledger.items().accounts[&partner.parse().unwrap()].balance
    }

    /// How many messages customers received.
    pub fn texts(&self) -> usize {
        self.pipeline.phones.inbox().len()
    }

    /// Whatever happened: no record was set aside, no account is wrong, and all that was published is counted.
    pub fn is_sound(&self) {
        assert!(
            self.pipeline.seen().quarantined.is_empty(),
            "{:?}",
            self.pipeline.seen().quarantined
        );
        self.pipeline.ledger.items().audit().unwrap();
        let published = self.pipeline.seen().published.into_iter();
        let published: Vec<_> = published
            .map(|event| serde_json::from_str(&event.body).unwrap())
            .collect();
        assert_eq!(self.pipeline.statistics.tally(), recount(&published));
    }
}
