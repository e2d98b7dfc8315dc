//! libFuzzer on [`fundtrail_fuzz::blocks`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fundtrail_fuzz::blocks(data);
});
