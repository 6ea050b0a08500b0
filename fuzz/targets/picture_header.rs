#![no_main]
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| cloudlet::fuzzing::picture_header(bytes));
