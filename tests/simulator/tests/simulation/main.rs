//! Simulations in the test suite; `make simulate` runs many more seeds.

#![allow(clippy::print_stdout, reason = "the coverage is worth reading")]

mod clocks;
mod crash_sweep;
mod seeds;
