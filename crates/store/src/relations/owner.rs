//! Whose a token account was, as far as stored transactions tell.
//!
//! A transaction shows whose a token account is (token account), before or after it, and that an owner handed over one of
//! its token accounts of a mint (authority), but not which. So a hand-over may be of this account unless the same
//! transaction shows another account whose owner it changed. An account that hands itself over is one whose owner nobody
//! knew.
//!
//! What was before is held against what came after: an owner is told where both agree, or where nothing speaks against the
//! one that is known. Where a change of owner may have been on either side of the slot, nobody is told.

use fundtrail_types::{Account, Address, RelationKind, Token};

use super::{OBJECT, Pair, Place, SUBJECT};
use crate::{AccountId, Store, StoreError, families::RELATIONS};

/// A hand-over: who handed, and to whom, as a pair that the first of them sees.
type HandOver = Pair;

impl Store {
    /// Owner and mint of a token account at the beginning of a slot, as far as stored transactions tell; none if they do not,
    /// or contradict each other. Transactions of the slot itself tell only if none before it does.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn owner_of(&self, token_account: &Account, slot: u64) -> Result<Option<(Address, Address)>, StoreError> {
        let Some(account) = self.account_id(token_account)? else { return Ok(None) };
        // As the account itself sees them: whose it is, and to whom it went when nobody knew whose it was.
        let mut told = self.pairs(account, Some((OBJECT, RelationKind::TokenAccount)))?;
        told.extend(self.pairs(account, Some((SUBJECT, RelationKind::Authority)))?);
        let (mut last, mut next) = (None, None);
        for pair in &told {
            last = last.max(self.last_shown(pair, slot)?);
            next = [next, self.first_shown(pair, slot)?].into_iter().flatten().min();
        }
        let owner = match (last, next) {
            (Some(last), next) => self.owner_between(&told, last, slot, next)?,
            (None, Some(next)) => self.owner_before(&told, slot, next)?,
            (None, None) => None,
        };
        let Some(owner) = owner else { return Ok(None) };
        match self.asset(owner.asset)?.token {
            Token::Contract(mint) => Ok(Some((self.account(owner.other)?.address, mint))),
            Token::Native => Ok(None),
        }
    }

    /// From the last transaction before the slot, and the next one from it on.
    fn owner_between(
        &self,
        told: &[Pair],
        last: Place,
        slot: u64,
        next: Option<Place>,
    ) -> Result<Option<Pair>, StoreError> {
        let Some(owner) = self.owner_after(told, last)? else { return Ok(None) };
        let next = match next {
            Some(next) if self.is_owner_at(told, &owner, next)? => return Ok(Some(owner)),
            next => next,
        };
        // It may have gone over before the slot.
        let handed = self.hand_overs(&owner, SUBJECT, last.0, slot.saturating_sub(1))?;
        if handed.into_iter().any(|(_, place)| place > last) {
            return Ok(None);
        }
        // It was another's then. It went over after the beginning of the slot, if that is known; else nobody knows when.
        let is_told = match next {
            Some((height, _)) => !self.hand_overs(&owner, SUBJECT, slot, height)?.is_empty(),
            None => true,
        };
        Ok(Some(owner).filter(|_| is_told))
    }

    /// From later transactions alone. What was later is no proof. But an account gets another owner only by a hand-over, or by
    /// being closed and opened anew, which hardly anybody does under another owner, for most accounts are made for one
    /// owner. So where all that is stored shows one owner and no hand-over to it, this one is taken: owners are named beside
    /// balances since 2022 only, and most of what is known of earlier accounts is what came later.
    fn owner_before(&self, told: &[Pair], slot: u64, next: Place) -> Result<Option<Pair>, StoreError> {
        let mut agreeing = Vec::new();
        for pair in told {
            // A transaction of the slot itself is close enough not to ask what became of the account.
            if next.0 > slot || self.first_shown(pair, slot)?.is_some_and(|(height, _)| height == slot) {
                agreeing.push(*pair);
            }
        }
        let [owner] = agreeing[..] else { return Ok(None) };
        // One to whom it went by itself was not its owner before.
        let is_told = owner.side == OBJECT && self.hand_overs(&owner, OBJECT, slot, next.0)?.is_empty();
        Ok(Some(owner).filter(|_| is_told))
    }

    /// Whose the account is after a transaction that shows some of it.
    fn owner_after(&self, told: &[Pair], place: Place) -> Result<Option<Pair>, StoreError> {
        let mut owners: Vec<Pair> = Vec::new();
        for pair in told {
            let is_new = !owners.iter().any(|one| (one.other, one.asset) == (pair.other, pair.asset));
            if is_new
                && self.shows(pair, place)?
                && !self.hand_overs(pair, SUBJECT, place.0, place.0)?.iter().any(|(_, at)| *at == place)
            {
                owners.push(*pair);
            }
        }
        // Several, if it was closed and opened anew; none, if it may have gone to somebody of whom nothing is shown.
        match owners[..] {
            [owner] => Ok(Some(owner)),
            _ => Ok(None),
        }
    }

    fn is_owner_at(&self, told: &[Pair], owner: &Pair, place: Place) -> Result<bool, StoreError> {
        let mut shown =
            told.iter().filter(|one| one.side == OBJECT && (one.other, one.asset) == (owner.other, owner.asset));
        shown.try_fold(false, |before, one| Ok(before || self.shows(one, place)?))
    }

    /// Hand-overs between two heights, both included, that may be of the account: by its owner if `side` is that of a subject,
    /// else to its owner.
    fn hand_overs(&self, of: &Pair, side: u8, from: u64, to: u64) -> Result<Vec<(HandOver, Place)>, StoreError> {
        let mut hand_overs = Vec::new();
        let pairs = self.pairs(of.other, Some((side, RelationKind::Authority)))?;
        for pair in pairs.into_iter().filter(|pair| pair.asset == of.asset) {
            for place in self.places(&pair, from, to) {
                let place = place?;
                if !self.is_of_another(&pair, place, of.account)? {
                    hand_overs.push((pair, place));
                }
            }
        }
        Ok(hand_overs)
    }

    /// Whether a transaction shows another account that went from one to the other.
    fn is_of_another(&self, hand_over: &HandOver, place: Place, account: AccountId) -> Result<bool, StoreError> {
        let hand_over = hand_over.relation();
        // An account that hands itself over is no other one.
        if hand_over.subject == account {
            return Ok(false);
        }
        let chain = self.account(account)?.chain;
        let chain = self.chain_number(chain)?;
        let chain = chain.ok_or_else(|| StoreError::damaged(RELATIONS.name, b"", "a chain without a number"))?;
        let mut rows = self.relation_rows(chain, place)?;
        rows.retain(|row| row.kind == RelationKind::TokenAccount && row.asset == hand_over.asset);
        let is_of =
            |object: AccountId, owner: AccountId| rows.iter().any(|row| (row.object, row.subject) == (object, owner));
        let mut others = rows.iter().map(|row| row.object).filter(|object| *object != account);
        Ok(others.any(|object| is_of(object, hand_over.subject) && is_of(object, hand_over.object)))
    }
}
