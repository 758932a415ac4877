//! Lambda's side of a queue: it receives batches, hands them to an instance, deletes what did not fail.
//!
//! "Lambda Developer Guide, Using Lambda with Amazon SQS": what the answer names comes back, the rest of the batch is
//! deleted; of an invocation that failed as a whole nothing is.

use std::collections::BTreeSet;
use std::pin::pin;
use std::rc::Rc;
use std::time::SystemTime;

use batch::{Clock, SqsBatchResponse, SqsEvent};
use futures_util::future::{Either, select};
use serde_json::{Value, json};

use super::World;
use super::fault::Trouble;
use super::functions::Instance;
use super::sqs::Delivery;
use support::wiring::Mapping;

/// A batch in an instance's hands.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    /// From which queue to which function.
    pub mapping: &'a Mapping,
    /// The messages.
    pub batch: &'a [Delivery],
    /// Since when.
    pub begun: SystemTime,
}

/// Serves a queue for ever.
pub async fn serve(world: Rc<World>, mapping: &'static Mapping) {
    let mut warm = None;
    loop {
        let batch = receive(&world, mapping).await;
        let instance = warm
            .take()
            .unwrap_or_else(|| world.functions.instance(mapping.function));
        let invocation = Invocation {
            mapping,
            batch: &batch,
            begun: world.network.time.now(),
        };
        if invoke(&world, invocation, &instance).await {
            warm = Some(instance);
        }
    }
}

async fn receive(world: &World, mapping: &Mapping) -> Vec<Delivery> {
    let network = &world.network;
    loop {
        // An idle poller sees a message a moment after it came, so that messages get to gather.
        let gathering = mapping.window + network.moment(super::POLLING);
        network.time.sleep(gathering).await;
        let most = 1 + network.draw(mapping.batch_size);
        let (now, queue) = (network.time.now(), &*mapping.queue);
        let (batch, next) = {
            let mut aws = world.cloud.aws();
            let batch = aws.sqs.receive(now, queue, most, &mut |n| network.draw(n));
            // Nothing may come of what is receivable: it may have become a dead letter.
            let more = aws.sqs.receivable(now, queue).then_some(now);
            (batch, more.or_else(|| aws.sqs.next_change(now, queue)))
        };
        if !batch.is_empty() {
            deliver_twice(world, mapping, &batch);
            return batch;
        }
        world.cloud.ring_or(next).await;
    }
}

/// What a standard queue may do ("SQS Developer Guide, At-least-once delivery").
fn deliver_twice(world: &World, mapping: &Mapping, batch: &[Delivery]) {
    let now = world.network.time.now();
    for message in batch.iter().filter(|_| !mapping.is_fifo()) {
        if world
            .network
            .strikes_part(Trouble::DeliveredTwice, "sqs.deliver", 3)
        {
            let sqs = &mut world.cloud.aws().sqs;
            sqs.deliver_twice(now, &mapping.queue, &message.message_id);
        }
    }
    world.cloud.ring();
}

/// Whether the instance lives on.
async fn invoke(world: &World, invocation: Invocation<'_>, instance: &Instance) -> bool {
    let Invocation {
        mapping,
        batch,
        begun,
    } = invocation;
    let time = &world.network.time;
    let deadline = begun + mapping.timeout;
    let work = async {
        let work = pin!(instance(event(&mapping.queue, batch), deadline));
        match select(work, pin!(time.until(deadline))).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right(_) => None,
        }
    };
    match world.network.process(work).await {
        None => return false,
        Some(Some(Ok(answer))) => answered(world, invocation, &answer).await,
        Some(Some(Err(error))) => world.violation(format!("{:?}: {error}", mapping.function)),
        Some(None) => world.violation(format!("{:?} ran into its deadline", mapping.function)),
    }
    true
}

async fn answered(world: &World, invocation: Invocation<'_>, answer: &SqsBatchResponse) {
    let Invocation { mapping, batch, .. } = invocation;
    let answer = serde_json::to_value(answer).unwrap();
    world.answered(&invocation, &answer);
    let network = &world.network;
    // Whatever happens to the answer: nothing of the batch is deleted.
    let lost = network.begin("lambda.answer").await.is_some();
    if lost || network.strikes(Trouble::AnswerLost, "lambda.answer") {
        return;
    }
    let failures = answer["batchItemFailures"].as_array().unwrap();
    let failed: BTreeSet<_> = failures
        .iter()
        .map(|f| f["itemIdentifier"].as_str())
        .collect();
    let done = batch
        .iter()
        .filter(|m| !failed.contains(&Some(&*m.message_id)));
    let (now, queue) = (network.time.now(), &*mapping.queue);
    for message in done {
        let sqs = &mut world.cloud.aws().sqs;
        // A FIFO queue refuses this once the message is another's; then it comes again.
        let deleted = sqs.delete(now, queue, &message.receipt_handle).is_ok();
        // A standard queue may deliver what was deleted ("SQS Developer Guide, At-least-once delivery").
        let may_come_again = deleted && !mapping.is_fifo();
        if may_come_again && network.strikes_part(Trouble::Redelivered, "sqs.deliver", 3) {
            sqs.redeliver(now, queue, &message.message_id);
        }
    }
    world.cloud.ring();
}

fn event(queue: &str, batch: &[Delivery]) -> SqsEvent {
    let record = |message: &Delivery| {
        let mut attributes =
            json!({ "ApproximateReceiveCount": message.receive_count.to_string() });
        if let Some(group) = &message.group {
            attributes["MessageGroupId"] = json!(group);
        }
        let of_message = message.attributes.iter().map(|(name, attribute)| {
            let attribute = json!({
                "dataType": attribute.data_type, "stringValue": attribute.string_value,
                "binaryValue": attribute.binary_value,
            });
            (name.clone(), attribute)
        });
        json!({
            "messageId": message.message_id, "receiptHandle": message.receipt_handle, "body": message.body,
            "attributes": attributes, "messageAttributes": of_message.collect::<serde_json::Map<_, _>>(),
            "eventSource": "aws:sqs",
            "eventSourceARN": format!("arn:aws:sqs:ap-northeast-2:000000000000:{queue}"),
        })
    };
    let records: Vec<Value> = batch.iter().map(record).collect();
    serde_json::from_value(json!({ "Records": records })).unwrap()
}
