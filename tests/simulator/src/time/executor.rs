//! Runs the tasks of a simulation on one thread, in virtual time.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Wake, Waker};

use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, Stream};

use super::VirtualTime;

/// The tasks of a simulation. They run one at a time, in the order in which they were woken.
#[derive(Default)]
pub struct Executor(FuturesUnordered<LocalBoxFuture<'static, ()>>);

/// Whether a task can go on.
#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Executor {
    /// Adds a task.
    pub fn spawn(&mut self, task: impl Future<Output = ()> + 'static) {
        self.0.push(Box::pin(task));
    }

    /// Runs until no task waits for anything, or `is_over`, which is called after every step, says so.
    pub fn run(&mut self, time: &VirtualTime, mut is_over: impl FnMut() -> bool) {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        loop {
            woken.0.store(false, Ordering::Relaxed);
            let _ = Pin::new(&mut self.0).poll_next(&mut context);
            if is_over() {
                return;
            }
            if !woken.0.load(Ordering::Relaxed) && !time.advance() {
                return;
            }
        }
    }
}
