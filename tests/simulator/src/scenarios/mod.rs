//! One schedule for each thing that can happen to a request, an account or a customer, with nothing going wrong.

mod acts;

use std::time::Duration;

use serde_json::json;

use super::fault::{Planned, Trouble};
use super::messages::{ABROAD, endpoint, phone};
use super::plan::Plan;
use acts::{Acts, asks, buys, closes, gone, later, other, partner, poison, push, sms};
use support::fakes::Fault;

/// A schedule, and what has to be met in it.
pub struct Scenario {
    /// What happens in it.
    pub name: &'static str,
    /// The schedule.
    pub plan: Plan,
    /// Steps of lives and outcomes that it shows.
    pub shows: &'static [&'static str],
}

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
            "told once texts are taken again",
            [partner(1), buys(300), asks(1, &sms(1))],
            &["notification.sent sms"],
        )
        .with(TEXTS_REFUSED),
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
            &[
                "none → pending",
                "quarantined not_json",
                "quarantined not_an_envelope",
                "quarantined breaks_contract",
                "quarantined identity_conflict",
            ],
        ),
    ]
}

/// So slow that a close comes first.
const SLOW_POINTS: Planned = spell("points.commit", Trouble::Slow, 60);
/// Nothing was sent, so that the lease is given back.
const TEXTS_REFUSED: Planned = spell("sns.Publish", Trouble::Call(Fault::Refused), 30);
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
        clock_error: Duration::ZERO,
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
