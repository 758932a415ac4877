//! Times at the rim of what is taken, and in every form of RFC 3339.

use super::Variant;

/// Times of an envelope.
pub(super) const TIMES: [Variant<&str>; 18] = [
    ("the first time", |_| "0001-01-02T00:00:00Z"),
    ("the first time, far to the east", |_| "0001-01-02T23:59:00+23:59"),
    ("the first time, far to the west", |_| "0001-01-01T00:01:00-23:59"),
    ("the last time", |_| "9999-12-30T23:59:59Z"),
    (
        "the last time, with a fraction",
        |_| "9999-12-30T23:59:59.999999999999Z",
    ),
    ("the last time, far to the east", |_| "9999-12-31T23:58:59+23:59"),
    ("the last time, far to the west", |_| "9999-12-30T00:00:59-23:59"),
    ("lower-case letters in a time", |_| "2026-03-02t00:17:04z"),
    ("a leap second", |_| "2016-12-31T23:59:60Z"),
    ("a leap second in Korea", |_| "2017-01-01T08:59:60.5+09:00"),
    ("a leap day", |_| "2000-02-29T12:00:00-00:00"),
    ("a fraction of one digit", |_| "2026-03-02T09:17:04.5+09:00"),
    (
        "a fraction of nines",
        |_| "2026-03-02T00:17:04.9999999999999999999999999999999999Z",
    ),
    (
        "a time before 1970, with a fraction",
        |_| "1969-12-31T23:59:59.999999999Z",
    ),
    ("a day that the Gregorian reform left out", |_| "1582-10-10T00:00:00Z"),
    ("a time before time zones", |_| "1890-01-01T00:00:00.000001+08:28"),
    ("a time beyond 32 bits", |_| "2106-02-07T06:28:16Z"),
    ("a time of today", |_| "2026-03-02T09:17:04.123+09:00"),
];
