//! How far an audit is, on standard error, if that is a terminal.

use std::io::{IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

/// A line that is written over and over.
pub struct Progress {
    is_shown: bool,
    last: Option<Instant>,
}

impl Progress {
    /// The time from one writing to the next.
    const INTERVAL: Duration = Duration::from_millis(200);

    pub fn new() -> Self {
        Self {
            is_shown: std::io::stderr().is_terminal(),
            last: None,
        }
    }

    /// Says how far the audit is, unless it did a moment ago.
    pub fn show(&mut self, text: &str) {
        if self.is_shown && self.last.is_none_or(|last| last.elapsed() > Self::INTERVAL) {
            self.last = Some(Instant::now());
            let _ = write!(std::io::stderr(), "\r\x1b[K{text}");
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.last.is_some() {
            let _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
