//! The alarms that ring.

use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use serde::Serialize;

use crate::failure::Failure;
use crate::stack::Stack;

/// An alarm that rings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// Its name without the stack's: `PointsErrors`.
    pub name: String,
    /// Since when.
    pub since: Option<String>,
}

/// Reads the stack's alarms that ring; none ever does on the local engine, which has no metrics.
pub async fn ringing_alarms(stack: &Stack) -> Result<Vec<Alarm>, Failure> {
    if stack.is_local {
        return Ok(Vec::new());
    }
    let client = aws_sdk_cloudwatch::Client::new(&stack.config);
    let prefix = format!("{}-", stack.name);
    let request = client.describe_alarms().alarm_name_prefix(&prefix);
    let pages = request
        .state_value(aws_sdk_cloudwatch::types::StateValue::Alarm)
        .into_paginator()
        .send();
    let pages: Result<Vec<_>, _> = pages.collect().await;
    let pages = pages.map_err(|error| Failure::of_call("cloudwatch:DescribeAlarms", &error))?;
    let alarms = pages.iter().flat_map(DescribeAlarmsOutput::metric_alarms);
    // Another stack's name may begin with this one's.
    let alarms = alarms.filter(|alarm| is_own(alarm.alarm_name().unwrap_or_default(), &prefix));
    let alarms = alarms.filter_map(|alarm| {
        Some(Alarm {
            name: own_name(alarm.alarm_name()?, &prefix).to_owned(),
            since: alarm.state_updated_timestamp().map(ToString::to_string),
        })
    });
    Ok(alarms.collect())
}

/// Whether `CloudFormation` named the alarm for this stack: logical ids have no hyphens.
fn is_own(name: &str, prefix: &str) -> bool {
    !own_name(name, prefix).contains('-')
}

/// `matchflow-prod-PointsErrorsAlarm-1A2B` → `PointsErrors`: `CloudFormation` names an alarm so.
fn own_name<'a>(name: &'a str, prefix: &str) -> &'a str {
    let name = name.strip_prefix(prefix).unwrap_or(name);
    name.rsplit_once("Alarm-").map_or(name, |(own, _)| own)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alarms_name_is_the_one_that_the_docs_know() {
        assert_eq!(
            own_name("matchflow-prod-PointsErrorsAlarm-1A2B3C", "matchflow-prod-"),
            "PointsErrors"
        );
        assert_eq!(own_name("matchflow-prod-mine", "matchflow-prod-"), "mine");
        assert!(is_own("matchflow-prod-PointsErrorsAlarm-1A2B3C", "matchflow-prod-"));
        assert!(!is_own("matchflow-prod-eu-PointsErrorsAlarm-1A2B3C", "matchflow-prod-"));
    }
}
