//! Forms of a file: the same rows however they are written, and what is wrong with a file or a record.

use fundtrail_types::{Payout, Problem};

use crate::{
    TokenTable, from_bytes, from_reader, labels,
    lines::LINE_LEN_MAX,
    payouts,
    testing::{gzip, zstandard},
};

const HEADER: &str = "payee,chain,wallet,asset,amount_raw,employer\n";
const ROW: &str = "p1,eip155:1,0xaf620e6d32b1c67f3396ef5d2f7d7642dc2e6ce9,native,1,e\n";

fn results(name: &str, bytes: impl Into<Vec<u8>>) -> Vec<Result<Payout, Problem>> {
    payouts::read(from_bytes(name, bytes).unwrap(), &TokenTable::default()).collect()
}

/// What was rejected, by line; everything else was read.
fn rejected(bytes: impl Into<Vec<u8>>) -> (usize, Vec<(Option<u64>, String)>) {
    let results = results("p.csv", bytes);
    let good = results.iter().filter(|result| result.is_ok()).count();
    (good, results.into_iter().filter_map(Result::err).map(|problem| (problem.line, problem.reason)).collect())
}

fn refused(name: &str, bytes: impl Into<Vec<u8>>) -> Problem {
    let problem = from_bytes(name, bytes).unwrap_err();
    assert_eq!(problem.file, name);
    problem
}

#[test]
fn csv_and_jsonl_plain_gzip_and_zstandard_give_the_same_rows() {
    let big = "115792089237316195423570985008687907853269984665640564039457584007913129639935";
    let wallet = "0xaf620e6d32b1c67f3396ef5d2f7d7642dc2e6ce9";
    let csv = format!(
        "employer,amount_raw,payee,x_free,chain,wallet,asset\n\
         \"a \"\"b\"\", é\n2\",{big},p1,z,eip155:1,{wallet},native\n,9007199254740993,2,,eip155:1,{wallet},native\n"
    );
    let jsonl = format!(
        "{{\"payee\":\"p1\",\"chain\":\"eip155:1\",\"wallet\":\"{wallet}\",\"asset\":\"native\",\"amount_raw\":{big},\
         \"employer\":\"a \\\"b\\\", \\u00e9\\n2\",\"x_free\":[{{}}]}}\n\n\
         {{\"chain\":\"eip155:1\",\"wallet\":\"{wallet}\",\"asset\":\"native\",\"payee\":2,\
         \"amount_raw\":9007199254740993,\"employer\":null,\"date\":\"\"}}\n"
    );
    let expected: Vec<Payout> = results("p.csv", csv.clone()).into_iter().map(Result::unwrap).collect();
    assert_eq!(expected[0].employer.as_deref(), Some("a \"b\", é\n2"));
    assert_eq!(
        (expected[0].amount_raw.to_string(), expected[1].amount_raw.to_string()),
        (big.to_owned(), "9007199254740993".to_owned())
    );
    for (text, endings) in [(csv, ["", ".csv", ".CSV"]), (jsonl, ["", ".jsonl", ".ndjson"])] {
        for ending in endings {
            let packed =
                [("", text.clone().into_bytes()), (".gz", gzip(text.as_bytes())), (".zst", zstandard(text.as_bytes()))];
            for (suffix, bytes) in packed {
                let name = format!("p{ending}{suffix}");
                let rows: Vec<Payout> = results(&name, bytes).into_iter().map(Result::unwrap).collect();
                assert_eq!(rows, expected, "{name}");
            }
        }
    }
}

#[test]
fn a_byte_order_mark_crlf_blank_lines_and_no_last_line_end_are_fine() {
    let text = format!("\u{feff}{HEADER}\n{ROW}\n  \n{}", ROW.trim_end()).replace('\n', "\r\n");
    assert_eq!(rejected(text), (2, vec![]));
    assert_eq!(rejected(HEADER), (0, vec![]));
}

#[test]
fn files_that_are_refused_as_a_whole() {
    for empty in [&b""[..], b"\n \r\n", b"\xef\xbb\xbf", &gzip(b""), &zstandard(b"")] {
        let problem = refused("p.csv", empty);
        assert_eq!((problem.line, &problem.reason[..18]), (None, "the file is empty:"));
    }
    for (name, bytes, line, reason) in [
        ("p.csv", &b"ORC\x00\x15"[..], 1, "the file is no text: give CSV or JSONL in UTF-8"),
        ("p.csv", b"\xff\xfep\x00a\x00", 1, "the file is no text"),
        ("p.csv", b"\npayee,wallett\n", 2, "unknown column `wallett`: a payouts table has payee, chain, wallet"),
        ("p.csv", b"payee,chain,wallet\n", 1, "column `asset` is missing"),
        ("p.csv", b"payee,chain,wallet,asset,payee\n", 1, "column `payee` is there twice"),
        ("p.csv", b"payee,\"chain\n", 1, "the quotes in the header do not fit: close each"),
        ("p.csv", b"{\"payee\":1}\n", 1, "are those of no table"),
        ("p", b"[{\"payee\":1}]\n", 1, "write one whole object per line"),
        ("p.jsonl", b"payee,chain\n", 1, "no JSON object"),
        ("p.jsonl.gz", b"{\"payee\":1,\"wallett\":2}\n", 1, "unknown column `wallett`"),
    ] {
        let problem = refused(name, bytes);
        assert_eq!(problem.line, Some(line), "{name}");
        assert!(problem.reason.contains(reason), "{name}: {}", problem.reason);
        assert!(!problem.record.is_empty() && problem.record.chars().count() <= 300);
    }
    let long = refused("p.csv", "a,".repeat(LINE_LEN_MAX));
    assert!(long.reason.contains("the line is longer than 1 MiB") && long.record.chars().count() == 300);
}

