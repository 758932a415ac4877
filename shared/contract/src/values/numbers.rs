//! Whole numbers within a range.

use std::{fmt, marker::PhantomData};

use serde::de::{Error, Visitor};

use super::Expected;

/// Reads a number from a whole one, and says what was expected of any other value.
struct FromWhole<T> {
    expected: &'static str,
    number: PhantomData<T>,
}

impl<T> FromWhole<T> {
    fn new(expected: &'static str) -> Self {
        let number = PhantomData;
        Self { expected, number }
    }
}

impl<T: TryFrom<u64>> Visitor<'_> for FromWhole<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.expected)
    }

    fn visit_u64<E: Error>(self, whole: u64) -> Result<T, E> {
        T::try_from(whole).map_err(|_| E::custom(Expected(self.expected)))
    }

    fn visit_i64<E: Error>(self, whole: i64) -> Result<T, E> {
        let from_zero = u64::try_from(whole).map_err(|_| E::custom(Expected(self.expected)))?;
        self.visit_u64(from_zero)
    }
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident($inner:ty), $min:literal..=$max:literal, $expected:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
        pub struct $name($inner);

        impl $name {
            /// The lowest value.
            pub const MIN: Self = Self($min);
            /// The highest value.
            pub const MAX: Self = Self($max);

            /// The number.
            pub fn get(self) -> $inner {
                self.0
            }
        }

        impl TryFrom<u64> for $name {
            type Error = Expected;

            fn try_from(number: u64) -> Result<Self, Self::Error> {
                <$inner>::try_from(number)
                    .ok()
                    .map(Self)
                    .filter(|n| (Self::MIN..=Self::MAX).contains(n))
                    .ok_or(Expected($expected))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Display::fmt(&self.0, f)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_u64(FromWhole::new($expected))
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "integer", "description": $expected, "minimum": Self::MIN.0, "maximum": Self::MAX.0
                })
            }
        }
    };
}

number!(
    /// The version of a partner's registration: the highest wins.
    Version(u64),
    0..=9_007_199_254_740_991,
    "a whole number from 0 to 9007199254740991"
);
number!(
    /// How many matches a partner may have open at once.
    Capacity(u32),
    0..=100_000,
    "a whole number from 0 to 100000"
);
number!(
    /// An amount of points.
    Points(u32),
    1..=1_000_000_000,
    "a whole number from 1 to 1000000000"
);
number!(
    /// Which decision about a request this is, from 1. On the wire only: fields are plain `u32`.
    Attempt(u32),
    1..=4_294_967_295,
    "a whole number from 1 to 4294967295"
);
number!(
    /// A place in an account's decisions, from 1. On the wire only: fields are plain `u64`.
    Sequence(u64),
    1..=18_446_744_073_709_551_615,
    "a whole number from 1"
);
number!(
    /// A whole number from 0 of any size. On the wire only: fields are plain `u64`.
    Whole(u64),
    0..=18_446_744_073_709_551_615,
    "a whole number from 0"
);

/// Reads a plain number by way of its checked type, for `deserialize_with`.
macro_rules! plain {
    ($name:ident, $inner:ty, $checked:ident) => {
        pub(crate) fn $name<'de, D: serde::Deserializer<'de>>(from: D) -> Result<$inner, D::Error> {
            serde::Deserialize::deserialize(from).map($checked::get)
        }
    };
}

plain!(attempt, u32, Attempt);
plain!(sequence, u64, Sequence);
plain!(whole, u64, Whole);
