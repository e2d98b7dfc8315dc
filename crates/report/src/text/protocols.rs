//! The protocols that are recognised, for people.

use fundtrail_types::ProtocolInfo;

use crate::Options;

use super::{
    page::Page,
    table::{Column, table},
};

pub(crate) fn protocols(protocols: &[ProtocolInfo], options: &Options) -> String {
    let mut page = Page::default();
    let columns = [
        ("protocol", Column::Whole),
        ("group", Column::Whole),
        ("chains", Column::Whole),
        ("evidence", Column::Whole),
        ("contracts", Column::Number),
        ("tested with, and facts from", Column::Prose),
    ];
    let columns: Vec<_> = columns.map(|(name, column)| (name.to_owned(), column)).to_vec();
    let row = |one: &ProtocolInfo| {
        let contracts = if one.contracts.is_empty() { "any".to_owned() } else { one.contracts.len().to_string() };
        vec![
            one.name.clone(),
            one.group.clone(),
            one.chains.clone(),
            one.evidence.to_string().replace('_', " "),
            contracts,
            one.source.clone(),
        ]
    };
    page.line(table(&columns, &protocols.iter().map(row).collect::<Vec<_>>(), options.width));
    page.line("");
    page.line(
        "A protocol of `any` contract is known by its events and by what moved with them. JSON names every contract. Everything else is read by \
         what it moved, without knowing what it is: not recognised is not unseen.",
    );
    page.finish()
}
