//! From the starts of a question to its seeds.

use std::collections::{BTreeMap, HashSet};

use fundtrail_store::{AccountId, AssetId, Entry, Leg, Side};
use fundtrail_types::{Account, Amount, Asset, Chain, Kind, Position, Question, Seed, Start, TxId};

use super::Seeds;
use crate::{Ledger, TraceError, ledger::TxAt};

/// A movement that a start begins with.
pub(crate) struct Receipt {
    /// The start, by index.
    pub(crate) start: usize,
    /// Who received it; with `entry` on his side.
    pub(crate) account: AccountId,
    pub(crate) entry: Entry,
}

/// What is known of assets, and which are followed.
struct Known<'a, L> {
    ledger: &'a L,
    question: &'a Question,
    is_verified: &'a dyn Fn(&Asset) -> bool,
    assets: BTreeMap<AssetId, Asset>,
    seeds: &'a mut Seeds,
}

/// What one start found of one asset: how much in all, with the movements.
type Found = BTreeMap<(usize, Account, Asset), (AssetId, Amount, Vec<(AccountId, Entry)>)>;

impl Seeds {
    /// Finds what the starts begin with, and sums it per account and asset. Fees are no seeds: they pay for the movement, not for the
    /// payee. What an earlier start begins with is not begun with again.
    pub(crate) fn find(
        ledger: &impl Ledger,
        question: &Question,
        is_verified: &dyn Fn(&Asset) -> bool,
    ) -> Result<Self, TraceError> {
        let (mut seeds, mut paid, mut received) = (Self::default(), Found::new(), Found::new());
        let mut done: HashSet<(AccountId, Position)> = HashSet::new();
        if question.starts.is_empty() {
            return Err(TraceError::NoStart);
        }
        for (index, start) in question.starts.iter().enumerate() {
            let mut known = Known { ledger, question, is_verified, assets: BTreeMap::new(), seeds: &mut seeds };
            let candidates = candidates(ledger, start, Side::Out)?;
            let mut is_any = false;
            for (account, entry) in candidates {
                let Some(asset) = known.chosen(account, &entry)? else { continue };
                is_any = true;
                if !done.insert((account, entry.position)) {
                    continue;
                }
                let name = ledger.account(account)?;
                let found = if entry.side == Side::Out { &mut paid } else { &mut received };
                let (_, sum, entries) =
                    found.entry((index, name.clone(), asset)).or_insert((entry.asset, Amount::ZERO, Vec::new()));
                *sum = sum.checked_add(entry.amount).ok_or(TraceError::Overflow(name))?;
                entries.push((account, entry));
            }
            if !is_any {
                return Err(nothing(question, start, &seeds));
            }
        }
        seeds.begin_with_paid(question, paid);
        seeds.begin_with_received(received);
        Ok(seeds)
    }

    fn begin_with_paid(&mut self, question: &Question, paid: Found) {
        for ((start, account, asset), (id, amount_raw, entries)) in paid {
            let seed = self.add(start, account, asset, (id, amount_raw, entries.len()));
            let is_all = question.chosen.is_all() && matches!(question.starts[start], Start::Account { .. });
            let Some((payer, _)) = entries.first() else { continue };
            let payer = self.payers.entry(*payer).or_default();
            if is_all && !payer.all.contains_key(&id) {
                payer.all.insert(id, seed);
            } else {
                payer.some.extend(entries.into_iter().map(|(_, entry)| (entry.position, seed)));
            }
        }
    }

    fn begin_with_received(&mut self, received: Found) {
        for ((start, account, asset), (id, amount_raw, entries)) in received {
            let chain = account.chain;
            let seed = self.add(start, account, asset, (id, amount_raw, entries.len()));
            entries.into_iter().for_each(|(account, entry)| self.receive(seed, chain, account, entry));
        }
        self.received.sort_by_key(|movement| (movement.entry.position, movement.account));
    }

    fn add(&mut self, start: usize, account: Account, asset: Asset, sums: (AssetId, Amount, usize)) -> usize {
        let (id, amount_raw, movements) = sums;
        self.seeds.push(Seed { start: Some(start), source: None, account, asset, amount_raw, movements });
        self.assets.push(id);
        self.seeds.len() - 1
    }
}

/// What the starts of a backward question received. Beside it, seeds that name nothing but what was left out.
pub(crate) fn receipts(
    ledger: &impl Ledger,
    question: &Question,
    is_verified: &dyn Fn(&Asset) -> bool,
) -> Result<(Vec<Receipt>, Seeds), TraceError> {
    let (mut seeds, mut receipts) = (Seeds::default(), Vec::new());
    let mut done: HashSet<(AccountId, Position)> = HashSet::new();
    if question.starts.is_empty() {
        return Err(TraceError::NoStart);
    }
    for (index, start) in question.starts.iter().enumerate() {
        let mut known = Known { ledger, question, is_verified, assets: BTreeMap::new(), seeds: &mut seeds };
        let mut is_any = false;
        for (account, entry) in candidates(ledger, start, Side::In)? {
            if known.chosen(account, &entry)?.is_some() {
                is_any = true;
                if done.insert((account, entry.position)) {
                    receipts.push(Receipt { start: index, account, entry });
                }
            }
        }
        if !is_any {
            return Err(nothing(question, start, &seeds));
        }
    }
    Ok((receipts, seeds))
}

