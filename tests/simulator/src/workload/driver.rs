//! The driver: carries out the workload's steps at their times; then stops the faults, redrives, and waits until the
//! pipeline has recovered.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;
use serde_json::json;

use super::Step;
use super::messages::{Message, envelope};
use crate::checker::{Guarantee, Violation};
use crate::plan::{FAULT_PHASE, REDRIVE_QUEUES};
use crate::simulation::Simulation;
use crate::sqs::MessageContent;
use crate::task_schedule;
use crate::wire::FakeAws;
use support::wiring::DEPLOYED;

/// The most time that the pipeline may take to recover: every message can use up all of its receives, half an hour apart.
const MAX_RECOVERY: Duration = Duration::from_hours(48);

/// Carries out the whole workload.
pub async fn run(simulation: Rc<Simulation>) {
    let time = &simulation.network.time;
    let end = time.now() + FAULT_PHASE;
    while time.now() < end {
        carry_out_due(&simulation);
        let next = simulation.schedule.next_at();
        let next = next.map_or(end, |next| next.min(end));
        simulation.aws.changed_or_at(Some(next)).await;
    }
    simulation.network.stop_faults();
    recover(&simulation).await;
    if !task_schedule::fold(&simulation).await {
        let details = "without any fault, a fold failed".to_owned();
        simulation.fail(Violation::new(Guarantee::CountedOnce, details));
    }
    simulation.schedule.finish();
}

async fn recover(simulation: &Simulation) {
    let time = &simulation.network.time;
    let deadline = time.now() + MAX_RECOVERY;
    // Without faults, a message that was put back twice does not fail again.
    let max_redrives = 2 * REDRIVE_QUEUES.len();
    let mut redrives = 0;
    loop {
        carry_out_due(simulation);
        let undrained = simulation.aws.lock().sqs.undrained();
        if undrained.is_empty() && simulation.schedule.next_at().is_none() {
            let mut queues = REDRIVE_QUEUES.iter();
            let Some(queue) = queues.find(|queue| redrive(simulation, queue)) else {
                return;
            };
            redrives += 1;
            if redrives > max_redrives {
                let details = format!("messages come back to {queue} without any fault");
                return simulation.fail(Violation::new(Guarantee::NothingLost, details));
            }
        }
        if time.now() > deadline {
            let details = format!("{undrained:?} still hold messages long after the last fault");
            return simulation.fail(Violation::new(Guarantee::NothingLost, details));
        }
        time.sleep(Duration::from_secs(5)).await;
    }
}

fn carry_out_due(simulation: &Simulation) {
    while let Some(step) = simulation.schedule.take_due(simulation.network.time.now()) {
        match step {
            Step::Send(message) => send(simulation, message),
            Step::Redrive(queue) => {
                redrive(simulation, queue);
            }
            Step::Close { request, attempt } => close(simulation, &request, attempt),
        }
    }
}

fn close(simulation: &Simulation, request: &str, attempt: u32) {
    let Some(matched) = simulation.schedule.match_of(request, attempt) else {
        return;
    };
    let data = json!({ "requestId": matched["requestId"], "matchId": matched["matchId"] });
    let id = format!("close-{}", simulation.network.draw(usize::MAX));
    let body = envelope(&id, "match.closed", &data);
    let group = matched["customer"]["id"].as_str().unwrap();
    send(simulation, Message::new("intake.fifo", group, body));
}

fn send(simulation: &Simulation, message: Message) {
    let (now, queue) = (simulation.network.time.now(), message.queue);
    let sqs = &mut simulation.aws.lock().sqs;
    sqs.send(now, queue, message.content.clone()).unwrap();
    simulation.aws.notify_pollers();
    simulation.schedule.record_sent(message);
}

/// Puts a queue's messages back. Returns whether there were any.
fn redrive(simulation: &Simulation, queue: &str) -> bool {
    let now = simulation.network.time.now();
    let moved = {
        let mut aws = simulation.aws.lock();
        if queue == "undelivered.fifo" {
            republish_undelivered(&mut aws, now)
        } else {
            aws.sqs
                .redrive(now, queue, &|message| destination(queue, message).to_owned())
        }
    };
    simulation.aws.notify_pollers();
    simulation.schedule.record_redriven(queue, moved);
    moved > 0
}

/// The queue to which an operator puts a message back that a function set aside (docs/do/redrive.md): of the queues with this
/// dead-letter queue the one to which the topic delivers its type; else, and where it may be forged, the one to which the
/// topic delivers nothing.
fn destination(dead_letter_queue: &str, message: &MessageContent) -> &'static str {
    let sources: Vec<&str> = DEPLOYED.sources_of(dead_letter_queue).collect();
    let failure = message.attribute("failure").unwrap_or_default();
    let may_be_forged = failure.is_empty() || failure.starts_with("not quarantined");
    let event_type = message.attribute("eventType").filter(|_| !may_be_forged);
    let delivered = |queue: &&&str| {
        let mut subscribers = DEPLOYED.subscribers(event_type.unwrap_or_default());
        subscribers.any(|subscriber| subscriber == **queue)
    };
    let is_direct = |queue: &&&str| {
        DEPLOYED
            .subscriptions
            .iter()
            .all(|subscription| subscription.queue != **queue)
    };
    let found = sources
        .iter()
        .find(delivered)
        .or_else(|| sources.iter().find(is_direct));
    found.unwrap_or(&sources[0])
}

/// Publishes the events in `undelivered` again, with fresh deduplication ids. Returns how many there were.
fn republish_undelivered(aws: &mut FakeAws, now: SystemTime) -> usize {
    let mut published = BTreeSet::new();
    loop {
        let messages = aws.sqs.receive(now, "undelivered.fifo", 10, &mut |_| 0);
        if messages.is_empty() {
            return published.len();
        }
        for message in messages {
            let id = format!("again-{}", message.message_id);
            aws.republish(now, &message, &id);
            let receipt = &message.receipt_handle;
            aws.sqs.delete(now, "undelivered.fifo", receipt).unwrap();
            published.insert(message.message_id);
        }
    }
}
