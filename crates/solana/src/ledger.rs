//! What moved: the movements of a transaction, found by replaying its instructions over the balances before it.
//!
//! Two levels. Accounts hold lamports and tokens, and the replay is about accounts; movements are booked on owners: tokens, and
//! the rent of a token account, on who owns it, all other lamports on the account itself. What stands behind wrapped SOL is
//! booked on its mint, as ether on the contract that wraps it, so that a transfer of wrapped SOL moves the token alone.
//!
//! After the replay every account is held against the balances after the transaction. What programs changed without an
//! instruction is paired where it is forced (`direct`), else booked as unexplained (`settle`). A failed transaction moves its
//! fee alone.

mod direct;
mod held;
mod lamports;
mod legs;
mod own;
mod relations;
mod settle;
mod slots;
mod solve;
mod tokens;
mod wrapped;

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_types::Kind;

use crate::{
    decode::{LeftOut, Why},
    instruction::{Meaning, Step},
    message::Message,
    owners::Owners,
    reconcile,
    wire::{Key, Meta},
};
pub(crate) use legs::{Common, END, Leg, movements, place};
pub(crate) use own::own;
pub(crate) use relations::{Link, relations};
pub(crate) use slots::{Slot, Told};
use solve::Solved;

/// What is known of one transaction.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) slot: u64,
    pub(crate) message: &'a Message<'a>,
    pub(crate) meta: &'a Meta<'a>,
    /// What its instructions mean; nothing if it failed.
    pub(crate) steps: &'a [Step],
    pub(crate) owners: &'a dyn Owners,
}

impl Input<'_> {
    /// Whether lamports are told before and after.
    fn has_lamports(&self) -> bool {
        self.meta.pre_balances.is_some() && self.meta.post_balances.is_some()
    }

    /// Whether token accounts are told before and after.
    fn has_tokens(&self) -> bool {
        self.meta.pre_token_balances.is_some() && self.meta.post_token_balances.is_some()
    }
}

/// Something that movements do not explain.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gap {
    pub(crate) holder: Key,
    /// Of which mint; none for lamports.
    pub(crate) mint: Option<Key>,
    /// More than movements say if positive, else less.
    pub(crate) amount: i128,
    pub(crate) why: Why,
}

/// The replay of one transaction.
pub(crate) struct Ledger<'a> {
    input: Input<'a>,
    solved: Solved,
    pub(crate) slots: Vec<Slot>,
    pub(crate) legs: Vec<Leg>,
    pub(crate) links: Vec<Link>,
    pub(crate) gaps: Vec<Gap>,
    pub(crate) left_out: LeftOut,
    /// Tokens that went into what a mint withholds, by mint.
    pub(crate) withheld: BTreeMap<Key, i128>,
    /// What moved on accounts of which no balance is told, by owner and mint.
    pub(crate) untold: BTreeMap<(Key, Key), i128>,
    /// Token accounts whose owner nobody knows and which moved something.
    pub(crate) unowned: BTreeSet<usize>,
    /// Signers who authorised a movement.
    pub(crate) authorised: BTreeSet<usize>,
    /// Tokens that an account had when it was closed, though it must have had none.
    leftovers: Vec<(usize, Key, Key, i128)>,
    /// Where legs stand that are found now: 0 is the fee, then the message's own instructions.
    at: u32,
}

/// Replays a transaction and holds it against its balances.
///
/// # Errors
/// If balances contradict the accounts.
pub(crate) fn replay(input: Input<'_>) -> Result<Ledger<'_>, String> {
    let mut ledger = run(input, Solved::default())?;
    if let Some(solved) = solve::solve(&ledger) {
        ledger = run(input, solved)?;
    }
    if input.has_lamports() {
        ledger.settle();
        reconcile::close(&mut ledger);
    }
    Ok(ledger)
}

fn run(input: Input<'_>, solved: Solved) -> Result<Ledger<'_>, String> {
    let mut ledger = Ledger {
        input,
        solved,
        slots: slots::told(&input)?,
        legs: Vec::new(),
        links: Vec::new(),
        gaps: Vec::new(),
        left_out: LeftOut::default(),
        withheld: BTreeMap::new(),
        untold: BTreeMap::new(),
        unowned: BTreeSet::new(),
        authorised: BTreeSet::new(),
        leftovers: Vec::new(),
        at: 0,
    };
    ledger.fee();
    ledger.find_untold();
    for (number, step) in input.steps.iter().enumerate() {
        ledger.at = place(step.top);
        ledger.step(number, step);
    }
    Ok(ledger)
}

impl Ledger<'_> {
    /// The fee, and rent that was taken when accounts were loaded.
    fn fee(&mut self) {
        let Some(payer) = self.slots.first_mut() else { return };
        payer.lamports = payer.lamports.saturating_sub(i128::from(self.input.meta.fee));
        let from = payer.key;
        self.leg(Kind::Fee, None, Some(from), None, i128::from(self.input.meta.fee));
        for reward in self.input.meta.rewards.iter().flatten() {
            let Some(at) = self.slots.iter().position(|slot| slot.key == reward.pubkey) else { continue };
            let (holder, lamports) = (self.holder(at), i128::from(reward.lamports));
            own::reward(&mut self.legs, 0, holder, reward);
            if let Some(slot) = self.slots.get_mut(at) {
                slot.lamports = slot.lamports.saturating_add(lamports);
            }
        }
    }

    fn step(&mut self, number: usize, step: &Step) {
        match step.meaning {
            Meaning::Transfer { from, to, lamports, authority } => {
                self.transfer(step.is_top, from, to, lamports);
                self.authorise(authority);
            }
            Meaning::Create { from, account, lamports, space, program } => {
                self.create(step.is_top, from, account, lamports, space, program);
            }
            Meaning::Open { account, mint, owner } => self.open(account, mint, owner),
            Meaning::Move { from, to, mint, amount, fee, authority, .. } => {
                self.transfer_tokens(number, from, to, mint, amount, fee);
                self.authorise(authority);
            }
            Meaning::Mint { mint, account, amount } => self.supply(account, mint, i128::from(amount)),
            Meaning::Burn { mint, account, amount, authority } => {
                self.supply(account, mint, -i128::from(amount));
                self.authorise(authority);
            }
            Meaning::Close { account, to } => self.close(account, to),
            Meaning::Hand { account, owner } => self.hand(account, owner),
            Meaning::Sync { account } => self.sync(account),
            Meaning::Unwrap { account, to, amount, authority } => {
                self.unwrap(account, to, amount);
                self.authorise(authority);
            }
            Meaning::Excess { account, to } => self.excess(number, account, to),
            Meaning::Withheld { mint, to } => self.pay_withheld(number, mint, to),
            Meaning::Reveal { account, amount } => self.reveal(account, amount),
            Meaning::Hidden => self.left_out.hidden += 1,
            Meaning::Odd => self.left_out.odd_instructions += 1,
            Meaning::Associated { .. } | Meaning::Nothing | Meaning::Batch(_) | Meaning::Foreign => {}
        }
    }

    fn authorise(&mut self, at: usize) {
        if at < self.input.message.signers {
            self.authorised.insert(at);
        }
    }
}
