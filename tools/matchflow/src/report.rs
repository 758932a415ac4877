//! What a command answers: to a person as text, to a program as JSON, to a script as an exit code.

use std::io::{IsTerminal as _, Write as _};
use std::process::ExitCode;
use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;

use crate::failure::Failure;
use crate::printable::printable_json;
use crate::screen::Screen;

/// Puts the cursor into the first line and clears all lines.
const CLEAR: &[u8] = b"\x1b[H\x1b[2J";

/// The exit code of a command that could not do its work (sysexits.h).
pub const SOFTWARE: u8 = 70;

/// A command's answer.
pub trait Report: Serialize {
    /// Writes it for a person.
    fn write(&self, screen: &mut Screen);

    /// Whether nothing of it will change any more: a watch ends with it.
    fn is_final(&self) -> bool {
        false
    }

    /// The exit code of the command.
    fn exit_code(&self) -> u8 {
        0
    }
}

/// Prints a report again and again, each in place of the one before, until one is final or the program is interrupted.
pub async fn watch<R: Report>(
    as_json: bool,
    between: Duration,
    ask: impl AsyncFn() -> Result<R, Failure>,
) -> Result<ExitCode, Failure> {
    loop {
        let report = ask().await?;
        if !as_json && std::io::stdout().is_terminal() {
            let _ = anstream::stdout().write_all(CLEAR);
        }
        let code = print(&report, as_json);
        if report.is_final() {
            return Ok(code);
        }
        sleep(between).await;
    }
}

/// Says how far a command is, on one line of the terminal; nothing where it is none.
pub fn progress(done: usize, of: usize, what: &str) {
    let mut stderr = std::io::stderr();
    if stderr.is_terminal() {
        let end = if done >= of { "\n" } else { "" };
        let _ = write!(stderr, "\r{done} of {of} {what}{end}");
    }
}

/// Ends the line of a progress that stopped before its end.
pub fn progress_stops() {
    if std::io::stderr().is_terminal() {
        eprintln!();
    }
}

/// Prints a report to standard output. A reader that has enough (`| head`) is no error.
pub fn print(report: &impl Report, as_json: bool) -> ExitCode {
    let text = if as_json {
        let json = serde_json::to_string_pretty(report).unwrap_or_default();
        printable_json(&json) + "\n"
    } else {
        let mut screen = Screen::default();
        report.write(&mut screen);
        screen.into_text()
    };
    let _ = anstream::stdout().write_all(text.as_bytes());
    ExitCode::from(report.exit_code())
}
