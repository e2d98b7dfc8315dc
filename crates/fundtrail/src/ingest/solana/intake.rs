//! One transaction after the other into the store, each batch with what it covers.

use std::{cell::RefCell, collections::BTreeMap};

use fundtrail_solana::{
    DecodedBlock, DecodedTx, Owners, RawBlock, RawTransaction, TokenOwner, decode, decode_block, ways::Source,
};
use fundtrail_store::{Completeness, Store, TxView, Writer};
use fundtrail_types::{
    Account, Address, Chain, Claim, Coverage, Direction, Movement, Problem, Relation, RelationKind, Token, What,
};

use super::SolanaReport;
use crate::{
    Error,
    ingest::{Listener, PROBLEMS_NAMED_MAX, Progress, Stage, unless_stopped},
};

/// What claims of coverage say of where they come from: not which node, because any node tells the same.
pub(super) const SOURCE: &str = "transactions of a Solana node";

/// Views that wait before they are written: some seconds of a busy chain.
const VIEWS_PER_BATCH: usize = 20_000;

/// Takes transactions in.
pub(super) struct Intake<'a> {
    pub(super) store: &'a Store,
    pub(super) chain: Chain,
    pub(super) report: SolanaReport,
    pub(super) again: bool,
    /// Whose token accounts are, as this run saw it and as the store knows it.
    pub(super) seen: Seen<'a>,
    key_free: KeyFree,
    writer: Writer<'a>,
}

type KeyFree = Box<dyn Fn(&str) -> String + Send>;

impl<'a> Intake<'a> {
    pub(super) fn new(store: &'a Store, source: &Source, again: bool) -> Result<Self, Error> {
        let (chain, seen) = (source.chain(), Seen { store, chain: source.chain(), accounts: RefCell::default() });
        let report = SolanaReport::new(chain, source.name());
        let endpoint = source.endpoint().cloned();
        let key_free = move |text: &str| endpoint.as_ref().map_or_else(|| text.to_owned(), |one| one.redact(text));
        Ok(Self { store, chain, report, again, seen, key_free: Box::new(key_free), writer: store.writer()? })
    }

    /// Waits for an answer, and stops if the caller asks for that.
    pub(super) async fn wait<T>(
        &self,
        listener: &mut Listener<'_>,
        coming: impl Future<Output = Result<T, fundtrail_solana::Error>>,
    ) -> Result<T, Error> {
        match unless_stopped(listener, coming).await {
            Some(came) => Ok(came?),
            None => Err(self.stopped()),
        }
    }

    fn stopped(&self) -> Error {
        Error::Interrupted { done: self.report.transactions, of: "transactions" }
    }

    /// Tells how far the load is, and stops it if the caller asks for that.
    pub(super) fn tell(&self, stage: Stage, listener: &mut Listener<'_>) -> Result<(), Error> {
        let records = self.report.transactions;
        let progress = Progress { stage, file: &self.report.source, bytes_read: 0, bytes_total: None, records };
        if (listener.progress)(progress) { Ok(()) } else { Err(self.stopped()) }
    }

    /// Understands a transaction and adds it. It is stored with the next batch. False if it was rejected.
    pub(super) fn transaction(&mut self, raw: &RawTransaction, listener: &mut Listener<'_>) -> Result<bool, Error> {
        match decode(raw, &self.seen, self.chain) {
            Ok(decoded) => {
                self.add(&decoded);
                Ok(true)
            }
            Err(problem) => {
                self.problem(problem, listener)?;
                Ok(false)
            }
        }
    }

    /// Understands a block and adds it. None if it was rejected whole.
    pub(super) fn block(&mut self, raw: &RawBlock, listener: &mut Listener<'_>) -> Result<Option<DecodedBlock>, Error> {
        let block = match decode_block(raw, &self.seen, self.chain) {
            Ok(block) => block,
            Err(problem) => {
                self.problem(problem, listener)?;
                return Ok(None);
            }
        };
        for transaction in &block.transactions {
            self.add(transaction);
        }
        self.count(&block.own);
        self.view(Completeness::Complete, &block.own, &[]);
        self.report.blocks += 1;
        for problem in block.problems.clone() {
            self.problem(problem, listener)?;
        }
        Ok(Some(block))
    }

    fn add(&mut self, transaction: &DecodedTx) {
        let completeness = if transaction.complete { Completeness::Complete } else { Completeness::Partial };
        self.seen.remember(&transaction.relations);
        self.count(&transaction.movements);
        self.view(completeness, &transaction.movements, &transaction.relations);
        let report = &mut self.report;
        report.transactions += 1;
        report.with_balances += u64::from(transaction.balances);
        report.reconciled += u64::from(transaction.balances && transaction.residues.is_empty());
        report.balances_checked += transaction.reconciled.checked;
        report.balances_unexplained += transaction.reconciled.unexplained;
        for residue in &transaction.residues {
            *report.unexplained.entry(residue.reason.to_string()).or_default() += 1;
        }
        for (reason, number) in transaction.left_out.reasons() {
            if number > 0 {
                *report.left_out.entry(reason.to_owned()).or_default() += number;
            }
        }
    }

