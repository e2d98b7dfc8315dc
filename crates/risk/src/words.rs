//! Amounts, classes and standings, told the same way by every rule.

use fundtrail_types::{Amount, Asset, AssetInfo, Class, Date, Label, Standing, TraceAnswer};

/// An amount with its unit, as the answer knows the asset.
pub(crate) fn amount(answer: &TraceAnswer, asset: &Asset, amount_raw: Amount) -> String {
    let known = answer.assets.iter().find(|info| info.asset == *asset);
    known.cloned().unwrap_or_else(|| AssetInfo::unknown(asset)).print(amount_raw)
}

/// What a class accuses of, as part of a sentence.
pub(crate) fn class(class: Class) -> &'static str {
    match class {
        Class::ListedDprk => "listed under a DPRK programme",
        Class::ListedDprkLinked => "listed under another programme and linked to the DPRK",
        Class::AttributedDprk => "attributed to the DPRK by an authority",
        Class::Listed => "listed",
        Class::AllegedDprk => "alleged by public research to be DPRK-linked",
        Class::Service => "a service",
    }
}

/// What each label's listing was over several days, the heaviest of them: in force on any day is what matters most, and
/// a day that nobody tells may have been one.
pub(crate) fn standings(labels: &[Label], days: &[Option<Date>]) -> Vec<Standing> {
    let weight = |standing: &Standing| match standing {
        Standing::InForce => 4,
        Standing::Unknown => 3,
        Standing::Ended => 2,
        Standing::NotYet => 1,
        Standing::NoListing => 0,
    };
    let heaviest = |label: &Label| days.iter().map(|day| label.standing(*day)).max_by_key(weight);
    labels.iter().map(|label| heaviest(label).unwrap_or_else(|| label.standing(None))).collect()
}
