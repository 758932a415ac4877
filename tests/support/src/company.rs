//! A company: the pipeline, and what other teams' programs do to it.

use contract::{EventType, RequestId};
use matching::domain::State;
use serde_json::{Value, json};

use crate::pipeline::Pipeline;
use crate::recount::recount;

/// Partners serve cleaning in Seoul for a fee of 100 points.
#[derive(Default)]
pub struct Company {
    /// The pipeline.
    pub pipeline: Pipeline,
}

impl Company {
    /// A producer sends an event to a queue.
    pub fn emit(&mut self, queue: &'static str, kind: &str, group: &str, data: &Value) {
        let event = json!({
            "specversion": "1.0", "id": format!("{kind}-{data}").chars().take(200).collect::<String>(), "source": "/shop",
            "type": kind, "time": "1970-01-01T00:00:00Z", "data": data,
        });
        self.pipeline
            .send(queue, &event.to_string(), group, &json!({}));
    }

    /// A partner is registered.
    pub fn register(&mut self, id: &str, capacity: u32) {
        let data = json!({
            "partnerId": id, "version": 1, "name": format!("Partner {id}"), "categories": ["cleaning"], "regions": ["KR-11"],
            "capacity": capacity, "fee": { "points": 100 },
        });
        self.emit("intake.fifo", "partner.registered", id, &data);
    }

    /// A partner buys points.
    pub fn buy(&mut self, purchase: &str, partner: &str, points: u32) {
        let data = json!({ "purchaseId": purchase, "partnerId": partner, "points": points });
        self.emit("points.fifo", "points.purchased", partner, &data);
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
        let data = json!({
            "requestId": id, "customer": { "id": "customer", "phone": "+821000000001" },
            "category": "cleaning", "region": "KR-11", "details": { "rooms": 3 },
        });
        self.emit("intake.fifo", "request.submitted", "customer", &data);
    }

    /// A request is submitted, and all is done that comes of it.
    pub async fn request(&mut self, id: &str) {
        self.submit(id);
        self.pipeline.run().await;
    }

    /// The work is done.
    pub fn close(&mut self, request: &str, attempt: u32) {
        let data = json!({ "requestId": request, "matchId": match_id(request, attempt) });
        self.emit("intake.fifo", "match.closed", "customer", &data);
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

/// The match of this attempt.
pub fn match_id(request: &str, attempt: u32) -> String {
    contract::ids::match_id(&request.parse().unwrap(), attempt).to_string()
}
