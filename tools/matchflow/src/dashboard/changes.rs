//! Putting a group back from the page: the same dry run and the same redrive as on the command line, behind a typed confirmation.

use std::process::ExitCode;

use anstream::adapter::strip_str;
use clap::Parser as _;
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

/// Puts a group back, if its id was typed.
pub async fn execute(stack: &Stack, group: &str, form: &str) -> Result<Page, Failure> {
    if Query(form)
        .get("confirmation")
        .is_none_or(|typed| typed.trim() != group)
    {
        let contents = html! { p.verdict.late { "Nothing was changed: what was typed is not the group's id." } p { a href="" { "Back" } } };
        return Ok(page(group, contents));
    }
    let redriven = put_back(stack, group).await?;
    let folder = std::env::current_dir().unwrap_or_default();
    let contents = html! { (text(&redriven)) p { "The journal is in the folder " code { (folder.display()) } "." } p { "What it did, as a command: " (command(&shell::line(&format!("redrive {} --execute", shell::word(group))))) } };
    Ok(page(group, contents))
}

/// Puts it back as the command does, which the action log has.
async fn put_back(stack: &Stack, group: &str) -> Result<Redriven, Failure> {
    let redrive = arguments(group, true)?;
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
