//! Workbooks: half of the inputs as the archive itself, half as the text of the sheet, the shared texts and the styles, which
//! are then put into an archive. In a packed part a fuzzer only breaks the packing.
#![no_main]

use tenantry_fuzz::{read, workbook::workbook};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| match bytes {
    [b'P', ..] => read(bytes),
    _ => {
        let mut parts = bytes.splitn(3, |byte| *byte == 0);
        let mut next = || parts.next().unwrap_or_default();
        read(&workbook(next(), next(), next()));
    }
});
