//! The environment variables, checked once at start: a wrong one ends the process with a sentence that names the
//! variable and what was expected, before any record is taken.

use std::fmt;

/// A variable that is missing, or has a value that is not as expected.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {expected}, but {found}")]
pub struct SettingError {
    name: String,
    expected: String,
    found: String,
}

impl fmt::Debug for SettingError {
    /// As `Display`: `main` returns the error, and what ends a `main` is printed by `Debug`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A reader of environment variables through a lookup by name, so that a test needs no process of its own.
#[derive(Clone, Copy, Debug)]
pub struct Environment<L = fn(&str) -> Option<String>>(L);

impl Environment {
    /// The environment of this process.
    pub fn of_process() -> Self {
        Self(|name| std::env::var(name).ok())
    }
}

impl<L: Fn(&str) -> Option<String>> Environment<L> {
    /// An environment behind any lookup.
    pub fn new(lookup: L) -> Self {
        Self(lookup)
    }

    /// A variable that may be absent; one that is blank counts as absent.
    pub fn optional(&self, name: &str) -> Option<String> {
        let value = (self.0)(name)?;
        let value = value.trim();
        (!value.is_empty()).then(|| value.to_owned())
    }

    /// A variable that has to be there; `expected` completes the sentence "it must be …".
    pub fn required(&self, name: &str, expected: &str) -> Result<String, SettingError> {
        self.parsed(name, expected, |value| Some(value.to_owned()))
    }

    /// A variable that has to be there and to parse:
    /// `parsed("MAX_ATTEMPTS", "a whole number from 1", |v| v.parse().ok().filter(|n| *n > 0))`.
    pub fn parsed<T>(
        &self,
        name: &str,
        expected: &str,
        parse: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, SettingError> {
        let error = |found: String| SettingError {
            name: name.to_owned(),
            expected: expected.to_owned(),
            found,
        };
        let value = self.optional(name);
        let value = value.ok_or_else(|| error("is not set".to_owned()))?;
        parse(&value).ok_or_else(|| error(format!("is {value:?}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment() -> Environment<impl Fn(&str) -> Option<String>> {
        Environment::new(|name| match name {
            "ATTEMPTS" => Some(" 15 ".to_owned()),
            "GARBLED" => Some("1\n5".to_owned()),
            "BLANK" => Some("  ".to_owned()),
            _ => None,
        })
    }

    fn number(value: &str) -> Option<u32> {
        value.parse().ok()
    }

    #[test]
    fn a_value_is_trimmed_and_parsed() {
        assert_eq!(environment().parsed("ATTEMPTS", "a number", number), Ok(15));
        assert_eq!(environment().required("ATTEMPTS", "x"), Ok("15".to_owned()));
    }

    #[test]
    fn absent_and_blank_are_not_set() {
        for name in ["ABSENT", "BLANK"] {
            let error = environment().required(name, "a table's name").unwrap_err();
            let expected = format!("{name} must be a table's name, but is not set");
            assert_eq!(error.to_string(), expected);
            assert_eq!(environment().optional(name), None);
        }
    }

    #[test]
    fn a_wrong_value_is_shown_on_one_line() {
        let error = environment().parsed("GARBLED", "a number", number).unwrap_err();
        let expected = r#"GARBLED must be a number, but is "1\n5""#;
        assert_eq!(error.to_string(), expected);
        assert_eq!(format!("{error:?}"), expected);
    }
}
