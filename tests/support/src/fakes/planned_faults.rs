//! Faults that a test plans by the number or the name of a call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::mem;
use std::rc::Rc;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::task::yield_now;

use super::{Fault, FaultInjector, FaultyTransport};

/// The faults of one test. The calls over all its transports are counted together, from 0. A call takes no time, but yields to
/// other tasks.
#[derive(Clone, Debug, Default)]
pub struct PlannedFaults(Rc<RefCell<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    called: Vec<&'static str>,
    numbered: BTreeMap<usize, Fault>,
    named: Vec<(&'static str, Fault)>,
    killed: bool,
}

impl PlannedFaults {
    /// A transport on which these faults happen.
    pub fn transport(&self) -> FaultyTransport {
        FaultyTransport::new(self.clone())
    }

    /// Plans a fault for the call with this number.
    pub fn fail_call(&self, call: usize, fault: Fault) {
        self.0.borrow_mut().numbered.insert(call, fault);
    }

    /// Plans a fault for the call that comes after so many others from now on.
    pub fn fail_after(&self, calls: usize, fault: Fault) {
        self.fail_call(self.calls() + calls, fault);
    }

    /// Plans a fault for the next call of this name; planned again, for the one after it, too.
    pub fn fail_next(&self, call: &'static str, fault: Fault) {
        self.0.borrow_mut().named.push((call, fault));
    }

    /// Removes the planned faults that have not happened.
    pub fn clear(&self) {
        let mut plan = self.0.borrow_mut();
        plan.numbered.clear();
        plan.named.clear();
    }

    /// The number of calls so far.
    pub fn calls(&self) -> usize {
        self.0.borrow().called.len()
    }

    /// The names of the calls so far, in order.
    pub fn called(&self) -> Vec<&'static str> {
        self.0.borrow().called.clone()
    }

    /// Runs a process to its end; `None` if a fault kills it.
    pub async fn run<T>(&self, process: impl Future<Output = T>) -> Option<T> {
        let mut process = std::pin::pin!(process);
        poll_fn(|context| match process.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Some(done)),
            Poll::Pending if mem::take(&mut self.0.borrow_mut().killed) => Poll::Ready(None),
            Poll::Pending => Poll::Pending,
        })
        .await
    }
}

impl Plan {
    fn count(&mut self, call: &'static str) -> Option<Fault> {
        let number = self.called.len();
        self.called.push(call);
        self.numbered.remove(&number).or_else(|| {
            let next = self.named.iter().position(|(name, _)| *name == call)?;
            Some(self.named.remove(next).1)
        })
    }
}

impl FaultInjector for PlannedFaults {
    fn before<'a>(&'a self, call: &'static str) -> LocalBoxFuture<'a, Option<Fault>> {
        async move {
            yield_now().await;
            self.0.borrow_mut().count(call)
        }
        .boxed_local()
    }

    fn pause(&self) -> LocalBoxFuture<'_, ()> {
        yield_now().boxed_local()
    }

    fn kill(&self) {
        self.0.borrow_mut().killed = true;
    }
}
