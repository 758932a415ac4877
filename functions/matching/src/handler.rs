//! Handles matching's messages: one by one, and each again while others are in the way.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime};

use aws::rejection;
use batch::{Clock, Failure, Handler, Outcome, SystemClock};
use contract::{Publication, Received};
use jiff::Timestamp;

use crate::domain::{DecisionContext, MatchingPolicy, choice};
use crate::round::{Round, Trouble};
use crate::store::{CommitError, Store};

/// How often a message is decided anew, while others change what it was decided on, before it is left for
/// later. All pauses together are a third of a second at most: the next delivery is seconds away.
const ROUNDS: u32 = 6;

/// The first pause after a conflict; each further one is twice as long. Half of a pause is random.
const PAUSE: Duration = Duration::from_millis(10);

/// Matching's handler.
#[derive(Clone, Debug)]
pub struct Matching<S, C = SystemClock> {
    store: S,
    terms: MatchingPolicy,
    clock: C,
}

#[derive(Debug, thiserror::Error)]
#[error("decided {ROUNDS} times, and others were faster each time")]
struct Overtaken;

impl<S: Store, C: Clock> Handler for Matching<S, C> {
    type Message = Received;
    type Event = Publication;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Publication>> {
        let mut outcomes = Vec::with_capacity(messages.len());
        for received in messages {
            outcomes.push(self.settle(received, now).await);
            if outcomes.last().is_some_and(Result::is_err) {
                break;
            }
        }
        outcomes
    }

    /// One: no read or write serves two messages, and a call that overruns the deadline fails as a whole.
    fn max_batch_size(&self) -> usize {
        1
    }
}

impl<S: Store, C: Clock> Matching<S, C> {
    /// A handler over a store.
    pub fn new(store: S, terms: MatchingPolicy, clock: C) -> Self {
        Self {
            store,
            terms,
            clock,
        }
    }

    /// The store.
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Decides, and decides again where something was changed between the reads and the write.
    async fn settle(&self, cause: &Received, now: SystemTime) -> Outcome<Publication> {
        let moment = DecisionContext {
            cause,
            now: Timestamp::try_from(now).map_err(Failure::retryable)?,
            policy: &self.terms,
        };
        let mut random = choice::generator(&cause.id);
        let mut busy = BTreeSet::new();
        for round in 0..ROUNDS {
            let attempt = Round {
                store: &self.store,
                moment,
                busy: &busy,
            };
            match attempt.go().await {
                Ok(publication) => {
                    if publication.is_none() {
                        tracing::debug!(event_id = cause.id, "nothing to publish");
                    }
                    return Ok(publication.into_iter().collect());
                }
                Err(Trouble::Invalid(invalid)) => return Err(rejection(invalid).into()),
                Err(Trouble::Commit(CommitError::Unavailable(error))) => {
                    return Err(Failure::Retryable(error));
                }
                Err(Trouble::Commit(CommitError::Changed)) => {}
                Err(Trouble::Commit(CommitError::Contended(partners))) => {
                    busy.extend(partners);
                    if round + 1 == ROUNDS {
                        break;
                    }
                    let pause = PAUSE * 2_u32.pow(round);
                    let share = random.f64().midpoint(1.0);
                    self.clock.sleep(pause.mul_f64(share)).await;
                }
            }
        }
        Err(Failure::retryable(Overtaken))
    }
}
