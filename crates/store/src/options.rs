//! The numbers by which RocksDB is tuned, each with its reason.

use rocksdb::{BlockBasedOptions, Cache, ColumnFamilyDescriptor, DBCompressionType, DBRecoveryMode, Options};

use crate::{
    FAMILIES, Family,
    families::{ACCOUNTS, ASSETS, MOVEMENTS, TXIDS, TXS},
};

/// Blocks kept decompressed in memory: enough for the hot accounts of a trace on a laptop.
const BLOCK_CACHE_BYTES: usize = 256 << 20;
/// Rows read and compressed together. Larger blocks compress better and are read whole for one row; a history is many
/// rows of one block.
const BLOCK_BYTES: usize = 16 << 10;
/// The same of families whose rows are asked for one transaction or one name at a time: what is read beside it is for nothing.
const BLOCK_BYTES_SINGLE: usize = 4 << 10;
/// Rows gathered in memory per family before they are written out: fewer, larger files while loading.
const WRITE_BUFFER_BYTES: usize = 32 << 20;
/// Bits per key of the filters that spare point look-ups a disk read; 10 bits let 1 in 100 through.
const BLOOM_BITS: f64 = 10.0;
/// Files held open; under the usual limit of 1,024 for a process.
const OPEN_FILES_MAX: i32 = 512;
/// Threads for flushes and compactions.
const BACKGROUND_THREADS: i32 = 2;
/// Overlapping files of a family before they are merged unasked. More than usual: a large load takes one table of each
/// family a step, and is compacted once at its end.
const OVERLAPS_MAX: i32 = 24;
/// Overlapping files at which writing slows down, and stops. Far above, because tables are not written in the log.
const OVERLAPS_SLOW: i32 = 200;
const OVERLAPS_STOP: i32 = 400;
/// Size of a file. The larger, the fewer are held open.
const FILE_BYTES: u64 = 128 << 20;

/// For RocksDB: keep every file open from the start. A reader needs this, because a writer may delete them meanwhile.
const ALL_FILES: i32 = -1;

pub(crate) fn cache() -> Cache {
    Cache::new_lru_cache(BLOCK_CACHE_BYTES)
}

/// For a writer.
pub(crate) fn writing() -> Options {
    let mut options = reading();
    options.create_if_missing(true);
    options.create_missing_column_families(true);
    options.set_max_open_files(OPEN_FILES_MAX);
    options.increase_parallelism(BACKGROUND_THREADS);
    options.set_max_subcompactions(BACKGROUND_THREADS.unsigned_abs());
    // RocksDB's own log is for its developers; one old file is enough.
    options.set_keep_log_file_num(1);
    options
}

/// For a reader.
pub(crate) fn reading() -> Options {
    let mut options = Options::default();
    options.set_max_open_files(ALL_FILES);
    // A log that ends in the middle of a row is what a killed process leaves. Damage before its end must be told: by
    // default RocksDB takes what stands before it, and everything after it is gone in silence.
    options.set_wal_recovery_mode(DBRecoveryMode::TolerateCorruptedTailRecords);
    options
}

pub(crate) fn descriptors(cache: &Cache) -> Vec<ColumnFamilyDescriptor> {
    let mut all = vec![ColumnFamilyDescriptor::new("default", Options::default())];
    all.extend(FAMILIES.iter().map(|family| ColumnFamilyDescriptor::new(family.name, of_family(*family, cache))));
    all
}

/// For the rows of one family in the database.
pub(crate) fn of_family(family: Family, cache: &Cache) -> Options {
    let mut options = of_table(family, cache);
    // Rows of one account differ little; the bottom level, where most bytes are, is worth the stronger codec.
    options.set_bottommost_compression_type(DBCompressionType::Zstd);
    options
}

/// For a table that is written for a family. Most of them are merged soon, which is when the stronger codec comes; those
/// that come in the order of heights lie on the bottom level from the start.
pub(crate) fn of_table(family: Family, cache: &Cache) -> Options {
    let mut table = BlockBasedOptions::default();
    table.set_block_cache(cache);
    let is_single = [ACCOUNTS, ASSETS, TXIDS, TXS, MOVEMENTS].contains(&family);
    table.set_block_size(if is_single { BLOCK_BYTES_SINGLE } else { BLOCK_BYTES });
    // Families that are asked for single keys, most of which do not exist while loading.
    if [ACCOUNTS, ASSETS, TXIDS, TXS].contains(&family) {
        table.set_bloom_filter(BLOOM_BITS, false);
    }
    let mut options = Options::default();
    options.set_block_based_table_factory(&table);
    options.set_write_buffer_size(WRITE_BUFFER_BYTES);
    options.set_target_file_size_base(FILE_BYTES);
    options.set_level_zero_file_num_compaction_trigger(OVERLAPS_MAX);
    options.set_level_zero_slowdown_writes_trigger(OVERLAPS_SLOW);
    options.set_level_zero_stop_writes_trigger(OVERLAPS_STOP);
    let in_order = [TXS, MOVEMENTS].contains(&family);
    options.set_compression_type(if in_order { DBCompressionType::Zstd } else { DBCompressionType::Lz4 });
    options
}
