//! The promises of the port to matching's table, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

use std::collections::BTreeSet;

use aws::{Table, WriteError};
use contract::{
    Event, PartnerId, PartnerRegistered, Publication, Received, Region, RequestId, Source,
};
use matching::domain::{
    KnownBalance, Partner, PartnerChange, Registration, Request, RequestChange, Stage, State,
    Submission, Transition, on_registered,
};
use matching::store::{DynamoDb, Store};
use serde_json::{Value, json};
use support::deployed::{run_id, table};
use support::fakes::matching::MatchingTable;

/// Asks it all; `run` keeps the ids of one run apart from those of another on the same table.
async fn keeps_its_promises(store: &impl Store, run: &str) {
    let asked = Asked { store, run };
    asked.registers().await;
    asked.moves_rows().await;
    asked.remembers_requests().await;
    asked.claims_within_capacity().await;
    asked.writes_all_or_nothing().await;
    asked.sets_aside().await;
    asked.shows_what_is_newer().await;
    asked.frees().await;
    asked.reads_many().await;
}

struct Asked<'a, S> {
    store: &'a S,
    run: &'a str,
}

impl<S: Store> Asked<'_, S> {
    fn id(&self, name: &str) -> PartnerId {
        PartnerId::try_from(format!("{name}-{}", self.run)).unwrap()
    }

    fn registration(
        &self,
        name: &str,
        version: u64,
        categories: &[&str],
        capacity: u32,
    ) -> PartnerRegistered {
        let data = json!({
            "partnerId": self.id(name), "version": version, "name": "가나 Clean", "categories": categories,
            "regions": ["KR-11"], "capacity": capacity, "fee": { "points": 10 },
        });
        serde_json::from_value(data).unwrap()
    }

    /// A category of this run's own.
    fn category(&self, name: &str) -> String {
        format!("{name}-{}", self.run)
    }

    async fn partner(&self, name: &str) -> Option<Partner> {
        self.store.partner(&self.id(name)).await.unwrap()
    }

    async fn open(&self, name: &str) -> u32 {
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
        self.register(&self.registration(name, 1, &[&category], capacity))
            .await;
    }

    /// Writes what happens to partners alone.
    async fn change(&self, changes: &[PartnerChange]) -> Result<(), WriteError> {
        let partners = changes.to_vec();
        let transition = Transition {
            request: None,
            partners,
            publication: None,
        };
        self.store.commit(&transition).await
    }

    fn nothing(&self, name: &str) -> PartnerChange {
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
            ..self.nothing(name)
        }
    }

    fn free(&self, name: &str) -> PartnerChange {
        PartnerChange {
            frees: true,
            ..self.nothing(name)
        }
    }

    fn show(&self, name: &str, balance: u64, sequence: u64) -> PartnerChange {
        PartnerChange {
            balance: Some(KnownBalance { balance, sequence }),
            ..self.nothing(name)
        }
    }

    fn request(&self, name: &str, attempt: u32, state: State) -> Request {
        Request {
            request_id: RequestId::try_from(format!("{name}-{}", self.run)).unwrap(),
            submission: Submission {
                customer: of(json!({ "id": "c-1", "phone": "+821012345678", "locale": "en" })),
                category: of(json!("cleaning")),
                region: of(json!("KR-11")),
                details_hash: None,
                submitted_at: "2026-11-02T08:59:00.123456Z".parse().unwrap(),
            },
            stage: Stage { attempt, state },
            released_attempts: BTreeSet::new(),
            saved_publication: None,
            expires_at: None,
        }
    }

    async fn write(&self, before: Option<&Request>, after: &Request) -> Result<(), WriteError> {
        self.store.commit(&transition(before, after, [])).await
    }

    async fn stored(&self, request: &Request) -> Option<Request> {
        self.store.request(&request.request_id).await.unwrap()
    }

    async fn registers(&self) {
        assert_eq!(self.partner("new").await, None);
        let event = self.registration("new", 1, &[&self.category("a"), &self.category("b")], 3);
        let new = on_registered(None, &event).unwrap().unwrap();
        self.store.register(&new).await.unwrap();
        let expected = Partner {
            registered: event,
            open_matches: 0,
            known_balance: None,
        };
        assert_eq!(self.partner("new").await, Some(expected));
        assert_changed(&self.store.register(&new).await);
        let wrong = Registration {
            before: Some(7.try_into().unwrap()),
            ..new
        };
        assert_changed(&self.store.register(&wrong).await);
    }

    async fn moves_rows(&self) {
        self.register(&self.registration("mover", 1, &[&self.category("a")], 1))
            .await;
        assert_eq!(
            self.candidates("a").await,
            [self.id("mover"), self.id("new")]
        );
        self.change(&[self.claim("mover", 1)]).await.unwrap();
        self.change(&[self.show("mover", 20, 1)]).await.unwrap();
        let event = self.registration("mover", 2, &[&self.category("b")], 1);
        self.register(&event).await;
        assert_eq!(self.candidates("a").await, [self.id("new")]);
        assert_eq!(
            self.candidates("b").await,
            [self.id("mover"), self.id("new")]
        );
        assert_eq!(self.candidates("c").await, []);
        let shown = Some(KnownBalance {
            balance: 20,
            sequence: 1,
        });
        assert_eq!(
            self.partner("mover").await,
            Some(Partner {
                registered: event,
                open_matches: 1,
                known_balance: shown
            })
        );
    }

    async fn remembers_requests(&self) {
        let holder = self.id("new");
        let first = self.request("r", 1, State::Deferred);
        assert_eq!(self.stored(&first).await, None);
        self.write(None, &first).await.unwrap();
        assert_eq!(self.stored(&first).await.as_ref(), Some(&first));
        assert_changed(&self.write(None, &first).await);

        let mut second = self.request("r", 2, State::Pending(holder.clone()));
        second.submission.details_hash = Some("abc".to_owned());
        second.released_attempts = BTreeSet::from([1, 3]);
        second.saved_publication = Some(publication());
        assert_changed(&self.write(Some(&second), &second).await);
        self.write(Some(&first), &second).await.unwrap();
        assert_eq!(self.stored(&second).await.as_ref(), Some(&second));
        assert_changed(&self.write(Some(&first), &second).await);

        for state in [
            State::Closing(holder.clone()),
            State::Confirmed(holder.clone()),
            State::Closed(holder),
        ] {
            let before = self.stored(&second).await.unwrap();
            let mut after = self.request("r", 2, state);
            after.expires_at = Some(2_000_000_000);
            self.write(Some(&before), &after).await.unwrap();
            assert_eq!(self.stored(&after).await.as_ref(), Some(&after));
            assert_changed(&self.write(Some(&before), &after).await); // same attempt, another state
        }
        for state in [State::Unmatched, State::Withdrawn] {
            let before = self.stored(&second).await.unwrap();
            let after = self.request("r", 3, state);
            self.write(Some(&before), &after).await.unwrap();
            assert_eq!(self.stored(&after).await.as_ref(), Some(&after));
        }
    }

    async fn claims_within_capacity(&self) {
        self.new_partner("small", 2).await;
        assert_changed(&self.change(&[self.claim("small", 2)]).await);
        assert_changed(&self.change(&[self.claim("stranger", 1)]).await);
        self.change(&[self.claim("small", 1)]).await.unwrap();
        self.change(&[self.claim("small", 1)]).await.unwrap();
        assert_changed(&self.change(&[self.claim("small", 1)]).await);
        assert_eq!(self.open("small").await, 2);
    }

    async fn writes_all_or_nothing(&self) {
        self.new_partner("one", 1).await;
        self.new_partner("two", 1).await;
        let pending = self.request("whole", 1, State::Pending(self.id("one")));
        let claimed = transition(None, &pending, [self.claim("one", 1)]);
        self.store.commit(&claimed).await.unwrap();
        assert_eq!(
            (self.stored(&pending).await, self.open("one").await),
            (Some(pending.clone()), 1)
        );

        let moved = self.request("whole", 2, State::Pending(self.id("two")));
        let stale = transition(
            Some(&moved),
            &moved,
            [self.free("one"), self.claim("two", 1)],
        );
        assert_changed(&self.store.commit(&stale).await);
        let full = transition(
            Some(&pending),
            &moved,
            [self.claim("two", 1), self.claim("one", 1)],
        );
        assert_changed(&self.store.commit(&full).await);
        assert_eq!(self.stored(&pending).await, Some(pending.clone()));
        assert_eq!((self.open("one").await, self.open("two").await), (1, 0));

        let good = transition(
            Some(&pending),
            &moved,
            [self.free("one"), self.claim("two", 1)],
        );
        self.store.commit(&good).await.unwrap();
        assert_eq!((self.open("one").await, self.open("two").await), (0, 1));
    }

    async fn sets_aside(&self) {
        self.new_partner("poor", 5).await;
        self.change(&[self.claim("poor", 1)]).await.unwrap(); // never known_balance: shown
        self.change(&[self.show("poor", 9, 1)]).await.unwrap();
        assert_changed(&self.change(&[self.claim("poor", 1)]).await);
        self.change(&[self.show("poor", 10, 2)]).await.unwrap();
        self.change(&[self.claim("poor", 1)]).await.unwrap(); // exactly the fee
        assert_eq!(self.open("poor").await, 2);
    }

    async fn shows_what_is_newer(&self) {
        self.new_partner("shown", 1).await;
        assert_changed(&self.change(&[self.show("stranger", 10, 1)]).await);
        self.change(&[self.show("shown", 0, 0)]).await.unwrap();
        self.change(&[self.show("shown", 30, 2)]).await.unwrap();
        assert_changed(&self.change(&[self.show("shown", 40, 2)]).await);
        assert_changed(&self.change(&[self.show("shown", 40, 1)]).await);
        let shown = self.partner("shown").await.unwrap().known_balance;
        assert_eq!(
            shown,
            Some(KnownBalance {
                balance: 30,
                sequence: 2
            })
        );
    }

    async fn frees(&self) {
        self.new_partner("freed", 1).await;
        assert_changed(&self.change(&[self.free("freed")]).await);
        self.change(&[self.claim("freed", 1)]).await.unwrap();
        let again = PartnerChange {
            frees: true,
            ..self.claim("freed", 1)
        };
        self.change(std::slice::from_ref(&again)).await.unwrap(); // full, but for the one that ends
        assert_eq!(self.open("freed").await, 1);
        let shown = PartnerChange {
            balance: Some(KnownBalance {
                balance: 50,
                sequence: 1,
            }),
            ..again.clone()
        };
        self.change(&[shown]).await.unwrap();
        self.change(&[self.show("freed", 9, 2)]).await.unwrap();
        assert_changed(&self.change(&[again]).await); // set aside
        let refused = PartnerChange {
            frees: true,
            ..self.show("freed", 5, 3)
        };
        self.change(&[refused]).await.unwrap();
        let partner = self.partner("freed").await.unwrap();
        assert_eq!(
            (partner.open_matches, partner.known_balance),
            (
                0,
                Some(KnownBalance {
                    balance: 5,
                    sequence: 3
                })
            )
        );
    }

    async fn reads_many(&self) {
        let strangers: Vec<_> = (0..120)
            .map(|n| self.id(&format!("stranger-{n}")))
            .collect();
        let known = [self.id("new"), self.id("freed")];
        let mut ids: Vec<_> = strangers.iter().collect();
        ids.insert(0, &known[0]);
        ids.push(&known[1]);
        let found = self.store.partners(&ids).await.unwrap();
        let found: BTreeSet<_> = found
            .into_iter()
            .map(|partner| partner.registered.partner_id)
            .collect();
        assert_eq!(found, known.into());
    }
}

