//! The same transactions by any route: explorers' exports of single accounts, our own tables, complete views of a node, in
//! any split, order and repetition. The answer is the same to the byte.

#![allow(clippy::unwrap_used, reason = "a failed step is a failed test")]

use std::{collections::BTreeSet, fmt::Write, path::Path};

use fundtrail::{
    IngestSetting, Listener, QuestionDefaults, Reference, Store, export, ingest, trace,
    types::{
        Account, Address, Amount, Asset, Chain, Kind, Method, Movement, Order, Question, Time, Token, TxId, TxOrder,
    },
};
use fundtrail_store::{Completeness, TxView};
use proptest::{prelude::*, sample::Index};

const CHAIN: Chain = Chain::ETHEREUM;
const TOKEN: [u8; 20] = [0x77; 20];
const DECIMALS: u8 = 6;
const ACCOUNTS: u8 = 5;

fn address(number: u8) -> Address {
    Address::Evm([number + 1; 20])
}

/// One transaction as the chain knows it. Amounts are in base units.
#[derive(Clone, Debug)]
struct Tx {
    number: u8,
    height: u64,
    index: u32,
    from: u8,
    to: u8,
    value: u64,
    fee: u64,
    failed: bool,
    /// From, to, value.
    calls: Vec<(u8, u8, u64)>,
    tokens: Vec<(u8, u8, u64)>,
}

fn any_tx(number: u8) -> impl Strategy<Value = Tx> {
    let account = || 0..ACCOUNTS;
    let legs = || prop::collection::vec((account(), account(), 1..4u64), 0..4);
    (account(), account(), 0..5u64, 0..3u64, prop::bool::weighted(0.1), legs(), legs(), 0..3u64).prop_map(
        move |(from, to, value, fee, failed, calls, tokens, block)| Tx {
            number,
            height: 100 + block,
            index: u32::from(number),
            from,
            to,
            value,
            fee: fee + 1,
            failed,
            calls: if failed { Vec::new() } else { calls },
            tokens: if failed { Vec::new() } else { tokens },
        },
    )
}

impl Tx {
    fn id(&self) -> TxId {
        TxId::Evm([self.number + 1; 32])
    }

    fn time(&self) -> i64 {
        1_700_000_000 + i64::try_from(self.height).unwrap() * 12
    }

    /// Everything that it moved, with the index that a node knows.
    fn movements(&self) -> Vec<Movement> {
        let native = Asset::native(CHAIN);
        let token = Asset { chain: CHAIN, token: Token::Contract(Address::Evm(TOKEN)) };
        let mut legs = vec![(Kind::Fee, native.clone(), self.from, None, self.fee)];
        if !self.failed {
            legs.push((Kind::Native, native.clone(), self.from, Some(self.to), self.value));
        }
        legs.extend(
            self.calls.iter().map(|(from, to, value)| (Kind::Internal, native.clone(), *from, Some(*to), *value)),
        );
        legs.extend(self.tokens.iter().map(|(from, to, value)| (Kind::Token, token.clone(), *from, Some(*to), *value)));
        let mut movements: Vec<Movement> = Vec::new();
        for (kind, asset, from, to, amount) in legs {
            let mut one = Movement {
                chain: CHAIN,
                tx: self.id(),
                kind,
                asset,
                from: Some(address(from)),
                to: to.map(address),
                amount: Amount::from(amount),
                n: 0,
                order: Order { height: self.height, tx: TxOrder::Index(self.index), leg: None },
                time: Time::from_unix(self.time()),
            };
            one.n =
                u32::try_from(movements.iter().filter(|other| Movement { n: 0, ..(*other).clone() } == one).count())
                    .unwrap();
            movements.push(one);
        }
        movements
    }

    fn involves(&self, account: u8) -> bool {
        self.from == account || self.to == account
    }
}

/// Base units as an explorer prints them.
fn printed(raw: u64, decimals: u8) -> String {
    Amount::from(raw).to_decimal(decimals)
}

/// One way in which some of the facts reach the store.
#[derive(Clone, Debug)]
enum Route {
    Transactions(u8),
    Internal(u8),
    Tokens(u8),
    /// Our own table, of the transactions whose number has this remainder, with or without the index.
    Own {
        part: u8,
        indexed: bool,
    },
    /// A node's views, of the transactions whose number has this remainder.
    Complete {
        part: u8,
    },
}

const PARTS: u8 = 3;

fn any_route() -> impl Strategy<Value = Route> {
    prop_oneof![
        (0..ACCOUNTS).prop_map(Route::Transactions),
        (0..ACCOUNTS).prop_map(Route::Internal),
        (0..ACCOUNTS).prop_map(Route::Tokens),
        (0..PARTS, any::<bool>()).prop_map(|(part, indexed)| Route::Own { part, indexed }),
        (0..PARTS).prop_map(|part| Route::Complete { part }),
    ]
}

