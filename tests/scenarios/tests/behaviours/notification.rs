//! Customers are told in order, and twice only where nobody can know better.

use std::time::Duration;

use notification::handler::LEASE_DURATION;

use support::fakes::Fault;

use crate::Answer::{ComesBack, Done, Killed};
use crate::{Decision, Turn};

#[tokio::test]
async fn b34_dead_after_the_send_it_is_sent_once_more_after_the_lease_and_not_before() {
    let expected = Decision::Told.made().await.types();
    let turn = Decision::Told.turn().await;
    let clock = turn.company.pipeline.clock.clone();
    assert_eq!(
        turn.deliver_with(Fault::KilledAfter, "sns.Publish").await,
        Killed
    );
    let second = Duration::from_secs(1);
    for wait in [Duration::ZERO, LEASE_DURATION.checked_sub(second).unwrap()] {
        clock.advance(wait);
        assert_eq!(turn.deliver().await, ComesBack, "{wait:?}");
        assert_eq!(
            (turn.company.texts(), turn.types().len()),
            (1, 0),
            "{wait:?}"
        );
    }
    clock.advance(second);
    for times in [1, 2] {
        assert_eq!(turn.deliver().await, Done);
        assert_eq!(turn.company.texts(), 2, "one more, and no third");
        assert_eq!(turn.types(), vec![expected.clone(); times].concat());
    }
    let published = turn.published();
    assert_eq!(published[0], published[1]);
}

#[tokio::test]
async fn b34_two_processes_at_once_send_once() {
    let turn = Decision::Told.turn().await;
    let mut answers: [_; 2] = tokio::join!(turn.deliver(), turn.deliver()).into();
    answers.sort();
    assert_eq!(answers, [Done, ComesBack]);
    assert_eq!(
        (turn.company.texts(), turn.types()),
        (1, vec!["notification.sent"])
    );
    assert_eq!(turn.deliver().await, Done);
    assert_eq!(turn.company.texts(), 1);
}

#[tokio::test]
async fn b34_the_second_matchs_news_arrives_first_and_the_firsts_is_not_sent() {
    let mut company = Decision::Rematched.turn().await.company;
    let first = company.pipeline.waiting("notification").remove(0);
    company.pipeline.work("outcomes.fifo").await;
    let second = Turn::of(company, "notification");
    assert_eq!(second.deliver().await, Done);
    let first = second.then(first);
    let stored = first.stored();
    assert_eq!(first.deliver().await, Done, "it does not come back");
    assert_eq!(first.types(), ["notification.sent"], "of the second alone");
    assert_eq!(first.stored(), stored);
    let inbox = first.company.pipeline.phones.inbox();
    assert_eq!(inbox.len(), 1);
    assert!(inbox[0].text.contains("Partner q"), "{}", inbox[0].text);
}
