//! What a function says of a batch: invariants 4 to 6.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::points::Decided;
use super::{Holds, holds, list, parsed, text};
use crate::World;
use crate::poller::Invocation;
use crate::sqs::Delivery;

/// The answer names messages of the batch, each once, and behind a group's first failure all that follow; what can never
/// succeed and is not named lies in quarantine with all that it had.
pub(super) fn answered(
    world: &World,
    invocation: &Invocation<'_>,
    answer: &Value,
    decided: &Decided,
) -> Holds {
    let batch = invocation.batch;
    let named: Vec<_> = list(&answer["batchItemFailures"])
        .map(|f| text(&f["itemIdentifier"]))
        .collect();
    let named_once: BTreeSet<_> = named.iter().copied().collect();
    holds!(
        named_once.len() == named.len(),
        "{answer} names a message twice"
    );
    let (failed, done): (Vec<_>, Vec<_>) = batch
        .iter()
        .partition(|message| named_once.contains(&*message.message_id));
    holds!(
        failed.len() == named.len(),
        "{answer} names what was not in the batch {batch:?}"
    );
    if invocation.mapping.is_fifo() {
        in_order(world, invocation, &failed, decided)?;
    }
    let sent = world.agenda.sent();
    let poison = |message: &&&Delivery| sent.iter().any(|s| s.poison && s.body == message.body);
    done.iter()
        .filter(poison)
        .try_for_each(|message| is_kept(world, message))
}

fn in_order(
    world: &World,
    invocation: &Invocation<'_>,
    failed: &[&Delivery],
    decided: &Decided,
) -> Holds {
    let mut groups: BTreeMap<_, (Vec<_>, Vec<_>)> = BTreeMap::new();
    for message in invocation.batch {
        let (done, stopped) = groups.entry(&message.group).or_default();
        if failed.iter().any(|f| f.message_id == message.message_id) {
            stopped.push(message);
            continue;
        }
        holds!(
            stopped.is_empty(),
            "{} was taken behind a failure of its group",
            message.message_id
        );
        done.push(message);
    }
    if world.agenda.redriven().values().any(|times| *times > 0) {
        return Ok(());
    }
    for (done, stopped) in groups.values_mut() {
        stopped.retain(|message| kept(world, message).is_none());
        decided.in_order(done, stopped, invocation.begun)?;
    }
    Ok(())
}

fn is_kept(world: &World, message: &Delivery) -> Holds {
    let whole = kept(world, message).is_some_and(|kept| {
        kept["body"] == *message.body && kept["messageAttributes"] == attributes(message)
    });
    let body = &message.body;
    holds!(
        whole,
        "{body:?} can never succeed, and is not in quarantine"
    );
    Ok(())
}

/// What quarantine has of this message.
fn kept(world: &World, message: &Delivery) -> Option<Value> {
    let aws = world.cloud.aws();
    let mut kept = aws.sqs.all("quarantine.fifo").iter();
    kept.find_map(|kept| {
        let data = parsed(&kept.body)["data"].take();
        (data["messageId"] == *message.message_id).then_some(data)
    })
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
