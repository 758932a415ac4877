//! What there are counters for.

use std::collections::BTreeMap;
use std::fmt;

use contract::{Category, EventType, PartnerId, Region};
use jiff::Timestamp;

/// A day or an hour, in UTC: `day#2026-03-01`, `hour#2026-03-01T09`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(String);

impl Period {
    /// The periods that a moment is in.
    fn all(moment: Timestamp) -> [Self; 2] {
        let text = moment.to_string();
        let (hour, _) = text.split_once(':').unwrap_or((&text, ""));
        let (day, _) = hour.split_once('T').unwrap_or((hour, ""));
        [Self(format!("day#{day}")), Self(format!("hour#{hour}"))]
    }
}

/// What is counted of: a row of counters for each period.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Row {
    /// Events by type.
    Events,
    /// Everything.
    Total,
    /// One category's part of it.
    Category(Category),
    /// One region's.
    Region(Region),
    /// One partner's.
    Partner(PartnerId),
    /// How long it took from the submission on.
    Delay(Delay),
}

/// Until what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delay {
    /// The partner was matched.
    Match,
    /// The partner was charged.
    Charge,
    /// The customer was told.
    Message,
}

/// A counter of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// Of [`Row::Events`]: the events of this type.
    Event(EventType),
    /// Of [`Row::Delay`]: the delays of this bucket, by its upper bound in milliseconds.
    UpTo(u64),
    /// Of all others.
    Measure(Measure),
}

/// What is counted by category, region and partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// Matches made.
    Matched,
    /// Matches charged.
    Charged,
    /// Matches that could not be charged.
    Refused,
    /// Requests that nobody was found for.
    Unmatched,
    /// Customers told.
    Told,
    /// Points charged.
    PointsCharged,
    /// Points bought.
    PointsBought,
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Events => f.write_str("events"),
            Self::Total => f.write_str("total"),
            Self::Category(category) => write!(f, "category#{category}"),
            Self::Region(region) => write!(f, "region#{region}"),
            Self::Partner(partner) => write!(f, "partner#{partner}"),
            Self::Delay(Delay::Match) => f.write_str("delay#match"),
            Self::Delay(Delay::Charge) => f.write_str("delay#charge"),
            Self::Delay(Delay::Message) => f.write_str("delay#message"),
        }
    }
}

impl fmt::Display for Column {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Event(event_type) => event_type.fmt(f),
            Self::UpTo(bound) => bound.fmt(f),
            Self::Measure(measure) => f.write_str(match measure {
                Measure::Matched => "matched",
                Measure::Charged => "charged",
                Measure::Refused => "refused",
                Measure::Unmatched => "unmatched",
                Measure::Told => "told",
                Measure::PointsCharged => "pointsCharged",
                Measure::PointsBought => "pointsBought",
            }),
        }
    }
}

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

    /// With these added.
    #[must_use]
    pub fn plus(&self, others: &Self) -> Self {
        let mut sum = self.clone();
        for (row, columns) in &others.0 {
            for (column, number) in columns {
                sum.add(row.clone(), *column, *number);
            }
        }
        sum
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

    /// How many rows there are: each is written once.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether nothing is counted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The rows.
    pub fn rows(&self) -> impl Iterator<Item = (&Period, &Row, &BTreeMap<Column, u64>)> {
        let rows = self.0.iter();
        rows.map(|((period, row), columns)| (period, row, columns))
    }
}
