//! Messages that can never succeed: unreadable, breaking the contract, or about unknown matches.

use fastrand::Rng;
use serde_json::{Value, json};

use super::Step;
use super::messages::{Message, envelope};

/// Draws a malformed message, in the message group of a customer or partner that sends correct ones too.
pub(super) fn draw(random: &mut Rng) -> Step {
    let (to_intake, to_partners, to_points) = (intake_bodies(), partners_bodies(), points_bodies());
    let (queue, group, bodies) = *random
        .choice(&[
            ("intake.fifo", "c1", &to_intake[..]),
            ("partners.fifo", "p1", &to_partners[..]),
            ("points.fifo", "p1", &to_points[..]),
        ])
        .unwrap();
    let unreadable = ["no JSON".to_owned(), "{}".to_owned()];
    let bodies = unreadable.iter().chain(bodies).cloned();
    let mut messages: Vec<_> = bodies.map(|body| Message::new(queue, group, body)).collect();
    if queue == "intake.fifo" {
        messages.push(mislabelled(group));
    }
    let message = random.choice(messages).unwrap();
    let is_wrapped = random.bool() && message.content.attributes.is_empty();
    let message = if is_wrapped { message.wrapped("any") } else { message };
    Step::Send(message.malformed())
}

/// An incomplete submission, a misspelt type, events that only points, the partner admin and the payment system may send, and closes of
/// matches that do not exist.
fn intake_bodies() -> [String; 7] {
    let incomplete = json!({ "requestId": "r1", "customer": { "id": "c1", "phone": "+8210009 DETAILS" } });
    let forged = json!({
        "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 1, "balance": 1, "sequence": 1,
        "transferId": "t1", "submittedAt": "2026-03-01T00:00:00Z",
    });
    let [unknown_request, unknown_match] =
        ["r99", "r1"].map(|request| json!({ "requestId": request, "matchId": "00000000-0000-5000-8000-000000000000" }));
    [
        envelope("malformed", "request.submitted", &incomplete),
        envelope("malformed", "request.submitted ", &incomplete),
        envelope("malformed", "points.deducted", &forged),
        envelope("malformed", "partner.registered", &registration(1)),
        envelope("malformed", "points.purchased", &purchase(1)),
        envelope("malformed", "match.closed", &unknown_request),
        envelope("malformed", "match.closed", &unknown_match),
    ]
}

/// A partner with more capacity than there may be, and an event that producers send to intake.
fn partners_bodies() -> [String; 2] {
    let submission = json!({
        "requestId": "r97", "category": "cleaning", "region": "KR-11", "customer": { "id": "c1" },
    });
    [
        envelope("malformed", "partner.registered", &registration(100_001)),
        envelope("malformed", "request.submitted", &submission),
    ]
}

/// A registration that would lock partner `p1`: no version is higher.
fn registration(capacity: u32) -> Value {
    json!({
        "partnerId": "p1", "version": 9_007_199_254_740_991_u64, "name": "Locked", "categories": ["cleaning"],
        "regions": ["KR-11"], "capacity": capacity, "fee": { "points": 1 },
    })
}

/// A purchase of no points, and a misspelt type.
fn points_bodies() -> [String; 2] {
    [
        envelope("malformed", "points.purchased", &purchase(0)),
        envelope("malformed", "points.purchase", &purchase(1)),
    ]
}

fn purchase(points: u32) -> Value {
    json!({ "purchaseId": "x", "partnerId": "p1", "points": points })
}

/// A message whose attribute gives another event type than its body.
fn mislabelled(group: &str) -> Message {
    let data = json!({
        "requestId": "r98", "category": "cleaning", "region": "KR-11", "customer": { "id": group },
    });
    let body = envelope("malformed", "request.submitted", &data);
    Message::new("intake.fifo", group, body).with_attributes("match.closed")
}
