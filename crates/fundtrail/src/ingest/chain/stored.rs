//! Whether a block is of the chain that is stored, by the hashes of the last blocks.

use std::collections::BTreeMap;

use fundtrail_ethereum::{B256, DecodedBlock};
use fundtrail_store::Store;
use fundtrail_types::{Chain, Problem};

use crate::Error;

/// Hashes of blocks that are stored, or were added or refused in this run.
pub(super) struct Heads {
    stored: BTreeMap<u64, [u8; 32]>,
    /// The last block of this run, and whether it was refused.
    last: Option<(u64, [u8; 32], bool)>,
}

/// How a block is not of the chain that is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stray {
    /// Another block of its height is stored.
    Other {
        /// Its hash.
        stored: String,
        /// The hash that came.
        told: String,
    },
    /// It follows another block than the one below it, or one that was refused.
    Follows {
        /// The block below it.
        below: String,
        /// The one that it follows.
        parent: String,
    },
}

impl Heads {
    pub(super) fn read(store: &Store, chain: Chain) -> Result<Self, Error> {
        Ok(Self { stored: store.heads(chain)?.into_iter().collect(), last: None })
    }

    /// Compares a block, which is the next one of this run.
    pub(super) fn stray(&mut self, block: &DecodedBlock) -> Option<Stray> {
        let text = |hash: [u8; 32]| B256::from(hash).to_string();
        let below = block.height.checked_sub(1);
        let before = self.last.filter(|(height, ..)| Some(*height) == below);
        let stored = self.stored.get(&block.height).filter(|stored| **stored != block.hash);
        let stray = match (stored, before, below.and_then(|below| self.stored.get(&below))) {
            (Some(stored), ..) => Some(Stray::Other { stored: text(*stored), told: text(block.hash) }),
            // Whether it follows a refused block, or does not follow one that was taken.
            (None, Some((_, hash, refused)), None) if (hash == block.parent) == refused => {
                Some(Stray::Follows { below: text(hash), parent: text(block.parent) })
            }
            (None, _, Some(below)) if *below != block.parent => {
                Some(Stray::Follows { below: text(*below), parent: text(block.parent) })
            }
            _ => None,
        };
        self.last = Some((block.height, block.hash, stray.is_some()));
        stray
    }
}

impl Stray {
    /// For recorded replies: the block is refused.
    pub(super) fn problem(self, chain: Chain, block: &DecodedBlock) -> Problem {
        let height = block.height;
        let reason = match self {
            Self::Other { stored, told } => format!(
                "it is {told} in the recording, and the block of this height that is stored is {stored}: the chain gave up one \
                 of them; if it was the stored one, run `fundtrail db undo --chain {chain} --from {height}` and load again"
            ),
            Self::Follows { below, parent } if below == parent => {
                format!("it follows {parent}, which was refused: load what the chain has in its place")
            }
            Self::Follows { below, parent } => format!(
                "it follows {parent} in the recording, and the block below it is {below}: the chain gave up one of them; if it \
                 was the one below, run `fundtrail db undo --chain {chain} --from {}` and load again",
                height.saturating_sub(1)
            ),
        };
        Problem { file: format!("{chain} block {height}"), line: None, reason, record: String::new() }
    }
}
