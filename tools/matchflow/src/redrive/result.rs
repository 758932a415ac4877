//! What came of a redrive.

use serde::Serialize;

use super::plan::Refused;
use crate::held::PartlySeen;
use crate::report::{Report, SOFTWARE};
use crate::screen::{Look, Screen};

/// What came of a redrive.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Redriven {
    /// How many messages were sent and deleted, those before a resumption included.
    pub put_back: usize,
    /// How many were sent, and are not known to be deleted.
    pub sent_not_deleted: usize,
    /// How many may have been sent twice, since an earlier run was stopped while it sent them.
    pub maybe_sent_twice: usize,
    /// What stays, and why.
    pub refused: Vec<Refused>,
    /// The queues of which not all was seen.
    pub partly_seen: PartlySeen,
    /// Why it was not looked whether what was put back was handled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unseen: Option<String>,
    pub ended: Ended,
    /// What failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub failure: Option<String>,
    /// The journal's file.
    pub journal: String,
    /// The command that goes on with it.
    pub resume: String,
}

/// Why a redrive ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Ended {
    /// All that was chosen and may be put back was.
    Done,
    /// The most messages that were asked for were put back; there may be more.
    MaxReached,
    /// What was put back failed again.
    FailsAgain,
    /// What was put back was not handled in time.
    NotHandled,
    /// A call failed.
    Failed,
}

impl Ended {
    fn sentence(self) -> Option<&'static str> {
        match self {
            Self::Done => None,
            Self::MaxReached => Some("There may be more: --max says how many are put back at most."),
            Self::FailsAgain => Some("They fail again: the cause is not gone. See `matchflow failures`."),
            Self::NotHandled => Some(
                "They were not handled in time: they fail and are tried again, or wait behind others. See `matchflow status`.",
            ),
            Self::Failed => Some("A call failed:"),
        }
    }
}

impl Report for Redriven {
    fn write(&self, screen: &mut Screen) {
        let (look, word) = if self.ended == Ended::Done {
            (Look::Good, "done")
        } else {
            (Look::Bad, "stopped")
        };
        screen.line(&[(look, word), (Look::Plain, &format!(": {} put back", self.put_back))]);
        for sentence in self
            .ended
            .sentence()
            .into_iter()
            .chain(self.failure.iter().flat_map(|failure| failure.lines()))
        {
            screen.plain(sentence);
        }
        if self.sent_not_deleted > 0 {
            screen.plain(&format!(
                "{} were sent and are not known to be deleted: go on with the journal, which deletes them.",
                self.sent_not_deleted
            ));
        }
        if self.maybe_sent_twice > 0 {
            screen.plain(&format!(
                "{} may have been sent twice: an earlier run was stopped while it sent them.",
                self.maybe_sent_twice
            ));
        }
        if let Some(why) = &self.unseen {
            screen.plain(&format!("Whether they were handled was not looked at: {why}."));
        }
        for part in &self.refused {
            screen.plain(&format!("{} stay in {}: {}", part.count, part.from, part.why));
        }
        for queue in &self.partly_seen {
            screen.plain(&format!("Of {queue} not all was seen: others hold messages of it, or they stand behind what stays in their message group."));
        }
        if self.ended != Ended::Done || self.sent_not_deleted > 0 || !self.refused.is_empty() {
            screen.line(&[(Look::Faint, "To go on: "), (Look::Plain, &self.resume)]);
        }
        screen.line(&[(Look::Faint, &format!("Journal: {}", self.journal))]);
    }

    fn exit_code(&self) -> u8 {
        match self.ended {
            Ended::Failed => SOFTWARE,
            Ended::Done if self.put_back > 0 && self.refused.is_empty() && self.sent_not_deleted == 0 => 0,
            _ => 1,
        }
    }
}
