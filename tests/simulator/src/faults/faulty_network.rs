//! The network between the functions and the outside: every call takes time on it, and may go wrong.

use std::future::{pending, poll_fn};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::{Duration, SystemTime};

use batch::Clock;
use fastrand::Rng;
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;

use super::fault_schedule::{FaultCounts, FaultSchedule};
use super::processes::{ProcessId, Processes};
use super::{FaultKind, PlannedFault};
use crate::time::{VirtualTime, since_begin};
use support::fakes::{Fault, FaultInjector};

/// The most time that a call takes to its receiver, and its answer back, unless a fault makes it slow.
const MAX_LATENCY: Duration = Duration::from_millis(8);

/// The most time that [`FaultKind::Slow`] adds.
const MAX_SLOWNESS: Duration = Duration::from_secs(6);

/// The network of a simulation; clones are the same one.
#[derive(Clone, Debug)]
pub struct FaultyNetwork {
    /// The simulation's clock.
    pub time: VirtualTime,
    state: Arc<Mutex<State>>,
}

/// A call to the outside.
#[derive(Clone, Copy, Debug)]
pub struct Call {
    /// When it reached its receiver.
    pub at: SystemTime,
    /// The process that made it; none for Lambda's own calls.
    pub process: Option<ProcessId>,
    /// Its number in the simulation, counted from 0.
    pub number: usize,
    /// The receiver and the operation: `sns.PublishBatch`.
    pub name: &'static str,
    /// The fault that struck it.
    pub fault: Option<FaultKind>,
}

#[derive(Debug)]
struct State {
    random: Rng,
    faults: FaultSchedule,
    calls: Vec<Call>,
    /// The calls that a fault struck, and when. A call that was cut off while it was slow is in no other list.
    struck: Vec<(SystemTime, &'static str)>,
    processes: Processes,
    /// Whether a table may have changed since the last [`FaultyNetwork::take_tables_changed`].
    tables_changed: bool,
    /// Whether SNS or SQS may have changed since the last [`FaultyNetwork::take_aws_changed`].
    aws_changed: bool,
}

impl FaultyNetwork {
    /// A network with these faults; the seed decides all that is left to chance.
    pub fn new(seed: u64, faults: Vec<PlannedFault>) -> Self {
        let state = State {
            random: Rng::with_seed(seed),
            faults: FaultSchedule::new(seed, faults),
            calls: Vec::new(),
            struck: Vec::new(),
            processes: Processes::default(),
            tables_changed: false,
            aws_changed: false,
        };
        Self {
            time: VirtualTime::default(),
            state: Arc::new(Mutex::new(state)),
        }
    }

    /// Ends all faults.
    pub fn stop_faults(&self) {
        self.state().faults.stop();
    }

    /// The calls so far.
    pub fn calls(&self) -> Vec<Call> {
        self.state().calls.clone()
    }

    /// Whether a fault struck a call of this name since then.
    pub fn was_struck(&self, name: &str, since: SystemTime) -> bool {
        let state = self.state();
        let mut struck = state.struck.iter().rev().take_while(|(at, _)| *at >= since);
        struck.any(|(_, call)| *call == name)
    }

    /// Notes that the running process hands an event with this id to its handler.
    pub fn note_handed_over(&self, event_id: &str) {
        self.state().processes.note_handed_over(event_id);
    }

    /// Whether a process that makes a call of this name now has handed an event with this id to its handler.
    pub fn caller_handed_over(&self, name: &str, event_id: &str) -> bool {
        let now = self.time.now();
        let state = self.state();
        let calls = state.calls.iter().rev().take_while(|call| call.at == now);
        let mut callers = calls.filter(|call| call.name == name).filter_map(|call| call.process);
        callers.any(|process| state.processes.handed_over(process, event_id))
    }

    /// How often each fault struck.
    pub fn fault_counts(&self) -> FaultCounts {
        self.state().faults.counts().clone()
    }

    /// Notes that SNS or SQS may have changed.
    pub fn note_aws_changed(&self) {
        self.state().aws_changed = true;
    }