/// An account's side of a value: what came in, what went out.
fn sides(account: u8, from: u8, to: u8, value: u64) -> (String, String) {
    let shown = |is: bool| if is { printed(value, 18) } else { "0".to_owned() };
    (shown(to == account), shown(from == account))
}

impl Route {
    /// The table of a route, as the program that exports it writes it; none if it is no table.
    fn table(&self, world: &[Tx]) -> Option<String> {
        let mut text = String::new();
        match self {
            Self::Transactions(account) => {
                text += "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"ContractAddress\",\"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"CurrentValue/Eth\",\"TxnFee(ETH)\",\"TxnFee(USD)\",\"Historical $Price/Eth\",\"Status\",\"ErrCode\",\"Method\"\n";
                for tx in world.iter().filter(|tx| tx.involves(*account)) {
                    let (into, out) = sides(*account, tx.from, tx.to, tx.value);
                    let status = if tx.failed { ("Error(0)", "out of gas") } else { ("", "") };
                    writeln!(text, "\"{}\",\"{}\",\"{}\",\"x\",\"{}\",\"{}\",\"\",\"{into}\",\"{out}\",\"1\",\"{}\",\"1\",\"1\",\"{}\",\"{}\",\"m\"",
                        tx.id(), tx.height, tx.time(), address(tx.from), address(tx.to), printed(tx.fee, 18), status.0, status.1).unwrap();
                }
            }
            Self::Internal(account) => {
                text += "\"Txhash\",\"Blockno\",\"UnixTimestamp\",\"DateTime\",\"ParentTxFrom\",\"ParentTxTo\",\"ParentTxETH_Value\",\"From\",\"TxTo\",\"ContractAddress\",\"Value_IN(ETH)\",\"Value_OUT(ETH)\",\"CurrentValue @ $1/Eth\",\"Historical $Price/Eth\",\"Status\",\"ErrCode\",\"Type\"\n";
                for tx in world {
                    for (from, to, value) in tx.calls.iter().filter(|call| [call.0, call.1].contains(account)) {
                        let (into, out) = sides(*account, *from, *to, *value);
                        writeln!(text, "\"{}\",\"{}\",\"{}\",\"x\",\"{}\",\"{}\",\"0\",\"{}\",\"{}\",\"\",\"{into}\",\"{out}\",\"1\",\"1\",\"0\",\"\",\"call\"",
                            tx.id(), tx.height, tx.time(), address(tx.from), address(tx.to), address(*from), address(*to)).unwrap();
                    }
                }
            }
            Self::Tokens(account) => {
                text += "\"Txhash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"TokenValue\",\"USDValueDayOfTx\",\"ContractAddress\",\"TokenName\",\"TokenSymbol\"\n";
                for tx in world {
                    for (from, to, value) in tx.tokens.iter().filter(|leg| [leg.0, leg.1].contains(account)) {
                        writeln!(
                            text,
                            "\"{}\",\"{}\",\"{}\",\"x\",\"{}\",\"{}\",\"{}\",\"1\",\"{}\",\"Token\",\"TKN\"",
                            tx.id(),
                            tx.height,
                            tx.time(),
                            address(*from),
                            address(*to),
                            printed(*value, DECIMALS),
                            Address::Evm(TOKEN)
                        )
                        .unwrap();
                    }
                }
            }
            Self::Own { part, indexed } => {
                text += "chain,tx,block,time,tx_index,kind,asset,from,to,amount_raw\n";
                for tx in world.iter().filter(|tx| tx.number % PARTS == *part) {
                    let index = if *indexed { tx.index.to_string() } else { String::new() };
                    for leg in tx.movements() {
                        let (from, to) = (leg.from.map(|one| one.to_string()), leg.to.map(|one| one.to_string()));
                        writeln!(
                            text,
                            "{CHAIN},{},{},{},{index},{},{},{},{},{}",
                            tx.id(),
                            tx.height,
                            leg.time.unwrap(),
                            leg.kind,
                            leg.asset.name_on_chain(),
                            from.unwrap_or_default(),
                            to.unwrap_or_default(),
                            leg.amount
                        )
                        .unwrap();
                    }
                }
            }
            Self::Complete { .. } => return None,
        }
        Some(text)
    }

    fn load(&self, store: &Store, reference: &Reference, world: &[Tx], dir: &Path) {
        let Some(text) = self.table(world) else {
            let Self::Complete { part } = self else { return };
            let mut writer = store.writer().unwrap();
            for tx in world.iter().filter(|tx| tx.number % PARTS == *part) {
                writer.view(TxView::of_transaction(Completeness::Complete, &tx.movements()).unwrap());
            }
            return writer.commit(None).unwrap();
        };
        let path = dir.join(format!("{self:?}.csv"));
        std::fs::write(&path, text).unwrap();
        let setting = IngestSetting { tokens: reference.tokens(), chain: Some(CHAIN), covers: None };
        let mut silent = Listener { progress: &mut |_| true, rejected: &mut |problem| panic!("{problem}") };
        ingest(store, &path, &setting, &mut silent).unwrap();
    }
}

