//! The payout audit: for every payee, where the pay went, what it reached, and what was not searched.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_graph::TraceError;
use fundtrail_store::Store;
use fundtrail_types::{
    Account, Asset, AssetInfo, AuditAnswer, Certificate, Date, FlowGraph, Gap, PayeeAnswer, Payout, Problem, Question,
    Start, TxId, Way,
};

use crate::{
    Error, QuestionDefaults, Reference,
    matching::{Matched, Matcher, Place},
    trace,
};

/// What an audit is asked.
#[derive(Clone, Debug)]
pub struct AuditOptions {
    /// Labels published by this day count.
    pub as_of: Date,
    /// Pay is followed over at most so many hops.
    pub hops_max: u32,
    /// What limits the data, to be said with every payee.
    pub statements: Vec<String>,
}

/// Audits payouts. `rejected` are rows of the payout file that could not be read; they belong to the answer.
/// `go_on` is told how many payees are done, and answers whether to go on.
///
/// # Errors
/// If the caller asks to stop, or the database fails. A wallet that cannot be followed is said with its payee.
pub fn audit(
    store: &Store,
    reference: &Reference,
    payouts: &[Payout],
    rejected: Vec<Problem>,
    options: &AuditOptions,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<AuditAnswer, Error> {
    let matcher = Matcher::new(store);
    let mut audit = Audit { store, reference, options, matcher, assets: BTreeMap::new() };
    let by_payee = audit.matched(payouts, go_on)?;
    let mut payees = Vec::new();
    for (done, (payee, matches)) in by_payee.into_iter().enumerate() {
        if !go_on(done) {
            return Err(Error::Trace(TraceError::Interrupted));
        }
        payees.push(audit.payee(payee, matches)?);
    }
    Ok(AuditAnswer { as_of: options.as_of, assets: audit.assets.into_values().collect(), payees, rejected })
}

/// An audit under way.
struct Audit<'a> {
    store: &'a Store,
    reference: &'a Reference,
    options: &'a AuditOptions,
    matcher: Matcher<'a>,
    /// Every asset that the answer names.
    assets: BTreeMap<Asset, AssetInfo>,
}

