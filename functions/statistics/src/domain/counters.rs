//! The counters: a row for each hour, day and dimension, and each row has columns.

use std::fmt;

use contract::{Category, EventType, PartnerId, Region};
use jiff::Timestamp;

/// The hour that a time is in, in UTC: `2026-03-01T09`.
pub(super) fn hour_of(time: Timestamp) -> String {
    let mut text = time.to_string();
    text.truncate(text.find(':').unwrap_or(text.len()));
    text
}

/// A dimension: what the counts are broken down by. In the table it is the sort key of a row.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dimension {
    /// All events, by type.
    Events,
    /// All measures of all requests and purchases.
    Total,
    /// The measures of one category.
    Category(Category),
    /// The measures of one region.
    Region(Region),
    /// The measures of one partner.
    Partner(PartnerId),
    /// A histogram of delays since the submission.
    Delay(Delay),
}

/// A delay that is measured, from the submission of the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Delay {
    /// Until the match was decided.
    Match,
    /// Until the charge was decided.
    Charge,
    /// Until SNS accepted the message to the customer.
    Message,
}

/// A counter of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// In [`Dimension::Events`]: the number of events of this type.
    Event(EventType),
    /// In [`Dimension::Delay`]: the number of delays in the bucket with this upper bound, in milliseconds.
    DelayUpTo(u64),
    /// In all other dimensions.
    Measure(Measure),
}

/// A measure, counted in total and by category, region and partner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Measure {
    /// The number of matches decided.
    Matched,
    /// The number of matches charged.
    Charged,
    /// The number of charges rejected.
    Refused,
    /// The number of requests that ended unmatched.
    Unmatched,
    /// The number of messages to customers that SNS accepted.
    Told,
    /// The sum of points charged.
    PointsCharged,
    /// The sum of points bought.
    PointsBought,
}

impl fmt::Display for Dimension {
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
            Self::DelayUpTo(bound) => bound.fmt(f),
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
