//! Transactions as the explorers print them: block 17053184 of Ethereum, with the fees of its receipts.

use fundtrail_types::{Claim, Direction, What};

use crate::{
    foreign::LeftOut,
    testing::{foreign, lines, rejection},
};

const ETHEREUM: Option<&str> = Some("eip155:1");
const OLD: &str = "Txhash,Blockno,UnixTimestamp,DateTime,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),\
                   CurrentValue @ $1785.9/Eth,TxnFee(ETH),TxnFee(USD),Historical $Price/Eth,Status,ErrCode";
const NEW: &str = "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"ContractAddress\",\
                   \"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"CurrentValue @ $1,843.94523908609/Eth\",\"TxnFee(ETH)\",\
                   \"TxnFee(USD)\",\"Historical $Price/Eth\",\"Status\",\"ErrCode\",\"Method\",\"PrivateNote\"";
const PAID: &str = "0x34eaea6aeee885c1bca47e5806286b3e8fd94fbf6f67f12bb23d8dc0ac471b67";
const FAILED: &str = "0x2bbfe65f75c9de78b15241c33bdb6dfcf0feae186d11ea54d55b958176501cca";
const CREATED: &str = "0x4a03044699c2fbd256e21632a6d8fbfc27655ea711157fa8b2b917f0eb954cea";
const PAYER: &str = "0x7b84437e46c138f4243d7ec08852191c6e418623";
const PAYEE: &str = "0x458104b5c0668ab2f2cb7054143182489dfba578";

/// A row of the old header, of which tests change some fields.
fn row(changes: &[(usize, &str)]) -> String {
    let mut fields = [
        PAID,
        "17053184",
        "1681571243",
        "2023-04-15 15:07:23",
        PAYER,
        PAYEE,
        "",
        "0",
        "3.041416671280614839",
        "5608.05",
        "0.000827463618513",
        "1.52",
        "2092.47",
        "",
        "",
    ];
    for (place, value) in changes {
        fields[*place] = value;
    }
    let quoted = fields.map(|field| if field.contains(',') { format!("\"{field}\"") } else { field.to_owned() });
    quoted.join(",") + "\n"
}

fn old(rows: &[String]) -> String {
    format!("{OLD}\n{}", rows.concat())
}

fn reason(changes: &[(usize, &str)]) -> String {
    rejection(old(&[row(changes)]), ETHEREUM, &[])
}

const GOLDEN: [&str; 2] = [
    "fee native 0x7b84437e46c138f4243d7ec08852191c6e418623 - 827463618513000 17053184 2023-04-15T15:07:23Z 0",
    "native native 0x7b84437e46c138f4243d7ec08852191c6e418623 0x458104b5c0668ab2f2cb7054143182489dfba578 \
     3041416671280614839 17053184 2023-04-15T15:07:23Z 0",
];

#[test]
fn each_header_generation_gives_the_same_movements() {
    let new = format!(
        "\u{feff}{NEW}\r\n\"{PAID}\",\"17053184\",\"1681571243\",\"2023-04-15 15:07:23\",\"{PAYER}\",\"{PAYEE}\",\"\",\
         \"0\",\"3.041416671280614839\",\"5,608.05\",\"0.000827463618513\",\"1.52\",\"2092.47\",\"\",\"\",\"Transfer\",\
         \"\",\"\"\r\n"
    );
    let shuffled = format!(
        "status,value_out(eth),To,TXNFEE(ETH),From,Value_IN(ETH),UnixTimestamp,New Column,Blockno,Txhash\n\
         ,3.041416671280614839,{PAYEE},8.27463618513E-04,{PAYER},0.0,1681571243,?,17053184,{PAID}\n"
    );
    for text in [old(&[row(&[])]), new, shuffled] {
        assert_eq!(lines(&foreign(text.clone(), ETHEREUM, &[]).0), GOLDEN, "{text}");
    }
    // The same file of another explorer, with its own coin and chain.
    let other = old(&[row(&[])]).replace("(ETH)", "(BNB)");
    let (rows, _) = foreign(other, Some("eip155:56"), &[]);
    let movements = &rows[0].as_ref().unwrap().movements;
    assert!(movements.iter().all(|row| row.movement.chain.name() == "eip155:56"));
}

