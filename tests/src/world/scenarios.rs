//! One schedule for each thing that can happen to a request, an account or a customer, with nothing going wrong.

use std::time::Duration;

use serde_json::{Value, json};

use super::fault::{Planned, Trouble};
use super::messages::{ABROAD, endpoint, envelope, phone};
use super::plan::{Act, Plan};
use crate::twins::line::Fault;

/// A schedule, and what has to be met in it.
pub struct Scenario {
    /// What happens in it.
    pub name: &'static str,
    /// The schedule.
    pub plan: Plan,
    /// Steps of lives and outcomes that it shows.
    pub shows: &'static [&'static str],
}

type Acts = Vec<(Duration, Act)>;

/// All of them.
pub fn all() -> Vec<Scenario> {
    [told(), deciding(), ending(), odd()]
        .into_iter()
        .flatten()
        .collect()
}

/// How a customer hears of a match.
fn told() -> Vec<Scenario> {
    let push_or_text = json!({ "id": "c", "phone": phone(3), "pushEndpointArn": endpoint(3) });
    let abroad = json!({ "id": "c", "phone": ABROAD });
    vec![
        scenario(
            "matched, charged, told by text, closed",
            [partner(1), buys(300), asks(1, &sms(1)), closes(20)],
            &[
                "none → pending",
                "pending → confirmed",
                "confirmed → closed",
                "request.matched",
                "points.credited",
                "points.deducted",
                "notification.sent sms",
            ],
        ),
        scenario(
            "told by push",
            [partner(1), buys(300), asks(1, &push(1))],
            &["notification.sent push"],
        ),
        scenario(
            "the push is refused, so a text is sent",
            [partner(1), buys(300), asks(3, &push_or_text)],
            &["notification.failed push refused", "notification.sent sms"],
        ),
        scenario(
            "no way to tell",
            [partner(1), buys(300), asks(1, &json!({ "id": "c" }))],
            &["notification.failed none no_channel"],
        ),
        scenario(
            "a phone abroad",
            [partner(1), buys(300), asks(1, &abroad)],
            &["notification.failed sms prefix_not_allowed"],
        ),
    ]
}

/// From one decision to the next.
fn deciding() -> Vec<Scenario> {
    vec![
        scenario(
            "nobody serves it",
            [asks(1, &sms(1))],
            &["none → unmatched", "request.unmatched no_partner"],
        ),
        scenario(
            "deferred until the partner is free",
            [
                partner(1),
                buys(300),
                asks(1, &sms(1)),
                asks(2, &sms(2)),
                closes(90),
            ],
            &[
                "none → deferred",
                "request.deferred",
                "deferred → deferred",
                "deferred → pending",
            ],
        ),
        scenario(
            "deferred until the attempts are over",
            [partner(0), asks(1, &sms(1))],
            &["deferred → unmatched", "request.unmatched no_capacity"],
        ),
        scenario(
            "refused for lack of points, matched with another, who is told of instead",
            [
                partner(2),
                buys(150),
                asks(1, &sms(1)),
                asks(2, &sms(2)),
                later(1, other()),
            ],
            &["points.rejected insufficient_points", "pending → pending"],
        )
        .with(SLOW_POINTS),
        scenario(
            "refused for lack of an account, deferred, and matched when there are points",
            [partner(1), asks(1, &sms(1)), later(40, buys(300))],
            &[
                "points.rejected unknown_account",
                "pending → deferred",
                "pending → confirmed",
            ],
        ),
    ]
}

/// What comes while a charge is not answered.
fn ending() -> Vec<Scenario> {
    vec![
        scenario(
            "closed before it is charged",
            [partner(1), buys(300), asks(1, &sms(1)), closes(0)],
            &["pending → closing", "closing → closed"],
        )
        .with(SLOW_POINTS),
        scenario(
            "closed before it is refused",
            [partner(1), asks(1, &sms(1)), closes(0)],
            &["closing → withdrawn", "request.unmatched closed"],
        )
        .with(SLOW_POINTS),
        scenario(
            "refused where nobody serves any more",
            [partner(1), asks(1, &sms(1)), gone()],
            &["pending → unmatched"],
        )
        .with(SLOW_POINTS),
    ]
}

