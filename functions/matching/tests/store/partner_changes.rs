//! Changes of partners: claims, freed capacity and balances.

use std::collections::BTreeSet;

use matching::domain::PartnerChange;
use matching::store::Store;

use crate::{Harness, assert_changed, balance};

impl<S: Store> Harness<'_, S> {
    pub async fn partners_are_claimed_within_capacity_and_version(&self) {
        self.new_partner("small", 2).await;
        assert_changed(&self.change(self.claim("small", 2)).await);
        assert_changed(&self.change(self.claim("unknown", 1)).await);
        self.change(self.claim("small", 1)).await.unwrap();
        self.change(self.claim("small", 1)).await.unwrap();
        assert_changed(&self.change(self.claim("small", 1)).await);
        assert_eq!(self.open_matches("small").await, 2);
    }

    pub async fn suspended_partners_are_not_claimed(&self) {
        self.new_partner("poor", 5).await;
        self.change(self.claim("poor", 1)).await.unwrap(); // its balance is unknown
        self.change(self.set_balance("poor", 9, 1)).await.unwrap();
        assert_changed(&self.change(self.claim("poor", 1)).await);
        self.change(self.set_balance("poor", 10, 2)).await.unwrap();
        self.change(self.claim("poor", 1)).await.unwrap(); // exactly the fee
        assert_eq!(self.open_matches("poor").await, 2);
    }

    pub async fn a_balance_replaces_only_an_older_one(&self) {
        self.new_partner("known", 1).await;
        assert_changed(&self.change(self.set_balance("unknown", 10, 1)).await);
        self.change(self.set_balance("known", 0, 0)).await.unwrap();
        self.change(self.set_balance("known", 30, 2)).await.unwrap();
        assert_changed(&self.change(self.set_balance("known", 40, 2)).await);
        assert_changed(&self.change(self.set_balance("known", 40, 1)).await);
        let partner = self.partner("known").await.unwrap();
        assert_eq!(partner.known_balance, Some(balance(30, 2)));
    }

    pub async fn capacity_is_freed_and_claimed_in_one_change(&self) {
        self.new_partner("freed", 1).await;
        assert_changed(&self.change(self.free("freed")).await);
        self.change(self.claim("freed", 1)).await.unwrap();
        let again = PartnerChange {
            frees: true,
            ..self.claim("freed", 1)
        };
        self.change(again.clone()).await.unwrap(); // full, but for the match that ends
        assert_eq!(self.open_matches("freed").await, 1);
        let with_balance = PartnerChange {
            balance: Some(balance(50, 1)),
            ..again.clone()
        };
        self.change(with_balance).await.unwrap();
        self.change(self.set_balance("freed", 9, 2)).await.unwrap();
        assert_changed(&self.change(again).await); // suspended
        let refused = PartnerChange {
            frees: true,
            ..self.set_balance("freed", 5, 3)
        };
        self.change(refused).await.unwrap();
        let partner = self.partner("freed").await.unwrap();
        assert_eq!((partner.open_matches, partner.known_balance), (0, Some(balance(5, 3))));
    }

    pub async fn partners_are_read_in_batches(&self) {
        let unknown: Vec<_> = (0..120).map(|n| self.id(&format!("unknown-{n}"))).collect();
        let known = [self.id("new"), self.id("freed")];
        let mut ids: Vec<_> = unknown.iter().collect();
        ids.insert(0, &known[0]);
        ids.push(&known[1]);
        let found = self.store.partners(&ids).await.unwrap();
        let found: BTreeSet<_> = found.into_iter().map(|partner| partner.registered.partner_id).collect();
        assert_eq!(found, known.into());
    }
}
