//! Registrations of partners, and the rows that list them as candidates.

use matching::domain::{Partner, Registration, on_registered};
use matching::store::Store;

use crate::{Harness, assert_changed, balance};

impl<S: Store> Harness<'_, S> {
    pub async fn a_first_registration_needs_an_absent_partner(&self) {
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
        assert_changed(&self.store.register(&new).await.map_err(Into::into));
        let wrong = Registration {
            before: Some(7.try_into().unwrap()),
            ..new
        };
        assert_changed(&self.store.register(&wrong).await.map_err(Into::into));
    }

    pub async fn a_newer_registration_moves_candidate_rows(&self) {
        self.register(&self.registration("mover", 1, &[&self.category("a")], 1))
            .await;
        assert_eq!(self.candidates("a").await, [self.id("mover"), self.id("new")]);
        self.change(self.claim("mover", 1)).await.unwrap();
        self.change(self.set_balance("mover", 20, 1)).await.unwrap();
        let event = self.registration("mover", 2, &[&self.category("b")], 1);
        self.register(&event).await;
        assert_eq!(self.candidates("a").await, [self.id("new")]);
        assert_eq!(self.candidates("b").await, [self.id("mover"), self.id("new")]);
        assert_eq!(self.candidates("c").await, []);
        assert_eq!(
            self.partner("mover").await,
            Some(Partner {
                registered: event,
                open_matches: 1,
                known_balance: Some(balance(20, 1))
            })
        );
    }
}
