//! Answers that are damaged, absurd or made to hurt: a problem that says what is wrong, or a reading that says what is missing, and
//! never a panic, nor time or memory beyond what the answer is long.

use std::time::{Duration, Instant};

use fundtrail_solana::{NoHistory, RawBlock, RawTransaction, Why, decode, decode_block};
use fundtrail_types::{Chain, Kind};
use proptest::prelude::*;
use serde_json::{Value, json, value::RawValue};

use crate::{
    golden::{TRANSACTIONS, fixture},
    ops::{Op, system, token, token_2022},
    scene::{Encoding, Scene, read},
    support::{block, raw, sums},
    world::{Key, RENT, World},
};

const ALICE: Key = [1; 32];
const BOB: Key = [2; 32];
const OF_ALICE: Key = [11; 32];
const OF_BOB: Key = [12; 32];
const MINT: Key = [21; 32];

fn scene() -> Scene {
    let mut world = World::default();
    [ALICE, BOB].iter().for_each(|wallet| world.fund(*wallet, 100_000_000));
    world.give(OF_ALICE, MINT, ALICE, 1000);
    world.give(OF_BOB, MINT, BOB, 10);
    Scene::new(world, &[ALICE])
}

fn told() -> Value {
    let sent = Op::Transfer { from: ALICE, to: BOB, lamports: 5 };
    let paid = Op::Move { from: OF_ALICE, to: OF_BOB, authority: ALICE, mint: None, amount: 7, fee: None, told: false };
    scene().call(&[sent, paid]).told(Encoding::Json)
}

fn problem(told: &Value) -> String {
    let raw = RawTransaction { slot: 300_000_000, index: None, time: None, json: raw(told) };
    decode(&raw, &NoHistory, Chain::SOLANA).unwrap_err().to_string()
}

#[test]
fn what_contradicts_itself_is_a_problem_with_its_reason() {
    let cases: [(&str, Value, &str); 12] = [
        ("/transaction/message/instructions/0/programIdIndex", json!(99), "names a program that is not among"),
        ("/transaction/message/instructions/0/programIdIndex", json!(-1), "cannot be read"),
        ("/transaction/message/instructions/0/accounts", json!([300]), "names an account that is not among"),
        ("/transaction/message/accountKeys/1", json!("O0Il"), "is not 32 bytes in base58"),
        ("/transaction/signatures", json!([]), "has no signature"),
        ("/transaction/signatures", json!(["abc"]), "has no signature"),
        ("/meta/preBalances", json!([1, 2]), "accounts and 2 balances"),
        ("/meta/fee", json!("much"), "cannot be read"),
        ("/meta/fee", json!(1e300), "cannot be read"),
        ("/meta/innerInstructions/0/index", json!(17), "calls of its instruction 18"),
        ("/meta/preTokenBalances/0/accountIndex", json!(200), "a token balance is of its account 201"),
        ("/meta/preTokenBalances/0/uiTokenAmount/amount", json!("-5"), "no number of 64 bits"),
    ];
    for (place, wrong, reason) in cases {
        let mut told = told();
        *told.pointer_mut(place).unwrap() = wrong;
        let problem = problem(&told);
        assert!(problem.contains(reason) && problem.contains("slot 300000000"), "{place}: {problem}");
    }
}

#[test]
fn a_message_repeats_little_of_what_it_is_about() {
    let long = "a".repeat(100_000);
    for place in ["/slot", "/blockTime", "/meta/fee", "/meta/preBalances", "/transaction/message"] {
        let mut told = told();
        *told.pointer_mut(place).unwrap() = json!(long);
        let refused = RawTransaction::from_result(Chain::SOLANA, raw(&told));
        let refused = refused.and_then(|raw| decode(&raw, &NoHistory, Chain::SOLANA)).unwrap_err();
        assert!(refused.reason.len() < 500, "{place}: {:.1000}", refused.reason);
        assert!(refused.reason.contains("ask") && refused.record.len() < 500, "{place}: {:.1000}", refused.reason);
    }
}

