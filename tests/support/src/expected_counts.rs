//! The counters that statistics must have, counted the plain way: each event by what it says itself.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;

/// Counters by period, row and column, as they are stored, with a space between.
pub type Counters = BTreeMap<String, u64>;

/// The counters of these published events; a repeat counts once.
pub fn expected_counts<'a>(published: impl IntoIterator<Item = &'a Value>) -> Counters {
    let once = |event: &'a Value| (format!("{} {}", event["type"], event["data"]), event);
    let events: BTreeMap<_, _> = published.into_iter().map(once).collect();
    let mut all = Counters::new();
    for event in events.values() {
        let time = time(&event["time"]);
        for (row, column, number) in counters(event) {
            for period in ["day#%Y-%m-%d", "hour#%Y-%m-%dT%H"] {
                let counter = format!("{} {row} {column}", time.strftime(period));
                *all.entry(counter).or_default() += number;
            }
        }
    }
    all
}

/// An event's counters.
fn counters(event: &Value) -> Vec<(String, String, u64)> {
    let (kind, data) = (text(&event["type"]), &event["data"]);
    let points = || data["points"].as_u64().unwrap();
    let (measures, delay) = match kind {
        "request.matched" => (vec![("matched", 1)], Some("match")),
        "request.deferred" | "notification.failed" => (vec![], None),
        "request.unmatched" => (vec![("unmatched", 1)], None),
        "points.credited" => (vec![("pointsBought", points())], None),
        "points.deducted" => (vec![("charged", 1), ("pointsCharged", points())], Some("charge")),
        "points.rejected" => (vec![("refused", 1)], None),
        "notification.sent" => (vec![("told", 1)], Some("message")),
        unknown => {
            panic!("no counters are known for events of type {unknown}: say here which it has")
        }
    };
    let partner = data["partnerId"].as_str().or(data["partner"]["id"].as_str());
    let named = |name: &str, value: Option<&str>| value.map(|value| format!("{name}#{value}"));
    let rows = [
        Some("total".to_owned()),
        named("partner", partner),
        named("category", data["category"].as_str()),
        named("region", data["region"].as_str()),
    ];
    let mut counters = vec![("events".to_owned(), kind.to_owned(), 1)];
    for row in rows.into_iter().flatten() {
        for (measure, number) in &measures {
            counters.push((row.clone(), (*measure).to_owned(), *number));
        }
    }
    let submitted = Some(&data["submittedAt"]).filter(|submitted| submitted.is_string());
    if let (Some(delay), Some(submitted)) = (delay, submitted) {
        let bound = bound(time(submitted), time(&event["time"]));
        counters.push((format!("delay#{delay}"), bound.to_string(), 1));
    }
    counters
}

/// The first bound that a delay is within: they go up by 1, from 16 ms on by 2, from 32 on by 4, and so on.
fn bound(submitted: Timestamp, until: Timestamp) -> u64 {
    let (mut bound, mut step) = (0_u64, 1);
    while i128::from(bound) * 1_000 < until.duration_since(submitted).as_micros() {
        bound += step;
        step = if bound < 16 { 1 } else { 1 << (bound.ilog2() - 3) };
    }
    bound
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn time(value: &Value) -> Timestamp {
    text(value).parse().unwrap()
}
