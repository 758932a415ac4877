//! A request's way through its life.

use batch::{Failure, Handler};
use contract::EventType;
use matching::domain::{KnownBalance, State};
use support::events::decode;

use crate::events::{
    closes, credits, deducts, partner_id, registers, rejects, submits, submits_for, types,
};
use crate::{NOW, World};

#[tokio::test]
async fn a_request_is_matched_confirmed_and_closed() {
    let world = World::with([registers("p-1", 1, 2, 10, true)]).await;
    let published = world.tell(&submits("r-1")).await;
    assert_eq!(types(&published), [EventType::RequestMatched]);
    assert_eq!(world.state("r-1"), (1, State::Pending(partner_id("p-1"))));
    assert_eq!(
        world.request("r-1").saved_publication.as_ref(),
        published.first()
    );
    assert_eq!(world.open("p-1"), 1);

    assert_eq!(world.tell(&deducts("r-1", 1, "p-1", 90, 2)).await, []);
    assert_eq!(world.state("r-1"), (1, State::Confirmed(partner_id("p-1"))));
    assert_eq!(
        (world.open("p-1"), world.partner("p-1").known_balance),
        (1, None)
    );

    assert_eq!(world.tell(&closes("r-1", 1)).await, []);
    assert_eq!(world.state("r-1"), (1, State::Closed(partner_id("p-1"))));
    assert_eq!(world.open("p-1"), 0);
    assert_eq!(world.tell(&closes("r-1", 1)).await, []);
    assert_eq!(world.open("p-1"), 0);
}

