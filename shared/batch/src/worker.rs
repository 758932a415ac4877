//! Processing one group: decode, handle, settle, stop at a failure.

use std::ops::ControlFlow::{self, Break, Continue};
use std::time::{Duration, SystemTime};

use crate::clock::timeout_at;
use crate::decode::decode_next;
use crate::group::{Group, TrackedRecord};
use crate::panics::catch_panic;
use crate::set_aside::{LEAST_TIME, UNFINISHED};
use crate::{Clock, Consumer, DeadLetterQueue, Decode, Failure, Handler, Outcome, Queue};

/// What processing one group needs. `Break` from its methods means: nothing more of this group is processed.
pub(crate) struct Worker<'a, D, H, T, Q, C, L> {
    pub consumer: &'a Consumer<D, H, T, Q, C, L>,
    /// From this time on no call of a port is started.
    pub end: SystemTime,
    /// Whether the group is ordered.
    pub ordered: bool,
    /// The time for one record, if one of the group is on its last try.
    pub share: Option<Duration>,
}

impl<D, H, T, Q, C, L> Worker<'_, D, H, T, Q, C, L>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    /// Processes a group. A record's status is set the moment it is known: when this future is dropped halfway, what is
    /// done stays done, and the rest has failed.
    pub async fn process(&self, group: &mut Group<'_, H::Event>) -> ControlFlow<()> {
        let mut remaining = group.records.iter_mut();
        loop {
            let mut decoded = decode_next(&self.consumer.decode, self.ordered, &mut remaining);
            self.handle(&mut decoded.records, &decoded.messages).await?;
            if decoded.undecodable.is_empty() {
                return Continue(());
            }
            for (tracked, failure) in decoded.undecodable {
                self.settle(tracked, Err(failure)).await?;
            }
        }
    }

    /// Hands all messages over, in as many calls as the handler needs. Where a call with several fails for one of them, they
    /// are handed over one by one, so that it is known which message it was. On its last try an ordered one is handed over
    /// alone at once.
    async fn handle(
        &self,
        records: &mut [&mut TrackedRecord<'_, H::Event>],
        messages: &[H::Message],
    ) -> ControlFlow<()> {
        let mut batch_size = self.consumer.handler.max_batch_size().max(1);
        let mut handled = 0;
        while handled < messages.len() {
            self.check_time()?;
            let together = records[handled..].iter().take(batch_size);
            // guard: last-tries-are-handed-over-alone
            let size = together
                .take_while(|tracked| !(self.ordered && tracked.last_try))
                .count()
                .max(1);
            let next = &messages[handled..handled + size];
            if size == 1 {
                records[handled].note_failure(UNFINISHED.to_owned());
            }
            let outcomes = match self.call_handler(next).await {
                Ok(outcomes) => outcomes,
                Err(_) if size > 1 => {
                    batch_size = 1;
                    continue;
                }
                Err(failure) => vec![Err(Failure::retryable(failure))],
            };
            for outcome in accepted_outcomes(outcomes, size, self.ordered) {
                let tracked = &mut *records[handled];
                // It may have failed for another's sake, as in one transaction.
                // guard: failed-together-is-tried-alone
                if size > 1 && tracked.last_try && matches!(outcome, Err(Failure::Retryable(_))) {
                    batch_size = 1;
                    break;
                }
                handled += 1;
                self.settle(tracked, outcome).await?;
            }
        }
        Continue(())
    }

    /// The handler's outcomes, at least one, or why there is none: the handler would be called with the same messages forever.
    async fn call_handler(&self, messages: &[H::Message]) -> Result<Vec<Outcome<H::Event>>, &'static str> {
        let Consumer { handler, clock, .. } = self.consumer;
        let call = catch_panic(async { handler.handle(messages, clock.now()).await });
        match self.limited(messages.len(), call).await {
            Some(Ok(outcomes)) if outcomes.is_empty() => Err("the handler returned no outcome"),
            Some(Ok(outcomes)) => Ok(outcomes),
            Some(Err(_)) => Err("the handler panicked"),
            None => Err(UNFINISHED),
        }
    }

    /// The longest that a call with this many records may take, if it has a limit.
    pub(crate) fn limit(&self, records: usize) -> Option<Duration> {
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        let share = self.share?;
        Some(share.saturating_mul(records).max(LEAST_TIME))
    }

    /// The output of a call with this many records, or `None` if it takes longer than it may.
    pub(crate) async fn limited<O>(&self, records: usize, call: impl Future<Output = O>) -> Option<O> {
        let clock = &self.consumer.clock;
        match self.limit(records) {
            Some(limit) => timeout_at(clock, clock.now() + limit, call).await,
            None => Some(call.await),
        }
    }

    pub(crate) fn check_time(&self) -> ControlFlow<()> {
        if self.consumer.clock.now() < self.end {
            Continue(())
        } else {
            Break(())
        }
    }
}

/// The outcomes that count: at most one for each message, and in an ordered group none behind a failure.
fn accepted_outcomes<E>(mut outcomes: Vec<Outcome<E>>, messages: usize, ordered: bool) -> Vec<Outcome<E>> {
    outcomes.truncate(messages);
    if ordered && let Some(first_failure) = outcomes.iter().position(Result::is_err) {
        outcomes.truncate(first_failure + 1);
    }
    outcomes
}
