//! What pages say: links that lead somewhere, and the store's format as it is.

use fundtrail_store::{FAMILIES, FORMAT};

use crate::repository::{assert_none, code, files, read, root, table_rows};

/// The targets of all links in a page, without those that lead out of the repository, and without anchors.
fn links(page: &str) -> Vec<&str> {
    let targets = page.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target);
    let targets = targets.map(|target| target.split('#').next().unwrap_or_default());
    targets.filter(|target| !target.is_empty() && !target.contains(':')).collect()
}

#[test]
fn every_link_leads_to_a_file() {
    let mut complaints = Vec::new();
    for page in files(".md") {
        let path = root().join(&page.name);
        for target in links(&page.text) {
            if !path.parent().unwrap().join(target).exists() {
                complaints.push(format!("{}: {target}", page.name));
            }
        }
    }
    assert_none(&complaints, "correct the link, or remove it");
}

#[test]
fn links_are_found() {
    assert_eq!(links("[a](x.md) and [b](y.md#part), [c](#here), [d](https://example.com)"), ["x.md", "y.md"]);
}

/// What a cell says of a key or value; the page writes nothing as `(empty)`.
fn field(cell: &str) -> Option<&str> {
    if cell == "(empty)" { Some("") } else { code(cell) }
}

#[test]
fn the_schema_page_holds_the_families_as_they_are() {
    let page = read("docs/schema.md");
    let rows = table_rows(&page);
    let families: Vec<(&str, &str, &str)> = rows
        .iter()
        .filter_map(|row| match row.as_slice() {
            [name, key, value, why] if !why.is_empty() => Some((code(name)?, field(key)?, field(value)?)),
            _ => None,
        })
        .collect();
    let expected: Vec<_> = FAMILIES.iter().map(|family| (family.name, family.key, family.value)).collect();
    assert_eq!(families, expected, "docs/schema.md against crates/store/src/families.rs");
    assert!(page.contains(&format!("Format number: **{FORMAT}**")), "docs/schema.md must name format {FORMAT}");
}

/// The numbers that a source gives to the variants of an enum.
fn numbers<'a>(source: &'a str, of: &str) -> Vec<(&'a str, &'a str)> {
    let arm = |line: &'a str| line.trim().strip_prefix(of)?.trim_end_matches(',').split_once(" => ");
    source.lines().filter_map(arm).filter(|(_, number)| number.parse::<u8>().is_ok()).collect()
}

#[test]
fn the_schema_page_holds_the_numbers_of_kinds() {
    let (movements, relations) = (read("crates/store/src/rows.rs"), read("crates/store/src/relations.rs"));
    let (kinds, of_relations) = (numbers(&movements, "Kind::"), numbers(&relations, "RelationKind::"));
    assert_eq!(kinds.len(), fundtrail::types::Kind::ALL.len());
    assert_eq!(of_relations.len(), fundtrail::types::RelationKind::ALL.len());
    let rows = table_rows(&read("docs/schema.md"));
    for (kind, number) in kinds.into_iter().chain(of_relations) {
        let row = [format!("`{kind}`"), number.to_owned()];
        assert!(rows.iter().any(|one| *one == row), "docs/schema.md: kind {kind} has number {number}");
    }
}
