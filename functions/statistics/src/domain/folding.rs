//! Folding: adding increments to the counters, each once.
//!
//! A fold adds up all increments behind the ones that were folded last, and adds the sums to the counters in transactions.
//! Each transaction also moves the state on, under the condition that it is still the one that was read: so two folds at once
//! cannot add the same rows twice, and one that ends halfway is carried on by the next, with the same rows.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use serde::{Deserialize, Serialize};

use super::counts::{Row, RowName};
use super::increments::Series;

/// The most rows that one transaction adds to: the hundredth item is the state (AWS: `TransactWriteItems`).
pub const MAX_ROWS: usize = 99;

/// The most increments of a series that are added up at once, for the memory that they take.
const MAX_INCREMENTS: u64 = 50;

/// The last number in each series, up to which something was done.
pub type Positions = BTreeMap<Series, u64>;

/// How far the increments have been added to the counters.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FoldState {
    /// The number of transactions so far.
    pub version: u64,
    /// Up to where all counters have the increments.
    pub folded: Positions,
    /// The fold that has begun and not ended, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub under_way: Option<UnderWay>,
}

/// A fold between two of its transactions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct UnderWay {
    /// Up to where it adds increments.
    pub up_to: Positions,
    /// The last row that it has added to; it goes by the order of their names.
    pub last_row: RowName,
}

impl FoldState {
    /// The increments to be added up: those of the fold that is under way, else the next ones.
    pub fn next_numbers(&self) -> Vec<(Series, RangeInclusive<u64>)> {
        let last = |positions: &Positions, series: &Series| positions.get(series).copied().unwrap_or_default();
        let numbers = |series| {
            let folded = last(&self.folded, &series);
            let up_to = match &self.under_way {
                Some(fold) => last(&fold.up_to, &series),
                None => folded + MAX_INCREMENTS,
            };
            (series, folded + 1..=up_to)
        };
        Series::all()
            .map(numbers)
            .filter(|(_, numbers)| !numbers.is_empty())
            .collect()
    }

    /// The transactions that are left of a fold up to `up_to` which adds these rows in all: the rows of each, and the state
    /// after it.
    pub fn steps<'r>(&self, up_to: &Positions, rows: &'r [Row]) -> Vec<(&'r [Row], Self)> {
        // guard: rows-are-folded-once
        let done = self.under_way.as_ref().map(|fold| &fold.last_row);
        let rest = rows.partition_point(|row| Some(&row.name) <= done);
        let mut chunks = rows[rest..].chunks(MAX_ROWS).peekable();
        let mut steps: Vec<(&[Row], Self)> = Vec::new();
        while let Some(chunk) = chunks.next() {
            let before = steps.last().map_or(self, |(_, state)| state);
            let is_last = chunks.peek().is_none();
            let last_row = chunk.last().filter(|_| !is_last).map(|row| row.name.clone());
            let state = Self {
                version: before.version + 1,
                folded: if is_last { up_to } else { &self.folded }.clone(),
                under_way: last_row.map(|last_row| UnderWay {
                    up_to: up_to.clone(),
                    last_row,
                }),
            };
            steps.push((chunk, state));
        }
        steps
    }
}
