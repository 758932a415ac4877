//! What rests on the instances' clocks.

use std::time::Duration;

use simulator::fault::{Planned, Trouble};
use simulator::plan::CLOCK_ERROR;
use simulator::{run, scenarios};
use support::fakes::Fault;

#[test]
fn a_clock_may_be_a_little_wrong_but_not_seconds_slow() {
    let hangs = Planned::Spell {
        from: Duration::ZERO,
        length: Duration::from_mins(2),
        calls: "",
        trouble: Trouble::Call(Fault::Hangs),
        share: 100,
    };
    for (clock_error, in_time) in [
        (Duration::ZERO, true),
        (CLOCK_ERROR, true),
        (Duration::from_secs(5), false),
    ] {
        let mut plan = scenarios::all().remove(0).plan;
        plan.clock_error = clock_error;
        plan.faults = vec![hangs];
        let late = run(&plan).violation.map(|violation| violation.what);
        let late = late.inspect(|what| assert!(what.contains("ran into its deadline"), "{what}"));
        assert_eq!(late.is_none(), in_time, "{clock_error:?}: {late:?}");
    }
}
