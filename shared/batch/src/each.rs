//! A handler of a function for one message.

use std::marker::PhantomData;
use std::time::SystemTime;

use crate::{Handler, Outcome};

/// A [`Handler`] of an async function for one message.
pub fn each<M, E, F>(handle: F) -> Each<F, M, E>
where
    F: AsyncFn(&M, SystemTime) -> Outcome<E>,
{
    Each(handle, PhantomData)
}

/// See [`each`].
pub struct Each<F, M, E>(F, PhantomData<fn(&M) -> E>);

impl<F, M, E> Handler for Each<F, M, E>
where
    F: AsyncFn(&M, SystemTime) -> Outcome<E>,
{
    type Message = M;
    type Event = E;

    async fn handle(&self, messages: &[M], now: SystemTime) -> Vec<Outcome<E>> {
        let mut outcomes = Vec::with_capacity(messages.len());
        for message in messages {
            outcomes.push((self.0)(message, now).await);
            if outcomes.last().is_some_and(Result::is_err) {
                break;
            }
        }
        outcomes
    }

    fn at_once(&self) -> usize {
        1
    }
}
