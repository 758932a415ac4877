//! The promises of notification's store, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use std::collections::BTreeMap;
use std::time::Duration;

use aws::Table;
use contract::{EventType, Publication, RequestId};
use jiff::Timestamp;
use notification::domain::{Lease, NotificationItem, SavedOutcome};
use notification::store::LeaseResult::{Acquired, Refused};
use notification::store::SaveResult::Saved;
use notification::store::{DynamoDb, LeaseRequest, LeaseResult, SaveResult, Store};
use support::deployed::{run_id, table};
use support::fakes::notification::NotificationTable;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_772_355_600 + seconds).unwrap()
}

fn outcome(event_id: &str, told_of_match: bool) -> SavedOutcome {
    let publications = vec![Publication {
        id: event_id.to_owned(),
        event_type: EventType::NotificationSent,
        group: "c1".to_owned(),
        correlation_id: "r1".to_owned(),
        body: format!(
            "{{ \"id\":\"{event_id}\",\"type\":\"notification.sent\",\"correlationid\":\"r1\", \"data\":\"한 \\\" {event_id}\" }}\n"
        ),
    }];
    SavedOutcome {
        told_of_match,
        publications,
    }
}

fn item(attempt: u32, lease_until: Option<i64>, outcomes: &[(u32, &SavedOutcome)]) -> NotificationItem {
    let outcomes = outcomes.iter().map(|(attempt, outcome)| (*attempt, (*outcome).clone()));
    NotificationItem {
        attempt,
        lease_until: lease_until.map(at),
        outcomes: outcomes.collect::<BTreeMap<_, _>>(),
    }
}

/// The item of a request that has none.
fn absent() -> NotificationItem {
    NotificationItem::default()
}

/// One request in a store; times are in seconds.
struct Request<'s, S> {
    store: &'s S,
    id: RequestId,
}

impl<S: Store> Request<'_, S> {
    fn lease_request(&self, attempt: u32, now: i64) -> LeaseRequest<'_> {
        LeaseRequest {
            request_id: &self.id,
            attempt,
            now: at(now),
        }
    }

    fn lease(&self, attempt: u32, until: i64) -> Lease {
        Lease {
            request_id: self.id.clone(),
            attempt,
            until: at(until),
        }
    }

    async fn acquire(&self, attempt: u32, now: i64, until: i64) -> LeaseResult {
        let request = self.lease_request(attempt, now);
        self.store.acquire_lease(&request, at(until)).await.unwrap()
    }

    async fn save_unsent(&self, attempt: u32, now: i64, outcome: &SavedOutcome) -> SaveResult {
        let request = self.lease_request(attempt, now);
        self.store.save_unsent(&request, outcome).await.unwrap()
    }

    async fn save(&self, attempt: u32, until: i64, outcome: &SavedOutcome) -> SaveResult {
        self.save_in_place_of(&[], attempt, until, outcome).await
    }

    async fn save_in_place_of(&self, dropped: &[u32], attempt: u32, until: i64, outcome: &SavedOutcome) -> SaveResult {
        let lease = self.lease(attempt, until);
        self.store.save(&lease, outcome, dropped).await.unwrap()
    }

    async fn release(&self, attempt: u32, until: i64) {
        let lease = self.lease(attempt, until);
        self.store.release(&lease).await.unwrap();
    }
}

async fn keeps_its_promises(store: &impl Store, run: &str) {
    a_lease_excludes_others_until_it_ends(store, run).await;
    newer_attempts_take_over(store, run).await;
    one_of_several_concurrent_calls_acquires_the_lease(store, run).await;
}

fn request<'s, S>(store: &'s S, name: &str, run: &str) -> Request<'s, S> {
    let id = format!("{name}-{run}").parse().unwrap();
    Request { store, id }
}

