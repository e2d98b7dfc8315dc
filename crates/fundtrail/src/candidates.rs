//! Candidates: what a bridge paid out elsewhere that could be what traced value was turned into, where no id joins the two. How many there are
//! is told with each deposit, and none of them is taken, not even an only one: that two amounts fit is no evidence that they belong together.

use std::collections::BTreeMap;

use fundtrail_graph::Ledger;
use fundtrail_labels::LabelBook;
use fundtrail_store::{AccountId, Entry, Side, Store, StoreError};
use fundtrail_types::{
    Account, Amount, Asset, Candidates, Category, Chain, Date, Fate, FlowMovement, Gap, Kind, Position, Scope, Time,
    TraceAnswer, TxId, Way,
};

use crate::{Error, Reference};

/// Bridges pay out within a day, or hand the deposit back.
const SECONDS_MAX: i64 = 86_400;

/// Of the deposit, in per cent: fees of bridges stay under this, but for very small deposits.
const FEE_MAX_PER_CENT: u64 = 5;

/// Movements of one bridge that are read on all chains together.
const MOVEMENTS_MAX: usize = 500_000;

/// Candidates that are named.
const NAMED_MAX: usize = 3;

/// One movement of a bridge's account.
struct Paid {
    chain: Chain,
    at: Position,
    time: Time,
    asset: Asset,
    amount: Amount,
}

/// What a bridge took and paid out, in the order of time.
#[derive(Default)]
struct Books {
    took: Vec<Paid>,
    paid: Vec<Paid>,
    /// Whether there is more than was read.
    is_cut: bool,
}

/// One gap for each deposit of traced value into a bridge that is not joined.
///
/// # Errors
/// If the database fails.
pub(crate) fn candidates(store: &Store, reference: &Reference, answer: &TraceAnswer) -> Result<Vec<Gap>, Error> {
    if answer.question.way != Way::Forward {
        return Ok(Vec::new());
    }
    let mut bridges: BTreeMap<&Account, &String> = BTreeMap::new();
    for end in answer.methods.iter().flat_map(|method| &method.dispositions) {
        if let (Fate::Bridge { entity }, Some(account)) = (&end.fate, &end.account) {
            bridges.insert(account, entity);
        }
    }
    let mut books: BTreeMap<&String, Books> = BTreeMap::new();
    let mut gaps = Vec::new();
    let is_traced = |one: &&FlowMovement| one.shares.iter().any(|share| share.seed.is_some());
    let deposits = answer.flow.movements.iter().filter(|one| one.crossing.is_none()).filter(is_traced);
    let deposits = deposits.filter_map(|one| Some((one, *bridges.get(one.to.as_ref()?)?, one.to.as_ref()?)));
    for (deposit, entity, account) in deposits {
        if !books.contains_key(entity) {
            books.insert(entity, read(store, reference.labels(), entity, answer.question.as_of)?);
        }
        let Some(books) = books.get(entity) else { continue };
        gaps.push(gap(store, reference, deposit, (account, entity), books)?);
    }
    Ok(gaps)
}

fn gap(
    store: &Store,
    reference: &Reference,
    deposit: &FlowMovement,
    (account, entity): (&Account, &str),
    books: &Books,
) -> Result<Gap, Error> {
    let class = Class { reference };
    let fits = |paid: &&Paid| {
        let took = (account.chain, deposit.time, &deposit.asset, deposit.amount_raw);
        class.fits(took, paid)
    };
    let fitting: Vec<&Paid> =
        deposit.time.map_or(&[][..], |at| between(&books.paid, at, 0, SECONDS_MAX)).iter().filter(fits).collect();
    // An only candidate that other deposits fit as well is none of this one's.
    let rivals = match fitting.as_slice() {
        [only] => between(&books.took, only.time, -SECONDS_MAX, 0)
            .iter()
            .filter(|one| class.fits((one.chain, Some(one.time), &one.asset, one.amount), only))
            .count(),
        _ => 0,
    };
    let mut named: Vec<(Chain, TxId)> = Vec::new();
    for paid in fitting.iter().take(NAMED_MAX) {
        named.extend(Ledger::txs(store, paid.chain, &[paid.at])?.into_iter().map(|tx| (paid.chain, tx)));
    }
    Ok(Gap::BridgeCandidates(Box::new(Candidates {
        bridge: entity.to_owned(),
        account: account.clone(),
        tx: deposit.tx.clone(),
        asset: deposit.asset.clone(),
        amount_raw: deposit.amount_raw,
        candidates: fitting.len(),
        mutual: fitting.len() == 1 && rivals == 1,
        timeless: deposit.time.is_none(),
        cut: books.is_cut,
        named,
    })))
}

