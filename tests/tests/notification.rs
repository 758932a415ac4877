//! The handler of notification over its twins: what it returns, what it has stored, what customers read.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome};
use contract::{
    Channel, Event, EventType, Publication, Received, RequestMatched, RequestUnmatched, ids,
};
use matchflow_tests::twins::faults::Faults;
use matchflow_tests::twins::line::Fault;
use matchflow_tests::twins::notification::{Phones, Stories, failure};
use notification::domain::{AllowedPrefixes, Rules, Story};
use notification::sender::SendError;
use notification::{LEASE, Notifier};
use proptest::prelude::*;
use serde_json::{Value, json};

const PHONE: &str = "+821012345678";
const FOREIGN: &str = "+8112345678";
const ENDPOINT: &str = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/e-1";
const DAY: u64 = Duration::from_hours(24).as_secs();
const LEASE_SECONDS: u64 = LEASE.as_secs();

#[derive(Default)]
struct World {
    faults: Faults,
    stories: Stories,
    phones: Phones,
}

impl World {
    fn new() -> Self {
        let faults = Faults::default();
        let stories = Stories::over(faults.line());
        let phones = Phones::over(faults.line());
        Self {
            faults,
            stories,
            phones,
        }
    }

    fn notifier(&self) -> Notifier<Stories, Phones> {
        Notifier {
            store: self.stories.clone(),
            sender: self.phones.clone(),
            rules: Rules {
                notify_within: Duration::from_secs(DAY),
                allowed_prefixes: AllowedPrefixes::parse("+82").unwrap(),
            },
        }
    }

    /// Tells this many seconds after everything happened; `None` if the process is killed.
    async fn tell(&self, news: &Received, seconds: u64) -> Option<Outcome<Publication>> {
        let notifier = self.notifier();
        self.faults.run(notifier.tell(news, at(seconds))).await
    }

    /// Tells news that is settled at once.
    async fn told(&self, news: &Received, seconds: u64) -> Vec<Publication> {
        self.tell(news, seconds).await.unwrap().unwrap()
    }

    async fn comes_back_later(&self, news: &Received, seconds: u64) {
        let outcome = self.tell(news, seconds).await;
        assert!(
            matches!(outcome, Some(Err(Failure::Retryable(_)))),
            "{outcome:?}"
        );
    }

    async fn is_killed(&self, news: &Received, seconds: u64) {
        let outcome = self.tell(news, seconds).await;
        assert!(outcome.is_none(), "{outcome:?}");
    }

    fn story(&self) -> Story {
        let mut stories = self.stories.items();
        stories.remove(&"r1".parse().unwrap()).unwrap_or_default()
    }

    /// What is saved about an attempt.
    fn saved(&self, attempt: u32) -> Option<Vec<Publication>> {
        self.story()
            .told
            .remove(&attempt)
            .map(|told| told.publications)
    }

    fn texts(&self) -> Vec<String> {
        self.phones
            .inbox()
            .into_iter()
            .map(|message| message.text)
            .collect()
    }

    /// Who was reached, in order.
    fn reached(&self) -> Vec<String> {
        self.phones
            .inbox()
            .into_iter()
            .map(|message| message.to)
            .collect()
    }
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_772_355_600 + seconds)
}

fn received(id: &str, event: impl Into<Event>) -> Received {
    Received {
        id: id.to_owned(),
        time: "2026-03-01T09:00:00Z".parse().unwrap(),
        correlation_id: "r1".to_owned(),
        traceparent: None,
        event: event.into(),
    }
}

