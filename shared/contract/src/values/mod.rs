//! Values that are valid by construction: checked once when they are read, then trusted.

mod details;
mod identifiers;
mod numbers;
mod people;
mod places;
mod push;

pub use details::Details;
pub use identifiers::{CustomerId, MatchId, NotificationId, PartnerId, PurchaseId, RequestId, TransferId};
pub(crate) use numbers::{Attempt, Sequence, Whole, attempt, sequence, whole};
pub use numbers::{Capacity, Points, Version};
pub(crate) use people::EXPECTED_PHONE;
pub use people::{Locale, PartnerName, Phone};
pub use places::{Category, Region};
pub use push::{AccountRegion, PushEndpointArn};

/// What a value should have been, as an error. It never shows what the value was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("must be {0}")]
pub struct Expected(pub &'static str);

/// A text value: a checked string, with the JSON Schema that says the same as the check.
macro_rules! text {
    ($(#[$doc:meta])* $name:ident, $expected:expr, { $($schema:tt)+ }, $check:expr) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(try_from = "String")]
        pub struct $name(String);

        impl $name {
            /// The text on the wire.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = $crate::values::Expected;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                let check: fn(&str) -> bool = $check;
                if check(&text) {
                    Ok(Self(text))
                } else {
                    Err($crate::values::Expected($expected))
                }
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::values::Expected;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": "string", "description": $expected, $($schema)+
                })
            }
        }
    };
}

/// Shows the text in `Debug` and `Display`: for what is not personal.
macro_rules! shown {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                std::fmt::Debug::fmt(&self.0, f)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

/// Hides the text in `Debug` and has no `Display`: for personal data.
macro_rules! hidden {
    ($name:ident) => {
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($name), "(hidden)"))
            }
        }
    };
}

pub(crate) use {hidden, shown, text};

/// Whether a text has `length` bytes, all of them `allowed`.
fn made_of(text: &str, length: std::ops::RangeInclusive<usize>, allowed: fn(&u8) -> bool) -> bool {
    length.contains(&text.len()) && text.as_bytes().iter().all(allowed)
}
