//! Payouts and movements: which movement shows a payout that the payer's books name.
//!
//! One movement shows at most one payout, whoever's books name it: a payment that is booked twice was made once. So
//! payouts that name their transaction choose first, and each movement that was chosen is taken. Events that moved
//! nothing, and what a wallet paid itself, show no payout at all.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_store::{Side, Store};
use fundtrail_types::{Account, Amount, Asset, AssetInfo, Chain, Kind, Movement, Payout, PayoutMatch, TxId};

use crate::Error;

/// A movement: its chain, its transaction, and its place among the transaction's movements.
pub(crate) type Place = (Chain, TxId, usize);

/// A payout, and the movement that shows it.
#[derive(Clone, Debug)]
pub(crate) struct Matched {
    /// As the answer tells it.
    pub(crate) answer: PayoutMatch,
    /// The very movement, if one was found.
    pub(crate) place: Option<Place>,
}

/// Finds movements, and remembers which are taken.
#[derive(Debug)]
pub(crate) struct Matcher<'a> {
    store: &'a Store,
    /// By whom: the payee of the payout that the movement shows.
    taken: BTreeMap<Place, String>,
}

/// What was found, and how; or why not.
type Found = (Option<Place>, String);

impl<'a> Matcher<'a> {
    pub(crate) fn new(store: &'a Store) -> Self {
        Self { store, taken: BTreeMap::new() }
    }

    /// Finds the movement of a payout: by transaction if one is named, else by payer, payee, asset, amount and day.
    /// What is not found, or not uniquely, is said, never guessed.
    pub(crate) fn find(&mut self, payout: &Payout, asset: &AssetInfo) -> Result<Matched, Error> {
        let (place, how) = match &payout.tx {
            _ if payout.amount_raw.is_zero() => {
                (None, "a payout of nothing: events that move nothing show no payment".to_owned())
            }
            Some(tx) => self.by_transaction(payout, tx, asset)?,
            None => self.by_facts(payout)?,
        };
        if let Some(place) = &place {
            self.taken.insert(place.clone(), payout.payee.clone());
        }
        let found = place.as_ref().map(|(_, tx, _)| tx.clone());
        Ok(Matched { answer: PayoutMatch { payout: payout.clone(), found, how }, place })
    }

    fn by_transaction(&self, payout: &Payout, tx: &TxId, asset: &AssetInfo) -> Result<Found, Error> {
        let movements = self.store.movements_by_id(payout.wallet.chain, tx)?;
        if movements.is_empty() {
            return Ok((None, "the database does not hold this transaction".to_owned()));
        }
        let paid: Vec<(usize, &Movement)> = movements
            .iter()
            .enumerate()
            .filter(|(_, movement)| pays(movement, &payout.wallet) && movement.asset == payout.asset)
            .collect();
        let mut fits: Vec<_> = paid.iter().filter(|(_, movement)| movement.amount == payout.amount_raw).collect();
        // The payer tells equal payments of one transaction apart.
        fits.sort_by_key(|(_, movement)| other_payer(payout, movement).is_some());
        let place = |index: usize| (payout.wallet.chain, tx.clone(), index);
        for (index, movement) in &fits {
            if !self.taken.contains_key(&place(*index)) {
                return Ok((Some(place(*index)), by_transaction_but(payout, movement)));
            }
        }
        if let Some((index, _)) = fits.first() {
            return Ok((None, self.already(&place(*index))));
        }
        let amounts: Vec<String> = paid.iter().map(|(_, movement)| asset.print(movement.amount)).collect();
        let own = |one: &Movement| one.from == one.to && one.to.as_ref() == Some(&payout.wallet.address);
        let how = match amounts.as_slice() {
            [] if movements.iter().any(own) => {
                "in the transaction this wallet pays itself, and that is no payment".to_owned()
            }
            [] => "the transaction pays this wallet nothing of this asset".to_owned(),
            amounts => format!(
                "the transaction pays this wallet {}, not {}",
                amounts.join(" and "),
                asset.print(payout.amount_raw)
            ),
        };
        Ok((None, how))
    }

