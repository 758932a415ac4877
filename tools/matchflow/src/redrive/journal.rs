//! The journal of a redrive: what was sent and what was deleted, line by line, so that one that was stopped anywhere goes on.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::lines::Lines;

/// A line of a journal. It holds ids, nothing of a message's contents.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Line {
    /// What was chosen, first of all. The topic's ARN stands for the stack, its account and its region.
    Began {
        topic: String,
        chosen: Vec<String>,
        max: usize,
        /// In seconds.
        hidden: u64,
        onto_trusted_queues: bool,
        /// The queues that were looked into alone, if any.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        queues: Vec<String>,
    },
    /// This message is about to be sent.
    Sending { message_id: String, queue: String },
    /// It was sent, and is to be deleted.
    Sent { message_id: String, sent_as: String },
    /// It was deleted.
    Deleted { message_id: String },
}

/// A journal, open for more lines.
#[derive(Debug)]
pub struct Journal {
    pub path: PathBuf,
    lines: Lines,
    /// The messages that were sent and are not known to be deleted.
    pub sent: BTreeSet<String>,
    /// How many the earlier run was sending when it was stopped: these may be sent twice.
    pub doubtful: usize,
    /// How many are done.
    pub deleted: usize,
    /// When the last line was written by the run that is gone on with.
    pub stopped_at: Option<SystemTime>,
}

impl Journal {
    /// Begins a journal in a new file.
    pub fn begin(path: PathBuf, began: &Line) -> Result<Self, Failure> {
        let lines = Lines::begin(&path).map_err(|error| unusable(&path, &error.to_string()))?;
        let mut journal = Self {
            path,
            lines,
            sent: BTreeSet::new(),
            doubtful: 0,
            deleted: 0,
            stopped_at: None,
        };
        journal.add(began)?;
        Ok(journal)
    }

    /// Opens a journal to go on with it; returns what was chosen, too. A last line that was cut off is as if it had not been written.
    pub fn resume(path: &Path) -> Result<(Self, Line), Failure> {
        let failed = |error: io::Error| unusable(path, &error.to_string());
        let added = Lines::reopen(path).map_err(failed)?;
        let lines = read(path)?;
        let Some(began @ Line::Began { .. }) = lines.first().cloned() else {
            return Err(unusable(path, "it does not begin as a journal does"));
        };
        let (sent, deleted) = state_after(&lines);
        let doubtful = doubtful(&lines);
        let stopped_at = fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
        added.cut().map_err(failed)?;
        let journal = Self {
            path: path.to_owned(),
            lines: added,
            sent,
            doubtful,
            deleted,
            stopped_at,
        };
        Ok((journal, began))
    }

    /// Adds a line, and returns once it is on the disk.
    pub fn add(&mut self, line: &Line) -> Result<(), Failure> {
        let written = self.lines.add(line);
        written.map_err(|error| unusable(&self.path, &error.to_string()))?;
        match line {
            Line::Sent { message_id, .. } => {
                self.sent.insert(message_id.clone());
            }
            Line::Deleted { message_id } => {
                self.sent.remove(message_id);
                self.deleted += 1;
            }
            Line::Began { .. } | Line::Sending { .. } => {}
        }
        Ok(())
    }
}

/// How many were put back, as far as a journal says; none before it has begun.
pub fn put_back_by(path: &Path) -> usize {
    read(path).map_or(0, |lines| state_after(&lines).1)
}

fn read(path: &Path) -> Result<Vec<Line>, Failure> {
    let file = File::open(path).map_err(|error| unusable(path, &error.to_string()))?;
    let mut lines = Vec::new();
    for text in BufReader::new(file).split(b'\n') {
        let text = text.map_err(|error| unusable(path, &error.to_string()))?;
        lines.extend(serde_json::from_slice::<Line>(&text).ok());
    }
    Ok(lines)
}

