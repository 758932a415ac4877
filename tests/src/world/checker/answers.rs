//! What a function says of a batch: invariants 4 to 6.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::points::Decided;
use super::{Holds, holds, list, parsed, text};
use crate::world::World;
use crate::world::poller::Invocation;
use crate::world::sqs::Delivery;

/// The answer names messages of the batch, each once, and behind a group's first failure all that follow; what can never
/// succeed and is not named lies in quarantine with all that it had.
pub(super) fn answered(
    world: &World,
    invocation: &Invocation<'_>,
    answer: &Value,
    decided: &Decided,
) -> Holds {
    let Invocation { mapping, batch, .. } = *invocation;
    let named: Vec<_> = list(&answer["batchItemFailures"])
        .map(|f| text(&f["itemIdentifier"]))
        .collect();
    let failed: BTreeSet<_> = named.iter().copied().collect();
    holds!(
        failed.len() == named.len(),
        "{answer} names a message twice"
    );
    let ids: BTreeSet<_> = batch.iter().map(|message| &*message.message_id).collect();
    holds!(
        failed.is_subset(&ids),
        "{answer} names what was not in the batch {ids:?}"
    );
    if mapping.is_fifo() {
        let mut stopped: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for message in batch {
            let has_failed = failed.contains(&*message.message_id);
            holds!(
                has_failed || !stopped.contains_key(&message.group),
                "{} was taken behind a failure of its group",
                message.message_id
            );
            if has_failed {
                stopped.entry(&message.group).or_default().push(message);
            }
        }
        let redriven = world.agenda.redriven().values().any(|times| *times > 0);
        for group in stopped.values().filter(|_| !redriven) {
            decided.in_order(group, invocation.begun)?;
        }
    }
    let sent = world.agenda.sent();
    let poison = |message: &&Delivery| sent.iter().any(|s| s.poison && s.body == message.body);
    let aws = world.cloud.aws();
    let quarantine = aws.sqs.all("quarantine.fifo");
    for message in batch
        .iter()
        .filter(poison)
        .filter(|m| !failed.contains(&*m.message_id))
    {
        let kept = quarantine
            .iter()
            .map(|kept| parsed(&kept.body))
            .any(|kept| {
                kept["data"]["messageId"] == *message.message_id
                    && kept["data"]["body"] == *message.body
                    && kept["data"]["messageAttributes"] == attributes(message)
            });
        holds!(
            kept,
            "{:?} can never succeed, and is not in quarantine",
            message.body
        );
    }
    Ok(())
}

/// A message's attributes, as the quarantine has them.
fn attributes(message: &Delivery) -> Value {
    let attributes = message.attributes.iter().map(|(name, attribute)| {
        let value =
            json!({ "dataType": attribute.data_type, "stringValue": attribute.string_value });
        (name.clone(), value)
    });
    Value::Object(attributes.collect())
}