    fn by_facts(&self, payout: &Payout) -> Result<Found, Error> {
        let store = self.store;
        let (Some(wallet), Some(asset), Some(chain)) =
            (store.account_id(&payout.wallet)?, store.asset_id(&payout.asset)?, store.chain_id(payout.wallet.chain)?)
        else {
            return Ok((None, "the database holds nothing about this wallet".to_owned()));
        };
        let payer = payout.payer.as_ref().map(|payer| store.account_id(payer)).transpose()?.flatten();
        let (mut free, mut taken) = (Vec::new(), None);
        for entry in store.history(wallet) {
            let entry = entry?;
            let same = entry.side == Side::In && entry.asset == asset && entry.amount == payout.amount_raw;
            let payer_fits = payout.payer.is_none() || payer == Some(entry.counterparty);
            // A movement without a time fits any day.
            let day_fits = payout.date.zip(entry.time).is_none_or(|(date, time)| time.date() == date);
            if !same || entry.counterparty == wallet || !payer_fits || !day_fits {
                continue;
            }
            let Some(tx) = store.tx_at(chain, entry.position.height, entry.position.tx)? else { continue };
            let index = usize::try_from(entry.position.leg).unwrap_or(usize::MAX);
            let place = (payout.wallet.chain, tx.id, index);
            if self.taken.contains_key(&place) { taken = Some(place) } else { free.push(place) }
        }
        // Equal payments of one transaction show the same: which of them is meant makes no difference.
        let one = free.first().filter(|(_, tx, _)| free.iter().all(|(_, other, _)| other == tx));
        Ok(match (one, free.len(), taken) {
            (Some(one), ..) => {
                (Some(one.clone()), "by payee, asset, amount, day and payer, as far as given".to_owned())
            }
            (None, 0, Some(taken)) => (None, self.already(&taken)),
            (None, 0, None) => (None, "no movement to this wallet has this asset, amount, day and payer".to_owned()),
            (None, many, _) => (None, format!("{many} movements fit: name the transaction")),
        })
    }

    fn already(&self, place: &Place) -> String {
        let payee = self.taken.get(place).map(String::as_str).unwrap_or_default();
        format!("already matched to another payout (payee {payee})")
    }

    /// What a wallet received of some assets in some transactions beside the movements that show payouts: how often,
    /// and how much of each asset.
    pub(crate) fn beside(
        &self,
        wallet: &Account,
        assets: &BTreeSet<Asset>,
        places: &BTreeSet<Place>,
    ) -> Result<BTreeMap<Asset, (usize, Amount)>, Error> {
        let mut beside: BTreeMap<Asset, (usize, Amount)> = BTreeMap::new();
        let txs: BTreeSet<&TxId> = places.iter().map(|(_, tx, _)| tx).collect();
        for tx in txs {
            for (index, movement) in self.store.movements_by_id(wallet.chain, tx)?.into_iter().enumerate() {
                let named = places.contains(&(wallet.chain, tx.clone(), index));
                if !named && pays(&movement, wallet) && assets.contains(&movement.asset) {
                    let sum = beside.entry(movement.asset).or_default();
                    *sum = (sum.0 + 1, sum.1.saturating_add(movement.amount));
                }
            }
        }
        Ok(beside)
    }
}

/// Whether a movement pays a wallet anything that another account had.
fn pays(movement: &Movement, wallet: &Account) -> bool {
    movement.to.as_ref() == Some(&wallet.address)
        && movement.from != movement.to
        && movement.kind != Kind::Fee
        && !movement.amount.is_zero()
}

/// Who paid, if the books name somebody else.
fn other_payer(payout: &Payout, movement: &Movement) -> Option<String> {
    let payer = payout.payer.as_ref()?;
    match &movement.from {
        Some(from) if *from == payer.address => None,
        Some(from) => Some(format!("paid by {from}, the books say {}", payer.address)),
        None => Some(format!("created by no account, the books say {}", payer.address)),
    }
}

/// A payout that names its transaction is found there even if the books are wrong about the rest; that is said.
fn by_transaction_but(payout: &Payout, movement: &Movement) -> String {
    let day = payout.date.zip(movement.time).map(|(date, time)| (date, time.date()));
    let other_day = day
        .filter(|(books, chain)| books != chain)
        .map(|(books, chain)| format!("paid on {chain}, the books say {books}"));
    let differences: Vec<String> = other_day.into_iter().chain(other_payer(payout, movement)).collect();
    match differences.as_slice() {
        [] => "by transaction".to_owned(),
        differences => format!("by transaction; but {}", differences.join("; ")),
    }
}