#[test]
fn a_failed_transaction_moves_its_fee_only() {
    let parts = |status, error| {
        let changes = [
            (0, FAILED),
            (4, "0x6222bc2e48ea425878e204bbcf5193126eebb6b4"),
            (5, "0x32400084c286cf3e17e7b677ea9583e60a000324"),
            (8, "0.02612696520207724"),
            (10, "0.004383448014598373"),
            (13, status),
            (14, error),
        ];
        foreign(old(&[row(&changes)]), ETHEREUM, &[]).0
    };
    for (status, error) in
        [("Error(0)", "Out of gas"), ("Error(1)", ""), ("", "execution reverted"), ("Fail", "Reverted")]
    {
        let results = parts(status, error);
        assert_eq!(
            lines(&results),
            [
                "fee native 0x6222bc2e48ea425878e204bbcf5193126eebb6b4 - 4383448014598373 17053184 2023-04-15T15:07:23Z 0"
            ],
            "{status} {error}"
        );
        assert_eq!(results[0].as_ref().unwrap().left_out, Some(LeftOut::Failed));
    }
    let passed = parts("Success", "");
    assert_eq!((lines(&passed).len(), passed[0].as_ref().unwrap().left_out), (2, None));
    // A contract that was not created has no address.
    let (results, _) = foreign(old(&[row(&[(5, ""), (13, "Error(0)")])]), ETHEREUM, &[]);
    assert_eq!(lines(&results), GOLDEN[..1]);
}

#[test]
fn a_created_contract_gets_the_value() {
    let changes = [
        (0, CREATED),
        (1, "6271590"),
        (2, "1536083185"),
        (4, "0x2d7dc2ef7c6f6a2cbc3dba4db97b2ddb40e20713"),
        (5, ""),
        (6, "0x4f833a24e1f95d70f028921e27040ca56e09ab0b"),
        (8, "0"),
        (10, "0.1201185"),
    ];
    assert_eq!(
        lines(&foreign(old(&[row(&changes)]), ETHEREUM, &[]).0),
        [
            "fee native 0x2d7dc2ef7c6f6a2cbc3dba4db97b2ddb40e20713 - 120118500000000000 6271590 \
             2018-09-04T17:46:25Z 0",
            "native native 0x2d7dc2ef7c6f6a2cbc3dba4db97b2ddb40e20713 0x4f833a24e1f95d70f028921e27040ca56e09ab0b \
             0 6271590 2018-09-04T17:46:25Z 0",
        ]
    );
}

#[test]
fn values_in_and_out() {
    let value = |into, out| lines(&foreign(old(&[row(&[(7, into), (8, out)])]), ETHEREUM, &[]).0)[1].clone();
    assert!(value("3.041416671280614839", "0").contains(" 3041416671280614839 "));
    assert!(value("0", "0").contains(" 0 "));
    assert!(value("401,346.768858404671846374", "0").contains(" 401346768858404671846374 "));
    assert!(value("1.5", "1.50").contains(" 1500000000000000000 "), "a payment to oneself is in and out");
    assert!(
        reason(&[(7, "1")]).contains("`Value_IN` 1 and `Value_OUT` 3.041416671280614839 are both filled and differ")
    );
}

#[test]
fn every_reason_to_reject_a_row() {
    for (place, value, expected) in [
        (0, "0x34", "`Txhash`: `0x34` is not a transaction hash"),
        (1, "9223372036854775808", "`Blockno`: `9223372036854775808` is too large"),
        (1, "1.7E+07", "`Blockno`: `1.7E+07` is no whole number"),
        (2, "", "`UnixTimestamp` is empty: every row needs it"),
        (2, "9223372036854775807", "`UnixTimestamp`: `9223372036854775807` is no time of a block"),
        (4, "", "`From` is empty"),
        (5, "", "`To` and `ContractAddress` are both empty"),
        (7, "1,23", "`Value_IN`: `1,23` has commas that do not separate thousands"),
        (8, "", "`Value_OUT` is empty"),
        (8, "-1", "`Value_OUT`: `-1` is negative"),
        (8, "0.1234567890123456789", "`Value_OUT`: `0.1234567890123456789` has more than the 18 decimals"),
        (10, "", "`TxnFee` is empty"),
        (13, "1", "`Status`: `1` is no known status: write `Error(0)` if it failed, or empty it"),
    ] {
        let found = reason(&[(place, value)]);
        assert!(found.starts_with(expected), "{value}: {found}");
    }
}

