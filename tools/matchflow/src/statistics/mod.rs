//! `matchflow statistics`: what was counted on a day.

mod counted;
mod page;
mod screen;

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use futures_util::future::try_join_all;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;

use crate::failure::Failure;
use crate::html::{file_of_chart, write_file};
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::tables::{Table, Tables};
use counted::{Columns, Delay, add, delays};

/// The number of items that each counter may be spread over (docs/do/read-statistics.md).
const SHARDS: u32 = 16;

/// What to count by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum By {
    /// All together
    Total,
    /// The region of the request
    Region,
    /// The category of the request
    Category,
    /// The partner
    Partner,
    /// The hour of the day, in UTC
    Hour,
}

impl By {
    fn name(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Region => "region",
            Self::Category => "category",
            Self::Partner => "partner",
            Self::Hour => "hour",
        }
    }
}

/// What to show of the counts.
#[derive(Debug, Args)]
pub struct StatisticsArguments {
    /// What makes a row
    #[arg(long, value_enum, default_value_t = By::Total)]
    pub by: By,
    /// The day, in UTC; today if it is left out
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub day: Option<Date>,
    /// Draw how long customers waited into a file: an SVG picture
    #[arg(long, value_name = "FILE.svg", value_parser = an_svg)]
    pub plot: Option<PathBuf>,
}

fn an_svg(file: &str) -> Result<PathBuf, String> {
    let file = PathBuf::from(file);
    let is_svg = file.extension().is_some_and(|extension| extension == "svg");
    let others = "the picture is SVG: name a file that ends in .svg (rsvg-convert makes a PNG of it)";
    is_svg.then_some(file).ok_or_else(|| others.to_owned())
}

/// The counts of a day.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// The day in UTC. Events of the last minute may not be in it yet.
    day: Date,
    by: By,
    /// The measures of each row by its name; what is 0 is left out, and by region and category `pointsBought`: purchases have neither.
    rows: BTreeMap<String, Columns>,
    /// The delays from the submission on: to the match, the charge and the message.
    delays: BTreeMap<&'static str, Delay>,
}

impl Statistics {
    /// Reads the counters of a day.
    pub async fn of(stack: &Stack, arguments: &StatisticsArguments) -> Result<Self, Failure> {
        let table = Tables::of(stack)?.statistics;
        let today = || TimeZone::UTC.to_datetime(Timestamp::now()).date();
        let day = arguments.day.unwrap_or_else(today);
        let of_day = period(&table, &format!("day#{day}")).await?;
        let rows = match arguments.by {
            By::Hour => of_hours(&table, day).await?,
            by => rows_of(&of_day, by),
        };
        Ok(Self {
            day,
            by: arguments.by,
            rows,
            delays: delays(&of_day),
        })
    }
}

/// Reads the counters of a day, and draws the chart where that is asked for.
pub async fn statistics(stack: &Stack, arguments: &StatisticsArguments) -> Result<Statistics, Failure> {
    let statistics = Statistics::of(stack, arguments).await?;
    if let Some(file) = &arguments.plot {
        write_file(file, &file_of_chart(&statistics.chart()))?;
    }
    Ok(statistics)
}

async fn of_hours(table: &Table, day: Date) -> Result<BTreeMap<String, Columns>, Failure> {
    let mut rows = BTreeMap::new();
    for hour in 0..24 {
        let counted = period(table, &format!("hour#{day}T{hour:02}")).await?;
        let total = counted.get("total").filter(|columns| !columns.is_empty());
        rows.extend(total.map(|columns| (format!("{hour:02}:00"), columns.clone())));
    }
    Ok(rows)
}

/// The rows of a period, by dimension, added up over all shards.
async fn period(table: &Table, period: &str) -> Result<BTreeMap<String, Columns>, Failure> {
    let shards = (0..SHARDS).map(|shard| table.query(format!("{period}#{shard:02}")));
    let mut rows = BTreeMap::new();
    for item in try_join_all(shards).await?.iter().flatten() {
        add(&mut rows, item);
    }
    Ok(rows)
}

/// The rows of one kind of dimension, by the names behind it.
fn rows_of(counted: &BTreeMap<String, Columns>, by: By) -> BTreeMap<String, Columns> {
    let prefix = match by {
        By::Region => "region#",
        By::Category => "category#",
        By::Partner => "partner#",
        By::Total | By::Hour => "total",
    };
    let rows = counted.iter().filter_map(|(dimension, columns)| {
        let name = dimension.strip_prefix(prefix)?;
        Some((if name.is_empty() { "all" } else { name }.to_owned(), columns.clone()))
    });
    rows.collect()
}

impl Report for Statistics {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_named_by_what_they_are_counted_by() {
        let columns = |number| Columns::from([("matched".to_owned(), number)]);
        let counted = BTreeMap::from([
            ("region#KR-11".to_owned(), columns(1)),
            ("category#repair".to_owned(), columns(2)),
            ("total".to_owned(), columns(3)),
        ]);
        assert_eq!(
            rows_of(&counted, By::Region),
            BTreeMap::from([("KR-11".to_owned(), columns(1))])
        );
        assert_eq!(
            rows_of(&counted, By::Total),
            BTreeMap::from([("all".to_owned(), columns(3))])
        );
        assert_eq!(rows_of(&counted, By::Partner), BTreeMap::new());
    }
}
