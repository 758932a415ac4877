//! Time as a port, so that tests can process a batch in virtual time.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use futures_util::future::{Either, select};

/// Tells the time and sleeps. This crate reads no other clock.
pub trait Clock {
    /// The current time; compared with the deadline of the invocation.
    fn now(&self) -> SystemTime;
    /// Waits for the duration.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;
}

/// The system's clock; sleeps by tokio's timer.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }

    async fn sleep(&self, duration: Duration) {
        tokio::time::sleep(duration).await;
    }
}

/// The output of the future, or `None` if `end` comes first. The future is then dropped unfinished; if `end` has passed
/// already, it is not even started.
pub(crate) async fn timeout_at<T>(clock: &impl Clock, end: SystemTime, future: impl Future<Output = T>) -> Option<T> {
    let remaining = end.duration_since(clock.now()).ok()?;
    if remaining.is_zero() {
        return None;
    }
    // guard: deadline-ends-the-wait
    match select(pin!(future), pin!(clock.sleep(remaining))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
