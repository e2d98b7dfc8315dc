//! What programs and the runtime change without an instruction.

use super::*;

#[test]
fn a_program_that_empties_its_account_pays_whom_it_must_have_paid() {
    let direct = |from, to, lamports| Op::Direct { program: PROGRAM, from, to, lamports };
    let forced = whole(&scene().call(&[direct(BOB, ALICE, 10), direct(BOB, CAROL, 7)]));
    assert_eq!(
        rows(&forced),
        [moved(Kind::Internal, None, BOB, ALICE, 10), moved(Kind::Internal, None, BOB, CAROL, 7)]
    );
    // Two losers and two gainers in one instruction: who paid whom is open.
    let open = scene().call(&[direct(BOB, ALICE, 10), direct(OF_BOB, CAROL, 7)]).decode();
    assert!(rows(&open).iter().all(|row| row.0 == Kind::Unexplained), "{:?}", rows(&open));
    assert_eq!(open.residues.iter().map(|one| one.reason).collect::<Vec<_>>(), [Why::Direct; 4]);
    // In two instructions it is forced again.
    let apart = whole(&scene().call(&[direct(BOB, ALICE, 10)]).call(&[direct(OF_BOB, CAROL, 7)]));
    assert_eq!(rows(&apart), [moved(Kind::Internal, None, BOB, ALICE, 10), moved(Kind::Internal, None, BOB, CAROL, 7)]);
}

#[test]
fn nobody_is_paid_by_an_instruction_that_does_not_name_him() {
    let mut told = scene().raw_top(PROGRAM, &[BOB], &[1]).raw_top(PROGRAM, &[CAROL], &[1]).told(Encoding::Json);
    let keys = told["transaction"]["message"]["accountKeys"].as_array().unwrap().clone();
    let at = |key: Key| keys.iter().position(|one| *one == json!(Address::Solana(key).to_string())).unwrap();
    told["meta"]["postBalances"][at(BOB)] = json!(100_000_000 - 10);
    told["meta"]["postBalances"][at(CAROL)] = json!(100_000_000 + 10);
    let one = read(&told, &NoHistory).unwrap();
    let expected = [(Kind::Unexplained, None, Some(BOB), None, 10), (Kind::Unexplained, None, None, Some(CAROL), 10)];
    assert_eq!(rows(&one), expected);
}

#[test]
fn rent_that_was_collected_goes_to_nobody() {
    let mut told = scene().top(Op::Transfer { from: ALICE, to: BOB, lamports: 5 }).told(Encoding::Json);
    told["meta"]["rewards"] =
        json!([{"pubkey": Address::Solana(BOB).to_string(), "lamports": -40, "postBalance": 0, "rewardType": "Rent"}]);
    let at =
        told["meta"]["postBalances"].as_array().unwrap().iter().position(|one| *one == json!(100_000_005)).unwrap();
    told["meta"]["postBalances"][at] = json!(99_999_965);
    let one = read(&told, &NoHistory).unwrap();
    assert_eq!(rows(&one)[0], (Kind::Rent, None, Some(BOB), None, 40));
    assert_eq!(one.residues, []);
}