#[test]
fn rows_of_junk_are_counted_with_their_lines_and_the_others_are_read() {
    let longer = |more: &str| row(&[]).replace('\n', more);
    let text = old(&[row(&[]), "junk\n".to_owned(), row(&[(5, "0x1")]), longer(",,\n"), longer(",x\n")]);
    let (results, coverage) = foreign(text, ETHEREUM, &[]);
    let wrong: Vec<_> = results.iter().filter_map(|row| row.as_ref().err()).map(|problem| problem.line).collect();
    assert_eq!(wrong, [Some(3), Some(4), Some(6)]);
    // This row ends with commas that the header does not have, as some explorers write it. It repeats the first,
    // so it is the same transaction.
    let last = results[3].as_ref().unwrap();
    assert!(last.movements.iter().all(|row| row.movement.n == 0), "{last:?}");
    assert_eq!(coverage, [], "rows are known to be missing");
}

#[test]
fn what_a_finished_export_lists() {
    const OTHER: &str = "0x52bc44d5378309ee2abf1539bf71de1b7d7be3b5";
    let rows = |rows: &[String]| foreign(old(rows), ETHEREUM, &[]).1;
    let out = row(&[]);
    let into = row(&[(0, CREATED), (1, "17053190"), (4, OTHER), (5, PAYER), (7, "1"), (8, "0")]);
    let nothing = row(&[(0, FAILED), (1, "17053180"), (5, OTHER), (8, "0")]);
    let [native, fee] = rows(&[out.clone(), into, nothing]).try_into().unwrap();
    assert_eq!(native.account.as_ref().unwrap().address.to_string().to_lowercase(), PAYER);
    assert_eq!((native.what, native.direction, native.claim), (What::Native, Direction::Both, Claim::Listed));
    assert_eq!((native.from_height, native.to_height), (17_053_180, 17_053_190));
    assert_eq!((native.source.as_str(), native.note.as_deref(), &native.asset), ("export.csv", None, &None));
    assert_eq!((fee.what, fee.direction), (What::Fee, Direction::Out));
    // Nobody is in all rows: the file was put together from several.
    assert_eq!(rows(&[out.clone(), row(&[(0, FAILED), (4, OTHER), (5, PAYEE)])]), []);
    // A payment that is out of one account and into another cannot be of one account.
    assert_eq!(rows(&[out.clone(), row(&[(0, FAILED), (7, "1"), (8, "0")])]), []);
    assert_eq!(rows(&[]), []);
    assert_eq!(rows(&[row(&[(5, PAYER), (7, "3.041416671280614839")])]).len(), 2, "a payment to oneself");

    assert_eq!(rows(&[out, "junk\n".to_owned()]), [], "a row is known to be missing");
}

#[test]
fn a_transaction_is_told_once_or_alike() {
    let (results, coverage) =
        foreign(old(&[row(&[]), row(&[(0, &PAID.to_uppercase().replace("0X", "0x"))])]), ETHEREUM, &[]);
    assert_eq!(lines(&results), [GOLDEN, GOLDEN].concat());
    assert_eq!(coverage.len(), 2);
    // The export of the other account has the same transaction as income.
    let income = row(&[(7, "3.041416671280614839"), (8, "0")]);
    assert_eq!(lines(&foreign(old(&[row(&[]), income]), ETHEREUM, &[]).0), [GOLDEN, GOLDEN].concat());
    for change in [(8, "3"), (10, "0.1"), (13, "Error(0)"), (1, "17053185")] {
        let (results, _) = foreign(old(&[row(&[]), row(&[change])]), ETHEREUM, &[]);
        let problem = results[1].as_ref().unwrap_err();
        assert!(problem.reason.starts_with("the file tells this transaction twice, differently"), "{problem}");
    }
}

#[test]
fn a_file_that_may_be_cut_claims_neither_its_first_nor_its_last_height() {
    let many = |count: usize| -> Vec<_> {
        let rows = (0..count).map(|place| row(&[(0, &format!("0x{place:064x}")), (1, &(100 + place / 2).to_string())]));
        foreign(old(&rows.collect::<Vec<_>>()), ETHEREUM, &[]).1
    };
    let (whole, cut) = (&many(4999)[0], &many(5000)[0]);
    assert_eq!((whole.from_height, whole.to_height, &whole.note), (100, 2599, &None));
    assert_eq!((cut.from_height, cut.to_height), (101, 2598));
    let note = cut.note.as_deref().unwrap();
    assert!(note.starts_with("the file has 5,000 rows or more, where explorers cut: rows may be missing"), "{note}");
    // Nothing is left between the two ends of one height.
    let one: Vec<_> = (0..5000).map(|place| row(&[(0, &format!("0x{place:064x}"))])).collect();
    assert_eq!(foreign(old(&one), ETHEREUM, &[]).1, []);
}
