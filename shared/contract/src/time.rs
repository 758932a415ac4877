//! Times: read as RFC 3339 with an offset, within limits that every reader can hold, written in UTC to the microsecond.
//!
//! Revision 1 of the contract had no limits: what it published, and what was stored of it, is still read.

use std::borrow::Cow;

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz::Offset};
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize as _, Deserializer, Serialize, Serializer, de::Error as _};

use crate::values::Expected;

pub(crate) const EXPECTED: Expected = Expected("an RFC 3339 time with an offset, from 0001-01-02 to 9999-12-30 in UTC");

/// The first time, 0001-01-02T00:00:00Z, and the first that is too late, in UTC. Every reader can hold the times between them in any
/// zone of its own: .NET and Python know the years 1 to 9999 only.
const FIRST: Timestamp = Timestamp::constant(-62_135_510_400, 0);
const END: DateTime = DateTime::constant(9999, 12, 31, 0, 0, 0, 0);

/// The first time that RFC 3339 can write, in UTC, and revision 1 published.
const FIRST_OF_REVISION_1: DateTime = DateTime::constant(0, 1, 1, 0, 0, 0, 0);

/// The last time that jiff can hold, to the microsecond: 9999-12-30T22:00:00.999999Z. The two hours after it are read as this one.
const LAST: Timestamp = Timestamp::constant(253_402_207_200, 999_999_000);

/// A time within the limits.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    parse_as_revision_1(text).filter(|time| *time >= FIRST)
}

/// What jiff takes is wider than RFC 3339 (spaces, offsets without a colon, zones in brackets), so
/// the form is checked first. What is finer than a microsecond is cut off: it would not be published.
fn parse_as_revision_1(text: &str) -> Option<Timestamp> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("0", rest),
    };
    if !is_like(date_time, "0000-00-00T00:00:00") || fraction.is_empty() {
        return None;
    }
    let micros = &fraction[..fraction.len().min(6)];
    let local: DateTime = format!("{date_time}.{micros}").to_ascii_uppercase().parse().ok()?;
    let utc = local.checked_sub(offset_of(offset)?).ok()?;
    let is_in_range = (FIRST_OF_REVISION_1..END).contains(&utc);
    is_in_range.then(|| Offset::UTC.to_timestamp(utc).unwrap_or(LAST))
}

/// How much later than UTC a local time is.
fn offset_of(text: &str) -> Option<SignedDuration> {
    if matches!(text, "Z" | "z") {
        return Some(SignedDuration::ZERO);
    }
    if !is_like(text, "+00:00") {
        return None;
    }
    let (hours, minutes): (i64, i64) = (text[1..3].parse().ok()?, text[4..].parse().ok()?);
    let ahead = SignedDuration::from_mins(60 * hours + minutes);
    let is_offset = hours < 24 && minutes < 60;
    is_offset.then_some(if text.starts_with('-') { -ahead } else { ahead })
}

/// Whether the text has a digit for each 0, either sign for +, either case for T.
fn is_like(text: &str, form: &str) -> bool {
    text.len() == form.len()
        && text.bytes().zip(form.bytes()).all(|(byte, form)| match form {
            b'0' => byte.is_ascii_digit(),
            b'+' => matches!(byte, b'+' | b'-'),
            _ => byte.to_ascii_uppercase() == form,
        })
}

/// The time, or the first one within the limits if it is of revision 1 and before them: for what is published anew.
pub fn within_limits(time: Timestamp) -> Timestamp {
    time.max(FIRST)
}

/// The time as it is published.
pub(crate) fn text(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// For `#[serde(with = "contract::time")]`.
pub fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(*time))
}

/// For `#[serde(with = "contract::time")]`. Only what functions publish and store has such times, so that those of revision 1 are read.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    parse_as_revision_1(&Cow::<str>::deserialize(from)?).ok_or_else(|| D::Error::custom(EXPECTED))
}

/// For `#[serde(default, with = "contract::time::optional", skip_serializing_if = "Option::is_none")]`.
pub mod optional {
    use super::{Deserializer, Serialize as _, Serializer, Timestamp};

    /// A time that is there: a member that is absent is not written.
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
        time.map(super::text).serialize(to)
    }

    /// A time that is there: a member that is absent is not read.
    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Timestamp>, D::Error> {
        super::deserialize(from).map(Some)
    }
}

/// A time in a JSON Schema. In the code fields are plain `Timestamp`s.
pub(crate) struct Time;

