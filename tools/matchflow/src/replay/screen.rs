//! The screens of `matchflow replay`.

use super::Replay;
use crate::report::Report;
use crate::screen::{Look, Screen};
use crate::shell;

/// What SNS calls a replay that is not over.
const RUNNING: [&str; 2] = ["Pending", "In progress"];

/// Why nothing happens twice, and what does.
const SAFE: &str = "What was handled before is known by its business key or id: nothing is charged, told or counted twice. Its saved events are published \
                    again, and every subscriber knows them by their ids.";

/// What it takes.
const COST: &str = "New events come behind those that are replayed. SNS bills what it reads and delivers, and the function handles each event once more.";

impl Replay {
    fn write_last(&self, screen: &mut Screen) {
        let Some(status) = &self.status else {
            return screen.plain("There was no replay to it.");
        };
        let from = self.last_from.as_deref().unwrap_or("a moment that SNS does not say");
        let look = if status == "Failed" { Look::Bad } else { Look::Plain };
        screen.line(&[(look, &format!("Its last replay, from {from}, is: {status}"))]);
        if let Some(until) = &self.last_until {
            let text = format!(
                "It had an end, {until}: SNS delivers no new events to {} any more. Replay from then on: ",
                self.queue
            );
            let command = shell::line(&format!("replay --to {} --from {until}", self.queue));
            screen.line(&[(Look::Bad, &text), (Look::Plain, &command)]);
        }
    }
}

impl Report for Replay {
    fn write(&self, screen: &mut Screen) {
        let Self { queue, .. } = self;
        screen.plain(&format!(
            "The archive keeps events for {} days; it begins at {}.",
            self.archive_days, self.archive_begins
        ));
        let Some(from) = &self.from else {
            return self.write_last(screen);
        };
        let verb = if self.is_done { "are" } else { "would be" };
        let what = format!(
            "All events from {from} on {verb} delivered to {queue} again: {}",
            self.events.join(", ")
        );
        screen.line(&[(Look::Strong, &what)]);
        screen.line(&[(Look::Faint, SAFE)]);
        screen.line(&[(Look::Faint, COST)]);
        if !self.is_done && self.status.as_deref().is_some_and(|status| RUNNING.contains(&status)) {
            self.write_last(screen);
            screen.plain("This one would take its place.");
        }
        let (what, rest) = if self.is_done {
            ("How it is: ", format!("replay --to {queue}"))
        } else {
            (
                "Nothing was changed. To do it: ",
                format!("replay --to {queue} --from {from} --execute"),
            )
        };
        screen.line(&[(Look::Faint, what), (Look::Plain, &shell::line(&rest))]);
    }
}
