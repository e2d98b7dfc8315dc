//! The column families: what each stores, and why. One documented constant each; `docs/schema.md` carries the same
//! lines, and a test compares the two.

/// A column family: its name, its key, its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Family {
    /// Place in [`FAMILIES`].
    pub(crate) place: usize,
    /// Name in the database.
    pub name: &'static str,
    /// Fields of the key, with widths in bytes; all big-endian.
    pub key: &'static str,
    /// What the value holds.
    pub value: &'static str,
}

/// Format number, counters, chain numbers, checkpoints of unfinished loads, finished sources.
pub(crate) const META: Family =
    Family { place: 0, name: "meta", key: "name", value: "format, next ids, chain numbers, checkpoints, sources" };

/// Exact dictionary of accounts, so that the rows of a history hold 8 bytes for a counterparty.
pub(crate) const ACCOUNTS: Family =
    Family { place: 1, name: "accounts", key: "{chain:4}{address}", value: "{account:8}" };

/// The way back, for people.
pub(crate) const ACCOUNT_IDS: Family =
    Family { place: 2, name: "account_ids", key: "{account:8}", value: "{chain:4}{address}" };

/// Exact dictionary of assets.
pub(crate) const ASSETS: Family =
    Family { place: 3, name: "assets", key: "{chain:4}{token:1}{contract}", value: "{asset:8}" };

/// The way back, for people.
pub(crate) const ASSET_IDS: Family =
    Family { place: 4, name: "asset_ids", key: "{asset:8}", value: "{chain:4}{token:1}{contract}" };

/// What sources called an asset. All of it, because one of several names must not depend on which load came first.
pub(crate) const SYMBOLS: Family =
    Family { place: 5, name: "symbols", key: "{asset:8}{decimals:1}{symbol}", value: "" };

/// One row a transaction: everything about it that is not a movement.
pub(crate) const TXS: Family =
    Family { place: 6, name: "txs", key: "{chain:4}{height:8}{tx:8}", value: "{flags:1}{time:8}{transaction id}" };

/// One row a movement, by transaction: to read a transaction again, and to undo heights.
pub(crate) const MOVEMENTS: Family = Family {
    place: 7,
    name: "movements",
    key: "{chain:4}{height:8}{tx:8}{leg:4}",
    value: "{kind:1}{from:8}{to:8}{asset:8}{n:4}{told leg:5}{amount}",
};

/// One row for each side of a movement: an account's history is one scan.
pub(crate) const HISTORY: Family = Family {
    place: 8,
    name: "history",
    key: "{account:8}{height:8}{tx:8}{leg:4}{side:1}",
    value: "{counterparty:8}{asset:8}{kind:1}{flags:1}{time:8}{amount}",
};

/// From a transaction's id to its place.
pub(crate) const TXIDS: Family =
    Family { place: 9, name: "txids", key: "{chain:4}{hash of id:16}", value: "{height:8}{tx:8}" };

/// What sources claim to cover. The whole claim is the key, so that saying it twice is saying it once.
pub(crate) const COVERAGE: Family = Family {
    place: 10,
    name: "coverage",
    key: "{chain:4}{account:8}{what:1}{direction:1}{asset:8}{claim:1}{from:8}{to:8}{source}{0}{note}",
    value: "",
};

/// One row a relation, by transaction: to read a transaction again, and to undo heights. All of it is the key, so that saying
/// it twice is saying it once.
pub(crate) const RELATIONS: Family = Family {
    place: 11,
    name: "relations",
    key: "{chain:4}{height:8}{tx:8}{kind:1}{subject:8}{object:8}{asset:8}",
    value: "",
};

/// One row for each side of a relation: whom an account is related to, and in which transactions, pair by pair. The other
/// account stands before the height, so that all pairs are found by a jump each, however often a pair is seen.
pub(crate) const RELATIONS_OF: Family = Family {
    place: 12,
    name: "relations_of",
    key: "{account:8}{side:1}{kind:1}{other:8}{asset:8}{height:8}{tx:8}",
    value: "",
};

/// Every family, in the order of `docs/schema.md`.
pub const FAMILIES: [Family; 13] = [
    META,
    ACCOUNTS,
    ACCOUNT_IDS,
    ASSETS,
    ASSET_IDS,
    SYMBOLS,
    TXS,
    MOVEMENTS,
    HISTORY,
    TXIDS,
    COVERAGE,
    RELATIONS,
    RELATIONS_OF,
];
