//! The note on one transaction: what it moved, line by line, what that means together, and what of it is not known.

use std::collections::BTreeMap;

use fundtrail_types::{
    Account, Amount, Asset, Claim, Coverage, Label, RelationKind, Side, TxAnswer, TxChange, TxGap, TxMovement, TxOrder,
    TxReading, TxRelation,
};

use super::page::Page;
use crate::{
    Options,
    clean::clean,
    names::{Names, tx as tx_name},
    words::{count, list},
};

/// The note on a transaction.
pub(crate) fn tx(answer: &TxAnswer, options: &Options) -> String {
    let labels = answer.accounts.iter().map(|one| (&one.account, one.labels.as_slice())).collect();
    let told = Told { names: Names::new(&answer.assets, Some(answer.chain)), labels, answer };
    let mut page = Page::default();
    head(&mut page, answer);
    page.title(format!("{}, {}", count(answer.movements.len(), "movement"), how_ordered(answer)));
    let movements: Vec<String> =
        answer.movements.iter().zip(1..).map(|(one, number)| told.movement(one, number)).collect();
    page.list("  ", &movements, options);
    page.title("What they mean together, fees apart, without knowing any protocol");
    page.list("  ", &told.reading(&answer.reading), options);
    if !answer.relations.is_empty() {
        page.title("What it shows of two accounts besides, which is no proof that both are one's");
        page.list("  - ", &answer.relations.iter().map(|one| told.relation(one)).collect::<Vec<_>>(), options);
    }
    page.title("What is not known");
    match answer.gaps.as_slice() {
        [] => page.line("  - nothing that a source could have told"),
        gaps => page.list("  - ", &gaps.iter().map(|gap| told.gap(gap)).collect::<Vec<_>>(), options),
    }
    page.title("Who covers its height");
    match answer.coverage.as_slice() {
        [] => page.line("  - no source says what it covers there"),
        claims => page.list("  - ", &claims.iter().map(|claim| told.claim(claim)).collect::<Vec<_>>(), options),
    }
    page.finish()
}

fn head(page: &mut Page, answer: &TxAnswer) {
    page.line(format!("Transaction {} of {}", tx_name(&answer.tx), answer.chain));
    let height = answer.height.map_or("height unknown".to_owned(), |height| format!("block {height}"));
    let place = match answer.order {
        TxOrder::Index(u32::MAX) => ", after all its transactions".to_owned(),
        TxOrder::Index(index) => format!(", index {index}"),
        TxOrder::Unknown | TxOrder::Opening | TxOrder::Timed => String::new(),
    };
    let time = answer.time.map_or("time unknown".to_owned(), |time| time.to_string());
    page.line(format!("  {height}{place}, {time}"));
    page.line(match answer.complete {
        true => "  told whole, by a source that knows all that a transaction moves",
        false => "  told in parts, by lists and exports",
    });
    page.line(format!("  labels as of {}", answer.as_of));
}

fn how_ordered(answer: &TxAnswer) -> &'static str {
    let unordered = answer.gaps.iter().any(|gap| matches!(gap, TxGap::MovementsUnordered { .. }));
    if unordered { "of which some have no known order" } else { "in order" }
}

/// How the parts of one answer are told.
struct Told<'a> {
    names: Names<'a>,
    labels: BTreeMap<&'a Account, &'a [Label]>,
    answer: &'a TxAnswer,
}

