//! The audit of payouts: what shows a payout, what does not, and that one bad row does not keep the others from their
//! answer.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::fmt::Write;

use fundtrail::{
    AuditOptions, Reference, Store, audit, ingest_bytes,
    types::{Account, Amount, Asset, AuditAnswer, Chain, Gap, PayeeAnswer, Payout, TxId},
};

const TRON_1: &str = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
const TRON_2: &str = "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8";
const TOKEN: &str = "0x9999999999999999999999999999999999999999";

fn address(number: usize) -> String {
    format!("0x{number:040x}")
}

fn tx(number: usize) -> TxId {
    TxId::parse(Chain::ETHEREUM, &format!("0x{number:064x}")).unwrap()
}

/// (transaction, from, to, asset, amount); the block is the transaction's number, and the day the same for all.
type Row<'a> = (usize, usize, usize, &'a str, &'a str);

fn store(rows: &[Row<'_>], timed: bool) -> (tempfile::TempDir, Store) {
    let mut text = "chain,tx,block,time,asset,from,to,amount_raw\n".to_owned();
    let time = if timed { "2025-02-21T14:00:00Z" } else { "" };
    for (tx_number, from, to, asset, amount) in rows {
        let (from, to, id) = (address(*from), address(*to), tx(*tx_number));
        writeln!(text, "eip155:1,{id},{tx_number},{time},{asset},{from},{to},{amount}").unwrap();
    }
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    assert_eq!(ingest_bytes(&store, "rows.csv", text.as_bytes(), Reference::empty().tokens()).unwrap().rejected, 0);
    (dir, store)
}

fn payout(payee: &str, wallet: usize, amount: u64, tx_number: Option<usize>) -> Payout {
    Payout {
        payee: payee.to_owned(),
        wallet: Account { chain: Chain::ETHEREUM, ..format!("eip155:1:{}", address(wallet)).parse().unwrap() },
        asset: Asset::native(Chain::ETHEREUM),
        amount_raw: Amount::from(amount),
        date: None,
        tx: tx_number.map(tx),
        payer: None,
        employer: None,
    }
}

fn ask(store: &Store, payouts: &[Payout]) -> AuditAnswer {
    let options = AuditOptions { as_of: "2025-12-31".parse().unwrap(), hops_max: 12, statements: Vec::new() };
    audit(store, &Reference::empty(), payouts, Vec::new(), &options, &mut |_| true).unwrap()
}

fn how(payee: &PayeeAnswer, row: usize) -> (bool, &str) {
    let row = &payee.payouts[row];
    (row.found.is_some(), row.how.as_str())
}

#[test]
fn a_wallet_that_cannot_be_followed_does_not_end_the_audit() {
    let (_dir, store) = store(&[(1, 8, 2, "native", "100"), (2, 8, 3, TOKEN, "5")], false);
    // Tron can be read from a table, but not traced.
    let tron = format!("chain,tx,block,asset,from,to,amount_raw\ntron:0x2b6653dc,abc,9,native,{TRON_1},{TRON_2},7\n");
    ingest_bytes(&store, "tron.csv", tron.as_bytes(), Reference::empty().tokens()).unwrap();
    // Balances of this token do not fit 256 bits.
    let max = Amount::MAX.to_string();
    let hostile = format!(
        "chain,tx,block,asset,from,to,amount_raw\n\
         eip155:1,{},20,{TOKEN},{},{},{max}\neip155:1,{},21,{TOKEN},{},{},{max}\n",
        tx(20),
        address(66),
        address(4),
        tx(21),
        address(67),
        address(4)
    );
    ingest_bytes(&store, "hostile.csv", hostile.as_bytes(), Reference::empty().tokens()).unwrap();
    let token = Asset::parse(Chain::ETHEREUM, TOKEN).unwrap();
    let answer = ask(
        &store,
        &[
            payout("good", 2, 100, Some(1)),
            Payout { asset: token, amount_raw: Amount::MAX, ..payout("overflow", 4, 1, Some(20)) },
            Payout {
                wallet: format!("tron:0x2b6653dc:{TRON_2}").parse().unwrap(),
                asset: Asset::native(Chain::TRON),
                tx: Some(TxId::parse(Chain::TRON, "abc").unwrap()),
                ..payout("tron", 2, 7, None)
            },
        ],
    );
    let [good, overflow, tron] = answer.payees.as_slice() else { panic!("{:?}", answer.payees) };
    assert!(!good.flow.accounts.is_empty());
    for (payee, reason) in [(overflow, "do not fit 256 bits"), (tron, "not traced")] {
        let wallet = &payee.wallets[0];
        let said = |one: &String| one.contains(&format!("wallet {wallet} was not followed: ")) && one.contains(reason);
        assert!(payee.certificate.statements.iter().any(said), "{:?}", payee.certificate.statements);
    }
}

#[test]
fn what_moves_nothing_and_what_a_wallet_pays_itself_show_no_payout() {
    let rows = [(1, 8, 2, "native", "100"), (2, 8, 2, "native", "0"), (3, 5, 5, "native", "70")];
    let (_dir, store) = store(&rows, false);
    let answer = ask(
        &store,
        &[
            payout("a", 2, 100, Some(1)),
            payout("b", 2, 0, Some(2)),
            payout("c", 5, 70, Some(3)),
            payout("d", 5, 70, None),
        ],
    );
    let said: Vec<_> = answer.payees.iter().map(|payee| how(payee, 0)).collect();
    assert_eq!(said[0], (true, "by transaction"));
    assert_eq!(said[1], (false, "a payout of nothing: events that move nothing show no payment"));
    assert_eq!(said[2], (false, "in the transaction this wallet pays itself, and that is no payment"));
    assert!(!said[3].0);
}

#[test]
fn one_movement_shows_one_payout() {
    // Two equal payments in transaction 2.
    let rows = [(1, 8, 2, "native", "100"), (2, 8, 3, "native", "50"), (2, 8, 3, "native", "50")];
    let (_dir, store) = store(&rows, false);
    let answer = ask(
        &store,
        &[
            // By facts alone this row would take the movement that the next payee names.
            payout("a", 2, 100, None),
            payout("b", 2, 100, Some(1)),
            payout("b", 2, 100, Some(1)),
            payout("c", 3, 50, Some(2)),
            payout("c", 3, 50, Some(2)),
            payout("c", 3, 50, None),
        ],
    );
    let [a, b, c] = answer.payees.as_slice() else { panic!("{:?}", answer.payees) };
    assert_eq!(how(a, 0), (false, "already matched to another payout (payee b)"));
    assert_eq!(how(b, 0), (true, "by transaction"));
    assert_eq!(how(b, 1), (false, "already matched to another payout (payee b)"));
    assert_eq!([0, 1].map(|row| how(c, row)), [(true, "by transaction"); 2]);
    assert_eq!(how(c, 2), (false, "already matched to another payout (payee c)"));
    assert!(a.flow.accounts.is_empty(), "what was paid to others is not followed");
}

#[test]
fn a_payout_found_by_transaction_says_where_the_books_are_wrong() {
    let (_dir, store) = store(&[(1, 8, 2, "native", "100")], true);
    let books = Payout {
        date: "2019-01-01".parse().ok(),
        payer: Some(payout("", 77, 0, None).wallet),
        ..payout("a", 2, 100, Some(1))
    };
    let answer = ask(&store, &[books]);
    let (found, how) = how(&answer.payees[0], 0);
    assert!(found && how.starts_with("by transaction; but paid on 2025-02-21, the books say 2019-01-01; paid by 0x"));
    assert!(how.contains("000008, the books say 0x"), "{how}");
}

#[test]
fn what_is_followed_beside_a_payout_is_said() {
    let rows = [(1, 8, 2, "native", "100"), (1, 8, 2, "native", "30"), (1, 8, 2, TOKEN, "9")];
    let (_dir, store) = store(&rows, false);
    let statements = |payouts: &[Payout]| ask(&store, payouts).payees[0].certificate.statements.clone();
    let said = statements(&[payout("a", 2, 100, Some(1))]);
    assert!(said.iter().any(|one| one.contains("followed too") && one.contains("in 1 more movements")), "{said:?}");
    assert!(!said.iter().any(|one| one.contains(TOKEN)), "only what was paid is followed");
    let said = statements(&[payout("a", 2, 100, Some(1)), payout("a", 2, 30, Some(1))]);
    assert!(!said.iter().any(|one| one.contains("followed too")), "{said:?}");
}

#[test]
fn movements_without_times_add_up_over_the_wallets_of_a_payee() {
    let rows = [
        (1, 8, 2, "native", "100"),
        (2, 2, 4, "native", "100"),
        (3, 8, 3, "native", "100"),
        (4, 3, 5, "native", "100"),
    ];
    let (_dir, store) = store(&rows, false);
    let timeless = |payouts: &[Payout]| -> Vec<usize> {
        let of = |gap: &Gap| if let Gap::NoTimes { movements } = gap { Some(*movements) } else { None };
        ask(&store, payouts).payees[0].certificate.gaps.iter().filter_map(of).collect()
    };
    let (one, two) = (payout("a", 2, 100, Some(1)), payout("a", 3, 100, Some(3)));
    let alone = timeless(std::slice::from_ref(&one));
    assert_eq!(alone.len(), 1);
    assert_eq!(timeless(&[one, two]), [2 * alone[0]]);
}
