//! What producers send into the pipeline, and what has become of a request or a partner.

use contract::EventType;
use matching::domain::State;
use serde_json::{Value, json};

use super::Pipeline;
use crate::expected_counts::expected_counts;
use builders::events::{self, EventBuilder};

impl Pipeline {
    /// Sends an event to a queue as a producer does, with the time at which the clock starts.
    pub fn send_event(&mut self, queue: &'static str, group: &str, event: EventBuilder) {
        let event = event.time("1970-01-01T00:00:00Z");
        self.send(queue, &event.body(), group, &json!({}));
    }

    /// Registers a partner.
    pub fn register(&mut self, id: &str, capacity: u32) {
        let registered = events::partner_registered(id).with("capacity", capacity);
        self.send_event("partners.fifo", id, registered);
    }

    /// Lets a partner buy points.
    pub fn purchase(&mut self, purchase: &str, partner: &str, points: u32) {
        let purchased = events::points_purchased(purchase, partner, points);
        self.send_event("points.fifo", partner, purchased);
    }

    /// Registers a partner, buys it points if it is to have any, and runs the pipeline.
    pub async fn add_partner(&mut self, id: &str, capacity: u32, points: u32) {
        self.register(id, capacity);
        if points > 0 {
            self.purchase(&format!("buy-{id}"), id, points);
        }
        self.run_until_idle().await;
    }

    /// Submits a request.
    pub fn submit(&mut self, id: &str) {
        self.send_event("intake.fifo", "c1", events::request_submitted(id));
    }

    /// Submits a request and runs the pipeline.
    pub async fn submit_and_run(&mut self, id: &str) {
        self.submit(id);
        self.run_until_idle().await;
    }

    /// Closes a match: its work is done.
    pub fn close(&mut self, request: &str, attempt: u32) {
        let closed = events::match_closed(request, attempt);
        self.send_event("intake.fifo", "c1", closed);
    }

    /// The types of the events published about a request, in order.
    pub fn event_types(&self, request: &str) -> Vec<&'static str> {
        self.events(request).iter().map(|(kind, _)| kind.as_str()).collect()
    }

    /// The events published about a request, in order.
    pub fn events(&self, request: &str) -> Vec<(EventType, Value)> {
        let mut events = Vec::new();
        for event in self.output().published {
            let body: Value = serde_json::from_str(&event.body).unwrap();
            if body["data"]["requestId"] == request {
                events.push((event.event_type, body));
            }
        }
        events
    }

    /// The data of the last event of this type about a request.
    pub fn last_data(&self, request: &str, kind: EventType) -> Value {
        let events = self.events(request);
        let (_, body) = events.iter().rfind(|(found, _)| *found == kind).unwrap();
        body["data"].clone()
    }

    /// A request's state.
    pub fn state(&self, request: &str) -> State {
        self.matching
            .stored_request(&request.parse().unwrap())
            .unwrap()
            .stage
            .state
    }

    /// The number of a partner's open matches.
    pub fn open_matches(&self, partner: &str) -> u32 {
        self.matching
            .stored_partner(&partner.parse().unwrap())
            .unwrap()
            .open_matches
    }

    /// A partner's balance in points.
    pub fn balance(&self, partner: &str) -> u64 {
        self.ledger.items().accounts[&partner.parse().unwrap()].balance
    }

    /// The number of messages that customers received.
    pub fn messages_received(&self) -> usize {
        self.phones.inbox().len()
    }

    /// Checks that no record was quarantined, that each account is exact, and that each published event is counted.
    pub async fn assert_consistent(&self) {
        let output = self.output();
        assert!(output.quarantined.is_empty(), "{:?}", output.quarantined);
        self.ledger.items().audit().unwrap();
        let published = output.published.iter();
        let published: Vec<_> = published
            .map(|event| serde_json::from_str(&event.body).unwrap())
            .collect();
        self.fold().await;
        assert_eq!(self.statistics.counters(), expected_counts(&published));
    }
}