    fn count(&mut self, movements: &[Movement]) {
        let number = |count: usize| u64::try_from(count).unwrap_or(u64::MAX);
        self.report.movements += number(movements.len());
        self.report.zero_value_events += number(movements.iter().filter(|one| one.amount.is_zero()).count());
    }

    fn view(&mut self, completeness: Completeness, movements: &[Movement], relations: &[Relation]) {
        self.report.relations += u64::try_from(relations.len()).unwrap_or(u64::MAX);
        match TxView::of_transaction(completeness, movements).map(|view| view.with_relations(relations)) {
            Some(view) if self.again => self.writer.replace(view),
            Some(view) => self.writer.view(view),
            None => {}
        }
    }

    /// Claims slots of an account, or of the whole chain.
    pub(super) fn claim(
        &mut self,
        account: Option<&Address>,
        what: What,
        claim: Claim,
        slots: (u64, u64),
        note: Option<&str>,
    ) {
        self.writer.coverage(&Coverage {
            chain: self.chain,
            account: account.map(|address| Account { chain: self.chain, address: address.clone() }),
            what,
            direction: Direction::Both,
            asset: None,
            from_height: slots.0,
            to_height: slots.1,
            claim,
            source: SOURCE.to_owned(),
            note: note.map(str::to_owned),
        });
    }

    /// Whether enough waits to be written.
    pub(super) fn is_full(&self) -> bool {
        self.writer.pending() >= VIEWS_PER_BATCH
    }

    /// Writes what waits, with what it covers. What was recorded is on the disk before what rests on it.
    pub(super) fn commit(&mut self, source: &Source) -> Result<(), Error> {
        source.sync()?;
        Ok(self.writer.commit(None)?)
    }

    pub(super) fn problem(&mut self, mut problem: Problem, listener: &mut Listener<'_>) -> Result<(), Error> {
        problem.reason = (self.key_free)(&problem.reason);
        problem.record = (self.key_free)(&problem.record);
        (listener.rejected)(&problem)?;
        self.report.rejected += 1;
        if self.report.problems.len() < PROBLEMS_NAMED_MAX {
            self.report.problems.push(problem);
        }
        Ok(())
    }

    /// Notes what the source does not have.
    pub(super) fn missing(&mut self, what: String) {
        let what = (self.key_free)(&what);
        if !self.report.missing.contains(&what) {
            self.report.missing.push(what);
        }
    }
}

impl SolanaReport {
    fn new(chain: Chain, source: String) -> Self {
        Self {
            chain,
            source,
            accounts: Vec::new(),
            token_accounts: 0,
            blocks: 0,
            slots_known: 0,
            slots_skipped: 0,
            transactions: 0,
            transactions_known: 0,
            failed_not_asked: 0,
            movements: 0,
            zero_value_events: 0,
            relations: 0,
            with_balances: 0,
            reconciled: 0,
            balances_checked: 0,
            balances_unexplained: 0,
            unexplained: BTreeMap::new(),
            left_out: BTreeMap::new(),
            rejected: 0,
            problems: Vec::new(),
            missing: Vec::new(),
        }
    }
}

/// Whose token accounts are: what this run saw, which may not be stored yet, and what the store knows.
pub(super) struct Seen<'a> {
    store: &'a Store,
    chain: Chain,
    /// By token account and slot.
    accounts: RefCell<BTreeMap<Address, BTreeMap<u64, TokenOwner>>>,
}

impl Seen<'_> {
    fn remember(&self, relations: &[Relation]) {
        let mut accounts = self.accounts.borrow_mut();
        for relation in relations {
            let (RelationKind::TokenAccount, Some(asset)) = (relation.kind, &relation.asset) else { continue };
            let Token::Contract(mint) = &asset.token else { continue };
            let owner = TokenOwner { owner: relation.subject.clone(), mint: mint.clone() };
            accounts.entry(relation.object.clone()).or_default().insert(relation.order.height, owner);
        }
    }

    /// The token accounts that were seen to belong to an owner at some time.
    pub(super) fn of(&self, owner: &Address) -> Vec<Address> {
        let accounts = self.accounts.borrow();
        let his = |times: &BTreeMap<u64, TokenOwner>| times.values().any(|one| one.owner == *owner);
        accounts.iter().filter(|(_, times)| his(times)).map(|(account, _)| account.clone()).collect()
    }
}

impl Owners for Seen<'_> {
    fn owner(&self, account: &Address, slot: u64) -> Option<TokenOwner> {
        let accounts = self.accounts.borrow();
        let seen = accounts.get(account).and_then(|times| times.range(..=slot).next_back()).map(|(_, one)| one.clone());
        // A database that fails says so when it is written; here it only means that nobody knows.
        seen.or_else(|| {
            let account = Account { chain: self.chain, address: account.clone() };
            let (owner, mint) = self.store.owner_of(&account, slot).ok().flatten()?;
            Some(TokenOwner { owner, mint })
        })
    }
}
