//! The notes, to the letter: `golden/` holds them as they are read. Run with `BLESS=1` to write them anew, and read the
//! difference before keeping it.

use fundtrail_types::{Amount, Certificate, Fate, Method, ReachState, SeedAmount, Start, TraceAnswer};

use super::{audit_case, cases, exposure_case, sources_case};
use crate::{Format, Options, audit, exposure, paths, trace};

fn options() -> Options {
    Options::default()
}

fn trace_text(answer: &TraceAnswer, options: &Options) -> String {
    String::from_utf8(trace(answer, Format::Text, options).unwrap()).unwrap()
}

fn golden(name: &str, text: &[u8]) {
    let path = format!("{}/src/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(&path, text).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    assert_eq!(std::str::from_utf8(text).unwrap(), expected, "{name}");
}

#[test]
fn the_notes_to_the_letter() {
    golden("trace.txt", &trace(&cases::trace(), Format::Text, &options()).unwrap());
    for (number, name) in [(3, "proven"), (5, "possible"), (7, "not_reached")] {
        let note = paths(&cases::trace(), &cases::account(number), Format::Text, &options()).unwrap();
        golden(&format!("paths_{name}.txt"), &note);
    }
    golden("sources.txt", &trace(&sources_case::answer(), Format::Text, &options()).unwrap());
    golden("exposure.txt", &exposure(&exposure_case::exposure(), Format::Text, &options()).unwrap());
    golden("exposure.csv", &exposure(&exposure_case::exposure(), Format::Csv, &options()).unwrap());
    golden("audit.txt", &audit(&audit_case::audit(), Format::Text, &options()).unwrap());
}

#[test]
fn a_cut_note_says_what_it_leaves_out_and_still_adds_up() {
    let cut = Options { rows_max: 2, findings_max: 2, width: Some(110) };
    golden("trace_cut.txt", &trace(&cases::trace(), Format::Text, &cut).unwrap());
    golden(
        "audit_cut.txt",
        &audit(&audit_case::audit(), Format::Text, &Options { rows_max: 1, findings_max: 1, ..cut }).unwrap(),
    );
}

#[test]
fn sources_that_do_not_add_up_are_called_out() {
    let text = trace_text(&sources_case::answer(), &options());
    assert!(text.contains("fifo adds up to what was asked about exactly") && !text.contains("DOES NOT"));
    assert!(trace_text(&sources_case::broken(), &options()).contains("fifo DOES NOT ADD UP: 3 ETH is accounted for"));
}

#[test]
fn what_a_case_has_grown_by_is_what_differs() {
    let (mut before, now) = (cases::trace(), cases::trace());
    let same = crate::grown(&before, &now, &options()).unwrap();
    assert!(same.contains("no flagged account is reached otherwise than before"), "{same}");
    before.flow.movements.pop();
    before.targets.iter_mut().for_each(|target| target.state = ReachState::NotReached);
    golden("grown.txt", crate::grown(&before, &now, &options()).unwrap().as_bytes());
    before.seeds.clear();
    assert!(crate::grown(&before, &now, &options()).is_err(), "it names a seed that it does not hold");
}

#[test]
fn parts_of_an_exposure_that_do_not_add_up_are_called_out() {
    let text = |answer| String::from_utf8(exposure(&answer, Format::Text, &options()).unwrap()).unwrap();
    assert!(text(exposure_case::exposure()).contains("haircut adds up to the total exactly; fifo adds up"));
    assert!(text(exposure_case::broken()).contains("fifo DOES NOT ADD UP: 40 ETH is accounted for"));
}

#[test]
fn nothing_that_a_terminal_acts_on_gets_out() {
    let all = [
        trace(&cases::trace(), Format::Text, &options()).unwrap(),
        paths(&cases::trace(), &cases::account(5), Format::Text, &options()).unwrap(),
        audit(&audit_case::audit(), Format::Text, &options()).unwrap(),
        exposure(&exposure_case::exposure(), Format::Text, &options()).unwrap(),
    ];
    for text in all.map(|bytes| String::from_utf8(bytes).unwrap()) {
        assert!(!text.contains(|c: char| c.is_control() && c != '\n'));
        assert!(!text.contains(['\u{202e}', '\u{200f}']));
        assert!(!text.lines().any(|line| line.starts_with("fake") || line.starts_with("forged")), "no forged rows");
    }
}

#[test]
fn the_order_in_which_parts_stand_in_the_answer_does_not_show() {
    let mut turned = cases::trace();
    turned.targets.reverse();
    turned.methods.iter_mut().for_each(|method| method.dispositions.reverse());
    assert_eq!(trace_text(&turned, &options()), trace_text(&cases::trace(), &options()));
}

#[test]
fn a_unit_that_is_missing_is_told_loudly() {
    let exact = "haircut adds up to the seed exactly; fifo adds up to the seed exactly";
    assert!(trace_text(&cases::trace(), &options()).contains(exact));
    for (change, said) in [
        (Amount::ZERO, "haircut DOES NOT ADD UP: 70 ETH is accounted for, the seed is 100 ETH"),
        (Amount::MAX, "haircut DOES NOT ADD UP: the parts come to more than 256 bits hold"),
    ] {
        let mut wrong = cases::trace();
        wrong.methods[0].dispositions[0].seed_raw = change;
        let text = trace_text(&wrong, &options());
        assert!(text.contains(&format!("{said}; fifo adds up to the seed exactly")), "{text}");
    }
}

#[test]
fn assets_are_never_added_to_each_other_and_poison_has_no_amount() {
    let text = trace_text(&cases::trace(), &options());
    let row = text.lines().find(|line| line.contains("Lazarus Group: attributed")).unwrap();
    assert!(row.contains("30 ETH") && row.contains("40 ETH") && row.contains("reached"), "{row}");
    let next = text.lines().skip_while(|line| *line != row).nth(1).unwrap();
    assert!(next.contains("0.000005 \"=US"), "the other asset has a line of its own: {next}");
    assert!(!text.contains("poison 1"));
}

#[test]
fn targets_stand_proven_first_and_by_amount() {
    let mut answer = cases::trace();
    let mut small = answer.targets[0].clone();
    small.account = cases::account(90);
    small.reaches[0].proven[0].1.seed_raw = Amount::from(1u64);
    answer.targets.insert(0, small);
    let text = trace_text(&answer, &options());
    let part = text.split("Flagged accounts").nth(1).unwrap().split("Findings").next().unwrap();
    let place = |number| part.find(&cases::account(number).address.to_string()).unwrap();
    assert!(place(3) < place(90) && place(90) < place(5) && place(5) < place(7), "{part}");
    assert!(
        text.contains("4 flagged accounts in the store: 2 proven, 1 possible only, 0 by poison only, 1 not reached")
    );
}

#[test]
fn fates_are_grouped_and_the_largest_come_first() {
    let mut answer = cases::trace();
    let mut larger = answer.methods[0].dispositions[0].clone();
    (larger.account, larger.fate) = (Some(cases::account(90)), Fate::AtRest { height: 300 });
    larger.seed_raw = cases::milli(31_000);
    answer.methods[0].dispositions.push(larger);
    let text = trace_text(&answer, &options());
    let place = |what: &str| text.find(what).unwrap();
    assert!(place("at rest (as of block 300)") < place("at rest (as of block 200)"));
    assert!(place("at rest (as of block 200)") < place("data ends here"));
}

#[test]
fn what_is_not_there_is_said() {
    let mut answer = cases::trace();
    answer.seeds.clear();
    answer.targets.clear();
    answer.findings.clear();
    answer.flow.movements.clear();
    answer.methods.clear();
    answer.certificate = Certificate::default();
    let text = trace_text(&answer, &options());
    for said in [
        "none: the data shows nothing to follow from this account",
        "poison tells reach, not amounts",
        "0 flagged accounts in the store: 0 proven, 0 possible only, 0 by poison only, 0 not reached",
        "Findings: none in what was searched",
        "- 0 accounts opened, 0 movements read",
        "- no source says what it covers",
        "- no gaps are known",
    ] {
        assert!(text.contains(said), "{said}\n{text}");
    }
}

#[test]
fn the_methods_asked_are_the_columns_shown() {
    let mut answer = cases::trace();
    answer.question.methods = vec![Method::Poison];
    answer.methods.retain(|method| !method.method.conserves());
    let text = trace_text(&answer, &options());
    assert!(
        !text.contains("proven by haircut") && !text.contains("proven by fifo") && text.contains("proven by poison")
    );
    assert!(!text.contains("fifo adds up") && text.contains("poison tells reach, not amounts"));
}

#[test]
fn a_trace_of_what_was_received_names_the_transactions() {
    let mut answer = cases::trace();
    answer.question.starts =
        vec![Start::Received { account: cases::account(1), txs: [1, 2, 3, 4, 5].map(cases::tx).to_vec() }];
    let text = trace_text(&answer, &options());
    let asked = text.lines().next().unwrap();
    let three = [1, 2, 3].map(|number| cases::tx(number).to_string()).join(", ");
    assert!(asked.contains(&format!("on eip155:1 received in tx {three} and 2 more, by haircut")), "{asked}");
}

#[test]
fn seeds_of_one_asset_are_added_up() {
    let mut answer = cases::trace();
    let two = SeedAmount { held_raw: cases::milli(2_000), seed_raw: Amount::from(9u64) };
    answer.targets[0].reaches[0].proven.push((1, two));
    let text = String::from_utf8(paths(&answer, &cases::account(3), Format::Text, &options()).unwrap()).unwrap();
    assert!(
        text.contains("  proven by haircut: 32 ETH\n") && text.contains("  haircut: 20 ETH of 32 ETH that reached\n")
    );
}

#[test]
fn a_symbol_of_a_megabyte_does_not_make_a_note_of_one() {
    let mut answer = cases::trace();
    answer.assets[1].symbol = "A".repeat(1_000_000);
    assert!(trace_text(&answer, &options()).len() < 20_000);
}

#[test]
fn what_only_poison_reaches_is_not_called_proven_and_no_path_is_missed() {
    let mut answer = cases::trace();
    let target = &mut answer.targets[0];
    target.state = ReachState::PoisonOnly;
    target.reaches.retain(|reach| reach.method == Method::Poison);
    target.paths.clear();
    target.paths_total = Some(0);
    let text = String::from_utf8(paths(&answer, &cases::account(3), Format::Text, &options()).unwrap()).unwrap();
    assert!(text.contains("Reach by poison only: no path carries value by a conserving method"), "{text}");
    assert!(!text.contains("proven by") && !text.contains("No path was found"), "{text}");
}
