//! What came of a world.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

use super::network::Call;
use super::weather::Met;

/// What came of a world.
#[derive(Debug)]
pub struct Outcome {
    /// How often which call to the outside was made.
    pub calls: BTreeMap<&'static str, usize>,
    /// How often which trouble was met, by the call that it was met by.
    pub met: Met,
    /// How often which step of a life, outcome, reason for quarantine and redrive was seen.
    pub seen: BTreeMap<String, usize>,
    /// What did not hold.
    pub violation: Option<Violation>,
}

/// Something that did not hold.
#[derive(Debug)]
pub struct Violation {
    /// What.
    pub what: String,
    /// When, since the beginning.
    pub at: Duration,
    /// The calls before it.
    pub last_calls: Vec<Call>,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} (at {:.3} s)", self.what, self.at.as_secs_f64())?;
        for call in &self.last_calls {
            let Call {
                number,
                name,
                process,
                trouble,
                ..
            } = call;
            write!(
                f,
                "  call {number} of process {}: {name}",
                process.unwrap_or_default()
            )?;
            match trouble {
                Some(trouble) => writeln!(f, ": {trouble:?}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}
