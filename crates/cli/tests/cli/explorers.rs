//! Exports of explorers, as people have them: what is taken, what is left out and why, what is rejected, and what the
//! files cover.

use fundtrail::{
    IngestReport,
    types::{Claim, Covered, Direction, Gap, TraceAnswer, What},
};

use crate::desk::Desk;

const PAYER: &str = "0x7B84437E46C138F4243d7ec08852191c6e418623";
const PAYEE: &str = "0x458104b5c0668ab2f2cb7054143182489dfba578";
const USDT: &str = "0xdac17f958d2ee523a2206206994597c13d831ec7";

fn tx(number: u8) -> String {
    format!("0x{}", format!("{number:02x}").repeat(32))
}

/// Paid, failed, and with a decimal comma.
fn transactions() -> String {
    let head = "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"ContractAddress\",\
                \"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"CurrentValue @ $1,843.94/Eth\",\"TxnFee(ETH)\",\"TxnFee(USD)\",\
                \"Historical $Price/Eth\",\"Status\",\"ErrCode\"\n";
    let row = |number: u8, value: &str, status: &str| {
        let (tx, block, time) = (tx(number), 17_053_184 + u64::from(number), 1_681_571_243 + 12 * u64::from(number));
        format!(
            "\"{tx}\",\"{block}\",\"{time}\",\"2023-04-15\",\"{PAYER}\",\"{PAYEE}\",\"\",\"0\",\"{value}\",\"1.0\",\
             \"0.001\",\"1.5\",\"2,092.47\",\"{status}\",\"\"\n"
        )
    };
    [head.to_owned(), row(0, "1,003.5", ""), row(1, "2", "Error(0)"), row(2, "1,23", ""), row(9, "4.2E-05", "")]
        .concat()
}

/// A call that was made, one that failed, and one that moves nothing whatever stands beside it.
fn internal() -> String {
    let head = "Txhash,Blockno,UnixTimestamp,DateTime,ParentTxFrom,ParentTxTo,ParentTxETH_Value,From,TxTo,ContractAddress,\
                Value_IN(ETH),Value_OUT(ETH),CurrentValue @ $2092.47/Eth,Historical $Price/Eth,Status,ErrCode,Type\n";
    let row = |status: &str, kind: &str| {
        let tx = tx(3);
        format!(
            "{tx},17053187,1681571279,2023-04-15,{PAYEE},{USDT},0,{PAYEE},{PAYER},,0.25,0,1,2092.47,{status},,{kind}\n"
        )
    };
    [head.to_owned(), row("0", "call"), row("1", "call"), row("0", "delegatecall")].concat()
}

/// A token that the bundled table has, and one that no table has.
fn tokens() -> String {
    let head = "Txhash,UnixTimestamp,DateTime,From,To,Value,ContractAddress,TokenName,TokenSymbol\n";
    let row =
        |token: &str| format!("{},1681571300,2023-04-15,{PAYER},{PAYEE},\"1,387.5\",{token},A name,NAME\n", tx(4));
    [head.to_owned(), row(USDT), row("0x00000000000000000000000000000000deadbeef")].concat()
}