/// Those of a list in the order of time that are so many seconds before or after a time.
fn between(list: &[Paid], at: Time, from: i64, until: i64) -> &[Paid] {
    let begin = list.partition_point(|one| one.time < at.plus_seconds(from));
    let end = list.partition_point(|one| one.time <= at.plus_seconds(until));
    list.get(begin..end).unwrap_or_default()
}

/// Reads what the accounts of a bridge took and paid out, on every chain.
fn read(store: &Store, labels: &LabelBook, entity: &str, as_of: Date) -> Result<Books, StoreError> {
    let mut books = Books::default();
    let chains: Vec<Chain> = store.chains()?.into_iter().map(|(chain, _)| chain).collect();
    let his = labels.all().iter().filter(|label| label.category == Category::Bridge && label.entity == entity);
    let mut accounts: Vec<(Account, AccountId)> = Vec::new();
    for label in his.filter(|label| label.is_known(as_of)) {
        let on = chains.iter().filter(|chain| match label.chain {
            Scope::One(one) => one == **chain,
            Scope::EveryEvm => label.chain.covers(**chain),
        });
        for account in on.filter_map(|chain| Account::parse(*chain, &label.address).ok()) {
            if let Some(id) = store.account_id(&account)? {
                accounts.push((account, id));
            }
        }
    }
    accounts.sort();
    accounts.dedup();
    let mut read = 0;
    for (account, id) in accounts {
        for entry in store.history(id) {
            let entry = entry?;
            read += 1;
            if read > MOVEMENTS_MAX {
                books.is_cut = true;
                break;
            }
            note(store, &account, entry, &mut books)?;
        }
    }
    let key = |one: &Paid| (one.time, one.chain, one.at);
    books.took.sort_by_key(key);
    books.paid.sort_by_key(key);
    Ok(books)
}

fn note(store: &Store, account: &Account, entry: Entry, books: &mut Books) -> Result<(), StoreError> {
    let Some(time) = entry.time.filter(|_| entry.kind != Kind::Fee && !entry.amount.is_zero()) else { return Ok(()) };
    let paid =
        Paid { chain: account.chain, at: entry.position, time, asset: store.asset(entry.asset)?, amount: entry.amount };
    if entry.side == Side::In {
        books.took.push(paid)
    } else {
        books.paid.push(paid)
    }
    Ok(())
}

/// Which assets are one and the same on several chains.
struct Class<'a> {
    reference: &'a Reference,
}

impl Class<'_> {
    /// Whether a payment could be what a deposit was turned into: on another chain, of the same kind of asset, within the time, and no more
    /// than was given and no less than fees leave of it.
    fn fits(&self, (chain, time, asset, amount): (Chain, Option<Time>, &Asset, Amount), paid: &Paid) -> bool {
        let Some(time) = time else { return false };
        let waited = paid.time.unix().saturating_sub(time.unix());
        chain != paid.chain
            && (0..=SECONDS_MAX).contains(&waited)
            && self.is_same(asset, &paid.asset)
            && self.is_about((asset, amount), (&paid.asset, paid.amount)).unwrap_or_default()
    }

    /// By the ticker that a token table vouches for, or by the coin that both stand for.
    fn is_same(&self, one: &Asset, other: &Asset) -> bool {
        let tokens = self.reference.tokens();
        let ticker = |asset: &Asset| Some(tokens.info(asset)).filter(|info| info.verified).map(|info| info.symbol);
        let coin = |asset: &Asset| tokens.stands_for(asset).filter(|coin| COINS.contains(coin)).map(str::to_owned);
        let same = |a: Option<String>, b: Option<String>| a.is_some() && a == b;
        same(ticker(one), ticker(other)) || same(coin(one), coin(other))
    }

    /// Amounts are compared in whole units, without rounding. None if nobody tells the decimals, or they do not fit.
    fn is_about(&self, gave: (&Asset, Amount), got: (&Asset, Amount)) -> Option<bool> {
        let decimals = |asset: &Asset| self.reference.tokens().decimals(asset);
        let (from, to) = (decimals(gave.0)?, decimals(got.0)?);
        let most = from.max(to);
        let scaled = |amount: Amount, decimals: u8| Amount::parse_decimal(&amount.to_decimal(decimals), most).ok();
        let (gave, got) = (scaled(gave.1, from)?, scaled(got.1, to)?);
        let (least, _) = gave.mul_div(Amount::from(100 - FEE_MAX_PER_CENT), Amount::from(100u64))?;
        Some(got <= gave && got >= least)
    }
}

/// Coins of which others are wrapped forms. Tokens of one money are not one asset: a bridge pays USDC for USDC.
const COINS: [&str; 3] = ["BTC", "ETH", "SOL"];
