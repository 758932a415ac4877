//! Virtual time: it moves only when every task waits, and then to the next moment that one of them waits for.

mod executor;

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use batch::Clock;

pub use executor::Executor;

/// When every simulation begins, since the Unix epoch: 1 March 2026, the time in the producers' envelopes.
const BEGIN: Duration = Duration::from_hours(492_312);

/// The virtual time that has passed since the beginning of the simulation.
pub fn since_begin(moment: SystemTime) -> Duration {
    moment.duration_since(UNIX_EPOCH + BEGIN).unwrap()
}

/// The clock of a simulation; clones show the same time. The SDK requires it to be `Send`, hence the lock.
#[derive(Clone, Debug)]
pub struct VirtualTime(Arc<Mutex<Timers>>);

#[derive(Debug)]
struct Timers {
    now: SystemTime,
    /// How many timers there ever were.
    count: u64,
    /// The pending timers by their moment, then by their number.
    pending: BTreeMap<(SystemTime, u64), Waker>,
}

impl Default for VirtualTime {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Timers {
            now: UNIX_EPOCH + BEGIN,
            count: 0,
            pending: BTreeMap::new(),
        })))
    }
}

impl VirtualTime {
    /// Waits until this moment.
    pub async fn until(&self, moment: SystemTime) {
        let key = {
            let mut timers = self.0.lock().unwrap();
            timers.count += 1;
            (moment, timers.count)
        };
        let _timer = Timer(self, key);
        poll_fn(|context| {
            let mut timers = self.0.lock().unwrap();
            if timers.now >= moment {
                return Poll::Ready(());
            }
            timers.pending.insert(key, context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Moves on to the next timer; `false` if there is none.
    fn advance(&self) -> bool {
        let mut timers = self.0.lock().unwrap();
        let Some(((moment, _), waker)) = timers.pending.pop_first() else {
            return false;
        };
        timers.now = timers.now.max(moment);
        drop(timers);
        waker.wake();
        true
    }
}

impl Clock for VirtualTime {
    fn now(&self) -> SystemTime {
        self.0.lock().unwrap().now
    }

    async fn sleep(&self, duration: Duration) {
        self.until(self.now() + duration).await;
    }
}

/// The clock of a function's instance: as fast as all others, but possibly wrong.
#[derive(Clone, Debug)]
pub struct InstanceClock {
    /// The true time.
    pub time: VirtualTime,
    /// What is added to the true time.
    pub ahead: Duration,
    /// What is then subtracted.
    pub behind: Duration,
}

impl Clock for InstanceClock {
    fn now(&self) -> SystemTime {
        self.time.now() + self.ahead - self.behind
    }

    async fn sleep(&self, duration: Duration) {
        self.time.sleep(duration).await;
    }
}

/// A pending timer, which is cancelled when it is dropped.
struct Timer<'a>(&'a VirtualTime, (SystemTime, u64));

impl Drop for Timer<'_> {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().pending.remove(&self.1);
    }
}
