//! A large load, once: 10 million transfers among 2 million accounts. Prints what criterion cannot: bytes on disk, and
//! the rate with and without the compaction at the end. `BULK_LENGTH` makes it shorter.

#![allow(clippy::unwrap_used, reason = "a bench that cannot set itself up must stop")]
#![allow(clippy::print_stdout, reason = "the numbers are what this program is for")]

use std::time::Instant;

use fundtrail_benches::{SEED, payments};
use fundtrail_store::Store;

const LENGTH: u64 = 10_000_000;
/// As many as `fundtrail ingest` puts into a batch of a large load.
const MOVEMENTS_PER_BATCH: usize = 250_000;

fn main() {
    let length = std::env::var("BULK_LENGTH").ok().and_then(|text| text.parse().ok()).unwrap_or(LENGTH);
    let folder = tempfile::tempdir_in(std::env::var("BULK_DIR").unwrap_or_else(|_| "/tmp".to_owned())).unwrap();
    let store = Store::open(folder.path()).unwrap();
    let mut writer = store.writer().unwrap();
    let started = Instant::now();
    for movement in payments(length, length / 5, SEED) {
        writer.movement(&movement);
        if writer.pending() == MOVEMENTS_PER_BATCH {
            writer.commit(None).unwrap();
        }
    }
    writer.commit(None).unwrap();
    let loaded = started.elapsed();
    store.compact(&mut |_, _| true).unwrap();
    let done = started.elapsed();
    let rate = |time: std::time::Duration| u128::from(length) * 1000 / time.as_millis().max(1);
    let bytes = store.bytes_on_disk().unwrap();
    println!("loaded {length} movements in {loaded:.1?}: {} a second", rate(loaded));
    println!("compacted after {done:.1?} in all: {} a second", rate(done));
    println!("{bytes} bytes on disk, {} a movement", bytes / length);
}
