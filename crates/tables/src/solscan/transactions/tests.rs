//! The older export of Solscan, whose header is padded with spaces.

use crate::{
    foreign::LeftOut,
    testing::{foreign, lines, rejection},
};

const HEADER: &str = "Type,Txhash,BlockTime Unix,BlockTime,Fee (SOL),TokenAccount,ChangeType,SPL BalanceChange,PreBalancer,\
                      PostBalancer,TokenAddress,TokenName(off-chain),Symbol(off-chain),                        \
                      SolTransfer Source,                        SolTransfer Destination,Amount (SOL)";
const TX: &str = "5mdVSXmpYJidgdqx4ie1CLDb7r1T6XHUgwtjEoXD3tNS1aopXL48UUT5pfi59XWTm5hQY2HLMq45CeGXuW5r692K";
const FROM: &str = "rav3GKV8KXg4AvswaqT9HWJ4ErxU5csUwTKj549aHUH";
const TO: &str = "34wP3R8CDkF1PUdorxVXYmH7c33oFXCzkzUw1nwjMNna";
const RENDER: &str = "rndrizKT3MK1iimdxRdWabcF7Zg7AR5T4nud4EkHBof";

fn sol(from: &str, to: &str, amount: &str) -> String {
    format!(
        "{HEADER}\nSolTransfer,{TX},1735455666,2024-12-29T07:01:06.000Z,0.000005,,,,,,,Solana,SOL, {from} , {to} , \
         {amount}\n"
    )
}

#[test]
fn a_transfer_of_sol_is_a_movement_without_its_fee() {
    for (printed, lamports) in [("1.5", "1500000000"), ("\"12,345.000000001\"", "12345000000001"), ("5e-9", "5")] {
        // A quoted field is not padded: the quote comes first.
        let text = sol(FROM, TO, printed).replace(" \"", "\"").replace(", \"", ",\"");
        let (results, coverage) = foreign(text, None, &[]);
        assert_eq!(lines(&results), [format!("native native {FROM} {TO} {lamports} timed 2024-12-29T07:01:06Z 0")]);
        assert_eq!(coverage, []);
    }
}

#[test]
fn a_change_of_a_balance_tells_one_side_only() {
    let change = format!(
        "{HEADER}\nSplTransfer,{TX},1735455666,2024-12-29T07:01:06.000Z,0.000005,{FROM},inc,20.48,0,20.48,{RENDER},\
         Render,RNDR,,,\n"
    );
    let left_out = |text| {
        let (results, _) = foreign(text, None, &[]);
        let told = results[0].as_ref().unwrap().clone();
        assert_eq!(told.movements, []);
        told.left_out
    };
    assert_eq!(left_out(change.clone()), Some(LeftOut::OneSided));
    assert_eq!(left_out(change.replace("20.48,0,20.48", ",,")), Some(LeftOut::NoMovement));
    assert_eq!(left_out(sol(FROM, "", "1")), Some(LeftOut::OneSided));
}

#[test]
fn what_is_rejected() {
    let reason = |text| rejection(text, None, &[]);
    assert!(reason(sol(FROM, TO, "")).starts_with("`Amount (SOL)` is empty"));
    assert!(reason(sol(FROM, TO, "-1")).starts_with("`Amount (SOL)`: `-1` is negative"));
    assert!(reason(sol(FROM, "somebody", "1")).starts_with("`SolTransfer Destination`: `somebody` is not"));
    assert!(reason(sol(FROM, TO, "1").replace("1735455666", "")).starts_with("`BlockTime Unix` is empty"));
}