#[test]
fn encodings_that_are_none_are_refused() {
    for (body, reason) in [
        (json!(["AAAA", "base64+zstd"]), "it is encoded as base64+zstd"),
        (json!(["AAAA", "base64"]), "its bytes are no transaction"),
        (json!(["????", "base64"]), "its bytes are no base64"),
        (json!("0000"), "its bytes are no base58"),
        (json!("1".repeat(100_000)), "its bytes are no base58"),
        (json!(["A".repeat(1_000_000), "base64"]), "its bytes are no base64"),
        (json!(["a", "b", "c"]), "an encoded transaction is its bytes and the name"),
        (json!({"signatures": [], "accountKeys": []}), "missing field `message`"),
        (json!(7), "cannot be read"),
    ] {
        let mut told = told();
        told["transaction"] = body;
        let problem = problem(&told);
        assert!(problem.contains(reason) && problem.len() < 400, "{problem}");
    }
}

#[test]
fn too_many_signatures_and_accounts_are_refused() {
    let mut many = told();
    let signature = many["transaction"]["signatures"][0].clone();
    many["transaction"]["signatures"] = json!(vec![signature; 100_000]);
    assert!(problem(&many).contains("100000 signatures"));
    let mut many = told();
    let key = many["transaction"]["message"]["accountKeys"][0].clone();
    many["transaction"]["message"]["accountKeys"] = json!(vec![key; 100_000]);
    assert!(problem(&many).contains("100000 accounts"));
}

/// Whatever encoding tells it, and of a failed transaction, too, whose instructions are only listed.
#[test]
fn bytes_that_name_accounts_that_are_not_there_are_refused() {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let one = scene().raw_top([222; 32], &[ALICE, BOB], &[7, 7, 7]);
    let mut told = one.told(Encoding::Base64);
    told["meta"]["err"] = json!("AccountInUse");
    let mut bytes = STANDARD.decode(told["transaction"][0].as_str().unwrap()).unwrap();
    // At the end stand the program, two accounts and three bytes of data.
    let end = bytes.len();
    assert_eq!(bytes[end - 7..], [2, 0, 1, 3, 7, 7, 7]);
    for at in [end - 8, end - 6] {
        let before = std::mem::replace(&mut bytes[at], 99);
        told["transaction"][0] = json!(STANDARD.encode(&bytes));
        assert!(problem(&told).contains("names an account that is not among its accounts"));
        bytes[at] = before;
    }
    told["transaction"][0] = json!(STANDARD.encode(&bytes));
    assert!(read(&told, &NoHistory).is_ok());
}

#[test]
fn another_slot_than_was_asked_for_is_a_problem() {
    let raw = RawTransaction { slot: 7, index: None, time: None, json: raw(&told()) };
    let problem = decode(&raw, &NoHistory, Chain::SOLANA).unwrap_err();
    assert!(problem.to_string().contains("a transaction is of slot 300000000"), "{problem}");
}

#[test]
fn one_bad_transaction_costs_its_block_nothing_else() {
    let mut told = fixture("block-100000000");
    told["transactions"].as_array_mut().unwrap().insert(1, json!({"transaction": {}, "meta": {}}));
    let block = block(100_000_000, &told);
    assert_eq!((block.transactions.len(), block.problems.len()), (2, 1));
    assert_eq!(block.transactions[1].index, Some(2));
    let bare = RawBlock { slot: 1, json: raw(&json!({"blockhash": "1".repeat(32)})) };
    assert!(decode_block(&bare, &NoHistory, Chain::SOLANA).is_err());
    let early = RawBlock { slot: 99_999_999, json: raw(&told) };
    let problem = decode_block(&early, &NoHistory, Chain::SOLANA).unwrap_err();
    assert!(problem.to_string().contains("names slot 99999999 as the one before it"), "{problem}");
    told.as_object_mut().unwrap().remove("transactions");
    let bare = RawBlock { slot: 100_000_000, json: raw(&told) };
    let problem = decode_block(&bare, &NoHistory, Chain::SOLANA).unwrap_err();
    assert!(problem.to_string().contains("no list of transactions"), "{problem}");
}

