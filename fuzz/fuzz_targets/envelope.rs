//! A message body.
#![no_main]

use matchflow_fuzz::checks::envelope;

libfuzzer_sys::fuzz_target!(|input: &[u8]| envelope(&String::from_utf8_lossy(input)));
