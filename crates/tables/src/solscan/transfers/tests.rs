//! Transfers as Solscan prints them, of public transactions.

use crate::{
    foreign::LeftOut,
    testing::{foreign, lines, rejection},
};

const OLD: &str = "Signature,Block Time,Human Time,Action,From,To,Amount,Value,Decimals,Token Address";
const NEW: &str = "Signature,Block Time,Human Time,Action,From,To,Amount,Flow,Value,Decimals,Token Address, Multiplier";
const TX: &str = "5mdVSXmpYJidgdqx4ie1CLDb7r1T6XHUgwtjEoXD3tNS1aopXL48UUT5pfi59XWTm5hQY2HLMq45CeGXuW5r692K";
const FROM: &str = "rav3GKV8KXg4AvswaqT9HWJ4ErxU5csUwTKj549aHUH";
const TO: &str = "34wP3R8CDkF1PUdorxVXYmH7c33oFXCzkzUw1nwjMNna";
const RENDER: &str = "rndrizKT3MK1iimdxRdWabcF7Zg7AR5T4nud4EkHBof";
const SOL: &str = "So11111111111111111111111111111111111111111";
const WRAPPED: &str = "So11111111111111111111111111111111111111112";

/// Action, from, to, amount, decimals and mint.
fn row([action, from, to, amount, decimals, mint]: [&str; 6]) -> String {
    format!(
        "{NEW}\n{TX},1735455666,2024-12-29T07:01:06.000Z,{action},{from},{to},{amount},in,145.63,{decimals},{mint},1.0\n"
    )
}

fn read(parts: [&str; 6]) -> (Vec<String>, Option<LeftOut>) {
    let (results, coverage) = foreign(row(parts), None, &[]);
    assert_eq!(coverage, [], "no slots, no coverage");
    (lines(&results), results[0].as_ref().unwrap().left_out)
}

#[test]
fn amounts_are_base_units_in_every_variant() {
    let golden = format!("token {RENDER} {FROM} {TO} 2048267794 timed 2024-12-29T07:01:06Z 0");
    assert_eq!(read(["TRANSFER", FROM, TO, "2048267794", "8", RENDER]), (vec![golden.clone()], None));
    let old =
        format!("{OLD}\n{TX},1735455666,2024-12-29T07:01:06.000Z,TRANSFER,{FROM},{TO},2048267794,145.63,8,{RENDER}\n");
    let (results, _) = foreign(old, Some("solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp"), &[]);
    assert_eq!(lines(&results), [golden]);
    assert_eq!(results[0].as_ref().unwrap().movements[0].decimals, Some(8));
}

#[test]
fn sol_and_wrapped_sol_are_two_assets() {
    let sol = read(["TRANSFER", FROM, TO, "2157600", "9", SOL]).0;
    assert_eq!(sol, [format!("native native {FROM} {TO} 2157600 timed 2024-12-29T07:01:06Z 0")]);
    let wrapped = read(["TRANSFER", FROM, TO, "2157600", "9", WRAPPED]).0;
    assert_eq!(wrapped, [format!("token {WRAPPED} {FROM} {TO} 2157600 timed 2024-12-29T07:01:06Z 0")]);
}

#[test]
fn what_each_action_moves() {
    let moved = |action, from, to, mint| {
        let (lines, left_out) = read([action, from, to, "5", "9", mint]);
        (lines.first().map(|line| line.split(" 5 timed").next().unwrap().to_owned()), left_out)
    };
    let mint = Some(format!("mint {RENDER} - {TO}"));
    assert_eq!(moved("MINT", "", TO, RENDER), (mint.clone(), None));
    assert_eq!(moved("ACTIVITY_SPL_MINT", FROM, TO, RENDER), (mint, None));
    assert_eq!(moved("BURN", FROM, "", RENDER), (Some(format!("burn {RENDER} {FROM} -")), None));
    for action in ["CREATE_ACCOUNT", "CLOSE_ACCOUNT", "Close Account", "TOKEN_WITHDRAW_STAKE", "TOKEN_SPLIT_STAKE"] {
        assert_eq!(moved(action, FROM, TO, SOL), (Some(format!("native native {FROM} {TO}")), None), "{action}");
        assert_eq!(moved(action, FROM, TO, RENDER), (None, Some(LeftOut::NoMovement)), "{action}");
    }
    assert_eq!(moved("SET_OWNER_AUTHORITY", FROM, TO, RENDER), (None, Some(LeftOut::NoMovement)));
    for (action, from, to) in
        [("TRANSFER", "", TO), ("TRANSFER", FROM, ""), ("MINT", FROM, ""), ("BURN", "", TO), ("TRANSFER", "", "")]
    {
        assert_eq!(moved(action, from, to, RENDER), (None, Some(LeftOut::OneSided)), "{action} {from} {to}");
    }
    assert_eq!(moved("CREATE_ACCOUNT", FROM, "", SOL), (None, Some(LeftOut::OneSided)));
}

#[test]
fn every_reason_to_reject_a_row() {
    for (parts, expected) in [
        (["SWAP", FROM, TO, "5", "8", RENDER], "`Action`: `SWAP` is not known: if it moved value, write the row"),
        (["", FROM, TO, "5", "8", RENDER], "`Action` is empty"),
        (["BURN", FROM, TO, "5", "9", SOL], "`Action`: SOL is not minted or burnt"),
        (["TRANSFER", FROM, "0x47666fab8bd0ac7003bce3f5c3585383f09486e2", "5", "8", RENDER], "`To`: "),
        (["TRANSFER", FROM, TO, "20.48267794", "8", RENDER], "`Amount`: `20.48267794` is not in base units"),
        (["TRANSFER", FROM, TO, "1e+21", "8", RENDER], "`Amount`: `1e+21` is not in base units"),
        (["TRANSFER", FROM, TO, "-5", "8", RENDER], "`Amount`: `-5` is not in base units"),
        (["TRANSFER", FROM, TO, "5", "", RENDER], "`Decimals` is empty"),
        (["TRANSFER", FROM, TO, "5", "8", SOL], "`decimals`: solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp/native has 9"),
        (["TRANSFER", FROM, TO, "5", "8", "RNDR"], "`Token Address`: `RNDR` is not"),
    ] {
        let found = rejection(row(parts), None, &[]);
        assert!(found.starts_with(expected), "{parts:?}: {found}");
    }
}

#[test]
fn rows_that_contradict_each_other_about_decimals_are_not_both_taken() {
    let text = [row(["TRANSFER", FROM, TO, "5", "8", RENDER]), row(["TRANSFER", FROM, TO, "5", "6", RENDER])]
        .map(|file| file.split_once('\n').unwrap().1.to_owned())
        .concat();
    let (results, _) = foreign(format!("{NEW}\n{text}"), None, &[]);
    assert!(results[0].is_ok());
    assert!(results[1].as_ref().unwrap_err().reason.contains("has 8 decimals by an earlier row"));
}
