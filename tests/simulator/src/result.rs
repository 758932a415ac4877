//! The result of a simulation.

use std::fmt;
use std::time::Duration;

use super::checker::Violation;
use super::coverage::Coverage;
use super::faults::faulty_network::Call;

/// The result of a simulation.
#[derive(Debug)]
pub struct SimulationResult {
    /// What it called, met and observed.
    pub coverage: Coverage,
    /// Why the simulation failed, if it did.
    pub failure: Option<Failure>,
}

/// The first violation of a guarantee in a simulation.
#[derive(Debug)]
pub struct Failure {
    /// The violation.
    pub violation: Violation,
    /// The virtual time since the beginning of the simulation.
    pub at: Duration,
    /// The last calls to the outside before it, up to [`LAST_CALLS`](super::simulation::LAST_CALLS).
    pub last_calls: Vec<Call>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.violation)?;
        let seconds = self.at.as_secs_f64();
        writeln!(
            f,
            "Found after {seconds:.3} s of virtual time. The last calls before:"
        )?;
        for call in &self.last_calls {
            let caller = match call.process {
                Some(process) => format!("process {process}"),
                None => "Lambda".to_owned(),
            };
            write!(f, "  call {:>4}  {caller:<12}  {}", call.number, call.name)?;
            match call.fault {
                Some(fault) => writeln!(f, "  <- {fault:?}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}
