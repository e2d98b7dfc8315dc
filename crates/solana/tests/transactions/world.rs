//! A small ledger of its own: accounts with lamports and tokens, and what instructions of the system and token programs do to
//! them. It shares no code with the crate, so that the two can be held against each other.

use std::collections::BTreeMap;

use crate::ops::Op;

pub(crate) type Key = [u8; 32];

/// The mint of wrapped SOL, and bytes of a token account's rent.
pub(crate) const RENT: u64 = 2_039_280;

pub(crate) fn native() -> Key {
    key_of("So11111111111111111111111111111111111111112")
}

pub(crate) fn key_of(text: &str) -> Key {
    text.parse::<solana_sdk::pubkey::Pubkey>().unwrap().to_bytes()
}

/// An account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) lamports: u64,
    pub(crate) token: Option<Token>,
    /// Created for the token program, and not yet opened.
    pub(crate) raw: bool,
}

/// A token account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) mint: Key,
    pub(crate) owner: Key,
    pub(crate) amount: u64,
    /// Fees that are withheld in it.
    pub(crate) withheld: u64,
}

/// All accounts, and what mints withhold.
#[derive(Clone, Debug, Default)]
pub(crate) struct World {
    pub(crate) accounts: BTreeMap<Key, Account>,
    pub(crate) mints: BTreeMap<Key, u64>,
}

impl World {
    pub(crate) fn account(&self, key: Key) -> Account {
        self.accounts.get(&key).cloned().unwrap_or_default()
    }

    pub(crate) fn at(&mut self, key: Key) -> &mut Account {
        self.accounts.entry(key).or_default()
    }

    pub(crate) fn fund(&mut self, key: Key, lamports: u64) {
        self.at(key).lamports += lamports;
    }

    /// Puts a token account there, paid for.
    pub(crate) fn give(&mut self, account: Key, mint: Key, owner: Key, amount: u64) {
        let lamports = if mint == native() { RENT + amount } else { RENT };
        *self.at(account) = Account { lamports, token: Some(Token { mint, owner, amount, withheld: 0 }), raw: false };
    }

    fn shift(&mut self, from: Key, to: Key, lamports: u64) -> Option<()> {
        let left = self.account(from).lamports.checked_sub(lamports)?;
        self.at(from).lamports = left;
        self.at(to).lamports = self.account(to).lamports.checked_add(lamports)?;
        Some(())
    }

    fn tokens(&mut self, key: Key) -> Option<&mut Token> {
        self.accounts.get_mut(&key)?.token.as_mut()
    }

    /// Does what an instruction does; none if the instruction would fail.
    pub(crate) fn act(&mut self, op: &Op) -> Option<()> {
        let before = self.clone();
        let done = self.try_act(op);
        if done.is_none() {
            *self = before;
        }
        done
    }

    fn try_act(&mut self, op: &Op) -> Option<()> {
        match *op {
            Op::Transfer { from, to, lamports } => {
                let source = self.account(from);
                (source.token.is_none() && !source.raw).then_some(())?;
                self.shift(from, to, lamports)
            }
            Op::Direct { from, to, lamports, .. } => self.shift(from, to, lamports),
            Op::Create { from, account, lamports } => {
                let payer = self.account(from);
                let free = self.account(account) == Account::default();
                (free && payer.token.is_none() && !payer.raw && lamports >= RENT && from != account).then_some(())?;
                self.shift(from, account, lamports)?;
                self.at(account).raw = true;
                Some(())
            }
            Op::Open { account, mint, owner } => {
                let then = self.account(account);
                (then.raw && then.token.is_none() && then.lamports >= RENT).then_some(())?;
                let amount = if mint == native() { then.lamports - RENT } else { 0 };
                self.at(account).token = Some(Token { mint, owner, amount, withheld: 0 });
                Some(())
            }
            Op::Move { from, to, amount, fee, .. } => self.transfer(from, to, amount, fee),
            Op::Mint { mint, account, amount } => {
                let token = self.tokens(account).filter(|token| token.mint == mint && mint != native())?;
                token.amount = token.amount.checked_add(amount)?;
                Some(())
            }
            Op::Burn { mint, account, amount } => {
                let token = self.tokens(account).filter(|token| token.mint == mint && mint != native())?;
                token.amount = token.amount.checked_sub(amount)?;
                Some(())
            }
            Op::Close { account, to } => {
                let token = self.account(account).token?;
                let empty = token.mint == native() || (token.amount == 0 && token.withheld == 0);
                (empty && account != to).then_some(())?;
                self.shift(account, to, self.account(account).lamports)?;
                *self.at(account) = Account::default();
                Some(())
            }
            Op::Hand { account, owner } => {
                self.tokens(account)?.owner = owner;
                Some(())
            }
            Op::Sync { account } => {
                let lamports = self.account(account).lamports;
                self.tokens(account).filter(|token| token.mint == native())?.amount = lamports.saturating_sub(RENT);
                Some(())
            }
            Op::Unwrap { account, to, amount } => {
                let token = self.tokens(account).filter(|token| token.mint == native() && account != to)?;
                let amount = amount.unwrap_or(token.amount);
                token.amount = token.amount.checked_sub(amount)?;
                self.shift(account, to, amount)
            }
            Op::Excess { account, to } => {
                let token = self.account(account).token.filter(|token| token.mint != native() && account != to)?;
                (token.mint != native()).then_some(())?;
                self.shift(account, to, self.account(account).lamports - RENT)
            }
            Op::Collect { mint, from, to } => {
                let withheld = std::mem::take(&mut self.tokens(from).filter(|token| token.mint == mint)?.withheld);
                let token = self.tokens(to).filter(|token| token.mint == mint)?;
                token.amount = token.amount.checked_add(withheld)?;
                Some(())
            }
        }
    }

    fn transfer(&mut self, from: Key, to: Key, amount: u64, fee: Option<u64>) -> Option<()> {
        let mint = self.account(from).token?.mint;
        (self.account(to).token?.mint == mint && fee.unwrap_or(0) <= amount).then_some(())?;
        let source = self.tokens(from)?;
        source.amount = source.amount.checked_sub(amount)?;
        let destination = self.tokens(to)?;
        destination.amount = destination.amount.checked_add(amount - fee.unwrap_or(0))?;
        destination.withheld = destination.withheld.checked_add(fee.unwrap_or(0))?;
        if mint == native() {
            self.shift(from, to, amount)?;
        }
        Some(())
    }

    /// What each owner holds, by asset: none is lamports. What stands behind wrapped SOL, and what is withheld, is the mint's.
    pub(crate) fn booked(&self) -> BTreeMap<(Key, Option<Key>), i128> {
        let mut sums = BTreeMap::new();
        let mut add = |who, mint, amount: u64| *sums.entry((who, mint)).or_default() += i128::from(amount);
        for (key, account) in &self.accounts {
            let Some(token) = &account.token else {
                add(*key, None, account.lamports);
                continue;
            };
            let wrapped = if token.mint == native() { token.amount } else { 0 };
            add(token.mint, None, wrapped);
            add(token.owner, None, account.lamports - wrapped);
            add(token.owner, Some(token.mint), token.amount);
            add(token.mint, Some(token.mint), token.withheld);
        }
        for (mint, withheld) in &self.mints {
            add(*mint, Some(*mint), *withheld);
        }
        sums
    }
}
