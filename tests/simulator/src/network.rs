//! What lies between the functions and the outside: every call takes its time there, and may go wrong.

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use batch::Clock;
use fastrand::Rng;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::fault::{Planned, Trouble};
use super::processes::{Process, Processes};
use super::time::VirtualTime;
use super::weather::{Met, Weather};
use support::fakes::{Fault, FaultInjector};

/// The network of a world; clones are the same one.
#[derive(Clone, Debug)]
pub struct Network {
    /// The world's clock.
    pub time: VirtualTime,
    state: Arc<Mutex<State>>,
}

/// A call that was made.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// When.
    pub at: SystemTime,
    /// By whom.
    pub process: Option<Process>,
    /// Its number.
    pub number: usize,
    /// What it was.
    pub name: &'static str,
    /// What went wrong.
    pub trouble: Option<Trouble>,
}

#[derive(Debug)]
struct State {
    begin: SystemTime,
    random: Rng,
    weather: Weather,
    calls: Vec<Call>,
    processes: Processes,
    /// Whether something may have been written to a table since somebody asked.
    written: bool,
    /// Whether SNS or SQS may have done something since somebody asked.
    served: bool,
}

impl Network {
    /// A network with these faults; the seed decides all that is left to chance.
    pub fn new(time: VirtualTime, seed: u64, planned: Vec<Planned>) -> Self {
        let state = State {
            begin: time.now(),
            random: Rng::with_seed(seed),
            weather: Weather::new(seed, planned),
            calls: Vec::new(),
            processes: Processes::default(),
            written: false,
            served: false,
        };
        let state = Arc::new(Mutex::new(state));
        Self { time, state }
    }

    /// Nothing goes wrong any more.
    pub fn calm(&self) {
        self.state().weather.calm();
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// SNS or SQS may have done something.
    pub fn serve(&self) {
        self.state().served = true;
    }

    /// Whether SNS or SQS may have done something since the last time this was asked.
    pub fn take_served(&self) -> bool {
        std::mem::take(&mut self.state().served)
    }

    /// Whether something may have been written to a table since the last time this was asked.
    pub fn take_written(&self) -> bool {
        std::mem::take(&mut self.state().written)
    }

    /// How often which trouble was met.
    pub fn met(&self) -> Met {
        self.state().weather.met().clone()
    }

    /// A number below `n`.
    pub fn draw(&self, n: usize) -> usize {
        self.state().random.usize(..n)
    }

    /// A moment of up to so long.
    pub fn moment(&self, longest: Duration) -> Duration {
        let micros = u64::try_from(longest.as_micros()).unwrap();
        Duration::from_micros(self.state().random.u64(1..=micros))
    }

    /// Whether this goes wrong now.
    pub fn strikes(&self, trouble: Trouble, name: &'static str) -> bool {
        self.strikes_part(trouble, name, 1)
    }

    /// Whether this goes wrong now, in one of so many parts of a call.
    pub fn strikes_part(&self, trouble: Trouble, name: &'static str, parts: usize) -> bool {
        let now = self.time.now();
        let mut state = self.state();
        let struck = state.strikes(trouble, name, now) && state.random.usize(..parts) == 0;
        if struck {
            state.weather.note(trouble, name);
        }
        struck
    }

    /// A call begins: it takes a moment, and then this goes wrong.
    pub async fn begin(&self, name: &'static str) -> Option<Trouble> {
        let process = self.state().processes.running();
        self.time.sleep(self.moment(Duration::from_millis(8))).await;
        let slow = self.strikes(Trouble::Slow, name);
        if slow {
            self.time.sleep(self.moment(Duration::from_secs(6))).await;
        }
        let at = self.time.now();
        let mut state = self.state();
        let number = state.calls.len();
        let trouble = Trouble::of_calls().find(|trouble| state.strikes(*trouble, name, at));
        if let Some(trouble) = trouble {
            state.weather.note(trouble, name);
        }
        state.calls.push(Call {
            at,
            process,
            number,
            name,
            trouble: trouble.or(slow.then_some(Trouble::Slow)),
        });
        trouble
    }

    /// Runs a process until it is done; `None` if it is killed before.
    pub async fn process<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let process = self.state().processes.start();
        let mut work = std::pin::pin!(work);
        poll_fn(|context| {
            self.state().processes.go_on(process);
            let done = work.as_mut().poll(context);
            let killed = self.state().processes.pause(process);
            match done {
                Poll::Ready(done) => Poll::Ready(Some(done)),
                Poll::Pending if killed => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// The process that makes this call is no more.
    pub async fn die<T>(&self) -> T {
        FaultInjector::kill(self);
        pending().await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultInjector for Network {
    fn before<'a>(&'a self, call: &'static str) -> LocalBoxFuture<'a, Option<Fault>> {
        async move {
            match self.begin(call).await {
                Some(Trouble::Call(fault)) => Some(fault),
                Some(_) => Some(Fault::Refused),
                None => None,
            }
        }
        .boxed_local()
    }

    fn pause(&self) -> LocalBoxFuture<'_, ()> {
        self.time
            .sleep(self.moment(Duration::from_millis(8)))
            .boxed_local()
    }

    fn written(&self) {
        self.state().written = true;
    }

    fn kill(&self) {
        self.state().processes.kill();
    }
}

impl State {
    fn strikes(&self, trouble: Trouble, name: &str, now: SystemTime) -> bool {
        let since = now.duration_since(self.begin).unwrap();
        let number = self.calls.len();
        self.weather.strikes(trouble, name, number, since)
    }
}
