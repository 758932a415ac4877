//! The action log: each command that changes something or shows personal data, before it begins, and how it ended.

use std::fs::DirBuilder;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs, io};

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use crate::arguments::Command;
use crate::failure::Failure;
use crate::lines::Lines;
use crate::stack::Stack;

/// The file in the folder of state (XDG Base Directory Specification).
const FILE: &str = "matchflow/actions.jsonl";

/// The fewest digits behind a `+` that are taken for a phone number.
const PHONE: usize = 7;

/// A line of the log. It holds no body and no phone number.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    at: Timestamp,
    /// The same on both lines of an action.
    action: &'a str,
    #[serde(flatten)]
    what: What,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum What {
    #[serde(rename_all = "camelCase")]
    Begins {
        user: String,
        /// Linux's number of the user.
        #[serde(skip_serializing_if = "Option::is_none")]
        uid: Option<u32>,
        stack: String,
        region: String,
        account: String,
        /// The command line as it was given.
        command: Vec<String>,
    },
    Ended {
        outcome: String,
    },
}

/// An action that was written down; nothing where a command only reads.
#[derive(Debug)]
pub struct Action(Option<Begun>);

#[derive(Debug)]
struct Begun {
    path: PathBuf,
    id: String,
}

impl Action {
    /// Writes down that a command begins, which was given in these words. One that cannot be written down must not begin.
    pub fn begin(command: &Command, stack: &Stack, words: &[String]) -> Result<Self, Failure> {
        if !command.is_written_down() {
            return Ok(Self(None));
        }
        Ok(Self(Some(Begun::write(file()?, stack, words)?)))
    }

    /// Writes down how it ended. It has: if that cannot be written, it is only said.
    pub fn end(self, ended: &Result<ExitCode, Failure>) {
        let outcome = match ended {
            Ok(code) if *code == ExitCode::SUCCESS => "done".to_owned(),
            Ok(_) => "ended with another exit code than 0".to_owned(),
            Err(failure) => failure.what_and_why(),
        };
        let written = self.0.map_or(Ok(()), |begun| begun.ended(&outcome));
        if let Err(failure) = written {
            eprintln!("The action has ended, and its outcome is not in the log. {failure}");
        }
    }
}

impl Begun {
    fn write(path: PathBuf, stack: &Stack, command: &[String]) -> Result<Self, Failure> {
        let mut of_topic = stack.topic().split(':').skip(3).map(str::to_owned);
        let what = What::Begins {
            user: ["USER", "LOGNAME", "USERNAME"]
                .into_iter()
                .find_map(|name| env::var(name).ok())
                .unwrap_or_default(),
            uid: uid(),
            stack: stack.name.clone(),
            region: of_topic.next().unwrap_or_default(),
            account: of_topic.next().unwrap_or_default(),
            command: command.iter().map(|word| without_phones(word)).collect(),
        };
        let begun = Self {
            path,
            id: Uuid::new_v4().to_string(),
        };
        begun.add(what)?;
        Ok(begun)
    }

    fn ended(&self, outcome: &str) -> Result<(), Failure> {
        let outcome = without_phones(outcome);
        self.add(What::Ended { outcome })
    }

    fn add(&self, what: What) -> Result<(), Failure> {
        let line = Line {
            at: Timestamp::now(),
            action: &self.id,
            what,
        };
        let written = folder_of(&self.path).and_then(|()| Lines::shared(&self.path)?.add(&line));
        written.map_err(|error| unwritable(&self.path, &error.to_string()))
    }
}

fn unwritable(path: &Path, why: &str) -> Failure {
    let next = "What changes something or shows personal data is written down first. Set XDG_STATE_HOME to a folder that you may write to";
    Failure::new(
        format!("The action log {} cannot be written", path.display()),
        why,
        next,
    )
}

fn folder_of(path: &Path) -> io::Result<()> {
    let mut folder = DirBuilder::new();
    folder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    path.parent().map_or(Ok(()), |parent| folder.create(parent))
}

/// The log's file. A relative path in the variable is as none.
fn file() -> Result<PathBuf, Failure> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let state = absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
    let why = "neither XDG_STATE_HOME nor HOME names a folder";
    state
        .map(|state| state.join(FILE))
        .ok_or_else(|| unwritable(Path::new(FILE), why))
}

#[cfg(unix)]
fn uid() -> Option<u32> {
    let own = fs::metadata("/proc/self").ok()?;
    Some(std::os::unix::fs::MetadataExt::uid(&own))
}

#[cfg(not(unix))]
fn uid() -> Option<u32> {
    None
}

/// Text without the digits of phone numbers: an id of the project's own has none behind a `+`.
fn without_phones(text: &str) -> String {
    let mut parts = text.split('+');
    let mut shown = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part
            .chars()
            .take_while(|c| c.is_ascii_digit() || "- ()".contains(*c))
            .collect::<String>();
        let is_phone = digits.chars().filter(char::is_ascii_digit).count() >= PHONE;
        shown += if is_phone { "+…" } else { "+" };
        shown += if is_phone { &part[digits.len()..] } else { part };
    }
    shown
}

#[cfg(test)]
mod tests {
    use std::process;

    use serde_json::Value;

    use super::*;
    use crate::sweep::a_stack;

    #[test]
    fn an_action_is_written_down_before_it_begins_and_once_it_has_ended() {
        let folder = env::temp_dir().join(format!("matchflow-actions-{}", process::id()));
        let path = folder.join(FILE);
        let words = ["follow", "+82 10-1234-5678", "--show-personal", "1+1"].map(str::to_owned);
        for _ in 0..2 {
            let begun = Begun::write(path.clone(), &a_stack(), &words).unwrap();
            begun.ended("Nothing is stored under +821012345678: no").unwrap();
        }
        let text = fs::read_to_string(&path).unwrap();
        let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(lines.len(), 4);
        assert_eq!(
            lines[0]["command"],
            serde_json::json!(["follow", "+…", "--show-personal", "1+1"])
        );
        assert_eq!((&lines[0]["stack"], &lines[0]["account"]), (&"s".into(), &"1".into()));
        assert_eq!(
            (&lines[0]["action"], &lines[1]["outcome"]),
            (&lines[1]["action"], &"Nothing is stored under +…: no".into())
        );
        assert_ne!(lines[0]["action"], lines[2]["action"]);
        #[cfg(unix)]
        for (path, mode) in [(&*path, 0o600), (path.parent().unwrap(), 0o700)] {
            let permissions = fs::metadata(path).unwrap().permissions();
            assert_eq!(std::os::unix::fs::PermissionsExt::mode(&permissions) & 0o777, mode);
        }
        fs::remove_dir_all(folder).unwrap();
    }

    #[test]
    fn what_cannot_be_written_down_does_not_begin() {
        let failure = Begun::write(PathBuf::from("/dev/null/x/actions.jsonl"), &a_stack(), &[]).unwrap_err();
        assert!(
            failure
                .to_string()
                .starts_with("The action log /dev/null/x/actions.jsonl cannot be written: "),
            "{failure}"
        );
    }
}
