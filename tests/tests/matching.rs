//! Matching's handler over the twin of its table: what it returns *and* what is stored.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use contract::{EventType, MatchId, PartnerId, Publication, Received, RequestId, ids};
use futures_util::FutureExt;
use futures_util::future::join_all;
use matchflow_tests::messages::{message, off_the_wire};
use matchflow_tests::twins::clock::Pauses;
use matchflow_tests::twins::faults::Faults;
use matchflow_tests::twins::line::Fault;
use matchflow_tests::twins::matching::MatchingTable;
use matching::domain::{Partner, Request, Shown, State, Terms};
use matching::handler::Matching;
use serde_json::json;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;
const TERMS: Terms = Terms {
    max_attempts: 3,
    deferral_delay: Duration::from_mins(1),
    retention: Duration::from_hours(400 * 24),
};

struct World {
    matching: Matching<MatchingTable, Pauses>,
    faults: Faults,
    pauses: Pauses,
}

impl World {
    fn new() -> Self {
        let faults = Faults::default();
        let table = MatchingTable::over(faults.line());
        let pauses = Pauses::default();
        Self {
            matching: Matching::new(table, TERMS, pauses.clone()),
            faults,
            pauses,
        }
    }

    async fn with(partners: impl IntoIterator<Item = Received>) -> Self {
        let world = Self::new();
        for partner in partners {
            assert_eq!(world.tell(&partner).await, []);
        }
        world
    }

    async fn send(&self, message: &Received) -> Outcome<Publication> {
        let mut outcomes = self
            .matching
            .handle(std::slice::from_ref(message), NOW)
            .await;
        assert_eq!(outcomes.len(), 1);
        outcomes.remove(0)
    }

    /// Sends what has to succeed.
    async fn tell(&self, message: &Received) -> Vec<Publication> {
        self.send(message).await.unwrap()
    }

    /// Sends until it succeeds, as the queue does.
    async fn deliver(&self, message: &Received) -> Vec<Publication> {
        for _ in 0..50 {
            match self.send(message).await {
                Ok(published) => return published,
                Err(Failure::Retryable(_)) => {}
                Err(failure) => panic!("{failure}"),
            }
        }
        panic!("never got through");
    }

    async fn refusal(&self, message: &Received) -> &'static str {
        match self.send(message).await {
            Err(Failure::Permanent(rejection)) => rejection.reason,
            other => panic!("{other:?}"),
        }
    }

    fn table(&self) -> &MatchingTable {
        self.matching.store()
    }

    fn request(&self, id: &str) -> Request {
        self.table()
            .stored_request(&RequestId::try_from(id.to_owned()).unwrap())
            .unwrap()
    }

    fn partner(&self, id: &str) -> Partner {
        self.table().stored_partner(&partner_id(id)).unwrap()
    }

    fn state(&self, id: &str) -> (u32, State) {
        let stage = self.request(id).stage;
        (stage.attempt, stage.state)
    }

    fn open(&self, id: &str) -> u32 {
        self.partner(id).open_matches
    }
}

fn partner_id(id: &str) -> PartnerId {
    PartnerId::try_from(id.to_owned()).unwrap()
}

fn match_of(request: &str, attempt: u32) -> MatchId {
    ids::match_id(&RequestId::try_from(request.to_owned()).unwrap(), attempt)
}

fn registers(id: &str, version: u64, capacity: u32, fee: u32, active: bool) -> Received {
    message(
        EventType::PartnerRegistered,
        &json!({
            "partnerId": id, "version": version, "name": id, "categories": ["cleaning"], "regions": ["KR-11"],
            "capacity": capacity, "fee": { "points": fee }, "active": active,
        }),
    )
}

fn submits(request: &str) -> Received {
    submits_for(request, "cleaning")
}

fn submits_for(request: &str, category: &str) -> Received {
    message(
        EventType::RequestSubmitted,
        &json!({
            "requestId": request, "customer": { "id": "c-1", "phone": "+821012345678" }, "category": category,
            "region": "KR-11",
        }),
    )
}

fn closes(request: &str, attempt: u32) -> Received {
    let data = json!({ "requestId": request, "matchId": match_of(request, attempt) });
    message(EventType::MatchClosed, &data)
}

fn deducts(request: &str, attempt: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    let charged = match_of(request, attempt);
    message(
        EventType::PointsDeducted,
        &json!({
            "requestId": request, "matchId": charged, "partnerId": partner, "points": 10, "balance": balance,
            "sequence": sequence, "transferId": ids::match_transfer_id(&charged), "submittedAt": "2026-11-02T08:59:00Z",
        }),
    )
}

fn rejects(request: &str, attempt: u32, partner: &str, balance: u64, sequence: u64) -> Received {
    message(
        EventType::PointsRejected,
        &json!({
            "requestId": request, "matchId": match_of(request, attempt), "partnerId": partner, "points": 10,
            "balance": balance, "sequence": sequence, "reason": "insufficient_points",
        }),
    )
}

