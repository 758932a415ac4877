//! `matchflow demo`: makes one fault on the local stack, and says how it is found and mended. Tutorial: docs/learn/break-and-mend.md.

mod actors;
mod bug;
mod partner;
mod poison;
mod queue;
mod script;

use clap::{Args, ValueEnum};
use serde::Serialize;

use crate::failure::Failure;
use crate::report::Report;
use crate::screen::{Look, Screen};
use crate::stack::Stack;
use actors::Actors;
pub use script::Script;

/// A fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ValueEnum)]
#[serde(rename_all = "camelCase")]
pub enum Fault {
    /// A partner whose charges are refused
    Partner,
    /// A queue that no function reads
    Queue,
    /// Records that can never succeed
    Poison,
    /// A function with a wrong setting
    Bug,
}

/// What to break, or to mend.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct DemoArguments {
    /// Make this fault, and say how it is found and mended
    #[arg(long = "break", value_name = "FAULT")]
    pub broken: Option<Fault>,
    /// Do what mends this fault and is no operator's command: the setting of `bug`, the purchase of `partner`
    #[arg(long, value_name = "FAULT")]
    pub mend: Option<Fault>,
}

/// What was broken, or mended.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Demo {
    /// A fault was made; this is how to go on.
    Broken(Script),
    /// What was done.
    Mended { done: String },
}

impl Demo {
    /// Makes a fault, or mends it.
    pub async fn of(stack: &Stack, arguments: &DemoArguments) -> Result<Self, Failure> {
        if !stack.is_local {
            return Err(Failure::new(
                "The demo runs on a local stack alone",
                "it breaks what it is run on",
                "Start one with `make local`, and leave out --stack",
            ));
        }
        match (arguments.broken, arguments.mend) {
            (Some(fault), _) => Ok(Self::Broken(break_by(stack, fault).await?)),
            (None, Some(fault)) => Ok(Self::Mended {
                done: mend(stack, fault).await?,
            }),
            (None, None) => Err(Failure::new(
                "Nothing to do",
                "neither --break nor --mend is given",
                "Give one of them",
            )),
        }
    }
}

async fn break_by(stack: &Stack, fault: Fault) -> Result<Script, Failure> {
    let actors = Actors::new(stack)?;
    match fault {
        Fault::Partner => partner::make(&actors).await,
        Fault::Queue => queue::make(stack, &actors).await,
        Fault::Poison => poison::make(&actors).await,
        Fault::Bug => bug::make(stack, &actors).await,
    }
}

async fn mend(stack: &Stack, fault: Fault) -> Result<String, Failure> {
    match fault {
        Fault::Partner => partner::mend(&Actors::new(stack)?).await,
        Fault::Bug => bug::mend(stack).await,
        Fault::Queue | Fault::Poison => Ok("nothing was changed: an operator's own commands mend it".to_owned()),
    }
}

impl Report for Demo {
    fn write(&self, screen: &mut Screen) {
        match self {
            Self::Broken(script) => script.write(screen),
            Self::Mended { done } => screen.line(&[(Look::Good, "done"), (Look::Plain, &format!(": {done}"))]),
        }
    }
}
