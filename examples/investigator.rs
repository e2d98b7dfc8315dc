//! An investigator works the case in other tools: graphs in Gephi, yEd or Graphviz, tables in a spreadsheet, and JSON as
//! the evidence that can be read back. Every file here is one answer in another form, so they cannot disagree.
//!
//! `cargo run --example investigator [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the person who runs it")]

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

use fundtrail::{Case, IngestSetting, Listener, QuestionDefaults, Reference, Store, ingest, trace, types::Amount};
use fundtrail_report::{Format, Options};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = match env::args_os().nth(1) {
        Some(folder) => PathBuf::from(folder),
        // Kept after the program ends: the files are what it is for.
        None => tempfile::Builder::new().prefix("fundtrail-case-").tempdir()?.keep(),
    };
    fs::create_dir_all(&folder)?;

    // The database itself can be made again from its files at any time, so it does not belong to the evidence.
    let database = tempfile::tempdir()?;
    let store = Store::open(database.path())?;
    let reference = Reference::bundled()?;

    // A case file says which tables belong together, where the trace starts, and what the data cannot tell.
    let case = Case::bundled()?;
    let tables = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data/cases/bybit-2025");
    for table in case.files.iter().chain(&case.coverage) {
        let mut silent = Listener { progress: &mut |_| true, rejected: &mut |_| Ok(()) };
        let report = ingest(&store, &tables.join(table), &IngestSetting::new(reference.tokens()), &mut silent)?;
        // The digest names the exact bytes that the answer rests on.
        println!("loaded {table}, sha256 {}", report.digest);
    }

    let question = QuestionDefaults::question(case.from.clone(), case.as_of);
    let mut answer = trace(&store, &reference, &question, &mut |_| true)?;
    answer.certificate.statements.clone_from(&case.gaps);

    // Before anything is handed over: every unit of every seed must have one end, or the files are worth nothing.
    for method in answer.methods.iter().filter(|method| method.method.conserves()) {
        for (index, seed) in answer.seeds.iter().enumerate() {
            let ends = method.dispositions.iter().filter(|end| end.seed == index);
            let sum: Amount = ends.map(|end| end.seed_raw).sum();
            if sum != seed.amount_raw {
                return Err(format!("{} accounts for {sum} of {}", method.method, seed.amount_raw).into());
            }
        }
    }
    println!("every unit of {} seeds has one end under haircut and under fifo", answer.seeds.len());

    // The whole flow, in every form. Nothing is cut in files.
    for name in ["trace.graphml", "trace.dot", "trace.csv", "trace.json"] {
        let path = folder.join(name);
        fs::write(&path, fundtrail_report::trace(&answer, Format::from_path(&path)?, &Options::WHOLE)?)?;
        println!("wrote {}", path.display());
    }

    // A hundred accounts make a poor picture in court. The same answer, narrowed to one account, makes a better one.
    for target in &case.show {
        let path = folder.join(format!("paths-{}.dot", target.address));
        fs::write(&path, fundtrail_report::paths(&answer, target, Format::Dot, &Options::WHOLE)?)?;
        println!("wrote {}", path.display());
    }
    Ok(())
}
