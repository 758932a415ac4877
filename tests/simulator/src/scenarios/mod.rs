//! Scenarios: one short plan without faults for each thing that can happen to a request, an account or a customer.

mod steps;

use std::time::Duration;

use serde_json::json;

use super::faults::{FaultKind, PlannedFault};
use super::plan::SimulationPlan;
use super::workload::messages::{ABROAD, endpoint, phone};
use steps::{Steps, close, deactivation, delayed, malformed, partner, purchase, push, request, second_partner, sms};
use support::fakes::Fault;

/// A plan, and what it must show.
pub struct Scenario {
    /// What happens in it.
    pub name: &'static str,
    /// The plan.
    pub plan: SimulationPlan,
    /// Observations that must be made in it.
    pub shows: &'static [&'static str],
}

/// All scenarios.
pub fn all() -> Vec<Scenario> {
    [
        notifications(),
        decisions(),
        endings(),
        repeats_and_delays(),
        dead_letters(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How a customer is notified of a match.
fn notifications() -> Vec<Scenario> {
    let push_or_text = json!({ "id": "c", "phone": phone(3), "pushEndpointArn": endpoint(3) });
    let abroad = json!({ "id": "c", "phone": ABROAD });
    vec![
        scenario(
            "matched, charged, notified by text message, closed",
            [partner(1), purchase(300), request(1, &sms(1)), close(20)],
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
            "notified by push message",
            [partner(1), purchase(300), request(1, &push(1))],
            &["notification.sent push"],
        ),
        scenario(
            "the push message is refused, so a text message is sent",
            [partner(1), purchase(300), request(3, &push_or_text)],
            &["notification.failed push refused", "notification.sent sms"],
        ),
        scenario(
            "a customer without a channel",
            [partner(1), purchase(300), request(1, &json!({ "id": "c" }))],
            &["notification.failed none no_channel"],
        ),
        scenario(
            "a phone number with a prefix that is not allowed",
            [partner(1), purchase(300), request(1, &abroad)],
            &["notification.failed sms prefix_not_allowed"],
        ),
    ]
}

/// From one decision to the next.
fn decisions() -> Vec<Scenario> {
    vec![
        scenario(
            "no partner serves the request",
            [request(1, &sms(1))],
            &["none → unmatched", "request.unmatched no_partner"],
        ),
        scenario(
            "deferred until the partner is available",
            [
                partner(1),
                purchase(300),
                request(1, &sms(1)),
                request(2, &sms(2)),
                close(90),
            ],
            &[
                "none → deferred",
                "request.deferred",
                "deferred → deferred",
                "deferred → pending",
            ],
        ),
        scenario(
            "deferred until the last attempt",
            [partner(0), request(1, &sms(1))],
            &["deferred → unmatched", "request.unmatched no_capacity"],
        ),
        scenario(
            "charge rejected for lack of points, matched with another partner instead",
            [
                partner(2),
                purchase(150),
                request(1, &sms(1)),
                request(2, &sms(2)),
                delayed(1, second_partner()),
            ],
            &["points.rejected insufficient_points", "pending → pending"],
        )
        .with(SLOW_POINTS),
        scenario(
            "charge rejected for lack of an account, deferred, matched once there are points",
            [partner(1), request(1, &sms(1)), delayed(40, purchase(300))],
            &[
                "points.rejected unknown_account",
                "pending → deferred",
                "pending → confirmed",
            ],
        ),
    ]
}

/// A close or a deactivation while a charge is not decided.
fn endings() -> Vec<Scenario> {
    vec![
        scenario(
            "closed before its charge is decided",
            [partner(1), purchase(300), request(1, &sms(1)), close(0)],
            &["pending → closing", "closing → closed"],
        )
        .with(SLOW_POINTS),
        scenario(
            "closed before its charge is rejected",
            [partner(1), request(1, &sms(1)), close(0)],
            &["closing → withdrawn", "request.unmatched closed"],
        )
        .with(SLOW_POINTS),
        scenario(
            "charge rejected once no partner serves the request any more",
            [partner(1), request(1, &sms(1)), deactivation()],
            &["pending → unmatched"],
        )
        .with(NO_CHARGES),
    ]
}

/// What is late, sent again, contradictory or malformed.
fn repeats_and_delays() -> Vec<Scenario> {
    vec![
        scenario(
            "notified once text messages are accepted again",
            [partner(1), purchase(300), request(1, &sms(1))],
            &["notification.sent sms"],
        )
        .with(SMS_REFUSED),
        scenario(
            "notified too late by text message",
            [partner(1), purchase(300), request(1, &sms(1))],
            &["notification.failed sms too_late"],
        )
        .with(NO_LEASES),
        scenario(
            "notified too late by push message",
            [partner(1), purchase(300), request(1, &push(1))],
            &["notification.failed push too_late"],
        )
        .with(NO_LEASES),
        scenario(
            "repeated, contradicted, and malformed messages",
            [
                partner(1),
                purchase(300),
                request(1, &sms(1)),
                delayed(9, request(1, &sms(1))),
                delayed(12, request(1, &sms(2))),
                malformed(),
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

/// What fails on its last receive but one. An operator puts it back at the end.
fn dead_letters() -> Vec<Scenario> {
    vec![
        scenario(
            "a registration, a request and a purchase are set aside while the tables are out of reach",
            [partner(1), purchase(300), request(1, &sms(1))],
            &[
                "set aside in matching-dead-letters.fifo",
                "set aside in partners-dead-letters.fifo",
                "set aside in points-dead-letters.fifo",
            ],
        )
        .with(REFUSED_BY_MATCHING)
        .with(REFUSED_BY_POINTS)
        .received(3),
        scenario(
            "a notification and a count are set aside while the tables are out of reach",
            [partner(1), purchase(300), request(1, &sms(1))],
            &[
                "set aside in notification-dead-letters",
                "set aside in statistics-dead-letters",
            ],
        )
        .with(REFUSED_BY_NOTIFICATION)
        .with(REFUSED_BY_STATISTICS)
        .received(3),
    ]
}

/// Points is so slow that a close comes first.
const SLOW_POINTS: PlannedFault = during("points.commit", FaultKind::Slow, 60);
/// No charge is decided before the partner is deactivated, which another queue brings.
const NO_CHARGES: PlannedFault = during("points.commit", FaultKind::Call(Fault::Refused), 8);
/// No message is sent, so that the lease is released.
const SMS_REFUSED: PlannedFault = during("sns.Publish", FaultKind::Call(Fault::Refused), 30);
/// No lease can be acquired for longer than `NOTIFY_WITHIN`.
const NO_LEASES: PlannedFault = during("notification.acquire_lease", FaultKind::Call(Fault::Refused), 800);

/// A table is out of reach until what is sent has been received twice.
const REFUSED_BY_MATCHING: PlannedFault = during("matching.", FaultKind::Call(Fault::Refused), 10);
const REFUSED_BY_POINTS: PlannedFault = during("points.", FaultKind::Call(Fault::Refused), 10);
const REFUSED_BY_NOTIFICATION: PlannedFault = during("notification.", FaultKind::Call(Fault::Refused), 20);
const REFUSED_BY_STATISTICS: PlannedFault = during("statistics.", FaultKind::Call(Fault::Refused), 20);

/// A fault that strikes all of these calls from the beginning on.
const fn during(calls: &'static str, kind: FaultKind, seconds: u64) -> PlannedFault {
    PlannedFault::During {
        from: Duration::ZERO,
        length: Duration::from_secs(seconds),
        calls,
        kind,
        percent: 100,
    }
}

fn scenario<const N: usize>(name: &'static str, steps: [Steps; N], shows: &'static [&'static str]) -> Scenario {
    let plan = SimulationPlan {
        seed: 1,
        max_receives: 20,
        max_clock_error: Duration::ZERO,
        managed_instances: false,
        steps: steps.into_iter().flatten().collect(),
        faults: Vec::new(),
    };
    Scenario { name, plan, shows }
}

impl Scenario {
    fn with(mut self, fault: PlannedFault) -> Self {
        self.plan.faults.push(fault);
        self
    }

    /// With so many receives before a message is a dead letter.
    fn received(mut self, max_receives: u32) -> Self {
        self.plan.max_receives = max_receives;
        self
    }
}
