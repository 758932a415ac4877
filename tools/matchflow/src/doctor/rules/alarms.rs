//! The alarms, and text messages.

use std::collections::BTreeMap;

use crate::doctor::checks::{Checks, Finding};
use crate::doctor::codes;
use crate::doctor::context::REVERT;

/// What counts of an alarm.
#[derive(Clone, Copy, Debug)]
pub struct Alarm {
    /// Whether it has an action that is on.
    pub has_action: bool,
    /// From which value on it rings.
    pub threshold: f64,
}

/// Alarms by their names without the stack's.
pub type Alarms = BTreeMap<String, Alarm>;

/// Each alarm exists and has an action. That none has one is one finding: nobody was named to tell.
pub fn ring(checks: &mut Checks, names: &[String], read: &Alarms) {
    const MEND: &str = "set the parameter AlarmTopicArn: docs/do/operate.md#alarms";
    let all_silent = !read.is_empty() && !read.values().any(|alarm| alarm.has_action);
    checks.that(!all_silent, || {
        Finding::new(&codes::ALARM_SILENT, "no alarm has an action", MEND)
    });
    for name in names {
        let alarm = read.get(name);
        let exists = checks.that(alarm.is_some(), || {
            Finding::new(
                &codes::ALARM_MISSING,
                format!("the alarm {name} does not exist"),
                REVERT,
            )
        });
        if exists {
            checks.that(all_silent || alarm.is_some_and(|alarm| alarm.has_action), || {
                Finding::new(&codes::ALARM_SILENT, format!("the alarm {name} has no action"), MEND)
            });
        }
    }
}

/// Texts reach everybody's phone.
pub fn texts_leave_the_sandbox(checks: &mut Checks, is_in_sandbox: bool) {
    checks.that(!is_in_sandbox, || {
        let what = "the account is in the sandbox for text messages";
        Finding::new(&codes::TEXTS_IN_SANDBOX, what, "docs/do/operate.md#text-messages")
    });
}

/// The account's monthly quota of text messages is above AWS's first one, and above what an alarm warns of; in US dollars.
pub fn texts_have_a_quota(checks: &mut Checks, quota: Option<f64>, alarms: &Alarms) {
    const FIRST: f64 = 1.0; // of a new account (SNS Developer Guide, "Requesting increases to your monthly SMS spending quota")
    let quota = quota.unwrap_or(FIRST);
    let warned = alarms.get("TextSpend").map_or(0.0, |alarm| alarm.threshold);
    checks.that(quota > FIRST, || {
        let what = format!("the account may spend {quota} US dollars a month on text messages");
        Finding::new(&codes::TEXT_QUOTA_LOW, what, "docs/do/operate.md#text-messages")
    });
    checks.that(warned < quota, || {
        let what = format!("the alarm TextSpend rings from {warned} US dollars on, the quota is {quota}");
        Finding::new(
            &codes::TEXT_QUOTA_LOW,
            what,
            "set the parameter TextSpendAlarmFrom: docs/do/operate.md#text-messages",
        )
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alarms(has_action: bool) -> Alarms {
        Alarms::from([(
            "TextSpend".to_owned(),
            Alarm {
                has_action,
                threshold: 8.0,
            },
        )])
    }

    #[test]
    fn each_alarm_exists_and_has_an_action() {
        let of = |name: &str, has_action| {
            let mut checks = Checks::default();
            ring(&mut checks, &[name.to_owned()], &alarms(has_action));
            checks.codes()
        };
        assert!(of("TextSpend", true).is_empty());
        assert_eq!(of("TextSpend", false), ["alarm-silent"]);
        assert_eq!(of("PointsErrors", true), ["alarm-missing"]);
        let mut checks = Checks::default();
        let mut some = alarms(true);
        some.extend(
            alarms(false)
                .into_values()
                .map(|alarm| ("PointsErrors".to_owned(), alarm)),
        );
        ring(&mut checks, &["TextSpend".to_owned(), "PointsErrors".to_owned()], &some);
        assert_eq!(checks.codes(), ["alarm-silent"], "one of several");
    }

    #[test]
    fn texts_have_a_quota_of_which_the_alarm_warns() {
        let of = |quota| {
            let mut checks = Checks::default();
            texts_have_a_quota(&mut checks, quota, &alarms(true));
            checks.codes()
        };
        assert!(of(Some(10.0)).is_empty());
        assert_eq!(of(Some(8.0)), ["text-quota-low"], "the alarm would ring too late");
        assert_eq!(of(None).len(), 2);
        let mut checks = Checks::default();
        texts_leave_the_sandbox(&mut checks, false);
        assert!(checks.codes().is_empty());
        texts_leave_the_sandbox(&mut checks, true);
        assert_eq!(checks.codes(), ["texts-in-sandbox"]);
    }
}
