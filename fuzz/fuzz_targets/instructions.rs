//! libFuzzer on [`fundtrail_fuzz::instructions`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fundtrail_fuzz::instructions(data);
});
