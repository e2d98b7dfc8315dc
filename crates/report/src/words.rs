//! The plain words in which labels, severities and counts are told to people.

use fundtrail_types::{
    Basis, Class, Crossing, Date, Label, Question, ReachState, Seed, Severity, Standing, Start, TraceAnswer, TxId,
    Unbounded, Unjoined, Way,
};

use crate::{
    clean::clean,
    names::{self, Names},
};

/// `1 path`, `2 paths`.
pub(crate) fn count(number: impl TryInto<u64>, noun: &str) -> String {
    // Everything counted here was held in memory, so it fits.
    let number = number.try_into().unwrap_or(u64::MAX);
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// `haircut, fifo and poison`.
pub(crate) fn list(items: &[String]) -> String {
    match items {
        [] => "nothing".to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What a class of label says, kept as far apart as the classes are.
pub(crate) fn class(class: Class) -> &'static str {
    match class {
        Class::ListedDprk => "listed under a DPRK programme",
        Class::ListedDprkLinked => "listed, and linked to the DPRK by the listing authority",
        Class::AttributedDprk => "attributed to the DPRK by an authority",
        Class::Listed => "on an official list",
        Class::AllegedDprk => "alleged by public research to be DPRK-linked",
        Class::Service => "not accused of anything",
    }
}

/// Entity and accusation, and whether it has ended; a service by what it is.
pub(crate) fn label_short(label: &Label, as_of: Date) -> String {
    format!("{}{}", who(label), standing_as_of(label, as_of))
}

fn who(label: &Label) -> String {
    let said = match label.class {
        Class::Service => label.category.name().replace('_', " "),
        other => class(other).to_owned(),
    };
    format!("{}: {said}", clean(&label.entity))
}

/// What a reader must know of a listing that is not simply in force: a delisted party is not a listed one.
pub(crate) fn standing_as_of(label: &Label, as_of: Date) -> String {
    match label.standing(Some(as_of)) {
        Standing::InForce | Standing::NoListing => String::new(),
        Standing::NotYet => ", not yet in force".to_owned(),
        Standing::Unknown => ", in force since an unknown day".to_owned(),
        Standing::Ended => match label.in_force.and_then(|in_force| in_force.until) {
            Some(until) => format!(", no longer in force since {until}"),
            None => ", no longer in force".to_owned(),
        },
    }
}

/// Who says what: entity, accusation, source, since when it is known, and whether a listing has ended.
pub(crate) fn label(label: &Label, as_of: Date) -> String {
    let programme = label.programme.as_ref().map_or_else(String::new, |programme| format!(" ({})", clean(programme)));
    let known = match (label.known_since, label.known_by) {
        (Some(since), _) => format!("known since {since}"),
        (None, Some(by)) => format!("known by {by} at the latest"),
        (None, None) => "known since an unknown day".to_owned(),
    };
    let standing = standing_as_of(label, as_of);
    format!("{}{programme}, says {}, {known}{standing}", who(label), clean(&label.source))
}

/// What a listing was on a day.
pub(crate) fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::InForce => "in force",
        Standing::NotYet => "not yet in force",
        Standing::Ended => "no longer in force",
        Standing::Unknown => "unknown whether in force",
        Standing::NoListing => "no listing, so no legal force",
    }
}

/// Whether a target was reached.
pub(crate) fn state(state: ReachState) -> &'static str {
    match state {
        ReachState::Proven => "proven",
        ReachState::Possible => "possible only",
        ReachState::PoisonOnly => "by poison only",
        ReachState::NotReached => "not reached",
    }
}

/// What joins two movements, and how that is known.
pub(crate) fn crossing(crossing: &Crossing) -> String {
    let known = match crossing.basis {
        Basis::Id => "the same id stands in both transactions",
        Basis::Asserted => "asserted",
    };
    let (bridge, id, source) = (clean(&crossing.bridge), clean(&crossing.id), clean(&crossing.source));
    format!("{} {bridge}, {id} ({known}, says {source})", crossing.through)
}

/// Why a crossing leads nowhere.
pub(crate) fn unjoined(why: &Unjoined) -> String {
    match why {
        Unjoined::OtherSideNotTold => "nobody tells what was paid out for it".to_owned(),
        Unjoined::NotStored { chain, tx } => {
            format!("what was paid out is in tx {} of {chain}, which is not in the database: load it", names::tx(tx))
        }
        Unjoined::NoSuchMovement { chain, tx } => {
            format!(
                "tx {} of {chain} has no movement of that asset and amount: correct the table of crossings",
                names::tx(tx)
            )
        }
        Unjoined::Ambiguous => "several deposits or movements could be meant, so none is taken".to_owned(),
        Unjoined::Mixer => "mixers are not followed unless --through-mixers says so".to_owned(),
    }
}

