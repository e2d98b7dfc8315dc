//! Exposure through the binary: what was sent and received, by the labelled parties at the other end, valued by named prices.

use fundtrail::types::{Amount, Class, Exposed, ExposureAnswer, Method, Nearness, Price, Priced};

use crate::{desk::Desk, swaps};

/// What the swaps of the story tell: three times 2,500 dollars for an ether on one day.
fn with_prices() -> Desk {
    let desk = swaps::desk();
    desk.run("prices --db db --out seen.csv").done();
    desk
}

#[test]
fn the_swaps_in_the_database_tell_a_price_and_the_table_can_be_given_back() {
    let desk = with_prices();
    let prices: Vec<Price> = desk.run("prices --db db --json").done().json();
    let [price] = prices.as_slice() else { panic!("{prices:?}") };
    assert_eq!((price.of.clone(), price.price.to_string()), (Priced::Coin("ETH".to_owned()), "2500".to_owned()));
    let table = String::from_utf8(desk.read("seen.csv")).unwrap();
    let source = "\"swaps seen on chain: median of 3, against tokens at par\"";
    assert_eq!(
        table,
        format!("coin,chain,asset,date,time,price,currency,source\nETH,,,2025-03-01,,2500,USD,{source}\n")
    );
    let text = desk.run("prices --db db").done();
    assert!(text.text().contains("2025-03-01"), "{text:?}");
    let none: Vec<Price> = desk.run("prices --db db --currency EUR --json").done().json();
    assert!(none.is_empty(), "nothing here stands for euros: {none:?}");
}

#[test]
fn pay_that_was_swapped_and_sent_to_a_listed_address_is_told_with_share_hops_and_worth() {
    let desk = with_prices();
    let ask = format!("exposure {} --db db --as-of 2026-11-22", swaps::nobody(1));
    let answer: ExposureAnswer = desk.run(&format!("{ask} --prices seen.csv --json")).done().json();
    let fifo = answer.sent.parts.iter().find(|part| part.method == Method::Fifo && part.to.is_flagged()).unwrap();
    let Exposed::Party { class, nearness, .. } = &fifo.to else { panic!("{fifo:?}") };
    assert_eq!((*class, *nearness, fifo.hops), (Class::ListedDprk, Nearness::Indirect, 2));
    // 1,500 of the 4,000 dollars, which arrived as 0.6 ether.
    assert_eq!(fifo.amount_raw, Amount::from(1_500_000_000u64));
    assert_eq!(fifo.worth.value.map(|value| value.to_string()), Some("1500.00".to_owned()));
    assert_eq!(fifo.worth.sources, ["swaps seen on chain: median of 3, against tokens at par"]);
    assert_eq!(answer.sent.totals[0].worth.sources, ["at par"]);
    assert!(
        answer.received.trace.answer().is_none() && answer.received.parts.is_empty(),
        "the company received nothing"
    );

    let text = desk.run(&format!("{ask} --prices seen.csv")).done();
    for part in [
        "sent 4000 USDC, worth 4000.00 USD",
        "indirect",
        "1500 USDC  37.50 %  1500.00 USD",
        "Nothing received",
        "- at par",
    ] {
        assert!(text.text().contains(part), "{part}: {text:?}");
    }
    assert!(!text.text().contains("DOES NOT ADD UP"), "{text:?}");
    desk.run(&format!("{ask} --currency EUR --out exposure.csv")).done();
    let table = String::from_utf8(desk.read("exposure.csv")).unwrap();
    let listed: Vec<&str> = table.lines().filter(|line| line.contains("listed_dprk,indirect")).collect();
    assert_eq!(listed.len(), 2, "a row for each method: {table}");
    assert!(
        listed.iter().all(|line| line.contains(",EUR,,")),
        "where nobody tells a price in euros there is no figure: {table}"
    );
    desk.run(&format!("{ask} --fail-on flagged")).ended(1);
    desk.run(&format!("{ask} --out exposure.dot")).ended(2);
}

#[test]
fn what_the_listed_address_received_is_the_company_s_pay_by_way_of_the_payee() {
    let desk = with_prices();
    let answer: ExposureAnswer =
        desk.run(&format!("exposure {} --db db --as-of 2026-11-22 --json", swaps::LISTED)).done().json();
    assert!(answer.sent.trace.answer().is_none(), "it paid nobody");
    assert_eq!(answer.received.totals[0].amount_raw, Amount::from(10u64.pow(18)));
    assert!(answer.received.parts.iter().all(|part| !part.to.is_flagged()), "nobody who paid is flagged");
}

#[test]
fn a_bad_price_is_rejected_and_the_others_count() {
    let desk = with_prices();
    let rows = "coin,date,price,currency,source\nETH,2025-03-01,2600,USD,mine\nETH,2025-03-02,-5,USD,mine\n";
    desk.write("mine.csv", rows);
    let ask = format!("exposure {} --db db --as-of 2026-11-22 --prices mine.csv --json", swaps::nobody(1));
    let run = desk.run(&ask).ended(3);
    assert!(run.stderr.contains("mine.csv:3") && run.stderr.contains("`price`"), "{run:?}");
    let answer: ExposureAnswer = run.json();
    let flagged = answer.sent.parts.iter().find(|part| part.method == Method::Fifo && part.to.is_flagged()).unwrap();
    assert_eq!(flagged.worth.value.map(|value| value.to_string()), Some("1560.00".to_owned()));
}

/// 390,001 ether at the end of the day of the theft.
#[test]
fn what_the_thieves_took_of_the_bybit_wallet_is_worth_what_ether_was_on_that_day() {
    let desk = Desk::with_demo();
    let wallet = "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2";
    let answer: ExposureAnswer =
        desk.run(&format!("exposure {wallet} --db db --as-of 2026-11-22 --json")).done().json();
    let native = |part: &&fundtrail::types::Exposure| part.asset.is_native() && part.method == Method::Fifo;
    let flagged: Vec<_> = answer.sent.parts.iter().filter(native).filter(|part| part.to.is_flagged()).collect();
    let [part] = flagged.as_slice() else { panic!("{flagged:?}") };
    assert_eq!((part.amount_raw.to_decimal(18), part.accounts.len(), part.hops), ("390001".to_owned(), 40, 1));
    assert_eq!(part.worth.value.map(|value| value.to_string()), Some("1037270059.66".to_owned()));
    assert_eq!(part.worth.sources, ["yahoo-daily-close"]);
    // Nobody tells what a staked ether was worth, so nothing is said of it.
    let staked = answer.sent.totals.iter().filter(|total| !total.asset.is_native());
    assert!(
        staked.into_iter().all(|total| total.worth.value.is_none() && total.worth.unpriced_raw == total.amount_raw)
    );
}
