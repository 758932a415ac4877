//! `matchflow redrive`: puts back what failed, once its cause is gone.

mod destination;
mod effect;
mod journal;
mod plan;
mod result;
mod run;
mod screen;
mod sender;
mod step;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use clap::{Args, value_parser};

use crate::failure::Failure;
use crate::held::{self, Chosen, Failed, Hiding, queue};
use crate::shell;
use crate::stack::Stack;
pub use destination::{Destination, INTAKE, Outgoing, published_attributes};
pub use journal::put_back_by;
use journal::{Journal, Line};
use plan::Considered;
pub use plan::Plan;
#[cfg(test)]
pub use result::Ended;
pub use result::Redriven;
pub use sender::Sender;

/// What to put back, and how.
#[derive(Clone, Debug, Args)]
pub struct RedriveArguments {
    /// Groups of `matchflow failures`, message ids, or ids of requests, purchases or partners
    #[arg(required_unless_present = "resume", value_name = "GROUP|ID")]
    pub chosen: Vec<String>,
    /// Do it; without this it is only said what would be done
    #[arg(long)]
    pub execute: bool,
    /// Look into these of the queues that keep what failed alone: a right on others is not needed then
    #[arg(long = "queue", value_name = "QUEUE", value_parser = held::a_kept_queue, conflicts_with = "resume")]
    pub queues: Vec<&'static str>,
    /// The most messages to put back
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub max: usize,
    /// The most messages a second
    #[arg(long, default_value_t = 10.0, value_name = "R", value_parser = a_rate)]
    pub rate: f64,
    /// After so many messages, see that they were handled before going on
    #[arg(long, value_delimiter = ',', default_value = "1,10,100", value_name = "N,…")]
    pub ramp: Vec<usize>,
    /// The seconds in which a step of the ramp has to have its effect, besides its queue's delay
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = value_parser!(u64).range(..=86_400))]
    pub patience: u64,
    /// The seconds for which messages are hidden from others while they are put back, besides the time that the rate takes
    #[arg(long, default_value_t = 60, value_name = "SECONDS", value_parser = value_parser!(u64).range(1..=3600))]
    pub hold: u64,
    /// Put quarantined records back onto other queues than intake, too: whoever may write to the quarantine can write there then
    #[arg(long)]
    pub onto_trusted_queues: bool,
    /// The journal's file; by default one of this moment, in this folder
    #[arg(long, value_name = "FILE", conflicts_with = "resume")]
    pub journal: Option<PathBuf>,
    /// Go on with a redrive that was stopped, by its journal
    #[arg(long, value_name = "FILE", conflicts_with = "chosen")]
    pub resume: Option<PathBuf>,
}

impl RedriveArguments {
    /// Whether anything is changed, and not only said what would be.
    pub fn changes(&self) -> bool {
        self.execute || self.resume.is_some()
    }

    fn chosen(&self) -> Chosen {
        Chosen::new(self.chosen.clone(), self.queues.clone())
    }

    /// How long messages are hidden from others while they are put back.
    fn hidden(&self) -> Duration {
        Duration::from_secs(self.hold) + Duration::from_secs_f64(queue::BATCH as f64 / self.rate)
    }

    /// The command that does what the plan says.
    fn command(&self) -> String {
        let mut words = vec!["redrive".to_owned()];
        words.extend(self.chosen.iter().map(|name| shell::word(name)));
        words.extend(self.queues.iter().map(|queue| format!("--queue {queue}")));
        words.push("--execute".to_owned());
        let ramp: Vec<String> = self.ramp.iter().map(ToString::to_string).collect();
        let options = [
            ("--max", self.max.to_string(), "1000"),
            ("--rate", self.rate.to_string(), "10"),
            ("--ramp", ramp.join(","), "1,10,100"),
            ("--patience", self.patience.to_string(), "60"),
            ("--hold", self.hold.to_string(), "60"),
        ];
        for (option, value, default) in options {
            if value != default {
                words.push(format!("{option} {value}"));
            }
        }
        words.extend(self.onto_trusted_queues.then(|| "--onto-trusted-queues".to_owned()));
        words.join(" ")
    }
}

fn a_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| (0.01..=1000.0).contains(rate));
    rate.ok_or_else(|| "a number from 0.01 to 1000".to_owned())
}

/// Says what a redrive would do.
pub async fn plan(stack: &Stack, arguments: &RedriveArguments) -> Result<Plan, Failure> {
    let chosen = arguments.chosen();
    let considered = |failed: Failed| chosen.has(&failed).then(|| Considered::of(&failed, stack, arguments));
    let held = held::look_at(stack, chosen.queues(), arguments.max.max(1000), considered).await?;
    Plan::of(stack, &held, arguments).await
}

/// Does it, with a new journal, or goes on with an old one.
pub async fn execute(stack: &Stack, arguments: &RedriveArguments) -> Result<Redriven, Failure> {
    let Some(file) = &arguments.resume else {
        let hidden = arguments.hidden();
        let journal = Journal::begin(
            arguments.journal.clone().unwrap_or_else(new_journal),
            &began(stack, arguments),
        )?;
        return run::run(
            stack,
            arguments,
            journal,
            Hiding {
                hidden,
                earlier_until: None,
            },
        )
        .await;
    };
    let (journal, began) = Journal::resume(file)?;
    let mut arguments = arguments.clone();
    let earlier = take_over(&mut arguments, stack, began)?;
    let since = journal.stopped_at.and_then(|at| at.elapsed().ok()).unwrap_or_default();
    let earlier_until = Some(Instant::now() + earlier.saturating_sub(since));
    let hidden = arguments.hidden();
    run::run(stack, &arguments, journal, Hiding { hidden, earlier_until }).await
}

fn began(stack: &Stack, arguments: &RedriveArguments) -> Line {
    Line::Began {
        topic: stack.topic().to_owned(),
        chosen: arguments.chosen.clone(),
        max: arguments.max,
        hidden: arguments.hidden().as_secs(),
        onto_trusted_queues: arguments.onto_trusted_queues,
        queues: arguments.queues.iter().map(|queue| (*queue).to_owned()).collect(),
    }
}

/// Takes over what was chosen; returns for how long the earlier run hid messages.
fn take_over(arguments: &mut RedriveArguments, stack: &Stack, began: Line) -> Result<Duration, Failure> {
    let Line::Began {
        topic,
        chosen,
        max,
        hidden,
        onto_trusted_queues,
        queues,
    } = began
    else {
        return Ok(Duration::ZERO);
    };
    if topic != stack.topic() {
        let why = format!("it is of the stack of {topic}, and this is that of {}", stack.topic());
        return Err(Failure::new(
            "The journal is of another stack",
            why,
            "Name that stack: --stack, --region",
        ));
    }
    (arguments.chosen, arguments.max, arguments.onto_trusted_queues) = (chosen, max, onto_trusted_queues);
    arguments.queues = queues
        .iter()
        .filter_map(|queue| held::a_kept_queue(queue).ok())
        .collect();
    Ok(Duration::from_secs(hidden))
}

/// The name of a new journal, in this folder.
pub fn new_journal() -> PathBuf {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    let random = uuid::Uuid::new_v4().simple().to_string();
    PathBuf::from(format!("matchflow-redrive-{now}-{}.jsonl", &random[..4]))
}
