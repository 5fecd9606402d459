//! CSV in any encoding: what is no other kind of file.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| tenantry_fuzz::read(bytes));
