//! The list of protocols itself.

use std::{collections::BTreeSet, fs, path::Path};

use fundtrail_ethereum::protocols::ALL;

#[test]
fn it_is_in_order_and_every_name_is_one() {
    assert!(ALL.is_sorted_by_key(|one| (one.group, one.name)));
    assert_eq!(ALL.iter().map(|one| one.name).collect::<BTreeSet<_>>().len(), ALL.len());
}

/// Addresses in code have their sources in the data.
#[test]
fn every_contract_is_in_the_data_with_its_source() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/labels");
    let known: BTreeSet<String> = ["services.csv", "tornado-cash.csv"]
        .iter()
        .flat_map(|file| {
            fs::read_to_string(folder.join(file)).unwrap().lines().map(str::to_lowercase).collect::<Vec<_>>()
        })
        .map(|line| line.splitn(3, ',').take(2).collect::<Vec<_>>().join(","))
        .collect();
    for protocol in ALL {
        for contract in protocol.contracts {
            let key = format!("eip155:{},{:?}", contract.chain, contract.address).to_lowercase();
            assert!(known.contains(&key), "{}: {key} is in no table of labels", protocol.name);
        }
    }
}
