//! Taking messages away from the queues that keep what failed.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use aws_sdk_sqs::Client;
use tokio::time::sleep;

use super::{Chosen, Failed, Held, Kind, look_at, queue};
use crate::failure::Failure;
use crate::stack::Stack;

/// The most messages of each queue that are looked at first.
const LOOKED_AT: usize = 1000;

const BETWEEN_LOOKS: Duration = Duration::from_secs(1);

/// What became of a message that was handed to an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Taken {
    /// It was deleted.
    Deleted,
    /// It stays.
    Stays,
}

/// What is done with each message.
pub trait Action {
    /// So many messages that were chosen were seen, before the first is handed over.
    fn begin(&mut self, _chosen: usize) {}

    /// The most messages that it deletes before [`Action::between`]; at none, no more are handed over.
    fn limit(&self) -> usize;

    /// Deletes a message, or leaves it.
    async fn apply(&mut self, failed: Failed) -> Result<Taken, Failure>;

    /// Whether to go on, once no message is held.
    async fn between(&mut self) -> Result<bool, Failure>;
}

/// How long messages are hidden from others.
#[derive(Clone, Copy, Debug)]
pub struct Hiding {
    /// While they are handled.
    pub hidden: Duration,
    /// Until this moment, messages may be hidden that an earlier run had received when it was stopped: they are waited for.
    pub earlier_until: Option<Instant>,
}

/// The queues of which not all could be seen: others hold messages of them, or more stands behind what stays in its message group.
pub type PartlySeen = Vec<&'static str>;

/// Hands over all that is kept, queue by queue. What stays can be received by others again at the end of each pass.
///
/// Of a message group SQS gives no more while one of its messages is received and not deleted. So a queue is gone through again and
/// again, each time to an empty answer, until a pass deletes nothing.
///
/// Only queues of which something that was chosen was seen are gone through, and those of which not all was seen.
pub async fn drain(
    stack: &Stack,
    client: &Client,
    hiding: Hiding,
    chosen: &Chosen,
    action: &mut impl Action,
) -> Result<PartlySeen, Failure> {
    let mut partly_seen = Vec::new();
    let held = look_at(stack, chosen.queues(), LOOKED_AT, |failed| chosen.has(&failed)).await?;
    let count = |held: &Held<bool>| held.failed.iter().filter(|is_chosen| **is_chosen).count();
    action.begin(held.iter().map(count).sum());
    let has_chosen = |held: &Held<bool>| held.is_partial() || count(held) > 0;
    for (name, kind) in held
        .iter()
        .filter(|held| has_chosen(held))
        .map(|held| (held.queue, held.kind))
    {
        let url = stack.queue_url(name)?;
        let mut draining = Draining {
            client,
            url,
            name,
            kind,
            hidden: hiding.hidden,
            seen: BTreeSet::new(),
        };
        let mut goes_on = true;
        while goes_on && (draining.pass(action).await? || draining.awaits_earlier(hiding).await?) {
            goes_on = action.between().await?;
        }
        if draining.is_partly_seen().await? {
            partly_seen.push(name);
        }
        if !goes_on {
            break;
        }
    }
    Ok(partly_seen)
}

struct Draining<'a> {
    client: &'a Client,
    url: &'a str,
    name: &'static str,
    kind: Kind,
    hidden: Duration,
    /// The messages that were handed over and stay.
    seen: BTreeSet<String>,
}

impl Draining<'_> {
    /// Goes through the queue once; whether anything was deleted.
    async fn pass(&mut self, action: &mut impl Action) -> Result<bool, Failure> {
        let mut held = BTreeMap::new(); // receipt handles by message id
        let passed = self.hand_over(action, &mut held).await;
        let shown = queue::show_again(self.client, self.url, held.values().map(String::as_str)).await;
        let deleted = passed?;
        shown?;
        Ok(deleted)
    }

    async fn hand_over(
        &mut self,
        action: &mut impl Action,
        held: &mut BTreeMap<String, String>,
    ) -> Result<bool, Failure> {
        let mut deleted = false;
        while action.limit() > 0 {
            let received = queue::receive(self.client, self.url, self.hidden).await?;
            // One that comes again is not hidden any more: the pass took too long.
            if received.iter().all(|message| held.contains_key(&message.id)) {
                break;
            }
            held.extend(
                received
                    .iter()
                    .map(|message| (message.id.clone(), message.receipt_handle.clone())),
            );
            for message in received {
                let id = message.id.clone();
                if action.limit() == 0 {
                    break;
                }
                match action.apply(Failed::new(self.name, self.kind, message)).await? {
                    Taken::Stays => drop(self.seen.insert(id)),
                    Taken::Deleted => {
                        (deleted, _) = (true, held.remove(&id));
                        self.seen.remove(&id);
                    }
                }
            }
        }
        Ok(deleted)
    }

    /// Waits for messages that a run that was stopped may still hold; whether to look again.
    async fn awaits_earlier(&self, hiding: Hiding) -> Result<bool, Failure> {
        if hiding.earlier_until.is_none_or(|until| Instant::now() > until) {
            return Ok(false);
        }
        let [_, in_flight, delayed] = queue::counts(self.client, self.url).await?;
        let hidden = in_flight + delayed;
        if hidden > 0 {
            sleep(BETWEEN_LOOKS).await;
        }
        Ok(hidden > 0)
    }

    async fn is_partly_seen(&self) -> Result<bool, Failure> {
        let counts = queue::counts(self.client, self.url).await?;
        Ok(counts.iter().sum::<u64>() > self.seen.len() as u64)
    }
}
