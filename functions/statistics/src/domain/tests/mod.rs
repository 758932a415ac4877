//! Given the events of a request, the counts and the transactions that follow.

mod counting;
mod transactions;

use builders::events;
use contract::{Channel, EventType, Received};

use super::{CountedEvent, Counts};

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

fn counted_events(received: &[Received]) -> Vec<Option<CountedEvent>> {
    received.iter().map(CountedEvent::from_received).collect()
}

/// Events that are all counted.
fn history(received: &[Received]) -> Vec<CountedEvent> {
    counted_events(received).into_iter().map(Option::unwrap).collect()
}

/// The counters as text: period, row, column and value.
fn lines(counts: &Counts) -> Vec<String> {
    let mut lines = Vec::new();
    for (period, row, columns) in counts.rows() {
        for (column, value) in columns {
            lines.push(format!("{period} {row} {column} {value}"));
        }
    }
    lines
}
