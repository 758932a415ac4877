//! Clocks that only a test moves.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;

/// A clock that stands still until a test advances it, so that no deadline passes; clones share the time.
#[derive(Clone, Debug)]
pub struct FrozenClock(Rc<Cell<SystemTime>>);

impl Default for FrozenClock {
    fn default() -> Self {
        Self(Rc::new(Cell::new(SystemTime::UNIX_EPOCH)))
    }
}

impl FrozenClock {
    /// Advances the clock.
    pub fn advance(&self, by: Duration) {
        self.0.set(self.0.get() + by);
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> SystemTime {
        self.0.get()
    }

    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }
}

/// A clock, always at the beginning of 1970, that records each sleep. A sleep takes no time, but yields to other tasks; clones share
/// the record.
#[derive(Clone, Debug, Default)]
pub struct RecordingClock(Rc<RefCell<Vec<Duration>>>);

impl RecordingClock {
    /// The sleeps so far, in order.
    pub fn taken(&self) -> Vec<Duration> {
        self.0.borrow().clone()
    }
}

impl Clock for RecordingClock {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    async fn sleep(&self, duration: Duration) {
        self.0.borrow_mut().push(duration);
        tokio::task::yield_now().await;
    }
}
