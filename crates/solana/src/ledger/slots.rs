//! The accounts of a transaction, with what is told of them before and after it.

use super::{Input, Ledger};
use crate::{
    instruction::Meaning,
    wire::{Key, TokenBalance},
};

/// One account, told before and after, and as it stands in the replay.
#[derive(Clone, Debug)]
pub(crate) struct Slot {
    pub(crate) key: Key,
    /// Lamports, as told.
    pub(crate) before: i128,
    pub(crate) after: i128,
    /// The token account that it was, and is then, as told.
    pub(crate) told_before: Option<Told>,
    pub(crate) told_after: Option<Told>,
    /// On whom its lamports are booked before, but for what is wrapped.
    pub(crate) holder_before: Key,
    /// Lamports at this point, if they are known.
    pub(super) lamports: i128,
    pub(super) known: bool,
    /// The token account that it is at this point.
    pub(super) token: Option<Held>,
    /// What it is opened as, one after the other, and how many of them are done.
    pub(super) openings: Vec<(Key, Key)>,
    pub(super) opened: usize,
    /// Bytes of memory that were asked for when it was created.
    pub(super) space: Option<u64>,
    /// Whether it got lamports in this transaction.
    pub(super) funded: bool,
    /// What came to it while no balance is told of it, in tokens.
    pub(crate) untold: i128,
    /// Of which mint.
    pub(super) untold_mint: Option<Key>,
    /// Owner and mint, as its opening by the associated token program names them.
    associated: Option<(Key, Key)>,
    /// Owner and mint, as history knows them; outside none if history was not asked yet.
    history: Option<Option<(Key, Key)>>,
}

/// A token account, as told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Told {
    pub(crate) mint: Key,
    pub(crate) owner: Option<Key>,
    pub(crate) amount: i128,
}

/// A token account, as it stands.
#[derive(Clone, Copy, Debug)]
pub(super) struct Held {
    pub(super) mint: Key,
    /// None if nobody knows.
    pub(super) owner: Option<Key>,
    pub(super) amount: i128,
    /// Whether balances tell of it, so that it can be held against them.
    pub(super) told: bool,
}

/// Takes the balances that are told.
pub(super) fn told(input: &Input<'_>) -> Result<Vec<Slot>, String> {
    let (keys, known) = (&input.message.keys, input.has_lamports());
    let list = |told: &Option<Vec<u64>>| told.clone().filter(|_| known).unwrap_or_else(|| vec![0; keys.len()]);
    let (before, after) = (list(&input.meta.pre_balances), list(&input.meta.post_balances));
    if before.len() != keys.len() || after.len() != keys.len() {
        let (keys, told) = (keys.len(), before.len());
        return Err(format!(
            "it has {keys} accounts and {told} balances: ask again, with the accounts of look-up tables"
        ));
    }
    let one = |((key, before), after): ((&Key, &u64), &u64)| Slot {
        key: *key,
        before: i128::from(*before),
        after: i128::from(*after),
        told_before: None,
        told_after: None,
        holder_before: *key,
        lamports: i128::from(*before),
        known,
        token: None,
        openings: Vec::new(),
        opened: 0,
        space: None,
        funded: false,
        untold: 0,
        untold_mint: None,
        associated: None,
        history: None,
    };
    let mut slots: Vec<Slot> = keys.iter().zip(&before).zip(&after).map(one).collect();
    if input.has_tokens() {
        take(&mut slots, input.meta.pre_token_balances.as_deref(), |slot| &mut slot.told_before)?;
        take(&mut slots, input.meta.post_token_balances.as_deref(), |slot| &mut slot.told_after)?;
    }
    for step in input.steps {
        let (account, mint, owner) = match step.meaning {
            Meaning::Open { account, mint, owner } => (account, mint, owner),
            Meaning::Associated { account, mint, wallet } => (account, mint, wallet),
            _ => continue,
        };
        let Some(slot) = slots.get_mut(account) else { continue };
        match step.meaning {
            Meaning::Open { .. } => slot.openings.push((mint, owner)),
            _ => slot.associated = Some((owner, mint)),
        }
    }
    name_owners(&mut slots, input);
    for slot in &mut slots {
        if let Some(told) = slot.told_before {
            slot.token = Some(Held { mint: told.mint, owner: told.owner, amount: told.amount, told: true });
            slot.holder_before = told.owner.unwrap_or(slot.key);
        }
    }
    Ok(slots)
}

