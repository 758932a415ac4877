//! Handles matching's messages: in order, each by an execution, and by another one after a write conflict.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws::{ConflictRetry, rejection};
use batch::{Backoff, Clock, Failure, Handler, Outcome, SystemClock, in_order};
use contract::{Publication, Received};
use jiff::Timestamp;

use crate::domain::{DecisionContext, MatchingPolicy};
use crate::execution::{Execution, HandleError};
use crate::looks::Looks;
use crate::remembered::Remembered;
use crate::store::Store;

/// How a message is executed again after a write conflict. All pauses together are 310 ms at most: the next delivery is
/// seconds away. After a change there is no pause, since the other writer is done.
const RETRY: ConflictRetry = ConflictRetry {
    executions: 6,
    pause: Backoff {
        base: Duration::from_millis(10),
        cap: Duration::from_millis(160),
    },
    pause_after_change: false,
};

/// Matching's handler.
#[derive(Clone, Debug)]
pub struct Matching<S, C = SystemClock> {
    store: S,
    policy: MatchingPolicy,
    clock: C,
    looks: Arc<Looks>,
    remembered: Arc<Remembered>,
}

impl<S: Store, C: Clock> Handler for Matching<S, C> {
    type Message = Received;
    type Event = Publication;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Publication>> {
        in_order(messages, async |message| self.handle_one(message, now).await).await
    }

    /// One: no read or write serves two messages, and a call that overruns the deadline fails as a whole.
    fn max_batch_size(&self) -> usize {
        1
    }
}

impl<S: Store, C: Clock> Matching<S, C> {
    /// A handler over a store.
    pub fn new(store: S, policy: MatchingPolicy, clock: C) -> Self {
        Self {
            store,
            policy,
            clock,
            looks: Arc::default(),
            remembered: Arc::default(),
        }
    }

    async fn handle_one(&self, cause: &Received, now: SystemTime) -> Outcome<Publication> {
        let context = DecisionContext {
            cause,
            now: Timestamp::try_from(now).map_err(Failure::retryable)?,
            policy: &self.policy,
        };
        let mut contended = BTreeSet::new();
        let execute = async |execution| {
            let execution = Execution {
                store: &self.store,
                context,
                // guard: after-a-conflict-all-is-read
                reads_all: execution > 1,
                contended: &contended,
                remembered: &self.remembered,
                looks: &self.looks,
                began: self.looks.begin(),
            };
            match execution.run().await {
                Ok(publication) => Ok(Ok(publication)),
                Err(HandleError::Invalid(invalid)) => Ok(Err(rejection(invalid))),
                // guard: conflict-is-no-success
                Err(HandleError::Store(failed)) => {
                    contended.extend(failed.contended);
                    Err(failed.error)
                }
            }
        };
        match RETRY.run(&self.clock, &cause.id, execute).await {
            Ok(Ok(Some(publication))) => Ok(vec![publication]),
            Ok(Ok(None)) => {
                tracing::debug!(event_id = cause.id, "nothing to publish");
                Ok(Vec::new())
            }
            Ok(Err(rejection)) => Err(rejection.into()),
            Err(error) => Err(Failure::Retryable(error)),
        }
    }
}
