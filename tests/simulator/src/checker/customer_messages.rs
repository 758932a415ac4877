//! Text messages and push messages to customers: guarantee 9 (one message for each decision and channel, unless the sender
//! cannot know whether it was sent).

use std::time::{Duration, SystemTime};

use serde_json::Value;

use super::Guarantee::NotifiedOnce;
use super::contract::channels;
use super::{Checked, Violation, ensure};
use crate::faults::FaultKind;
use crate::faults::faulty_network::Call;
use crate::json::{by_member, elements, number, parse, text};
use crate::simulation::Simulation;
use crate::sns::CustomerMessage;
use crate::workload::messages::{endpoint, phone};
use support::fakes::Fault;

/// The least time between two messages of one attempt: half of the lease of a minute may have gone by before the first.
const MIN_INTERVAL: Duration = Duration::from_secs(30);

/// The messages that were sent to customers so far.
#[derive(Default)]
pub struct CustomerMessages(Vec<Sent>);

struct Sent {
    to: String,
    attempt: i128,
    at: SystemTime,
}

impl CustomerMessages {
    pub fn after_call(&mut self, simulation: &Simulation, tables: &Value) -> Checked {
        let aws = simulation.aws.lock();
        for message in &aws.devices.messages()[self.0.len()..] {
            self.check(simulation, message, &tables["notifications"])?;
        }
        Ok(())
    }

    fn check(&mut self, simulation: &Simulation, message: &CustomerMessage, notifications: &Value) -> Checked {
        let CustomerMessage { at, to, .. } = message;
        let is_of = |item: &&Value| channels().any(|channel| address(channel, item) == *to);
        let Some(item) = elements(notifications).find(is_of) else {
            let details = format!("{to} got a message without a lease");
            return Err(Violation::new(NotifiedOnce, details));
        };
        let attempt = number(&item["attempt"]);
        let already_saved = saved_events(item, attempt).next().is_some();
        ensure!(NotifiedOnce: !already_saved, "{to} got a message whose outcome was saved: {item}");
        let same = |sent: &&Sent| sent.to == *to && sent.attempt == attempt;
        if let Some(first) = self.0.iter().rfind(same) {
            let interval = at.duration_since(first.at).unwrap_or_default();
            ensure!(NotifiedOnce: interval > MIN_INTERVAL,
                "{to} got a second message after {interval:?}");
            ensure!(NotifiedOnce: is_excused(&simulation.network.calls(), first.at),
                "{to} got two messages about attempt {attempt}, and no fault explains it");
        }
        self.0.push(Sent {
            to: to.clone(),
            attempt,
            at: *at,
        });
        Ok(())
    }

    /// Every message that is recorded as sent was sent.
    pub fn final_state(&self, tables: &Value) -> Checked {
        for item in elements(&tables["notifications"]) {
            for (attempt, _) in item["outcomes"].as_object().into_iter().flatten() {
                let attempt: i128 = attempt.parse().unwrap();
                let events = saved_events(item, attempt);
                for event in events.filter(|event| event["type"] == "notification.sent") {
                    let to = address(text(&event["data"]["channel"]), item);
                    let was_sent = self.0.iter().any(|s| s.to == to && s.attempt == attempt);
                    ensure!(NotifiedOnce: was_sent, "{to} got no message, but there is {event}");
                }
            }
        }
        Ok(())
    }
}

/// In each request's notification item, attempts only grow, and a saved outcome never changes.
pub fn after_write(before: &Value, after: &Value) -> Checked {
    let known = by_member(&before["notifications"], "requestId");
    for item in elements(&after["notifications"]) {
        let before = known.get(text(&item["requestId"])).copied().unwrap_or(&Value::Null);
        let (attempt_before, attempt) = (number(&before["attempt"]), number(&item["attempt"]));
        ensure!(NotifiedOnce: attempt_before <= attempt, "{item} replaced {before}");
        for (of_attempt, outcome) in item["outcomes"].as_object().into_iter().flatten() {
            let saved = &before["outcomes"][of_attempt];
            let is_new = saved.is_null() && of_attempt.parse() == Ok(attempt);
            ensure!(NotifiedOnce: is_new || saved == outcome, "{item} replaced {before}");
        }
    }
    Ok(())
}

/// The events that were saved as the outcome of this attempt.
fn saved_events(item: &Value, attempt: i128) -> impl Iterator<Item = Value> {
    let publications = elements(&item["outcomes"][attempt.to_string()]["publications"]);
    publications.map(|publication| parse(text(&publication["body"])))
}

/// Where a channel reaches the customer of this item's request.
fn address(channel: &str, item: &Value) -> String {
    let request_number = text(&item["requestId"])[1..].parse().unwrap();
    match channel {
        "sms" => phone(request_number),
        "push" => endpoint(request_number),
        unknown => {
            panic!("the checker does not know the channel {unknown:?}: say in `address` where it reaches a customer")
        }
    }
}

/// Whether a fault kept the sender of that moment from knowing, or from recording, that its message was sent.
fn is_excused(calls: &[Call], sent_at: SystemTime) -> bool {
    let mut sends = calls.iter().filter(|call| call.name == "sns.Publish");
    let Some(send) = sends.rfind(|send| send.at == sent_at) else {
        return false;
    };
    let mut of_process = calls
        .iter()
        .filter(|call| call.process == send.process && call.number >= send.number);
    of_process.any(|call| {
        call.fault
            .is_some_and(|fault| call.number == send.number || call.name == "notification.save" || ends_process(fault))
    })
}

/// Whether a process dies of this fault, or may run into its deadline.
fn ends_process(fault: FaultKind) -> bool {
    let deadly = [Fault::KilledBefore, Fault::KilledAfter, Fault::Hangs].map(FaultKind::Call);
    fault == FaultKind::Slow || deadly.contains(&fault)
}
