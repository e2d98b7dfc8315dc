//! A desk: an empty folder in which the binary is run, and what became of a run.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde::{Serialize, de::DeserializeOwned};
use tempfile::TempDir;

/// Longer than any run takes on a slow and busy machine; a run that hangs fails.
const RUN_TIME_MAX: Duration = Duration::from_secs(120);

/// Words that tell people what to do, at the start of a clause. Every message about bad input has at least one, or
/// says what form would have been right, or names the command to run.
const REMEDIES: [&str; 24] = [
    "bring", "check", "choose", "close", "copy", "correct", "download", "end", "extract", "fill", "give", "leave",
    "load", "make", "name", "put", "remove", "run", "save", "stop", "trace", "use", "wait", "write",
];

/// A folder of its own for one test. Files in it are named without a path, so commands and messages stay readable.
pub(crate) struct Desk(TempDir);

/// A run that ended.
#[derive(Debug)]
pub(crate) struct Run {
    command: String,
    code: Option<i32>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    /// With the database of the demo in `db`.
    pub(crate) fn with_demo() -> Self {
        let desk = Self::new();
        desk.run("demo --db db --json").done();
        desk
    }

    /// With the rows of `csv` loaded into `db`.
    pub(crate) fn with_rows(csv: &str) -> Self {
        let desk = Self::new();
        desk.write("rows.csv", csv);
        desk.run("ingest file rows.csv --db db --json").done();
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// Copies a file of the project's `data/`, so that it can be named without a path.
    pub(crate) fn copy(&self, file: &str) {
        let from = data(file);
        fs::copy(&from, self.path(from.file_name().unwrap().to_str().unwrap())).unwrap();
    }

    /// Runs the binary to its end. Words are split at spaces.
    pub(crate) fn run(&self, words: &str) -> Run {
        Self::end(self.command(words))
    }

    /// As [`run`](Self::run), by another program that is given the binary and the words as its last arguments.
    pub(crate) fn run_by(&self, program: &[&str], words: &str) -> Run {
        let run = self.command(words);
        let mut command = Command::new(program[0]);
        command.args(&program[1..]).arg(run.get_program()).args(run.get_args());
        command.current_dir(self.0.path()).env_remove("FUNDTRAIL_DB");
        Self::end(command)
    }

    /// Runs a command to its end.
    pub(crate) fn end(command: Command) -> Run {
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        let output = assert_cmd::Command::from_std(command).timeout(RUN_TIME_MAX).output().unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        let run = Run { command: words.join(" "), code: output.status.code(), stdout: output.stdout, stderr };
        assert!(!run.stderr.contains("panicked"), "{run:?}");
        run
    }

    /// A run that has not begun.
    pub(crate) fn command(&self, words: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fundtrail"));
        command.args(words.split_whitespace()).current_dir(self.0.path()).env_remove("FUNDTRAIL_DB");
        command
    }
}

impl Run {
    /// The work was done and there was nothing to complain about.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!((self.code, self.stderr.as_str()), (Some(0), ""), "{}", self.command);
        self
    }

    #[track_caller]
    pub(crate) fn ended(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self:?}");
        self
    }

    /// Standard error holds all of `parts`, in one line that also tells what to do.
    #[track_caller]
    pub(crate) fn complains(self, parts: &[&str]) -> Self {
        let line = self.stderr.lines().find(|line| parts.iter().all(|part| line.contains(part)));
        let line = line.unwrap_or_else(|| panic!("no line says {parts:?}: {self:?}"));
        assert!(has_remedy(line), "no remedy: {line}");
        self
    }

    /// The answer, of which the public type holds every field.
    #[track_caller]
    pub(crate) fn json<T: DeserializeOwned + Serialize>(&self) -> T {
        let answer: T = serde_json::from_slice(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self:?}"));
        let plain: serde_json::Value = serde_json::from_slice(&self.stdout).unwrap();
        assert_eq!(serde_json::to_value(&answer).unwrap(), plain, "the type does not hold all of the answer");
        answer
    }

    pub(crate) fn code(&self) -> Option<i32> {
        self.code
    }

    pub(crate) fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).unwrap()
    }
}

fn has_remedy(line: &str) -> bool {
    let starts = |clause: &str| REMEDIES.iter().any(|word| clause.starts_with(&format!("{word} ")));
    let clauses = [": ", "; ", ", ", " so ", " or "].into_iter().flat_map(|start| line.split(start).skip(1));
    line.contains("is not a") || line.contains("`fundtrail ") || clauses.into_iter().any(starts)
}

/// A file of the project's `data/`.
pub(crate) fn data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data").join(file)
}
