//! Processing one group: decode, handle, quarantine, stop at a failure.

use std::ops::ControlFlow::{self, Break, Continue};
use std::time::SystemTime;

use tracing::{error, warn};

use crate::decode::decode_next;
use crate::error::error_with_sources;
use crate::group::{Group, RecordStatus, TrackedRecord};
use crate::panics::{Panicked, catch_panic};
use crate::{BoxError, Clock, Decode, Failure, Handler, Outcome, Queue, Rejection};

/// What processing a group needs. `Break` from its methods means: nothing more of this group is processed.
pub(crate) struct Worker<'a, D, H, Q, C> {
    pub decode: &'a D,
    pub handler: &'a H,
    pub queue: &'a Q,
    pub clock: &'a C,
    /// From this time on no call of a port is started.
    pub end: SystemTime,
}

impl<D, H, Q, C> Worker<'_, D, H, Q, C>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    Q: Queue,
    C: Clock,
{
    /// Processes a group. A record's status is set the moment it is known: when this future is dropped halfway, what is
    /// done stays done, and the rest has failed.
    pub async fn process_group(&self, group: &mut Group<'_, H::Event>) -> ControlFlow<()> {
        let ordered = group.ordered;
        let mut remaining = group.records.iter_mut();
        loop {
            let mut decoded = decode_next(self.decode, ordered, &mut remaining);
            self.handle(ordered, &mut decoded.records, &decoded.messages).await?;
            if decoded.undecodable.is_empty() {
                return Continue(());
            }
            for (tracked, failure) in decoded.undecodable {
                self.settle(ordered, tracked, Err(failure)).await?;
            }
        }
    }

    /// Hands all messages over, in as many calls as the handler needs.
    async fn handle(
        &self,
        ordered: bool,
        records: &mut [&mut TrackedRecord<'_, H::Event>],
        messages: &[H::Message],
    ) -> ControlFlow<()> {
        let mut batch_size = self.handler.max_batch_size().max(1);
        let mut handled = 0;
        while handled < messages.len() {
            self.check_time()?;
            let end = handled.saturating_add(batch_size).min(messages.len());
            let next = &messages[handled..end];
            let outcomes = match self.call_handler(next).await {
                Ok(outcomes) => outcomes,
                // One of several: handed over one by one, the one that panics is found and fails alone.
                Err(Panicked) if next.len() > 1 => {
                    batch_size = 1;
                    continue;
                }
                Err(Panicked) => vec![Err(Failure::retryable("the handler panicked"))],
            };
            for outcome in accepted_outcomes(outcomes, next.len(), ordered) {
                let tracked = &mut *records[handled];
                handled += 1;
                self.settle(ordered, tracked, outcome).await?;
            }
        }
        Continue(())
    }

    /// The handler's outcomes, at least one: without any, it would be called with the same messages forever.
    async fn call_handler(&self, messages: &[H::Message]) -> Result<Vec<Outcome<H::Event>>, Panicked> {
        let call = async { self.handler.handle(messages, self.clock.now()).await };
        let mut outcomes = catch_panic(call).await?;
        if outcomes.is_empty() {
            outcomes.push(Err(Failure::retryable("the handler returned no outcome")));
        }
        Ok(outcomes)
    }

    /// Gives a record the status that its outcome means.
    async fn settle(
        &self,
        ordered: bool,
        tracked: &mut TrackedRecord<'_, H::Event>,
        outcome: Outcome<H::Event>,
    ) -> ControlFlow<()> {
        match outcome {
            Ok(events) => tracked.status = RecordStatus::Handled(events),
            Err(Failure::Permanent(rejection)) => self.quarantine(tracked, &rejection).await?,
            Err(Failure::Retryable(error)) => warn!(
                message_id = tracked.record.message_id,
                queue = tracked.record.queue_name(),
                receive_count = tracked.record.receive_count,
                error = error_with_sources(&*error),
                "record failed; it is delivered again after a delay"
            ),
        }
        // guard: nothing-after-a-failure
        if ordered && tracked.has_failed() {
            return Break(());
        }
        Continue(())
    }

    async fn quarantine(&self, tracked: &mut TrackedRecord<'_, H::Event>, rejection: &Rejection) -> ControlFlow<()> {
        self.check_time()?;
        let record = tracked.record;
        let now = self.clock.now();
        let call = async { self.queue.quarantine(record, rejection, now).await };
        match catch_panic(call).await.map_err(BoxError::from).flatten() {
            Ok(()) => {
                warn!(
                    message_id = record.message_id,
                    queue = record.queue_name(),
                    receive_count = record.receive_count,
                    reason = rejection.reason,
                    detail = rejection.detail,
                    "record quarantined and acknowledged: it can never succeed"
                );
                tracked.status = RecordStatus::Quarantined;
            }
            Err(error) => {
                // guard: failed-quarantine-fails-the-record
                error!(
                    message_id = record.message_id,
                    queue = record.queue_name(),
                    receive_count = record.receive_count,
                    reason = rejection.reason,
                    detail = rejection.detail,
                    error = error_with_sources(&*error),
                    "record could not be quarantined; it is delivered again after a delay"
                );
            }
        }
        Continue(())
    }

    fn check_time(&self) -> ControlFlow<()> {
        if self.clock.now() < self.end {
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
