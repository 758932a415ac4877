//! What a command answers: to a person as text, to a program as JSON, to a script as an exit code.

use std::process::ExitCode;

use serde::Serialize;

use crate::printable::printable_json;
use crate::screen::Screen;

/// A command's answer.
pub trait Report: Serialize {
    /// Writes it for a person.
    fn write(&self, screen: &mut Screen);

    /// The exit code of the command.
    fn exit_code(&self) -> u8 {
        0
    }
}

/// Prints a report to standard output. A reader that has enough (`| head`) is no error.
pub fn print(report: &impl Report, as_json: bool) -> ExitCode {
    use std::io::Write as _;
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
