//! The schedule by which statistics adds what it counted to the counters.

use std::rc::Rc;
use std::time::Duration;

use batch::Clock;

use super::simulation::Simulation;
use support::wiring::Function;

/// The time between two invocations, and their number: fewer than on AWS, so that simulations have few that find nothing to do.
const PERIOD: Duration = Duration::from_secs(25);
const INVOCATIONS: usize = 3;

/// The time that an invocation has.
const TIMEOUT: Duration = Duration::from_secs(30);

/// Invokes statistics at its times. What an invocation does not do, a later one does.
pub async fn run(simulation: Rc<Simulation>) {
    for _ in 0..INVOCATIONS {
        simulation.network.time.sleep(PERIOD).await;
        fold(&simulation).await;
    }
}

/// Invokes it once. Returns whether all was added.
pub async fn fold(simulation: &Simulation) -> bool {
    let instance = simulation.functions.instance(Function::Statistics);
    let deadline = simulation.network.time.now() + TIMEOUT;
    let work = (instance.perform)("fold", deadline);
    simulation.network.run_process(work).await == Some(Some(Ok(())))
}