fn credits(partner: &str, balance: u64, sequence: u64) -> Received {
    message(
        EventType::PointsCredited,
        &json!({
            "partnerId": partner, "points": 10, "balance": balance, "sequence": sequence, "transferId": "t-1",
            "purchaseId": "u-1",
        }),
    )
}

fn types(published: &[Publication]) -> Vec<EventType> {
    published
        .iter()
        .map(|publication| publication.event_type)
        .collect()
}

#[tokio::test]
async fn a_request_is_matched_confirmed_and_closed() {
    let world = World::with([registers("p-1", 1, 2, 10, true)]).await;
    let published = world.tell(&submits("r-1")).await;
    assert_eq!(types(&published), [EventType::RequestMatched]);
    assert_eq!(world.state("r-1"), (1, State::Pending(partner_id("p-1"))));
    assert_eq!(world.request("r-1").saved.as_ref(), published.first());
    assert_eq!(world.open("p-1"), 1);

    assert_eq!(world.tell(&deducts("r-1", 1, "p-1", 90, 2)).await, []);
    assert_eq!(world.state("r-1"), (1, State::Confirmed(partner_id("p-1"))));
    assert_eq!((world.open("p-1"), world.partner("p-1").shown), (1, None));

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
    let second = world.tell(&off_the_wire(&first[0].body)).await;
    assert_eq!(types(&second), [EventType::RequestDeferred]);
    assert_eq!(world.state("r-1"), (2, State::Deferred));
    let third = world.tell(&off_the_wire(&second[0].body)).await;
    assert_eq!(types(&third), [EventType::RequestUnmatched]);
    assert!(
        third[0].body.contains(r#""reason":"no_capacity""#),
        "{}",
        third[0].body
    );
    assert_eq!(world.tell(&off_the_wire(&second[0].body)).await, third);
    assert_eq!(world.tell(&off_the_wire(&first[0].body)).await, []);
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
        world.partner("p-1").shown,
        Some(Shown {
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
        types(&world.tell(&off_the_wire(&waiting[0].body)).await),
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
            world.faults.strike("matching.commit", Fault::Contended);
        }
        world.tell(&submits("r-1")).await;
        holders.push(holder(&world));
    }
    assert_ne!(holders[0], holders[1]);
    let world = World::with([registers("p-1", 1, 9, 10, true)]).await;
    world.faults.strike("matching.commit", Fault::Contended);
    world.tell(&submits("r-1")).await; // contended is not full: nobody is deferred for that
    assert_eq!(world.state("r-1"), (1, State::Pending(partner_id("p-1"))));
}

#[tokio::test]
async fn a_message_that_is_always_overtaken_is_left_for_later_after_five_growing_pauses() {
    let world = World::with([registers("p-1", 1, 9, 10, true)]).await;
    for _ in 0..6 {
        world.faults.strike("matching.commit", Fault::Contended);
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

/// A whole life, each message delivered until it succeeds: what was published, and what is stored at the end.
async fn life(world: &World) -> (Vec<Publication>, Vec<Request>, Vec<Partner>) {
    let mut published = Vec::new();
    for message in [
        registers("p-1", 1, 1, 10, true),
        submits("r-1"),
        registers("p-2", 1, 1, 10, true),
        rejects("r-1", 1, "p-1", 5, 2),
        submits("r-2"),
        credits("p-1", 20, 3),
        deducts("r-1", 2, "p-2", 0, 2),
        closes("r-1", 2),
        message(
            EventType::RequestDeferred,
            &json!({
                "requestId": "r-2", "attempt": 1, "retryAt": "2026-11-02T09:00:00Z",
            }),
        ),
        closes("r-2", 2),
        deducts("r-2", 2, "p-1", 10, 4),
    ] {
        published.extend(world.deliver(&message).await);
    }
    (
        published,
        world.table().stored_requests(),
        world.table().stored_partners(),
    )
}

#[tokio::test]
async fn every_fault_at_every_call_leads_to_the_same_end() {
    let world = World::new();
    let expected = life(&world).await;
    assert_eq!(
        types(&expected.0),
        [
            EventType::RequestMatched,
            EventType::RequestMatched,
            EventType::RequestDeferred,
            EventType::RequestMatched,
        ]
    );
    let calls = world.faults.calls();
    assert!(calls > 20, "{calls}");
    for call in 0..calls {
        for fault in [
            Fault::Refused,
            Fault::Contended,
            Fault::TimedOutAfter,
            Fault::Repeated,
        ] {
            let world = World::new();
            world.faults.plan(call, fault);
            assert_eq!(life(&world).await, expected, "{fault:?} at {call}");
        }
    }
}

#[tokio::test]
async fn what_fails_for_a_while_is_retryable() {
    let world = World::with([registers("p-1", 1, 1, 10, true)]).await;
    for call in 0..100 {
        world.faults.plan_next(call, Fault::Contended);
    }
    assert!(matches!(
        world.send(&submits("r-1")).await,
        Err(Failure::Retryable(_))
    ));
    assert_eq!(world.table().stored_requests(), []);
}
