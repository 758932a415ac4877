//! What the environment says.

use std::time::Duration;

use aws::{Environment, SettingError};

use crate::domain::MatchingPolicy;

/// The longest delay that a queue has.
const LONGEST_DELAY: u64 = 900;
/// Ten years: beyond that, "for ever" was meant, and this is not it.
const LONGEST_RETENTION: u64 = 3650;

/// Reads `MAX_ATTEMPTS`, `DEFERRAL_DELAY` and `RETENTION_DAYS`.
pub fn terms<L: Fn(&str) -> Option<String>>(
    environment: &Environment<L>,
) -> Result<MatchingPolicy, SettingError> {
    let max_attempts = environment.parsed("MAX_ATTEMPTS", "a whole number from 1", |value| {
        value.parse().ok().filter(|attempts| *attempts >= 1)
    })?;
    let delay = environment.parsed(
        "DEFERRAL_DELAY",
        "a number of seconds from 0 to 900",
        |value| {
            value
                .parse()
                .ok()
                .filter(|seconds| *seconds <= LONGEST_DELAY)
        },
    )?;
    let days: u64 = environment.parsed(
        "RETENTION_DAYS",
        "a number of days from 1 to 3650",
        |value| {
            value
                .parse()
                .ok()
                .filter(|days| (1..=LONGEST_RETENTION).contains(days))
        },
    )?;
    Ok(MatchingPolicy {
        max_attempts,
        deferral_delay: Duration::from_secs(delay),
        retention: Duration::from_hours(days * 24),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(attempts: &str, delay: &str, days: &str) -> Result<MatchingPolicy, String> {
        let environment = Environment::new(|name| {
            let value = match name {
                "MAX_ATTEMPTS" => attempts,
                "DEFERRAL_DELAY" => delay,
                "RETENTION_DAYS" => days,
                _ => return None,
            };
            Some(value.to_owned())
        });
        terms(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn good_ones_are_taken() {
        let terms = read("60", "900", "400").unwrap();
        assert_eq!(terms.max_attempts, 60);
        assert_eq!(terms.deferral_delay, Duration::from_mins(15));
        assert_eq!(terms.retention, Duration::from_hours(400 * 24));
    }

    #[test]
    fn bad_ones_are_named() {
        for (attempts, delay, days, named) in [
            ("0", "60", "400", "MAX_ATTEMPTS"),
            ("-1", "60", "400", "MAX_ATTEMPTS"),
            ("60", "901", "400", "DEFERRAL_DELAY"),
            ("60", "1m", "400", "DEFERRAL_DELAY"),
            ("60", "60", "0", "RETENTION_DAYS"),
            ("60", "60", "", "RETENTION_DAYS"),
        ] {
            let error = read(attempts, delay, days).unwrap_err();
            assert!(error.starts_with(named), "{error}");
        }
    }
}
