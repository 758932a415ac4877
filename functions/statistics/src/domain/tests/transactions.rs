//! The transactions that add events to their histories.

use contract::Received;

use super::{charged, counted_events, credited, history, lines, matched};
use crate::domain::{CountedEvent, Histories, HistoryKey, MAX_TRANSACTION_ITEMS, Transaction};

const NINE: &str = "2026-03-01T09:00:00Z";
const TEN: &str = "2026-03-01T10:00:00Z";

fn numbers(transaction: &Transaction) -> Vec<(String, usize)> {
    let events = transaction.events.iter();
    events
        .map(|new| (new.event.history_key().to_string(), new.number))
        .collect()
}

fn request(id: &str) -> HistoryKey {
    HistoryKey::Request(id.parse().unwrap())
}

/// Matches of one request: each is an item, and all of them share twelve items of counters.
fn matches(number: usize) -> Vec<Received> {
    let attempts = 1..=u32::try_from(number).unwrap();
    attempts.map(|n| matched(NINE, "r1", n)).collect()
}

fn histories_of(events: &[Option<CountedEvent>]) -> Histories {
    let mut histories = Histories::default();
    histories.next_transaction(events);
    histories
}

#[test]
fn new_events_take_the_next_numbers_in_their_histories() {
    let mut histories = Histories::default();
    histories.replace(request("r1"), history(&[matched(NINE, "r1", 1)]));
    let new = [charged(NINE), credited(NINE, 5), matched(NINE, "r2", 1)];
    let (transaction, covered) = histories.next_transaction(&counted_events(&new));
    assert_eq!(covered, 3);
    let expected = [("request#r1", 2), ("purchase#b1", 1), ("request#r2", 1)];
    assert_eq!(
        numbers(&transaction),
        expected.map(|(history, number)| (history.to_owned(), number))
    );
    let lines = lines(&transaction.counts);
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
    let mut histories = histories_of(&counted_events(&[matched(NINE, "r1", 1)]));
    let (transaction, _) = histories.next_transaction(&counted_events(&[charged(NINE)]));
    let lines = lines(&transaction.counts);
    assert!(!lines.iter().any(|line| line.ends_with(" 0")), "{lines:?}");
}

#[test]
fn counted_events_and_absent_ones_take_no_room() {
    let mut histories = Histories::default();
    let once = counted_events(&[matched(NINE, "r1", 1)]);
    let twice: Vec<Option<CountedEvent>> = [once.clone(), vec![None], once.clone()].concat();
    let (transaction, covered) = histories.next_transaction(&twice);
    assert_eq!((numbers(&transaction).len(), covered), (1, 3));
    assert_eq!(histories.next_transaction(&twice), (Transaction::default(), 3));
    assert_eq!(histories, histories_of(&once));
}

#[test]
fn a_transaction_is_filled_to_the_limit_and_not_beyond() {
    let events = counted_events(&matches(MAX_TRANSACTION_ITEMS));
    let mut histories = Histories::default();
    let (first, covered) = histories.next_transaction(&events);
    assert_eq!(
        (first.events.len(), first.counts.items(), covered),
        (MAX_TRANSACTION_ITEMS - 12, 12, MAX_TRANSACTION_ITEMS - 12)
    );
    assert_eq!(
        histories,
        histories_of(&events[..covered]),
        "the histories do not hold what did not fit"
    );
    let (second, covered) = histories.next_transaction(&events[covered..]);
    assert_eq!(
        (numbers(&second)[0].1, second.counts.items(), covered),
        (MAX_TRANSACTION_ITEMS - 12 + 1, 12, 12)
    );
}

#[test]
fn an_event_whose_counters_do_not_fit_is_left_to_the_next_transaction() {
    let mut events = matches(MAX_TRANSACTION_ITEMS - 13); // with their counters one item short of the limit
    events.push(matched(TEN, "r1", 1000)); // counters of an hour of its own
    let (transaction, covered) = Histories::default().next_transaction(&counted_events(&events));
    assert_eq!(
        (transaction.items(), covered),
        (MAX_TRANSACTION_ITEMS - 1, MAX_TRANSACTION_ITEMS - 13)
    );
}

#[test]
fn an_event_that_exceeds_the_limit_is_a_transaction_of_its_own() {
    // Charges of many days, which count for a category and a region once there is a match.
    let charges: Vec<_> = (1..=28)
        .map(|day| charged(&format!("2026-02-{day:02}T09:00:00Z")))
        .collect();
    let mut histories = Histories::default();
    histories.replace(request("r1"), history(&charges));
    let (transaction, covered) = histories.next_transaction(&counted_events(&matches(2)));
    assert!(transaction.items() > MAX_TRANSACTION_ITEMS, "{}", transaction.items());
    assert_eq!((numbers(&transaction).len(), covered), (1, 1));
}

#[test]
fn a_transaction_is_identified_by_its_first_event() {
    let (transaction, _) = Histories::default().next_transaction(&counted_events(&matches(2)));
    assert_eq!(transaction.first_event_id(), Some(&*transaction.events[0].event.id));
    assert_eq!(Transaction::default().first_event_id(), None);
}

#[test]
fn a_history_that_is_read_again_replaces_the_one_held() {
    let mut histories = Histories::default();
    let events = counted_events(&[matched(NINE, "r1", 1), matched(NINE, "r2", 1)]);
    let (transaction, _) = histories.next_transaction(&events);
    histories.replace(request("r1"), Vec::new());
    let (again, _) = histories.next_transaction(&events);
    assert_eq!(again.events, transaction.events[..1], "r1 was not written, r2 was");
}
