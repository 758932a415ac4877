//! Numbers of counters.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::counters::{Column, Period, Row};

/// Counters and what they stand at, or grow by. None stands at 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts(BTreeMap<(Period, Row), BTreeMap<Column, u64>>);

impl Counts {
    /// Counts for the day and the hour of `moment`.
    pub(super) fn count(&mut self, moment: Timestamp, row: &Row, column: Column, number: u64) {
        for period in Period::all(moment) {
            self.add((period, row.clone()), column, number);
        }
    }

    fn add(&mut self, row: (Period, Row), column: Column, number: u64) {
        *self.0.entry(row).or_default().entry(column).or_default() += number;
    }

    /// Adds others to these.
    pub fn add_all(&mut self, others: &Self) {
        for (row, columns) in &others.0 {
            for (column, number) in columns {
                self.add(row.clone(), *column, *number);
            }
        }
    }

    /// By how much these have grown since they were `before`. They never shrink.
    pub(super) fn since(mut self, before: &Self) -> Self {
        for (row, columns) in &before.0 {
            for (column, number) in columns {
                let now = self.0.get_mut(row).and_then(|now| now.get_mut(column));
                if let Some(now) = now {
                    *now -= number;
                }
            }
        }
        self.0.retain(|_, columns| {
            columns.retain(|_, number| *number > 0);
            !columns.is_empty()
        });
        self
    }

    /// How many items these are in the table: each row is one.
    pub fn items(&self) -> usize {
        self.0.len()
    }

    /// How many rows there are that others don't have.
    pub(super) fn rows_beside(&self, others: &Self) -> usize {
        let rows = self.0.keys();
        rows.filter(|row| !others.0.contains_key(row)).count()
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = (&Period, &Row, &BTreeMap<Column, u64>)> {
        let rows = self.0.iter();
        rows.map(|((period, row), columns)| (period, row, columns))
    }
}
