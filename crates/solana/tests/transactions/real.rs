use crate::support::{block, line, relation_line, transaction, value};
use std::{collections::BTreeMap, path::PathBuf};

fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("FUNDTRAIL_SHARED_DATA").map(|path| PathBuf::from(path).join("solana-transactions"));
    if folder.is_none() {
        eprintln!("left out: FUNDTRAIL_SHARED_DATA names no folder with recorded transactions");
    }
    folder
}

#[test]
fn look() {
    let Some(folder) = folder() else { return };
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    for file in files {
        if file.extension().is_none_or(|e| e != "json") {
            continue;
        }
        let v = value(&file);
        eprintln!("== {}", file.file_name().unwrap().to_str().unwrap());
        let txs = if v.get("result").is_some_and(|r| r.is_object()) {
            vec![transaction(v["result"]["slot"].as_u64().unwrap(), &v["result"])]
        } else if v.get("transactions").is_some() {
            let b = block(1, &v);
            for p in &b.problems {
                eprintln!("PROBLEM {p}");
            }
            for m in &b.own {
                eprint!("own {}", line(m));
            }
            b.transactions
        } else {
            eprintln!("list");
            continue;
        };
        for t in txs {
            eprintln!(
                "{:?} ok {} bal {} complete {} {:?} {:?} {:?}",
                t.id,
                t.succeeded,
                t.balances,
                t.complete,
                t.reconciled,
                t.left_out.reasons().iter().filter(|r| r.1 > 0).collect::<Vec<_>>(),
                t.owners_unknown
            );
            for r in &t.residues {
                eprintln!("   RES {r:?}");
            }
            if std::env::var_os("LONG").is_some() {
                for m in &t.movements {
                    eprint!("   {}", line(m));
                }
                for m in &t.relations {
                    eprint!("   ~ {}", relation_line(m));
                }
            }
        }
    }
    let _: BTreeMap<u8, u8> = BTreeMap::new();
}
