//! The alarms that ring.

use std::collections::BTreeMap;

use aws_sdk_cloudwatch::types::{MetricAlarm, StateValue};
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
    let ringing = own_alarms(stack, Some(StateValue::Alarm)).await?.into_iter();
    let alarms = ringing.map(|(name, alarm)| Alarm {
        name,
        since: alarm.state_updated_timestamp().map(ToString::to_string),
    });
    Ok(alarms.collect())
}

/// The stack's alarms in this state, or in any, by their names without the stack's.
pub async fn own_alarms(stack: &Stack, state: Option<StateValue>) -> Result<BTreeMap<String, MetricAlarm>, Failure> {
    let client = aws_sdk_cloudwatch::Client::new(&stack.config);
    let prefix = format!("{}-", stack.name);
    let request = client.describe_alarms().alarm_name_prefix(&prefix);
    let pages = request.set_state_value(state).into_paginator().send();
    let pages: Result<Vec<_>, _> = pages.collect().await;
    let pages = pages.map_err(|error| Failure::of_call("cloudwatch:DescribeAlarms", &error))?;
    let alarms = pages
        .into_iter()
        .flat_map(|page| page.metric_alarms.unwrap_or_default());
    let own = alarms.filter_map(|alarm| {
        let name = alarm.alarm_name()?;
        // Another stack's name may begin with this one's.
        is_own(name, &prefix).then(|| (own_name(name, &prefix).to_owned(), alarm.clone()))
    });
    Ok(own.collect())
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
