//! A message in an SNS wrapping, after the wrapping's attributes on a line of their own.
#![no_main]

use matchflow_fuzz::checks::wrapping;

libfuzzer_sys::fuzz_target!(|input: &[u8]| wrapping(&String::from_utf8_lossy(input)));
