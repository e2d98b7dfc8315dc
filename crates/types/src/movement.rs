//! Movements: one transfer of one asset between two accounts. Everything a chain moved is a movement, fees included.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{Account, Address, Amount, Asset, Chain, Order, Time, TxId};

/// One transfer of one asset between two accounts of one chain.
///
/// Its *identity* is (chain, transaction, kind class, asset, from, to, amount, n); its *order* says where it stands.
/// Zero-value transfers are kept as events, with `amount` zero, but move nothing.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Movement {
    /// The chain on which it happened.
    pub chain: Chain,
    /// The transaction.
    pub tx: TxId,
    /// How it moved.
    pub kind: Kind,
    /// What moved. On `chain`.
    pub asset: Asset,
    /// Who gave; none if it was created (mint, reward).
    pub from: Option<Address>,
    /// Who got; none if it was destroyed (burn, base fee).
    pub to: Option<Address>,
    /// How much, in base units.
    pub amount: Amount,
    /// Counts equal movements of the transaction, from 0: two equal transfers stay two.
    pub n: u32,
    /// Where it stands in its chain's history, as far as the source knew.
    pub order: Order,
    /// Time of the block; none if the source did not tell.
    pub time: Option<Time>,
}

/// How value moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The fee of a transaction.
    Fee,
    /// The value of a transaction itself, in the native coin.
    Native,
    /// Native coin moved by a call inside a transaction.
    Internal,
    /// A token transfer.
    Token,
    /// Tokens created.
    Mint,
    /// Tokens destroyed.
    Burn,
    /// A block or staking reward.
    Reward,
    /// A withdrawal from consensus staking.
    Withdrawal,
    /// Native coin turned into its wrapped token, one for one.
    Wrap,
    /// Wrapped token turned back.
    Unwrap,
    /// Lamports locked as, or freed from, an account's rent.
    Rent,
    /// What a balance changed by and no movement tells: booked, so that the balance is right, and marked, so that nobody
    /// takes it for known where it came from or went.
    Unexplained,
}

/// Kinds that views of one transaction may name differently for the same movement: an explorer calls a mint a transfer
/// from the zero address. Part of a movement's identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Class {
    /// Fees come first inside a transaction.
    Fee,
    /// Top-level value.
    Native,
    /// Value of inner calls. Apart from top-level value, because exports list the two in two files.
    Internal,
    /// Token transfers, mints and burns.
    Token,
    /// Rewards and withdrawals of a block.
    Block,
    /// Wrap and unwrap.
    Wrap,
    /// Rent.
    Rent,
    /// What no movement tells.
    Unexplained,
}

impl Kind {
    /// Every kind, in order.
    pub const ALL: [Self; 12] = [
        Self::Fee,
        Self::Native,
        Self::Internal,
        Self::Token,
        Self::Mint,
        Self::Burn,
        Self::Reward,
        Self::Withdrawal,
        Self::Wrap,
        Self::Unwrap,
        Self::Rent,
        Self::Unexplained,
    ];

    /// The class that is part of a movement's identity.
    pub fn class(self) -> Class {
        match self {
            Self::Fee => Class::Fee,
            Self::Native => Class::Native,
            Self::Internal => Class::Internal,
            Self::Token | Self::Mint | Self::Burn => Class::Token,
            Self::Reward | Self::Withdrawal => Class::Block,
            Self::Wrap | Self::Unwrap => Class::Wrap,
            Self::Rent => Class::Rent,
            Self::Unexplained => Class::Unexplained,
        }
    }

    /// The name used in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fee => "fee",
            Self::Native => "native",
            Self::Internal => "internal",
            Self::Token => "token",
            Self::Mint => "mint",
            Self::Burn => "burn",
            Self::Reward => "reward",
            Self::Withdrawal => "withdrawal",
            Self::Wrap => "wrap",
            Self::Unwrap => "unwrap",
            Self::Rent => "rent",
            Self::Unexplained => "unexplained",
        }
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|kind| kind.name()).collect();
            format!(
                "`{}` is not a kind of movement: write one of {}",
                text.chars().take(40).collect::<String>(),
                names.join(", ")
            )
        })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Movement {
    /// How it moved, who gave and who got, as its identity has them. An explorer tells a mint as a transfer from the
    /// zero address of an EVM chain and a burn as a transfer to it; a node tells them as such. They are one movement.
    /// Native coin that is sent to the zero address stays there: it is an account like any other.
    pub fn canonical(&self) -> (Kind, Option<&Address>, Option<&Address>) {
        let (from, to) = (self.from.as_ref(), self.to.as_ref());
        if self.kind.class() != Class::Token {
            return (self.kind, from, to);
        }
        let is_zero = |side: Option<&Address>| side.is_some_and(Address::is_evm_zero);
        let plain = self.kind == Kind::Token;
        if is_zero(from) && to.is_some() {
            (if plain { Kind::Mint } else { self.kind }, None, to)
        } else if from.is_some() && is_zero(to) {
            (if plain { Kind::Burn } else { self.kind }, from, None)
        } else {
            (self.kind, from, to)
        }
    }

    /// Who gave, as an account.
    pub fn from_account(&self) -> Option<Account> {
        self.from.clone().map(|address| Account { chain: self.chain, address })
    }

    /// Who got, as an account.
    pub fn to_account(&self) -> Option<Account> {
        self.to.clone().map(|address| Account { chain: self.chain, address })
    }
}
