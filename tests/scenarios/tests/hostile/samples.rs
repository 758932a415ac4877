//! Known input, good and bad, from which the mutations start.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

/// The payloads in `events/`, whose `expected.json` names them all; but for the large one.
pub fn payloads() -> Vec<String> {
    let events = repository().join("events");
    let outcomes = text(&events.join("expected.json"));
    let outcomes: BTreeMap<String, Value> = serde_json::from_str(&outcomes).unwrap();
    let payloads = outcomes.keys().map(|path| text(&events.join(path)));
    payloads.filter(|payload| payload.len() < 100_000).collect()
}

/// The events in `shared/contract/golden`.
pub fn golden() -> Vec<String> {
    let files = files("shared/contract/golden");
    files.iter().map(|path| text(path)).collect()
}

/// The golden events, and the bodies in the payloads.
pub fn bodies() -> Vec<String> {
    let mut bodies = golden();
    for payload in payloads() {
        let payload: Value = serde_json::from_str(&payload).unwrap();
        let records = payload["Records"].as_array().unwrap().iter();
        bodies.extend(records.filter_map(|record| Some(record["body"].as_str()?.to_owned())));
    }
    bodies
}

/// The corpus of a fuzz target.
pub fn corpus(target: &str) -> Vec<String> {
    let files = files(&format!("fuzz/corpus/{target}"));
    files.iter().map(|path| text(path)).collect()
}

/// The files of a folder in the repository.
fn files(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(repository().join(folder)).unwrap();
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn text(path: &Path) -> String {
    String::from_utf8_lossy(&fs::read(path).unwrap()).into_owned()
}
