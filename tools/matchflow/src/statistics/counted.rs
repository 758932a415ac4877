//! Counters as they are stored: numbers by column.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// The counters of a row.
pub type Columns = BTreeMap<String, u64>;

/// Delays in milliseconds, each rounded up to a histogram's next bound: an eighth too long at most.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Delay {
    pub count: u64,
    pub median: u64,
    pub p99: u64,
    /// How many delays there are up to each bound, and above the one before it.
    pub histogram: BTreeMap<u64, u64>,
}

/// Adds an item's counters to the row of its dimension.
pub fn add(rows: &mut BTreeMap<String, Columns>, item: &Value) {
    let Some(dimension) = item["sk"].as_str() else {
        return;
    };
    let row = rows.entry(dimension.to_owned()).or_default();
    let members = item.as_object().into_iter().flatten();
    for (name, number) in members.filter_map(|(name, value)| Some((name, value.as_u64()?))) {
        *row.entry(name.clone()).or_default() += number;
    }
}

/// The delays that were measured.
pub fn delays(rows: &BTreeMap<String, Columns>) -> BTreeMap<&'static str, Delay> {
    let measured = ["match", "charge", "message"].map(|name| (name, rows.get(&format!("delay#{name}"))));
    let measured = measured
        .into_iter()
        .filter_map(|(name, histogram)| Some((name, delay(histogram?)?)));
    measured.collect()
}

fn delay(histogram: &Columns) -> Option<Delay> {
    let bounds = histogram
        .iter()
        .filter_map(|(bound, count)| Some((bound.parse().ok()?, *count)));
    let histogram: BTreeMap<u64, u64> = bounds.collect();
    let count: u64 = histogram.values().sum();
    let quantile = |hundredths: u64| {
        let wanted = (count * hundredths).div_ceil(100);
        let mut so_far = 0;
        let reached = histogram.iter().find(|(_, count)| {
            so_far += **count;
            so_far >= wanted
        });
        reached.map(|(bound, _)| *bound)
    };
    Some(Delay {
        count,
        median: quantile(50)?,
        p99: quantile(99)?,
        histogram,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn shards_of_a_row_are_added_up() {
        let mut rows = BTreeMap::new();
        add(
            &mut rows,
            &json!({ "pk": "day#2026-03-02#00", "sk": "total", "matched": 2 }),
        );
        add(
            &mut rows,
            &json!({ "pk": "day#2026-03-02#07", "sk": "total", "matched": 3, "told": 1 }),
        );
        assert_eq!(
            rows["total"],
            Columns::from([("matched".to_owned(), 5), ("told".to_owned(), 1)])
        );
    }

    #[test]
    fn a_quantile_is_the_bound_that_so_many_delays_reach() {
        let histogram = [("96", 49), ("104", 1), ("1024", 49), ("8", 1)];
        let columns = histogram.map(|(bound, count)| (bound.to_owned(), count)).into();
        let rows = BTreeMap::from([("delay#message".to_owned(), columns)]);
        let expected = Delay {
            count: 100,
            median: 96,
            p99: 1024,
            histogram: BTreeMap::from([(8, 1), (96, 49), (104, 1), (1024, 49)]),
        };
        assert_eq!(delays(&rows), BTreeMap::from([("message", expected)]));
    }
}
