//! libFuzzer on [`fundtrail_fuzz::address`].

#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    fundtrail_fuzz::address(data);
});
