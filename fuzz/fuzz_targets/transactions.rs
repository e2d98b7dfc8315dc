//! libFuzzer on [`fundtrail_fuzz::transactions`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fundtrail_fuzz::transactions(data);
});
