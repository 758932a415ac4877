//! Requests and their transitions.

use std::collections::BTreeSet;

use builders::events;
use contract::{Publication, Source};
use matching::domain::{Request, RequestChange, State, Transition};
use matching::store::Store;

use crate::{Harness, assert_changed, transition};

impl<S: Store> Harness<'_, S> {
    pub async fn a_request_moves_only_from_the_stage_it_is_in(&self) {
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
            assert_changed(&self.write(Some(&before), &after).await); // the same attempt in another state
        }
        for state in [State::Unmatched, State::Withdrawn] {
            let before = self.stored(&second).await.unwrap();
            let after = self.request("r", 3, state);
            self.write(Some(&before), &after).await.unwrap();
            assert_eq!(self.stored(&after).await.as_ref(), Some(&after));
        }
    }

    pub async fn a_pending_match_is_confirmed_and_nothing_else(&self) {
        let holder = self.id("new");
        let mut pending = self.request("c", 2, State::Pending(holder.clone()));
        pending.saved_publication = Some(publication());
        let confirm = |attempt, partner| Transition {
            request: Some(RequestChange::Confirm {
                request_id: pending.request_id.clone(),
                attempt,
                partner,
            }),
            partners: Vec::new(),
            publication: None,
        };
        assert_changed(&self.store.commit(&confirm(2, holder.clone())).await); // there is none
        assert_eq!(self.stored(&pending).await, None);
        self.write(None, &pending).await.unwrap();
        for (attempt, partner) in [(1, holder.clone()), (3, holder.clone()), (2, self.id("other"))] {
            assert_changed(&self.store.commit(&confirm(attempt, partner)).await);
        }
        assert_eq!(self.stored(&pending).await.as_ref(), Some(&pending));

        self.store.commit(&confirm(2, holder.clone())).await.unwrap();
        let confirmed = Request {
            saved_publication: None,
            ..self.request("c", 2, State::Confirmed(holder.clone()))
        };
        assert_eq!(self.stored(&pending).await.as_ref(), Some(&confirmed));
        for state in [State::Confirmed, State::Closing, State::Closed] {
            let before = self.stored(&pending).await.unwrap();
            let other = self.request("c", 2, state(holder.clone()));
            self.write(Some(&before), &other).await.unwrap();
            assert_changed(&self.store.commit(&confirm(2, holder.clone())).await);
        }
    }

    pub async fn a_request_and_its_partners_change_together_or_not_at_all(&self) {
        self.new_partner("one", 1).await;
        self.new_partner("two", 1).await;
        let pending = self.request("whole", 1, State::Pending(self.id("one")));
        let claimed = transition(None, &pending, [self.claim("one", 1)]);
        self.store.commit(&claimed).await.unwrap();
        assert_eq!(
            (self.stored(&pending).await, self.open_matches("one").await),
            (Some(pending.clone()), 1)
        );

        let moved = self.request("whole", 2, State::Pending(self.id("two")));
        let partners = [self.free("one"), self.claim("two", 1)];
        let stale = transition(Some(&moved), &moved, partners.clone());
        assert_changed(&self.store.commit(&stale).await);
        let beyond_capacity = [self.claim("two", 1), self.claim("one", 1)];
        let full = transition(Some(&pending), &moved, beyond_capacity);
        assert_changed(&self.store.commit(&full).await);
        assert_eq!(self.stored(&pending).await, Some(pending.clone()));
        assert_eq!(self.open_matches("one").await, 1);
        assert_eq!(self.open_matches("two").await, 0);

        let good = transition(Some(&pending), &moved, partners);
        self.store.commit(&good).await.unwrap();
        assert_eq!(self.open_matches("one").await, 0);
        assert_eq!(self.open_matches("two").await, 1);
    }
}

fn publication() -> Publication {
    let cause = events::request_deferred("r", 1).received();
    Publication::new(Source::Matching, cause.event.clone(), "c-1", cause.time, &cause)
}