/// Why bounds are not told.
pub(crate) fn unbounded(why: Unbounded) -> &'static str {
    match why {
        Unbounded::Number => "more than were asked for were reached; raise --bounds",
        Unbounded::Limits => "a limit on hops or accounts ended value on its way; raise it",
        Unbounded::Size => "too many movements could carry value there",
        Unbounded::Converted => "some of it arrived as another asset, or had been one; bounds hold for one asset",
    }
}

/// The same as in JSON, for tables.
pub(crate) fn state_name(state: ReachState) -> &'static str {
    match state {
        ReachState::Proven => "proven",
        ReachState::Possible => "possible",
        ReachState::PoisonOnly => "poison_only",
        ReachState::NotReached => "not_reached",
    }
}

/// What to do about it.
pub(crate) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Escalate => "escalate",
        Severity::Review => "review",
        Severity::Info => "for information",
    }
}

/// What a trace was asked, in one line: without its settings an answer says nothing.
pub(crate) fn question(question: &Question, names: &Names<'_>) -> String {
    let methods: Vec<String> = question.methods.iter().map(|method| method.name().to_owned()).collect();
    let assets = match question.assets.as_slice() {
        [] => "all known assets".to_owned(),
        assets => format!("only {}", list(&assets.iter().map(|asset| clean(&asset.to_string())).collect::<Vec<_>>())),
    };
    let dust = match question.dust_raw.is_zero() {
        true => "no dust line".to_owned(),
        false => format!("dust line at {} base units", question.dust_raw),
    };
    let way = match question.way {
        Way::Forward => "Trace of what",
        Way::Backward => "Sources of what",
    };
    let is_ending = question.stop_at_flagged && question.way == Way::Forward;
    let ending = if is_ending { ", ending at every flagged account" } else { "" };
    format!(
        "{way} {}{}, by {}, as of {}: {assets}{ending}, at most {} and {} opened, none of over {} entered without a label, {dust}, {} listed for a \
         target",
        starts(question, names),
        chosen(question),
        list(&methods),
        question.as_of,
        count(question.hops_max, "hop"),
        count(question.accounts_max, "account"),
        count(question.hub_movements, "movement"),
        count(question.paths_max, "path"),
    )
}

/// Where a trace begins. More starts than a few make a line that nobody reads; JSON has them all.
fn starts(question: &Question, names: &Names<'_>) -> String {
    const STARTS_NAMED_MAX: usize = 3;
    let mut told: Vec<String> =
        question.starts.iter().take(STARTS_NAMED_MAX).map(|one| start(one, question.way, names)).collect();
    let more = question.starts.len().saturating_sub(told.len());
    if more > 0 {
        told.push(format!("{more} more"));
    }
    list(&told)
}

/// One start, as part of a sentence after `what`.
pub(crate) fn start(start: &Start, way: Way, names: &Names<'_>) -> String {
    match start {
        Start::Account { account } => {
            let did = if way == Way::Forward { "paid out" } else { "received" };
            format!("{} on {} {did}", names.account(account), account.chain)
        }
        Start::Received { account, txs } => {
            format!("{} on {} received in tx {}", names.account(account), account.chain, some_txs(txs))
        }
        Start::Transaction { chain, tx } => format!("was received in tx {} of {chain}", names::tx(tx)),
        Start::Movement { chain, tx, number } => {
            format!("moved in movement {number} of tx {} of {chain}", names::tx(tx))
        }
    }
}

/// Whose value a seed is, and of which start.
pub(crate) fn seed_of(answer: &TraceAnswer, seed: &Seed, names: &Names<'_>) -> String {
    let start = seed.start.and_then(|index| answer.question.starts.get(index));
    let did =
        if matches!(start, Some(Start::Account { .. } | Start::Movement { .. })) { "paid by" } else { "received by" };
    format!("{did} {}", names.account(&seed.account))
}

/// Which movements of the starts are followed, if not all.
fn chosen(question: &Question) -> String {
    let chosen = &question.chosen;
    let parts: Vec<String> = [
        chosen.since.map(|since| format!("since {since}")),
        chosen.until.map(|until| format!("until {until}")),
        chosen.least_raw.map(|least| format!("of at least {least} base units")),
        chosen.most_raw.map(|most| format!("of at most {most} base units")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}

/// The first few transactions; JSON has them all.
fn some_txs(txs: &[TxId]) -> String {
    const TXS_NAMED_MAX: usize = 3;
    let mut named: Vec<String> = txs.iter().take(TXS_NAMED_MAX).map(names::tx).collect();
    let more = txs.len().saturating_sub(named.len());
    if more > 0 {
        named.push(format!("{more} more"));
    }
    list(&named)
}
