//! The result of a simulation.

use std::fmt;
use std::time::SystemTime;

use super::checker::Violation;
use super::coverage::Coverage;
use super::faults::faulty_network::Call;
use super::time::since_begin;

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
    /// The virtual time at which it was found.
    pub at: SystemTime,
    /// The last calls to the outside before it, up to [`LAST_CALLS`](super::simulation::LAST_CALLS).
    pub last_calls: Vec<Call>,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.violation)?;
        let found = since_begin(self.at).as_secs_f64();
        writeln!(f, "Found after {found:.3} s. The last calls before:")?;
        for call in &self.last_calls {
            let caller = match call.process {
                Some(process) => format!("process {process}"),
                None => "Lambda".to_owned(),
            };
            let (at, number, name) = (since_begin(call.at).as_secs_f64(), call.number, call.name);
            write!(f, "  {at:>8.3} s  call {number:<4} {caller:<11} {name}")?;
            match call.fault {
                Some(fault) => writeln!(f, "  <- {fault}")?,
                None => writeln!(f)?,
            }
        }
        Ok(())
    }
}
