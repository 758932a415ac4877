//! The sweep: commands that change something, with a fault at each of their calls. Beneath the SDK's clients stands a fake of AWS, with the
//! queues of the simulator.
//!
//! **How to read a failure:** it names the command, the number of the call, the call and the fault; `calls` of the same world lists all of them.

mod aws;
mod dropping;
mod fault;
mod kept;
mod operators;
mod redriving;
mod wire;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use std::{env, fs, process};

use clap::Parser as _;

use crate::arguments::{Arguments, Command};
use crate::redrive::RedriveArguments;
use crate::report::Report;
use crate::screen::Screen;
use crate::stack::Stack;
use aws::FakeAws;
pub use aws::stack_of;
use fault::Fault;

/// A stack on the fake.
pub fn a_stack() -> Stack {
    FakeAws::new().stack()
}

/// The queues of the worlds: the others are not looked into.
const QUEUES: [&str; 8] = [
    "--queue",
    "points-dead-letters",
    "--queue",
    "notification-dead-letters",
    "--queue",
    "quarantine",
    "--queue",
    "undelivered",
];

/// Longer than any message is hidden from others.
const LATER: Duration = Duration::from_mins(2);

/// A fault at one call.
struct Case {
    number: usize,
    /// The call's name.
    call: String,
    fault: Fault,
}

/// Every fault at every call that a run makes; of calls that change nothing, those that differ.
fn cases(calls: &[String]) -> impl Iterator<Item = Case> {
    let cases = calls.iter().enumerate().flat_map(|(number, call)| {
        Fault::ALL.map(|fault| Case {
            number,
            call: call.clone(),
            fault,
        })
    });
    cases.filter(|case| case.changes() || case.fault.is_worth_a_read(case.operation()))
}

impl Case {
    /// Whether the call sends or deletes something.
    fn changes(&self) -> bool {
        ["SendMessage", "Publish", "DeleteMessage"].contains(&self.operation())
    }

    fn operation(&self) -> &str {
        self.call.split(' ').next().unwrap()
    }

    fn name(&self) -> String {
        format!("{:?} at call {}, {}", self.fault, self.number, self.call)
    }
}

/// What a command's run comes to; nothing if it is killed at the call of the fault.
async fn until_killed<T>(aws: &FakeAws, run: impl Future<Output = T>) -> Option<T> {
    tokio::select! {
        biased;
        () = aws.killed() => None,
        ended = run => Some(ended),
    }
}

/// The arguments of a command line, without the program's name.
fn command(line: &[&str]) -> Command {
    let words = ["matchflow"].iter().chain(line);
    Arguments::try_parse_from(words).unwrap().command
}

fn redrive_arguments(line: &[&str]) -> RedriveArguments {
    match command(line) {
        Command::Redrive(arguments) => arguments,
        other => panic!("{other:?}"),
    }
}

/// A report as a person reads it, without colours.
pub fn text(report: &impl Report) -> String {
    let mut screen = Screen::default();
    report.write(&mut screen);
    anstream::adapter::strip_str(&screen.into_text()).to_string()
}

/// A folder of one test's files, gone with it.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let folder = env::temp_dir().join(format!("matchflow-sweep-{name}-{}-{number}", process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn file(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes a file as old as the time that has passed in the fake.
fn make_older(file: &Path) {
    let file = fs::File::options().append(true).open(file).unwrap();
    let before = std::time::SystemTime::now() - LATER;
    file.set_modified(before).unwrap();
}
