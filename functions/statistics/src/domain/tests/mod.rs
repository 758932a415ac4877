//! What events count for, and how increments are folded.

mod counting;
mod folding;
mod numbered;

use builders::events;
use contract::{Channel, EventType, Received};
use jiff::Timestamp;

use super::{CountedEvent, Counts, first_since};

fn matched(time: &str, request: &str, attempt: u32) -> Received {
    let matched = events::request_matched(request, attempt, "p1");
    matched.with("fee/points", 200).time(time).received()
}

fn unmatched(time: &str) -> Received {
    events::request_unmatched("r1", 1).time(time).received()
}

fn deferred(time: &str) -> Received {
    events::request_deferred("r1", 1).time(time).received()
}

fn credited(time: &str, points: u32) -> Received {
    events::points_credited("b1", "p1", points).time(time).received()
}

fn charged(time: &str) -> Received {
    let charged = events::points_deducted("r1", 1, "p1");
    charged.with("points", 200).time(time).received()
}

fn refused(time: &str) -> Received {
    let refused = events::points_rejected("r1", 1, "p1");
    refused.with("points", 200).time(time).received()
}

/// The customer was notified of the first decision.
fn notified(time: &str, cause: EventType, channel: Channel) -> Received {
    let decision = match cause {
        EventType::RequestMatched => events::request_matched("r1", 1, "p1"),
        EventType::RequestUnmatched => events::request_unmatched("r1", 1),
        other => panic!("{other} is no cause of a notification"),
    };
    let sent = events::notification_sent(&decision.json(), channel);
    sent.time(time).received()
}

fn not_notified(time: &str) -> Received {
    let matched = events::request_matched("r1", 1, "p1").json();
    let failed = events::notification_failed(&matched, Channel::None);
    failed.with("reason", "no_channel").time(time).received()
}

/// Events that are all counted.
fn counted(received: &[Received]) -> Vec<CountedEvent> {
    received
        .iter()
        .map(|event| CountedEvent::from_received(event).unwrap())
        .collect()
}

/// The counters of the hours as text: hour, row, column and value. Those of the days are their sums.
fn by_hour(counts: &Counts) -> Vec<String> {
    let mut lines = Vec::new();
    for row in counts.rows() {
        if let Some(hour) = row.name.period.strip_prefix("hour#2026-03-01T") {
            for (column, value) in row.columns {
                lines.push(format!("{hour} {} {column} {value}", row.name.dimension));
            }
        }
    }
    lines
}

#[test]
fn events_are_numbered_for_an_hour_more_unless_nothing_is_stored() {
    let now: Timestamp = "2026-03-01T09:30:00Z".parse().unwrap();
    let since = |is_empty| first_since(is_empty, now).unwrap().to_string();
    assert_eq!(since(false), "2026-03-01T10:30:00Z");
    assert_eq!(since(true), "0000-01-01T00:00:00Z");
}
