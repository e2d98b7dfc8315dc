//! Real replies of mainnet, where they can be had.

use std::path::{Path, PathBuf};

use fundtrail_ethereum::RawCalls;

use crate::{json, read_all};

fn shared(folder: &str) -> Option<PathBuf> {
    let Some(data) = std::env::var_os("FUNDTRAIL_SHARED_DATA") else {
        println!("left out: FUNDTRAIL_SHARED_DATA does not name a folder of real replies");
        return None;
    };
    Some(Path::new(&data).join(folder))
}

#[test]
fn whole_blocks_with_receipts_and_traces() {
    let Some(folder) = shared("ethereum-blocks") else { return };
    let (recorded, read) = read_all(&folder);
    assert_eq!(recorded.problems(), &[]);
    assert_eq!(
        read.iter().map(|block| block.height).collect::<Vec<_>>(),
        [4_404_763, 7_280_016, 11_098_450, 17_053_184]
    );
    for block in read {
        let txs = json(&block.block)["transactions"].as_array().unwrap().clone();
        assert_eq!(json(block.receipts.as_ref().unwrap()).as_array().unwrap().len(), txs.len());
        let Some(RawCalls::Frames(frames)) = &block.calls else { panic!("{} has no calls", block.height) };
        let frames = json(frames);
        for (place, tx) in txs.iter().enumerate() {
            assert_eq!(frames[place]["txHash"], tx["hash"]);
            assert_eq!(frames[place]["result"]["from"], tx["from"]);
        }
    }
}

#[test]
fn replies_of_many_kinds_in_one_folder() {
    let Some(folder) = shared("ethereum-etl") else { return };
    let (recorded, read) = read_all(&folder);
    let told: Vec<(u64, bool, bool)> =
        read.iter().map(|block| (block.height, block.receipts.is_some(), block.calls.is_some())).collect();
    // Receipts of the blocks 483920 and 1755635 lie beside them one by one; the others are empty, or have none.
    let expected = [
        (0, true, true),
        (47_218, false, false),
        (47_219, false, false),
        (483_920, true, false),
        (1_755_634, true, true),
        (1_755_635, true, false),
    ];
    assert_eq!(told, expected);
    // What the other program made of the replies is no reply; traces without their blocks, and blocks without transactions,
    // are told each.
    let count = |words: &str| recorded.problems().iter().filter(|problem| problem.reason.contains(words)).count();
    assert_eq!(count("is not in this folder"), 10);
    assert_eq!(count("only the hashes of its transactions"), 2);
    assert_eq!(count("taken out of it"), 3);
    assert_eq!(count("no block, receipt"), recorded.problems().len() - 15);
}
