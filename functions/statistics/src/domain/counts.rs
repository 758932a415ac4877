//! The values of counters.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::counters::{Column, Dimension, hour_of};

/// The columns of a row, with their values.
pub type Columns = BTreeMap<String, u64>;

/// Amounts by which counters grow, by hour, row and column, each as it is named in the table. Days are sums of hours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Counts(BTreeMap<String, BTreeMap<String, Columns>>);

/// A row of counters in the table, or the amounts by which it grows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which row it is.
    pub name: RowName,
    /// The counters.
    pub columns: Columns,
}

/// The period and the dimension of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct RowName {
    /// `day#2026-03-01` or `hour#2026-03-01T09`, in UTC.
    pub period: String,
    /// [`Dimension`] as text: `total`, `partner#p1`.
    pub dimension: String,
}

impl Counts {
    /// Adds to a counter of the hour of `time`.
    pub(super) fn count(&mut self, time: Timestamp, dimension: &Dimension, column: Column, number: u64) {
        self.add(&hour_of(time), &dimension.to_string(), &column.to_string(), number);
    }

    fn add(&mut self, hour: &str, dimension: &str, column: &str, number: u64) {
        let rows = self.0.entry(hour.to_owned()).or_default();
        let columns = rows.entry(dimension.to_owned()).or_default();
        *columns.entry(column.to_owned()).or_default() += number;
    }

    /// Adds other counts to these.
    pub fn add_all(&mut self, others: &Self) {
        for (hour, rows) in &others.0 {
            for (dimension, columns) in rows {
                for (column, number) in columns {
                    self.add(hour, dimension, column, *number);
                }
            }
        }
    }

    /// The amounts by which the counts have grown since they were `before`. They never shrink.
    pub(super) fn growth_since(&self, before: &Self) -> Self {
        let mut growth = Self::default();
        for (hour, rows) in &self.0 {
            for (dimension, columns) in rows {
                let known = before.0.get(hour).and_then(|rows| rows.get(dimension));
                for (column, number) in columns {
                    let known = known.and_then(|columns| columns.get(column)).unwrap_or(&0);
                    if number > known {
                        growth.add(hour, dimension, column, number - known);
                    }
                }
            }
        }
        growth
    }

    /// The rows of the table that grow, of hours and of days, in the order of their names.
    pub fn rows(&self) -> Vec<Row> {
        let mut table: BTreeMap<RowName, Columns> = BTreeMap::new();
        for (hour, rows) in &self.0 {
            let (day, _) = hour.split_once('T').unwrap_or((hour, ""));
            for period in [format!("day#{day}"), format!("hour#{hour}")] {
                for (dimension, columns) in rows {
                    let (period, dimension) = (period.clone(), dimension.clone());
                    let sums = table.entry(RowName { period, dimension }).or_default();
                    for (column, number) in columns {
                        *sums.entry(column.clone()).or_default() += number;
                    }
                }
            }
        }
        let row = |(name, columns)| Row { name, columns };
        table.into_iter().map(row).collect()
    }
}
