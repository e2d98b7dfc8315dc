//! What the data does not hold must show: changes of balances that no movement tells, and inner calls that nobody recorded.

use fundtrail_graph::{MemoryLedger, Request, trace};
use fundtrail_labels::LabelBook;
use fundtrail_types::{
    Account, Amount, Asset, Chain, Claim, Coverage, Direction, Fate, Gap, Kind, Method, Movement, Question, What,
};

use crate::{account, ask, pay, proven, question, received, target};

/// A change of balance that no movement tells: `from` or `to` 0 is nobody.
fn unexplained(tx: u8, from: u8, to: u8, amount: u64, height: u64) -> Movement {
    let side = |byte: u8| (byte > 0).then(|| account(byte).address);
    Movement { kind: Kind::Unexplained, from: side(from), to: side(to), ..pay(tx, 1, 1, amount, height) }
}

#[test]
fn what_only_a_balance_shows_to_have_come_in_is_not_taken_for_clean() {
    // Before and after the arrival of 60: the payment of 100 shows that 40 of it was there.
    let movements =
        [unexplained(1, 0, 2, 30, 1), pay(2, 1, 2, 60, 2), unexplained(3, 0, 2, 30, 3), pay(4, 2, 3, 100, 4)];
    let answer = ask(&MemoryLedger::new(&movements), &Question { also: vec![account(3)], ..question() });
    let three = target(&answer, 3);
    for method in [Method::Haircut, Method::Fifo] {
        assert_eq!(proven(three, method), 60);
        let reach = three.reaches.iter().find(|reach| reach.method == method).unwrap();
        assert_eq!(reach.possible_raw, Amount::from(100u64));
    }
    let (eth, two) = (Asset::native(Chain::ETHEREUM), account(2));
    let [forty, sixty] = [40u64, 60].map(Amount::from);
    let gaps = &answer.certificate.gaps;
    assert!(gaps.contains(&Gap::UnknownInflow { account: two.clone(), asset: eth.clone(), amount_raw: forty }));
    let gap = Gap::Unexplained { account: two, asset: eth, in_raw: sixty, out_raw: Amount::ZERO };
    assert!(gaps.contains(&gap), "{gaps:?}");
}

#[test]
fn what_went_nobody_knows_where_is_not_burned_and_what_came_so_can_be_a_seed() {
    let movements = [unexplained(1, 0, 2, 100, 1), pay(2, 2, 3, 70, 2), unexplained(3, 3, 0, 50, 3)];
    let asked = Question { starts: vec![received(2, &[1])], ..question() };
    let asked = Question { also: vec![account(3)], ..asked };
    let answer = ask(&MemoryLedger::new(&movements), &asked);
    for method in answer.methods.iter().filter(|one| one.method.conserves()) {
        let ends: Vec<_> =
            method.dispositions.iter().map(|end| (&end.fate, end.account.clone(), end.held_raw.to_string())).collect();
        let expected = [
            (&Fate::DataEnds, Some(account(2)), "30".to_owned()),
            (&Fate::DataEnds, Some(account(3)), "20".to_owned()),
            (&Fate::Unexplained, None, "50".to_owned()),
        ];
        assert_eq!(ends, expected);
    }
    let along = &target(&answer, 3).paths[0].along;
    assert!(along.iter().all(|part| part.amount.held_raw == Amount::from(70u64)), "{along:?}");
}

/// A claim of both directions, of one account or of the whole chain.
fn claim(what: What, account: Option<Account>, from_height: u64, to_height: u64) -> Coverage {
    Coverage {
        chain: Chain::ETHEREUM,
        account,
        what,
        direction: Direction::Both,
        asset: None,
        from_height,
        to_height,
        claim: Claim::Complete,
        source: "x".to_owned(),
        note: None,
    }
}

#[test]
fn inner_calls_that_nobody_recorded_are_a_gap_of_every_account_that_was_opened() {
    let claims = vec![
        claim(What::Native, None, 0, 60),
        claim(What::All, Some(account(4)), 0, 60),
        claim(What::Internal, Some(account(3)), 30, 40),
    ];
    let movements =
        [pay(1, 9, 2, 5, 1), pay(2, 1, 2, 100, 10), pay(3, 2, 3, 100, 20), pay(4, 3, 4, 100, 50), pay(5, 5, 6, 1, 51)];
    let ledger = MemoryLedger::new(&movements).with_coverage(claims);
    let missing = |question: &Question| -> Vec<_> {
        let missing = |gap| match gap {
            Gap::InternalMissing { account, heights } => Some((account, heights)),
            _ => None,
        };
        ask(&ledger, question).certificate.gaps.into_iter().filter_map(missing).collect()
    };
    // What the first account paid out by inner calls is no part of the seed, at whatever height.
    let expected = [(account(1), vec![(0, 60)]), (account(2), vec![(10, 60)]), (account(3), vec![(20, 29), (41, 60)])];
    assert_eq!(missing(&question()), expected);
    let asked = Question { starts: vec![received(2, &[2])], ..question() };
    assert_eq!(missing(&asked), expected[1..]);
}

#[test]
fn inner_calls_do_not_matter_where_the_native_coin_is_not_followed() {
    let token = Asset::parse(Chain::ETHEREUM, "0x1111111111111111111111111111111111111111").unwrap();
    let paid = Movement { kind: Kind::Token, asset: token.clone(), ..pay(1, 1, 2, 100, 1) };
    let ledger = MemoryLedger::new(&[paid]).with_coverage(vec![claim(What::Native, None, 0, 60)]);
    let (labels, asked) = (LabelBook::new(Vec::new()), Question { assets: vec![token], ..question() });
    let request =
        Request { question: &asked, labels: &labels, crossings: &[], is_verified: &|_| false, go_on: &mut |_| true };
    let answer = trace(&ledger, request).unwrap();
    let is_missing = |gap: &Gap| matches!(gap, Gap::InternalMissing { .. });
    assert!(!answer.certificate.gaps.iter().any(is_missing), "{:?}", answer.certificate.gaps);
}
