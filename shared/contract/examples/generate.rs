//! Writes what other languages read of the contract: the JSON Schema of every event and the constants.

use std::{fs, io, path::Path};

use contract::{EventType, constants, schema};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"));
    for event_type in EventType::ALL {
        let text = serde_json::to_string_pretty(&schema(*event_type))?;
        fs::write(folder.join(format!("schemas/{event_type}.json")), text + "\n")?;
    }
    let text = serde_json::to_string_pretty(&constants())?;
    fs::write(folder.join("constants.json"), text + "\n")
}