#[test]
fn the_three_exports_of_an_explorer() {
    let desk = Desk::new();
    desk.write("transactions.csv", transactions());
    desk.write("internal.csv", internal());
    desk.write("tokens.csv", tokens());
    let all = "transactions.csv internal.csv tokens.csv";
    let run = desk.run(&format!("ingest file {all} --db db")).ended(2);
    run.complains(&["transactions.csv: ", "does not say which chain it is of", "name it with --chain"]);
    let run = desk.run(&format!("ingest file {all} --chain eip155:1 --json --db db")).ended(3);
    let reports: Vec<IngestReport> = run.json();
    let counts = |one: &IngestReport| (one.kind.clone(), one.taken, one.movements, one.rejected);
    let counts: Vec<_> = reports.iter().map(counts).collect();
    let expected = [
        ("Etherscan transactions", 3, 5, 1),
        ("Etherscan internal transactions", 3, 1, 0),
        ("Etherscan token transfers", 1, 1, 1),
    ];
    assert_eq!(
        counts,
        expected.map(|(kind, taken, movements, rejected)| (kind.to_owned(), taken, movements, rejected))
    );
    let left_out = |place: usize| reports[place].left_out.values().sum::<u64>();
    assert_eq!([left_out(0), left_out(1), left_out(2)], [1, 2, 0]);
    let run = run.complains(&["rejected: transactions.csv:4: ", "`1,23` has commas", "write digits"]);
    run.complains(&["rejected: tokens.csv:3: ", "decimals", "--tokens"]);
    let text = desk.run(&format!("coverage {PAYER} --db db")).done();
    assert!(
        text.text().contains("internal movements, direction both, 17053187 to 17053187, listed, says internal.csv")
    );
    let covered: Vec<Covered> = desk.run(&format!("coverage {PAYER} --json --db db")).done().json();
    let claims: Vec<_> = covered.iter().map(|one| (one.what, one.direction, one.claim)).collect();
    // Of the files with rejected rows nothing is claimed: a trace would say "at rest" over what is known to be missing.
    assert_eq!(claims, [(What::Internal, Direction::Both, Claim::Listed)]);
    desk.write("transactions.csv", transactions().replace("1,23", "1.23"));
    desk.run("ingest file transactions.csv --chain eip155:1 --db db").done();
    let text = desk.run(&format!("coverage {PAYER} --db db")).done();
    assert!(
        text.text().contains("native movements, direction both, 17053184 to 17053193, listed, says transactions.csv")
    );
    let answer: TraceAnswer = desk.run(&format!("trace {PAYER} --json --as-of 2026-11-22 --db db")).done().json();
    let seeds: Vec<_> = answer.seeds.iter().map(|seed| seed.amount_raw.to_string()).collect();
    // 1,003.5, 1.23 and 0.000042 ether, without fees; 1,387.5 of six decimals.
    assert_eq!(seeds, ["1004730042000000000000", "1387500000"]);
    // The list of inner calls speaks of one block only; of the payee's calls nobody claims to list anything.
    let missing = |gap: &Gap| if let Gap::InternalMissing { heights, .. } = gap { Some(heights.clone()) } else { None };
    let missing: Vec<_> = answer.certificate.gaps.iter().filter_map(missing).collect();
    assert_eq!(missing, [[(17_053_184, 17_053_186), (17_053_188, 17_053_193)]]);
    desk.run("db check --db db").done();
}

/// The ranges of several files about one thing are one.
#[test]
fn ranges_that_touch_are_joined() {
    let desk = Desk::new();
    let head = "chain,account,what,direction,asset,from_block,to_block,claim,source,note\n";
    let row = |from, to, source| format!("{head}eip155:1,{PAYER},all,out,,{from},{to},listed,{source},\n");
    desk.write("a.csv", row(100, 200, "one"));
    desk.write("b.csv", row(201, 300, "two"));
    desk.write("c.csv", row(302, 400, "one"));
    desk.run("ingest file a.csv b.csv c.csv --db db").done();
    let joined = format!("  {PAYER}: all movements, direction out, 100 to 300, 302 to 400, listed, says one, two\n");
    let text = desk.run(&format!("coverage {PAYER} --db db")).done();
    assert_eq!(text.text(), format!("what is claimed of eip155:1:{PAYER}\n{joined}"));
    assert!(desk.run("db info --db db").done().text().contains(&joined));
    let text = desk.run(&format!("coverage {PAYEE} --db db")).done();
    assert!(text.text().starts_with("nothing is claimed of eip155:1:"), "{}", text.text());
    desk.run("coverage 0x12 --db db").ended(2);
    desk.run(&format!("coverage {PAYER} --db none")).ended(2).complains(&["no database at none"]);
}
