//! libFuzzer on [`fundtrail_fuzz::tables`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fundtrail_fuzz::tables(data);
});
