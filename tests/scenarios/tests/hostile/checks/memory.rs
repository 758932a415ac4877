//! How much memory a piece of work needs at its peak.

use peak_alloc::PeakAlloc;

/// Counts the whole process: only one piece of work may be measured at a time, and nothing else may run beside it.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Room for what the test harness does meanwhile: start and end a thread. The work itself needs less than a twentieth of
/// it where the input is small.
const ROOM: usize = 65_536;

/// Fails where work on this input needed more than so many bytes for each of the input's.
pub fn is_bounded(needed: usize, input: &str, factor: usize) {
    let length = input.len();
    assert!(
        needed <= ROOM + factor * length,
        "{needed} bytes for an input of {length}: more than {ROOM} + {factor} x {length}"
    );
}

/// What the work gives, and how much it needed besides what was there before.
pub fn needed<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    (result, MEMORY.peak_usage() - before)
}