#[test]
fn absurd_amounts_overflow_nothing_and_the_law_holds() {
    let most = u64::MAX;
    let amount = most.to_le_bytes();
    let transfer = [&[2, 0, 0, 0][..], &amount].concat();
    let tokens = [&[3][..], &amount].concat();
    let mut scene = scene();
    for _ in 0..50 {
        scene = scene.raw_top(system(), &[ALICE, BOB], &transfer).raw_top(token(), &[OF_ALICE, OF_BOB, ALICE], &tokens);
    }
    let mut told = scene.told(Encoding::Json);
    told["meta"]["fee"] = json!(most);
    told["meta"]["preBalances"][1] = json!(most);
    told["meta"]["postTokenBalances"][0]["uiTokenAmount"]["amount"] = json!(most.to_string());
    let one = read(&told, &NoHistory).unwrap();
    assert!(one.reconciled.unexplained > 0);
    let payer = one.movements[0].from.clone().unwrap();
    let net: i128 = sums(&one.movements)
        .iter()
        .filter(|((who, asset), _)| *who == payer && asset.is_native())
        .map(|(_, sum)| sum)
        .sum();
    assert_eq!(net, -5000, "what his balances say, whatever instructions say");
}

#[test]
fn a_failed_transaction_hands_nothing_over_whatever_balances_say() {
    let mut told = told();
    told["meta"]["err"] = json!({"InstructionError": [0, {"Custom": 1}]});
    for list in ["postBalances", "postTokenBalances"] {
        told["meta"][list] = told["meta"][list.replace("post", "pre")].clone();
    }
    told["meta"]["postBalances"][0] = json!(told["meta"]["preBalances"][0].as_u64().unwrap() - 5000);
    let one = read(&told, &NoHistory).unwrap();
    assert_eq!((one.movements.len(), one.residues.len()), (1, 0));
    let bob = told["meta"]["postTokenBalances"][1]["owner"].clone();
    told["meta"]["postTokenBalances"][0]["owner"] = bob;
    let one = read(&told, &NoHistory).unwrap();
    assert!(one.movements.iter().all(|one| matches!(one.kind, Kind::Fee | Kind::Unexplained)), "{:?}", one.movements);
    // Tokens and the rent, of the one and of the other.
    assert_eq!(one.residues.len(), 4, "{:?}", one.residues);
    assert!(one.residues.iter().all(|one| one.reason == Why::BalancesDiffer));
}

#[test]
fn instructions_that_cannot_be_read_are_counted() {
    let odd = scene()
        .raw_top(token(), &[OF_ALICE, OF_BOB, ALICE], &[99, 1, 2])
        .raw_top(token_2022(), &[], &[3])
        .raw_top(token(), &[OF_ALICE], &[255, 1, 9, 3])
        .raw_top(system(), &[], &[2, 0, 0, 0, 9]);
    let one = odd.decode();
    assert_eq!((one.left_out.odd_instructions, one.residues.len()), (4, 0));
    assert!(one.complete, "balances say that nothing moved");
}

#[test]
fn ten_thousand_calls_are_read_in_the_time_that_they_are_long() {
    let mut told = told();
    let called = told["meta"]["innerInstructions"][0]["instructions"].as_array().unwrap().clone();
    let deep = |(n, one): (usize, Value)| {
        let mut one = one;
        one["stackHeight"] = json!(n % 1000 + 2);
        one
    };
    let many: Vec<Value> = std::iter::repeat_n(called, 5000).flatten().enumerate().map(deep).collect();
    told["meta"]["innerInstructions"][0]["instructions"] = json!(many);
    let before = Instant::now();
    let one = read(&told, &NoHistory).unwrap();
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    assert_eq!(one.instructions.len(), 10_001);
    assert!(one.movements.len() >= 10_001 && one.reconciled.unexplained > 0);
}

#[test]
fn many_openings_of_one_account_are_read_in_the_time_that_they_are_long() {
    let account = [13; 32];
    let mut scene = scene();
    for _ in 0..3000 {
        let opened = [
            Op::Create { from: ALICE, account, lamports: RENT },
            Op::Open { account, mint: MINT, owner: BOB },
            Op::Close { account, to: ALICE },
        ];
        assert!(scene.try_call(&opened));
    }
    let told = scene.told(Encoding::Json);
    let before = Instant::now();
    let one = read(&told, &NoHistory).unwrap();
    assert!(before.elapsed() < Duration::from_secs(5), "{:?}", before.elapsed());
    assert_eq!((one.residues.len(), one.complete), (0, true));
}

