//! Lambda's event source mapping: receives batches from a queue, invokes a function with each, and deletes what succeeded.
//!
//! "Lambda Developer Guide, Using Lambda with Amazon SQS": messages that the answer names come back, the rest of the batch
//! is deleted; of an invocation that failed as a whole, nothing is deleted.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::pin::pin;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::{Clock, Record, SqsBatchResponse, parse_event};
use futures_util::future::{Either, select};
use serde_json::{Value, json};

use super::checker::{Guarantee, Violation};
use super::faults::FaultKind;
use super::functions::Instance;
use super::simulation::Simulation;
use super::sqs::Delivery;
use builders::records::record as plain_record;
use support::wiring::Mapping;

/// The most time until an idle poller notices a message, so that messages can gather into a batch.
const MAX_POLL_DELAY: Duration = Duration::from_millis(30);

/// A batch that an instance of a function handles.
#[derive(Clone, Copy)]
pub struct Invocation<'a> {
    /// From which queue to which function.
    pub mapping: &'a Mapping,
    /// The messages.
    pub batch: &'a [Delivery],
    /// When the instance got them.
    pub started_at: SystemTime,
}

/// An instance that waits for the next batch, or handles others at the same time.
pub type Warm = Rc<RefCell<Option<Rc<Instance>>>>;

/// Feeds one batch at a time, forever, to the warm instance or to a new one. One that is killed is replaced by a new one.
pub async fn run(simulation: Rc<Simulation>, mapping: &'static Mapping, warm: Warm) {
    loop {
        let batch = receive(&simulation, mapping).await;
        let instance = Rc::clone(
            warm.borrow_mut()
                .get_or_insert_with(|| Rc::new(simulation.functions.instance(mapping.function))),
        );
        let invocation = Invocation {
            mapping,
            batch: &batch,
            started_at: simulation.network.time.now(),
        };
        if !invoke(&simulation, invocation, &instance).await {
            warm.take();
        }
    }
}

async fn receive(simulation: &Simulation, mapping: &Mapping) -> Vec<Delivery> {
    let network = &simulation.network;
    loop {
        let gathering = mapping.window + network.draw_duration(MAX_POLL_DELAY);
        network.time.sleep(gathering).await;
        let max = 1 + network.draw(mapping.batch_size);
        let (now, queue) = (network.time.now(), &*mapping.queue);
        let (batch, next_look) = {
            let sqs = &mut simulation.aws.lock().sqs;
            let batch = sqs.receive(now, queue, max, &mut |n| network.draw(n));
            // An empty batch says nothing: what could be received may have gone to the dead-letter queue instead.
            let more = sqs.is_receivable(now, queue).then_some(now);
            (batch, more.or_else(|| sqs.next_change(now, queue)))
        };
        if !batch.is_empty() {
            deliver_twice(simulation, mapping, &batch);
            return batch;
        }
        simulation.aws.changed_or_at(next_look).await;
    }
}

/// A standard queue may deliver a message twice ("SQS Developer Guide, At-least-once delivery").
fn deliver_twice(simulation: &Simulation, mapping: &Mapping, batch: &[Delivery]) {
    let network = &simulation.network;
    if !mapping.is_fifo() {
        for message in batch {
            if network.strikes_part(FaultKind::DeliveredTwice, "sqs.deliver", 3) {
                let sqs = &mut simulation.aws.lock().sqs;
                sqs.deliver_twice(network.time.now(), &mapping.queue, &message.message_id);
            }
        }
    }
    simulation.aws.notify_pollers();
}

/// Invokes the instance. Returns whether it survives.
async fn invoke(simulation: &Simulation, invocation: Invocation<'_>, instance: &Instance) -> bool {
    let Invocation {
        mapping,
        batch,
        started_at,
    } = invocation;
    let time = &simulation.network.time;
    let deadline = started_at + mapping.timeout;
    let work = async {
        let work = pin!((instance.process)(records(&mapping.queue, batch), deadline));
        match select(work, pin!(time.until(deadline))).await {
            Either::Left((answer, _)) => Some(answer),
            Either::Right(_) => None,
        }
    };
    let function = mapping.function;
    match simulation.network.run_process(work).await {
        None => return false,
        Some(Some(answer)) => handle_answer(simulation, invocation, &answer).await,
        Some(None) => {
            let details = format!("{function:?} ran into its deadline");
            simulation.fail(Violation::new(Guarantee::AnsweredInTime, details));
        }
    }
    true
}

async fn handle_answer(simulation: &Simulation, invocation: Invocation<'_>, answer: &SqsBatchResponse) {
    let answer = serde_json::to_value(answer).unwrap();
    simulation.check_answer(&invocation, &answer);
    let network = &simulation.network;
    // Whatever fault strikes the answer: nothing of the batch is deleted.
    let struck = network.start_call("lambda.answer").await.is_some();
    if struck || network.strikes(FaultKind::AnswerLost, "lambda.answer") {
        return;
    }
    let failures = answer["batchItemFailures"].as_array().unwrap();
    let failed: BTreeSet<_> = failures
        .iter()
        .map(|failure| failure["itemIdentifier"].as_str())
        .collect();
    let batch = invocation.batch.iter();
    for message in batch.filter(|message| !failed.contains(&Some(&*message.message_id))) {
        delete(simulation, invocation.mapping, message);
    }
    simulation.aws.notify_pollers();
}

fn delete(simulation: &Simulation, mapping: &Mapping, message: &Delivery) {
    let (now, queue) = (simulation.network.time.now(), &*mapping.queue);
    let sqs = &mut simulation.aws.lock().sqs;
    // A FIFO queue refuses this if the message is visible again; then it is delivered again.
    let deleted = sqs.delete(now, queue, &message.receipt_handle).is_ok();
    // A standard queue may deliver a deleted message again ("SQS Developer Guide, At-least-once delivery").
    let network = &simulation.network;
    if deleted && !mapping.is_fifo() && network.strikes_part(FaultKind::Redelivered, "sqs.deliver", 3) {
        sqs.redeliver(now, queue, &message.message_id);
    }
}

fn records(queue: &str, batch: &[Delivery]) -> Vec<Record> {
    let records: Vec<Value> = batch.iter().map(|message| record(queue, message)).collect();
    parse_event(&json!({ "Records": records }).to_string()).unwrap()
}

fn record(queue: &str, message: &Delivery) -> Value {
    let mut record = plain_record(queue, &message.message_id, &message.content.body);
    record["receiptHandle"] = json!(message.receipt_handle);
    record["attributes"]["ApproximateReceiveCount"] = json!(message.receive_count.to_string());
    if let Some(group) = &message.content.group {
        record["attributes"]["MessageGroupId"] = json!(group);
    }
    for (name, attribute) in &message.content.attributes {
        record["messageAttributes"][name] = json!({
            "dataType": attribute.data_type, "stringValue": attribute.string_value,
            "binaryValue": attribute.binary_value,
        });
    }
    record
}
