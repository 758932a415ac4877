//! How every call of a fake is made: it takes time, and it may fail.

use std::fmt;
use std::future::pending;
use std::rc::Rc;

use super::{Fault, FaultInjector, PlannedFaults};

/// The connection that the fakes' calls are made over; clones share its injector.
#[derive(Clone)]
pub struct FaultyTransport(Rc<dyn FaultInjector>);

/// No call fails.
impl Default for FaultyTransport {
    fn default() -> Self {
        PlannedFaults::default().transport()
    }
}

impl fmt::Debug for FaultyTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FaultyTransport")
    }
}

impl FaultyTransport {
    /// A transport whose faults this injector decides.
    pub fn new(injector: impl FaultInjector + 'static) -> Self {
        Self(Rc::new(injector))
    }

    /// Makes a call whose effect is instantaneous.
    pub async fn call<T>(&self, name: &'static str, mut action: impl FnMut() -> T) -> Result<T, Fault> {
        self.take_time(name, async || action()).await
    }

    /// Makes a call whose effect takes time: its action may [`pause`](Self::pause).
    pub async fn take_time<T>(&self, name: &'static str, mut action: impl AsyncFnMut() -> T) -> Result<T, Fault> {
        let write = async || {
            let answer = action().await;
            self.0.written();
            answer
        };
        self.read(name, write).await
    }

    /// Makes a call that writes nothing; its action may pause, too.
    pub async fn read<T>(&self, name: &'static str, mut action: impl AsyncFnMut() -> T) -> Result<T, Fault> {
        let Some(fault) = self.0.before(name).await else {
            return Ok(self.answer(&mut action).await);
        };
        match fault {
            Fault::Refused | Fault::Contended => {}
            Fault::TimedOutAfter => drop(self.answer(&mut action).await),
            Fault::Repeated => {
                self.answer(&mut action).await;
                return Ok(self.answer(&mut action).await);
            }
            Fault::KilledBefore => self.die().await,
            Fault::KilledAfter => {
                action().await;
                self.die().await;
            }
            Fault::Hangs => pending::<()>().await,
            Fault::Panics => fault.panic(),
        }
        Err(fault)
    }

    /// Makes a call with a client token, as the SDK does for transactions: sent again, it has no second effect, and its answer is
    /// the first one's.
    pub async fn transact<E>(
        &self,
        name: &'static str,
        mut action: impl AsyncFnMut() -> Result<(), E>,
    ) -> Result<Result<(), E>, Fault> {
        let mut done = false;
        let once = async || {
            if !done {
                action().await?;
                done = true;
            }
            Ok(())
        };
        self.take_time(name, once).await
    }

    /// Waits for a moment within a call, in which other tasks run.
    pub async fn pause(&self) {
        self.0.pause().await;
    }

    async fn answer<T>(&self, action: &mut impl AsyncFnMut() -> T) -> T {
        let answer = action().await;
        self.pause().await;
        answer
    }

    async fn die(&self) {
        self.0.kill();
        pending::<()>().await;
    }
}
