//! One sample of each event is kept as it goes over the wire. Other teams' programs rely on it.

use contract::{Direction, Event, EventType, Publication, Received, Source, ids};
use miniz_oxide::deflate::compress_to_vec_zlib;
use serde_json::json;

use crate::samples::{decode, event, events, golden, match_id, request_id, samples, submitted_at, v};

const TRACE: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// What the sample of a published event is published for.
fn cause(event_type: EventType) -> Received {
    let first = match event_type {
        EventType::PointsCredited => EventType::PointsPurchased,
        _ => EventType::RequestSubmitted,
    };
    let first = decode(&golden(first)).unwrap().unwrap();
    let id = match event_type {
        EventType::RequestMatched | EventType::PointsCredited => return first,
        EventType::RequestDeferred => {
            let rejected = event(EventType::PointsRejected);
            ids::event_id(EventType::PointsRejected, &rejected.subject())
        }
        EventType::RequestUnmatched => ids::event_id(EventType::RequestDeferred, "req-20260302-0917/2"),
        _ => ids::event_id(EventType::RequestMatched, "req-20260302-0917/1"),
    };
    Received { id, ..first }
}

#[test]
fn what_is_published_is_the_golden_file_byte_for_byte() {
    for event_type in events() {
        let Direction::Out(source) = event_type.direction() else {
            continue;
        };
        let (event, cause) = (event(event_type), cause(event_type));
        let time = v("2026-03-02T00:17:04.431507999Z");
        let made = Publication::new(source, event, "ptn-0107", time, &cause);
        let body = made.body + "\n";
        assert!(
            body == golden(event_type),
            "golden/{event_type}.json is not what is published:\n{body}"
        );
    }
}

#[test]
fn every_golden_file_decodes_to_its_event() {
    for event_type in events() {
        assert_eq!(
            decode(&golden(event_type)).unwrap().unwrap().event.event_type(),
            event_type
        );
    }
    for expected in samples() {
        let received = decode(&golden(expected.event_type())).unwrap().unwrap();
        let mut decoded = received.event;
        if let Event::RequestSubmitted(submitted) = &mut decoded {
            submitted.details = None; // compared below
        }
        assert_eq!(decoded, expected);
    }
}

#[test]
fn the_envelope_is_carried_on() {
    let received = decode(&golden(EventType::RequestSubmitted)).unwrap().unwrap();
    assert_eq!(received.id, "b1c5b8a4-93d5-4e0c-8f0b-0d2b8a6f4c13");
    assert_eq!(received.time, submitted_at());
    assert_eq!(received.correlation_id, "web:req-20260302-0917");
    assert_eq!(received.traceparent.as_deref(), Some(TRACE));

    let made = Publication::new(
        Source::Matching,
        event(EventType::RequestMatched),
        "ptn-0107",
        submitted_at(),
        &received,
    );
    assert_eq!(made.id, "08f801ae-3fcd-5f96-b29a-bc599b7103bf");
    assert_eq!(made.event_type, EventType::RequestMatched);
    assert_eq!(made.group, "ptn-0107");
    assert_eq!(made.correlation_id, "web:req-20260302-0917");
    let published = decode(&made.body).unwrap().unwrap();
    assert_eq!(published.correlation_id, received.correlation_id);
    assert_eq!(published.traceparent, received.traceparent);
}

/// A stored event is the same again, whether its body was stored as text or compressed.
#[test]
fn stored_events_are_read_again() {
    let cause = decode(&golden(EventType::RequestSubmitted)).unwrap().unwrap();
    let made = event(EventType::RequestMatched);
    let made = Publication::new(Source::Matching, made, "ptn-0107", submitted_at(), &cause);
    let other = event(EventType::RequestDeferred);
    let other = Publication::new(Source::Matching, other, "ptn-0107", submitted_at(), &cause);
    for publication in [&made, &other, &made] {
        let saved = serde_json::to_value(publication).unwrap();
        assert_eq!(&serde_json::from_value::<Publication>(saved).unwrap(), publication);
    }

    let read = |body: &[u8]| serde_json::from_value::<Publication>(json!({ "group": "ptn-0107", "body": body }));
    let compressed = compress_to_vec_zlib(made.body.as_bytes(), 6);
    assert!(compressed.len() * 4 < made.body.len() * 3, "{}", compressed.len());
    assert_eq!(read(&compressed).unwrap(), made);

    let too_long = compress_to_vec_zlib(&vec![b'{'; 256 * 1024 + 1], 6);
    for unreadable in [
        b"" as &[u8],
        b"{}",
        b"no JSON",
        &compressed[..100],
        &compressed[2..],
        &too_long,
    ] {
        let error = read(unreadable).unwrap_err();
        assert_eq!(error.to_string(), "a stored event cannot be read");
    }
}

