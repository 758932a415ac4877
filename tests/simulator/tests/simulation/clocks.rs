//! How wrong the instances' clocks may be.

use std::time::Duration;

use simulator::checker::Guarantee;
use simulator::faults::{FaultKind, PlannedFault};
use simulator::plan::CLOCK_ERROR;
use simulator::scenarios;
use simulator::simulation::run;
use support::fakes::Fault;

#[test]
fn a_clock_may_be_a_little_wrong_but_not_seconds_slow() {
    let every_call_hangs = PlannedFault::During {
        from: Duration::ZERO,
        length: Duration::from_mins(2),
        calls: "",
        kind: FaultKind::Call(Fault::Hangs),
        percent: 100,
    };
    for (clock_error, is_in_time) in [
        (Duration::ZERO, true),
        (CLOCK_ERROR, true),
        (Duration::from_secs(5), false),
    ] {
        let mut plan = scenarios::all().remove(0).plan;
        plan.max_clock_error = clock_error;
        plan.faults = vec![every_call_hangs];
        let failure = run(&plan).failure;
        assert_eq!(failure.is_none(), is_in_time, "{clock_error:?}: {failure:?}");
        if let Some(failure) = failure {
            let violation = failure.violation;
            assert_eq!(violation.guarantee, Guarantee::AnsweredInTime, "{violation}");
            assert!(violation.details.contains("ran into its deadline"), "{violation}");
        }
    }
}
