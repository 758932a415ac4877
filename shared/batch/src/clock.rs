//! Time, as a port: a batch can be tested in virtual time.

use std::pin::pin;
use std::time::{Duration, SystemTime};

use futures_util::future::{Either, select};

/// Tells the time and waits. Nothing in this crate knows another clock.
pub trait Clock {
    /// The time now.
    fn now(&self) -> SystemTime;
    /// Waits.
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

/// What the work gives, or `None` if it isn't done in time: it is then dropped where it stands, and not even begun if
/// the time is up already.
pub(crate) async fn within<T>(
    clock: &impl Clock,
    until: SystemTime,
    work: impl Future<Output = T>,
) -> Option<T> {
    let left = until.duration_since(clock.now()).ok()?;
    if left.is_zero() {
        return None;
    }
    match select(pin!(work), pin!(clock.sleep(left))).await {
        Either::Left((output, _)) => Some(output),
        Either::Right(_) => None,
    }
}
