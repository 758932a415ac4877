//! Clocks.

use std::cell::{Cell, RefCell};
use std::future::pending;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;

/// A clock that stands still until it is put forward, so that nothing runs into its deadline; clones are the same one.
#[derive(Clone, Debug)]
pub struct Still(Rc<Cell<SystemTime>>);

impl Default for Still {
    fn default() -> Self {
        Self(Rc::new(Cell::new(SystemTime::UNIX_EPOCH)))
    }
}

impl Still {
    /// Puts it forward.
    pub fn advance(&self, by: Duration) {
        self.0.set(self.0.get() + by);
    }
}

impl Clock for Still {
    fn now(&self) -> SystemTime {
        self.0.get()
    }

    async fn sleep(&self, _: Duration) {
        pending::<()>().await;
    }
}

/// A clock for handlers that pause. It stands still at the beginning of 1970. A pause takes no time, but lets others go on, and is noted; clones share
/// the notes.
#[derive(Clone, Debug, Default)]
pub struct Pauses(Rc<RefCell<Vec<Duration>>>);

impl Pauses {
    /// The pauses so far.
    pub fn taken(&self) -> Vec<Duration> {
        self.0.borrow().clone()
    }
}

impl Clock for Pauses {
    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    async fn sleep(&self, duration: Duration) {
        self.0.borrow_mut().push(duration);
        tokio::task::yield_now().await;
    }
}
