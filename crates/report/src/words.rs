//! The plain words in which labels, severities and counts are told to people.

use fundtrail_types::{Class, Date, Label, Question, ReachState, Severity, Standing, Unbounded};

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
    format!(
        "Trace of what {} on {} {}, by {}, as of {}: {assets}, at most {} and {} opened, {dust}, {} listed for a target",
        names.account(&question.from),
        question.from.chain,
        source(question),
        list(&methods),
        question.as_of,
        count(question.hops_max, "hop"),
        count(question.accounts_max, "account"),
        count(question.paths_max, "path"),
    )
}

/// Whether all payments are followed or only what came in by some transactions.
fn source(question: &Question) -> String {
    /// More ids make a line that nobody reads; JSON has them all.
    const TXS_NAMED_MAX: usize = 3;
    let mut txs: Vec<String> = question.received_in.iter().map(names::tx).collect();
    let more = txs.split_off(txs.len().min(TXS_NAMED_MAX)).len();
    if more > 0 {
        txs.push(format!("{more} more"));
    }
    if txs.is_empty() { "paid out".to_owned() } else { format!("received in tx {}", list(&txs)) }
}