    /// Whether SNS or SQS may have changed since this was last asked.
    pub fn take_aws_changed(&self) -> bool {
        std::mem::take(&mut self.state().aws_changed)
    }

    /// Whether a table may have changed since this was last asked.
    pub fn take_tables_changed(&self) -> bool {
        std::mem::take(&mut self.state().tables_changed)
    }

    /// A random number below `n`.
    pub fn draw(&self, n: usize) -> usize {
        self.state().random.usize(..n)
    }

    /// A random duration of at least a microsecond and up to `longest`.
    pub fn draw_duration(&self, longest: Duration) -> Duration {
        let micros = u64::try_from(longest.as_micros()).unwrap();
        Duration::from_micros(self.state().random.u64(1..=micros))
    }

    /// Whether a fault of this kind strikes the next call.
    pub fn strikes(&self, kind: FaultKind, call: &'static str) -> bool {
        self.strikes_part(kind, call, 1)
    }

    /// Whether a fault of this kind strikes one of the next call's equally likely parts.
    pub fn strikes_part(&self, kind: FaultKind, call: &'static str, parts: usize) -> bool {
        let now = self.time.now();
        let mut state = self.state();
        let strikes = state.strikes(kind, call, now) && state.random.usize(..parts) == 0;
        if strikes {
            state.faults.count(kind, call);
        }
        strikes
    }

    /// Brings a call to its receiver, which takes time, and returns the fault that strikes it.
    pub async fn start_call(&self, name: &'static str) -> Option<FaultKind> {
        let process = self.state().processes.running();
        self.time.sleep(self.draw_duration(MAX_LATENCY)).await;
        let slow = self.strikes(FaultKind::Slow, name);
        if slow {
            self.state().struck.push((self.time.now(), name));
            self.time.sleep(self.draw_duration(MAX_SLOWNESS)).await;
        }
        let at = self.time.now();
        let mut state = self.state();
        let number = state.calls.len();
        let fault = FaultKind::of_whole_calls().find(|kind| state.strikes(*kind, name, at));
        if let Some(fault) = fault {
            state.faults.count(fault, name);
            state.struck.push((at, name));
        }
        state.calls.push(Call {
            at,
            process,
            number,
            name,
            fault: fault.or(slow.then_some(FaultKind::Slow)),
        });
        fault
    }

    /// Waits as long as an answer takes to its caller.
    pub async fn latency(&self) {
        self.time.sleep(self.draw_duration(MAX_LATENCY)).await;
    }

    /// Runs a process to its end; `None` if it is killed before.
    pub async fn run_process<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let process = self.state().processes.start();
        let mut work = std::pin::pin!(work);
        poll_fn(|context| {
            self.state().processes.resume(process);
            let done = work.as_mut().poll(context);
            let killed = self.state().processes.suspend(process);
            match done {
                Poll::Ready(done) => Poll::Ready(Some(done)),
                Poll::Pending if killed => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await
    }

    /// Kills the process that makes this call: the call never returns.
    pub async fn kill_caller<T>(&self) -> T {
        FaultInjector::kill(self);
        pending().await
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FaultInjector for FaultyNetwork {
    fn before<'a>(&'a self, call: &'static str) -> LocalBoxFuture<'a, Option<Fault>> {
        async move {
            match self.start_call(call).await {
                Some(FaultKind::Call(fault)) => Some(fault),
                Some(_) => Some(Fault::Refused),
                None => None,
            }
        }
        .boxed_local()
    }

    fn pause(&self) -> LocalBoxFuture<'_, ()> {
        self.latency().boxed_local()
    }

    fn written(&self) {
        self.state().tables_changed = true;
    }

    fn kill(&self) {
        self.state().processes.kill_running();
    }
}

impl State {
    fn strikes(&self, kind: FaultKind, call: &str, now: SystemTime) -> bool {
        let number = self.calls.len();
        self.faults.strikes(kind, call, number, since_begin(now))
    }
}