#[test]
fn a_file_of_another_table_is_refused_where_it_is_read() {
    let mut rows = labels::read(from_bytes("p.csv", format!("{HEADER}{ROW}")).unwrap());
    let problem = rows.next().unwrap().unwrap_err();
    assert_eq!((problem.file.as_str(), problem.line), ("p.csv", None));
    assert!(problem.reason.contains("this is a payouts table and not a labels table: give it where payouts are read"));
    assert!(rows.next().is_none());
}

#[test]
fn a_bad_row_leaves_the_others() {
    let (good, problems) =
        rejected([HEADER.as_bytes(), ROW.as_bytes(), b"p\xff,eip155:1,,,\n", ROW.as_bytes()].concat());
    assert_eq!((good, problems), (2, vec![(Some(3), "the row is not UTF-8 text: save the file as UTF-8".to_owned())]));

    let (good, problems) = rejected(format!("{HEADER}a,b\n{ROW}a,b,c,d,e,f,g\n{ROW}"));
    assert_eq!((good, problems[0].0, problems[1].0), (2, Some(2), Some(4)));
    assert!(problems[0].1.contains("the row has 2 fields and the header 6: write one field per column"));
    assert!(problems[1].1.contains("7 fields"));

    let object = "{\"payee\":\"p\",\"chain\":\"eip155:1\",\"asset\":\"native\",\
                  \"wallet\":\"0xaf620e6d32b1c67f3396ef5d2f7d7642dc2e6ce9\",\"amount_raw\":";
    let lines = [
        format!("{object}1}}"),
        format!("{object}1"),
        format!("{object}1.5}}"),
        format!("{object}1,\"y\":2}}"),
        format!("{object}2}}"),
    ];
    let results = results("p.jsonl", lines.join("\n"));
    assert!(results[0].is_ok() && results[4].is_ok() && results.len() == 5);
    let reasons = ["no JSON object", "`amount_raw` is the number 1.5: write it in quotes", "unknown column `y`"];
    for (i, reason) in reasons.into_iter().enumerate() {
        let problem = results[i + 1].as_ref().unwrap_err();
        assert_eq!((problem.line, problem.record.as_str()), (u64::try_from(i + 2).ok(), lines[i + 1].as_str()));
        assert!(problem.reason.contains(reason), "{}", problem.reason);
    }
}

#[test]
fn an_absurdly_long_line_is_one_rejected_row() {
    let long = "z".repeat(3 * LINE_LEN_MAX);
    let (good, problems) = rejected(format!("{HEADER}{ROW}{long}\n{ROW}"));
    assert_eq!((good, problems.len(), problems[0].0), (2, 1, Some(3)));
    assert!(problems[0].1.contains("longer than 1 MiB: no row of a table is; check that the file has line ends"));
    assert_eq!(results("p.csv", format!("{HEADER}{long}"))[0].as_ref().unwrap_err().record.chars().count(), 300);
}

#[test]
fn quotes_that_do_not_fit_end_the_file_and_say_so() {
    let open = rejected(format!("{HEADER}{ROW}\"p{ROW}{ROW}"));
    assert_eq!((open.0, open.1.len(), open.1[0].0), (1, 1, Some(3)));
    assert_eq!(
        open.1[0].1,
        "a quoted field is still open at the end of the file: close it; \
         1 good rows came before, and nothing after was read"
    );
    let text = rejected(format!("{HEADER}\"p\"1,{ROW}{ROW}"));
    assert_eq!((text.0, text.1[0].0), (0, Some(2)));
    assert!(text.1[0].1.starts_with("a quoted field is followed by more text: close it before a comma"));
    let many_lines = rejected(format!("{HEADER}\"{}", "p\n".repeat(LINE_LEN_MAX)));
    assert!(many_lines.1[0].1.starts_with("a quoted field is still open after 1 MiB: close it"));
}

#[test]
fn a_failing_stream_is_a_problem_with_its_line() {
    struct Failing;
    impl std::io::Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("unplugged"))
        }
    }
    let input = std::io::Read::chain(std::io::Cursor::new(format!("{HEADER}{ROW}p2,eip1")), Failing);
    let results: Vec<_> = payouts::read(from_reader("p", input).unwrap(), &TokenTable::default()).collect();
    assert!(results.len() == 2 && results[0].is_ok());
    let problem = results[1].as_ref().unwrap_err();
    assert_eq!(problem.line, Some(3));
    assert!(problem.reason.starts_with("the file cannot be read any further (unplugged)"), "{}", problem.reason);
}
