//! Putting a group back from the page: the same dry run and the same redrive as on the command line, behind a typed confirmation. It goes
//! on though its reader leaves, and a page says how far it is.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

use std::panic::AssertUnwindSafe;

use anstream::adapter::strip_str;
use clap::Parser as _;
use futures_util::FutureExt as _;
use maud::{Markup, html};

use super::pages::{Page, Query};
use crate::actions::Action;
use crate::arguments::{Arguments, Command};
use crate::failure::Failure;
use crate::html::command;
use crate::redrive::{self, RedriveArguments, Redriven};
use crate::report::Report;
use crate::screen::Screen;
use crate::shell;
use crate::stack::Stack;

/// What was put back from the page, by its group; the last time each.
#[derive(Default)]
pub struct Redrives(RefCell<BTreeMap<String, Redrive>>);

struct Redrive {
    journal: PathBuf,
    /// What came of it, once it has ended.
    ended: Option<Result<Redriven, Failure>>,
}

impl Redrives {
    /// Notes that a group is put back now, by which journal; none while it is being put back already.
    pub fn begin(&self, group: &str) -> Option<PathBuf> {
        let mut redrives = self.0.borrow_mut();
        if redrives.get(group).is_some_and(|redrive| redrive.ended.is_none()) {
            return None;
        }
        let journal = redrive::new_journal();
        let redrive = Redrive {
            journal: journal.clone(),
            ended: None,
        };
        redrives.insert(group.to_owned(), redrive);
        Some(journal)
    }

    /// Puts a group back that was begun, and keeps what came of it; an error of the program, too.
    pub async fn run(&self, stack: &Stack, group: &str, journal: PathBuf) {
        let ended = AssertUnwindSafe(put_back(stack, group, journal)).catch_unwind().await;
        let ended = ended.unwrap_or_else(|_| {
            let next = "Look whether something was put back, and report it";
            Err(Failure::new("It was not put back", "the program has an error", next))
        });
        if let Some(redrive) = self.0.borrow_mut().get_mut(group) {
            redrive.ended = Some(ended);
        }
    }

    /// How far a group's redrive is, or what came of it.
    pub fn page(&self, stack: &Stack, group: &str) -> Page {
        let known = self.0.borrow();
        let Some(redrive) = known.get(group) else {
            return page(group, html! { p { "This dashboard has not put it back." } });
        };
        let folder = std::env::current_dir().unwrap_or_default();
        let journal = folder.join(&redrive.journal);
        let contents = html! {
            @match &redrive.ended {
                None => {
                    p.verdict.late { (redrive::put_back_by(&redrive.journal)) " put back. It goes on though you leave this page, as long as this dashboard runs." }
                    p { "If the dashboard is ended before: " (command(&shell::line(&format!("redrive --resume {}", shell::word(&journal.display().to_string()))))) }
                },
                Some(Ok(redriven)) => (text(redriven)),
                Some(Err(failure)) => pre { (failure.to_string()) },
            }
            p { "The journal is " code { (journal.display()) } "." }
            p { "The same as a command: " (command(&shell::line(&format!("redrive {} --execute", shell::word(group))))) }
        };
        Page {
            every: redrive.ended.is_none().then(|| stack.between_reports()),
            ..page(group, contents)
        }
    }
}

/// What putting a group back would do, and the form that does it.
pub async fn plan(stack: &Stack, group: &str) -> Result<Page, Failure> {
    let plan = redrive::plan(stack, &arguments(group, false)?).await?;
    let contents = html! {
        (text(&plan))
        @if !plan.moves.is_empty() {
            form method="post" {
                p { label { "Type the group's id, " strong { (group) } ", to put it back: " input name="confirmation" autocomplete="off" spellcheck="false" required; } }
                button { "Put back" }
            }
        }
    };
    Ok(page(group, contents))
}

/// Whether the group's id was typed.
pub fn is_confirmed(group: &str, form: &str) -> bool {
    Query(form)
        .get("confirmation")
        .is_some_and(|typed| typed.trim() == group)
}

/// What is shown where it was not.
pub fn not_confirmed(group: &str) -> Page {
    let contents = html! { p.verdict.late { "Nothing was changed: what was typed is not the group's id." } p { a href="" { "Back" } } };
    page(group, contents)
}

/// Puts it back as the command does, which the action log has.
async fn put_back(stack: &Stack, group: &str, journal: PathBuf) -> Result<Redriven, Failure> {
    let redrive = RedriveArguments {
        journal: Some(journal),
        ..arguments(group, true)?
    };
    let words = ["dashboard", "redrive", group, "--execute"].map(str::to_owned);
    let action = Action::begin(&Command::Redrive(redrive.clone()), stack, &words)?;
    let redriven = redrive::execute(stack, &redrive).await;
    let code = redriven.as_ref().map(|redriven| ExitCode::from(redriven.exit_code()));
    action.end(&code.map_err(Clone::clone));
    redriven
}

fn page(group: &str, contents: Markup) -> Page {
    Page {
        view: None,
        heading: format!("Put back {group}"),
        contents,
        every: None,
    }
}

/// What the command line takes, so that its defaults hold here, too.
fn arguments(group: &str, execute: bool) -> Result<RedriveArguments, Failure> {
    let execute = execute.then_some("--execute");
    let words = ["matchflow", "redrive"].into_iter().chain(execute).chain(["--", group]);
    match Arguments::try_parse_from(words).map(|arguments| arguments.command) {
        Ok(Command::Redrive(arguments)) => Ok(arguments),
        _ => Err(Failure::new(
            "Nothing can be put back",
            format!("{group} is no group"),
            "Choose one of the failures",
        )),
    }
}

/// A report as a terminal shows it.
fn text(report: &impl Report) -> Markup {
    let mut screen = Screen::default();
    report.write(&mut screen);
    html! { pre tabindex="0" { (strip_str(&screen.into_text()).to_string()) } }
}
