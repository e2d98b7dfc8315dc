//! SIGKILL at 200 random moments of a load: the database opens, nothing in it is broken, and the load, run again until it
//! gets through, leaves a database that answers as that of a load which nobody disturbed.
//!
//! The moments are seeded; each is printed, and shown when a test fails.

use std::{
    fs,
    process::Stdio,
    time::{Duration, Instant},
};

use fundtrail::{CheckReport, Info};

use super::table::{Answer, Mix, answer, table};
use crate::{desk::Desk, ledger::Dice};

const LOAD: &str = "ingest file rows.csv --db";
/// Reading every row takes longer than most loads live.
const KILLS_PER_CHECK: usize = 10;
/// Runs that get through are not killed; far more of them than of others would mean that the clock is off.
const RUNS_PER_KILL_MAX: usize = 20;

/// Of the time of an undisturbed load: some moments come after the end, so that some loads get through.
const OVERTIME: f64 = 1.15;

/// More than 100,000 records, so that the last batch is a large one, whose rows are written as sorted tables; a compaction
/// follows.
pub(super) const LARGE: Mix = Mix { sparse: 101_000, one_good_of: 50, dense: 21_500, one_again_of: 16 };

/// Tries to kill a load at one special moment.
const TRIES: usize = 10;

/// A table on a desk, and what a load of it gives that nobody disturbs.
struct Undisturbed {
    desk: Desk,
    answer: Answer,
    time: Duration,
}

impl Undisturbed {
    fn load(mix: Mix, seed: u64) -> Self {
        let desk = Desk::new();
        desk.write("rows.csv", table(mix, seed));
        let begun = Instant::now();
        desk.run(&format!("{LOAD} whole")).ended(3);
        let time = begun.elapsed();
        let answer = answer(&desk, "whole");
        Self { desk, answer, time }
    }

    /// Kills loads at random moments of the time that the undisturbed one took, so many of them; those that end before
    /// their moment are compared, and then a new folder is begun.
    fn is_what_killed_loads_come_to(&self, seed: u64, kills: usize) {
        let (mut dice, mut killed, mut ended, mut is_made) = (Dice(seed), 0, 0, false);
        let within = self.time.mul_f64(OVERTIME);
        while killed < kills {
            assert!(killed + ended < kills * RUNS_PER_KILL_MAX, "too few loads live until they are killed");
            let moment = within.mul_f64(f64::from(u32::try_from(dice.under(1 << 20)).unwrap()) / f64::from(1 << 20));
            println!("seed {seed}, kill {killed}, load {ended} after {moment:?} of {:?}", self.time);
            if self.is_killed_after(moment) {
                killed += 1;
                is_made = self.opens(is_made, killed.is_multiple_of(KILLS_PER_CHECK));
            } else {
                ended += 1;
                answer(&self.desk, "db").is(&self.answer);
                fs::remove_dir_all(self.desk.path("db")).unwrap();
                is_made = false;
            }
        }
        // The last one was killed: it comes to its end undisturbed.
        self.desk.run(&format!("{LOAD} db")).ended(3);
        answer(&self.desk, "db").is(&self.answer);
        println!("{killed} killed, {} got through", ended + 1);
    }

    fn is_killed_after(&self, moment: Duration) -> bool {
        let mut load = self.desk.command(&format!("{LOAD} db"));
        let mut load = load.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        std::thread::sleep(moment);
        load.kill().unwrap();
        let output = load.wait_with_output().unwrap();
        match output.status.code() {
            None => true,
            Some(3) => false,
            _ => panic!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr)),
        }
    }

    /// Whether there is a database. Once there was one, there is one after every kill.
    fn opens(&self, is_made: bool, thoroughly: bool) -> bool {
        let info = self.desk.run("db info --json --db db");
        if !is_made && info.stderr.starts_with("error: no database at db: ") {
            info.ended(2);
            return false;
        }
        let info: Info = info.done().json();
        assert!(info.unfinished.len() <= 1 && info.sources.len() <= 1, "{info:?}");
        if thoroughly {
            let report: CheckReport = self.desk.run("db check --json --db db").done().json();
            assert_eq!((report.broken_total, report.broken.len()), (0, 0), "{report:?}");
        }
        true
    }
}

#[test]
fn killed_in_batches_of_the_log() {
    let mix = Mix { sparse: 42_000, one_good_of: 10, dense: 0, one_again_of: 3 };
    let whole = Undisturbed::load(mix, 21);
    whole.is_what_killed_loads_come_to(22, 170);
}

#[test]
fn killed_in_large_steps() {
    let whole = Undisturbed::load(LARGE, 31);
    whole.is_what_killed_loads_come_to(32, 30);
}

/// More kills, all of them while the folder is made and opened, a moment that the others seldom meet.
#[test]
fn killed_while_the_folder_is_made() {
    let mix = Mix { sparse: 0, one_good_of: 1, dense: 2_000, one_again_of: 3 };
    let whole = Undisturbed::load(Mix { sparse: 1, one_good_of: 2, ..mix }, 41);
    whole.is_what_killed_loads_come_to(42, 40);
}

/// Tables of several families are taken one after the other: killed in between, whoever opens the database next ends the
/// step, also to read it.
#[test]
fn killed_between_two_tables_of_a_step() {
    let whole = Undisturbed::load(LARGE, 51);
    let tables = || fs::read_dir(whole.desk.path("db/staged")).into_iter().flatten().count();
    let mut met = 0;
    for _ in 0..TRIES {
        let mut load = whole.desk.command(&format!("{LOAD} db"));
        let mut load = load.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let mut most = 0;
        while load.try_wait().unwrap().is_none() && tables() >= most {
            most = tables().max(most);
        }
        load.kill().unwrap();
        load.wait().unwrap();
        met += usize::from((1..most).contains(&tables()));
        assert!(whole.opens(true, true));
        whole.desk.run(&format!("{LOAD} db")).ended(3);
        answer(&whole.desk, "db").is(&whole.answer);
        if met > 1 {
            break;
        }
        fs::remove_dir_all(whole.desk.path("db")).unwrap();
    }
    assert!(met > 0, "no kill came between two tables");
}
