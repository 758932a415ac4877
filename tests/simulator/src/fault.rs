//! What goes wrong in a world, and when: data, so that a schedule can be made smaller and printed.

use std::fmt;
use std::time::Duration;

use support::fakes::Fault;

/// Something that goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Trouble {
    /// To one call to the outside.
    Call(Fault),
    /// A call is refused for lack of a right: no retry helps until somebody mends it.
    Denied,
    /// A call takes seconds.
    Slow,
    /// An entry of a batch call fails while the call succeeds.
    PartialFailure,
    /// The topic cannot deliver to one of its queues: the event goes to `undelivered`.
    Undeliverable,
    /// The answer of an invocation is lost, so that none of its messages is deleted.
    AnswerLost,
    /// A standard queue delivers a message again that was deleted.
    Redelivered,
    /// A standard queue delivers a message to somebody else, too, while it is in flight.
    DeliveredTwice,
}

impl Trouble {
    /// All that a world knows: one that is never met is a failure of the simulation.
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

    /// What befalls something else than a call as a whole, and where.
    pub const BESIDES: [(&str, Self); 6] = [
        ("sns.PublishBatch", Self::PartialFailure),
        ("sqs.ChangeMessageVisibilityBatch", Self::PartialFailure),
        ("sns.deliver", Self::Undeliverable),
        ("lambda.answer", Self::AnswerLost),
        ("sqs.deliver", Self::Redelivered),
        ("sqs.deliver", Self::DeliveredTwice),
    ];

    /// What decides a call's fate.
    pub(super) fn of_calls() -> impl Iterator<Item = Self> {
        let calls = Fault::ALL.into_iter().map(Self::Call);
        calls.chain([Self::Denied])
    }

    /// All that may befall this call. Whatever befalls Lambda's own, its answer is lost.
    pub(super) fn at(call: &str) -> impl Iterator<Item = (&str, Self)> {
        let troubles = Self::of_calls().chain([Self::Slow]);
        let troubles = troubles.filter(move |_| call != "lambda.answer");
        troubles.map(move |trouble| (call, trouble))
    }
}

/// One part of a schedule of faults.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Planned {
    /// This call, counted from 0, goes wrong.
    At(usize, Fault),
    /// For a while, so many of a hundred of these calls go wrong.
    Spell {
        /// From when on, since the beginning of the world.
        from: Duration,
        /// For how long.
        length: Duration,
        /// A call's name, or what calls' names begin with, up to a dot; all calls if empty.
        calls: &'static str,
        /// What happens to them.
        trouble: Trouble,
        /// How many of a hundred.
        share: u64,
    },
}

impl Planned {
    /// Whether it strikes a call at this time, by a random number below 100.
    pub(super) fn strikes(
        &self,
        trouble: Trouble,
        call: &str,
        number: usize,
        time: Duration,
        chance: u64,
    ) -> bool {
        match *self {
            Self::At(at, fault) => number == at && trouble == Trouble::Call(fault),
            Self::Spell {
                from,
                length,
                calls,
                trouble: what,
                share,
            } => {
                what == trouble
                    && (from..from + length).contains(&time)
                    && is_of(call, calls)
                    && chance < share
            }
        }
    }
}

fn is_of(call: &str, calls: &str) -> bool {
    let group = calls.is_empty() || calls.ends_with('.');
    call == calls || (group && call.starts_with(calls))
}

impl fmt::Display for Planned {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::At(call, fault) => write!(f, "call {call}: {fault:?}"),
            Self::Spell {
                from,
                length,
                calls,
                trouble,
                share,
            } => write!(
                f,
                "from {:.1} s for {:.1} s: {share} % of {}: {trouble:?}",
                from.as_secs_f64(),
                length.as_secs_f64(),
                if calls.is_empty() { "all calls" } else { calls },
            ),
        }
    }
}