#[tokio::test]
async fn deferred_is_tried_again_until_its_attempts_are_used_up() {
    let world = World::with([registers("p-1", 1, 0, 10, true)]).await;
    let first = world.tell(&submits("r-1")).await;
    assert_eq!(types(&first), [EventType::RequestDeferred]);
    let second = world.tell(&decode(&first[0].body)).await;
    assert_eq!(types(&second), [EventType::RequestDeferred]);
    assert_eq!(world.state("r-1"), (2, State::Deferred));
    let third = world.tell(&decode(&second[0].body)).await;
    assert_eq!(types(&third), [EventType::RequestUnmatched]);
    assert!(
        third[0].body.contains(r#""reason":"no_capacity""#),
        "{}",
        third[0].body
    );
    assert_eq!(world.tell(&decode(&second[0].body)).await, third);
    assert_eq!(world.tell(&decode(&first[0].body)).await, []);
}

#[tokio::test]
async fn rejected_goes_to_the_next_and_back_once_credited() {
    let world = World::with([registers("p-1", 1, 1, 10, true)]).await;
    world.tell(&submits("r-1")).await;
    world.tell(&registers("p-2", 1, 1, 10, true)).await;
    let published = world.tell(&rejects("r-1", 1, "p-1", 5, 2)).await;
    assert_eq!(types(&published), [EventType::RequestMatched]);
    assert_eq!(world.state("r-1"), (2, State::Pending(partner_id("p-2"))));
    assert_eq!((world.open("p-1"), world.open("p-2")), (0, 1));
    assert_eq!(
        world.partner("p-1").known_balance,
        Some(KnownBalance {
            balance: 5,
            sequence: 2
        })
    );
    assert_eq!(world.tell(&rejects("r-1", 1, "p-1", 5, 2)).await, published);
    assert_eq!((world.open("p-1"), world.open("p-2")), (0, 1));

    let waiting = world.tell(&submits("r-2")).await; // p-1 set aside, p-2 full
    assert_eq!(types(&waiting), [EventType::RequestDeferred]);
    world.tell(&credits("p-1", 9, 3)).await; // too little
    assert_eq!(
        types(&world.tell(&submits("r-3")).await),
        [EventType::RequestDeferred]
    );
    world.tell(&credits("p-1", 19, 4)).await;
    assert_eq!(
        types(&world.tell(&decode(&waiting[0].body)).await),
        [EventType::RequestMatched]
    );
    assert_eq!(world.state("r-2"), (2, State::Pending(partner_id("p-1"))));
}

#[tokio::test]
async fn rejected_but_credited_meanwhile_keeps_its_partner() {
    let world = World::with([registers("p-1", 1, 1, 10, true)]).await;
    world.tell(&submits("r-1")).await;
    world.tell(&credits("p-1", 50, 3)).await;
    let published = world.tell(&rejects("r-1", 1, "p-1", 5, 2)).await;
    assert_eq!(types(&published), [EventType::RequestMatched]);
    assert_eq!(world.state("r-1"), (2, State::Pending(partner_id("p-1"))));
    assert_eq!(world.open("p-1"), 1);
}

#[tokio::test]
async fn what_contradicts_the_known_is_refused_and_changes_nothing() {
    let world = World::with([
        registers("p-1", 1, 2, 10, true),
        registers("p-2", 1, 2, 10, false),
    ])
    .await;
    world.tell(&submits("r-1")).await;
    let stored = world.table().stored_requests();
    for (message, reason) in [
        (submits_for("r-1", "moving"), "identity_conflict"),
        (registers("p-1", 1, 3, 10, true), "identity_conflict"),
        (closes("r-1", 2), "breaks_contract"),
        (closes("r-2", 1), "breaks_contract"),
        (deducts("r-2", 1, "p-1", 90, 2), "breaks_contract"),
        (rejects("r-1", 1, "p-2", 0, 0), "breaks_contract"),
        (deducts("r-1", 1, "p-2", 90, 2), "breaks_contract"),
    ] {
        assert_eq!(world.refusal(&message).await, reason, "{message:?}");
    }
    assert_eq!(world.table().stored_requests(), stored);
    assert_eq!(
        (
            world.open("p-1"),
            world.partner("p-1").registered.capacity.get()
        ),
        (1, 2)
    );
}

#[tokio::test]
async fn credits_of_strangers_and_lower_versions_are_ignored() {
    let world = World::with([registers("p-1", 5, 2, 10, true)]).await;
    assert_eq!(world.tell(&credits("p-9", 10, 1)).await, []);
    assert_eq!(world.table().stored_partners().len(), 1);
    let stored = world.partner("p-1");
    assert_eq!(world.tell(&registers("p-1", 4, 9, 99, false)).await, []);
    assert_eq!(world.partner("p-1"), stored);
}

#[tokio::test]
async fn a_newer_registration_counts_from_now_on() {
    let world = World::with([registers("p-1", 1, 2, 10, true)]).await;
    world.tell(&submits("r-1")).await;
    world.tell(&credits("p-1", 15, 1)).await;
    world.tell(&registers("p-1", 2, 1, 10, true)).await; // less capacity: nothing new
    assert_eq!(world.open("p-1"), 1);
    assert_eq!(
        types(&world.tell(&submits("r-2")).await),
        [EventType::RequestDeferred]
    );
    world.tell(&registers("p-1", 3, 9, 16, true)).await; // dearer than what it has
    assert_eq!(
        types(&world.tell(&submits("r-3")).await),
        [EventType::RequestDeferred]
    );
    world.tell(&registers("p-1", 4, 9, 15, true)).await;
    assert_eq!(
        types(&world.tell(&submits("r-4")).await),
        [EventType::RequestMatched]
    );
    world.tell(&registers("p-1", 5, 9, 15, false)).await;
    let published = world.tell(&submits("r-5")).await;
    assert!(
        published[0].body.contains(r#""reason":"no_partner""#),
        "{}",
        published[0].body
    );
    world.tell(&deducts("r-1", 1, "p-1", 90, 2)).await; // what is live stays live
    assert_eq!(world.open("p-1"), 2);
}

#[tokio::test]
async fn messages_are_handled_in_order_up_to_the_first_failure() {
    let world = World::with([registers("p-1", 1, 5, 10, true)]).await;
    let messages = [
        submits("r-1"),
        closes("r-1", 1),
        closes("r-9", 1),
        submits("r-2"),
    ];
    let outcomes = world.matching.handle(&messages, NOW).await;
    assert_eq!(outcomes.len(), 3);
    assert!(matches!(outcomes[2], Err(Failure::Permanent(_))));
    assert_eq!(world.table().stored_requests().len(), 1);
}

#[tokio::test]
async fn an_expired_request_is_as_if_it_had_never_been() {
    let world = World::new();
    world.tell(&submits("r-1")).await;
    let mut request = world.request("r-1");
    request.expires_at = Some(0);
    world.table().put_request(request);
    world.tell(&registers("p-1", 1, 1, 10, true)).await;
    assert_eq!(
        types(&world.tell(&submits("r-1")).await),
        [EventType::RequestMatched]
    );
    assert_eq!(world.state("r-1"), (1, State::Pending(partner_id("p-1"))));
}