#[test]
fn json_a_hundred_thousand_deep_breaks_no_stack() {
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    let text = told().to_string();
    let skipped = text.replacen("{", &format!("{{\"unknown\":{deep},"), 1);
    let parsed = text.replacen("\"data\":", &format!("\"parsed\":{deep},\"data\":"), 1);
    let balances = text.replacen("\"preBalances\":[", &format!("\"preBalances\":[{deep},"), 1);
    for (text, readable) in [(skipped, true), (parsed, true), (balances, false)] {
        let json = RawValue::from_string(text).unwrap();
        let raw = RawTransaction { slot: 300_000_000, index: None, time: None, json };
        assert_eq!(decode(&raw, &NoHistory, Chain::SOLANA).is_ok(), readable);
    }
}

#[test]
fn a_parsed_instruction_that_lies_moves_nothing_by_itself() {
    for parsed in
        [json!("text"), json!({"type": "transfer"}), json!({"type": "transfer", "info": {"source": 7}}), json!([])]
    {
        let mut told = scene().top(Op::Transfer { from: ALICE, to: BOB, lamports: 0 }).told(Encoding::Parsed);
        told["transaction"]["message"]["instructions"][0]["parsed"] = parsed;
        let one = read(&told, &NoHistory).unwrap();
        assert_eq!((one.movements.len(), one.left_out.odd_instructions), (1, 1));
    }
    let mut told = scene().top(Op::Transfer { from: ALICE, to: BOB, lamports: 5 }).told(Encoding::Parsed);
    let stranger = "4vJ9JU1bJJE96FWSJKvHsmmFADCg4gpZQff4P3bkLKi".replace('4', "5");
    told["transaction"]["message"]["instructions"][0]["parsed"]["info"]["source"] = json!(stranger);
    assert!(problem(&told).contains("which is not among its accounts"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_of_the_known_programs_keep_the_law(
        calls in prop::collection::vec(
            (0_usize..3, prop::collection::vec(0_usize..6, 0..6), prop::collection::vec(any::<u8>(), 0..50), 0_u8..50),
            1..12,
        ),
    ) {
        let mut scene = scene();
        for (program, accounts, mut data, tag) in calls {
            let program = [system(), token(), token_2022()][program];
            if program == system() {
                data.splice(0..0, [tag % 15, 0, 0, 0]);
            } else {
                data.splice(0..0, [if tag == 49 { 255 } else { tag }]);
            }
            let accounts: Vec<Key> = accounts.iter().map(|n| [ALICE, BOB, OF_ALICE, OF_BOB, MINT, [13; 32]][*n]).collect();
            scene = scene.raw_top(program, &accounts, &data);
        }
        let one = scene.decode();
        // Balances say that nothing but the fee moved.
        let sums = sums(&one.movements);
        prop_assert!(sums.iter().all(|((_, asset), sum)| !asset.is_native() || *sum == -5000), "{:?}", sums);
        let unexplained = one.movements.iter().filter(|one| one.kind == Kind::Unexplained).count();
        prop_assert_eq!(unexplained, one.residues.len());
    }

    #[test]
    fn a_damaged_answer_is_read_or_refused_and_never_a_panic(
        which in 0..TRANSACTIONS.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut text = fixture(TRANSACTIONS[which]).to_string().into_bytes();
        for (at, byte) in damage {
            let at = at.index(text.len());
            text[at] = if byte % 2 == 0 { b'0' + byte % 10 } else { byte % 128 };
        }
        let Some(json) = String::from_utf8(text).ok().and_then(|text| RawValue::from_string(text).ok()) else {
            return Ok(());
        };
        if let Ok(raw) = RawTransaction::from_result(Chain::SOLANA, json) {
            let _ = decode(&raw, &NoHistory, Chain::SOLANA);
        }
    }
}
