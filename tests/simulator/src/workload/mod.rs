//! The workload: what producers, customers and operators do in a simulation, drawn from its seed.

pub mod driver;
mod malformed_messages;
pub mod messages;
pub mod schedule;
mod step;

use std::time::Duration;

use builders::unusual::Generator;
use fastrand::Rng;
use serde_json::{Value, json};

use super::functions::MAX_ATTEMPTS;
use super::plan::draw_delay;
use messages::{ABROAD, Message, endpoint, envelope, phone};
pub use step::Step;

/// The size of a workload.
pub struct Workload {
    partners: u32,
    customers: u32,
    requests: u32,
    regions: u32,
}

impl Workload {
    pub(super) fn draw(random: &mut Rng) -> Self {
        Self {
            partners: random.u32(1..=3),
            customers: random.u32(1..=3),
            requests: random.u32(1..=8),
            regions: random.u32(1..=2),
        }
    }

    /// The steps of this workload, of which the first ones come within `sending`.
    pub(super) fn steps(&self, random: &mut Rng, sending: Duration) -> Vec<(Duration, Step)> {
        let mut drawing = Drawing {
            generator: Generator::new(random.u64(..), ""),
            random,
            sending,
            steps: Vec::new(),
        };
        (1..=self.partners).for_each(|partner| self.partner(partner, &mut drawing));
        (1..=self.requests).for_each(|request| self.request(request, &mut drawing));
        if drawing.random.u8(..3) == 0 {
            let at = draw_delay(drawing.random, sending);
            let malformed = malformed_messages::draw(drawing.random);
            drawing.steps.push((at, malformed));
        }
        drawing.steps
    }

    /// A partner's registrations and purchases. The first of each come at once, later ones at any time.
    fn partner(&self, number: u32, drawing: &mut Drawing<'_>) {
        let id = format!("p{number}");
        for version in 0..drawing.random.u32(1..=3) {
            let name = drawing.generator.partner_name();
            let random = &mut *drawing.random;
            let regions: Vec<_> = (1..=self.regions).map(|r| format!("KR-1{r}")).collect();
            let mut data = json!({
                "partnerId": id, "version": version, "name": name,
                "categories": ["cleaning"], "regions": &regions[random.usize(..regions.len())..],
                "capacity": random.u32(u32::from(version == 0)..=3), "fee": { "points": 100 * random.u32(1..=3) },
                "active": version == 0 || random.u8(..4) > 0,
            });
            let at = drawing.time(version == 0);
            drawing.send("partners.fifo", "partner.registered", &id, &data, at);
            data["capacity"] = json!(4);
            drawing.contradict("partners.fifo", "partner.registered", &id, &data);
        }
        for purchase in 0..*drawing.random.choice(&[0, 1, 2, 3, 12]).unwrap() {
            let points = 50 * drawing.random.u32(1..=12);
            let mut data = json!({ "purchaseId": format!("{id}-{purchase}"), "partnerId": id, "points": points });
            let at = drawing.time(purchase == 0);
            drawing.send("points.fifo", "points.purchased", &id, &data, at);
            let other = format!("p{}", number % self.partners + 1);
            (data["partnerId"], data["points"]) = (json!(other), json!(7));
            drawing.contradict("points.fifo", "points.purchased", &other, &data);
        }
    }

    /// A customer's request, and for each of its attempts up to two closes.
    fn request(&self, number: u32, drawing: &mut Drawing<'_>) {
        let random = &mut *drawing.random;
        let id = format!("r{number}");
        let customer = format!("c{}", random.u32(1..=self.customers));
        let mut data = json!({
            "requestId": id, "category": "cleaning", "region": format!("KR-1{}", random.u32(1..=self.regions)),
            "customer": { "id": customer }, "details": { "secret": "DETAILS" },
        });
        if random.u8(..8) > 0 {
            let is_abroad = random.u8(..10) == 0;
            let phone = if is_abroad { ABROAD.to_owned() } else { phone(number) };
            data["customer"]["phone"] = json!(phone);
        }
        if random.u8(..4) == 0 {
            data["customer"]["pushEndpointArn"] = json!(endpoint(number));
        }
        let at = drawing.time(false);
        drawing.send("intake.fifo", "request.submitted", &customer, &data, at);
        data["details"]["secret"] = json!("DETAILS of another request");
        drawing.contradict("intake.fifo", "request.submitted", &customer, &data);
        for attempt in 1..=MAX_ATTEMPTS {
            for _ in 0..*drawing.random.choice(&[0, 1, 1, 2]).unwrap() {
                let request = id.clone();
                let delay = draw_delay(drawing.random, Duration::from_mins(4));
                drawing.steps.push((delay, Step::Close { request, attempt }));
            }
        }
    }
}

/// A list of steps that is being drawn.
struct Drawing<'r> {
    random: &'r mut Rng,
    generator: Generator,
    sending: Duration,
    steps: Vec<(Duration, Step)>,
}

impl Drawing<'_> {
    /// Zero, or any time within `sending`.
    fn time(&mut self, is_first: bool) -> Duration {
        if is_first {
            return Duration::ZERO;
        }
        draw_delay(self.random, self.sending)
    }

    /// In one of ten cases, sends data that contradict what has the same business key.
    fn contradict(&mut self, queue: &'static str, event_type: &'static str, group: &str, data: &Value) {
        if self.random.u8(..10) == 0 {
            let at = self.time(false);
            self.send(queue, event_type, group, data, at);
        }
    }

    /// Sends an event once, or up to three times with different ids, like a producer that is not sure whether it was sent.
    fn send(&mut self, queue: &'static str, event_type: &'static str, group: &str, data: &Value, at: Duration) {
        for copy in 0..*self.random.choice(&[1, 1, 1, 2, 3]).unwrap() {
            let message = self.message(queue, event_type, group, data);
            let delay = if copy == 0 {
                Duration::ZERO
            } else {
                draw_delay(self.random, Duration::from_mins(12))
            };
            self.steps.push((at + delay, Step::Send(message)));
        }
    }

    /// An event as producers send it, in one of three cases in an unusual way.
    fn message(&mut self, queue: &'static str, event_type: &'static str, group: &str, data: &Value) -> Message {
        let id = format!("e-{}", self.random.u64(..));
        let message = Message::new(queue, group, envelope(&id, event_type, data));
        match self.random.u8(..12) {
            0 => message.wrapped(event_type),
            1 => message.with_attributes(event_type),
            2..6 => Message::unusual(queue, self.generator.disguised(event_type, group, data), message.event),
            _ => message,
        }
    }
}
