//! Working off one group: handle, quarantine, stop at a failure.

use std::ops::ControlFlow::{self, Break, Continue};
use std::time::SystemTime;

use tracing::{error, warn};

use crate::decode::run;
use crate::error::chain;
use crate::group::{Fate, Group, Member};
use crate::panics::guard;
use crate::{BoxError, Clock, Decode, Failure, Handler, Outcome, Queue, Rejection};

/// What working off a group needs. `Break` in its methods means: nothing further of this group.
pub(crate) struct Worker<'a, D, H, Q, C> {
    pub decode: &'a D,
    pub handler: &'a H,
    pub queue: &'a Q,
    pub clock: &'a C,
    /// No call to the outside is begun from here on.
    pub until: SystemTime,
}

impl<D, H, Q, C> Worker<'_, D, H, Q, C>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    Q: Queue,
    C: Clock,
{
    /// Works off a group. A member's fate is set the moment it is known: when this future is dropped on the way, what is
    /// done stays done, and the rest has failed.
    pub async fn work(&self, group: &mut Group<'_, H::Event>) -> ControlFlow<()> {
        let ordered = group.ordered;
        let mut members = group.members.iter_mut();
        loop {
            let mut run = run(self.decode, ordered, &mut members);
            self.handle(ordered, &mut run.members, &run.messages)
                .await?;
            if run.bad.is_empty() {
                return Continue(());
            }
            for (member, failure) in run.bad {
                self.settle(ordered, member, Err(failure)).await?;
            }
        }
    }

    /// Hands messages over, again and again from where the handler stopped.
    async fn handle(
        &self,
        ordered: bool,
        members: &mut [&mut Member<'_, H::Event>],
        messages: &[H::Message],
    ) -> ControlFlow<()> {
        let mut at_once = self.handler.at_once().max(1);
        let mut done = 0;
        while done < messages.len() {
            self.in_time()?;
            let some = &messages[done..messages.len().min(done.saturating_add(at_once))];
            let outcomes = match self.call(some).await {
                // One of them brings the handler down: it has to be found, and the others must not go with it.
                None if some.len() > 1 => {
                    at_once = 1;
                    continue;
                }
                outcomes => outcomes.unwrap_or_else(|| failed_with("the handler panicked")),
            };
            for outcome in to_be_believed(outcomes, some.len(), ordered) {
                let member = &mut *members[done];
                done += 1;
                self.settle(ordered, member, outcome).await?;
            }
        }
        Continue(())
    }

    /// What the handler says, or `None` if it panics.
    async fn call(&self, messages: &[H::Message]) -> Option<Vec<Outcome<H::Event>>> {
        let call = async { self.handler.handle(messages, self.clock.now()).await };
        let outcomes = guard(call).await.ok()?;
        // A handler that handles nothing would be called for ever.
        let says_something = !outcomes.is_empty();
        Some(if says_something {
            outcomes
        } else {
            failed_with("the handler gave no outcome")
        })
    }

    async fn settle(
        &self,
        ordered: bool,
        member: &mut Member<'_, H::Event>,
        outcome: Outcome<H::Event>,
    ) -> ControlFlow<()> {
        let record = member.record;
        let (message_id, receive_count) = (&*record.message_id, record.receive_count);
        match outcome {
            Ok(events) => member.fate = Fate::Handled(events),
            Err(Failure::Permanent(rejection)) => self.quarantine(member, &rejection).await?,
            Err(Failure::Retryable(error)) => {
                let error = &*chain(&*error);
                warn!(message_id, receive_count, error, "failed, comes back");
            }
        }
        if ordered && member.has_failed() {
            return Break(());
        }
        Continue(())
    }

    async fn quarantine(
        &self,
        member: &mut Member<'_, H::Event>,
        rejection: &Rejection,
    ) -> ControlFlow<()> {
        self.in_time()?;
        let record = member.record;
        let (message_id, receive_count) = (&*record.message_id, record.receive_count);
        let (reason, detail) = (rejection.reason, &*rejection.detail);
        let now = self.clock.now();
        let call = async { self.queue.quarantine(record, rejection, now).await };
        match guard(call).await.map_err(BoxError::from).flatten() {
            Ok(()) => {
                warn!(message_id, receive_count, reason, detail, "quarantined");
                member.fate = Fate::Quarantined;
            }
            Err(error) => {
                let error = &*chain(&*error);
                error!(
                    message_id,
                    receive_count, reason, detail, error, "not quarantined, comes back"
                );
            }
        }
        Continue(())
    }

    fn in_time(&self) -> ControlFlow<()> {
        if self.clock.now() < self.until {
            Continue(())
        } else {
            Break(())
        }
    }
}

fn failed_with<E>(error: &str) -> Vec<Outcome<E>> {
    vec![Err(Failure::retryable(error))]
}

/// What of a handler's outcomes it may give: no more than there are messages, and in order nothing behind a failure.
fn to_be_believed<E>(
    outcomes: Vec<Outcome<E>>,
    messages: usize,
    ordered: bool,
) -> impl Iterator<Item = Outcome<E>> {
    let mut failed = false;
    outcomes.into_iter().take(messages).take_while(move |o| {
        let stop = ordered && failed;
        failed |= o.is_err();
        !stop
    })
}
