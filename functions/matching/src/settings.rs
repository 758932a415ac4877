//! Matching's own settings, checked once at start; `aws` reads those that every function has.

use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use aws::{Environment, SettingError};

use crate::domain::MatchingPolicy;

/// Reads the settings: `MAX_ATTEMPTS` (1,000 at most: with each, more is stored and counted of the request), `DEFERRAL_DELAY` (no
/// queue has a longer delay than 900 s) and `RETENTION_DAYS` (ten years at most: beyond that "forever" was meant, which this is
/// not).
pub fn read<L: Fn(&str) -> Option<String>>(environment: &Environment<L>) -> Result<MatchingPolicy, SettingError> {
    let attempts = "a whole number from 1 to 1000";
    let delay = "a number of seconds from 0 to 900";
    let days = "a number of days from 1 to 3650";
    let max_attempts = environment.parsed("MAX_ATTEMPTS", attempts, within(1..=1000))?;
    let seconds = environment.parsed("DEFERRAL_DELAY", delay, within(0..=900))?;
    let days: u64 = environment.parsed("RETENTION_DAYS", days, within(1..=3650))?;
    Ok(MatchingPolicy {
        max_attempts,
        deferral_delay: Duration::from_secs(seconds),
        retention: Duration::from_hours(days * 24),
    })
}

/// Parses a number within this range.
fn within<T: FromStr + PartialOrd>(range: RangeInclusive<T>) -> impl FnOnce(&str) -> Option<T> {
    move |value| value.parse().ok().filter(|number| range.contains(number))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(attempts: &str, delay: &str, days: &str) -> Result<MatchingPolicy, String> {
        let environment = Environment::new(|name| {
            let value = match name {
                "MAX_ATTEMPTS" => attempts,
                "DEFERRAL_DELAY" => delay,
                "RETENTION_DAYS" => days,
                _ => return None,
            };
            Some(value.to_owned())
        });
        read(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn good_ones_are_taken() {
        let policy = read_with("1000", "900", "400").unwrap();
        assert_eq!(policy.max_attempts, 1000);
        assert_eq!(policy.deferral_delay, Duration::from_mins(15));
        assert_eq!(policy.retention, Duration::from_hours(400 * 24));
    }

    #[test]
    fn bad_ones_are_named() {
        for (attempts, delay, days, named) in [
            ("0", "60", "400", "MAX_ATTEMPTS"),
            ("-1", "60", "400", "MAX_ATTEMPTS"),
            ("1001", "60", "400", "MAX_ATTEMPTS"),
            ("60", "901", "400", "DEFERRAL_DELAY"),
            ("60", "1m", "400", "DEFERRAL_DELAY"),
            ("60", "60", "0", "RETENTION_DAYS"),
            ("60", "60", "", "RETENTION_DAYS"),
        ] {
            let error = read_with(attempts, delay, days).unwrap_err();
            assert!(error.starts_with(named), "{error}");
        }
    }
}
