//! Histories with numbers: what an event adds depends on what else is in there.

use contract::{Channel, EventType, Received};

use super::{by_hour, charged, counted, credited, matched, notified, refused, unmatched};
use crate::domain::{Counts, History, NumberedEvent, count_history};

const NINE: &str = "2026-03-01T09:00:00Z";
const TEN: &str = "2026-03-01T10:00:00Z";

fn history(received: &[Received]) -> History {
    History {
        numbered: counted(received),
        others: Vec::new(),
    }
}

fn next(history: &History, received: &Received) -> Option<NumberedEvent> {
    history.next(&counted(std::slice::from_ref(received))[0])
}

#[test]
fn a_new_event_takes_the_next_number() {
    let first = next(&History::default(), &credited(NINE, 5)).unwrap();
    assert_eq!(first.number, 1);
    let second = next(&history(&[matched(NINE, "r1", 1)]), &charged(NINE)).unwrap();
    assert_eq!((second.number, second.event), (2, counted(&[charged(NINE)])[0].clone()));
}

/// Version 0.2.0 counts all items of a history: behind one without a number it gives the number 2.
#[test]
fn a_number_is_behind_all_that_version_0_2_0_gave() {
    let history = History {
        numbered: counted(&[charged(NINE)]),
        others: vec!["without a number".to_owned()],
    };
    assert_eq!(next(&history, &refused(TEN)).unwrap().number, 3);
}

#[test]
fn an_event_of_the_history_has_no_number_be_it_stored_with_one_or_without() {
    let event = matched(NINE, "r1", 1);
    assert_eq!(next(&history(std::slice::from_ref(&event)), &event), None);
    let others = vec![counted(std::slice::from_ref(&event))[0].id.clone()];
    let history = History {
        numbered: Vec::new(),
        others,
    };
    assert_eq!(next(&history, &event), None);
}

#[test]
fn a_history_is_named_after_its_request_or_purchase() {
    let key = |received: Received| counted(&[received])[0].history_key().to_string();
    assert_eq!(key(charged(NINE)), "request#r1");
    assert_eq!(key(credited(NINE, 5)), "purchase#b1");
}

#[test]
fn a_counter_grows_by_what_is_added() {
    let growth = next(&history(&[charged(NINE)]), &refused(NINE)).unwrap().growth;
    let expected = [
        "09 events points.rejected 1",
        "09 partner#p1 refused 1",
        "09 total refused 1",
    ];
    assert_eq!(by_hour(&growth), expected);
    let again = next(&history(&[matched(NINE, "r1", 1)]), &matched(NINE, "r1", 2))
        .unwrap()
        .growth;
    assert!(by_hour(&again).contains(&"09 total matched 1".to_owned()), "{again:?}");
}

#[test]
fn events_count_without_category_and_region_until_their_match_is_counted() {
    let message = notified(TEN, EventType::RequestMatched, Channel::Sms);
    let answers = [charged(TEN), refused(TEN), message];
    let before = [
        "10 delay#charge 3670016 1",
        "10 events notification.sent 1",
        "10 events points.deducted 1",
        "10 events points.rejected 1",
        "10 partner#p1 charged 1",
        "10 partner#p1 pointsCharged 200",
        "10 partner#p1 refused 1",
        "10 total charged 1",
        "10 total pointsCharged 200",
        "10 total refused 1",
        "10 total told 1",
    ];
    assert_eq!(by_hour(&count_history(&counted(&answers))), before);

    let growth = next(&history(&answers), &matched(NINE, "r1", 1)).unwrap().growth;
    let at_ten: Vec<_> = by_hour(&growth)
        .into_iter()
        .filter(|line| line.starts_with("10"))
        .collect();
    let expected = [
        "10 category#cleaning charged 1",
        "10 category#cleaning pointsCharged 200",
        "10 category#cleaning refused 1",
        "10 category#cleaning told 1",
        "10 delay#message 3670016 1",
        "10 partner#p1 told 1",
        "10 region#KR-11 charged 1",
        "10 region#KR-11 pointsCharged 200",
        "10 region#KR-11 refused 1",
        "10 region#KR-11 told 1",
    ];
    assert_eq!(at_ten, expected);
}

#[test]
fn any_decision_gives_category_and_region_but_only_the_matching_one_gives_the_partner() {
    let message = notified(TEN, EventType::RequestMatched, Channel::Sms);
    let growth = next(&history(&[matched(NINE, "r1", 2)]), &message).unwrap().growth;
    let lines = by_hour(&growth);
    assert!(lines.contains(&"10 category#cleaning told 1".to_owned()), "{lines:?}");
    assert!(
        !lines.iter().any(|line| line.contains("partner")),
        "it told of another match: {lines:?}"
    );

    let of_none = notified(TEN, EventType::RequestUnmatched, Channel::Push);
    let growth = next(&history(&[unmatched(NINE)]), &of_none).unwrap().growth;
    assert!(by_hour(&growth).contains(&"10 region#KR-11 told 1".to_owned()));
}

#[test]
fn an_event_without_a_number_adds_nothing_to_what_another_counts_for() {
    let others = counted(&[charged(TEN)]).into_iter().map(|event| event.id).collect();
    let history = History {
        numbered: Vec::new(),
        others,
    };
    let growth = next(&history, &matched(NINE, "r1", 1)).unwrap().growth;
    assert_eq!(growth, count_history(&counted(&[matched(NINE, "r1", 1)])));
    assert_ne!(growth, Counts::default());
}
