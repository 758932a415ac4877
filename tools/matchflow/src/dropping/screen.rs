//! The screen of `matchflow drop`.

use super::Dropped;
use crate::report::{Report, SOFTWARE};
use crate::screen::{Look, Screen};

impl Dropped {
    /// The commands that may follow, each with what it is for.
    fn commands(&self) -> Vec<(&str, &str)> {
        match (self.is_done, &self.failure) {
            (false, _) => vec![("To do it: ", &self.command)],
            (true, None) => vec![("To put them back: ", &self.restore)],
            (true, Some(_)) => vec![
                ("To go on: ", &self.command),
                ("To put back what was dropped: ", &self.restore),
            ],
        }
    }
}

impl Report for Dropped {
    fn write(&self, screen: &mut Screen) {
        let Self { count, export, .. } = self;
        if self.is_done {
            let (look, word) = if self.failure.is_some() {
                (Look::Bad, "stopped")
            } else {
                (Look::Good, "dropped")
            };
            screen.line(&[
                (look, word),
                (
                    Look::Plain,
                    &format!(": {count} were written into {export}, then deleted"),
                ),
            ]);
        } else {
            screen.plain(&format!(
                "{count} would be written into {export}, then deleted. Nothing was changed."
            ));
        }
        for line in self.failure.iter().flat_map(|failure| failure.lines()) {
            screen.plain(line);
        }
        for queue in &self.partly_seen {
            screen.plain(&format!("Of {queue} not all was seen: there may be more."));
        }
        if self.in_doubt > 0 {
            screen
                .plain("One more is in the file, and may be in its queue, too: going on writes and deletes it again.");
        }
        for (what, command) in self.commands() {
            screen.line(&[(Look::Faint, what), (Look::Plain, command)]);
        }
    }

    fn exit_code(&self) -> u8 {
        match (&self.failure, self.count) {
            (Some(_), _) => SOFTWARE,
            (None, 0) => 1,
            _ => 0,
        }
    }
}
