//! A database that was made for a load that then stored nothing: a mistyped folder, a node that is down.

use rocksdb::{DB, Options};

use crate::Store;

/// How a database was when it was made.
#[derive(Clone, Copy, Debug)]
pub(super) struct Made {
    /// Whether its folder was there before.
    pub(super) folder_was_there: bool,
    /// How much was written to it by then.
    pub(super) sequence: u64,
}

impl Store {
    /// Closes the database. If it was made when it was opened, and nothing was written to it since, its files are taken away,
    /// and its folder, if that was not there before. Gives whether they are gone.
    pub fn discard_unused(self) -> bool {
        let Some(made) = self.made.filter(|made| made.sequence == self.db.latest_sequence_number()) else {
            return false;
        };
        let path = self.path.clone();
        drop(self);
        // What is left then is an empty database, which harms nobody; another process may hold it by now.
        let gone = DB::destroy(&Options::default(), &path).is_ok();
        if gone && made.folder_was_there {
            return std::fs::create_dir_all(&path).is_ok();
        }
        gone
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_made_and_not_used_goes() {
        let dir = tempfile::tempdir().unwrap();
        for folder_was_there in [false, true] {
            let path = dir.path().join("db");
            if folder_was_there {
                std::fs::create_dir(&path).unwrap();
            }
            assert!(Store::open(&path).unwrap().discard_unused());
            assert_eq!(path.exists(), folder_was_there);
            assert_eq!(std::fs::read_dir(&path).into_iter().flatten().count(), 0);
        }
        let path = dir.path().join("used");
        let store = Store::open(&path).unwrap();
        let mut writer = store.writer().unwrap();
        writer.head(fundtrail_types::Chain::ETHEREUM, (7, [7; 32]));
        writer.commit(None).unwrap();
        drop(writer);
        assert!(!store.discard_unused());
        assert!(!Store::open(&path).unwrap().discard_unused(), "it was there before");
        assert_eq!(Store::open(&path).unwrap().heads(fundtrail_types::Chain::ETHEREUM).unwrap().len(), 1);
    }
}