fn transition<const N: usize>(
    before: Option<&Request>,
    after: &Request,
    partners: [PartnerChange; N],
) -> Transition {
    let before = before.map(|request| request.stage.clone());
    let after = after.clone();
    Transition {
        request: Some(RequestChange { before, after }),
        partners: partners.into(),
        publication: None,
    }
}

fn assert_changed(result: &Result<(), WriteError>) {
    let Err(WriteError::Conflict(conflict)) = result else {
        panic!("{result:?}");
    };
    assert!(conflict.contended.is_empty(), "{conflict:?}");
}

fn of<T: serde::de::DeserializeOwned>(value: Value) -> T {
    serde_json::from_value(value).unwrap()
}

fn publication() -> Publication {
    let event = json!({ "requestId": "r", "attempt": 1, "retryAt": "2026-11-02T09:00:00Z" });
    let event = Event::RequestDeferred(of(event));
    let cause = Received {
        id: "e-1".to_owned(),
        time: "2026-11-02T08:59:00Z".parse().unwrap(),
        correlation_id: "c-1".to_owned(),
        traceparent: None,
        event: event.clone(),
    };
    Publication::new(Source::Matching, event, "c-1", cause.time, &cause)
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    keeps_its_promises(&MatchingTable::default(), "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("MatchingTableName").await;
    keeps_its_promises(&DynamoDb::new(Table::new(client, table)), &run_id()).await;
}