/// Loads routes one after the other, and gives the answers and everything that the store holds. Claims of coverage name their
/// files, so stores that are compared are loaded from one folder.
fn answers(tables: &Path, routes: &[Route], world: &[Tx]) -> (Vec<String>, BTreeSet<String>) {
    let dir = tempfile::tempdir().unwrap();
    let store = Store::open(&dir.path().join("db")).unwrap();
    let mut reference = Reference::empty();
    let tokens = dir.path().join("tokens.csv");
    let token = Address::Evm(TOKEN);
    std::fs::write(
        &tokens,
        format!("chain,contract,symbol,decimals,basis,source\n{CHAIN},{token},TKN,{DECIMALS},published,x\n"),
    )
    .unwrap();
    reference.add(&tokens).unwrap();
    routes.iter().for_each(|route| route.load(&store, &reference, world, tables));
    let ask = |number| {
        let from = Account { chain: CHAIN, address: address(number) };
        let question = Question {
            methods: vec![Method::Haircut, Method::Fifo, Method::Poison],
            ..QuestionDefaults::question(from, "2025-01-01".parse().unwrap())
        };
        // That there is nothing to follow is an answer too.
        let answer = trace(&store, &reference, &question, &mut |_| true);
        answer.map_or_else(|error| error.to_string(), |answer| serde_json::to_string(&answer).unwrap())
    };
    let known = (0..ACCOUNTS)
        .filter(|number| store.account_id(&Account { chain: CHAIN, address: address(*number) }).unwrap().is_some());
    let told = known.map(ask).collect();
    let file = dir.path().join("export.jsonl");
    export(&store, &file, &mut |_| true).unwrap();
    assert_eq!(store.check(&mut |_| true).unwrap().broken_total, 0);
    let text = std::fs::read_to_string(&file).unwrap();
    // Sources are a log of loads: of two files with the same bytes it keeps the name of the later one.
    // The last line is the digest of all before it.
    let facts = text.lines().filter(|line| !line.starts_with("{\"source\"") && !line.starts_with("{\"end\""));
    (told, facts.map(str::to_owned).collect())
}

fn transactions((_, lines): (Vec<String>, BTreeSet<String>)) -> Vec<String> {
    lines.into_iter().filter(|line| line.starts_with("{\"transaction\"")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_routes_in_any_order_and_repetition(
        world in (1..8u8).prop_flat_map(|count| (0..count).map(any_tx).collect::<Vec<_>>()),
        routes in prop::collection::vec(any_route(), 1..7),
        repeated in prop::collection::vec(any::<Index>(), 0..3),
        keys in prop::collection::vec(any::<u32>(), 16),
    ) {
        let again = repeated.iter().map(|index| routes[index.index(routes.len())].clone());
        let mut shuffled: Vec<_> = routes.iter().cloned().chain(again).zip(keys).collect();
        shuffled.sort_by_key(|(_, key)| *key);
        let shuffled: Vec<_> = shuffled.into_iter().map(|(route, _)| route).collect();
        let tables = tempfile::tempdir().unwrap();
        prop_assert_eq!(answers(tables.path(), &routes, &world), answers(tables.path(), &shuffled, &world));
    }

    #[test]
    fn the_same_facts_by_explorers_and_by_our_own_table(
        world in (1..8u8).prop_flat_map(|count| (0..count).map(any_tx).collect::<Vec<_>>()),
    ) {
        let own: Vec<_> = (0..PARTS).map(|part| Route::Own { part, indexed: false }).collect();
        let explorers: Vec<_> = (0..ACCOUNTS).flat_map(|one| [Route::Transactions(one), Route::Internal(one), Route::Tokens(one)]).collect();
        let tables = tempfile::tempdir().unwrap();
        prop_assert_eq!(transactions(answers(tables.path(), &own, &world)), transactions(answers(tables.path(), &explorers, &world)));
    }

    #[test]
    fn a_node_that_knows_all_outweighs_every_export(
        world in (1..8u8).prop_flat_map(|count| (0..count).map(any_tx).collect::<Vec<_>>()),
        exports in prop::collection::vec(any_route(), 0..6),
        first in any::<bool>(),
    ) {
        let node: Vec<_> = (0..PARTS).map(|part| Route::Complete { part }).collect();
        let both = if first { [exports, node.clone()].concat() } else { [node.clone(), exports].concat() };
        let tables = tempfile::tempdir().unwrap();
        prop_assert_eq!(transactions(answers(tables.path(), &both, &world)), transactions(answers(tables.path(), &node, &world)));
    }
}
