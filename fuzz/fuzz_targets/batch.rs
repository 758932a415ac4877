//! The payload of an invocation.
#![no_main]

use matchflow_fuzz::checks::batch;

libfuzzer_sys::fuzz_target!(|input: &[u8]| batch(&String::from_utf8_lossy(input)));