fn matched_for(attempt: u32, customer: &Value) -> Received {
    let data = json!({
        "requestId": "r1", "matchId": format!("m{attempt}"), "attempt": attempt, "customer": customer,
        "partner": { "id": "p1", "name": format!("Partner {attempt}") }, "fee": { "points": 5 },
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    let event = serde_json::from_value::<RequestMatched>(data).unwrap();
    received(&format!("e{attempt}"), event)
}

fn by_phone() -> Value {
    json!({ "id": "c1", "phone": PHONE, "locale": "en" })
}

fn by_both(phone: &str) -> Value {
    json!({ "id": "c1", "phone": phone, "pushEndpointArn": ENDPOINT, "locale": "en" })
}

fn matched(attempt: u32) -> Received {
    matched_for(attempt, &by_phone())
}

fn unmatched(attempt: u32, reason: &str) -> Received {
    let data = json!({
        "requestId": "r1", "attempt": attempt, "customer": by_phone(), "reason": reason,
        "category": "cleaning", "region": "KR-11", "submittedAt": "2026-03-01T08:59:59Z",
    });
    let event = serde_json::from_value::<RequestUnmatched>(data).unwrap();
    received(&format!("e{attempt}"), event)
}

/// Events as type, channel and reason.
fn outline(publications: &[Publication]) -> Vec<String> {
    let of = |publication: &Publication| {
        let body: Value = serde_json::from_str(&publication.body).unwrap();
        let text = |member: &str| body["data"][member].as_str().unwrap_or("-").to_owned();
        format!(
            "{} {} {}",
            publication.event_type,
            text("channel"),
            text("reason")
        )
    };
    publications.iter().map(of).collect()
}

const SENT: &str = "notification.sent sms -";

#[tokio::test]
async fn a_match_is_told_and_what_came_of_it_is_saved_and_returned() {
    let world = World::new();
    let events = world.told(&matched(1), 7).await;
    let notification = ids::notification_id("e1", Channel::Sms);
    let expected = json!({
        "specversion": "1.0",
        "id": ids::event_id(EventType::NotificationSent, notification.as_str()),
        "source": "/matchflow/notification",
        "type": "notification.sent",
        "subject": notification,
        "time": "2026-03-01T09:00:07.000000Z",
        "datacontenttype": "application/json",
        "correlationid": "r1",
        "causationid": "e1",
        "data": {
            "notificationId": notification, "requestId": "r1", "customerId": "c1",
            "channel": "sms", "cause": "request.matched",
        },
    });
    let [event] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(
        serde_json::from_str::<Value>(&event.body).unwrap(),
        expected
    );
    assert_eq!((&*event.group, &*event.correlation_id), ("c1", "r1"));
    assert_eq!(world.saved(1), Some(events));
    let story = world.story();
    assert_eq!(
        (story.attempt, story.lease_until, story.told.len()),
        (1, None, 1)
    );
    assert_eq!(world.reached(), [PHONE]);
    assert!(world.texts()[0].contains("Partner 1"));
    assert_eq!(world.faults.calls(), 3, "taken on, sent, saved");
}

#[tokio::test]
async fn push_goes_before_text() {
    let world = World::new();
    let events = world.told(&matched_for(1, &by_both(PHONE)), 0).await;
    assert_eq!(outline(&events), ["notification.sent push -"]);
    assert_eq!(world.reached(), [ENDPOINT]);
}

#[tokio::test]
async fn where_the_push_is_refused_the_text_is_a_notification_of_its_own() {
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let events = world.told(&matched_for(1, &by_both(PHONE)), 0).await;
    assert_eq!(outline(&events), ["notification.failed push refused", SENT]);
    assert_ne!(events[0].id, events[1].id);
    assert_eq!(world.reached(), [PHONE]);
    assert_eq!(world.saved(1), Some(events));
    assert!(
        world.story().told[&1].of_match,
        "told, by whichever channel"
    );
}

#[tokio::test]
async fn a_refused_push_may_be_all_there_is() {
    let expected: [(&str, &[&str]); 2] = [
        (
            FOREIGN,
            &[
                "notification.failed push refused",
                "notification.failed sms prefix_not_allowed",
            ],
        ),
        (
            PHONE,
            &[
                "notification.failed push refused",
                "notification.failed sms refused",
            ],
        ),
    ];
    for (phone, expected) in expected {
        let world = World::new();
        world.phones.refuse(ENDPOINT);
        world.phones.refuse(phone);
        let events = world.told(&matched_for(1, &by_both(phone)), 0).await;
        assert_eq!(outline(&events), expected);
        assert_eq!(world.saved(1), Some(events));
        assert!(!world.story().told[&1].of_match);
        assert!(world.reached().is_empty());
    }
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let push_only = json!({ "id": "c1", "pushEndpointArn": ENDPOINT });
    let events = world.told(&matched_for(1, &push_only), 0).await;
    assert_eq!(outline(&events), ["notification.failed push refused"]);
}

#[tokio::test]
async fn what_cannot_be_told_is_one_write_and_no_message() {
    let foreign = json!({ "id": "c1", "phone": FOREIGN });
    let cases = [
        (json!({ "id": "c1" }), 0, "none no_channel"),
        (json!({ "id": "c1" }), DAY + 1, "none no_channel"),
        (foreign, 0, "sms prefix_not_allowed"),
        (by_phone(), DAY + 1, "sms too_late"),
        (by_both(PHONE), DAY + 1, "push too_late"),
    ];
    for (customer, seconds, expected) in cases {
        let world = World::new();
        let news = matched_for(1, &customer);
        let events = world.told(&news, seconds).await;
        assert_eq!(
            outline(&events),
            [format!("notification.failed {expected}")]
        );
        assert_eq!(world.faults.calls(), 1);
        assert_eq!(
            (world.saved(1), world.reached().len()),
            (Some(events.clone()), 0)
        );
        assert_eq!(
            world.told(&news, 0).await,
            events,
            "whatever would be decided now"
        );
        assert!(world.reached().is_empty());
    }
}

#[tokio::test]
async fn a_request_closed_before_its_charge_was_refused_is_no_news() {
    let world = World::new();
    assert!(world.told(&unmatched(1, "closed"), 0).await.is_empty());
    assert_eq!((world.faults.calls(), world.stories.items().len()), (0, 0));
}

#[tokio::test]
async fn the_words_follow_what_the_customer_was_told() {
    let world = World::new();
    world.told(&matched(1), 0).await;
    world.told(&matched(2), 1).await;
    world.told(&unmatched(5, "no_capacity"), 2).await;
    let texts = world.texts();
    assert!(texts[0].contains("Good news! Partner 1"), "{texts:?}");
    assert!(texts[1].contains("a new partner: Partner 2"), "{texts:?}");
    assert!(texts[2].contains("can no longer take"), "{texts:?}");
    assert_eq!(world.story().told.len(), 3);
}

#[tokio::test]
async fn who_was_told_of_no_match_hears_of_no_change() {
    let world = World::new();
    world.phones.refuse(ENDPOINT);
    let push_only = json!({ "id": "c1", "pushEndpointArn": ENDPOINT });
    world.told(&matched_for(1, &push_only), 0).await;
    world.told(&matched(2), 1).await;
    assert!(world.texts()[0].contains("Good news! Partner 2"));
    for (reason, words) in [
        ("no_partner", "No partner in your area"),
        ("no_capacity", "are busy"),
    ] {
        let world = World::new();
        let events = world.told(&unmatched(1, reason), 0).await;
        assert_eq!(outline(&events), [SENT]);
        assert!(events[0].body.contains("\"cause\":\"request.unmatched\""));
        assert!(world.texts()[0].contains(words), "{:?}", world.texts());
    }
}

#[tokio::test]
async fn a_repeat_however_late_gives_the_same_events_and_sends_nothing() {
    let world = World::new();
    let events = world.told(&matched(1), 0).await;
    for seconds in [1, LEASE_SECONDS + 1, DAY + 1, 400 * DAY] {
        assert_eq!(world.told(&matched(1), seconds).await, events);
    }
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn what_was_saved_is_published_even_after_newer_news() {
    let world = World::new();
    world.faults.plan(2, Fault::KilledAfter);
    world.is_killed(&matched(1), 0).await;
    let saved = world.saved(1).unwrap();
    world.told(&matched(2), 1).await;
    assert_eq!(
        world.told(&matched(1), 2).await,
        saved,
        "nobody else has published it"
    );
    assert_eq!(world.texts().len(), 2);
}

#[tokio::test]
async fn while_one_process_is_telling_another_one_waits() {
    let world = World::new();
    world.faults.plan(1, Fault::KilledBefore);
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
    world.faults.plan(1, Fault::KilledAfter);
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
    world.faults.plan(1, Fault::KilledBefore);
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
    world.faults.plan(0, Fault::TimedOutAfter);
    world.comes_back_later(&matched(1), 0).await;
    world.comes_back_later(&matched(1), 1).await;
    assert!(world.texts().is_empty());
    world.told(&matched(1), LEASE_SECONDS).await;
    assert_eq!(world.texts().len(), 1);
    // Saved, but the process does not know: the redelivery finds it.
    let world = World::new();
    world.faults.plan(2, Fault::TimedOutAfter);
    world.comes_back_later(&matched(1), 0).await;
    assert_eq!(Some(world.told(&matched(1), 1).await), world.saved(1));
    assert_eq!(world.texts().len(), 1);
}

#[tokio::test]
async fn a_lease_that_could_not_be_released_ends_by_itself() {
    let world = World::new();
    world.faults.plan(1, Fault::Refused);
    world.faults.plan(2, Fault::Refused);
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
    assert_eq!(handler.at_once(), 1);
    let outcomes = handler.handle(&[matched(1), matched(2)], at(0)).await;
    let events: Vec<_> = outcomes.into_iter().flat_map(Result::unwrap).collect();
    assert_eq!(outline(&events), [SENT, SENT]);
}

/// A step of a run: news arrives, once or twice at the same time, and something goes wrong at a call.
#[derive(Clone, Debug)]
struct Arrival {
    attempt: u32,
    at_once: Option<u32>,
    seconds: u64,
    fault: Option<(usize, Fault)>,
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let faults = prop_oneof![
        Just(Fault::Refused),
        Just(Fault::TimedOutAfter),
        Just(Fault::Repeated),
        Just(Fault::KilledBefore),
        Just(Fault::KilledAfter),
    ];
    let seconds = prop_oneof![
        Just(0),
        Just(1),
        Just(LEASE_SECONDS - 1),
        Just(LEASE_SECONDS)
    ];
    let fault = prop::option::of((0_usize..4, faults));
    (1_u32..=3, prop::option::of(1_u32..=3), seconds, fault).prop_map(
        |(attempt, at_once, seconds, fault)| Arrival {
            attempt,
            at_once,
            seconds,
            fault,
        },
    )
}

/// What was sent, as attempt and time, and all that any run of an attempt has returned.
#[derive(Debug, Default)]
struct Seen {
    sends: Vec<(u32, u64)>,
    results: Vec<(u32, Vec<Publication>)>,
}

impl Seen {
    fn note(&mut self, attempt: u32, outcome: Option<Outcome<Publication>>) {
        if let Some(Ok(events)) = outcome {
            self.results.push((attempt, events));
        }
    }

    fn note_sends(&mut self, world: &World, now: u64) {
        let texts = world.texts();
        let new = texts.iter().skip(self.sends.len()).map(|text| {
            let attempt = (1..=3).find(|attempt| text.contains(&format!("Partner {attempt}")));
            (attempt.unwrap(), now)
        });
        self.sends.extend(new.collect::<Vec<_>>());
    }
}

async fn play(arrivals: Vec<Arrival>) -> (World, Seen) {
    let (world, mut seen, mut now) = (World::new(), Seen::default(), 0);
    for arrival in arrivals {
        now += arrival.seconds;
        if let Some((call, fault)) = arrival.fault {
            world.faults.plan_next(call, fault);
        }
        let first = matched(arrival.attempt);
        // A kill takes both processes: which of the two is not for the test to say.
        let both = async {
            let notifier = world.notifier();
            let Some(attempt) = arrival.at_once else {
                return (notifier.tell(&first, at(now)).await, None);
            };
            let second = matched(attempt);
            let (one, other) = tokio::join!(
                notifier.tell(&first, at(now)),
                notifier.tell(&second, at(now))
            );
            (one, Some((attempt, other)))
        };
        if let Some((one, other)) = world.faults.run(both).await {
            seen.note(arrival.attempt, Some(one));
            if let Some((attempt, other)) = other {
                seen.note(attempt, Some(other));
            }
        }
        world.faults.clear();
        seen.note_sends(&world, now);
    }
    // Whatever was not handled comes back until it is.
    for attempt in [1, 2, 3] {
        now += LEASE_SECONDS;
        let outcome = world.tell(&matched(attempt), now).await;
        assert!(matches!(outcome, Some(Ok(_))), "{outcome:?}");
        seen.note(attempt, outcome);
        seen.note_sends(&world, now);
    }
    (world, seen)
}

proptest! {
    #[test]
    fn whatever_happens_news_is_told_in_order_and_once_a_lease(
        arrivals in prop::collection::vec(arrival(), 0..8)
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let (world, seen) = runtime.block_on(play(arrivals));
        for pair in seen.sends.windows(2) {
            let [(before, then), (after, now)] = pair else { unreachable!() };
            prop_assert!(before <= after, "older after newer: {:?}", seen.sends);
            if before == after {
                prop_assert!(now - then >= LEASE_SECONDS, "twice in a lease: {:?}", seen.sends);
            }
        }
        prop_assert_eq!(seen.sends.last().map(|(attempt, _)| *attempt), Some(3), "the newest is told");
        for (attempt, events) in seen.results {
            let saved = world.saved(attempt).unwrap_or_default();
            prop_assert_eq!(events, saved, "what was returned is what is saved");
        }
        prop_assert_eq!(world.story().lease_until, None);
    }
}
