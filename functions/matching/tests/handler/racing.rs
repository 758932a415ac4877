//! Many at once.

use std::time::Duration;

use batch::Failure;
use contract::EventType;
use futures_util::FutureExt;
use futures_util::future::join_all;
use matching::domain::State;
use support::fakes::Fault;

use crate::World;
use crate::events::{closes, deducts, partner_id, registers, submits, types};

#[tokio::test]
async fn many_at_once_take_exactly_the_capacity_there_is() {
    let partners = ["p-1", "p-2", "p-3"].map(|id| registers(id, 1, 3, 10, true));
    let world = World::with(partners).await;
    let messages: Vec<_> = (0..30).map(|n| submits(&format!("r-{n}"))).collect();
    let published = join_all(messages.iter().map(|message| world.deliver(message))).await;
    let matched = published
        .iter()
        .filter(|published| types(published) == [EventType::RequestMatched]);
    assert_eq!(matched.count(), 9);
    for partner in world.table().stored_partners() {
        assert_eq!(partner.open_matches, 3);
    }
}

#[tokio::test]
async fn the_same_one_twice_at_once_has_one_effect() {
    let world = World::with([registers("p-1", 1, 9, 10, true)]).await;
    let message = submits("r-1");
    let published = join_all((0..5).map(|_| world.deliver(&message))).await;
    assert!(
        published
            .iter()
            .all(|other| *other == published[0] && other.len() == 1)
    );
    assert_eq!(world.open("p-1"), 1);
}

#[tokio::test]
async fn a_charge_and_a_close_at_once_free_once() {
    for n in 0..2 {
        let world = World::with([registers("p-1", 1, 9, 10, true)]).await;
        world.tell(&submits("r-1")).await;
        let mut messages = [closes("r-1", 1), deducts("r-1", 1, "p-1", 90, 2)];
        messages.rotate_left(n);
        join_all(
            messages
                .iter()
                .chain(&messages)
                .map(|message| world.deliver(message)),
        )
        .await;
        assert_eq!(world.state("r-1").1, State::Closed(partner_id("p-1")));
        assert_eq!(world.open("p-1"), 0);
    }
}

#[tokio::test]
async fn load_is_spread_by_share_of_capacity() {
    let world = World::with([
        registers("p-1", 1, 20, 10, true),
        registers("p-2", 1, 60, 10, true),
    ])
    .await;
    for n in 0..40 {
        world.tell(&submits(&format!("r-{n}"))).await;
    }
    assert_eq!((world.open("p-1"), world.open("p-2")), (10, 30));
}

#[tokio::test]
async fn who_leaves_while_the_candidates_are_looked_at_gets_nothing() {
    let world = World::with([registers("p-1", 1, 1, 10, true)]).await;
    let (request, calls) = (submits("r-1"), world.faults.calls());
    let mut submitted = std::pin::pin!(world.tell(&request));
    while !world.faults.called()[calls..].contains(&"matching.candidates") {
        assert!((&mut submitted).now_or_never().is_none());
    }
    world.tell(&registers("p-1", 2, 1, 10, false)).await;
    assert_eq!(types(&submitted.await), [EventType::RequestUnmatched]);
    assert_eq!(world.open("p-1"), 0);
}

#[tokio::test]
async fn a_submission_takes_a_read_of_two_a_look_at_two_and_a_write() {
    let world = World::with((1..5).map(|n| registers(&format!("p-{n}"), 1, 9, 10, true))).await;
    let calls = world.faults.calls();
    world.tell(&submits("r-1")).await;
    assert_eq!(
        world.faults.calls() - calls,
        4,
        "request and candidates at once, partners, write"
    );
    let holder = holder(&world);
    world.tell(&deducts("r-1", 1, holder, 90, 2)).await;
    assert_eq!(
        world.faults.calls() - calls,
        7,
        "request and partner at once, write"
    );
}

fn holder(world: &World) -> &'static str {
    let partners = world.table().stored_partners();
    let held = |id: &&str| {
        partners
            .iter()
            .any(|p| p.open_matches == 1 && p.registered.partner_id.as_str() == *id)
    };
    ["p-1", "p-2", "p-3", "p-4"].into_iter().find(held).unwrap()
}

#[tokio::test]
async fn where_another_transaction_is_at_work_the_other_candidate_is_taken() {
    let mut holders = Vec::new();
    for contended in [false, true] {
        let world = World::with(["p-1", "p-2"].map(|id| registers(id, 1, 9, 10, true))).await;
        if contended {
            world.faults.fail_next("matching.commit", Fault::Contended);
        }
        world.tell(&submits("r-1")).await;
        holders.push(holder(&world));
    }
    assert_ne!(holders[0], holders[1]);
    let world = World::with([registers("p-1", 1, 9, 10, true)]).await;
    world.faults.fail_next("matching.commit", Fault::Contended);
    world.tell(&submits("r-1")).await; // contended is not full: nobody is deferred for that
    assert_eq!(world.state("r-1"), (1, State::Pending(partner_id("p-1"))));
}

#[tokio::test]
async fn a_message_that_is_always_overtaken_is_left_for_later_after_five_growing_pauses() {
    let world = World::with([registers("p-1", 1, 9, 10, true)]).await;
    for _ in 0..6 {
        world.faults.fail_next("matching.commit", Fault::Contended);
    }
    assert!(matches!(
        world.send(&submits("r-1")).await,
        Err(Failure::Retryable(_))
    ));
    assert!(world.table().stored_requests().is_empty());
    let most = [10, 20, 40, 80, 160].map(Duration::from_millis);
    let taken = world.pauses.taken();
    assert_eq!(taken.len(), most.len());
    assert!(
        taken
            .iter()
            .zip(most)
            .all(|(pause, most)| (most / 2..=most).contains(pause)),
        "{taken:?}"
    );
}

#[tokio::test]
async fn everyone_is_looked_at_before_anyone_is_deferred() {
    let full = (1..9).map(|n| registers(&format!("p-{n}"), 1, 0, 10, true));
    let world = World::with(full.chain([registers("p-9", 1, 30, 10, true)])).await;
    for n in 0..30 {
        assert_eq!(
            types(&world.tell(&submits(&format!("r-{n}"))).await),
            [EventType::RequestMatched]
        );
    }
    assert_eq!(
        types(&world.tell(&submits("r-30")).await),
        [EventType::RequestDeferred]
    );
}
