//! The counts of a history.

use builders::events::match_closed;
use contract::{Channel, EventType, Received};

use super::{charged, credited, deferred, history, lines, matched, not_notified, notified, refused, unmatched};
use crate::domain::{CountedEvent, count_events};

const NINE: &str = "2026-03-01T09:00:00Z";
const TEN: &str = "2026-03-01T10:00:00Z";

/// The counters by hour; those by day are their sums.
fn by_hour(events: &[Received]) -> Vec<String> {
    let lines = lines(&count_events(&history(events)));
    let hour = |line: &String| line.strip_prefix("hour#2026-03-01T").map(str::to_owned);
    lines.iter().filter_map(hour).collect()
}

#[test]
fn a_match_counts_for_its_partner_category_and_region() {
    let expected = [
        "09 events request.matched 1",
        "09 total matched 1",
        "09 category#cleaning matched 1",
        "09 region#KR-11 matched 1",
        "09 partner#p1 matched 1",
        "09 delay#match 1024 1",
    ];
    assert_eq!(by_hour(&[matched(NINE, "r1", 1)]), expected);
}

#[test]
fn an_unmatched_request_has_no_partner_and_no_delay() {
    let expected = [
        "09 events request.unmatched 1",
        "09 total unmatched 1",
        "09 category#cleaning unmatched 1",
        "09 region#KR-11 unmatched 1",
    ];
    assert_eq!(by_hour(&[unmatched(NINE)]), expected);
}

#[test]
fn points_bought_count_for_their_partner() {
    let expected = [
        "09 events points.credited 1",
        "09 total pointsBought 1000000000",
        "09 partner#p1 pointsBought 1000000000",
    ];
    assert_eq!(by_hour(&[credited(NINE, 1_000_000_000)]), expected);
}

#[test]
fn deferrals_and_failed_notifications_are_counted_by_type_only() {
    for (event, expected) in [
        (deferred(NINE), "09 events request.deferred 1"),
        (not_notified(NINE), "09 events notification.failed 1"),
    ] {
        assert_eq!(by_hour(&[event]), [expected]);
    }
}

#[test]
fn events_count_without_category_and_region_until_their_match_is_counted() {
    let message = notified(TEN, EventType::RequestMatched, Channel::Sms);
    let answers = [charged(TEN), refused(TEN), message];
    let before = [
        "10 events points.deducted 1",
        "10 events points.rejected 1",
        "10 events notification.sent 1",
        "10 total charged 1",
        "10 total refused 1",
        "10 total told 1",
        "10 total pointsCharged 200",
        "10 partner#p1 charged 1",
        "10 partner#p1 refused 1",
        "10 partner#p1 pointsCharged 200",
        "10 delay#charge 3670016 1",
    ];
    assert_eq!(by_hour(&answers), before);

    let after = by_hour(&[&answers[..], &[matched(NINE, "r1", 1)]].concat());
    let added = after
        .iter()
        .filter(|line| line.starts_with("10") && !before.contains(&line.as_str()));
    let expected = [
        "10 category#cleaning charged 1",
        "10 category#cleaning refused 1",
        "10 category#cleaning told 1",
        "10 category#cleaning pointsCharged 200",
        "10 region#KR-11 charged 1",
        "10 region#KR-11 refused 1",
        "10 region#KR-11 told 1",
        "10 region#KR-11 pointsCharged 200",
        "10 partner#p1 told 1",
        "10 delay#message 3670016 1",
    ];
    assert_eq!(added.collect::<Vec<_>>(), expected);
    assert!(
        before.iter().all(|line| after.contains(&(*line).to_owned())),
        "{after:?}"
    );
}

#[test]
fn a_notification_counts_for_the_decision_that_it_told_of_over_either_channel() {
    for channel in [Channel::Sms, Channel::Push] {
        let of_match = by_hour(&[
            matched(NINE, "r1", 1),
            notified(TEN, EventType::RequestMatched, channel),
        ]);
        assert!(of_match.contains(&"10 partner#p1 told 1".to_owned()), "{of_match:?}");
        let of_none = by_hour(&[unmatched(NINE), notified(TEN, EventType::RequestUnmatched, channel)]);
        let of_none: Vec<_> = of_none.iter().filter(|line| line.starts_with("10")).collect();
        let expected = [
            "10 events notification.sent 1",
            "10 total told 1",
            "10 category#cleaning told 1",
            "10 region#KR-11 told 1",
            "10 delay#message 3670016 1",
        ];
        assert_eq!(of_none, expected);
    }
}

#[test]
fn any_decision_gives_category_and_region_but_only_the_matching_one_gives_the_partner() {
    let counted = by_hour(&[
        matched(NINE, "r1", 2),
        charged(TEN),
        notified(TEN, EventType::RequestMatched, Channel::Sms),
    ]);
    for line in [
        "10 category#cleaning charged 1",
        "10 region#KR-11 charged 1",
        "10 category#cleaning told 1",
    ] {
        assert!(counted.contains(&line.to_owned()), "{line}: {counted:?}");
    }
    assert!(
        !counted.contains(&"10 partner#p1 told 1".to_owned()),
        "it told of another match: {counted:?}"
    );
}

#[test]
fn an_event_counts_for_the_day_and_hour_of_its_own_time_in_utc() {
    for (time, day, hour) in [
        ("2026-03-01T00:00:00Z", "2026-03-01", "2026-03-01T00"),
        ("2026-03-01T08:59:59.999999+09:00", "2026-02-28", "2026-02-28T23"),
        ("0001-01-03T00:30:00+01:00", "0001-01-02", "0001-01-02T23"),
    ] {
        let history = history(&[deferred(time)]);
        let periods = [format!("day#{day}"), format!("hour#{hour}")];
        let expected = periods.map(|period| format!("{period} events request.deferred 1"));
        assert_eq!(lines(&count_events(&history)), expected);
    }
}

#[test]
fn an_event_that_no_function_publishes_is_not_counted() {
    let closed = match_closed("r1", 1).received();
    assert_eq!(CountedEvent::from_received(&closed), None);
}
