//! Virtual time: it moves only when everybody waits, and then to the next moment that somebody waits for.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Wake, Waker};
use std::time::{Duration, SystemTime};

use batch::Clock;
use futures_util::future::LocalBoxFuture;
use futures_util::stream::{FuturesUnordered, Stream};

/// The clock of a world; clones show the same time. What the SDK holds has to be `Send`, hence the lock.
#[derive(Clone, Debug)]
pub struct VirtualTime(Arc<Mutex<Timers>>);

#[derive(Debug)]
struct Timers {
    now: SystemTime,
    count: u64,
    /// Ordered by the moment, then by who asked first.
    waiting: BTreeMap<(SystemTime, u64), Waker>,
}

impl VirtualTime {
    /// A clock that begins here.
    pub fn new(begin: SystemTime) -> Self {
        Self(Arc::new(Mutex::new(Timers {
            now: begin,
            count: 0,
            waiting: BTreeMap::new(),
        })))
    }

    /// Waits until then.
    pub async fn until(&self, moment: SystemTime) {
        let key = {
            let mut timers = self.0.lock().unwrap();
            timers.count += 1;
            (moment, timers.count)
        };
        let _waiting = Waiting(self, key);
        poll_fn(|context| {
            let mut timers = self.0.lock().unwrap();
            if timers.now >= moment {
                return Poll::Ready(());
            }
            timers.waiting.insert(key, context.waker().clone());
            Poll::Pending
        })
        .await;
    }

    /// Goes on to the next moment that somebody waits for; `false` if nobody does.
    fn advance(&self) -> bool {
        let mut timers = self.0.lock().unwrap();
        let Some(((moment, _), waker)) = timers.waiting.pop_first() else {
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

/// The clock of an instance: it goes like all others, and may be wrong.
#[derive(Clone, Debug)]
pub struct Watch {
    /// What time it really is.
    pub time: VirtualTime,
    /// By how much it is fast.
    pub ahead: Duration,
    /// By how much it is slow.
    pub behind: Duration,
}

impl Clock for Watch {
    fn now(&self) -> SystemTime {
        self.time.now() + self.ahead - self.behind
    }

    async fn sleep(&self, duration: Duration) {
        self.time.sleep(duration).await;
    }
}

/// A place among those who wait, given up when the wait is over or given up.
struct Waiting<'a>(&'a VirtualTime, (SystemTime, u64));

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.0.lock().unwrap().waiting.remove(&self.1);
    }
}

/// What runs in a world, all on one thread: whoever was woken first goes first.
#[derive(Default)]
pub struct Tasks(FuturesUnordered<LocalBoxFuture<'static, ()>>);

#[derive(Default)]
struct Woken(AtomicBool);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Tasks {
    /// One more.
    pub fn add(&mut self, task: impl Future<Output = ()> + 'static) {
        self.0.push(Box::pin(task));
    }

    /// Runs until `step`, which is asked after every step, says it is enough, or nobody waits for anything.
    pub fn run(&mut self, time: &VirtualTime, mut step: impl FnMut() -> bool) {
        let woken = Arc::new(Woken::default());
        let waker = Waker::from(Arc::clone(&woken));
        let mut context = Context::from_waker(&waker);
        loop {
            woken.0.store(false, Ordering::Relaxed);
            let _ = Pin::new(&mut self.0).poll_next(&mut context);
            if step() {
                return;
            }
            if !woken.0.load(Ordering::Relaxed) && !time.advance() {
                return;
            }
        }
    }
}