#[test]
fn without_a_correlationid_the_business_key_stands_in() {
    for (event_type, expected) in [
        (EventType::PartnerRegistered, "ptn-0107"),
        (EventType::MatchClosed, "req-20260302-0917"),
        (EventType::PointsPurchased, "buy-20260302-0031"),
        (EventType::PointsCredited, "buy-20260302-0031"),
        (EventType::PointsDeducted, "req-20260302-0917"),
        (EventType::PointsRejected, "req-20260302-0917"),
        (EventType::NotificationFailed, "req-20260302-0917"),
    ] {
        let body = golden(event_type);
        let body = body
            .replace("correlationid", "unknown")
            .replace("traceparent", "unknown2");
        let received = decode(&body).unwrap().unwrap();
        assert_eq!(received.correlation_id, expected);
        assert_eq!(received.traceparent, None);
    }
}

/// Those of the events that are published stand in their golden files.
#[test]
fn what_comes_from_other_systems_has_its_business_key_as_its_subject() {
    let of_match = format!("req-20260302-0917/{}", match_id());
    for (event_type, subject) in [
        (EventType::PartnerRegistered, "ptn-0107/3"),
        (EventType::RequestSubmitted, "req-20260302-0917"),
        (EventType::MatchClosed, &of_match),
        (EventType::PointsPurchased, "buy-20260302-0031"),
    ] {
        assert_eq!(event(event_type).subject(), subject);
    }
}

/// Computed once with another implementation of version 5: they must never change.
#[test]
fn ids_are_stable() {
    let attempt = |n| ids::match_id(&request_id(), n).to_string();
    assert_eq!(attempt(1), "f768cc41-b7e7-59cc-80f5-c9ef8625f054");
    assert_eq!(attempt(2), "e66be3b6-e3fc-5a8f-9a63-bcf068878a65");
    assert_eq!(
        ids::match_transfer_id(&match_id()).as_str(),
        "684c22fa-f2a9-58d8-a726-ccfef2e033fa"
    );
    assert_eq!(
        ids::purchase_transfer_id(&v("buy-20260302-0031")).as_str(),
        "7c9d78ad-aa2a-5649-a4c2-837da9aa20ec"
    );
    assert_eq!(
        ids::notification_id("08f801ae-3fcd-5f96-b29a-bc599b7103bf", contract::Channel::Push).as_str(),
        "612b4984-3b2b-5c7f-8424-34bf5224914d"
    );
    for (event_type, id) in [
        (EventType::RequestMatched, "08f801ae-3fcd-5f96-b29a-bc599b7103bf"),
        (EventType::PointsCredited, "8504895f-be87-59ab-adf8-a05c2618053f"),
        (EventType::PointsDeducted, "eee03c2f-f060-570c-8b6e-cc6a5b6c62c4"),
        (EventType::PointsRejected, "7b49bda7-6a7b-52bd-80d1-cde6b5f99151"),
        (EventType::NotificationSent, "19565484-c41a-5ccc-a0fd-7d3de29a2258"),
    ] {
        assert_eq!(ids::event_id(event_type, &event(event_type).subject()), id);
    }
}

#[test]
fn details_are_compared_and_never_written() {
    let submitted = |details: &str| {
        let body = golden(EventType::RequestSubmitted);
        let body = body.replacen("\"평수\": 24", details, 1);
        match decode(&body).unwrap().unwrap().event {
            Event::RequestSubmitted(submitted) => submitted,
            other => panic!("{:?}", other.event_type()),
        }
    };
    let (one, same, other) = (
        submitted("\"평수\": 24"),
        submitted("\"\\ud3c9수\":24.0"),
        submitted("\"평수\": 25"),
    );
    assert_eq!(one, same);
    assert_ne!(one, other);
    let details = one.details.as_ref().unwrap();
    // Requests that were stored before have it: it must never change.
    let stored = "58d8a0ae3b3b333f9c22f4270b67d85080bb2382075a0f05a335c1fd93fe8e92";
    assert_eq!(details.hash(), stored);
    assert!(details.has_hash(stored) && !details.has_hash("another"));
    assert!(format!("{one:?}").contains("Details(hidden)"));
    for written in [format!("{one:?}"), serde_json::to_string(&one).unwrap()] {
        assert!(!written.contains("고양이"), "{written}");
        assert!(!written.contains(one.details_hash().unwrap()), "{written}");
    }
}

#[test]
fn personal_data_is_not_shown() {
    for event_type in events() {
        let received = decode(&golden(event_type)).unwrap().unwrap();
        let made = Publication::new(Source::Matching, received.event.clone(), "g", submitted_at(), &received);
        let shown = format!("{received:?} {made:?}");
        assert!(shown.contains(&made.id), "{shown}");
        assert!(!shown.contains("+82") && !shown.contains("endpoint/"), "{shown}");
    }
}