fn take(
    slots: &mut [Slot],
    told: Option<&[TokenBalance]>,
    side: fn(&mut Slot) -> &mut Option<Told>,
) -> Result<(), String> {
    for one in told.unwrap_or_default() {
        let keys = slots.len();
        let slot = slots.get_mut(one.account_index).ok_or_else(|| {
            format!(
                "a token balance is of its account {}, and it has {keys}: ask again",
                one.account_index.saturating_add(1)
            )
        })?;
        let amount = i128::from(one.ui_token_amount.amount.0);
        *side(slot) = Some(Told { mint: one.mint, owner: one.owner.0, amount });
    }
    Ok(())
}

/// Finds owners that one of the two lists lacks, as all lists before 2022 do: the other list has them unless the account
/// changes hands, the opening of the account has them, or history knows them.
fn name_owners(slots: &mut [Slot], input: &Input<'_>) {
    for (at, slot) in slots.iter_mut().enumerate() {
        let lacks = |told: &Option<Told>| told.is_some_and(|told| told.owner.is_none());
        if !lacks(&slot.told_before) && !lacks(&slot.told_after) {
            continue;
        }
        let handed =
            || input.steps.iter().any(|step| matches!(step.meaning, Meaning::Hand { account, .. } if account == at));
        let other = |one: Option<Told>| one.and_then(|told| told.owner).filter(|_| !handed());
        let known = |mint| input.known_owner(slot.key).filter(|(_, of)| *of == mint).map(|(owner, _)| owner);
        let opened = slot.openings.last().map(|(_, owner)| *owner);
        if let Some(told) = slot.told_before.filter(|told| told.owner.is_none()) {
            let owner = other(slot.told_after).or_else(|| known(told.mint));
            slot.told_before = Some(Told { owner, ..told });
        }
        if let Some(told) = slot.told_after.filter(|told| told.owner.is_none()) {
            let owner = opened.filter(|_| !handed()).or_else(|| other(slot.told_before));
            slot.told_after = Some(Told { owner, ..told });
        }
    }
}

impl Input<'_> {
    /// Owner and mint of a token account, from history.
    fn known_owner(&self, account: Key) -> Option<(Key, Key)> {
        let told = self.owners.owner(&account.address(), self.slot)?;
        match (told.owner, told.mint) {
            (fundtrail_types::Address::Solana(owner), fundtrail_types::Address::Solana(mint)) => {
                Some((Key(owner), Key(mint)))
            }
            _ => None,
        }
    }
}

impl Ledger<'_> {
    /// Finds the token accounts that instructions move and that no balance tells of: nodes that recorded no token balances.
    /// What they hold is not known, but what moves is.
    pub(super) fn find_untold(&mut self) {
        for step in self.input.steps {
            match step.meaning {
                Meaning::Move { from, to, mint, .. } => {
                    let mint = mint.or_else(|| self.mint_of(from)).or_else(|| self.mint_of(to));
                    self.stand_in(from, mint);
                    self.stand_in(to, mint);
                }
                Meaning::Mint { mint, account, .. } | Meaning::Burn { mint, account, .. } => {
                    self.stand_in(account, Some(mint));
                }
                Meaning::Withheld { mint, to } => self.stand_in(to, Some(mint)),
                Meaning::Close { account, .. }
                | Meaning::Hand { account, .. }
                | Meaning::Sync { account }
                | Meaning::Unwrap { account, .. }
                | Meaning::Reveal { account, .. } => self.stand_in(account, None),
                _ => {}
            }
        }
    }

    fn mint_of(&mut self, at: usize) -> Option<Key> {
        let slot = self.slots.get(at)?;
        let told = slot.token.map(|held| held.mint).or(slot.told_after.map(|told| told.mint));
        let told = told.or_else(|| slot.openings.first().map(|(mint, _)| *mint));
        told.or_else(|| self.known_before(at).map(|(_, mint)| mint))
    }

    /// Owner and mint, from history or from whoever had the account opened.
    fn known_before(&mut self, at: usize) -> Option<(Key, Key)> {
        let input = self.input;
        let slot = self.slots.get_mut(at)?;
        let (key, associated) = (slot.key, slot.associated);
        *slot.history.get_or_insert_with(|| input.known_owner(key).or(associated))
    }

    fn stand_in(&mut self, at: usize, mint: Option<Key>) {
        let Some(slot) = self.slots.get(at) else { return };
        if slot.token.is_some() || slot.told_after.is_some() || !slot.openings.is_empty() {
            return;
        }
        let known = self.known_before(at);
        let Some(mint) = known.map(|(_, mint)| mint).or(mint) else { return };
        let owner = known.filter(|(_, of)| *of == mint).map(|(owner, _)| owner);
        if let Some(slot) = self.slots.get_mut(at) {
            slot.token = Some(Held { mint, owner, amount: 0, told: false });
            slot.holder_before = owner.unwrap_or(slot.key);
        }
        self.left_out.untold_accounts += 1;
    }
}
