//! ERC-20 transfers as the explorers print them: block 17053184 of Ethereum, by its receipts.

use fundtrail_types::{Asset, Chain, Direction, What};

use crate::{
    foreign::{self, Setting},
    from_bytes,
    testing::{foreign, lines, rejection},
    tokens::TokenTable,
};

const ETHEREUM: Option<&str> = Some("eip155:1");
const OLD: &str = "Txhash,UnixTimestamp,DateTime,From,To,Value,ContractAddress,TokenName,TokenSymbol";
const NEW: &str = "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"TokenValue\",\
                   \"USDValueDayOfTx\",\"ContractAddress\",\"TokenName\",\"TokenSymbol\"";
const TX: &str = "0x26f7a08102391b8d915f85b63c1ceaab9fc2d38d76464fe4482090d51c6e9476";
const FROM: &str = "0xcbd66ade7d28be0381bd681ab14676deaec99c8d";
const TO: &str = "0x4870525eae23fceb31df613d179ef6275e1b93a9";
const USDT: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";
const SIX: &[(&str, u8)] = &[(USDT, 6)];

fn old(value: &str) -> String {
    format!("{OLD}\n{TX},1681571243,2023-04-15 15:07:23,{FROM},{TO},{value},{USDT},Tether USD,USDT\n")
}

fn new(from: &str, to: &str, value: &str) -> String {
    format!(
        "\"{TX}\",\"17053184\",\"1681571243\",\"2023-04-15 15:07:23\",\"{from}\",\"{to}\",\"{value}\",\"$1,387.86\",\
         \"{USDT}\",\"Tether USD\",\"USDT\"\n"
    )
}

fn golden(place: &str, amount: &str) -> String {
    format!("token {USDT} {FROM} {TO} {amount} {place} 2023-04-15T15:07:23Z 0")
}

#[test]
fn the_old_header_has_no_height_and_the_new_one_has() {
    let (results, coverage) = foreign(old("387.865756"), ETHEREUM, SIX);
    assert_eq!(lines(&results), [golden("timed", "387865756")]);
    assert_eq!(coverage, [], "no heights, no coverage");

    let text = format!("{NEW}\n{}{}", new(FROM, TO, "387.865756"), new(TO, &FROM.replace('c', "d"), "1,234.5"));
    let (results, coverage) = foreign(text, ETHEREUM, SIX);
    assert_eq!(lines(&results)[0], golden("17053184", "387865756"));
    assert!(lines(&results)[1].contains(" 1234500000 "));
    assert_eq!(results[0].as_ref().unwrap().movements[0].symbol.as_deref(), Some("USDT"));
    let [coverage] = coverage.try_into().unwrap();
    assert_eq!((coverage.what, coverage.direction, coverage.asset), (What::Token, Direction::Both, None));
    assert_eq!(coverage.account.unwrap().address.to_string().to_lowercase(), TO);
}

#[test]
fn decimals_are_never_guessed() {
    let reason = rejection(old("387.865756"), ETHEREUM, &[]);
    assert!(reason.contains("the decimals of eip155:1/erc20:0xdAC17F958D2ee523a2206206994597C13D831ec7 are not known"));
    assert!(reason.ends_with("name a token table that has the contract with --tokens"), "{reason}");
    let digits = rejection(old("387.8657561"), ETHEREUM, SIX);
    assert!(digits.starts_with("`TokenValue`: `387.8657561` has more than the 6 decimals"), "{digits}");

    // What rows of earlier files told scales nothing: the order of loads would show in the amounts.
    let asset = Asset::parse(Chain::ETHEREUM, USDT).unwrap();
    let tokens = TokenTable::default();
    let told = [(asset, 6)].into();
    let setting = Setting { chain: Some(Chain::ETHEREUM), told, ..Setting::new(&tokens) };
    let mut rows = foreign::read(from_bytes("export.csv", old("387.865756")).unwrap(), setting).unwrap();
    let told = rows.next().unwrap().unwrap_err().reason;
    assert_eq!(told, reason);
    let (results, _) = foreign(old("387.865756"), ETHEREUM, &[(USDT, 18)]);
    assert!(lines(&results)[0].contains(" 387865756000000000000 "));
}
