//! Settling a record: what its outcome means for it.

use std::ops::ControlFlow::{self, Break, Continue};

use crate::error::error_with_sources;
use crate::group::{RecordStatus, TrackedRecord};
use crate::log_record::log_record;
use crate::panics::catch_panic;
use crate::set_aside::set_aside;
use crate::worker::Worker;
use crate::{BoxError, Clock, Consumer, DeadLetterQueue, Decode, Failure, Handler, Outcome, Queue, Rejection};

/// What is known of a record for whose quarantine no time is left.
const NO_TIME: &str = "there was no time left";

/// What is known of a record whose quarantine takes too long.
const UNANSWERED: &str = "the quarantine did not answer in time";

impl<D, H, T, Q, C, L> Worker<'_, D, H, T, Q, C, L>
where
    D: Decode,
    H: Handler<Message = D::Message>,
    Q: Queue,
    C: Clock,
    L: DeadLetterQueue,
{
    /// Gives a record the status that its outcome means.
    pub(crate) async fn settle(
        &self,
        tracked: &mut TrackedRecord<'_, H::Event>,
        outcome: Outcome<H::Event>,
    ) -> ControlFlow<()> {
        match outcome {
            Ok(events) => tracked.status = RecordStatus::Handled(events),
            Err(Failure::Permanent(rejection)) => self.quarantine(tracked, &rejection).await?,
            Err(Failure::Retryable(error)) if tracked.last_try => {
                self.set_aside(tracked, error_with_sources(&*error)).await?;
            }
            Err(Failure::Retryable(error)) => log_record!(
                warn,
                tracked,
                error = error_with_sources(&*error),
                "record failed; it is delivered again after a delay"
            ),
        }
        // guard: nothing-after-a-failure
        if self.ordered && tracked.has_failed() {
            return Break(());
        }
        Continue(())
    }

    async fn quarantine(&self, tracked: &mut TrackedRecord<'_, H::Event>, rejection: &Rejection) -> ControlFlow<()> {
        let Consumer { queue, clock, .. } = self.consumer;
        let failure = |error: &str| format!("not quarantined as {}: {error}", rejection.reason);
        tracked.note_failure(failure(NO_TIME));
        self.check_time()?;
        tracked.note_failure(failure(UNANSWERED));
        let record = tracked.record;
        let call = async { queue.quarantine(record, rejection, clock.now()).await };
        let quarantined = match self.limited(1, catch_panic(call)).await {
            Some(quarantined) => quarantined.map_err(BoxError::from).flatten(),
            None => Err(UNANSWERED.into()),
        };
        match quarantined {
            Ok(()) => {
                log_record!(
                    warn,
                    tracked,
                    reason = rejection.reason,
                    detail = rejection.detail,
                    "record quarantined and acknowledged: it can never succeed"
                );
                tracked.status = RecordStatus::Quarantined(rejection.reason);
            }
            Err(error) if tracked.last_try => {
                self.set_aside(tracked, failure(&error_with_sources(&*error))).await?;
            }
            Err(error) => {
                // guard: failed-quarantine-fails-the-record
                log_record!(
                    error,
                    tracked,
                    reason = rejection.reason,
                    detail = rejection.detail,
                    error = error_with_sources(&*error),
                    "record could not be quarantined; it is delivered again after a delay"
                );
            }
        }
        Continue(())
    }

    /// If there is no time left, the record is set aside after publishing.
    async fn set_aside(&self, tracked: &mut TrackedRecord<'_, H::Event>, failure: String) -> ControlFlow<()> {
        let Consumer {
            dead_letters, clock, ..
        } = self.consumer;
        tracked.note_failure(failure);
        self.check_time()?;
        let end = clock.now() + self.limit(1).unwrap_or_default();
        set_aside(dead_letters, clock, end, tracked).await;
        Continue(())
    }
}
