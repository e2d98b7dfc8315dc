//! What a stored transaction shows of two accounts stands in its explanation.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use fundtrail::{
    Reference, Store, explain,
    types::{
        Account, Address, Amount, Asset, Chain, Kind, Movement, Order, Relation, RelationKind, Token, TxAnswer, TxId,
        TxOrder, TxRelation,
    },
};
use fundtrail_store::{Completeness, TxView};

const SOLANA: Chain = Chain::SOLANA;

fn account(byte: u8) -> Account {
    Account { chain: SOLANA, address: Address::Solana([byte; 32]) }
}

fn explained(relations: &[(RelationKind, u8, u8, Option<Asset>)]) -> TxAnswer {
    let (tx, order) = (TxId::Solana([9; 64]), Order { height: 7, tx: TxOrder::Index(1), leg: None });
    let fee = Movement {
        chain: SOLANA,
        tx: tx.clone(),
        kind: Kind::Fee,
        asset: Asset::native(SOLANA),
        from: Some(account(1).address),
        to: None,
        amount: Amount::from(5_000u64),
        n: 0,
        order,
        time: None,
    };
    let relation = |(kind, subject, object, asset): &(RelationKind, u8, u8, Option<Asset>)| Relation {
        chain: SOLANA,
        kind: *kind,
        subject: account(*subject).address,
        object: account(*object).address,
        asset: asset.clone(),
        tx: tx.clone(),
        order,
        time: None,
    };
    let relations: Vec<Relation> = relations.iter().map(relation).collect();
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(dir.path()).unwrap();
    let mut writer = store.writer().unwrap();
    writer.view(TxView::of_transaction(Completeness::Complete, &[fee]).unwrap().with_relations(&relations));
    writer.commit(None).unwrap();
    drop(writer);
    explain(&store, &Reference::empty(), None, &tx.to_string(), "2026-01-01".parse().unwrap()).unwrap()
}

#[test]
fn relations_are_told_with_their_accounts_and_assets() {
    let mint = Asset { chain: SOLANA, token: Token::Contract(account(200).address) };
    let answer =
        explained(&[(RelationKind::TokenAccount, 2, 3, Some(mint.clone())), (RelationKind::FeePayer, 2, 1, None)]);
    let relation =
        |kind, subject, object, asset| TxRelation { kind, subject: account(subject), object: account(object), asset };
    let expected =
        [relation(RelationKind::FeePayer, 2, 1, None), relation(RelationKind::TokenAccount, 2, 3, Some(mint.clone()))];
    assert_eq!(answer.relations, expected);
    let accounts: Vec<Account> = answer.accounts.iter().map(|one| one.account.clone()).collect();
    assert_eq!(accounts, [account(1), account(2), account(3)]);
    assert!(answer.assets.iter().any(|one| one.asset == mint));
    let text = serde_json::to_string(&answer).unwrap();
    assert!(text.contains(r#""kind":"token_account""#), "{text}");
    assert_eq!(serde_json::from_str::<TxAnswer>(&text).unwrap(), answer);
}

#[test]
fn without_relations_nothing_is_said_of_them() {
    let answer = explained(&[]);
    assert_eq!(answer.relations, []);
    assert!(!serde_json::to_string(&answer).unwrap().contains("relations"));
}
