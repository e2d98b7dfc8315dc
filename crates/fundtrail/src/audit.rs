//! The payout audit: for every payee, where the pay went, what it reached, and what was not searched.

use std::collections::{BTreeMap, BTreeSet};

use fundtrail_graph::TraceError;
use fundtrail_store::Store;
use fundtrail_types::{
    Account, AssetInfo, AuditAnswer, Certificate, Date, FlowGraph, PayeeAnswer, Payout, PayoutMatch, Problem, Question,
    TxId,
};

use crate::{Error, QuestionDefaults, Reference, matching, trace};

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
/// If the caller asks to stop, or the database fails.
pub fn audit(
    store: &Store,
    reference: &Reference,
    payouts: &[Payout],
    rejected: Vec<Problem>,
    options: &AuditOptions,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Result<AuditAnswer, Error> {
    let mut by_payee: BTreeMap<&str, Vec<&Payout>> = BTreeMap::new();
    for payout in payouts {
        by_payee.entry(&payout.payee).or_default().push(payout);
    }
    let (mut payees, mut assets) = (Vec::new(), BTreeMap::new());
    for (done, (payee, payouts)) in by_payee.into_iter().enumerate() {
        if !go_on(done) {
            return Err(Error::Trace(TraceError::Interrupted));
        }
        payees.push(audit_payee(store, reference, payee, &payouts, options, &mut assets)?);
    }
    Ok(AuditAnswer { as_of: options.as_of, assets: assets.into_values().collect(), payees, rejected })
}

fn audit_payee(
    store: &Store,
    reference: &Reference,
    payee: &str,
    payouts: &[&Payout],
    options: &AuditOptions,
    assets: &mut BTreeMap<fundtrail_types::Asset, AssetInfo>,
) -> Result<PayeeAnswer, Error> {
    let mut matches: Vec<PayoutMatch> = Vec::new();
    for payout in payouts {
        let info = reference.asset_info(store, &payout.asset)?;
        matches.push(matching::find(store, payout, &info)?);
        assets.insert(payout.asset.clone(), info);
    }
    let wallets = matching::wallets(&matches);
    let lookup =
        |wallet: &Account| reference.labels().lookup(wallet, options.as_of).into_iter().cloned().collect::<Vec<_>>();
    let mut answer = PayeeAnswer {
        payee: payee.to_owned(),
        labels: wallets.iter().flat_map(lookup).collect(),
        wallets,
        payouts: Vec::new(),
        flow: FlowGraph::default(),
        findings: Vec::new(),
        certificate: Certificate { statements: options.statements.clone(), ..Certificate::default() },
    };
    for wallet in answer.wallets.clone() {
        let paid_on = matches.iter().filter(|one| one.payout.wallet == wallet).find_map(|one| one.payout.date);
        answer.findings.extend(fundtrail_risk::labelled_wallet(&wallet, &lookup(&wallet), paid_on, options.as_of));
        let found: BTreeSet<TxId> =
            matches.iter().filter(|one| one.payout.wallet == wallet).filter_map(|one| one.found.clone()).collect();
        if !found.is_empty() {
            follow(store, reference, &wallet, found.into_iter().collect(), &matches, options, assets, &mut answer)?;
        }
    }
    let lost = matches.iter().filter(|one| one.found.is_none()).count();
    if lost > 0 {
        answer
            .certificate
            .statements
            .push(format!("{lost} of {} payouts were not found on chain, and so were not followed", matches.len()));
    }
    answer.payouts = matches;
    answer.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    Ok(answer)
}

/// Traces what one wallet received in its payouts, and adds it to the payee's answer.
#[allow(clippy::too_many_arguments, reason = "one call site; a struct for it would only be taken apart again")]
fn follow(
    store: &Store,
    reference: &Reference,
    wallet: &Account,
    received_in: Vec<TxId>,
    matches: &[PayoutMatch],
    options: &AuditOptions,
    assets: &mut BTreeMap<fundtrail_types::Asset, AssetInfo>,
    answer: &mut PayeeAnswer,
) -> Result<(), Error> {
    let paid: BTreeSet<_> =
        matches.iter().filter(|one| one.payout.wallet == *wallet).map(|one| one.payout.asset.clone()).collect();
    let defaults = QuestionDefaults::question(wallet.clone(), options.as_of);
    let question = Question { received_in, assets: paid.into_iter().collect(), hops_max: options.hops_max, ..defaults };
    let traced = trace(store, reference, &question, &mut |_| true)?;
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
    assets.extend(traced.assets.into_iter().map(|info| (info.asset.clone(), info)));
    Ok(())
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
    into.gaps.extend(other.gaps);
    into.gaps.sort();
    into.gaps.dedup();
    into.statements.extend(other.statements);
}
