//! A clock in virtual time: it goes on to the next timer when the future under test can do nothing else.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use batch::Clock;

pub struct VirtualClock {
    now: Cell<SystemTime>,
    timers: RefCell<Vec<(SystemTime, Waker)>>,
    reads: Cell<u32>,
}

impl VirtualClock {
    pub fn new() -> Self {
        Self {
            now: Cell::new(SystemTime::UNIX_EPOCH + Duration::from_hours(500_000)),
            timers: RefCell::default(),
            reads: Cell::default(),
        }
    }

    /// Lets time pass at once, as while a handler blocks the thread.
    pub fn pass(&self, duration: Duration) {
        self.now.set(self.now.get() + duration);
    }

    /// Runs a future until it is ready.
    pub fn run<T>(&self, future: impl Future<Output = T>) -> T {
        let flag = Arc::new(Flag(AtomicBool::new(false)));
        let waker = Waker::from(flag.clone());
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
                return output;
            }
            if !flag.0.swap(false, Ordering::Relaxed) {
                self.go_to_next_timer();
            }
        }
    }

    fn go_to_next_timer(&self) {
        let next = self.timers.borrow().iter().map(|(at, _)| *at).min();
        let next = next.expect("nothing to wait for: the future is stuck");
        self.now.set(self.now.get().max(next));
        let due = |(at, _): &mut (SystemTime, Waker)| *at <= next;
        let due: Vec<_> = self.timers.borrow_mut().extract_if(.., due).collect();
        for (_, waker) in due {
            waker.wake();
        }
    }
}

impl Clock for &VirtualClock {
    fn now(&self) -> SystemTime {
        self.reads.set(self.reads.get() + 1);
        assert!(
            self.reads.get() < 1_000,
            "the clock was read 1,000 times: a loop that does not end"
        );
        self.now.get()
    }

    async fn sleep(&self, duration: Duration) {
        let until = self.now.get() + duration;
        poll_fn(|context| {
            if self.now.get() >= until {
                return Poll::Ready(());
            }
            let timer = (until, context.waker().clone());
            self.timers.borrow_mut().push(timer);
            Poll::Pending
        })
        .await;
    }
}

struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}
