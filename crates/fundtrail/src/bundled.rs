//! The files of `data/` that travel inside the program, so that it works anywhere and offline.

/// A file by its name under `data/`.
type File = (&'static str, &'static [u8]);

macro_rules! data {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../../../data/", $name)))
    };
}

/// Labels, tokens and prices that every answer is joined with unless told otherwise.
pub(crate) const REFERENCE: &[File] = &[
    data!("labels/fbi-psa-i-022625.csv"),
    data!("labels/ofac-sdn-2026-08-20.csv"),
    data!("labels/research-allegations.csv"),
    data!("labels/services.csv"),
    data!("labels/tornado-cash.csv"),
    data!("tokens.csv"),
    data!("prices.csv"),
];

/// What differs between chains.
pub(crate) const CHAINS: File = data!("chains.toml");

/// The case of the demo.
pub(crate) const CASE: &[File] = &[
    data!("cases/bybit-2025/case.toml"),
    data!("cases/bybit-2025/movements.csv"),
    data!("cases/bybit-2025/coverage.csv"),
    data!("cases/bybit-2025/payouts.csv"),
];

/// Where the case lies under `data/`.
pub(crate) const CASE_DIR: &str = "cases/bybit-2025/";
