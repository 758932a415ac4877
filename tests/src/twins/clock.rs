//! A clock for handlers that pause.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use batch::Clock;

/// It stands still at the beginning of 1970. A pause takes no time, but lets others go on, and is noted; clones share
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
