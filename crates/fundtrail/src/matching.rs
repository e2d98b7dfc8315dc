//! Payouts and movements: which movement shows a payout that the payer's books name.

use fundtrail_store::{Side, Store};
use fundtrail_types::{Account, AssetInfo, Kind, Payout, PayoutMatch, TxId};

use crate::Error;

/// Finds the movement of a payout: by transaction if one is named, else by payer, payee, asset, amount and day.
/// What is not found, or not uniquely, is said, never guessed.
pub(crate) fn find(store: &Store, payout: &Payout, asset: &AssetInfo) -> Result<PayoutMatch, Error> {
    let (found, how) = match &payout.tx {
        Some(tx) => by_transaction(store, payout, tx, asset)?,
        None => by_facts(store, payout)?,
    };
    Ok(PayoutMatch { payout: payout.clone(), found, how })
}

fn by_transaction(
    store: &Store,
    payout: &Payout,
    tx: &TxId,
    asset: &AssetInfo,
) -> Result<(Option<TxId>, String), Error> {
    let movements = store.movements_by_id(payout.wallet.chain, tx)?;
    if movements.is_empty() {
        return Ok((None, "the database does not hold this transaction".to_owned()));
    }
    let to_wallet = |movement: &&fundtrail_types::Movement| {
        movement.to.as_ref() == Some(&payout.wallet.address)
            && movement.asset == payout.asset
            && movement.kind != Kind::Fee
    };
    let paid: Vec<_> = movements.iter().filter(to_wallet).collect();
    if paid.iter().any(|movement| movement.amount == payout.amount_raw) {
        return Ok((Some(tx.clone()), "by transaction".to_owned()));
    }
    let amounts: Vec<String> = paid.iter().map(|movement| asset.print(movement.amount)).collect();
    let how = match amounts.as_slice() {
        [] => "the transaction pays this wallet nothing of this asset".to_owned(),
        amounts => format!(
            "the transaction pays this wallet {}, not {}",
            amounts.join(" and "),
            asset.print(payout.amount_raw)
        ),
    };
    Ok((None, how))
}

fn by_facts(store: &Store, payout: &Payout) -> Result<(Option<TxId>, String), Error> {
    let unknown = || (None, "the database holds nothing about this wallet".to_owned());
    let (Some(wallet), Some(asset)) = (store.account_id(&payout.wallet)?, store.asset_id(&payout.asset)?) else {
        return Ok(unknown());
    };
    let payer = payout.payer.as_ref().map(|payer| store.account_id(payer)).transpose()?.flatten();
    let chain = store.chain_id(payout.wallet.chain)?;
    let mut found = Vec::new();
    for entry in store.history(wallet) {
        let entry = entry?;
        let same = entry.side == Side::In && entry.asset == asset && entry.amount == payout.amount_raw;
        let payer_fits = payout.payer.is_none() || payer == Some(entry.counterparty);
        // A movement without a time fits any day.
        let day_fits = payout.date.zip(entry.time).is_none_or(|(date, time)| time.date() == date);
        if same
            && payer_fits
            && day_fits
            && let Some(tx) =
                chain.map(|chain| store.tx_at(chain, entry.position.height, entry.position.tx)).transpose()?.flatten()
        {
            found.push(tx.id);
        }
    }
    Ok(match found.as_slice() {
        [] => (None, "no movement to this wallet has this asset, amount, day and payer".to_owned()),
        [one] => (Some(one.clone()), "by payee, asset, amount, day and payer, as far as given".to_owned()),
        many => (None, format!("{} movements fit: name the transaction", many.len())),
    })
}

/// The wallets of payouts, each once, in order.
pub(crate) fn wallets(matches: &[PayoutMatch]) -> Vec<Account> {
    let mut wallets: Vec<Account> = matches.iter().map(|one| one.payout.wallet.clone()).collect();
    wallets.sort();
    wallets.dedup();
    wallets
}
