//! Who sends what in a world, all of it drawn from its seed: partners, their purchases, customers' requests.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use super::functions::MAX_ATTEMPTS;
use super::messages::{ABROAD, Message, endpoint, envelope, phone};
use super::plan::{Act, moment};
use super::poison;

/// How many of whom there are.
pub struct Town {
    partners: u32,
    customers: u32,
    requests: u32,
    regions: u32,
}

impl Town {
    pub(super) fn draw(random: &mut Rng) -> Self {
        Self {
            partners: random.u32(1..=3),
            customers: random.u32(1..=3),
            requests: random.u32(1..=8),
            regions: random.u32(1..=2),
        }
    }

    /// All that is sent, within so long.
    pub(super) fn acts(&self, random: &mut Rng, busy: Duration) -> Vec<(Duration, Act)> {
        let acts = Vec::new();
        let mut day = Day { random, busy, acts };
        (1..=self.partners).for_each(|partner| self.partner(partner, &mut day));
        (1..=self.requests).for_each(|request| self.request(request, &mut day));
        if day.random.u8(..3) == 0 {
            let at = moment(day.random, busy);
            day.acts.push((at, poison::draw(day.random)));
        }
        day.acts
    }

    /// Registered and, mostly, with points before the first request; changed and topped up at bad moments.
    fn partner(&self, n: u32, day: &mut Day<'_>) {
        let id = format!("p{n}");
        for version in 0..day.random.u32(1..=3) {
            let random = &mut *day.random;
            let regions: Vec<_> = (1..=self.regions).map(|r| format!("KR-1{r}")).collect();
            let mut data = json!({
                "partnerId": id, "version": version, "name": format!("Partner {n}"),
                "categories": ["cleaning"], "regions": &regions[random.usize(..regions.len())..],
                "capacity": random.u32(u32::from(version == 0)..=3), "fee": { "points": 100 * random.u32(1..=3) },
                "active": version == 0 || random.u8(..4) > 0,
            });
            let at = day.time(version == 0);
            day.send("intake.fifo", "partner.registered", &id, &data, at);
            data["capacity"] = json!(4);
            day.contradict("intake.fifo", "partner.registered", &id, &data);
        }
        for purchase in 0..*day.random.choice(&[0, 1, 2, 3, 12]).unwrap() {
            let points = 50 * day.random.u32(1..=12);
            let mut data = json!({ "purchaseId": format!("{id}-{purchase}"), "partnerId": id, "points": points });
            let at = day.time(purchase == 0);
            day.send("points.fifo", "points.purchased", &id, &data, at);
            let another = format!("p{}", n % self.partners + 1);
            (data["partnerId"], data["points"]) = (json!(another), json!(7));
            day.contradict("points.fifo", "points.purchased", &another, &data);
        }
    }

    fn request(&self, n: u32, day: &mut Day<'_>) {
        let random = &mut *day.random;
        let id = format!("r{n}");
        let customer = format!("c{}", random.u32(1..=self.customers));
        let mut data = json!({
            "requestId": id, "category": "cleaning", "region": format!("KR-1{}", random.u32(1..=self.regions)),
            "customer": { "id": customer }, "details": { "secret": "DETAILS" },
        });
        if random.u8(..8) > 0 {
            let abroad = random.u8(..10) == 0;
            data["customer"]["phone"] = json!(if abroad { ABROAD.to_owned() } else { phone(n) });
        }
        if random.u8(..4) == 0 {
            data["customer"]["pushEndpointArn"] = json!(endpoint(n));
        }
        let at = day.time(false);
        day.send("intake.fifo", "request.submitted", &customer, &data, at);
        data["details"]["secret"] = json!("DETAILS of another request");
        day.contradict("intake.fifo", "request.submitted", &customer, &data);
        for attempt in 1..=MAX_ATTEMPTS {
            for _ in 0..*day.random.choice(&[0, 1, 1, 2]).unwrap() {
                let request = id.clone();
                let later = moment(day.random, Duration::from_mins(4));
                day.acts.push((later, Act::Close { request, attempt }));
            }
        }
    }
}

/// What is being drawn up.
struct Day<'r> {
    random: &'r mut Rng,
    busy: Duration,
    acts: Vec<(Duration, Act)>,
}

impl Day<'_> {
    /// At once, or some time.
    fn time(&mut self, at_once: bool) -> Duration {
        if at_once {
            return Duration::ZERO;
        }
        moment(self.random, self.busy)
    }

    /// Sometimes somebody says something else under the same key, some time.
    fn contradict(&mut self, queue: &'static str, kind: &str, group: &str, data: &Value) {
        if self.random.u8(..10) == 0 {
            let at = self.time(false);
            self.send(queue, kind, group, data, at);
        }
    }

    /// Sent once, and sometimes again: with another `id`, as a producer that is not sure does it.
    fn send(&mut self, queue: &'static str, kind: &str, group: &str, data: &Value, at: Duration) {
        for again in 0..*self.random.choice(&[1, 1, 1, 2, 3]).unwrap() {
            let id = format!("e-{}", self.random.u64(..));
            let message = Message::plain(queue, group, envelope(&id, kind, data));
            let message = match self.random.u8(..8) {
                0 => message.wrapped(kind),
                1 => message.labelled(kind),
                _ => message,
            };
            let later = if again == 0 {
                Duration::ZERO
            } else {
                moment(self.random, Duration::from_mins(12))
            };
            self.acts.push((at + later, Act::Send(message)));
        }
    }
}
