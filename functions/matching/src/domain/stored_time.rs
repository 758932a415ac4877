//! Times as revision 1 of the contract let them be stored.

use contract::time;
use jiff::Timestamp;
use serde::{Deserialize, Deserializer};

/// Reads the stored time of a submission, of any year: what is published of the request anew keeps the limits.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    Timestamp::deserialize(from).map(time::within_limits)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    #[test]
    fn a_stored_time_before_the_limits_is_the_first_within_them() {
        for (stored, read) in [
            (json!(Timestamp::MIN), "0001-01-02T00:00:00Z"),
            (json!("0000-12-31T15:00:00Z"), "0001-01-02T00:00:00Z"),
            (json!("2026-11-29T23:35:00.286Z"), "2026-11-29T23:35:00.286Z"),
        ] {
            assert_eq!(super::deserialize(stored).unwrap().to_string(), read);
        }
    }
}
