//! The choice between candidates.

use std::collections::BTreeMap;

use super::*;

fn request(n: u32) -> RequestId {
    parsed(&json!(format!("r-{n}")))
}

#[test]
fn the_same_attempt_draws_the_same_two() {
    let ids: Vec<_> = (0..20).map(|n| id(&format!("p-{n}"))).collect();
    let candidates: Vec<_> = ids.iter().collect();
    let drawn = choice::draw(&candidates, &request(1), 1);
    assert_eq!(drawn.len(), 2);
    assert_ne!(drawn[0], drawn[1]);
    assert_eq!(drawn, choice::draw(&candidates, &request(1), 1));
    // Pinned, since another version of the generator might draw others.
    assert_eq!(
        drawn.iter().map(ToString::to_string).collect::<Vec<_>>(),
        ["p-7", "p-4"]
    );
}

#[test]
fn one_is_drawn_of_one_and_none_of_none() {
    let only = id("p-1");
    assert_eq!(choice::draw(&[&only], &request(1), 1), [&only]);
    assert_eq!(choice::draw(&[], &request(1), 1), Vec::<&PartnerId>::new());
}

#[test]
fn draws_are_spread_evenly_over_all_and_over_both_places() {
    let ids = ["p-1", "p-2", "p-3", "p-4"].map(id);
    let candidates: Vec<_> = ids.iter().collect();
    let mut first = BTreeMap::new();
    for n in 0..4000 {
        *first.entry(choice::draw(&candidates, &request(n), 1)[0]).or_insert(0) += 1;
    }
    assert!(first.values().all(|times| (900..=1100).contains(times)), "{first:?}");
}

#[test]
fn the_smallest_share_of_capacity_wins_not_the_smallest_count() {
    let small = Partner {
        open_matches: 1,
        ..partner("p-1", 2, 10)
    };
    let large = Partner {
        open_matches: 3,
        ..partner("p-2", 10, 10)
    };
    assert_eq!(choice::least_loaded([&small, &large]), Some(&large));
    let equal = Partner {
        open_matches: 5,
        ..partner("p-3", 10, 10)
    };
    assert_eq!(choice::least_loaded([&small, &equal]), Some(&small));
}

#[test]
fn only_available_partners_are_chosen() {
    let full = Partner {
        open_matches: 1,
        ..partner("p-1", 1, 10)
    };
    let over = Partner {
        open_matches: 2,
        ..partner("p-2", 1, 10)
    };
    let suspended = with_balance(partner("p-3", 1, 10), 9, 1);
    let closed = partner("p-4", 0, 10);
    assert_eq!(choice::least_loaded([&full, &over, &suspended, &closed]), None);
}
