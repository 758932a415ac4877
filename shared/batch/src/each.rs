//! A handler from a function for one message.

use std::marker::PhantomData;
use std::time::SystemTime;

use crate::{Handler, Outcome};

/// Makes a [`Handler`] from an async function that handles one message. It gets one message a call
/// ([`Handler::max_batch_size`] is 1), and the current time.
pub fn each<M, E, F>(handle: F) -> Each<F, M, E>
where
    F: AsyncFn(&M, SystemTime) -> Outcome<E>,
{
    Each(handle, PhantomData)
}

/// The handler that [`each`] makes.
pub struct Each<F, M, E>(F, PhantomData<fn(&M) -> E>);

impl<F, M, E> Handler for Each<F, M, E>
where
    F: AsyncFn(&M, SystemTime) -> Outcome<E>,
{
    type Message = M;
    type Event = E;

    async fn handle(&self, messages: &[M], now: SystemTime) -> Vec<Outcome<E>> {
        in_order(messages, async |message| (self.0)(message, now).await).await
    }

    fn max_batch_size(&self) -> usize {
        1
    }
}

/// Handles messages in order, up to the first that fails: the rest has no outcome.
pub async fn in_order<M, E>(messages: &[M], handle: impl AsyncFn(&M) -> Outcome<E>) -> Vec<Outcome<E>> {
    let mut outcomes = Vec::with_capacity(messages.len());
    for message in messages {
        let outcome = handle(message).await;
        let failed = outcome.is_err();
        outcomes.push(outcome);
        // guard: nothing-in-order-after-a-failure
        if failed {
            break;
        }
    }
    outcomes
}
