//! The promises of notification's store, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeMap;
use std::time::Duration;

use contract::{EventType, Publication, RequestId};
use jiff::Timestamp;
use notification::domain::{Lease, Story, Told};
use notification::store::{DynamoDb, Saved, Store, Taken, Taking, Write};
use support::deployed::{run_id, table};
use support::fakes::notification::Stories;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + seconds).unwrap()
}

fn told(name: &str, of_match: bool) -> Told {
    let publications = vec![Publication {
        id: name.to_owned(),
        event_type: EventType::NotificationSent,
        group: "c1".to_owned(),
        correlation_id: "r1".to_owned(),
        body: format!("{{ \"data\":\"한 \\\" {name}\" }}\n"),
    }];
    Told {
        of_match,
        publications,
    }
}

fn story(attempt: u32, lease_until: Option<i64>, told: &[(u32, &Told)]) -> Story {
    let told = told
        .iter()
        .map(|(attempt, told)| (*attempt, (*told).clone()));
    Story {
        attempt,
        lease_until: lease_until.map(at),
        told: told.collect::<BTreeMap<_, _>>(),
    }
}

/// One request in a store.
struct Request<'s, S> {
    store: &'s S,
    id: RequestId,
}

impl<S: Store> Request<'_, S> {
    async fn take(&self, attempt: u32, now: i64, write: Write<'_>) -> Taken {
        let taking = Taking {
            request: &self.id,
            attempt,
            now: at(now),
            write,
        };
        self.store.take(&taking).await.unwrap()
    }

    async fn lease(&self, attempt: u32, now: i64, until: i64) -> Taken {
        self.take(attempt, now, Write::LeaseUntil(at(until))).await
    }

    async fn save(&self, attempt: u32, until: i64, told: &Told) -> Saved {
        self.store
            .save(&self.held(attempt, until), told)
            .await
            .unwrap()
    }

    async fn release(&self, attempt: u32, until: i64) {
        self.store
            .release(&self.held(attempt, until))
            .await
            .unwrap();
    }

    fn held(&self, attempt: u32, until: i64) -> Lease {
        Lease {
            request: self.id.clone(),
            attempt,
            until: at(until),
        }
    }
}

async fn keeps_its_promises(store: &impl Store, run: &str) {
    a_lease_keeps_others_out(store, run).await;
    newer_attempts_take_over(store, run).await;
    one_of_many_at_once_takes_it(store, run).await;
}

fn request<'s, S>(store: &'s S, name: &str, run: &str) -> Request<'s, S> {
    let id = format!("{name}-{run}").parse().unwrap();
    Request { store, id }
}

async fn a_lease_keeps_others_out(store: &impl Store, run: &str) {
    let request = request(store, "r1", run);
    let (first, second) = (told("n1", true), told("n2", false));

    assert_eq!(
        request.lease(1, 0, 60).await,
        Taken::Yes(Story::default()),
        "nothing is there at first"
    );
    let leased = story(1, Some(60), &[]);
    for attempt in [1, 2] {
        assert_eq!(
            request.lease(attempt, 59, 119).await,
            Taken::No(leased.clone())
        );
        assert_eq!(
            request.take(attempt, 59, Write::Told(&second)).await,
            Taken::No(leased.clone())
        );
    }
    assert_eq!(
        request.save(1, 61, &second).await,
        Saved::LeaseLost(leased.clone()),
        "another lease"
    );
    assert_eq!(
        request.save(2, 60, &second).await,
        Saved::LeaseLost(leased),
        "another attempt"
    );
    request.release(1, 61).await;
    assert_eq!(
        request.save(1, 60, &first).await,
        Saved::Yes,
        "the lease stood all that time"
    );
    let one = story(1, None, &[(1, &first)]);
    assert_eq!(
        request.save(1, 60, &second).await,
        Saved::LeaseLost(one.clone()),
        "it is over"
    );
    assert_eq!(
        request.lease(1, 900, 960).await,
        Taken::No(one),
        "told is told"
    );
}

async fn newer_attempts_take_over(store: &impl Store, run: &str) {
    let request = request(store, "r2", run);
    let (first, second, third) = (told("n1", true), told("n2", false), told("n3", true));
    let at_once = request.take(1, 0, Write::Told(&first)).await;
    assert_eq!(at_once, Taken::Yes(Story::default()), "no lease needed");
    let one = story(1, None, &[(1, &first)]);
    let at_once = request.take(2, 0, Write::Told(&second)).await;
    assert_eq!(at_once, Taken::Yes(one));
    let two = story(2, None, &[(1, &first), (2, &second)]);
    assert_eq!(request.lease(2, 62, 122).await, Taken::No(two.clone()));

    assert_eq!(request.lease(4, 62, 122).await, Taken::Yes(two));
    request.release(4, 122).await;
    let four = story(4, None, &[(1, &first), (2, &second)]);
    assert_eq!(
        request.lease(3, 63, 123).await,
        Taken::No(four.clone()),
        "released, but the newest"
    );
    assert_eq!(
        request.lease(4, 63, 123).await,
        Taken::Yes(four),
        "free at once"
    );

    let dead = story(4, Some(123), &[(1, &first), (2, &second)]);
    assert_eq!(
        request.lease(5, 123, 183).await,
        Taken::Yes(dead),
        "the lease has run out"
    );
    assert_eq!(request.save(5, 183, &third).await, Saved::Yes);
    let five = story(5, None, &[(1, &first), (2, &second), (5, &third)]);
    assert_eq!(
        request.save(4, 123, &first).await,
        Saved::LeaseLost(five),
        "too late"
    );
}

async fn one_of_many_at_once_takes_it(store: &impl Store, run: &str) {
    let request = request(store, "r3", run);
    let all = (0..8).map(|_| request.lease(1, 0, 60));
    let answers = futures_util::future::join_all(all).await;
    let won = answers
        .iter()
        .filter(|answer| matches!(answer, Taken::Yes(_)));
    assert_eq!(won.count(), 1, "{answers:?}");
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let stories = Stories::default();
    keeps_its_promises(&stories, "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("NotificationTableName").await;
    let store = DynamoDb::new(client, table, Duration::from_hours(400 * 24));
    keeps_its_promises(&store, &run_id()).await;
}
