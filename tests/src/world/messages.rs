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
        let mut acts = Vec::new();
        for partner in 1..=self.partners {
            self.partner(partner, random, busy, &mut acts);
        }
        for request in 1..=self.requests {
            self.request(request, random, busy, &mut acts);
        }
        if random.u8(..3) == 0 {
            let at = moment(random, busy);
            acts.push((at, poison(random)));
        }
        acts
    }

    /// Registered and, mostly, with points before the first request; changed and topped up at bad moments.
    fn partner(&self, n: u32, random: &mut Rng, busy: Duration, acts: &mut Vec<(Duration, Act)>) {
        let id = format!("p{n}");
        for version in 0..random.u32(1..=3) {
            let regions: Vec<_> = (1..=self.regions).map(|r| format!("KR-1{r}")).collect();
            let data = json!({
                "partnerId": id, "version": version, "name": format!("Partner {n}"),
                "categories": ["cleaning"], "regions": &regions[random.usize(..regions.len())..],
                "capacity": random.u32(u32::from(version > 0) ^ 1..=3), "fee": { "points": 100 * random.u32(1..=3) },
                "active": version == 0 || random.u8(..4) > 0,
            });
            let at = if version == 0 {
                Duration::ZERO
            } else {
                moment(random, busy)
            };
            repeated(
                "intake.fifo",
                "partner.registered",
                &id,
                &data,
                at,
                random,
                acts,
            );
        }
        for purchase in 0..random.u32(..=3) {
            let data = json!({
                "purchaseId": format!("{id}-{purchase}"), "partnerId": id, "points": 50 * random.u32(1..=12),
            });
            let at = if purchase == 0 {
                Duration::ZERO
            } else {
                moment(random, busy)
            };
            repeated(
                "points.fifo",
                "points.purchased",
                &id,
                &data,
                at,
                random,
                acts,
            );
        }
    }

    fn request(&self, n: u32, random: &mut Rng, busy: Duration, acts: &mut Vec<(Duration, Act)>) {
        let (id, customer) = (
            format!("r{n}"),
            format!("c{}", random.u32(1..=self.customers)),
        );
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
        let at = moment(random, busy);
        repeated(
            "intake.fifo",
            "request.submitted",
            &customer,
            &data,
            at,
            random,
            acts,
        );
        if random.u8(..10) == 0 {
            data["details"]["secret"] = json!("DETAILS of another request");
            let at = moment(random, busy);
            repeated(
                "intake.fifo",
                "request.submitted",
                &customer,
                &data,
                at,
                random,
                acts,
            );
        }
        for attempt in 1..=super::functions::MAX_ATTEMPTS {
            for _ in 0..*random.choice(&[0, 1, 1, 2]).unwrap() {
                let close = Act::Close {
                    request: id.clone(),
                    attempt,
                };
                acts.push((moment(random, Duration::from_mins(4)), close));
            }
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

/// Sent once, and sometimes again: with another `id`, as a producer that is not sure does it.
fn repeated(
    queue: &'static str,
    kind: &str,
    group: &str,
    data: &Value,
    at: Duration,
    random: &mut Rng,
    acts: &mut Vec<(Duration, Act)>,
) {
    for again in 0..*random.choice(&[1, 1, 1, 2, 3]).unwrap() {
        let id = format!("e-{}", random.u64(..));
        let act = Act::Send {
            queue,
            group: group.to_owned(),
            body: envelope(&id, kind, data),
            poison: false,
        };
        let later = if again == 0 {
            Duration::ZERO
        } else {
            moment(random, Duration::from_mins(12))
        };
        acts.push((at + later, act));
    }
}

/// What can never succeed, in the group of somebody innocent.
fn poison(random: &mut Rng) -> Act {
    let forged = json!({
        "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 1, "balance": 1, "sequence": 1,
        "transferId": "t1", "submittedAt": "2026-03-01T00:00:00Z",
    });
    let bodies = [
        "no JSON".to_owned(),
        "{}".to_owned(),
        envelope("poison", "request.submitted", &json!({ "requestId": "r1" })),
        envelope(
            "poison",
            "points.purchased",
            &json!({ "purchaseId": "x", "partnerId": "p1", "points": 0 }),
        ),
        envelope("poison", "points.deducted", &forged),
    ];
    let (queue, group) = *random
        .choice(&[
            ("intake.fifo", "c1"),
            ("intake.fifo", "p1"),
            ("points.fifo", "p1"),
        ])
        .unwrap();
    let body = match queue {
        // To points, what is not one of its events is none of its business.
        "points.fifo" => random
            .choice(&[&bodies[0], &bodies[1], &bodies[3]])
            .copied()
            .cloned(),
        _ => random
            .choice(&[&bodies[0], &bodies[1], &bodies[2], &bodies[4]])
            .copied()
            .cloned(),
    };
    Act::Send {
        queue,
        group: group.to_owned(),
        body: body.unwrap(),
        poison: true,
    }
}
