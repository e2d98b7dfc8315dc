//! Payouts: whom a company says it paid.

use serde::{Deserialize, Serialize};

use crate::{Account, Amount, Asset, Date, TxId};

/// One payment to one payee, as the payer's books have it. `payee` is any id; never a personal name in our own data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// The payer's id for the person or company paid.
    pub payee: String,
    /// The wallet that was paid.
    pub wallet: Account,
    /// What was paid.
    pub asset: Asset,
    /// How much, in base units.
    pub amount_raw: Amount,
    /// The day of the payment, if known.
    pub date: Option<Date>,
    /// The transaction, if known.
    pub tx: Option<TxId>,
    /// The account that paid, if known.
    pub payer: Option<Account>,
    /// Who employs the payee, if several employers are audited together.
    pub employer: Option<String>,
}
