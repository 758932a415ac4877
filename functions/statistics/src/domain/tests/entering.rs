//! What is written at once.

use contract::Received;

use super::{charged, credited, entries, matched, shown};
use crate::domain::{Entry, LIMIT, Stories, Stream, Transaction};

const NINE: &str = "2026-03-01T09:00:00Z";
const TEN: &str = "2026-03-01T10:00:00Z";

fn numbers(transaction: &Transaction) -> Vec<(String, usize)> {
    let events = transaction.events.iter();
    events
        .map(|(stream, number, _)| (stream.to_string(), *number))
        .collect()
}

fn request(id: &str) -> Stream {
    Stream::Request(id.parse().unwrap())
}

/// Each is an item of its own; all of them together share twelve counters.
fn matches(number: usize) -> Vec<Received> {
    let attempts = 1..=u32::try_from(number).unwrap();
    attempts.map(|n| matched(NINE, "r1", n)).collect()
}

fn entered(events: &[Entry]) -> Stories {
    let mut stories = Stories::default();
    stories.enter(events);
    stories
}

#[test]
fn new_events_take_the_next_numbers_of_their_stories() {
    let (first, second) = (
        entries(&[matched(NINE, "r1", 1)]),
        entries(&[charged(NINE), credited(NINE, 5), matched(NINE, "r2", 1)]),
    );
    let mut stories = Stories::default();
    stories.note(
        request("r1"),
        first.into_iter().map(|entry| entry.unwrap().1).collect(),
    );
    let (transaction, taken) = stories.enter(&second);
    assert_eq!(taken, 3);
    let expected = [("request#r1", 2), ("purchase#b1", 1), ("request#r2", 1)];
    assert_eq!(
        numbers(&transaction),
        expected.map(|(stream, number)| (stream.to_owned(), number))
    );
    let lines = shown(&transaction.counts);
    assert!(
        lines.contains(&"day#2026-03-01 total matched 1".to_owned()),
        "only what is new: {lines:?}"
    );
    assert!(
        lines.contains(&"day#2026-03-01 category#cleaning charged 1".to_owned()),
        "{lines:?}"
    );
}

#[test]
fn counters_that_stay_as_they_are_are_not_written() {
    let mut stories = entered(&entries(&[matched(NINE, "r1", 1)]));
    let (transaction, _) = stories.enter(&entries(&[charged(NINE)]));
    let lines = shown(&transaction.counts);
    assert!(!lines.iter().any(|line| line.ends_with(" 0")), "{lines:?}");
}

#[test]
fn what_is_known_is_passed_over() {
    let mut stories = Stories::default();
    let once = entries(&[matched(NINE, "r1", 1)]);
    let twice: Vec<Entry> = [once.clone(), vec![None], once.clone()].concat();
    let (transaction, taken) = stories.enter(&twice);
    assert_eq!((numbers(&transaction).len(), taken), (1, 3));
    assert_eq!(stories.enter(&twice), (Transaction::default(), 3));
    assert_eq!(stories, entered(&once));
}

#[test]
fn a_transaction_is_filled_to_the_limit_and_not_beyond() {
    let events = entries(&matches(LIMIT));
    let mut stories = Stories::default();
    let (first, taken) = stories.enter(&events);
    assert_eq!(
        (first.events.len(), first.counts.items(), taken),
        (LIMIT - 12, 12, LIMIT - 12)
    );
    assert_eq!(
        stories,
        entered(&events[..taken]),
        "what did not fit is not there yet"
    );
    let (second, taken) = stories.enter(&events[taken..]);
    assert_eq!(
        (numbers(&second)[0].1, second.counts.items(), taken),
        (LIMIT - 12 + 1, 12, 12)
    );
}

#[test]
fn an_event_waits_if_its_counters_do_not_fit() {
    let mut events = matches(LIMIT - 13); // with their counters one item short of the limit
    events.push(matched(TEN, "r1", 1000)); // counters of an hour of its own
    let (transaction, taken) = Stories::default().enter(&entries(&events));
    assert_eq!((transaction.items(), taken), (LIMIT - 1, LIMIT - 13));
}

/// Or nothing would ever be written again.
#[test]
fn an_event_that_fits_into_no_transaction_is_tried_alone() {
    // Charges of many days, whose category and region only the match tells.
    let charges: Vec<_> = (1..=28)
        .map(|day| charged(&format!("2026-02-{day:02}T09:00:00Z")))
        .collect();
    let charges = entries(&charges).into_iter();
    let mut stories = Stories::default();
    stories.note(request("r1"), charges.map(|e| e.unwrap().1).collect());
    let (transaction, taken) = stories.enter(&entries(&matches(2)));
    assert!(transaction.items() > LIMIT, "{}", transaction.items());
    assert_eq!((numbers(&transaction).len(), taken), (1, 1));
}

#[test]
fn a_transaction_is_known_by_its_first_event() {
    let (transaction, _) = Stories::default().enter(&entries(&matches(2)));
    assert_eq!(transaction.key(), Some(&*transaction.events[0].2.id));
    assert_eq!(Transaction::default().key(), None);
}

#[test]
fn stories_that_are_read_anew_replace_what_was_thought_of_them() {
    let mut stories = Stories::default();
    let events = entries(&[matched(NINE, "r1", 1), matched(NINE, "r2", 1)]);
    let (transaction, _) = stories.enter(&events);
    stories.note(request("r1"), Vec::new());
    let (again, _) = stories.enter(&events);
    assert_eq!(
        again.events,
        transaction.events[..1],
        "r1 was not written, r2 was"
    );
}
