//! How a fault is found and mended, step by step.

use serde::Serialize;

use super::Fault;
use crate::screen::{Look, Screen};

/// A fault that was made, and the way through it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Script {
    broken: Fault,
    /// What a customer notices.
    noticed: &'static str,
    steps: Vec<Step>,
}

/// One command.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Step {
    /// What it is for.
    why: &'static str,
    /// To be copied into a shell.
    command: String,
    /// Words of its answer, once what it is about has happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    shows: Option<String>,
}

impl Script {
    pub fn new(broken: Fault, noticed: &'static str) -> Self {
        Self {
            broken,
            noticed,
            steps: Vec::new(),
        }
    }

    /// Adds a step whose answer has these words.
    pub fn step(mut self, why: &'static str, command: String, shows: impl Into<String>) -> Self {
        self.steps.push(Step {
            why,
            command,
            shows: Some(shows.into()),
        });
        self
    }

    /// Adds the last steps: the whole stack is as before.
    pub fn end(mut self, status: String, audit: String) -> Self {
        let why = "Is the stack as it was? What failed for other reasons stays: a day of `make local` leaves bad records in quarantine.";
        self.steps.push(Step {
            why,
            command: status,
            shows: None,
        });
        self.step("Do accounts, matches and charges agree?", audit, "clean")
    }

    pub fn write(&self, screen: &mut Screen) {
        let name = format!("{:?}", self.broken).to_lowercase();
        screen.line(&[(Look::Bad, "broken"), (Look::Plain, &format!(": {name}"))]);
        screen.plain(self.noticed);
        screen.plain("Find it and mend it. What a step shows may take some seconds to be there: then run it again.");
        for (number, step) in (1..).zip(&self.steps) {
            screen.gap();
            screen.line(&[(Look::Strong, &format!("{number:>2}. {}", step.why))]);
            screen.line(&[(Look::Plain, &format!("    {}", step.command))]);
            if let Some(shows) = &step.shows {
                screen.line(&[(Look::Faint, &format!("    shows: {shows}"))]);
            }
        }
    }
}
