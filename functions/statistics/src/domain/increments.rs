//! Increments: what the events of one transaction add to the counters, saved with them, and added to the counters later.
//!
//! They have places in sixteen series, which have no gaps: a process writes behind increments that it has read or written, and
//! never over others. So how far a series was added to the counters is one number.

use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};

use serde::{Deserialize, Serialize};

/// The number of series. Concurrent transactions mostly write to different ones.
const SERIES: u64 = 16;

/// A series of increments: `00` to `15`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Series(String);

/// The place of increments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The series.
    pub series: Series,
    /// The number in the series, from 1.
    pub number: u64,
}

impl Series {
    /// All series.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..SERIES).map(Self::numbered)
    }

    /// A series to begin with: another for other keys, most likely.
    pub fn chosen_by(key: impl Hash) -> Self {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        Self::numbered(hasher.finish() % SERIES)
    }

    fn numbered(number: u64) -> Self {
        Self(format!("{number:02}"))
    }
}

impl Place {
    /// The place behind this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self {
            number: self.number + 1,
            ..self
        }
    }
}

impl fmt::Display for Series {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
