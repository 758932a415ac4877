//! Taking messages away from the queues that keep what failed.

use std::time::{Duration, Instant};

use aws_sdk_sqs::Client;
use wiring::DEPLOYED;

use super::{Failed, Kind, Message, kind_of, queue};
use crate::failure::Failure;
use crate::stack::Stack;

/// What is done with each message.
pub trait Taker {
    /// The most messages that it takes next; none ends the taking.
    fn most(&self) -> usize;

    /// Takes a message and deletes it, or returns it: then it stays.
    async fn take(&mut self, failed: Failed) -> Result<Option<Message>, Failure>;

    /// Whether to go on after the messages of one call.
    async fn goes_on(&mut self) -> Result<bool, Failure>;
}

/// How long messages are hidden from others.
#[derive(Clone, Copy, Debug)]
pub struct Hiding {
    /// While they are taken.
    pub hidden: Duration,
    /// Until this moment, messages may be hidden that an earlier run had received when it was stopped: they are waited for.
    pub earlier_until: Option<Instant>,
}

/// Goes through all that is kept. What stays is made visible again, whatever the end is.
pub async fn drain(stack: &Stack, client: &Client, hiding: Hiding, taker: &mut impl Taker) -> Result<(), Failure> {
    let kept = DEPLOYED
        .queues
        .iter()
        .filter_map(|queue| Some((&*queue.name, kind_of(&queue.name)?)));
    for (name, kind) in kept {
        let url = stack.queue_url(name)?;
        if queue::counts(client, url).await? == [0, 0] {
            continue;
        }
        let mut draining = Draining {
            client,
            url,
            name,
            kind,
            hiding,
            stay: Vec::new(),
        };
        let drained = draining.drain(taker).await;
        let shown = queue::show_again(client, url, draining.stay.iter()).await;
        let goes_on = drained?;
        shown?;
        if !goes_on {
            break;
        }
    }
    Ok(())
}

struct Draining<'a> {
    client: &'a Client,
    url: &'a str,
    name: &'static str,
    kind: Kind,
    hiding: Hiding,
    stay: Vec<Message>,
}

impl Draining<'_> {
    async fn drain(&mut self, taker: &mut impl Taker) -> Result<bool, Failure> {
        loop {
            let most = taker.most();
            if most == 0 {
                return Ok(false);
            }
            let received = queue::receive(self.client, self.url, most, self.hiding.hidden.as_secs()).await?;
            if received.is_empty() && !self.is_held_elsewhere().await? {
                return Ok(true);
            }
            let mut received = received.into_iter();
            let done = self.take_all(taker, &mut received).await;
            self.stay.extend(received); // what a failure left untouched
            done?;
            if !taker.goes_on().await? {
                return Ok(false);
            }
        }
    }

    async fn take_all(
        &mut self,
        taker: &mut impl Taker,
        received: &mut impl Iterator<Item = Message>,
    ) -> Result<(), Failure> {
        for message in received {
            let stays = taker.take(Failed::new(self.name, self.kind, message)).await?;
            self.stay.extend(stays);
        }
        Ok(())
    }

    /// Whether a run that was stopped may still hold messages.
    async fn is_held_elsewhere(&self) -> Result<bool, Failure> {
        if self.hiding.earlier_until.is_none_or(|until| Instant::now() > until) {
            return Ok(false);
        }
        let [_, hidden] = queue::counts(self.client, self.url).await?;
        Ok(hidden > self.stay.len() as u64)
    }
}
