//! What there are counters for.

use std::fmt;

use contract::{Category, EventType, PartnerId, Region};
use jiff::Timestamp;

/// A day or an hour, in UTC: `day#2026-03-01`, `hour#2026-03-01T09`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Period(String);

impl Period {
    /// The periods that a moment is in.
    pub(super) fn all(moment: Timestamp) -> [Self; 2] {
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
    /// Messages to customers.
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
