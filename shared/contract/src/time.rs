//! Times: read as RFC 3339 with an offset, written in UTC to the microsecond.

use std::borrow::Cow;

use jiff::Timestamp;
use schemars::{Schema, SchemaGenerator, json_schema};
use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

use crate::values::Expected;

pub(crate) const EXPECTED: Expected = Expected("an RFC 3339 time with an offset");

/// What jiff takes is wider than RFC 3339 (spaces, offsets without a colon, zones in brackets), so
/// the form is checked first. What is finer than a microsecond is cut off: it would not be published.
pub(crate) fn parse(text: &str) -> Option<Timestamp> {
    let (date_time, rest) = text.split_at_checked(19)?;
    let (fraction, offset) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
        None => ("0", rest),
    };
    if !is_like(date_time, "0000-00-00T00:00:00") || fraction.is_empty() || !is_offset(offset) {
        return None;
    }
    let micros = &fraction[..fraction.len().min(6)];
    let text = format!("{date_time}.{micros}{offset}").to_ascii_uppercase();
    text.parse().ok()
}

fn is_offset(text: &str) -> bool {
    let limits = |(hours, minutes)| hours <= "23" && minutes <= "59";
    matches!(text, "Z" | "z") || is_like(text, "+00:00") && text[1..].split_once(':').is_some_and(limits)
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

/// The time as it is published.
pub(crate) fn text(time: Timestamp) -> String {
    format!("{time:.6}")
}

/// For `#[serde(with = "contract::time")]`.
pub fn serialize<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&text(*time))
}

/// For `#[serde(with = "contract::time")]`.
pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Timestamp, D::Error> {
    parse(&Cow::<str>::deserialize(from)?).ok_or_else(|| D::Error::custom(EXPECTED))
}

pub(crate) fn schema(_: &mut SchemaGenerator) -> Schema {
    json_schema!({ "type": "string", "format": "date-time" })
}

#[cfg(test)]
mod tests {
    use super::{parse, text};

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
            ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(parse(given).map(text).as_deref(), Some(written), "{given}");
        }
    }

    #[test]
    fn what_is_not_rfc_3339_is_refused() {
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
            "２０２６-03-02T00:17:04Z",
            "2026-03-02T00:17:04é",
        ] {
            assert_eq!(parse(given), None, "{given}");
        }
    }
}
