//! The event source mappings, and the alarms that ring.

use aws_sdk_cloudwatch::operation::describe_alarms::DescribeAlarmsOutput;
use futures_util::future::try_join_all;
use serde::Serialize;
use wiring::{DEPLOYED, Function};

use crate::failure::Failure;
use crate::stack::Stack;

/// A function's event source mapping: whether it reads its queue.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Consumer {
    /// The function, without the stack's name.
    pub function: &'static str,
    /// The queue that it reads.
    pub queue: &'static str,
    /// Lambda's word for its state: `Enabled`, `Disabled`, or what it is on its way to; none where there is no such mapping.
    pub state: Option<String>,
}

impl Consumer {
    /// Whether batches are handed over.
    pub fn is_reading(&self) -> bool {
        // One that is on its way to be changed goes on reading.
        matches!(
            self.state.as_deref(),
            Some("Enabled" | "Enabling" | "Updating" | "Creating")
        )
    }
}

/// An alarm that rings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Alarm {
    /// Its name without the stack's: `PointsErrors`.
    pub name: String,
    /// Since when.
    pub since: Option<String>,
}

/// Reads the mappings of all functions.
pub async fn consumers(stack: &Stack) -> Result<Vec<Consumer>, Failure> {
    let client = aws_sdk_lambda::Client::new(&stack.config);
    let mut functions: Vec<Function> = DEPLOYED.mappings.iter().map(|mapping| mapping.function).collect();
    functions.dedup();
    let read = functions.iter().map(|function| async {
        let name = format!("{}-{}", stack.name, function.name());
        let pages = client.list_event_source_mappings().function_name(name);
        let mappings = pages.into_paginator().items().send();
        let mappings: Result<Vec<_>, _> = mappings.collect().await;
        mappings.map_err(|error| Failure::of_call("lambda:ListEventSourceMappings", &error))
    });
    let states: Vec<_> = try_join_all(read).await?.into_iter().flatten().collect();
    let of_mapping = |mapping: &'static wiring::Mapping| {
        let queue = format!(":{}-{}", stack.name, mapping.queue);
        let found = states
            .iter()
            .find(|state| state.event_source_arn().is_some_and(|arn| arn.ends_with(&queue)));
        Consumer {
            function: mapping.function.name(),
            queue: &mapping.queue,
            state: found.and_then(|found| found.state().map(str::to_owned)),
        }
    };
    Ok(DEPLOYED.mappings.iter().map(of_mapping).collect())
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
    let alarms = alarms.filter_map(|alarm| {
        Some(Alarm {
            name: own_name(alarm.alarm_name()?, &prefix).to_owned(),
            since: alarm.state_updated_timestamp().map(ToString::to_string),
        })
    });
    Ok(alarms.collect())
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
    }
}
