//! The status updates in events, and the templates that tell them.

use builders::events;
use contract::{EventType, Received};
use serde_json::json;

use super::{StatusUpdate, TextTemplate, matched};

fn unmatched(reason: &str) -> Received {
    events::request_unmatched("r1", 2).with("reason", reason).received()
}

#[test]
fn only_matches_and_unmatched_requests_are_status_updates() {
    let deferred = events::request_deferred("r1", 1).received();
    assert!(StatusUpdate::from_received(&deferred).is_none());
    assert!(StatusUpdate::from_received(&unmatched("closed")).is_none());
    for reason in ["no_partner", "no_capacity"] {
        let received = unmatched(reason);
        let update = StatusUpdate::from_received(&received).unwrap();
        assert_eq!((update.event_type(), update.attempt), (EventType::RequestUnmatched, 2));
        assert_eq!(
            (update.match_id(), update.partner_id(), update.partner_name()),
            (None, None, "")
        );
    }
    let received = matched(&json!({ "id": "c1" }));
    let update = StatusUpdate::from_received(&received).unwrap();
    assert_eq!(update.event_type(), EventType::RequestMatched);
    assert_eq!(update.match_id(), Some(&"m1".parse().unwrap()));
    assert_eq!(update.partner_id(), Some(&"p1".parse().unwrap()));
    assert_eq!(update.partner_name(), "Clean");
}

#[test]
fn the_template_depends_on_whether_the_customer_was_told_of_a_match() {
    let template = |event: &Received, told_of_match| {
        let update = StatusUpdate::from_received(event).unwrap();
        update.template(told_of_match)
    };
    let match_event = matched(&json!({ "id": "c1" }));
    assert_eq!(template(&match_event, false), TextTemplate::Matched);
    assert_eq!(template(&match_event, true), TextTemplate::Rematched);
    let (no_partner, no_capacity) = (unmatched("no_partner"), unmatched("no_capacity"));
    assert_eq!(template(&no_partner, false), TextTemplate::NoPartner);
    assert_eq!(template(&no_capacity, false), TextTemplate::NoCapacity);
    assert_eq!(
        (template(&no_partner, true), template(&no_capacity, true)),
        (TextTemplate::Withdrawn, TextTemplate::Withdrawn)
    );
}
