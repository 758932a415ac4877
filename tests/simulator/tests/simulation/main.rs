//! The world's tests: `make simulate` runs many more seeds.

#![allow(clippy::print_stdout, reason = "what was met is to be seen")]

mod clocks;
mod seeds;
mod sweeping;
