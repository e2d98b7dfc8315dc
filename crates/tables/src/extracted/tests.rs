//! Corners that the extracts of the private chain do not have: other chains, other nodes, other versions.

use fundtrail_types::Problem;

use super::*;
use crate::{
    SideTables, TokenTable,
    foreign::{self, Setting},
    from_bytes,
};

const TX: &str = "0x1111111111111111111111111111111111111111111111111111111111111111";
const BLOCK: &str = "0x2222222222222222222222222222222222222222222222222222222222222222";
const A: &str = "0xaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const B: &str = "0xbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const ZERO: &str = "0x0000000000000000000000000000000000000000";

/// Reads a table after side tables, all of them as texts.
fn read(chain: &str, side: &[&str], table: &str) -> Vec<Result<Told, Problem>> {
    let chain = (!chain.is_empty()).then(|| chain.parse().unwrap());
    let mut tables = SideTables::default();
    for text in side {
        for row in tables.read(from_bytes("side", *text).unwrap(), chain).unwrap() {
            row.unwrap();
        }
    }
    let tokens = TokenTable::default();
    let setting = Setting { chain, side: Some(&tables), ..Setting::new(&tokens) };
    foreign::read(from_bytes("table", table).unwrap(), setting).unwrap().collect()
}

fn one(chain: &str, side: &[&str], table: &str) -> Told {
    let mut rows = read(chain, side, table);
    assert_eq!(rows.len(), 1);
    rows.remove(0).unwrap()
}

fn reason(chain: &str, side: &[&str], table: &str) -> String {
    read(chain, side, table).remove(0).unwrap_err().reason
}

/// Kind, sides and amount of each movement.
fn moved(told: &Told) -> Vec<String> {
    let side =
        |side: &Option<Address>| side.as_ref().map_or("nobody".to_owned(), |one| one.to_string()[2..4].to_lowercase());
    let print = |row: &MovementRow| {
        let one = &row.movement;
        format!("{} {} {} {}", one.kind, side(&one.from), side(&one.to), one.amount)
    };
    told.movements.iter().map(print).collect()
}

/// A transaction of ethereum-etl's stream, with columns of its receipt.
fn transaction(value: &str, receipt: &str) -> String {
    format!(
        "{{\"type\":\"transaction\",\"hash\":\"{TX}\",\"block_number\":7,\"transaction_index\":3,\"from_address\":\"{A}\",\
         \"to_address\":\"{B}\",\"value\":{value},\"gas\":100,\"gas_price\":10,\"block_timestamp\":1700000000,\
         \"topics\":[1.5]{receipt}}}"
    )
}

#[test]
fn the_fee_is_whole_or_left_out() {
    let succeeded = ",\"receipt_status\":1,\"receipt_gas_used\":50,\"receipt_effective_gas_price\":9";
    let ethereum = one("eip155:1", &[], &transaction("5", succeeded));
    assert_eq!(
        (moved(&ethereum), ethereum.left_out),
        (vec!["fee aa nobody 450".to_owned(), "native aa bb 5".into()], None)
    );
    let order = ethereum.movements[0].movement.order;
    assert_eq!((order.height, order.tx, order.leg), (7, TxOrder::Index(3), None));

    let base = one("eip155:8453", &[], &transaction("5", succeeded));
    assert_eq!((moved(&base), base.left_out), (vec!["native aa bb 5".to_owned()], Some(LeftOut::FeeUnknown)));
    let told = one("eip155:8453", &[], &transaction("5", &format!("{succeeded},\"receipt_l1_fee\":7")));
    assert_eq!(moved(&told)[0], "fee aa nobody 457");

    // A chain that nobody listed may charge for data as well, as may Arbitrum, Optimism and zkSync.
    for chain in ["eip155:42161", "eip155:10", "eip155:324", "eip155:5000", "eip155:987654"] {
        let left_out = one(chain, &[], &transaction("5", succeeded));
        assert_eq!((moved(&left_out).len(), left_out.left_out), (1, Some(LeftOut::FeeUnknown)), "{chain}");
    }
    for chain in ["eip155:56", "eip155:137", "eip155:100", "eip155:43114", "eip155:11155111"] {
        assert_eq!(moved(&one(chain, &[], &transaction("5", succeeded)))[0], "fee aa nobody 450", "{chain}");
    }

    let blobs = format!("{succeeded},\"transaction_type\":3");
    assert_eq!(one("eip155:1", &[], &transaction("5", &blobs)).left_out, Some(LeftOut::FeeUnknown));
    let told = format!("{blobs},\"receipt_blob_gas_used\":100,\"receipt_blob_gas_price\":2");
    assert_eq!(moved(&one("eip155:1", &[], &transaction("5", &told)))[..2], ["fee aa nobody 450", "fee aa nobody 200"]);
}

