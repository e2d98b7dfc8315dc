//! Exposure: the parts of what accounts sent and received, by the labelled parties at their other ends.
//!
//! Source: the use of the word in compliance. What is counted is read off a trace that ends at every labelled party; the parts of a total
//! add up to it exactly because the dispositions of the trace do.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use fundtrail_types::{
    Account, Amount, Asset, Category, Class, CrossingEnd, Disposition, Exposed, Exposure, ExposureTotal, Fate, Fiat,
    FlowMovement, Hundredths, Label, Method, Nearness, Seed, Share, Source, Start, Time, TraceAnswer, Way,
};

/// What an amount of an asset was worth at a time, and who says so.
pub type Worth<'a> = dyn Fn(&Asset, Amount, Time) -> Option<(Hundredths, String)> + 'a;

/// Whose part, of which asset, to what, under which method.
type Key = (Account, Asset, Exposed, Method);

/// How much of each seed ended at each party under each method, with the fewest hops; what arrivals tell is taken off it.
type Met<'a> = BTreeMap<(usize, &'a Account, Method), (Amount, u32)>;

/// Who carries the label: its class, what it is, and its name.
type Party = (Class, Category, String);

/// Reads totals and parts off a trace that stops at flagged accounts.
pub fn exposure(answer: &TraceAnswer, worth: &Worth<'_>) -> (Vec<ExposureTotal>, Vec<Exposure>) {
    let reading = Reading { answer, worth, parties: parties(answer) };
    (reading.totals(), reading.parts())
}

/// The labelled parties at which value of each seed ended; backward, the sources that are one.
fn parties(answer: &TraceAnswer) -> BTreeMap<(usize, &Account), Party> {
    let of_flow = answer.flow.accounts.iter().map(|one| (&one.account, one.labels.as_slice()));
    let of_targets = answer.targets.iter().map(|one| (&one.account, one.labels.as_slice()));
    let labels: BTreeMap<&Account, &[Label]> = of_flow.chain(of_targets).collect();
    let party = |account, entity| Some(((account), party(labels.get(account)?, entity)?));
    let mut parties = BTreeMap::new();
    for (index, seed) in answer.seeds.iter().enumerate() {
        let source = seed.source.as_ref().and_then(of_source).and_then(|entity| party(&seed.account, entity));
        parties.extend(source.map(|(account, party)| ((index, account), party)));
    }
    for end in answer.methods.iter().flat_map(|one| &one.dispositions) {
        let ended =
            of_fate(&end.fate).zip(end.account.as_ref()).and_then(|(entity, account)| party(account, Some(entity)));
        parties.extend(ended.map(|(account, party)| ((end.seed, account), party)));
    }
    parties
}

/// What the heaviest accusation says, or else the label for which the trace stopped.
fn party(labels: &[Label], entity: Option<&str>) -> Option<Party> {
    let flagged = labels.iter().filter(|label| label.class.is_flagged()).min_by_key(|label| label.class);
    let stopped = || labels.iter().find(|label| Some(label.entity.as_str()) == entity);
    // A table of crossings may call a bridge by another name than its label does.
    let commingles = || labels.iter().find(|label| label.category.commingles());
    flagged.or_else(stopped).or_else(commingles).map(|label| (label.class, label.category, label.entity.clone()))
}

/// Whom a label names, if value ended at a labelled party.
fn of_fate(fate: &Fate) -> Option<&str> {
    match fate {
        Fate::Service { entity } | Fate::Mixer { entity } | Fate::Bridge { entity } | Fate::Flagged { entity } => {
            Some(entity)
        }
        _ => None,
    }
}

/// Whom a label names, if a source is a labelled party; for one that is looked for, its labels alone tell.
fn of_source(source: &Source) -> Option<Option<&str>> {
    match source {
        Source::Service { entity } | Source::Mixer { entity } | Source::Bridge { entity } => Some(Some(entity)),
        Source::LookedFor => Some(None),
        _ => None,
    }
}

/// Where value ended that met nobody. The height of what is at rest is told by the trace.
fn end_of(fate: &Fate) -> String {
    if matches!(fate, Fate::AtRest { .. }) { "at rest".to_owned() } else { fate.describe() }
}

struct Reading<'a> {
    answer: &'a TraceAnswer,
    worth: &'a Worth<'a>,
    parties: BTreeMap<(usize, &'a Account), Party>,
}

