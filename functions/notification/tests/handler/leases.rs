//! One process tells at a time: the others wait for its lease, and take over once it is over.

use batch::{Failure, Handler};
use notification::domain::Story;
use notification::sender::SendError;
use support::fakes::Fault;
use support::fakes::notification::failure;

use crate::{
    DAY, ENDPOINT, LEASE_SECONDS, PHONE, SENT, World, at, by_both, matched, matched_for, outline,
};

#[tokio::test]
async fn while_one_process_is_telling_another_one_waits() {
    let world = World::new();
    world.faults.fail_call(1, Fault::KilledBefore);
    world.is_killed(&matched(1), 0).await;
    // As far as anybody can see, the first is still sending: neither its news nor newer news goes out.
    world.comes_back_later(&matched(1), 1).await;
    world.comes_back_later(&matched(2), 1).await;
    assert!(world.texts().is_empty());
}

#[tokio::test]
async fn old_news_that_is_too_late_is_overtaken_all_the_same() {
    let world = World::new();
    world.told(&matched(2), 0).await;
    assert!(world.told(&matched(1), DAY + 1).await.is_empty());
    assert_eq!(world.saved(1), None);
}

#[tokio::test]
async fn news_is_overtaken_as_soon_as_newer_news_may_be_on_its_way() {
    let world = World::new();
    world.faults.fail_call(1, Fault::KilledAfter);
    world.is_killed(&matched(2), 0).await;
    assert!(world.told(&matched(1), 1).await.is_empty());
    assert!(world.told(&matched(1), LEASE_SECONDS + 1).await.is_empty());
    world.told(&matched(2), LEASE_SECONDS + 1).await;
    assert_eq!(world.texts().len(), 2);
    assert!(world.texts().iter().all(|text| text.contains("Partner 2")));
}

#[tokio::test]
async fn newer_news_takes_over_from_a_dead_process() {
    let world = World::new();
    world.faults.fail_call(1, Fault::KilledBefore);
    world.is_killed(&matched(1), 0).await;
    world.told(&matched(2), LEASE_SECONDS).await;
    assert!(world.told(&matched(1), LEASE_SECONDS + 1).await.is_empty());
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn what_was_surely_not_sent_is_tried_again_at_once() {
    let world = World::new();
    world
        .phones
        .answer(SendError::NotSent(failure("Throttled")));
    world.comes_back_later(&matched(1), 0).await;
    assert_eq!(
        world.story(),
        Story {
            attempt: 1,
            ..Story::default()
        }
    );
    assert_eq!(outline(&world.told(&matched(1), 1).await), [SENT]);
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn what_may_have_been_sent_waits_for_the_lease_to_end() {
    let world = World::new();
    world.phones.answer(SendError::Unknown(failure("timeout")));
    world.comes_back_later(&matched(1), 0).await;
    world.comes_back_later(&matched(1), LEASE_SECONDS - 1).await;
    assert!(world.texts().is_empty());
    assert_eq!(
        outline(&world.told(&matched(1), LEASE_SECONDS).await),
        [SENT]
    );
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn a_fallback_that_fails_for_now_starts_over_from_the_push() {
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    world
        .phones
        .answer(SendError::NotSent(failure("Throttled")));
    let news = matched_for(1, &by_both(PHONE));
    world.comes_back_later(&news, 0).await;
    assert_eq!(world.saved(1), None, "nothing is half told");
    let events = world.told(&news, 1).await;
    assert_eq!(outline(&events), ["notification.failed push refused", SENT]);
    assert_eq!(world.reached(), [PHONE]);
}

#[tokio::test]
async fn a_lost_answer_of_the_store_sends_nothing_twice() {
    // Taken on, but the process does not know: nobody sends until the lease ends.
    let world = World::new();
    world.faults.fail_call(0, Fault::TimedOutAfter);
    world.comes_back_later(&matched(1), 0).await;
    world.comes_back_later(&matched(1), 1).await;
    assert!(world.texts().is_empty());
    world.told(&matched(1), LEASE_SECONDS).await;
    assert_eq!(world.texts().len(), 1);
    // Saved, but the process does not know: the redelivery finds it.
    let world = World::new();
    world.faults.fail_call(2, Fault::TimedOutAfter);
    world.comes_back_later(&matched(1), 0).await;
    assert_eq!(Some(world.told(&matched(1), 1).await), world.saved(1));
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn a_lease_that_could_not_be_released_ends_by_itself() {
    let world = World::new();
    world.faults.fail_call(1, Fault::Refused);
    world.faults.fail_call(2, Fault::Refused);
    world.comes_back_later(&matched(1), 0).await;
    world.comes_back_later(&matched(1), 1).await;
    world.told(&matched(1), LEASE_SECONDS).await;
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn a_process_that_lost_its_lease_saves_nothing_over_the_others() {
    let world = World::new();
    // A process that stands still for longer than its lease, between its send and its save.
    let news = matched(1);
    let notifier = world.notifier();
    let mut slow = Box::pin(notifier.tell(&news, at(0)));
    while world.texts().is_empty() {
        assert!(futures_util::poll!(&mut slow).is_pending());
    }
    let events = world.told(&news, LEASE_SECONDS).await;
    assert_eq!(slow.await.unwrap(), events);
    assert_eq!(world.saved(1), Some(events));
}

#[tokio::test]
async fn nothing_published_or_failed_shows_how_the_customer_is_reached() {
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let events = world.told(&matched_for(1, &by_both(PHONE)), 0).await;
    let stored = format!("{:?}", world.stories.items());
    world.phones.answer(SendError::Unknown(failure("timeout")));
    let Some(Err(Failure::Retryable(error))) =
        world.tell(&matched_for(2, &by_both(PHONE)), 1).await
    else {
        panic!("it was to fail");
    };
    let bodies: String = events.iter().map(|event| event.body.as_str()).collect();
    for shown in [bodies, stored, format!("{error:?} {error}")] {
        assert!(
            !shown.contains("8210") && !shown.contains("endpoint/"),
            "{shown}"
        );
    }
}

#[tokio::test]
async fn the_batchs_handler_tells_one_after_another() {
    let world = World::new();
    let handler = world.notifier().handler();
    assert_eq!(handler.max_batch_size(), 1);
    let outcomes = handler.handle(&[matched(1), matched(2)], at(0)).await;
    let events: Vec<_> = outcomes.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(outline(&events), [SENT, SENT]);
}
