//! What an event counts for.

use builders::events::match_closed;
use contract::{Channel, Event, EventType, Received};

use super::{by_hour, charged, counted, credited, deferred, matched, not_notified, notified, refused, unmatched};
use crate::domain::{CountedEvent, count_events};

const NINE: &str = "2026-03-01T09:00:00Z";
const TEN: &str = "2026-03-01T10:00:00Z";

fn counts_of(event: Received) -> Vec<String> {
    by_hour(&count_events(&counted(&[event])))
}

#[test]
fn a_match_counts_for_its_partner_category_and_region() {
    let expected = [
        "09 category#cleaning matched 1",
        "09 delay#match 1024 1",
        "09 events request.matched 1",
        "09 partner#p1 matched 1",
        "09 region#KR-11 matched 1",
        "09 total matched 1",
    ];
    assert_eq!(counts_of(matched(NINE, "r1", 1)), expected);
}

#[test]
fn counts_that_are_added_are_those_of_all_events() {
    let events = counted(&[matched(NINE, "r1", 1), matched(NINE, "r2", 1), charged(TEN)]);
    let mut sum = count_events(&events[..1]);
    sum.add_all(&count_events(&events[1..]));
    assert_eq!(sum, count_events(&events));
    assert!(by_hour(&sum).contains(&"09 total matched 2".to_owned()), "{sum:?}");
}

#[test]
fn an_unmatched_request_has_no_partner_and_no_delay() {
    let expected = [
        "09 category#cleaning unmatched 1",
        "09 events request.unmatched 1",
        "09 region#KR-11 unmatched 1",
        "09 total unmatched 1",
    ];
    assert_eq!(counts_of(unmatched(NINE)), expected);
}

#[test]
fn points_bought_count_for_their_partner() {
    let expected = [
        "09 events points.credited 1",
        "09 partner#p1 pointsBought 1000000000",
        "09 total pointsBought 1000000000",
    ];
    assert_eq!(counts_of(credited(NINE, 1_000_000_000)), expected);
}

#[test]
fn deferrals_and_failed_notifications_are_counted_by_type_only() {
    for (event, expected) in [
        (deferred(NINE), "09 events request.deferred 1"),
        (not_notified(NINE), "09 events notification.failed 1"),
    ] {
        assert_eq!(counts_of(event), [expected]);
    }
}

#[test]
fn a_charge_counts_with_its_points_and_its_delay() {
    let expected = [
        "10 category#cleaning charged 1",
        "10 category#cleaning pointsCharged 200",
        "10 delay#charge 3670016 1",
        "10 events points.deducted 1",
        "10 partner#p1 charged 1",
        "10 partner#p1 pointsCharged 200",
        "10 region#KR-11 charged 1",
        "10 region#KR-11 pointsCharged 200",
        "10 total charged 1",
        "10 total pointsCharged 200",
    ];
    assert_eq!(counts_of(charged(TEN)), expected);
}

#[test]
fn a_refusal_counts_without_points_and_delay() {
    let expected = [
        "10 category#cleaning refused 1",
        "10 events points.rejected 1",
        "10 partner#p1 refused 1",
        "10 region#KR-11 refused 1",
        "10 total refused 1",
    ];
    assert_eq!(counts_of(refused(TEN)), expected);
}

#[test]
fn a_notification_counts_for_the_decision_that_it_told_of_over_either_channel() {
    for channel in [Channel::Sms, Channel::Push] {
        let expected = [
            "10 category#cleaning told 1",
            "10 delay#message 3670016 1",
            "10 events notification.sent 1",
            "10 partner#p1 told 1",
            "10 region#KR-11 told 1",
            "10 total told 1",
        ];
        assert_eq!(counts_of(notified(TEN, EventType::RequestMatched, channel)), expected);
        let of_none = counts_of(notified(TEN, EventType::RequestUnmatched, channel));
        let without_partner = expected.into_iter().filter(|line| !line.contains("partner"));
        assert_eq!(of_none, without_partner.collect::<Vec<_>>());
    }
}

#[test]
fn what_an_event_does_not_say_it_is_not_counted_by() {
    let mut events = [
        charged(NINE),
        refused(NINE),
        notified(NINE, EventType::RequestMatched, Channel::Sms),
    ];
    for received in &mut events {
        match &mut received.event {
            Event::PointsDeducted(event) => (event.category, event.region) = (None, None),
            Event::PointsRejected(event) => (event.category, event.region) = (None, None),
            Event::NotificationSent(event) => {
                (event.category, event.region) = (None, None);
                (event.partner_id, event.submitted_at) = (None, None);
            }
            other => panic!("{other:?}"),
        }
    }
    let [charged, refused, notified] = events;
    let expected = [
        "09 delay#charge 1024 1",
        "09 events points.deducted 1",
        "09 partner#p1 charged 1",
        "09 partner#p1 pointsCharged 200",
        "09 total charged 1",
        "09 total pointsCharged 200",
    ];
    assert_eq!(counts_of(charged), expected);
    let expected = [
        "09 events points.rejected 1",
        "09 partner#p1 refused 1",
        "09 total refused 1",
    ];
    assert_eq!(counts_of(refused), expected);
    assert_eq!(
        counts_of(notified),
        ["09 events notification.sent 1", "09 total told 1"]
    );
}

#[test]
fn an_event_counts_for_the_day_and_hour_of_its_own_time_in_utc() {
    for (time, day, hour) in [
        ("2026-03-01T00:00:00Z", "2026-03-01", "2026-03-01T00"),
        ("2026-03-01T08:59:59.999999+09:00", "2026-02-28", "2026-02-28T23"),
        ("0001-01-03T00:30:00+01:00", "0001-01-02", "0001-01-02T23"),
    ] {
        let rows = count_events(&counted(&[deferred(time)])).rows();
        let found: Vec<_> = rows
            .iter()
            .map(|row| (&*row.name.period, &*row.name.dimension))
            .collect();
        let periods = [format!("day#{day}"), format!("hour#{hour}")];
        assert_eq!(found, periods.each_ref().map(|period| (&**period, "events")));
        assert!(rows.iter().all(|row| row.columns["request.deferred"] == 1));
    }
}

#[test]
fn a_day_is_the_sum_of_its_hours() {
    let events = counted(&[charged(NINE), charged(TEN), deferred("2026-03-02T00:00:00Z")]);
    let rows = count_events(&events).rows();
    let row = |period: &str, dimension: &str| {
        let mut rows = rows.iter();
        let row = rows.find(|row| row.name.period == period && row.name.dimension == dimension);
        row.unwrap().columns.clone()
    };
    assert_eq!(row("day#2026-03-01", "total")["pointsCharged"], 400);
    assert_eq!(row("hour#2026-03-01T10", "total")["pointsCharged"], 200);
    assert_eq!(row("day#2026-03-02", "events").len(), 1);
    assert!(rows.is_sorted_by_key(|row| &row.name));
}

#[test]
fn an_event_that_no_function_publishes_is_not_counted() {
    let closed = match_closed("r1", 1).received();
    assert_eq!(CountedEvent::from_received(&closed), None);
}
