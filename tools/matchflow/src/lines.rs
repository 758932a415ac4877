//! A file of JSON lines, each of which is on the disk once it was added.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;

use serde::Serialize;
use serde::de::IgnoredAny;

use crate::printable::printable_json;

/// The file, open for more lines.
#[derive(Debug)]
pub struct Lines(File);

impl Lines {
    /// Begins a new file, which nobody else may read and no other run may add to meanwhile.
    pub fn begin(path: &Path) -> io::Result<Self> {
        let lines = Self(options().create_new(true).open(path)?);
        lines.0.try_lock()?;
        Ok(lines)
    }

    /// Opens a file that exists, to add to it while no other run may. It is to be read only then, and [`cut`](Self::cut) once it is known to be
    /// one of these.
    pub fn reopen(path: &Path) -> io::Result<Self> {
        let lines = Self(options().open(path)?);
        lines.0.try_lock().map_err(|error| match error {
            std::fs::TryLockError::WouldBlock => io::Error::other("another run is using it"),
            std::fs::TryLockError::Error(error) => error,
        })?;
        Ok(lines)
    }

    /// Opens a file, new or not, that many runs add to: waits for the others' lines.
    pub fn shared(path: &Path) -> io::Result<Self> {
        let lines = Self(options().create(true).open(path)?);
        lines.0.lock()?;
        lines.cut()?;
        Ok(lines)
    }

    /// Adds a line, harmless for a terminal that shows the file.
    pub fn add(&mut self, line: &impl Serialize) -> io::Result<()> {
        let json = serde_json::to_string(line).map_err(io::Error::other)?;
        let text = printable_json(&json) + "\n";
        self.0.write_all(text.as_bytes())?;
        self.0.sync_data()
    }

    /// Takes a last line away that was cut off: the next one would be a part of it. One that is whole but for its end is ended.
    pub fn cut(&self) -> io::Result<()> {
        let mut file = &self.0;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        match &text[whole..] {
            [] => Ok(()),
            rest if serde_json::from_slice::<IgnoredAny>(rest).is_ok() => file.write_all(b"\n"),
            _ => file.set_len(whole as u64),
        }
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use std::{env, fs, process};

    use super::*;

    #[test]
    fn a_line_behind_one_that_was_cut_off_anywhere_is_a_line_and_one_run_adds_at_a_time() {
        let path = env::temp_dir().join(format!("matchflow-lines-{}", process::id()));
        let whole = "\"first\"\n\"second\"\n";
        for end in 0..=whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let mut lines = Lines::reopen(&path).unwrap();
            lines.cut().unwrap();
            let other = Lines::reopen(&path).unwrap_err().to_string();
            assert_eq!(other, "another run is using it");
            lines.add(&"third").unwrap();
            let text = fs::read_to_string(&path).unwrap();
            let read: Vec<String> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            assert_eq!(read.last().unwrap(), "third", "cut at {end}");
        }
        assert!(Lines::begin(&path).is_err(), "a file is never written over");
        fs::remove_file(path).unwrap();
    }
}