#[derive(Default)]
struct Part {
    amount_raw: Amount,
    hops: Option<u32>,
    accounts: BTreeSet<Account>,
    worth: Fiat,
}

impl Part {
    fn add(&mut self, amount: Amount, hops: u32, other: Option<&Account>) {
        self.amount_raw = self.amount_raw.saturating_add(amount);
        self.hops = Some(self.hops.map_or(hops, |fewest| fewest.min(hops)));
        self.accounts.extend(other.cloned());
    }
}

impl Reading<'_> {
    fn is_sent(&self) -> bool {
        self.answer.question.way == Way::Forward
    }

    fn totals(&self) -> Vec<ExposureTotal> {
        let mut sums: BTreeMap<(&Account, &Asset), Amount> = BTreeMap::new();
        let sent = self.answer.seeds.iter().filter(|_| self.is_sent());
        let sent = sent.map(|seed| ((&seed.account, &seed.asset), seed.amount_raw));
        let received = self.answer.asked.iter().map(|asked| ((&asked.account, &asked.asset), asked.amount_raw));
        for (key, amount) in sent.chain(received) {
            let sum = sums.entry(key).or_default();
            *sum = sum.saturating_add(amount);
        }
        let total = |((account, asset), amount_raw): ((&Account, &Asset), Amount)| ExposureTotal {
            account: account.clone(),
            asset: asset.clone(),
            amount_raw,
            worth: self.worth_of_all(account, asset),
        };
        sums.into_iter().map(total).collect()
    }

    /// What all that was sent or received was worth when it was. Of what was sent any method tells it, because each carries all of it; of
    /// what was received every movement that was asked about counts whole.
    fn worth_of_all(&self, account: &Account, asset: &Asset) -> Fiat {
        let mut worth = Fiat::default();
        if !self.is_sent() {
            let is_his = |one: &&FlowMovement| one.asked && one.to.as_ref() == Some(account) && one.asset == *asset;
            for one in self.answer.flow.movements.iter().filter(is_his) {
                worth.add(one.amount_raw, one.time.and_then(|at| (self.worth)(asset, one.amount_raw, at)));
            }
            return worth;
        }
        let method = self.answer.methods.iter().map(|one| one.method).find(|method| method.conserves());
        for one in &self.answer.flow.movements {
            let shares = one.shares.iter().filter(|share| Some(share.method) == method);
            for (seed, share) in shares.filter_map(|share| Some((self.seed(share)?, share))) {
                let is_his = seed.account == *account && seed.asset == *asset;
                let (counts, amount) = (is_his && self.begins(seed, one, share), share.amount.seed_raw);
                if counts {
                    worth.add(amount, one.time.and_then(|at| (self.worth)(asset, amount, at)));
                }
            }
        }
        worth
    }

    /// Whether it is with this movement that value of a seed begins: its payment, or its receipt if the question was about what was
    /// received.
    fn begins(&self, seed: &Seed, one: &FlowMovement, share: &Share) -> bool {
        let start = seed.start.and_then(|start| self.answer.question.starts.get(start));
        match start {
            Some(Start::Received { .. } | Start::Transaction { .. }) => {
                share.hops == 0 && one.to.as_ref() == Some(&seed.account)
            }
            _ => share.hops <= 1 && one.from == seed.account,
        }
    }

    fn seed(&self, share: &Share) -> Option<&Seed> {
        self.answer.seeds.get(share.seed?)
    }

    fn parts(&self) -> Vec<Exposure> {
        let (mut parts, mut met): (BTreeMap<Key, Part>, Met<'_>) = (BTreeMap::new(), Met::new());
        for answer in self.answer.methods.iter().filter(|one| one.method.conserves()) {
            for end in &answer.dispositions {
                self.add_end(&mut parts, &mut met, answer.method, end);
            }
        }
        for one in &self.answer.flow.movements {
            for share in one.shares.iter().filter(|share| share.method.conserves()) {
                self.add_arrival(&mut parts, &mut met, one, share);
            }
        }
        for ((index, account, method), (amount, hops)) in met.into_iter().filter(|(_, (amount, _))| !amount.is_zero()) {
            self.add_rest(&mut parts, (index, account, method), amount, hops);
        }
        let named = |((account, asset, to, method), part): (Key, Part)| Exposure {
            account,
            asset,
            to,
            method,
            amount_raw: part.amount_raw,
            hops: part.hops.unwrap_or_default(),
            accounts: part.accounts.into_iter().collect(),
            worth: part.worth,
        };
        let mut parts: Vec<Exposure> = parts.into_iter().map(named).filter(|part| !part.amount_raw.is_zero()).collect();
        parts.sort_by_cached_key(|part| {
            let (party, class) = match &part.to {
                Exposed::Party { class, .. } => (0, Some(*class)),
                Exposed::Nobody { .. } => (1, None),
            };
            let whose = (part.account.clone(), part.asset.clone());
            (whose, party, class, Reverse(part.amount_raw), part.to.clone(), part.method)
        });
        parts
    }

    /// What an end says of value that met no labelled party. Of what met one, its arrivals tell more.
    fn add_end<'a>(
        &'a self,
        parts: &mut BTreeMap<Key, Part>,
        rest: &mut Met<'a>,
        method: Method,
        end: &'a Disposition,
    ) {
        let Some(seed) = self.answer.seeds.get(end.seed) else { return };
        let met = match &seed.source {
            None => end.account.as_ref().filter(|_| of_fate(&end.fate).is_some()),
            Some(_) => Some(&seed.account),
        };
        if let Some(account) = met.filter(|account| self.parties.contains_key(&(end.seed, *account))) {
            if seed.source.is_none() {
                let (sum, hops) = rest.entry((end.seed, account, method)).or_insert((Amount::ZERO, end.hops));
                (*sum, *hops) = (sum.saturating_add(end.seed_raw), end.hops.min(*hops));
            }
            return;
        }
        let (whose, asset, amount, other, told) = match &seed.source {
            None => (Some(&seed.account), &seed.asset, end.seed_raw, end.account.as_ref(), end_of(&end.fate)),
            Some(source) => (end.account.as_ref(), &end.asset, end.held_raw, Some(&seed.account), source.describe()),
        };
        let Some(whose) = whose else { return };
        let key = (whose.clone(), asset.clone(), Exposed::Nobody { end: told }, method);
        parts.entry(key).or_default().add(amount, end.hops, other);
    }

    /// What a movement says that brings value to a labelled party, or, of what was received, brings value of one to the account.
    fn add_arrival<'a>(
        &'a self,
        parts: &mut BTreeMap<Key, Part>,
        rest: &mut Met<'a>,
        one: &'a FlowMovement,
        share: &Share,
    ) {
        let Some((index, seed)) = share.seed.and_then(|index| Some((index, self.answer.seeds.get(index)?))) else {
            return;
        };
        let Some(to) = &one.to else { return };
        let is_sent = seed.source.is_none();
        let (whose, asset, amount, other) = if is_sent {
            (&seed.account, &seed.asset, share.amount.seed_raw, to)
        } else {
            (to, &one.asset, share.amount.held_raw, &seed.account)
        };
        // What a bridge takes and is known to pay out elsewhere does not end there.
        let goes_on = matches!(one.crossing.as_deref(), Some((CrossingEnd::Deposit, _)));
        let ends = if is_sent { !goes_on } else { one.asked };
        let Some((class, category, entity)) = self.parties.get(&(index, other)).filter(|_| ends).cloned() else {
            return;
        };
        if let Some((left, _)) = rest.get_mut(&(index, other, share.method)) {
            *left = left.saturating_sub(amount);
        }
        let to = Exposed::Party { class, nearness: nearness(share.hops), category, entity };
        let part = parts.entry((whose.clone(), asset.clone(), to, share.method)).or_default();
        part.add(amount, share.hops, Some(other));
        part.worth.add(amount, one.time.and_then(|at| (self.worth)(&one.asset, share.amount.held_raw, at)));
    }

    /// What ended at a party and came by no movement of its own: of what a bridge took together, the part that nothing joins.
    fn add_rest(
        &self,
        parts: &mut BTreeMap<Key, Part>,
        (index, account, method): (usize, &Account, Method),
        amount: Amount,
        hops: u32,
    ) {
        let Some(seed) = self.answer.seeds.get(index) else { return };
        let Some((class, category, entity)) = self.parties.get(&(index, account)).cloned() else { return };
        let to = Exposed::Party { class, nearness: nearness(hops), category, entity };
        let part = parts.entry((seed.account.clone(), seed.asset.clone(), to, method)).or_default();
        part.add(amount, hops, Some(account));
        part.worth.add(amount, None);
    }
}

fn nearness(hops: u32) -> Nearness {
    if hops <= 1 { Nearness::Direct } else { Nearness::Indirect }
}