async fn a_lease_excludes_others_until_it_ends(store: &impl Store, run: &str) {
    let request = request(store, "r1", run);
    let (first, second) = (outcome("n1", true), outcome("n2", false));

    // There is no item at first.
    assert_eq!(request.acquire(1, 0, 60).await, Acquired(absent()));
    let leased = item(1, Some(60), &[]);
    for attempt in [1, 2] {
        assert_eq!(request.acquire(attempt, 59, 119).await, Refused(leased.clone()));
        assert_eq!(
            request.save_unsent(attempt, 59, &second).await,
            SaveResult::Refused(leased.clone())
        );
    }
    // Under another lease nothing is saved.
    assert_eq!(request.save(1, 61, &second).await, SaveResult::Refused(leased.clone()));
    // For another attempt nothing is saved.
    assert_eq!(request.save(2, 60, &second).await, SaveResult::Refused(leased));
    request.release(1, 61).await;
    // The release of another lease left this one as it was.
    assert_eq!(request.save(1, 60, &first).await, Saved);
    let saved = item(1, None, &[(1, &first)]);
    // The save ended the lease.
    assert_eq!(request.save(1, 60, &second).await, SaveResult::Refused(saved.clone()));
    // An attempt with an outcome is never leased again.
    assert_eq!(request.acquire(1, 900, 960).await, Refused(saved));
}

async fn newer_attempts_take_over(store: &impl Store, run: &str) {
    let request = request(store, "r2", run);
    let (first, second) = (outcome("n1", true), outcome("n2", false));
    let third = outcome("n3", true);
    // An outcome without sending needs no lease.
    assert_eq!(request.save_unsent(1, 0, &first).await, Saved);
    let one = item(1, None, &[(1, &first)]);
    assert_eq!(request.acquire(1, 0, 60).await, Refused(one));
    assert_eq!(request.save_unsent(2, 0, &second).await, Saved);
    let two = item(2, None, &[(1, &first), (2, &second)]);
    assert_eq!(request.acquire(2, 62, 122).await, Refused(two.clone()));

    assert_eq!(request.acquire(4, 62, 122).await, Acquired(two));
    request.release(4, 122).await;
    let four = item(4, None, &[(1, &first), (2, &second)]);
    // A released attempt stays the newest.
    assert_eq!(request.acquire(3, 63, 123).await, Refused(four.clone()));
    // A released lease can be acquired at once.
    assert_eq!(request.acquire(4, 63, 123).await, Acquired(four));

    let ended = item(4, Some(123), &[(1, &first), (2, &second)]);
    // The lease has ended.
    assert_eq!(request.acquire(5, 123, 183).await, Acquired(ended));
    assert_eq!(request.save(5, 183, &third).await, Saved);
    let five = item(5, None, &[(1, &first), (2, &second), (5, &third)]);
    // Another process has leased and saved since.
    assert_eq!(
        request.save_in_place_of(&[1], 4, 123, &first).await,
        SaveResult::Refused(five.clone())
    );

    // An outcome is saved in place of older ones.
    assert_eq!(request.acquire(6, 200, 260).await, Acquired(five));
    assert_eq!(request.save_in_place_of(&[1, 2], 6, 260, &second).await, Saved);
    let six = item(6, None, &[(5, &third), (6, &second)]);
    assert_eq!(request.acquire(6, 300, 360).await, Refused(six));
}

async fn one_of_several_concurrent_calls_acquires_the_lease(store: &impl Store, run: &str) {
    let request = request(store, "r3", run);
    let calls = (0..8).map(|_| request.acquire(1, 0, 60));
    let results = futures_util::future::join_all(calls).await;
    let acquired = results.iter().filter(|result| matches!(result, Acquired(_)));
    assert_eq!(acquired.count(), 1, "{results:?}");
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    keeps_its_promises(&NotificationTable::default(), "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("NotificationTableName");
    let store = DynamoDb::new(Table::new(client, table), Duration::from_hours(400 * 24));
    keeps_its_promises(&store, &run_id()).await;
}