/// The messages that were sent and not deleted, and the number of those that were.
fn state_after(lines: &[Line]) -> (BTreeSet<String>, usize) {
    let mut sent: BTreeMap<&str, bool> = BTreeMap::new();
    for line in lines {
        match line {
            Line::Sent { message_id, .. } => {
                sent.entry(message_id).or_insert(false);
            }
            Line::Deleted { message_id } => {
                sent.insert(message_id, true);
            }
            Line::Began { .. } | Line::Sending { .. } => {}
        }
    }
    let deleted = sent.values().filter(|deleted| **deleted).count();
    let left = sent.into_iter().filter(|(_, deleted)| !deleted);
    (left.map(|(id, _)| id.to_owned()).collect(), deleted)
}

/// How many messages were about to be sent, and are not known to be.
fn doubtful(lines: &[Line]) -> usize {
    let mut sending = BTreeSet::new();
    for line in lines {
        match line {
            Line::Sending { message_id, .. } => drop(sending.insert(message_id)),
            Line::Sent { message_id, .. } => drop(sending.remove(message_id)),
            Line::Began { .. } | Line::Deleted { .. } => {}
        }
    }
    sending.len()
}

fn unusable(path: &Path, why: &str) -> Failure {
    let what = format!("The journal {} cannot be used", path.display());
    Failure::new(
        what,
        why,
        "Nothing was changed without it: give another file with --journal, or mend this one",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn began() -> Line {
        let chosen = vec!["1a2b3c4d".to_owned()];
        Line::Began {
            topic: "arn:aws:sns:r:1:s-events.fifo".to_owned(),
            chosen,
            max: 5,
            hidden: 70,
            onto_trusted_queues: false,
            queues: Vec::new(),
        }
    }

    fn sent(id: &str) -> Line {
        Line::Sent {
            message_id: id.to_owned(),
            sent_as: "n".to_owned(),
        }
    }

    fn deleted(id: &str) -> Line {
        Line::Deleted {
            message_id: id.to_owned(),
        }
    }

    #[test]
    fn a_journal_that_was_cut_off_anywhere_knows_what_was_sent_and_not_deleted() {
        let folder = std::env::temp_dir().join(format!("matchflow-journal-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let whole = folder.join("whole.jsonl");
        let mut journal = Journal::begin(whole.clone(), &began()).unwrap();
        for line in [sent("a"), deleted("a"), sent("b"), sent("c"), deleted("c")] {
            journal.add(&line).unwrap();
        }
        drop(journal);
        let text = fs::read(&whole).unwrap();
        let first = text.iter().position(|byte| *byte == b'\n').unwrap();
        for end in first..text.len() {
            let cut = folder.join(format!("{end}.jsonl"));
            fs::write(&cut, &text[..end]).unwrap();
            let (mut resumed, start) = Journal::resume(&cut).unwrap();
            assert_eq!(start, began());
            resumed.add(&sent("d")).unwrap();
            let sent = resumed.sent.clone();
            drop(resumed);
            let (again, _) = Journal::resume(&cut).unwrap();
            assert!(again.sent.contains("d"), "cut at {end}: a line behind the cut is lost");
            assert_eq!(again.sent, sent, "cut at {end}");
        }
        let (resumed, _) = Journal::resume(&whole).unwrap();
        assert_eq!((resumed.sent, resumed.deleted), (BTreeSet::from(["b".to_owned()]), 2));
        assert!(
            Journal::begin(whole, &began()).is_err(),
            "a journal is never written over"
        );
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_was_being_sent_may_be_sent_twice() {
        let sending = |id: &str| Line::Sending {
            message_id: id.to_owned(),
            queue: "points.fifo".to_owned(),
        };
        assert_eq!(
            doubtful(&[began(), sending("a"), sent("a"), deleted("a"), sending("b")]),
            1
        );
        assert_eq!(doubtful(&[began(), sending("a"), sent("a")]), 0);
    }

    #[test]
    fn another_file_is_no_journal() {
        let file = std::env::temp_dir().join(format!("matchflow-no-journal-{}", std::process::id()));
        fs::write(&file, "{}\n").unwrap();
        let failure = Journal::resume(&file).unwrap_err().to_string();
        assert!(failure.contains("does not begin as a journal does"), "{failure}");
        fs::remove_file(file).unwrap();
    }
}
