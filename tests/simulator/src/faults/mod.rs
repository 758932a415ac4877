//! Faults: what can go wrong in a simulation, as data, so that a plan can be shrunk and printed.

pub mod fault_schedule;
pub mod faulty_network;
mod processes;

use std::fmt;
use std::time::Duration;

use support::fakes::Fault;

/// A kind of fault. (The order of the variants is part of what a seed means: it decides which calls are hit.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FaultKind {
    /// One call to the outside ends like this.
    Call(Fault),
    /// A call is refused for lack of a permission: no retry helps until an operator grants it.
    Denied,
    /// A call takes up to six seconds.
    Slow,
    /// An entry of a batch call fails although the call succeeds.
    PartialFailure,
    /// The topic cannot deliver an event to one of its queues: the event goes to `undelivered`.
    Undeliverable,
    /// The answer of an invocation is lost, so that none of its messages is deleted.
    AnswerLost,
    /// A standard queue delivers a message again that was deleted.
    Redelivered,
    /// A standard queue delivers a message a second time while it is in flight.
    DeliveredTwice,
}

impl FaultKind {
    /// Every kind: one that never strikes is a gap in the coverage.
    pub const ALL: [Self; 15] = [
        Self::Call(Fault::Refused),
        Self::Call(Fault::Contended),
        Self::Call(Fault::TimedOutAfter),
        Self::Call(Fault::Repeated),
        Self::Call(Fault::KilledBefore),
        Self::Call(Fault::KilledAfter),
        Self::Call(Fault::Hangs),
        Self::Call(Fault::Panics),
        Self::Denied,
        Self::Slow,
        Self::PartialFailure,
        Self::Undeliverable,
        Self::AnswerLost,
        Self::Redelivered,
        Self::DeliveredTwice,
    ];

    /// The kinds that strike a part of a call or a delivery, and where.
    pub const OF_PARTS: [(&str, Self); 6] = [
        ("sns.PublishBatch", Self::PartialFailure),
        ("sqs.ChangeMessageVisibilityBatch", Self::PartialFailure),
        ("sns.deliver", Self::Undeliverable),
        ("lambda.answer", Self::AnswerLost),
        ("sqs.deliver", Self::Redelivered),
        ("sqs.deliver", Self::DeliveredTwice),
    ];

    /// The kinds of which at most one decides how a call ends.
    pub(super) fn of_whole_calls() -> impl Iterator<Item = Self> {
        let calls = Fault::ALL.into_iter().map(Self::Call);
        calls.chain([Self::Denied])
    }

    /// The kinds that can strike a call of this name. To Lambda's own call they are all one: its answer is lost.
    pub(super) fn possible_at(call: &str) -> impl Iterator<Item = (&str, Self)> {
        let kinds = Self::of_whole_calls().chain([Self::Slow]);
        let kinds = kinds.filter(move |_| call != "lambda.answer");
        kinds.map(move |kind| (call, kind))
    }
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Call(fault) => fault.fmt(f),
            _ => fmt::Debug::fmt(self, f),
        }
    }
}

/// A fault that a plan provides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlannedFault {
    /// The call with this number, counted from 0, goes wrong.
    AtCall(usize, Fault),
    /// For some time a share of the calls go wrong.
    During {
        /// When the time begins, since the beginning of the simulation.
        from: Duration,
        /// How long it lasts.
        length: Duration,
        /// A call's name, or a prefix of calls' names up to a dot; all calls if empty.
        calls: &'static str,
        /// What happens to them.
        kind: FaultKind,
        /// The share, in per cent.
        percent: u64,
    },
}

impl PlannedFault {
    /// Whether it strikes this call, so long after the beginning; `draw` is a random number below 100.
    pub(super) fn strikes(&self, fault: FaultKind, call: &str, number: usize, elapsed: Duration, draw: u64) -> bool {
        match *self {
            Self::AtCall(at, kind) => number == at && fault == FaultKind::Call(kind),
            Self::During {
                from,
                length,
                calls,
                kind,
                percent,
            } => kind == fault && (from..from + length).contains(&elapsed) && matches(call, calls) && draw < percent,
        }
    }
}

fn matches(call: &str, calls: &str) -> bool {
    let is_prefix = calls.is_empty() || calls.ends_with('.');
    call == calls || (is_prefix && call.starts_with(calls))
}

impl fmt::Display for PlannedFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtCall(number, fault) => write!(f, "call {number}: {fault}"),
            Self::During {
                from,
                length,
                calls,
                kind,
                percent,
            } => write!(
                f,
                "from {:.1} s for {:.1} s: {percent} % of {}: {kind}",
                from.as_secs_f64(),
                length.as_secs_f64(),
                if calls.is_empty() { "all calls" } else { calls },
            ),
        }
    }
}
