//! What nobody should send.

use fastrand::Rng;
use serde_json::json;

use super::messages::{Message, envelope};
use super::plan::Act;

/// A message that can never succeed, in the group of somebody innocent.
pub(super) fn draw(random: &mut Rng) -> Act {
    let forged = json!({
        "requestId": "r1", "matchId": "m1", "partnerId": "p1", "points": 1, "balance": 1, "sequence": 1,
        "transferId": "t1", "submittedAt": "2026-03-01T00:00:00Z",
    });
    let unreadable = ["no JSON".to_owned(), "{}".to_owned()];
    let incomplete =
        json!({ "requestId": "r1", "customer": { "id": "c1", "phone": "+8210009 DETAILS" } });
    let [unknown, other] = ["r99", "r1"].map(
        |request| json!({ "requestId": request, "matchId": "00000000-0000-5000-8000-000000000000" }),
    );
    let nothing = json!({ "purchaseId": "x", "partnerId": "p1", "points": 0 });
    let to_intake = [
        envelope("poison", "request.submitted", &incomplete),
        envelope("poison", "points.deducted", &forged),
        envelope("poison", "match.closed", &unknown),
        envelope("poison", "match.closed", &other),
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
    let plain = |body| Message::plain(queue, group, body);
    let mut messages: Vec<_> = bodies.map(plain).collect();
    if queue == "intake.fifo" {
        messages.push(mislabelled(group));
    }
    let message = random.choice(messages).unwrap();
    let wrapped = random.bool() && message.attributes.is_empty();
    let message = if wrapped {
        message.wrapped("any")
    } else {
        message
    };
    Act::Send(message.poison())
}

/// The attribute says something else than the body.
fn mislabelled(group: &str) -> Message {
    let data = json!({
        "requestId": "r98", "category": "cleaning", "region": "KR-11", "customer": { "id": group },
    });
    let body = envelope("poison", "request.submitted", &data);
    Message::plain("intake.fifo", group, body).labelled("match.closed")
}
