//! How every call to the outside goes out: it takes its time, and it may go wrong.

use std::error::Error;
use std::fmt;
use std::future::pending;
use std::panic::resume_unwind;
use std::rc::Rc;

use futures_util::future::LocalBoxFuture;

use super::faults::Faults;

/// What goes wrong in a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// Throttled or the like: nothing is done, and the caller is told.
    Refused,
    /// Another transaction holds the items: nothing is done. To a call that knows no such answer it is [`Refused`](Self::Refused).
    Contended,
    /// It is done, but the answer never arrives.
    TimedOutAfter,
    /// It is done, but the answer is lost and the SDK sends it again: the answer to the second is the caller's.
    Repeated,
    /// The process dies before it is done: the call never returns.
    KilledBefore,
    /// The process dies after it was done: the call never returns.
    KilledAfter,
    /// It is never done, and never answered.
    Hangs,
    /// The code that makes the call panics.
    Panics,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Refused,
        Self::Contended,
        Self::TimedOutAfter,
        Self::Repeated,
        Self::KilledBefore,
        Self::KilledAfter,
        Self::Hangs,
        Self::Panics,
    ];

    /// Panics with the fault itself, by which it is known for a planned one; nobody prints it.
    pub fn panic(self) -> ! {
        resume_unwind(Box::new(self))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

impl Error for Fault {}

/// Where calls go out.
pub trait Outside {
    /// A call begins: it takes its moment, and then this goes wrong.
    fn before<'a>(&'a self, call: &'static str) -> LocalBoxFuture<'a, Option<Fault>>;

    /// A moment within a call, in which others go on.
    fn pause(&self) -> LocalBoxFuture<'_, ()>;

    /// Something may have been written.
    fn written(&self) {}

    /// The process that makes the call dies.
    fn kill(&self);
}

/// What calls go out on; clones are the same one.
#[derive(Clone)]
pub struct Line(Rc<dyn Outside>);

/// Nothing goes wrong here.
impl Default for Line {
    fn default() -> Self {
        Faults::default().line()
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl Line {
    /// A line to this outside.
    pub fn new(outside: impl Outside + 'static) -> Self {
        Self(Rc::new(outside))
    }

    /// Makes a call that is done at once.
    pub async fn call<T>(
        &self,
        name: &'static str,
        mut action: impl FnMut() -> T,
    ) -> Result<T, Fault> {
        self.take_time(name, async || action()).await
    }

    /// Makes a call that takes time to be done: within it there may be a [`pause`](Self::pause).
    pub async fn take_time<T>(
        &self,
        name: &'static str,
        mut action: impl AsyncFnMut() -> T,
    ) -> Result<T, Fault> {
        let write = async || {
            let answer = action().await;
            self.0.written();
            answer
        };
        self.read(name, write).await
    }

    /// Makes a call that changes nothing; it, too, may take time.
    pub async fn read<T>(
        &self,
        name: &'static str,
        mut action: impl AsyncFnMut() -> T,
    ) -> Result<T, Fault> {
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

    /// Calls for a transaction: the SDK gives it a token, so that what was done is not done again when it is sent again, and
    /// the answer is the first one's.
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

    /// A moment within a call, in which others go on.
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
