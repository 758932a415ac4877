//! What functions set aside in the dead-letter queues: guarantees 7 (a record that fails on its last receives is there, unchanged
//! and with what failed, and takes no other record along: none is there untried) and 10 (what failed shows no personal data).

use std::collections::{BTreeMap, BTreeSet};

use super::Guarantee::{FailuresSetAside, PersonalDataContained};
use super::published_events::is_personal;
use super::{Checked, ensure};
use crate::event_source_mapping::Invocation;
use crate::json::{event_in, text};
use crate::plan::dead_letter_queues;
use crate::simulation::Simulation;
use crate::sqs::{Attribute, Delivery, MessageContent, QueuedMessage, Sqs};
use support::wiring::DEPLOYED;

/// The attributes that a function adds.
const ADDED: [&str; 2] = ["failure", "receives"];

/// The most attributes of a message: where the sender gave nine or ten, there is no room for what a function adds.
const MAX_ATTRIBUTES: usize = 10;

/// The most characters of `failure`.
const MAX_LENGTH: usize = 1000;

/// What was set aside so far.
#[derive(Default)]
pub struct DeadLetters {
    /// The ids of the messages that functions sent to dead-letter queues.
    checked: BTreeSet<String>,
    /// How many these are, by [`set_aside_in`] their queue.
    pub counts: BTreeMap<String, usize>,
}

/// The name under which it is observed that a function set a record aside in this queue.
pub fn set_aside_in(queue: &str) -> String {
    format!("set aside in {queue}")
}

impl DeadLetters {
    /// Checks the messages that the last call sent to a dead-letter queue.
    pub fn after_call(&mut self, simulation: &Simulation) -> Checked {
        let sqs = &simulation.aws.lock().sqs;
        for queue in dead_letter_queues() {
            let sent = sqs.messages(queue).iter().filter(|message| message.source.is_none());
            for message in sent {
                if self.checked.insert(message.message_id.clone()) {
                    *self.counts.entry(set_aside_in(queue)).or_default() += 1;
                    check_failure(message, simulation.functions.max_receives)?;
                    check_tried(simulation, message)?;
                    let is_unchanged =
                        originals(sqs, queue).any(|original| is_copy(&message.content, &original.content));
                    ensure!(FailuresSetAside: is_unchanged, "{queue} got a message that is in no queue like that: {message:?}");
                }
            }
        }
        Ok(())
    }
}

fn check_failure(message: &QueuedMessage, max_receives: u32) -> Checked {
    if own(&message.content).len() + ADDED.len() > MAX_ATTRIBUTES {
        return Ok(());
    }
    let [failure, receives] = ADDED.map(|name| message.content.attribute(name).unwrap_or_default());
    ensure!(FailuresSetAside: !failure.is_empty() && failure.chars().count() <= MAX_LENGTH,
        "a dead letter does not say what failed: {message:?}");
    ensure!(FailuresSetAside: receives.parse().is_ok_and(|receives: u32| receives + 1 >= max_receives),
        "set aside on an earlier receive than the last but one: {message:?}");
    ensure!(PersonalDataContained: !is_personal(failure), "a dead letter shows personal data: {failure}");
    Ok(())
}

/// A record that is set aside was handed to the handler by the same process, or can never succeed and could not be quarantined.
fn check_tried(simulation: &Simulation, message: &QueuedMessage) -> Checked {
    let body = &message.content.body;
    let event = event_in(body);
    let handed_over = simulation
        .network
        .caller_handed_over("sqs.SendMessage", text(&event["id"]));
    let was_tried = handed_over || simulation.schedule.must_be_quarantined(body);
    ensure!(FailuresSetAside: was_tried, "set aside without having been tried: {message:?}");
    Ok(())
}

/// What a copy in this dead-letter queue can be of. A standard queue may deliver a message to two processes: while one sets it
/// aside, the other's may have been deleted, or SQS may have moved it here after its last receive.
fn originals<'a>(sqs: &'a Sqs, dead_letter_queue: &'a str) -> impl Iterator<Item = &'a QueuedMessage> {
    let sources = DEPLOYED.sources_of(dead_letter_queue);
    let received = sources.flat_map(|source| sqs.messages(source).iter().chain(sqs.deleted(source)));
    let moved = sqs
        .messages(dead_letter_queue)
        .iter()
        .filter(|message| message.source.is_some());
    received.chain(moved)
}

fn is_copy(dead_letter: &MessageContent, original: &MessageContent) -> bool {
    dead_letter.body == original.body && dead_letter.group == original.group && own(dead_letter) == own(original)
}

/// The attributes that the sender gave.
fn own(content: &MessageContent) -> BTreeMap<&String, &Attribute> {
    let attributes = content.attributes.iter();
    attributes.filter(|(name, _)| !ADDED.contains(&&***name)).collect()
}

/// Whether a function put a copy of this message into its queue's dead-letter queue.
pub fn is_set_aside(simulation: &Simulation, invocation: &Invocation<'_>, message: &Delivery) -> bool {
    let queue = dead_letter_queues().find(|queue| {
        DEPLOYED
            .sources_of(queue)
            .any(|source| source == invocation.mapping.queue)
    });
    let sqs = &simulation.aws.lock().sqs;
    let mut dead_letters = queue.into_iter().flat_map(|queue| sqs.messages(queue));
    dead_letters.any(|dead_letter| dead_letter.source.is_none() && is_copy(&dead_letter.content, &message.content))
}

/// A function reports no record on its last receives failed: it is handled or set aside, whatever stands before it in its message
/// group. Unless the dead-letter queue was out of reach.
pub fn check_answer(simulation: &Simulation, invocation: &Invocation<'_>, failed: &[&Delivery]) -> Checked {
    let last_receive_but_one = simulation.functions.max_receives - 1;
    let mut on_last_receives = failed
        .iter()
        .filter(|message| message.receive_count >= last_receive_but_one);
    let sends_failed = || simulation.network.was_struck("sqs.SendMessage", invocation.started_at);
    let reported = on_last_receives.next();
    ensure!(FailuresSetAside: reported.is_none() || sends_failed(),
        "{:?} reports a record failed that it had to set aside: {reported:?}", invocation.mapping.function);
    Ok(())
}
