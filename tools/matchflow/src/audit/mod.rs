//! `matchflow audit`: whether the tables of matching and points agree with themselves and with each other.

mod account;
mod again;
mod claims;
mod difference;
mod history;
mod items;
mod look;
mod progress;
mod reading;
mod screen;
mod suspects;
mod waiting;

use std::path::PathBuf;

use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::failure::Failure;
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use crate::tables::Tables;
use again::Judge;
use difference::{Difference, NotJudged};
use history::History;
use reading::{Looked, Reading};

/// What is audited.
#[derive(Debug, Args)]
pub struct AuditArguments {
    /// Judge no decision of the ledger, and no charge of a request, from before this time (2026-03-01T00:00:00Z): an account's history then begins with a
    /// balance that is taken as it is. What is true of today is judged in any case: open matches, balances, requests that wait
    #[arg(long, value_name = "TIME")]
    since: Option<Timestamp>,
    /// How many parts of a table are read at the same time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=1000))]
    segments: u16,
    /// Write the ledger's decisions to a file, one JSON object a line, each account's in the order of their sequences
    #[arg(long, value_name = "FILE")]
    history: Option<PathBuf>,
    /// A table to be read in place of the stack's matching table, such as one that was restored to a point in time
    #[arg(long, value_name = "TABLE")]
    matching: Option<String>,
    /// A table to be read in place of the stack's ledger
    #[arg(long, value_name = "TABLE")]
    ledger: Option<String>,
}

impl AuditArguments {
    fn tables(&self, stack: &Stack) -> Result<Tables, Failure> {
        let mut tables = Tables::of(stack)?;
        if let Some(name) = &self.matching {
            tables.matching = tables.matching.renamed(name);
        }
        if let Some(name) = &self.ledger {
            tables.ledger = tables.ledger.renamed(name);
        }
        Ok(tables)
    }
}

/// What an audit found.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Audit {
    /// The stack's name.
    stack: String,
    /// Whether nothing disagrees.
    clean: bool,
    /// What disagrees, and still did when it was read again.
    differences: Vec<Difference>,
    /// What could not be judged, and why.
    not_judged: Vec<NotJudged>,
    /// What was looked at.
    looked: Looked,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<Timestamp>,
    started_at: Timestamp,
    ended_at: Timestamp,
}

impl Audit {
    /// Reads the tables, holds them to the rules, and reads again what disagrees.
    pub async fn of(stack: &Stack, arguments: &AuditArguments) -> Result<Self, Failure> {
        let started_at = Timestamp::now();
        let tables = arguments.tables(stack)?;
        let history = arguments.history.as_deref().map(History::create).transpose()?;
        let mut reading = Reading::of(&tables, arguments.segments, arguments.since).await?;
        let mut judge = Judge::new(&tables, arguments.segments, started_at);
        let mut differences = judge.judge(&mut reading, arguments.since).await?;
        differences.append(&mut reading.misplaced);
        differences.sort();
        if let Some(history) = history {
            history.write(reading.tables.decisions.values())?;
        }
        Ok(Self {
            stack: stack.name.clone(),
            clean: differences.is_empty(),
            differences,
            not_judged: judge.not_judged,
            looked: reading.looked,
            since: arguments.since,
            started_at,
            ended_at: Timestamp::now(),
        })
    }
}

impl Report for Audit {
    fn write(&self, screen: &mut Screen) {
        screen::write(self, screen);
    }

    fn exit_code(&self) -> u8 {
        u8::from(!self.clean)
    }
}
