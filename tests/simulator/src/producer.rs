//! Everybody outside: producers, customers and operators, each at the time that the schedule says.

use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;
use serde_json::json;

use super::messages::Message;
use super::plan::{Act, REDRIVEN, STORM};
use super::sqs::Outgoing;
use super::{PATIENCE, World, messages, wire};

/// With nothing going wrong, what was put back twice from each queue does not come there again.
const ROUNDS: usize = 2 * REDRIVEN.len();

/// Does all of it; then lets the storm end, and waits until all is at rest.
pub async fn produce(world: Rc<World>) {
    let time = &world.network.time;
    let end = time.now() + STORM;
    while time.now() < end {
        while let Some(act) = world.agenda.take(time.now()) {
            perform(&world, &act);
        }
        let next = world.agenda.next().map_or(end, |next| next.min(end));
        world.cloud.ring_or(Some(next)).await;
    }
    world.network.calm();
    let patience = time.now() + PATIENCE;
    let mut rounds = 0;
    loop {
        while let Some(act) = world.agenda.take(time.now()) {
            perform(&world, &act);
        }
        if world.agenda.next().is_none() && world.cloud.aws().sqs.is_quiet() {
            if !REDRIVEN.iter().any(|queue| redrive(&world, queue)) {
                break;
            }
            rounds += 1;
        }
        if time.now() > patience || rounds > ROUNDS {
            world.violation("it does not come to rest".to_owned());
            break;
        }
        time.sleep(Duration::from_secs(5)).await;
    }
    world.agenda.end();
}

fn perform(world: &World, act: &Act) {
    match act {
        Act::Send(message) => send(world, message.clone()),
        Act::Redrive(queue) => {
            redrive(world, queue);
        }
        Act::Close { request, attempt } => {
            let Some(data) = world.agenda.matched(request, *attempt) else {
                return;
            };
            let (request, match_id) = (&data["requestId"], &data["matchId"]);
            let body = json!({ "requestId": request, "matchId": match_id });
            let id = format!("close-{}", world.network.draw(usize::MAX));
            let body = messages::envelope(&id, "match.closed", &body);
            let group = data["customer"]["id"].as_str().unwrap();
            send(world, Message::plain("intake.fifo", group, body));
        }
    }
}

fn send(world: &World, message: Message) {
    let outgoing = Outgoing {
        body: message.body.clone(),
        group: Some(message.group.clone()),
        deduplication_id: None,
        attributes: message.attributes.clone(),
    };
    let (now, queue) = (world.network.time.now(), message.queue);
    world.cloud.aws().sqs.send(now, queue, outgoing).unwrap();
    world.cloud.ring();
    world.agenda.note_sent(message);
}

/// An operator puts back what lies there: whether there was anything.
fn redrive(world: &World, queue: &str) -> bool {
    let now = world.network.time.now();
    let moved = {
        let mut aws = world.cloud.aws();
        if queue == "undelivered.fifo" {
            republish(&mut aws, now)
        } else {
            aws.sqs.redrive(now, queue)
        }
    };
    world.cloud.ring();
    world.agenda.note_redriven(queue, moved);
    moved > 0
}

/// What lies in `undelivered` is published again, with a fresh deduplication id.
fn republish(aws: &mut wire::Aws, now: SystemTime) -> usize {
    let mut published = BTreeSet::new();
    loop {
        let messages = aws.sqs.receive(now, "undelivered.fifo", 10, &mut |_| 0);
        if messages.is_empty() {
            return published.len();
        }
        for message in messages {
            let id = format!("again-{}", message.message_id);
            aws.republish(now, &message, &id);
            let deleted = aws
                .sqs
                .delete(now, "undelivered.fifo", &message.receipt_handle);
            deleted.unwrap();
            published.insert(message.message_id);
        }
    }
}
