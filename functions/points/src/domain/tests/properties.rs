//! Properties of any sequence of orders.

use std::collections::BTreeMap;

use builders::events::{charge, purchase};
use contract::Received;
use proptest::prelude::*;

use super::{LIMIT, at};
use crate::domain::{DecisionError, LedgerView, Order, OrderDecision, Posting, decide};

#[derive(Debug, Clone)]
enum Ordered {
    Purchase(u8, u8, u32),
    Charge(u8, u8, u32),
}

impl Ordered {
    fn cause(&self) -> Received {
        match self {
            Self::Purchase(id, partner, points) => purchase(&format!("b{id}"), &format!("p{partner}"), *points),
            Self::Charge(id, partner, fee) => charge(&format!("m{id}"), &format!("p{partner}"), *fee),
        }
    }
}

/// Few ids, so that repeats, with the same data and with other data, are frequent.
fn ordered() -> impl Strategy<Value = Ordered> {
    let amount = || prop_oneof![1..=5_u32, Just(LIMIT)];
    prop_oneof![
        (0..12_u8, 0..2_u8, amount()).prop_map(|(id, p, points)| Ordered::Purchase(id, p, points)),
        (0..12_u8, 0..2_u8, amount()).prop_map(|(id, p, fee)| Ordered::Charge(id, p, fee)),
    ]
}

proptest! {
    #[test]
    fn points_are_exact_after_any_orders(orders in prop::collection::vec(ordered(), 0..60)) {
        let mut ledger = LedgerView::default();
        let mut model: BTreeMap<String, (i64, u64)> = BTreeMap::new();
        let mut balances: BTreeMap<String, i64> = BTreeMap::new();
        let mut keys = std::collections::BTreeSet::new();
        for ordered in &orders {
            let cause = ordered.cause();
            let order = Order::of(&cause).unwrap();
            let known = ledger.decision(&order.key).cloned();
            match decide(&order, &ledger, at(0)) {
                Ok(OrderDecision::New(decision)) => {
                    prop_assert!(keys.insert(decision.order.to_string()), "decided twice");
                    let account = model.entry(decision.partner.to_string()).or_default();
                    account.0 += decision.balance_change();
                    prop_assert!(account.0 >= 0);
                    if decision.sequence > 0 {
                        account.1 += 1;
                    }
                    prop_assert_eq!(
                        (i64::try_from(decision.balance).unwrap(), decision.sequence),
                        (account.0, account.1)
                    );
                    if let Posting::Transfer { debit, credit, points, .. } = &decision.posting {
                        *balances.entry(debit.to_string()).or_default() -= i64::from(points.get());
                        *balances.entry(credit.to_string()).or_default() += i64::from(points.get());
                    }
                    ledger.apply(*decision);
                }
                Ok(OrderDecision::Repeat(saved)) => prop_assert_eq!(Some(saved), known.as_ref()),
                Err(error) => {
                    prop_assert_eq!(error, DecisionError::IdentityConflict);
                    prop_assert!(known.is_some());
                }
            }
        }
        prop_assert_eq!(balances.values().sum::<i64>(), 0, "double entry");
        for (partner, (balance, _)) in &model {
            prop_assert_eq!(balances.get(&format!("partner#{partner}")).copied().unwrap_or(0), *balance);
        }
    }
}
