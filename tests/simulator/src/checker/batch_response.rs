//! What a function answers to a batch: guarantees 4 (order within a message group), 5 (only a failed record comes back) and
//! 6 (a bad record is quarantined before it is acknowledged).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Guarantee::{BadRecordsQuarantined, GroupOrder, OnlyFailuresReturn};
use super::ledger::DecisionTimes;
use super::{Checked, dead_letters, ensure};
use crate::event_source_mapping::Invocation;
use crate::json::{elements, parse, text};
use crate::simulation::Simulation;
use crate::sqs::Delivery;

/// The answer names messages of the batch, each once, and behind a group's first failure all that follow. A message that can
/// never succeed and is not named lies in quarantine, complete, or among the dead letters if that failed on its last receives.
pub fn check(
    simulation: &Simulation,
    invocation: &Invocation<'_>,
    answer: &Value,
    decisions: &DecisionTimes,
) -> Checked {
    let batch = invocation.batch;
    let failures = elements(&answer["batchItemFailures"]);
    let named: Vec<&str> = failures.map(|failure| text(&failure["itemIdentifier"])).collect();
    let distinct: BTreeSet<&str> = named.iter().copied().collect();
    ensure!(OnlyFailuresReturn: distinct.len() == named.len(), "{answer} names a message twice");
    let (failed, done): (Vec<_>, Vec<_>) = batch
        .iter()
        .partition(|message| distinct.contains(&*message.message_id));
    ensure!(OnlyFailuresReturn: failed.len() == named.len(),
        "{answer} names a message that was not in the batch {batch:?}");
    dead_letters::check_answer(simulation, invocation, &failed)?;
    if invocation.mapping.is_fifo() {
        check_order(simulation, invocation, &failed, decisions)?;
    }
    for message in done {
        if simulation.schedule.must_be_quarantined(&message.content.body) {
            check_quarantined(simulation, invocation, message)?;
        }
    }
    Ok(())
}

fn check_order(
    simulation: &Simulation,
    invocation: &Invocation<'_>,
    failed: &[&Delivery],
    decisions: &DecisionTimes,
) -> Checked {
    let mut groups: BTreeMap<_, (Vec<_>, Vec<_>)> = BTreeMap::new();
    for message in invocation.batch {
        let (done, failed_in_group) = groups.entry(&message.content.group).or_default();
        if failed.iter().any(|f| f.message_id == message.message_id) {
            failed_in_group.push(message);
            continue;
        }
        ensure!(GroupOrder: failed_in_group.is_empty(),
            "{:?} acknowledged {} behind a failed message of its group",
            invocation.mapping.function, message.content.body);
        done.push(message);
    }
    if simulation.schedule.redriven().values().any(|times| *times > 0) {
        return Ok(());
    }
    for (done, failed_in_group) in groups.values_mut() {
        failed_in_group.retain(|message| quarantined(simulation, message).is_none());
        decisions.check_order(done, failed_in_group, invocation.started_at)?;
    }
    Ok(())
}

fn check_quarantined(simulation: &Simulation, invocation: &Invocation<'_>, message: &Delivery) -> Checked {
    let is_complete = quarantined(simulation, message).is_some_and(|quarantined| {
        quarantined["body"] == *message.content.body && quarantined["messageAttributes"] == attributes(message)
    });
    ensure!(BadRecordsQuarantined: is_complete || dead_letters::is_set_aside(simulation, invocation, message),
        "{:?} can never succeed and was acknowledged, but is neither in quarantine with body and attributes nor set aside", message.content.body);
    Ok(())
}

/// The data of the quarantine's event about this message.
fn quarantined(simulation: &Simulation, message: &Delivery) -> Option<Value> {
    let aws = simulation.aws.lock();
    let events = aws.sqs.messages("quarantine.fifo").iter();
    let mut data = events.map(|event| parse(&event.content.body)["data"].take());
    data.find(|data| data["messageId"] == *message.message_id)
}

/// A message's attributes in the quarantine's shape.
fn attributes(message: &Delivery) -> Value {
    let attributes = message.content.attributes.iter().map(|(name, attribute)| {
        let value = json!({ "dataType": attribute.data_type, "stringValue": attribute.string_value });
        (name.clone(), value)
    });
    Value::Object(attributes.collect())
}
