//! Where what reached a target could have been stopped.

use fundtrail_types::{Bounds, Stop, StopAt};

use crate::{
    Options,
    names::{self, Names},
    words,
};

use super::page::Page;

/// As early and as late as that was possible; once, if the two are the same.
pub(super) fn lines(page: &mut Page, bounds: &Bounds, names: &Names<'_>, options: &Options) {
    let sets = match bounds.first_stops == bounds.last_stops {
        true => vec![("", &bounds.first_stops)],
        false => vec![(" as early as possible", &bounds.first_stops), (" as late as possible", &bounds.last_stops)],
    };
    for (when, stops) in sets.into_iter().filter(|(_, stops)| !stops.is_empty()) {
        let (all, places) = (names.amount(&bounds.asset, bounds.upper_raw), words::count(stops.len(), "place"));
        page.line(format!("  all of it could have been stopped{when} by holding back {all} at {places}:"));
        let told: Vec<String> = stops.iter().map(|stop| one(stop, bounds, names)).collect();
        page.list("    - ", &told, options);
    }
}

fn one(stop: &Stop, bounds: &Bounds, names: &Names<'_>) -> String {
    let amount = names.amount(&bounds.asset, stop.amount_raw());
    match stop {
        Stop::Payment { at, from, to, .. } => {
            let to = to.as_ref().map_or_else(|| "no account".to_owned(), |to| names.account(to));
            format!("{amount} paid by {} to {to}, {}", names.account(from), told(at))
        }
        Stop::Balance { account, after, before, .. } => {
            format!("{amount} held by {} from {} until {}", names.account(account), told(after), told(before))
        }
    }
}

fn told(at: &StopAt) -> String {
    let time = at.time.map_or_else(|| "unknown time".to_owned(), |time| time.to_string());
    format!("{time} (block {}, tx {})", at.height, names::tx(&at.tx))
}