#[test]
fn a_float_is_no_amount_and_tables_must_not_contradict_each_other() {
    assert!(
        reason("eip155:1", &[], &transaction("5e18", "")).contains("`value` is the number 5e18: write it in quotes")
    );
    assert!(reason("eip155:1", &[], &transaction("\"5e18\"", "")).contains("`5e18` is not an amount"));
    let receipts = format!("transaction_hash,block_number,cumulative_gas_used,gas_used,status\n{TX},7,50,50,0\n");
    let contradiction = reason("eip155:1", &[&receipts], &transaction("5", ",\"receipt_status\":1"));
    assert!(contradiction.contains("one table says that this transaction succeeded and another that it failed"));
    assert_eq!(one("eip155:1", &[&receipts], &transaction("5", "")).left_out, Some(LeftOut::Failed));
    assert!(reason("eip155:1", &[], &transaction("5", ",\"receipt_status\":2")).contains("`2` is no status"));
}

#[test]
fn a_receipt_from_before_byzantium_proves_success_only_by_gas_that_is_left() {
    let receipts = |gas: u64| {
        format!("transaction_hash,block_number,cumulative_gas_used,gas_used,status,root\n{TX},7,{gas},{gas},,{BLOCK}\n")
    };
    assert_eq!(moved(&one("eip155:1", &[&receipts(99)], &transaction("5", "")))[1], "native aa bb 5");
    let all = reason("eip155:1", &[&receipts(100)], &transaction("5", ""));
    assert!(all.contains("nothing tells whether this transaction succeeded"), "{all}");
}

const TRACES: &str = "block_number,transaction_hash,transaction_index,from_address,to_address,value,trace_type,call_type,\
                      trace_address,error,status,block_hash\n";

#[test]
fn what_blocks_move_by_themselves() {
    let blocks = format!("number,hash,miner,timestamp,withdrawals\n7,{BLOCK},{A},2023-05-02 12:19:59 UTC,\n");
    let reward = format!("{TRACES}7,,,,{A},5,reward,,,,1,\n");
    let told = one("eip155:1", &[&blocks], &reward);
    let movement = &told.movements[0].movement;
    assert_eq!(moved(&told), ["reward nobody aa 5"]);
    assert_eq!((movement.tx.to_string().as_str(), movement.order.tx), (BLOCK, TxOrder::Index(u32::MAX)));
    assert_eq!(movement.time.unwrap().to_string(), "2023-05-02T12:19:59Z");
    assert!(reason("eip155:1", &[], &reward).contains("give the blocks table of the same blocks in the same command"));
    let fork = format!("{TRACES}1920000,,,{A},{B},5,daofork,,,,1,{BLOCK}\n");
    assert_eq!(moved(&one("eip155:1", &[], &fork)), ["internal aa bb 5"]);
    let genesis = format!("{TRACES}0,,,,{B},5,genesis,,,,1,{BLOCK}\n");
    assert_eq!(moved(&one("eip155:1", &[], &genesis)), ["reward nobody bb 5"]);

    let withdrawals = |chain: &str, list: &str| {
        one(
            chain,
            &[],
            &format!("number,hash,miner,timestamp,withdrawals\n7,{BLOCK},{A},5,\"{}\"\n", list.replace('"', "\"\"")),
        )
    };
    let object = format!("{{\"index\":1,\"validator_index\":2,\"address\":\"{B}\",\"amount\":3}}");
    let paid = ["withdrawal nobody bb 3000000000", "withdrawal nobody bb 3000000000"];
    assert_eq!(moved(&withdrawals("eip155:1", &format!("{object},{object}"))), paid);
    assert_eq!(moved(&withdrawals("eip155:1", &format!("[{object}, {object}]"))), paid);
    let gnosis = withdrawals("eip155:100", &object);
    assert_eq!((moved(&gnosis), gnosis.left_out), (vec![], Some(LeftOut::OneSided)));
}

#[test]
fn calls_that_cannot_be_believed() {
    let row = |from: &str, to: &str, kind: &str, path: &str, status: &str| {
        format!("{TRACES}7,{TX},0,{from},{to},5,{kind},{path},,{status},\n")
    };
    let told = |row: &str| read("eip155:1", &[row], row).remove(0);
    let itself = told(&row(A, A, "suicide,", "0", "1")).unwrap();
    assert_eq!((moved(&itself), itself.left_out), (vec![], Some(LeftOut::ToItself)));
    // Without the transaction's own call, only a status that speaks for it will do.
    assert_eq!(moved(&told(&row(A, B, "call,call", "0", "1")).unwrap()), ["internal aa bb 5"]);
    let rootless = told(&row(A, B, "call,call", "0", "")).unwrap_err().reason;
    assert!(rootless.contains("the transaction's own call is not in the table"), "{rootless}");
    let lost = told(&row("", "", "suicide,", "0", "1")).unwrap_err().reason;
    assert!(lost.contains("does not tell who gave or who got its value"), "{lost}");
    let unknown = read("eip155:1", &[], &row(A, B, "call,teleport", "0", "1")).remove(0).unwrap_err().reason;
    assert!(unknown.contains("`call` with the call type `teleport` is no call that is known"), "{unknown}");
    let unseen = reason("eip155:1", &[], &row(A, B, "call,call", "", "1"));
    assert!(unseen.contains("were not looked at before"), "{unseen}");
}

