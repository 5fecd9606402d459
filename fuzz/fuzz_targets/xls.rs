//! Workbooks of Excel 97 to 2003: the sectors behind their eight magic bytes, which a fuzzer would only break.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let mut file = bytes.to_vec();
    if let Some(magic) = file.get_mut(..8) {
        magic.copy_from_slice(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
        tenantry_fuzz::read(&file);
    }
});
