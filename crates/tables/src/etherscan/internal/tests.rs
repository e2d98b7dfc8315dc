//! Internal transactions as the explorers print them: block 17053184 of Ethereum, by its traces.

use fundtrail_types::{Direction, What};

use crate::{
    foreign::LeftOut,
    testing::{foreign, lines, rejection},
};

const ETHEREUM: Option<&str> = Some("eip155:1");
const OLD: &str = "Txhash,Blockno,UnixTimestamp,DateTime,ParentTxFrom,ParentTxTo,ParentTxETH_Value,From,TxTo,\
                   ContractAddress,Value_IN(ETH),Value_OUT(ETH),CurrentValue @ $2092.47/Eth,Historical $Price/Eth,Status,\
                   ErrCode,Type";
const TX: &str = "0x88e2330c4361daeb25c1d54a673636cfb626d517bd943f0eed8d76089abcd17a";
const WETH: &str = "0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2";
const PAYEE: &str = "0x1136b25047e142fa3018184793aec68fbb173ce4";
const GOLDEN: &str = "internal native 0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2 \
                      0x1136b25047e142fa3018184793aec68fbb173ce4 328813513791976559 17053184 2023-04-15T15:07:23Z";

/// From, to, created contract, status, error and type.
fn row([from, to, created, status, error, kind]: [&str; 6]) -> String {
    format!(
        "{TX},17053184,1681571243,2023-04-15 15:07:23,{PAYEE},{WETH},0,{from},{to},{created},0.328813513791976559,0,\
         688.03,2092.47,{status},{error},{kind}\n"
    )
}

fn read(parts: [&str; 6]) -> (Vec<String>, Option<LeftOut>) {
    let (results, _) = foreign(format!("{OLD}\n{}", row(parts)), ETHEREUM, &[]);
    (lines(&results), results[0].as_ref().unwrap().left_out)
}

#[test]
fn each_header_generation_and_equal_calls() {
    let rows = [row([WETH, PAYEE, "", "0", "", "call"]), row([WETH, PAYEE, "", "", "", "call_0_1"])];
    let old = format!("{OLD}\n{}", rows.concat());
    // The new files quote everything, and end each row with a comma and an empty field that the header does not have.
    let new = format!(
        "\"Transaction Hash\"{}\n",
        OLD.strip_prefix("Txhash")
            .unwrap()
            .replace("DateTime", "DateTime (UTC)")
            .replace(',', "\",\"")
            .replacen("\",", ",", 1)
            + "\""
    );
    let quoted = |row: &String| format!("\"{}\",\"\"\n", row.trim_end().replace(',', "\",\""));
    let new = new + &rows.iter().map(quoted).collect::<String>();
    for text in [old, new] {
        let (results, coverage) = foreign(text.clone(), ETHEREUM, &[]);
        assert_eq!(lines(&results), [format!("{GOLDEN} 0"), format!("{GOLDEN} 1")], "{text}");
        let [coverage] = coverage.try_into().unwrap();
        assert_eq!((coverage.what, coverage.direction), (What::Internal, Direction::Both));
        assert_eq!(coverage.account.unwrap().address.to_string().to_lowercase(), PAYEE);
    }
}

#[test]
fn what_failed_and_what_only_ran_for_its_caller_moves_nothing() {
    for (status, error) in [("1", ""), ("0", "out of gas"), ("Error(0)", "Reverted")] {
        assert_eq!(read([WETH, PAYEE, "", status, error, "call"]), (vec![], Some(LeftOut::Failed)), "{status}");
    }
    for kind in ["delegatecall", "delegatecall_0_1", "staticcall", "callcode"] {
        assert_eq!(read([WETH, PAYEE, "", "0", "", kind]), (vec![], Some(LeftOut::NoMovement)), "{kind}");
    }
    for kind in ["call", "create", "create2", "suicide", "selfdestruct", ""] {
        assert_eq!(read([WETH, PAYEE, "", "0", "", kind]), (vec![format!("{GOLDEN} 0")], None), "{kind}");
    }
}

#[test]
fn a_created_contract_gets_the_value() {
    assert_eq!(read([WETH, "", PAYEE, "0", "", "create"]).0, [format!("{GOLDEN} 0")]);
}

#[test]
fn what_is_rejected() {
    let reason = |parts| rejection(format!("{OLD}\n{}", row(parts)), ETHEREUM, &[]);
    assert!(reason([WETH, "", "", "0", "", "call"]).starts_with("`TxTo` and `ContractAddress` are both empty"));
    assert!(reason([WETH, PAYEE, "", "2", "", "call"]).starts_with("`Status`: `2` is no known status"));
    assert!(reason([WETH, PAYEE, "", "0", "", "mint"]).starts_with("`Type`: `mint` is no known type of call"));
}

#[test]
fn a_call_without_value_is_counted_and_moves_nothing() {
    let paid = row([WETH, PAYEE, "", "0", "", "call"]);
    let zero = paid.replace(",0.328813513791976559,", ",0,").replace(",17053184,", ",17053185,");
    let (results, coverage) = foreign(format!("{OLD}\n{paid}{zero}"), ETHEREUM, &[]);
    assert_eq!(lines(&results), [format!("{GOLDEN} 0")]);
    assert_eq!(results[1].as_ref().unwrap().left_out, Some(LeftOut::ZeroCall));
    assert_eq!(coverage[0].to_height, 17_053_185, "it lists the block all the same");
}
