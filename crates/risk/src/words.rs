//! Amounts and classes in plain words.

use fundtrail_types::{Amount, Asset, AssetInfo, Class, TraceAnswer};

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
