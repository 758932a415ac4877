//! `matchflow redrive`: puts back what failed, once its cause is gone.

mod destination;
mod journal;
mod plan;
mod run;
mod screen;
mod sender;
mod step;

use std::path::PathBuf;

use clap::Args;

use crate::failure::Failure;
use crate::held::{self, Chosen};
use crate::stack::Stack;
pub use destination::{Destination, INTAKE, Outgoing};
use journal::{Journal, Line};
pub use plan::Plan;
pub use run::Redriven;
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
    /// The most messages to put back
    #[arg(long, default_value_t = 1000, value_name = "N")]
    pub max: usize,
    /// The most messages a second
    #[arg(long, default_value_t = 10.0, value_name = "R", value_parser = a_rate)]
    pub rate: f64,
    /// After so many messages, see that they were handled before going on
    #[arg(long, value_delimiter = ',', default_value = "1,10,100", value_name = "N,…")]
    pub ramp: Vec<usize>,
    /// The seconds in which a step of the ramp has to be handled
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
    pub patience: u64,
    /// The seconds for which messages are hidden from others while they are put back, besides the time that the rate takes
    #[arg(long, default_value_t = 60, value_name = "SECONDS")]
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
}

fn a_rate(text: &str) -> Result<f64, String> {
    let rate = text.parse().ok().filter(|rate: &f64| rate.is_finite() && *rate >= 0.01);
    rate.ok_or_else(|| "a number from 0.01".to_owned())
}

/// Says what a redrive would do.
pub async fn plan(stack: &Stack, arguments: &RedriveArguments) -> Result<Plan, Failure> {
    let held = held::look(stack, arguments.max.max(1000)).await?;
    let chosen = Chosen::new(arguments.chosen.clone());
    Ok(Plan::of(stack, &held, &chosen, arguments))
}

/// Does it, with a new journal, or goes on with an old one.
pub async fn execute(stack: &Stack, arguments: &RedriveArguments) -> Result<Redriven, Failure> {
    let mut arguments = arguments.clone();
    let journal = match &arguments.resume {
        None => Journal::begin(
            arguments.journal.clone().unwrap_or_else(of_this_moment),
            &began(stack, &arguments),
        )?,
        Some(file) => {
            let (journal, began) = Journal::resume(file)?;
            take_up(&mut arguments, stack, began)?;
            journal
        }
    };
    run::run(stack, &arguments, journal).await
}

fn began(stack: &Stack, arguments: &RedriveArguments) -> Line {
    Line::Began {
        stack: stack.name.clone(),
        chosen: arguments.chosen.clone(),
        max: arguments.max,
        onto_trusted_queues: arguments.onto_trusted_queues,
    }
}

fn take_up(arguments: &mut RedriveArguments, of: &Stack, began: Line) -> Result<(), Failure> {
    let Line::Began {
        stack,
        chosen,
        max,
        onto_trusted_queues,
    } = began
    else {
        return Ok(());
    };
    if stack != of.name {
        let why = format!("it is of {stack}, and this is {}", of.name);
        return Err(Failure::new(
            "The journal is of another stack",
            why,
            "Name that stack: --stack",
        ));
    }
    (arguments.chosen, arguments.max, arguments.onto_trusted_queues) = (chosen, max, onto_trusted_queues);
    Ok(())
}

fn of_this_moment() -> PathBuf {
    let now = jiff::Timestamp::now().strftime("%Y%m%dT%H%M%SZ");
    PathBuf::from(format!("matchflow-redrive-{now}.jsonl"))
}
