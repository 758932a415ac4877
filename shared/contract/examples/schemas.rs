//! Writes the JSON Schema of every event to `shared/contract/schemas`.

use std::{fs, io, path::Path};

use contract::{EventType, schema};

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("schemas");
    for event_type in EventType::ALL {
        let text = serde_json::to_string_pretty(&schema(*event_type))?;
        fs::write(folder.join(format!("{event_type}.json")), text + "\n")?;
    }
    Ok(())
}
