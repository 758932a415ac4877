//! Notification's own settings, checked once at start; `aws` reads those that every function has.

use std::time::Duration;

use aws::{Environment, SettingError};

use crate::domain::{AllowedPrefixes, NotificationPolicy};
use crate::sender::{MaxPrice, SenderId};

const DAY: Duration = Duration::from_hours(24);

/// Notification's own settings.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `NOTIFY_WITHIN` and `ALLOWED_PHONE_PREFIXES`.
    pub policy: NotificationPolicy,
    /// `SENDER_ID`, which may be absent.
    pub sender_id: Option<SenderId>,
    /// `MAX_TEXT_PRICE`.
    pub max_price: MaxPrice,
    /// `RETENTION_DAYS`.
    pub retention: Duration,
}

/// Reads the settings.
pub fn read<L: Fn(&str) -> Option<String>>(environment: &Environment<L>) -> Result<Settings, SettingError> {
    let policy = NotificationPolicy {
        notify_within: environment
            .parsed("NOTIFY_WITHIN", "a whole number of seconds from 1", positive)
            .map(|seconds| Duration::from_secs(seconds.into()))?,
        allowed_prefixes: environment.parsed(
            "ALLOWED_PHONE_PREFIXES",
            "prefixes of E.164 phone numbers separated by commas, such as `+82,+81`",
            AllowedPrefixes::parse,
        )?,
    };
    let sender_id = environment.optional("SENDER_ID").map(|_| {
        environment.parsed(
            "SENDER_ID",
            "absent, or 1 to 11 of `A-Z a-z 0-9 -` with at least one letter",
            SenderId::parse,
        )
    });
    Ok(Settings {
        policy,
        sender_id: sender_id.transpose()?,
        max_price: environment.parsed(
            "MAX_TEXT_PRICE",
            "a price in US dollars above 0, such as `0.2`",
            MaxPrice::parse,
        )?,
        retention: environment
            .parsed("RETENTION_DAYS", "a whole number of days from 1", positive)
            .map(|days| DAY * days)?,
    })
}

fn positive(value: &str) -> Option<u32> {
    value.parse().ok().filter(|number| *number > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_with(name: &str, value: Option<&str>) -> Result<Settings, String> {
        let environment = Environment::new(|asked| {
            if asked == name {
                return value.map(str::to_owned);
            }
            let value = match asked {
                "NOTIFY_WITHIN" => "86400",
                "ALLOWED_PHONE_PREFIXES" => "+82, +81",
                "MAX_TEXT_PRICE" => "0.2",
                "RETENTION_DAYS" => "400",
                _ => return None,
            };
            Some(value.to_owned())
        });
        read(&environment).map_err(|error| error.to_string())
    }

    #[test]
    fn all_that_is_needed_is_read() {
        let settings = read_with("SENDER_ID", Some("Matchflow")).unwrap();
        assert_eq!(settings.policy.notify_within, DAY);
        assert_eq!(settings.retention, DAY * 400);
        assert_eq!(settings.sender_id, SenderId::parse("Matchflow"));
        assert_eq!(settings.max_price.as_str(), "0.2");
        let phone = |phone: &str| phone.to_owned().try_into().unwrap();
        let prefixes = settings.policy.allowed_prefixes;
        assert!(prefixes.allow(&phone("+821012345678")) && prefixes.allow(&phone("+81312345678")));
        assert!(!prefixes.allow(&phone("+12025550123")));
        for absent in [None, Some("")] {
            assert_eq!(read_with("SENDER_ID", absent).unwrap().sender_id, None);
        }
    }

    #[test]
    fn a_setting_that_is_absent_or_wrong_is_named() {
        for (name, wrong) in [
            ("NOTIFY_WITHIN", None),
            ("NOTIFY_WITHIN", Some("0")),
            ("NOTIFY_WITHIN", Some("1d")),
            ("ALLOWED_PHONE_PREFIXES", None),
            ("ALLOWED_PHONE_PREFIXES", Some("+")),
            ("ALLOWED_PHONE_PREFIXES", Some("82")),
            ("ALLOWED_PHONE_PREFIXES", Some("+82,")),
            ("ALLOWED_PHONE_PREFIXES", Some("+0")),
            ("ALLOWED_PHONE_PREFIXES", Some("+82;+81")),
            ("ALLOWED_PHONE_PREFIXES", Some("+8\u{0662}")),
            ("SENDER_ID", Some("Matchflow Co")),
            ("SENDER_ID", Some("MatchflowInc")),
            ("SENDER_ID", Some("12345")),
            ("MAX_TEXT_PRICE", None),
            ("MAX_TEXT_PRICE", Some("0")),
            ("MAX_TEXT_PRICE", Some("1 USD")),
            ("RETENTION_DAYS", Some("-1")),
            ("RETENTION_DAYS", Some("99999999999")),
        ] {
            let error = read_with(name, wrong).unwrap_err();
            assert!(
                error.starts_with(&format!("{name} must be ")),
                "{name} {wrong:?}: {error}"
            );
        }
    }
}