#[test]
fn the_same_key_again_is_the_same_movement() {
    let counts = |table: &str| -> Vec<Result<Vec<u32>, String>> {
        let side = [table];
        let rows = read("eip155:1", if table.starts_with("block") { &side } else { &[] }, table);
        let n = |told: Told| told.movements.iter().map(|row| row.movement.n).collect();
        rows.into_iter().map(|row| row.map(n).map_err(|problem| problem.reason)).collect()
    };
    let word = |address: &str| format!("0x{}{}", "0".repeat(24), &address[2..]);
    let log = |index: u32, amount: u32| {
        let topic = "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef";
        format!("{index},{TX},0,7,{A},0x{amount:064x},\"{topic},{},{}\"\n", word(A), word(B))
    };
    let header = "log_index,transaction_hash,transaction_index,block_number,address,data,topics\n";
    let found = counts(&[header, &log(1, 5), &log(2, 5), &log(1, 5), &log(2, 5), &log(2, 6)].concat());
    assert_eq!(found[..4], [Ok(vec![0]), Ok(vec![1]), Ok(vec![0]), Ok(vec![1])]);
    assert!(found[4].as_ref().unwrap_err().starts_with("the file tells this event twice, differently"), "{found:?}");

    let call = |path: &str| format!("7,{TX},0,{A},{B},5,call,call,\"{path}\",,1,\n");
    let found = counts(&[TRACES, &call(""), &call("0"), &call("1"), &call("1"), &call("0"), &call("")].concat());
    assert_eq!(found.into_iter().flatten().flatten().collect::<Vec<_>>(), [0, 0, 1, 1, 0, 0]);

    let paid = transaction("5", ",\"receipt_status\":1");
    assert_eq!(counts(&format!("{paid}\n{paid}\n")), [Ok(vec![0]), Ok(vec![0])]);
    let other = counts(&format!("{paid}\n{}\n", paid.replace("\"value\":5", "\"value\":6")));
    assert!(other[1].as_ref().unwrap_err().starts_with("the file tells this transaction twice"), "{other:?}");

    let object = format!("{{\"\"address\"\":\"\"{B}\"\",\"\"amount\"\":3}}");
    let block = format!("7,{BLOCK},{A},5,\"{object},{object}\"\n");
    let found = counts(&format!("number,hash,miner,timestamp,withdrawals\n{block}{block}"));
    assert_eq!(found, [Ok(vec![0, 1]), Ok(vec![0, 1])]);
}

#[test]
fn other_versions_of_cryo() {
    let word = |address: &str| format!("0x{}{}", "0".repeat(24), &address[2..]);
    let header =
        "number,transaction_index,log_index,transaction_hash,erc20,from_address,to_address,value_u256binary,chain_id\n";
    let old = format!("{header}7,3,9,{},{A},{},{},0x05,1\n", &TX[2..], word(ZERO), word(B));
    let told = one("", &[], &old);
    assert_eq!(moved(&told), ["token 00 bb 5"]);
    assert_eq!(told.movements[0].movement.canonical().0, Kind::Mint);
    assert_eq!(told.movements[0].movement.order.leg, Some((1 << 31) + 9));
    let dirty = format!("{header}7,3,9,{TX},{A},0x{},{},0x05,1\n", "f".repeat(64), word(B));
    assert!(reason("", &[], &dirty).contains("`from_address` holds 32 bytes that are no address"));

    let traces = "block_number,transaction_hash,transaction_position,action_from,action_to,action_value,action_call_type,\
                  action_type,result_address,trace_address,error,block_hash\n";
    let reward = format!("{traces}7,,,{A},,5,,reward,,,,{BLOCK}\n");
    assert_eq!(moved(&one("eip155:1", &[], &reward)), ["reward nobody aa 5"]);
    assert!(
        reason("", &[], &reward).contains("`chain_id` does not say which chain the row is of: name it with --chain")
    );

    let native =
        "block_number,block_hash,transaction_index,transfer_index,transaction_hash,from_address,to_address,value\n";
    let reward = format!("{native}7,{BLOCK},,0,,{ZERO},{A},5\n");
    assert_eq!(moved(&one("eip155:1", &[], &reward)), ["reward nobody aa 5"]);
    let created = format!("{native}7,{BLOCK},0,0,{TX},{A},0x{},0\n", "0".repeat(64));
    assert_eq!(one("eip155:1", &[], &created).left_out, Some(LeftOut::ZeroCall));
}

#[test]
fn every_table_has_the_role_that_it_has() {
    let of = |role: Role| -> Vec<&str> {
        let tables = foreign::Foreign::ALL.into_iter().filter(|table| table.role() == role);
        tables.map(foreign::Foreign::name).filter(|name| !name.contains("scan")).collect()
    };
    assert_eq!(of(Role::Side), ["ethereum-etl receipts", "cryo blocks"]);
    assert_eq!(
        of(Role::Both),
        ["ethereum-etl blocks", "ethereum-etl logs", "ethereum-etl traces", "cryo logs", "cryo traces"]
    );
    assert_eq!(of(Role::Movements).len(), 5);
}
