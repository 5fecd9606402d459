//! XML: what begins with an element is taken for it.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if bytes.first() == Some(&b'<') {
        tenantry_fuzz::read(bytes);
    }
});
