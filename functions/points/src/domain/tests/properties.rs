//! Whatever comes, in whatever order.

use std::collections::BTreeMap;

use contract::Received;
use proptest::prelude::*;

use super::{LIMIT, at, charge, purchase};
use crate::domain::{Books, Order, Ruling, Undecided, Verdict, decide};

#[derive(Debug, Clone)]
enum Step {
    Purchase(u8, u8, u32),
    Charge(u8, u8, u32),
}

impl Step {
    fn cause(&self) -> Received {
        match self {
            Self::Purchase(id, partner, points) => {
                purchase(&format!("b{id}"), &format!("p{partner}"), *points)
            }
            Self::Charge(id, partner, fee) => {
                charge(&format!("m{id}"), &format!("p{partner}"), *fee)
            }
        }
    }
}

/// Few ids, so that repeats, equal and unequal ones, are frequent.
fn step() -> impl Strategy<Value = Step> {
    let amount = || prop_oneof![1..=5_u32, Just(LIMIT)];
    prop_oneof![
        (0..12_u8, 0..2_u8, amount()).prop_map(|(id, p, points)| Step::Purchase(id, p, points)),
        (0..12_u8, 0..2_u8, amount()).prop_map(|(id, p, fee)| Step::Charge(id, p, fee)),
    ]
}

proptest! {
    #[test]
    fn points_are_exact_whatever_comes(steps in prop::collection::vec(step(), 0..60)) {
        let mut books = Books::default();
        let mut model: BTreeMap<String, (i64, u64)> = BTreeMap::new();
        let mut parties: BTreeMap<String, i64> = BTreeMap::new();
        let mut keys = std::collections::BTreeSet::new();
        for step in &steps {
            let cause = step.cause();
            let order = Order::of(&cause).unwrap();
            let known = books.decision(&order.key).cloned();
            match decide(&order, &books, at(0)) {
                Ok(Verdict::New(decision)) => {
                    prop_assert!(keys.insert(decision.order.to_string()), "decided twice");
                    let account = model.entry(decision.partner.to_string()).or_default();
                    account.0 += decision.change();
                    prop_assert!(account.0 >= 0);
                    if decision.sequence > 0 {
                        account.1 += 1;
                    }
                    prop_assert_eq!(
                        (i64::try_from(decision.balance).unwrap(), decision.sequence),
                        (account.0, account.1)
                    );
                    if let Ruling::Transfer { debit, credit, points, .. } = &decision.ruling {
                        *parties.entry(debit.to_string()).or_default() -= i64::from(points.get());
                        *parties.entry(credit.to_string()).or_default() += i64::from(points.get());
                    }
                    books.enter(*decision);
                }
                Ok(Verdict::Repeat(saved)) => prop_assert_eq!(Some(saved), known.as_ref()),
                Err(undecided) => {
                    prop_assert_eq!(undecided, Undecided::IdentityConflict);
                    prop_assert!(known.is_some());
                }
            }
        }
        prop_assert_eq!(parties.values().sum::<i64>(), 0, "double entry");
        for (partner, (balance, _)) in &model {
            prop_assert_eq!(parties.get(&format!("partner#{partner}")).copied().unwrap_or(0), *balance);
        }
    }
}
