//! Who sends what in a world: partners, their purchases, customers' requests; and what nobody should send.

use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use super::plan::{Act, moment};

/// An event as a producer sends it.
pub fn envelope(id: &str, kind: &str, data: &Value) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "/world", "type": kind,
        "time": "2026-03-01T00:00:00Z", "data": data,
    })
    .to_string()
}

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
            day.acts.push((at, poison(day.random)));
        }
        day.acts
    }

    /// Registered and, mostly, with points before the first request; changed and topped up at bad moments.
    fn partner(&self, n: u32, day: &mut Day<'_>) {
        let id = format!("p{n}");
        for version in 0..day.random.u32(1..=3) {
            let random = &mut *day.random;
            let regions: Vec<_> = (1..=self.regions).map(|r| format!("KR-1{r}")).collect();
            let data = json!({
                "partnerId": id, "version": version, "name": format!("Partner {n}"),
                "categories": ["cleaning"], "regions": &regions[random.usize(..regions.len())..],
                "capacity": random.u32(u32::from(version == 0)..=3), "fee": { "points": 100 * random.u32(1..=3) },
                "active": version == 0 || random.u8(..4) > 0,
            });
            let at = day.time(version == 0);
            day.send("intake.fifo", "partner.registered", &id, &data, at);
        }
        for purchase in 0..day.random.u32(..=3) {
            let points = 50 * day.random.u32(1..=12);
            let data = json!({ "purchaseId": format!("{id}-{purchase}"), "partnerId": id, "points": points });
            let at = day.time(purchase == 0);
            day.send("points.fifo", "points.purchased", &id, &data, at);
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
        if day.random.u8(..10) == 0 {
            data["details"]["secret"] = json!("DETAILS of another request");
            let at = day.time(false);
            day.send("intake.fifo", "request.submitted", &customer, &data, at);
        }
        for attempt in 1..=super::functions::MAX_ATTEMPTS {
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

    /// Sent once, and sometimes again: with another `id`, as a producer that is not sure does it.
    fn send(&mut self, queue: &'static str, kind: &str, group: &str, data: &Value, at: Duration) {
        for again in 0..*self.random.choice(&[1, 1, 1, 2, 3]).unwrap() {
            let id = format!("e-{}", self.random.u64(..));
            let act = Act::Send {
                queue,
                group: group.to_owned(),
                body: envelope(&id, kind, data),
                poison: false,
            };
            let later = if again == 0 {
                Duration::ZERO
            } else {
                moment(self.random, Duration::from_mins(12))
            };
            self.acts.push((at + later, act));
        }
    }
}

/// A phone where no text may go.
pub const ABROAD: &str = "+12025550100";

/// The phone of whoever made this request.
pub fn phone(request: u32) -> String {
    format!("+8210009{request:05}")
}

/// The device of whoever made this request.
pub fn endpoint(request: u32) -> String {
    format!("arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/shop/DEVICE-{request}")
}

/// Whether that device takes nothing any more.
pub fn is_disabled(request: u32) -> bool {
    request.is_multiple_of(3)
}

/// What can never succeed, in the group of somebody innocent.
fn poison(random: &mut Rng) -> Act {
    let forged = json!({
        "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 1, "balance": 1, "sequence": 1,
        "transferId": "t1", "submittedAt": "2026-03-01T00:00:00Z",
    });
    let unreadable = ["no JSON".to_owned(), "{}".to_owned()];
    let incomplete =
        json!({ "requestId": "r1", "customer": { "id": "c1", "phone": "+8210009 DETAILS" } });
    let nothing = json!({ "purchaseId": "x", "partnerId": "p1", "points": 0 });
    let to_intake = [
        envelope("poison", "request.submitted", &incomplete),
        envelope("poison", "points.deducted", &forged),
    ];
    // To points, what is not one of its events is none of its business.
    let to_points = [envelope("poison", "points.purchased", &nothing)];
    let (queue, group, own) = *random
        .choice(&[
            ("intake.fifo", "c1", &to_intake[..]),
            ("intake.fifo", "p1", &to_intake[..]),
            ("points.fifo", "p1", &to_points[..]),
        ])
        .unwrap();
    let bodies = unreadable.iter().chain(own).cloned();
    Act::Send {
        queue,
        group: group.to_owned(),
        body: random.choice(bodies.collect::<Vec<_>>()).unwrap(),
        poison: true,
    }
}
