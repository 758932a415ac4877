//! The local stack: `make local` writes its outputs into the project's folder, under its port.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::failure::Failure;

/// Names the file with the outputs where no option says which stack is meant.
const VARIABLE: &str = "MATCHFLOW_OUTPUTS";

/// The file with the outputs: this one, or else of the stack on this port, or else the variable's, or else of the only stack there is.
pub fn file(file: Option<&Path>, port: Option<u16>) -> Result<PathBuf, Failure> {
    let file = file.map(PathBuf::from);
    let of_variable = || env::var_os(VARIABLE).filter(|_| port.is_none()).map(PathBuf::from);
    match file.or_else(of_variable) {
        Some(file) => Ok(file),
        None => written(&env::current_dir().unwrap_or_default(), port),
    }
}

/// The outputs in a file.
pub fn read(file: &Path) -> Result<BTreeMap<String, String>, Failure> {
    let unreadable = |why: String| {
        let next = "Give a file that `make outputs` wrote";
        Failure::new(format!("{} cannot be read", file.display()), why, next)
    };
    let text = fs::read_to_string(file).map_err(|error| unreadable(error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| unreadable(error.to_string()))
}

/// The file that `make local` wrote, in the nearest folder from here up that has any.
fn written(from: &Path, port: Option<u16>) -> Result<PathBuf, Failure> {
    let mut found: Vec<PathBuf> = from
        .ancestors()
        .map(stacks_of)
        .find(|stacks| !stacks.is_empty())
        .unwrap_or_default();
    let ports: Vec<String> = found.iter().map(|file| port_of(file)).collect();
    if let Some(port) = port {
        found.retain(|file| port_of(file) == port.to_string());
    }
    let next = "Start one with `make local`, run this in the project's folder, or name a stack on AWS: --stack NAME";
    match (found.pop(), found.is_empty()) {
        (Some(file), true) => Ok(file),
        (None, _) => Err(Failure::new(
            "There is no local stack",
            format!("no outputs of one were found from {} up", from.display()),
            next,
        )),
        (Some(_), false) => {
            let why = format!("they are on the ports {}", ports.join(", "));
            Err(Failure::new(
                "There are several local stacks",
                why,
                "Choose one: --port",
            ))
        }
    }
}

fn stacks_of(project: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(project.join(".local")).into_iter().flatten().flatten();
    let files = folders.filter(|folder| folder.file_name().to_string_lossy().parse::<u16>().is_ok());
    let mut files: Vec<PathBuf> = files
        .map(|folder| folder.path().join("outputs.json"))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    files
}

fn port_of(file: &Path) -> String {
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
    folder.to_string_lossy().into_owned()
}
