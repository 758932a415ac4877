//! An account, read again.

use std::collections::BTreeSet;
use std::time::Duration;

use rules::{Begin, Decision};
use tokio::time::sleep;

use crate::failure::Failure;
use crate::tables::{Entries, Tables};

/// The pauses before each look into the index, which has a decision a moment after it was written.
const PAUSES: [Duration; 4] = [
    Duration::ZERO,
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// Reads what matching knows of an account, then the account, then the decisions up to it that were not scanned: a decision never
/// changes, and one on an account is there before the account says so, and before matching knows.
pub async fn look_again(
    tables: &Tables,
    partner: &str,
    scanned: &[&Decision],
    begin: Begin,
) -> Result<rules::Tables, Failure> {
    let pk = format!("partner#{partner}");
    let mut fresh = rules::Tables {
        begin,
        ..rules::Tables::default()
    };
    let known = tables.matching.get(pk.clone(), "partner").await?;
    if let Some(item) = &known {
        fresh.add_partner(item);
    }
    let account = tables.ledger.get(pk, "account").await?;
    if let Some(item) = &account {
        fresh.add_account(partner, item);
    }
    for decision in scanned {
        fresh.decisions.insert(decision.order.clone(), (*decision).clone());
    }
    let last = fresh.accounts.get(partner).map_or(0, |account| account.sequence);
    for pause in PAUSES {
        let Some((first, last)) = gap(&fresh, last) else {
            break;
        };
        sleep(pause).await;
        let entries = tables.ledger.history(partner, Entries::Between(first, last)).await?;
        let orders = entries.iter().filter_map(|entry| entry["pk"].as_str());
        let new = orders.filter(|order| !fresh.decisions.contains_key(*order));
        let keys: Vec<_> = new.map(|order| (order.to_owned(), "decision")).collect();
        let decisions = tables.ledger.get_all(keys.into_iter()).await?;
        for item in &decisions {
            fresh.add_decision(item);
        }
    }
    Ok(fresh)
}

/// From the first sequence that is missing up to the account's.
fn gap(tables: &rules::Tables, last: i128) -> Option<(u64, u64)> {
    let sequences: BTreeSet<i128> = tables.decisions.values().map(|decision| decision.sequence).collect();
    let mut sequences = sequences.range(1..).copied();
    let mut next = match tables.begin {
        Begin::First => 1,
        Begin::Later => sequences.next()? + 1,
    };
    for sequence in sequences {
        if sequence != next {
            break;
        }
        next += 1;
    }
    let gap = (u64::try_from(next).ok()?, u64::try_from(last).ok()?);
    (next <= last).then_some(gap)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn tables(sequences: &[u64], begin: Begin) -> rules::Tables {
        let decisions = sequences
            .iter()
            .map(|sequence| json!({ "order": format!("purchase#{sequence}"), "sequence": sequence }));
        let snapshot = json!({ "decisions": decisions.collect::<Vec<_>>() });
        rules::Tables {
            begin,
            ..rules::Tables::of(&snapshot)
        }
    }

    #[test]
    fn a_gap_begins_with_the_first_sequence_that_is_missing() {
        for (sequences, last, expected) in [
            (&[1, 2, 3][..], 3, None),
            (&[0, 1, 3], 3, Some((2, 3))),
            (&[1, 2], 4, Some((3, 4))),
            (&[], 2, Some((1, 2))),
            (&[], 0, None),
        ] {
            assert_eq!(gap(&tables(sequences, Begin::First), last), expected, "{sequences:?}");
        }
        assert_eq!(gap(&tables(&[7, 8], Begin::Later), 8), None);
        assert_eq!(gap(&tables(&[7, 9], Begin::Later), 9), Some((8, 9)));
        assert_eq!(gap(&tables(&[], Begin::Later), 9), None);
    }
}
