//! The promises of matching's store, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod partner_changes;
mod registrations;
mod requests;

use std::collections::BTreeSet;

use aws::{Table, WriteError};
use contract::{PartnerId, PartnerRegistered, Region, RequestId};
use matching::domain::{
    KnownBalance, Partner, PartnerChange, Request, RequestChange, Stage, State, Submission, Transition, on_registered,
};
use matching::store::{CommitError, DynamoDb, Store};
use serde_json::{Value, json};
use support::deployed::{run_id, table};
use support::fakes::matching::MatchingTable;

async fn keeps_its_promises(store: &impl Store, run: &str) {
    let harness = Harness { store, run };
    harness.a_first_registration_needs_an_absent_partner().await;
    harness.a_newer_registration_moves_candidate_rows().await;
    harness.a_request_moves_only_from_the_stage_it_is_in().await;
    harness.a_pending_match_is_confirmed_and_nothing_else().await;
    harness.a_request_and_its_partners_change_together_or_not_at_all().await;
    harness.partners_are_claimed_within_capacity_and_version().await;
    harness.suspended_partners_are_not_claimed().await;
    harness.a_balance_replaces_only_an_older_one().await;
    harness.capacity_is_freed_and_claimed_in_one_change().await;
    harness.partners_are_read_in_batches().await;
}

/// A store, and the suffix of this run's ids: it keeps apart runs on the same table.
struct Harness<'a, S> {
    store: &'a S,
    run: &'a str,
}

impl<S: Store> Harness<'_, S> {
    fn id(&self, name: &str) -> PartnerId {
        PartnerId::try_from(format!("{name}-{}", self.run)).unwrap()
    }

    fn registration(&self, name: &str, version: u64, categories: &[&str], capacity: u32) -> PartnerRegistered {
        let data = json!({
            "partnerId": self.id(name), "version": version, "name": "가나 Clean", "categories": categories,
            "regions": ["KR-11"], "capacity": capacity, "fee": { "points": 10 },
        });
        serde_json::from_value(data).unwrap()
    }

    /// A category that only this run uses.
    fn category(&self, name: &str) -> String {
        format!("{name}-{}", self.run)
    }

    async fn partner(&self, name: &str) -> Option<Partner> {
        self.store.partner(&self.id(name)).await.unwrap()
    }

    async fn open_matches(&self, name: &str) -> u32 {
        self.partner(name).await.unwrap().open_matches
    }

    async fn candidates(&self, category: &str) -> Vec<PartnerId> {
        let category = self.category(category).try_into().unwrap();
        let region = Region::try_from("KR-11".to_owned()).unwrap();
        self.store.candidates(&category, &region).await.unwrap()
    }

    async fn register(&self, event: &PartnerRegistered) {
        let known = self.store.partner(&event.partner_id).await.unwrap();
        let registration = on_registered(known.as_ref(), event).unwrap().unwrap();
        self.store.register(&registration).await.unwrap();
    }

    async fn new_partner(&self, name: &str, capacity: u32) {
        let category = self.category("any");
        self.register(&self.registration(name, 1, &[&category], capacity)).await;
    }

    /// Writes a change of a partner without a request.
    async fn change(&self, change: PartnerChange) -> Result<(), CommitError> {
        let transition = Transition {
            request: None,
            partners: vec![change],
            publication: None,
        };
        self.store.commit(&transition).await
    }

    fn no_change(&self, name: &str) -> PartnerChange {
        PartnerChange {
            partner: self.id(name),
            frees: false,
            claims: None,
            balance: None,
        }
    }

    fn claim(&self, name: &str, version: u64) -> PartnerChange {
        PartnerChange {
            claims: Some(version.try_into().unwrap()),
            ..self.no_change(name)
        }
    }

    fn free(&self, name: &str) -> PartnerChange {
        PartnerChange {
            frees: true,
            ..self.no_change(name)
        }
    }

    fn set_balance(&self, name: &str, points: u64, sequence: u64) -> PartnerChange {
        PartnerChange {
            balance: Some(balance(points, sequence)),
            ..self.no_change(name)
        }
    }

    fn request(&self, name: &str, attempt: u32, state: State) -> Request {
        Request {
            request_id: RequestId::try_from(format!("{name}-{}", self.run)).unwrap(),
            submission: Submission {
                customer: from_json(json!({ "id": "c-1", "phone": "+821012345678", "locale": "en" })),
                category: from_json(json!("cleaning")),
                region: from_json(json!("KR-11")),
                details_hash: None,
                submitted_at: "2026-11-02T08:59:00.123456Z".parse().unwrap(),
            },
            stage: Stage { attempt, state },
            released_attempts: BTreeSet::new(),
            saved_publication: None,
            expires_at: None,
        }
    }

    async fn write(&self, before: Option<&Request>, after: &Request) -> Result<(), CommitError> {
        self.store.commit(&transition(before, after, [])).await
    }

    async fn stored(&self, request: &Request) -> Option<Request> {
        self.store.request(&request.request_id).await.unwrap()
    }
}

fn balance(balance: u64, sequence: u64) -> KnownBalance {
    KnownBalance { balance, sequence }
}

fn transition<const N: usize>(before: Option<&Request>, after: &Request, partners: [PartnerChange; N]) -> Transition {
    let before = before.map(|request| request.stage.clone());
    let after = Box::new(after.clone());
    Transition {
        request: Some(RequestChange::Put { before, after }),
        partners: partners.into(),
        publication: None,
    }
}

/// Asserts a conflict with a write that is done, not with a transaction in progress.
fn assert_changed(result: &Result<(), CommitError>) {
    let conflict = match result {
        Err(CommitError {
            error: WriteError::Conflict(conflict),
            ..
        }) => conflict,
        other => panic!("{other:?}"),
    };
    assert!(conflict.contended.is_empty(), "{conflict:?}");
}

fn from_json<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    keeps_its_promises(&MatchingTable::default(), "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("MatchingTableName");
    keeps_its_promises(&DynamoDb::new(Table::new(client, table)), &run_id()).await;
}
