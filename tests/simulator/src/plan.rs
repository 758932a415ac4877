//! A schedule: what comes in and what goes wrong, all of it drawn from a seed, as data.

use std::fmt;
use std::time::Duration;

use fastrand::Rng;
use serde_json::{Value, json};

use super::fault::{Planned, Trouble};
use super::messages::Message;
use super::town::Town;
use support::fakes::Fault;

/// What is done to the world from outside at some time.
#[derive(Clone, Debug, PartialEq)]
pub enum Act {
    /// A producer sends a message.
    Send(Message),
    /// A customer or partner says that the match of this attempt is closed, so long after it was published.
    Close {
        /// The request.
        request: String,
        /// The attempt.
        attempt: u32,
    },
    /// An operator moves a dead-letter queue's messages back.
    Redrive(&'static str),
}

/// A schedule.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// What all that is left to chance is drawn from.
    pub seed: u64,
    /// How often a message may be received before it goes to its dead-letter queue.
    pub receives: u32,
    /// By how much an instance's clock may be wrong, either way.
    pub clock_error: Duration,
    /// What is done, and when: since the beginning; a [`Act::Close`] since its match was published.
    pub acts: Vec<(Duration, Act)>,
    /// What goes wrong.
    pub faults: Vec<Planned>,
}

/// For how long things are sent, and go wrong.
pub const STORM: Duration = Duration::from_mins(15);

/// By how much clocks are wrong where they are: half a second is what `batch` leaves for its last step before the deadline.
pub const CLOCK_ERROR: Duration = Duration::from_millis(400);

/// The queues that things can be put back from.
pub const REDRIVEN: [&str; 5] = [
    "matching-dead-letters.fifo",
    "points-dead-letters.fifo",
    "notification-dead-letters",
    "statistics-dead-letters",
    "undelivered.fifo",
];

/// Calls that have their spells: by name, or all of a kind.
const CALLS: [&str; 16] = [
    "",
    "",
    "matching.",
    "matching.commit",
    "matching.register",
    "points.",
    "points.commit",
    "notification.",
    "notification.save",
    "statistics.",
    "sns.",
    "sns.PublishBatch",
    "sns.Publish",
    "sqs.",
    "sqs.SendMessage",
    "sqs.ChangeMessageVisibilityBatch",
];

impl Plan {
    /// The schedule of a seed.
    pub fn draw(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let receives = *random.choice(&[20, 20, 3]).unwrap();
        let clock_error = CLOCK_ERROR * *random.choice(&[0, 0, 0, 1]).unwrap();
        let town = Town::draw(&mut random);
        let busy = Duration::from_millis(*random.choice(&[200, 2000, 30_000, 300_000]).unwrap());
        let mut acts = town.acts(&mut random, busy);
        for queue in REDRIVEN {
            if random.u8(..4) == 0 {
                acts.push((moment(&mut random, STORM), Act::Redrive(queue)));
            }
        }
        let number = *random.choice(&[0, 2, 4, 8]).unwrap();
        let mut faults: Vec<_> = (0..number).map(|_| spell(&mut random, busy)).collect();
        for _ in 0..random.usize(..8) {
            let fault = random.choice(&Fault::ALL).unwrap();
            faults.push(Planned::At(random.usize(..200), *fault));
        }
        Self {
            seed,
            receives,
            clock_error,
            acts,
            faults,
        }
    }
}

fn spell(random: &mut Rng, busy: Duration) -> Planned {
    let trouble = *random.choice(&Trouble::ALL).unwrap();
    let calls = match trouble {
        Trouble::AnswerLost
        | Trouble::Undeliverable
        | Trouble::Redelivered
        | Trouble::DeliveredTwice => "",
        _ => *random.choice(&CALLS).unwrap(),
    };
    // An outage hits every call, a restless night one in some.
    let share = match trouble {
        Trouble::Call(Fault::KilledBefore | Fault::KilledAfter | Fault::Hangs) => random.u64(1..20),
        _ => *random.choice(&[3, 10, 30, 100]).unwrap(),
    };
    let longest = Duration::from_secs(*random.choice(&[3, 20, 120, 400]).unwrap());
    Planned::Spell {
        from: moment(random, busy * 2),
        length: moment(random, longest),
        calls,
        trouble,
        share,
    }
}

/// Some time up to this one; half of all within the first few seconds.
pub(super) fn moment(random: &mut Rng, longest: Duration) -> Duration {
    let longest = if random.bool() { longest } else { longest / 60 };
    Duration::from_micros(random.u64(..=u64::try_from(longest.as_micros()).unwrap()))
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "seed {}, {} receives", self.seed, self.receives)?;
        writeln!(f, "  clocks wrong by up to {:?}", self.clock_error)?;
        let mut acts = self.acts.clone();
        acts.sort_by_key(|(at, _)| *at);
        for (at, act) in acts {
            writeln!(f, "  {:>8.3} s  {act}", at.as_secs_f64())?;
        }
        self.faults
            .iter()
            .try_for_each(|fault| writeln!(f, "  {fault}"))
    }
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Send(message) => {
                let Message {
                    queue, group, body, ..
                } = message;
                let event: Value = serde_json::from_str(body).unwrap_or(json!(body));
                let what = if event["data"].is_null() {
                    &event
                } else {
                    &event["data"]
                };
                let poison = if message.poison { " (poison)" } else { "" };
                write!(
                    f,
                    "{queue} [{group}]{poison} {} {what}",
                    event["type"].as_str().unwrap_or("?")
                )
            }
            Self::Close { request, attempt } => {
                write!(
                    f,
                    "after it was matched: close {request}, attempt {attempt}"
                )
            }
            Self::Redrive(queue) => write!(f, "redrive {queue}"),
        }
    }
}
