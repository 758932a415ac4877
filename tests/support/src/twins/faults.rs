//! Faults planned by the number or the name of the call.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::mem;
use std::rc::Rc;
use std::task::Poll;

use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use tokio::task::yield_now;

use super::line::{Fault, Line, Outside};

/// The faults of a run. All calls on its lines are counted together, from 0. A call takes no time, but lets others have their
/// turn.
#[derive(Clone, Debug, Default)]
pub struct Faults(Rc<RefCell<Plan>>);

#[derive(Debug, Default)]
struct Plan {
    called: Vec<&'static str>,
    numbered: BTreeMap<usize, Fault>,
    named: Vec<(&'static str, Fault)>,
    killed: bool,
}

impl Faults {
    /// A line on which they happen.
    pub fn line(&self) -> Line {
        Line::new(self.clone())
    }

    /// Lets a call go wrong.
    pub fn plan(&self, call: usize, fault: Fault) {
        self.0.borrow_mut().numbered.insert(call, fault);
    }

    /// Lets the call after so many others from now on go wrong.
    pub fn plan_next(&self, calls: usize, fault: Fault) {
        self.plan(self.calls() + calls, fault);
    }

    /// Lets the next call of this name go wrong; planned again, the one after it, too.
    pub fn strike(&self, call: &'static str, fault: Fault) {
        self.0.borrow_mut().named.push((call, fault));
    }

    /// Forgets what was planned and has not happened.
    pub fn clear(&self) {
        let mut plan = self.0.borrow_mut();
        plan.numbered.clear();
        plan.named.clear();
    }

    /// How many calls there were.
    pub fn calls(&self) -> usize {
        self.0.borrow().called.len()
    }

    /// The calls by their names, in order.
    pub fn called(&self) -> Vec<&'static str> {
        self.0.borrow().called.clone()
    }

    /// Runs a process until it is done; `None` if it is killed before.
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

impl Outside for Faults {
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
