//! The plan of a simulation: all that a seed decides in advance, as data.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::LazyLock;
use std::time::Duration;

use fastrand::Rng;

use super::faults::{FaultKind, PlannedFault};
use super::workload::{Step, Workload};
use support::fakes::Fault;
use support::wiring::DEPLOYED;

/// The plan of a simulation.
#[derive(Clone, Debug, PartialEq)]
pub struct SimulationPlan {
    /// The seed of all further random choices.
    pub seed: u64,
    /// How often a message may be received before it goes to its dead-letter queue.
    pub max_receives: u32,
    /// By how much the clock of a function's instance may be wrong, either way.
    pub max_clock_error: Duration,
    /// Whether a queue's batches are handled at the same time by one instance, as on Lambda Managed Instances, or each by its own.
    pub managed_instances: bool,
    /// What is done from outside, and how long after the beginning; a [`Step::Close`], how long after its match was published.
    pub steps: Vec<(Duration, Step)>,
    /// What goes wrong.
    pub faults: Vec<PlannedFault>,
}

/// How long faults go on. Then they stop, and the pipeline must recover.
pub const FAULT_PHASE: Duration = Duration::from_mins(15);

/// By how much clocks are wrong where they are: half a second is what `batch` leaves for its last step before the deadline.
pub const CLOCK_ERROR: Duration = Duration::from_millis(400);

/// The queues from which an operator puts messages back: dead-letter queues, then those of undelivered messages, each once
/// and in the order of `wiring.json`. (The order is part of what a seed means.)
pub static REDRIVE_QUEUES: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let subscriptions = DEPLOYED.subscriptions.iter();
    let undelivered = subscriptions.filter_map(|subscription| subscription.undelivered.as_deref());
    distinct(dead_letter_queues().chain(undelivered))
});

/// The dead-letter queues, each once.
pub fn dead_letter_queues() -> impl Iterator<Item = &'static str> {
    let dead_letters = DEPLOYED.queues.iter().filter_map(|q| q.dead_letters.as_ref());
    distinct(dead_letters.map(|dead_letters| &*dead_letters.queue)).into_iter()
}

fn distinct(queues: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut seen = BTreeSet::new();
    queues.filter(|queue| seen.insert(*queue)).collect()
}

/// What a [`PlannedFault::During`] can strike: calls by name or prefix; all calls, which are drawn twice as often.
const FAULT_TARGETS: [&str; 16] = [
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

impl SimulationPlan {
    /// The plan of a seed. (The order of the draws is part of what a seed means.)
    pub fn draw(seed: u64) -> Self {
        let mut random = Rng::with_seed(seed);
        let max_receives = *random.choice(&[20, 20, 3]).unwrap();
        let max_clock_error = CLOCK_ERROR * *random.choice(&[0, 0, 0, 1]).unwrap();
        let workload = Workload::draw(&mut random);
        let sending = Duration::from_millis(*random.choice(&[200, 2000, 30_000, 300_000]).unwrap());
        let mut steps = workload.steps(&mut random, sending);
        for queue in &*REDRIVE_QUEUES {
            if random.u8(..4) == 0 {
                steps.push((draw_delay(&mut random, FAULT_PHASE), Step::Redrive(queue)));
            }
        }
        let periods = *random.choice(&[0, 2, 4, 8]).unwrap();
        let mut faults: Vec<_> = (0..periods).map(|_| draw_period(&mut random, sending)).collect();
        for _ in 0..random.usize(..8) {
            let fault = random.choice(&Fault::ALL).unwrap();
            faults.push(PlannedFault::AtCall(random.usize(..200), *fault));
        }
        let managed_instances = random.bool();
        Self {
            seed,
            max_receives,
            max_clock_error,
            managed_instances,
            steps,
            faults,
        }
    }
}

fn draw_period(random: &mut Rng, sending: Duration) -> PlannedFault {
    let kind = *random.choice(&FaultKind::ALL).unwrap();
    let calls = match kind {
        FaultKind::AnswerLost | FaultKind::Undeliverable | FaultKind::Redelivered | FaultKind::DeliveredTwice => "",
        _ => *random.choice(&FAULT_TARGETS).unwrap(),
    };
    // At 100 % it is an outage. A process that dies or hangs at every call would not get anywhere.
    let percent = match kind {
        FaultKind::Call(Fault::KilledBefore | Fault::KilledAfter | Fault::Hangs) => random.u64(1..20),
        _ => *random.choice(&[3, 10, 30, 100]).unwrap(),
    };
    let longest = Duration::from_secs(*random.choice(&[3, 20, 120, 400]).unwrap());
    PlannedFault::During {
        from: draw_delay(random, sending * 2),
        length: draw_delay(random, longest),
        calls,
        kind,
        percent,
    }
}

/// A delay of up to `longest`, in half of all cases of up to a sixtieth of it.
pub(super) fn draw_delay(random: &mut Rng, longest: Duration) -> Duration {
    let longest = if random.bool() { longest } else { longest / 60 };
    Duration::from_micros(random.u64(..=u64::try_from(longest.as_micros()).unwrap()))
}

impl fmt::Display for SimulationPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let clocks = match self.max_clock_error {
            Duration::ZERO => "exact clocks".to_owned(),
            error => format!("clocks wrong by up to {error:?}"),
        };
        let instances = if self.managed_instances {
            "managed instances"
        } else {
            "instances"
        };
        let Self { seed, max_receives, .. } = self;
        writeln!(f, "seed {seed}: {instances}, up to {max_receives} receives, {clocks}")?;
        let mut steps: Vec<_> = self.steps.iter().collect();
        steps.sort_by_key(|(at, _)| *at);
        for (at, step) in steps {
            writeln!(f, "  {:>8.3} s  {step}", at.as_secs_f64())?;
        }
        for fault in &self.faults {
            writeln!(f, "  fault: {fault}")?;
        }
        Ok(())
    }
}
