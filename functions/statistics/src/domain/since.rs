//! From which time on events are counted by themselves.

use jiff::{Error, SignedDuration, Timestamp};

/// How long a version that numbers its events may still be at work once this one counts: a release takes some ten minutes.
const RELEASE: SignedDuration = SignedDuration::from_hours(1);

/// The first time that an event can have, those of revision 1 of the contract included.
const BEGINNING: Timestamp = Timestamp::constant(-62_167_219_200, 0); // 0000-01-01T00:00:00Z

/// The time that the first process of this version saves: an event with an earlier one is counted as
/// [`numbered`](super::History), by every version alike. In a table without items nothing is counted yet, and nothing needs to be.
pub fn first_since(table_is_empty: bool, now: Timestamp) -> Result<Timestamp, Error> {
    if table_is_empty {
        Ok(BEGINNING)
    } else {
        now.checked_add(RELEASE)
    }
}