impl JsonSchema for Time {
    fn schema_name() -> Cow<'static, str> {
        "Time".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let year = "(000[1-9]|00[1-9][0-9]|0[1-9][0-9]{2}|[1-9][0-9]{3})";
        let rest = r"-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2})";
        json_schema!({
            "type": "string", "format": "date-time", "description": EXPECTED.0, "pattern": format!("^{year}{rest}$")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{parse, parse_as_revision_1, text, within_limits};

    #[test]
    fn times_are_written_in_utc_to_the_microsecond() {
        for (given, written) in [
            ("2026-03-02T09:17:04+09:00", "2026-03-02T00:17:04.000000Z"),
            ("2026-03-02t00:17:04z", "2026-03-02T00:17:04.000000Z"),
            ("2026-03-02T00:17:04.5-00:00", "2026-03-02T00:17:04.500000Z"),
            ("2026-03-02T00:17:04.1234569999999Z", "2026-03-02T00:17:04.123456Z"),
            ("1969-12-31T23:59:59.9999999Z", "1969-12-31T23:59:59.999999Z"),
            ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59.000000Z"),
            ("2024-02-29T23:59:59-23:59", "2024-03-01T23:58:59.000000Z"),
            ("0001-01-02T00:00:00Z", "0001-01-02T00:00:00.000000Z"),
            ("9999-12-30T22:00:00.9999999Z", "9999-12-30T22:00:00.999999Z"),
            ("9999-12-31T00:00:00+09:00", "9999-12-30T15:00:00.000000Z"),
            ("9999-12-30T23:59:59.9999999Z", "9999-12-30T22:00:00.999999Z"),
            ("9999-12-31T23:58:59+23:59", "9999-12-30T22:00:00.999999Z"),
            ("0001-01-01T00:01:00-23:59", "0001-01-02T00:00:00.000000Z"),
        ] {
            assert_eq!(parse(given).map(text).as_deref(), Some(written), "{given}");
        }
    }

    #[test]
    fn times_that_revision_1_published_are_read_and_brought_within_the_limits() {
        let limit = "0001-01-02T00:00:00.000000Z";
        for (published, within) in [
            ("0000-12-31T15:00:00.000000Z", limit),
            ("0001-01-01T00:00:00.000000Z", limit),
            ("2026-03-02T00:17:04.000000Z", "2026-03-02T00:17:04.000000Z"),
        ] {
            let time = parse_as_revision_1(published).unwrap();
            assert_eq!((&*text(time), &*text(within_limits(time))), (published, within));
        }
        for unwritable in [
            "0000-01-01T00:00:00+09:00",
            "-000001-12-31T15:00:00.000000Z",
            "9999-12-31T00:00:00Z",
        ] {
            assert_eq!(parse_as_revision_1(unwritable), None, "{unwritable}");
        }
    }

    #[test]
    fn what_is_not_rfc_3339_or_beyond_the_limits_is_refused() {
        for given in [
            "",
            "2026-03-02",
            "2026-03-02T00:17Z",
            "2026-03-02T00:17:04",
            "2026-03-02 00:17:04Z",
            "20260302T001704Z",
            "2026-03-02T00:17:04,5Z",
            "2026-03-02T00:17:04.Z",
            "2026-03-02T00:17:04+0900",
            "2026-03-02T00:17:04+09",
            "2026-03-02T00:17:04+24:00",
            "2026-03-02T00:17:04+09:60",
            "2026-03-02T00:17:04+09:00[Asia/Seoul]",
            "2026-03-02T00:17:04Z ",
            " 2026-03-02T00:17:04Z",
            "2026-02-29T00:17:04Z",
            "2026-13-02T00:17:04Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T00:60:00Z",
            "2026-03-02T00:17:61Z",
            "+002026-03-02T00:17:04Z",
            "0000-01-01T00:00:00+09:00",
            "0001-01-01T00:00:00+09:00",
            "0001-01-01T00:00:00Z",
            "0001-01-01T00:00:00-23:59",
            "0001-01-02T08:59:59.999999+09:00",
            "9999-12-31T00:00:00Z",
            "9999-12-31T23:59:59.999999Z",
            "9999-12-30T23:59:59-09:00",
            "２０２６-03-02T00:17:04Z",
            "2026-03-02T00:17:04é",
        ] {
            assert_eq!(parse(given), None, "{given}");
        }
    }
}
