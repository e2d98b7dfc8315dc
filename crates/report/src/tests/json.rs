//! JSON reads back into an equal answer.

use fundtrail_types::{AuditAnswer, TraceAnswer};

use super::{audit_case, cases};
use crate::{Format, Options, audit, json, paths, trace};

fn read<T: serde::de::DeserializeOwned>(bytes: &[u8]) -> T {
    assert!(bytes.ends_with(b"}\n") && !bytes.ends_with(b"\n\n"));
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn an_answer_reads_back_equal() {
    let answer = cases::trace();
    let bytes = trace(&answer, Format::Json, &Options::default()).unwrap();
    assert_eq!(read::<TraceAnswer>(&bytes), answer);
    assert_eq!(json(&answer).unwrap(), bytes);
    let answer = audit_case::audit();
    assert_eq!(read::<AuditAnswer>(&audit(&answer, Format::Json, &Options::default()).unwrap()), answer);
}

#[test]
fn paths_are_the_answer_narrowed_to_the_target() {
    let (whole, to) = (cases::trace(), cases::account(5));
    let narrow: TraceAnswer = read(&paths(&whole, &to, Format::Json, &Options::default()).unwrap());
    assert_eq!(narrow.targets.len(), 1);
    assert_eq!(narrow.targets[0].account, to);
    // Movement 5 of the whole answer is the only one on its path, and so is movement 0 of the narrow one.
    assert_eq!(narrow.flow.movements, whole.flow.movements[5..6]);
    assert_eq!(narrow.targets[0].paths[0].movements, [0]);
    let accounts: Vec<_> = narrow.flow.accounts.iter().map(|account| account.account.clone()).collect();
    assert_eq!(accounts, [cases::account(4), to]);
    assert!(narrow.findings.is_empty(), "findings about account 3 are not about account 5");
    assert_eq!((narrow.methods, narrow.certificate), (whole.methods, whole.certificate));
}

#[test]
fn findings_of_the_target_come_along_with_their_paths() {
    let mut whole = cases::trace();
    whole.findings[0].paths[0].movements = vec![0, 3];
    let narrow: TraceAnswer = read(&paths(&whole, &cases::account(3), Format::Json, &Options::default()).unwrap());
    assert_eq!(narrow.findings.len(), 2);
    let txs = |path: &[usize], answer: &TraceAnswer| -> Vec<_> {
        path.iter().map(|&index| answer.flow.movements[index].tx.clone()).collect()
    };
    let path = |answer: &TraceAnswer| txs(&answer.findings[0].paths[0].movements, answer);
    assert_eq!(path(&narrow), path(&whole));
    assert_eq!(narrow.flow.movements.len(), 3);
}

#[test]
fn an_answer_that_contradicts_itself_is_refused() {
    let mut cut = cases::trace();
    cut.flow.movements.truncate(1);
    let error = trace(&cut, Format::Text, &Options::default()).unwrap_err().to_string();
    assert_eq!(error, "the answer names movement 1 but holds only 1: it was cut or edited, so make it again");
    let mut cut = cases::trace();
    cut.seeds.truncate(1);
    let error = paths(&cut, &cases::account(3), Format::Csv, &Options::default()).unwrap_err().to_string();
    assert_eq!(error, "the answer names seed 1 but holds only 1: it was cut or edited, so make it again");
}

#[test]
fn an_account_that_is_no_target_is_an_error_that_says_so() {
    for format in Format::ALL {
        let error = paths(&cases::trace(), &cases::account(2), format, &Options::default()).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{} is not a target of this answer", cases::account(2))), "{error}");
    }
}

#[test]
fn an_audit_has_no_graph() {
    for format in [Format::GraphMl, Format::Dot] {
        let error = audit(&audit_case::audit(), format, &Options::default()).unwrap_err().to_string();
        assert!(error.contains(format.name()) && error.contains("text, json or csv"), "{error}");
    }
}
