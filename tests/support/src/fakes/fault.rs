//! What can go wrong in a call to a service, and what decides that it does.

use std::error::Error;
use std::fmt;
use std::panic::resume_unwind;

use futures_util::future::LocalBoxFuture;

/// A failure of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fault {
    /// The service refuses the call, as when it throttles: no effect, and the caller gets an error.
    Refused,
    /// Another transaction is under way on the items: no effect. A call without such an answer treats it as [`Refused`](Self::Refused).
    Contended,
    /// The call has its effect, but the answer never arrives.
    TimedOutAfter,
    /// The call has its effect, but the answer is lost and the SDK sends it again: the caller gets the second answer.
    Repeated,
    /// The process dies before the effect: the call never returns.
    KilledBefore,
    /// The process dies after the effect: the call never returns.
    KilledAfter,
    /// The call has no effect and never returns.
    Hangs,
    /// The code that makes the call panics.
    Panics,
}

impl Fault {
    /// Every fault.
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

    /// Panics with the fault itself as payload, so that a planned panic can be told from a bug; the panic hook is not called.
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

/// Decides which calls fail, and how long calls take.
pub trait FaultInjector {
    /// Waits for as long as the call takes to arrive, and gives back the fault that it meets.
    fn before<'a>(&'a self, call: &'static str) -> LocalBoxFuture<'a, Option<Fault>>;

    /// Waits for a moment within a call, in which other tasks run.
    fn pause(&self) -> LocalBoxFuture<'_, ()>;

    /// Takes notice that a call may have written.
    fn written(&self) {}

    /// Ends the process that makes the call.
    fn kill(&self);
}
