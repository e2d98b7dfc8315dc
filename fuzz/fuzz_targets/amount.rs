//! libFuzzer on [`fundtrail_fuzz::amount`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fundtrail_fuzz::amount(data);
});