/// What is late, sent again, or wrong.
fn odd() -> Vec<Scenario> {
    vec![
        scenario(
            "told too late",
            [partner(1), buys(300), asks(1, &sms(1))],
            &["notification.failed sms too_late"],
        )
        .with(NOTIFICATION_DOWN),
        scenario(
            "told too late, of those with a device",
            [partner(1), buys(300), asks(1, &push(1))],
            &["notification.failed push too_late"],
        )
        .with(NOTIFICATION_DOWN),
        scenario(
            "the same again, something else under its key, and what nobody can read",
            [
                partner(1),
                buys(300),
                asks(1, &sms(1)),
                later(9, asks(1, &sms(1))),
                later(12, asks(1, &sms(2))),
                poison(),
            ],
            &["none → pending"],
        ),
    ]
}

/// So slow that a close comes first.
const SLOW_POINTS: Planned = spell("points.commit", Trouble::Slow, 60);
/// For longer than news is told.
const NOTIFICATION_DOWN: Planned = spell("notification.take", Trouble::Call(Fault::Refused), 800);

const fn spell(calls: &'static str, trouble: Trouble, seconds: u64) -> Planned {
    let (from, length) = (Duration::ZERO, Duration::from_secs(seconds));
    Planned::Spell {
        from,
        length,
        calls,
        trouble,
        share: 100,
    }
}

fn scenario<const N: usize>(
    name: &'static str,
    acts: [Acts; N],
    shows: &'static [&'static str],
) -> Scenario {
    let acts = acts.into_iter().flatten().collect();
    let plan = Plan {
        seed: 1,
        receives: 20,
        acts,
        faults: Vec::new(),
    };
    Scenario { name, plan, shows }
}

impl Scenario {
    fn with(mut self, spell: Planned) -> Self {
        self.plan.faults.push(spell);
        self
    }
}

fn sends(seconds: u64, queue: &'static str, kind: &str, group: &str, data: &Value) -> Acts {
    let body = envelope(&format!("{kind}-{seconds}"), kind, data);
    let act = Act::Send {
        queue,
        group: group.to_owned(),
        body,
        poison: false,
    };
    vec![(Duration::from_secs(seconds), act)]
}

fn later(seconds: u64, mut acts: Acts) -> Acts {
    for (at, _) in &mut acts {
        *at += Duration::from_secs(seconds);
    }
    acts
}

fn registered(id: &str, version: u32, capacity: u32, active: bool) -> Value {
    json!({
        "partnerId": id, "version": version, "name": id, "categories": ["cleaning"], "regions": ["KR-11"],
        "capacity": capacity, "fee": { "points": 100 }, "active": active,
    })
}

fn partner(capacity: u32) -> Acts {
    sends(
        0,
        "intake.fifo",
        "partner.registered",
        "p1",
        &registered("p1", 0, capacity, true),
    )
}

/// Comes while the request is with the first.
fn other() -> Acts {
    let mut acts = sends(
        5,
        "intake.fifo",
        "partner.registered",
        "p2",
        &registered("p2", 0, 1, true),
    );
    let bought = json!({ "purchaseId": "b2", "partnerId": "p2", "points": 300 });
    acts.extend(sends(0, "points.fifo", "points.purchased", "p2", &bought));
    acts
}

/// Leaves while the request is with it.
fn gone() -> Acts {
    let data = registered("p1", 1, 1, false);
    let mut acts = sends(5, "intake.fifo", "partner.registered", "p1", &data);
    acts[0].0 += Duration::from_millis(200);
    acts
}

fn buys(points: u32) -> Acts {
    let bought = json!({ "purchaseId": "b1", "partnerId": "p1", "points": points });
    sends(0, "points.fifo", "points.purchased", "p1", &bought)
}

fn sms(n: u32) -> Value {
    json!({ "id": "c", "phone": phone(n) })
}

fn push(n: u32) -> Value {
    json!({ "id": "c", "pushEndpointArn": endpoint(n) })
}

fn asks(n: u32, customer: &Value) -> Acts {
    let data = json!({
        "requestId": format!("r{n}"), "customer": customer, "category": "cleaning", "region": "KR-11",
        "details": { "secret": "DETAILS" },
    });
    sends(5, "intake.fifo", "request.submitted", "c", &data)
}

/// The first request's work is done, so long after it was matched.
fn closes(seconds: u64) -> Acts {
    let close = |attempt| Act::Close {
        request: "r1".to_owned(),
        attempt,
    };
    (1..=2)
        .map(|attempt| (Duration::from_secs(seconds), close(attempt)))
        .collect()
}

fn poison() -> Acts {
    let act = Act::Send {
        queue: "intake.fifo",
        group: "c".to_owned(),
        body: "no JSON".to_owned(),
        poison: true,
    };
    vec![(Duration::from_secs(5), act)]
}
