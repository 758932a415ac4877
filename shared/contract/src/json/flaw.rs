//! What is wrong with a value, and where.

use std::fmt;

use serde::de::{self, Expected};

use crate::{Invalid, Reason};

/// Something wrong with a value: the path to it and what was expected, never what it was.
///
/// It is made from what serde *expected*; what serde *met* is dropped here.
#[derive(Debug)]
pub(crate) struct Flaw {
    /// Outermost last, since it is put together on the way out.
    path: Vec<String>,
    /// What was expected: "must be an object".
    message: String,
    /// Whether it is not even JSON.
    syntax: bool,
}

impl Flaw {
    /// A value that JSON allows, but the contract does not.
    pub fn value(message: impl fmt::Display) -> Self {
        let message = message.to_string();
        Self {
            path: Vec::new(),
            message,
            syntax: false,
        }
    }

    /// Something that is not JSON.
    pub fn syntax(message: impl fmt::Display) -> Self {
        Self {
            syntax: true,
            ..Self::value(message)
        }
    }

    /// The same flaw, seen from one level further out.
    pub fn within(mut self, step: &str) -> Self {
        self.path.push(step.to_owned());
        self
    }

    /// The sentence for a person, with the code: `otherwise` unless it is not even JSON.
    pub fn into_invalid(self, otherwise: Reason) -> Invalid {
        let reason = if self.syntax { Reason::NotJson } else { otherwise };
        let path: Vec<_> = self.path.iter().rev().map(String::as_str).collect();
        let path = if path.is_empty() {
            "the body".to_owned()
        } else {
            format!("`{}`", path.join("."))
        };
        Invalid::new(reason, format!("{path} {}", self.message))
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Flaw {}

impl de::Error for Flaw {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::value(message) // only the contract's own types make such a message
    }

    fn invalid_type(_: de::Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(format_args!("must be {expected}"))
    }

    fn invalid_value(_: de::Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::value(format_args!("must be {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::value(format_args!("must be {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::value(format_args!("must be one of {}", expected.join(", ")))
    }

    fn missing_field(field: &'static str) -> Self {
        Self::value("is missing").within(field)
    }
}
