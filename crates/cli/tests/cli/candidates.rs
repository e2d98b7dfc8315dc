//! Value that a bridge takes and no id joins: how many payments elsewhere fit is told, and none of them is followed.

use fundtrail::types::{Candidates, Fate, Gap, TraceAnswer};

use crate::desk::Desk;

/// From `data/labels/services.csv`: the bridge on Ethereum and on Optimism.
const TAKES: &str = "0x5c7BCd6E7De5423a257D81B442095A1a6ced35C5";
const PAYS: &str = "0x6f26Bf09B1C792e3228e5467807a900A503c0281";

fn nobody(number: u8) -> String {
    format!("0x{number:040x}")
}

/// (chain, transaction, time, from, to, thousandths of an ether)
type Row<'a> = (&'a str, u8, &'a str, &'a str, &'a str, u64);

fn told(more: &[Row<'_>]) -> (TraceAnswer, Candidates, String) {
    let [payer, wallet, other] = [1, 2, 3].map(nobody);
    let base = [
        ("eip155:1", 1, "2025-03-01T10:00:00Z", payer.as_str(), TAKES, 2000),
        // It fits; too little; too much; too late; too early; on the same chain.
        ("eip155:10", 2, "2025-03-01T10:05:00Z", PAYS, wallet.as_str(), 1990),
        ("eip155:10", 3, "2025-03-01T10:05:00Z", PAYS, other.as_str(), 1899),
        ("eip155:10", 4, "2025-03-01T10:05:00Z", PAYS, other.as_str(), 2001),
        ("eip155:10", 5, "2025-03-02T10:00:01Z", PAYS, other.as_str(), 2000),
        ("eip155:10", 6, "2025-03-01T09:59:59Z", PAYS, other.as_str(), 2000),
        ("eip155:1", 7, "2025-03-01T10:05:00Z", TAKES, other.as_str(), 1995),
    ];
    let mut rows = "chain,tx,block,time,asset,from,to,amount_raw\n".to_owned();
    for (chain, tx, time, from, to, amount) in base.iter().chain(more) {
        rows += &format!("{chain},0x{tx:064x},{tx},{time},native,{from},{to},{amount}000000000000000\n");
    }
    let desk = Desk::with_rows(&rows);
    let words = format!("trace eip155:1:{payer} --db db --as-of 2026-11-22");
    let answer: TraceAnswer = desk.run(&format!("{words} --json")).done().json();
    let candidates = answer.certificate.gaps.iter().find_map(|gap| match gap {
        Gap::BridgeCandidates(told) => Some((**told).clone()),
        _ => None,
    });
    let text = desk.run(&words).done().text().to_owned();
    (answer, candidates.unwrap(), text)
}

#[test]
fn an_only_payment_that_fits_is_named_and_still_not_followed() {
    let (answer, told, text) = told(&[]);
    assert_eq!((told.candidates, told.mutual, told.cut), (1, true, false));
    assert_eq!(told.named.len(), 1);
    assert!(told.named[0].1.to_string().ends_with("02"), "{told:?}");
    assert!(
        answer.methods[0].dispositions.iter().all(|end| matches!(end.fate, Fate::Bridge { .. })),
        "it ends at the bridge"
    );
    assert_eq!(answer.flow.accounts.len(), 2);
    for part in [
        "1 bridge deposit: no id joins it",
        "2 ETH into ",
        "1 payment elsewhere could be it, which fits no other deposit",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn rivals_and_further_payments_take_that_away() {
    let stranger = nobody(9);
    let rival = ("eip155:1", 8, "2025-03-01T10:01:00Z", stranger.as_str(), TAKES, 2050);
    let (_, one, _) = told(&[rival]);
    assert_eq!((one.candidates, one.mutual), (1, false), "another deposit fits it as well");
    let further: Vec<Row<'_>> =
        (20..25).map(|tx| ("eip155:10", tx, "2025-03-01T11:00:00Z", PAYS, stranger.as_str(), 1950)).collect();
    let (_, many, text) = told(&further);
    assert_eq!((many.candidates, many.mutual, many.named.len()), (6, false, 3));
    assert!(text.contains("6 payments elsewhere could be it: ") && text.contains(" and others"), "{text}");
}
