//! The command line.

use clap::{Parser, Subcommand};
use clap_complete::Shell;

use crate::audit::AuditArguments;
use crate::dashboard::DashboardArguments;
use crate::demo::DemoArguments;
use crate::dropping::{DropArguments, RestoreArguments};
use crate::failures::FailuresArguments;
use crate::follow::FollowArguments;
use crate::partner::PartnerArguments;
use crate::pausing::{PauseArguments, ResumeArguments};
use crate::redrive::RedriveArguments;
use crate::replay::ReplayArguments;
use crate::stack::Target;
use crate::statistics::StatisticsArguments;
use crate::status::StatusArguments;
use crate::submit::SubmitArguments;

/// Shows how a Matchflow stack is, where a request is, and what failed and why.
///
/// Exit codes: 0 all is well, or the command did its work; 1 and 2 as the command says; 64 the command line is wrong; 70 the command
/// could not do its work.
#[derive(Debug, Parser)]
#[command(name = "matchflow", version)]
pub struct Arguments {
    #[command(flatten)]
    pub target: Target,
    /// Answer in JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// No colours, as with the variable `NO_COLOR`
    #[arg(long, global = true)]
    pub no_color: bool,
    #[command(subcommand)]
    pub command: Command,
}

/// What stands below the options of `audit`.
const AUDIT_HELP: &str = "\
It reads all items of two tables, which costs read units: docs/do/audit.md.

Each line of --history FILE is one decision of the ledger:
  partner    whose account it is on
  sequence   its number on the account, from 1 without gaps; 0 if there was no account
  order      what was decided, once: purchase#… or match#…
  kind       credit, charge or refusal
  points     added by a credit, taken by a charge, asked for by a refusal
  balance    the account's points after it
  decidedAt  by the function's clock
  request    of a charge or refusal: the request of the match
Lines are in the order of partner and sequence, so that an account is added up from its first line on.

Example:
  matchflow audit --history ledger.jsonl";

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Whether the stack is well (exit code 0), behind (1) or failing (2), and each queue, the worst first
    #[command(after_help = "Example:\n  matchflow status --json")]
    Status(StatusArguments),
    /// The story of a request or purchase: what happened when, and what is still expected; or the partner of an id
    #[command(after_help = "Example:\n  matchflow follow req-20260302-0917")]
    Follow(FollowArguments),
    /// Dead letters, quarantine and undelivered events, in groups; exit code 1 if there are any
    #[command(after_help = "Example:\n  matchflow failures --by type")]
    Failures(FailuresArguments),
    /// Puts back what failed: says what it would do, and does it with --execute; exit code 1 if it stopped by itself
    #[command(after_help = "Example:\n  matchflow redrive 1a2b3c4d --ramp 1,10,100")]
    Redrive(RedriveArguments),
    /// Writes what failed into a file and deletes it: says what it would do, and does it with --execute
    #[command(after_help = "Example:\n  matchflow drop 1a2b3c4d --export dropped.jsonl")]
    Drop(DropArguments),
    /// Puts back what was dropped: says what it would do, and does it with --execute
    #[command(after_help = "Example:\n  matchflow restore dropped.jsonl")]
    Restore(RestoreArguments),
    /// Has SNS deliver events again from the topic's archive, if it keeps one: says what it would do, and does it with --execute
    #[command(after_help = "Example:\n  matchflow replay --to points --from 2026-03-02T00:00:00Z")]
    Replay(ReplayArguments),
    /// Stops functions from reading a queue, or all of theirs; what comes waits
    #[command(after_help = "Example:\n  matchflow pause points --why 'the backend is being mended'")]
    Pause(PauseArguments),
    /// Lets functions read a paused queue again
    #[command(after_help = "Example:\n  matchflow resume points")]
    Resume(ResumeArguments),
    /// Sends requests from a file, all held against the contract first; exit code 1 if lines were refused
    #[command(after_help = "Example:\n  matchflow submit requests.jsonl --rate 20")]
    Submit(SubmitArguments),
    /// Whether the tables agree with themselves and with each other (exit code 0), or not (1): each difference, and where to look on
    #[command(after_help = AUDIT_HELP)]
    Audit(AuditArguments),
    /// Whether the deployed stack is what it must be (exit code 0), or not: warnings (1), or what loses, blocks or forges events (2)
    #[command(after_help = "Each code has a section in docs/reference/doctor.md.\n\nExample:\n  matchflow doctor")]
    Doctor,
    /// A partner: its registration, open matches, account and the last entries of the ledger
    #[command(after_help = "Example:\n  matchflow partner p-1 --entries 50")]
    Partner(PartnerArguments),
    /// What was counted on a day, by region, category, partner or hour, and how long customers waited
    #[command(after_help = "Example:\n  matchflow statistics --by region")]
    Statistics(StatisticsArguments),
    /// All of this as pages, on this machine alone and with your own rights: prints the address to open
    #[command(after_help = "Example:\n  matchflow dashboard --export incident --with req-20260302-0917")]
    Dashboard(DashboardArguments),
    /// Breaks something on the local stack, and says step by step how it is found and mended
    #[command(after_help = "Example:\n  matchflow demo --break partner")]
    Demo(DemoArguments),
    /// Completions for your shell
    #[command(after_help = "Example:\n  matchflow completions bash > matchflow.bash")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

impl Command {
    /// Whether the action log has to have it: it changes something, or shows personal data.
    pub fn is_written_down(&self) -> bool {
        match self {
            Self::Redrive(redrive) => redrive.changes(),
            Self::Drop(drop) => drop.execute,
            Self::Restore(restore) => restore.execute,
            Self::Replay(replay) => replay.execute,
            Self::Follow(follow) => follow.show_personal,
            Self::Pause(_) | Self::Resume(_) | Self::Submit(_) | Self::Demo(_) => true,
            Self::Status(_)
            | Self::Failures(_)
            | Self::Audit(_)
            | Self::Partner(_)
            | Self::Statistics(_)
            | Self::Dashboard(_)
            | Self::Doctor
            | Self::Completions { .. } => false,
        }
    }
}