impl Audit<'_> {
    /// The payouts of every payee in the order of the books, matched. Payouts that name their transaction choose their
    /// movements first, so that no other takes them away.
    fn matched<'p>(
        &mut self,
        payouts: &'p [Payout],
        go_on: &mut dyn FnMut(usize) -> bool,
    ) -> Result<BTreeMap<&'p str, Vec<Matched>>, Error> {
        let mut order: Vec<(usize, &Payout)> = payouts.iter().enumerate().collect();
        order.sort_by_key(|(row, payout)| (payout.tx.is_none(), &payout.payee, *row));
        let mut by_payee: BTreeMap<&str, BTreeMap<usize, Matched>> = BTreeMap::new();
        for (row, payout) in order {
            if !go_on(0) {
                return Err(Error::Trace(TraceError::Interrupted));
            }
            let info = self.reference.asset_info(self.store, &payout.asset)?;
            let matched = self.matcher.find(payout, &info)?;
            self.assets.insert(payout.asset.clone(), info);
            by_payee.entry(&payout.payee).or_default().insert(row, matched);
        }
        Ok(by_payee.into_iter().map(|(payee, rows)| (payee, rows.into_values().collect())).collect())
    }

    fn payee(&mut self, payee: &str, matches: Vec<Matched>) -> Result<PayeeAnswer, Error> {
        let wallets: BTreeSet<&Account> = matches.iter().map(|one| &one.answer.payout.wallet).collect();
        let as_of = self.options.as_of;
        let lookup = |wallet: &Account| -> Vec<_> {
            self.reference.labels().lookup(wallet, as_of).into_iter().cloned().collect()
        };
        let statements = self.options.statements.iter().cloned().chain(self.reference.statements()).collect();
        let mut answer = PayeeAnswer {
            payee: payee.to_owned(),
            labels: wallets.iter().copied().flat_map(lookup).collect(),
            wallets: wallets.into_iter().cloned().collect(),
            payouts: Vec::new(),
            flow: FlowGraph::default(),
            findings: Vec::new(),
            certificate: Certificate { statements, ..Certificate::default() },
        };
        for wallet in answer.wallets.clone() {
            let of_wallet = matches.iter().filter(|one| one.answer.payout.wallet == wallet);
            let paid_on: Vec<_> = of_wallet.map(|one| one.answer.payout.date).collect();
            let labels: Vec<_> = self.reference.labels().lookup(&wallet, as_of).into_iter().cloned().collect();
            answer.findings.extend(fundtrail_risk::labelled_wallet(&wallet, &labels, &paid_on, as_of));
            self.follow(&wallet, &matches, &mut answer)?;
        }
        let lost = matches.iter().filter(|one| one.place.is_none()).count();
        if lost > 0 {
            answer
                .certificate
                .statements
                .push(format!("{lost} of {} payouts were not found on chain, and so were not followed", matches.len()));
        }
        answer.payouts = matches.into_iter().map(|one| one.answer).collect();
        answer.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
        Ok(answer)
    }

    /// Traces what one wallet received in its payouts, and adds it to the payee's answer.
    fn follow(&mut self, wallet: &Account, matches: &[Matched], answer: &mut PayeeAnswer) -> Result<(), Error> {
        let found = || matches.iter().filter(|one| one.answer.payout.wallet == *wallet && one.place.is_some());
        let places: BTreeSet<Place> = found().filter_map(|one| one.place.clone()).collect();
        if places.is_empty() {
            return Ok(());
        }
        let paid: BTreeSet<Asset> = found().map(|one| one.answer.payout.asset.clone()).collect();
        let received_in: BTreeSet<TxId> = places.iter().map(|(_, tx, _)| tx.clone()).collect();
        let start = Start::Received { account: wallet.clone(), txs: received_in.into_iter().collect() };
        let question = Question {
            assets: paid.iter().cloned().collect(),
            hops_max: self.options.hops_max,
            // An audit tells no bounds.
            bounds_max: 0,
            ..QuestionDefaults::starting(Way::Forward, vec![start], self.options.as_of)
        };
        let traced = match trace(self.store, self.reference, &question, &mut |_| true) {
            Ok(traced) => traced,
            Err(Error::Trace(reason)) if is_about_wallet(&reason) => {
                answer.certificate.statements.push(format!("wallet {wallet} was not followed: {reason}"));
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        for (asset, (movements, amount)) in self.matcher.beside(wallet, &paid, &places)? {
            let info = self.reference.asset_info(self.store, &asset)?;
            answer.certificate.statements.push(format!(
                "{} to wallet {wallet} in {movements} more movements of the same transactions, which no payout of this \
                 payee names, was followed too",
                info.print(amount)
            ));
        }
        self.assets.extend(traced.assets.into_iter().map(|info| (info.asset.clone(), info)));
        let offset = answer.flow.movements.len();
        for mut finding in traced.findings {
            for index in finding.paths.iter_mut().flat_map(|path| &mut path.movements) {
                *index += offset;
            }
            answer.findings.push(finding);
        }
        answer.flow.movements.extend(traced.flow.movements);
        answer.flow.accounts.extend(traced.flow.accounts);
        merge(&mut answer.certificate, traced.certificate);
        Ok(())
    }
}

/// Whether a trace failed for what is known of one wallet. Then the other payees can still be answered for.
fn is_about_wallet(error: &TraceError) -> bool {
    match error {
        TraceError::UnknownAccount(_)
        | TraceError::NothingToFollow { .. }
        | TraceError::UnknownTransaction(_)
        | TraceError::UnknownMovement { .. }
        | TraceError::NoStart
        | TraceError::Foreign(_)
        | TraceError::Overflow(_)
        | TraceError::OverflowIn { .. }
        | TraceError::OverflowCrossing => true,
        TraceError::Interrupted | TraceError::Store(_) => false,
    }
}

fn merge(into: &mut Certificate, other: Certificate) {
    into.accounts_opened += other.accounts_opened;
    into.movements_read += other.movements_read;
    for (chain, low, high) in other.heights {
        match into.heights.iter_mut().find(|(name, ..)| *name == chain) {
            Some(range) => *range = (chain, range.1.min(low), range.2.max(high)),
            None => into.heights.push((chain, low, high)),
        }
    }
    into.coverage.extend(other.coverage);
    into.coverage.sort();
    into.coverage.dedup();
    // Counts of several wallets add up; all other gaps name what they are about, and are told once.
    let mut timeless = 0;
    into.gaps.extend(other.gaps);
    into.gaps.retain(|gap| match gap {
        Gap::NoTimes { movements } => {
            timeless += movements;
            false
        }
        _ => true,
    });
    if timeless > 0 {
        into.gaps.push(Gap::NoTimes { movements: timeless });
    }
    into.gaps.sort();
    into.gaps.dedup();
    for statement in other.statements {
        if !into.statements.contains(&statement) {
            into.statements.push(statement);
        }
    }
}
