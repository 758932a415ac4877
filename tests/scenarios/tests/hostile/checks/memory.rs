//! The peak memory of a piece of work.

use peak_alloc::PeakAlloc;

/// Counts the memory of the whole process: only one piece of work may be measured at a time, and nothing else may run beside it.
#[global_allocator]
static MEMORY: PeakAlloc = PeakAlloc;

/// Bytes allowed for what the test harness does in the meantime: it starts and ends a thread. The work itself needs less than a twentieth of
/// it where the input is small.
const ROOM: usize = 65_536;

/// Checks that work on this input needed at most so many bytes for each byte of it.
pub fn assert_bounded(needed: usize, input: &str, factor: usize) {
    let length = input.len();
    assert!(
        needed <= ROOM + factor * length,
        "{needed} bytes for an input of {length}: more than {ROOM} + {factor} x {length}"
    );
}

/// The result of the work, and the bytes that it needed at its peak.
pub fn needed<T>(work: impl FnOnce() -> T) -> (T, usize) {
    let before = MEMORY.current_usage();
    MEMORY.reset_peak_usage();
    let result = work();
    (result, MEMORY.peak_usage() - before)
}
