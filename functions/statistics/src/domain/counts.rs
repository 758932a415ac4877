//! The values of counters.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::counters::{Column, Dimension, Period};

/// Counters with their values, or the amounts they grow by. A counter of value 0 is left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<(Period, Dimension), BTreeMap<Column, u64>>);

impl Counts {
    /// Adds to the counters of the day and the hour of `time`.
    pub(super) fn count(&mut self, time: Timestamp, dimension: &Dimension, column: Column, number: u64) {
        for period in Period::containing(time) {
            self.add((period, dimension.clone()), column, number);
        }
    }

    fn add(&mut self, row: (Period, Dimension), column: Column, number: u64) {
        *self.0.entry(row).or_default().entry(column).or_default() += number;
    }

    /// Adds other counts to these.
    pub fn add_all(&mut self, others: &Self) {
        for (row, columns) in &others.0 {
            for (column, number) in columns {
                self.add(row.clone(), *column, *number);
            }
        }
    }

    /// The amounts by which the counts have grown since they were `before`. They never shrink.
    pub(super) fn growth_since(mut self, before: &Self) -> Self {
        for (row, columns) in &before.0 {
            for (column, number) in columns {
                let columns_now = self.0.get_mut(row);
                if let Some(value) = columns_now.and_then(|columns| columns.get_mut(column)) {
                    *value -= number;
                }
            }
        }
        self.0.retain(|_, columns| {
            columns.retain(|_, number| *number > 0);
            !columns.is_empty()
        });
        self
    }

    /// The number of items that hold these counters in the table: one for each row.
    pub fn items(&self) -> usize {
        self.0.len()
    }

    /// The number of items that `others` do not have.
    pub(super) fn items_missing_in(&self, others: &Self) -> usize {
        let missing = self.0.keys().filter(|row| !others.0.contains_key(row));
        missing.count()
    }

    /// The rows of counters, each with its period, its dimension and its columns.
    pub fn rows(&self) -> impl Iterator<Item = (&Period, &Dimension, &BTreeMap<Column, u64>)> {
        self.0
            .iter()
            .map(|((period, dimension), columns)| (period, dimension, columns))
    }
}