impl<L: Ledger> Known<'_, L> {
    /// The asset of a movement that is followed, none if it is not.
    fn chosen(&mut self, account: AccountId, entry: &Entry) -> Result<Option<Asset>, TraceError> {
        let asset = match self.assets.get(&entry.asset) {
            Some(asset) => asset.clone(),
            None => self.ledger.asset(entry.asset)?,
        };
        self.assets.insert(entry.asset, asset.clone());
        let question = self.question;
        if !question.assets.is_empty() && !question.assets.contains(&asset) {
            return Ok(None);
        }
        let chosen = &question.chosen;
        if (chosen.since.is_some() || chosen.until.is_some()) && entry.time.is_none() {
            *self.seeds.timeless.entry(self.ledger.account(account)?).or_default() += 1;
        }
        if !chosen.has(entry.time, entry.amount) {
            return Ok(None);
        }
        if question.assets.is_empty() && !(self.is_verified)(&asset) {
            *self.seeds.unverified.entry(asset).or_default() += 1;
            return Ok(None);
        }
        Ok(Some(asset))
    }
}

/// The movements that a start may begin with. `side` is where an account stands in those that it names none of: it pays out, or
/// receives.
fn candidates(ledger: &impl Ledger, start: &Start, side: Side) -> Result<Vec<(AccountId, Entry)>, TraceError> {
    if start.chain().is_foreign() {
        return Err(TraceError::Foreign(start.chain()));
    }
    match start {
        Start::Account { account } => Ok(of_account(ledger, account, side)?.1),
        Start::Received { account, txs } => {
            let (chain, (id, mut entries)) = (account.chain, of_account(ledger, account, Side::In)?);
            let places: Vec<Position> = entries.iter().map(|(_, entry)| entry.position).collect();
            let mut found = ledger.txs(chain, &places)?.into_iter();
            let wanted: HashSet<_> = txs.iter().collect();
            entries.retain(|(account, _)| *account == id && found.next().is_some_and(|tx| wanted.contains(&tx)));
            Ok(entries)
        }
        Start::Transaction { chain, tx } => {
            let (at, legs) = transaction(ledger, start, *chain, tx)?;
            let gives = |leg: &Leg| legs.iter().any(|one| (one.from, one.asset) == (leg.to, leg.asset));
            let arrives = |leg: &&Leg| leg.to != AccountId::NONE && leg.to != leg.from && moves(leg);
            let kept = legs.iter().filter(arrives).filter(|leg| !gives(leg));
            Ok(kept.map(|leg| (leg.to, at.entry(leg, Side::In))).collect())
        }
        Start::Movement { chain, tx, number } => {
            let (at, legs) = transaction(ledger, start, *chain, tx)?;
            let movements = legs.len();
            let place = number.checked_sub(1).and_then(|place| legs.get(place));
            let leg = place.ok_or_else(|| TraceError::UnknownMovement { start: Box::new(start.clone()), movements })?;
            // It is followed as the payer's, so that it may pass through others in its transaction; what nobody paid, as received.
            let side = if leg.from == AccountId::NONE { Side::In } else { side };
            let account = if side == Side::In { leg.to } else { leg.from };
            let is_any = moves(leg) && leg.from != leg.to && account != AccountId::NONE;
            Ok(if is_any { vec![(account, at.entry(leg, side))] } else { Vec::new() })
        }
    }
}

/// An account's movements on one side, without fees and what it paid to itself.
fn of_account(
    ledger: &impl Ledger,
    account: &Account,
    side: Side,
) -> Result<(AccountId, Vec<(AccountId, Entry)>), TraceError> {
    let id = ledger.account_id(account)?.ok_or_else(|| TraceError::UnknownAccount(account.clone()))?;
    let mut entries = Vec::new();
    for entry in ledger.history(id) {
        let entry = entry?;
        if entry.side == side && entry.kind != Kind::Fee && entry.counterparty != id {
            entries.push((id, entry));
        }
    }
    Ok((id, entries))
}

fn moves(leg: &Leg) -> bool {
    leg.kind != Kind::Fee && !leg.amount.is_zero()
}

fn transaction(ledger: &impl Ledger, start: &Start, chain: Chain, tx: &TxId) -> Result<(TxAt, Vec<Leg>), TraceError> {
    let unknown = || TraceError::UnknownTransaction(Box::new(start.clone()));
    let at = ledger.tx(chain, tx)?.ok_or_else(unknown)?;
    let legs = ledger.legs(chain, at.position)?;
    Ok((at, legs))
}

fn nothing(question: &Question, start: &Start, seeds: &Seeds) -> TraceError {
    TraceError::NothingToFollow { start: Box::new(start.clone()), why: why(question, start, seeds) }
}

fn why(question: &Question, start: &Start, seeds: &Seeds) -> String {
    if !seeds.unverified.is_empty() {
        let names: Vec<_> = seeds.unverified.keys().map(ToString::to_string).collect();
        return format!(
            "only tokens that no token table knows ({}); name one with --asset to follow it",
            names.join(", ")
        );
    }
    if !question.chosen.is_all() {
        return "none of its movements is within the times and amounts asked; check --since, --until, --least and --most"
            .to_owned();
    }
    if !question.assets.is_empty() {
        return "it moved none of the assets named with --asset; leave --asset away to follow all".to_owned();
    }
    match start {
        Start::Account { .. } if question.way == fundtrail_types::Way::Forward => {
            "the database holds no outgoing movement of it; load data that lists what it paid out".to_owned()
        }
        Start::Account { .. } => {
            "the database holds no incoming movement of it; load data that lists what it received".to_owned()
        }
        Start::Received { .. } => {
            "it received nothing in the transactions named; check them, or load data that holds them".to_owned()
        }
        Start::Transaction { .. } | Start::Movement { .. } => {
            "nobody received anything by it; check it with `fundtrail tx`".to_owned()
        }
    }
}