impl Told<'_> {
    fn account(&self, account: &Account) -> String {
        let labels = self.labels.get(account).copied().unwrap_or_default();
        self.names.account_with(account, labels, self.answer.as_of)
    }

    /// As people read it, and exactly.
    fn amount(&self, asset: &Asset, amount: Amount) -> String {
        let read = self.names.amount(asset, amount);
        match self.names.decimal(asset, amount) {
            Some(_) => format!("{read} ({amount} base units)"),
            None => read,
        }
    }

    fn movement(&self, one: &TxMovement, number: u64) -> String {
        let side =
            |account: &Option<Account>| account.as_ref().map_or("nobody".to_owned(), |account| self.account(account));
        let nothing = if one.amount_raw.is_zero() { ", an event that moved nothing" } else { "" };
        format!(
            "{number}. {}, {}{nothing}\n       from {}\n         to {}",
            one.kind,
            self.amount(&one.asset, one.amount_raw),
            side(&one.from),
            side(&one.to)
        )
    }

    fn relation(&self, one: &TxRelation) -> String {
        let (subject, object) = (self.account(&one.subject), self.account(&one.object));
        let of = one.asset.as_ref().map_or(String::new(), |asset| format!(" of {}", self.names.unit(asset)));
        let what = match one.kind {
            RelationKind::FeePayer => format!("{object} paid the fee, and {subject} authorised a movement"),
            RelationKind::CoSigner => format!("{subject} and {object} both signed"),
            RelationKind::RentPayer => format!("{object} paid for the opening of a token account{of} of {subject}"),
            RelationKind::CloseDestination => {
                format!("what a closed token account{of} of {subject} held went to {object}")
            }
            RelationKind::FirstFunder => format!("{object} sent the first coin that {subject} had"),
            RelationKind::TokenAccount => format!("{object} is a token account{of} of {subject}"),
            RelationKind::Authority => format!("{subject} handed a token account{of} to {object}"),
        };
        format!("{}: {what}", one.kind)
    }

    fn reading(&self, reading: &TxReading) -> Vec<String> {
        let mut lines = Vec::new();
        lines
            .extend(reading.sender.as_ref().map(|sender| format!("{} sent it and pays its fee", self.account(sender))));
        let of = |account: &Account, side: Side| {
            let of = reading.changes.iter().filter(|change| change.account == *account && change.side == side);
            list(&of.map(|change| self.amount(&change.asset, change.amount_raw)).collect::<Vec<_>>())
        };
        for account in &reading.converters {
            let (gave, got) = (of(account, Side::Out), of(account, Side::In));
            lines.push(format!("{} converted {gave} into {got}", self.account(account)));
        }
        for account in &reading.payers {
            lines.push(format!("{} paid {}", self.account(account), of(account, Side::Out)));
        }
        for account in &reading.payees {
            lines.push(format!("{} got {}", self.account(account), of(account, Side::In)));
        }
        for account in &reading.passages {
            lines.push(format!("{} passed on all that it took in", self.account(account)));
        }
        lines.extend(reading.compensation.iter().map(|change| self.compensation(change)));
        lines.push(match (&reading.actor, reading.changes.is_empty()) {
            (Some(actor), _) => format!("so the value that moved was that of {}", self.account(actor)),
            (None, true) => "nobody ends with more or less of anything".to_owned(),
            (None, false) => "whose doing it was, only knowledge of the protocol could tell".to_owned(),
        });
        lines
    }

    fn compensation(&self, change: &TxChange) -> String {
        let amount = self.amount(&change.asset, change.amount_raw);
        format!("{} got {amount} back for gas, which is no pay", self.names.account(&change.account))
    }

    fn gap(&self, gap: &TxGap) -> String {
        match gap {
            TxGap::InternalMissing => {
                "nobody lists all of its inner calls: native coin that contracts moved may be missing; a node that traces \
                 calls tells them (`fundtrail ingest ethereum --rpc`)"
                    .to_owned()
            }
            TxGap::Partial => "sources told parts of it, and nobody says that this is all that it moved".to_owned(),
            TxGap::Unexplained(change) => {
                let TxChange { account, asset, side, amount_raw } = change.as_ref();
                let (more, way) = if *side == Side::In { ("more", "came from") } else { ("less", "went") };
                format!(
                    "{} has {} {more} than movements tell: nobody knows where that {way}",
                    self.account(account),
                    self.amount(asset, *amount_raw)
                )
            }
            TxGap::Conflict => "sources contradict each other about it".to_owned(),
            TxGap::OrderUnknown => "its place in its block: a fixed stand-in is used".to_owned(),
            TxGap::MovementsUnordered { movements } => {
                format!("the order of {} of it", count(*movements, "movement"))
            }
            TxGap::HeightUnknown { before } => format!("its height: it is taken to stand just before block {before}"),
            TxGap::PlacedByTime => "its height: it stands where its time puts it".to_owned(),
            TxGap::NoTime => "its time".to_owned(),
        }
    }

    fn claim(&self, claim: &Coverage) -> String {
        let of = claim.account.as_ref().map_or("the whole chain".to_owned(), |account| self.names.account(account));
        let asset = claim.asset.as_ref().map_or(String::new(), |asset| format!(" of {}", self.names.unit(asset)));
        let sure = match claim.claim {
            Claim::Complete => "verified as complete",
            Claim::Listed => "as published",
        };
        let note = claim.note.as_ref().map_or(String::new(), |note| format!(" ({})", clean(note)));
        format!(
            "{of}: {} movements{asset}, direction {}, {sure}, says {}{note}",
            claim.what,
            claim.direction,
            clean(&claim.source)
        )
    }
}
