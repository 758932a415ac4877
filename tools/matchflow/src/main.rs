//! The operator's program: what a stack is asked on the first day, one command each. See docs/do/operate.md.

#![allow(
    clippy::cast_precision_loss,
    clippy::large_futures,
    reason = "numbers of messages, shown rounded; one command waits for one of these futures at a time"
)]

mod actions;
mod arguments;
mod audit;
mod consumers;
mod dashboard;
mod demo;
mod doctor;
mod dropping;
mod failure;
mod failures;
mod follow;
mod held;
mod html;
mod lines;
mod measured;
mod metrics;
mod partner;
mod pausing;
mod printable;
mod redrive;
mod replay;
mod report;
mod screen;
mod shell;
mod stack;
mod statistics;
mod status;
mod submit;
mod subscriptions;
#[cfg(test)]
mod sweep;
mod tables;

use std::process::ExitCode;

use anstream::ColorChoice;
use clap::{CommandFactory as _, Parser as _};

use actions::Action;
use arguments::{Arguments, Command};
use audit::Audit;
use demo::Demo;
use doctor::Doctor;
use failure::Failure;
use failures::Failures;
use follow::Followed;
use partner::Partner;
use printable::printable;
use report::{SOFTWARE, print, watch};
use stack::Stack;
use status::Status;

/// The exit code of a wrong command line (sysexits.h).
const USAGE: u8 = 64;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() {
                USAGE.into()
            } else {
                ExitCode::SUCCESS
            };
        }
    };
    if arguments.no_color {
        ColorChoice::Never.write_global();
    }
    run(&arguments).await.unwrap_or_else(|failure| {
        for line in failure.to_string().lines() {
            eprintln!("{}", printable(line));
        }
        SOFTWARE.into()
    })
}

async fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    if let Command::Completions { shell } = &arguments.command {
        clap_complete::generate(*shell, &mut Arguments::command(), "matchflow", &mut std::io::stdout());
        return Ok(ExitCode::SUCCESS);
    }
    let stack = Stack::find(&arguments.target).await?;
    let words = std::env::args_os().skip(1);
    let words: Vec<String> = words.map(|word| word.to_string_lossy().into_owned()).collect();
    let action = Action::begin(&arguments.command, &stack, &words)?;
    let ended = answer(stack, arguments, arguments.json).await;
    action.end(&ended);
    ended
}

async fn answer(stack: Stack, arguments: &Arguments, json: bool) -> Result<ExitCode, Failure> {
    Ok(match &arguments.command {
        Command::Status(status) if status.watch => {
            watch(json, stack.between_reports(), async || Status::of(&stack).await).await?
        }
        Command::Status(_) => print(&Status::of(&stack).await?, json),
        Command::Audit(audit) => print(&Audit::of(&stack, audit).await?, json),
        Command::Demo(demo) => print(&Demo::of(&stack, demo).await?, json),
        Command::Doctor => print(&Doctor::of(&stack).await?, json),
        Command::Partner(partner) => print(&Partner::of(&stack, partner).await?, json),
        Command::Follow(follow) if follow.watch => {
            watch(json, stack.between_reports(), async || {
                Followed::of(&stack, follow).await
            })
            .await?
        }
        Command::Follow(follow) => print(&follow::follow(&stack, follow).await?, json),
        Command::Failures(failures) => print(&Failures::of(&stack, failures).await?, json),
        Command::Redrive(redrive) if redrive.changes() => print(&redrive::execute(&stack, redrive).await?, json),
        Command::Redrive(redrive) => print(&redrive::plan(&stack, redrive).await?, json),
        Command::Drop(drop) => print(&dropping::drop(&stack, drop).await?, json),
        Command::Restore(restore) => print(&dropping::restore(&stack, restore).await?, json),
        Command::Replay(replay) => print(&replay::replay(&stack, replay).await?, json),
        Command::Pause(pause) => print(&pausing::pause(&stack, pause).await?, json),
        Command::Resume(resume) => print(&pausing::resume(&stack, resume).await?, json),
        Command::Statistics(statistics) => print(&statistics::statistics(&stack, statistics).await?, json),
        Command::Submit(requests) => print(&submit::submit(&stack, requests).await?, json),
        Command::Dashboard(dashboard) => dashboard::run(stack, dashboard).await?,
        Command::Completions { .. } => ExitCode::SUCCESS,
    })
}
