//! Keys: fixed-width, big-endian, so that byte order is the order of time. The tests pin their bytes.
//!
//! A transaction's place within its height is one 8-byte number, its *slot*: two bits that tell opening facts, known
//! indices and unknown order apart (in this order), 54 bits of index or rank, and 8 bits to tell transactions apart
//! that claim the same place. An unknown order is ranked by the SHA-256 of the transaction id, so that the same input
//! always gives the same order; transactions of equal rank are ordered by their whole ids, so that no pair of ground
//! ids can push one of them out.

use fundtrail_types::{Position, TxId, TxOrder};
use sha2::{Digest, Sha256};

use crate::{
    bytes::{Bytes, Put, Take},
    names::{AccountId, ChainId},
};

/// Bits of a slot that tell transactions of the same place apart.
const TIE_BITS: u32 = 8;
/// Bits of a slot that hold an index or rank.
const RANK_BITS: u32 = 54;

const TAG_OPENING: u64 = 0;
const TAG_INDEX: u64 = 1;
const TAG_UNKNOWN: u64 = 2;
const TAG_TIMED: u64 = 3;

/// How many transactions can share a place.
pub(crate) const TIES: usize = 1 << TIE_BITS;

/// The first slot of the place that an order gives to a transaction.
pub(crate) fn slot_base(order: TxOrder, id: &TxId) -> u64 {
    let (tag, rank) = match order {
        TxOrder::Opening => (TAG_OPENING, rank(id)),
        TxOrder::Index(index) => (TAG_INDEX, u64::from(index)),
        TxOrder::Unknown => (TAG_UNKNOWN, rank(id)),
        TxOrder::Timed => (TAG_TIMED, rank(id)),
    };
    (tag << (RANK_BITS + TIE_BITS)) | (rank << TIE_BITS)
}

/// The first slot of the place to which `slot` belongs.
pub(crate) fn base_of(slot: u64) -> u64 {
    slot >> TIE_BITS << TIE_BITS
}

/// What a slot says about a transaction's order. None for tags that this format does not use.
pub(crate) fn order_of(slot: u64) -> Option<TxOrder> {
    match slot >> (RANK_BITS + TIE_BITS) {
        TAG_OPENING => Some(TxOrder::Opening),
        TAG_INDEX => u32::try_from((slot >> TIE_BITS) & ((1 << RANK_BITS) - 1)).ok().map(TxOrder::Index),
        TAG_UNKNOWN => Some(TxOrder::Unknown),
        TAG_TIMED => Some(TxOrder::Timed),
        _ => None,
    }
}

fn rank(id: &TxId) -> u64 {
    let hash: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    Take(&hash).u64().unwrap_or_default() >> (64 - RANK_BITS)
}

/// Key of a transaction in `txs`; with a leg behind it, of a movement.
pub(crate) fn tx(chain: ChainId, height: u64, slot: u64) -> Bytes {
    Put::default().u32(chain.0).u64(height).u64(slot).0
}

/// Key of a movement in `movements`. Here and in `history`, `at.height` is the stand-in of a transaction whose height is
/// not known, and `at.timed` is nothing.
pub(crate) fn movement(chain: ChainId, at: Position) -> Bytes {
    Put(tx(chain, at.height, at.tx)).u32(at.leg).0
}

/// Key of one side of a movement in `history`. Side 0 is the outflow: what leaves an account, leaves before the same
/// movement arrives.
pub(crate) fn history(account: AccountId, at: Position, side: u8) -> Bytes {
    Put::default().u64(account.0).u64(at.height).u64(at.tx).u32(at.leg).u8(side).0
}

/// Reads a key of `history` behind its account.
pub(crate) fn parse_history(key: &[u8]) -> Option<(AccountId, Position, u8)> {
    let mut take = Take(key);
    let account = AccountId(take.u64()?);
    let at = Position { height: take.u64()?, timed: 0, tx: take.u64()?, leg: take.u32()? };
    let side = take.u8()?;
    take.rest().is_empty().then_some((account, at, side))
}

/// Key of a transaction id in `txids`: half of its SHA-256, because a whole id would take as many bytes again as all else
/// that is stored of a transfer. Whoever reads a place checks the id that stands there.
pub(crate) fn txid(chain: ChainId, id: &TxId) -> Bytes {
    Put::default().u32(chain.0).bytes(&id_hash(id).to_be_bytes()).0
}

/// The first 16 bytes of the SHA-256 of a transaction id. Two ids that share them do not occur by chance, and making such a
/// pair takes 2^64 hashes; it is refused, never mistaken.
pub(crate) fn id_hash(id: &TxId) -> u128 {
    let hash: [u8; 32] = Sha256::digest(id.as_bytes()).into();
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    u128::from_be_bytes(half)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(byte: u8) -> TxId {
        TxId::Evm([byte; 32])
    }

    #[test]
    fn bytes_are_pinned() {
        let at = Position { height: 21_895_251, timed: 0, tx: slot_base(TxOrder::Index(7), &id(1)), leg: 3 };
        assert_eq!(
            movement(ChainId(1), at)[..],
            [0, 0, 0, 1, 0, 0, 0, 0, 1, 0x4e, 0x18, 0x53, 0x40, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 3]
        );
        assert_eq!(
            history(AccountId(258), at, 1)[..],
            [0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 1, 0x4e, 0x18, 0x53, 0x40, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 3, 1]
        );
        assert_eq!(parse_history(&history(AccountId(258), at, 1)), Some((AccountId(258), at, 1)));
        assert_eq!(parse_history(&[0; 28]), None);
        assert_eq!(txid(ChainId(1), &id(1))[..12], [0, 0, 0, 1, 0x72, 0xcd, 0x6e, 0x84, 0x22, 0xc4, 0x07, 0xfb]);
        assert_eq!(txid(ChainId(1), &TxId::Solana([1; 64])).len(), 20);
        // SHA-256 of 32 bytes of 1 starts 72cd6e8422c407fb; the rank is its first 54 bits.
        assert_eq!(slot_base(TxOrder::Unknown, &id(1)), 2 << 62 | (0x72cd_6e84_22c4_07fb_u64 >> 10) << 8);
    }

    #[test]
    fn openings_come_first_then_known_indices_then_the_rest() {
        let orders = [TxOrder::Opening, TxOrder::Index(0), TxOrder::Index(u32::MAX), TxOrder::Unknown, TxOrder::Timed];
        let slots = orders.map(|order| slot_base(order, &id(9)));
        assert!(slots.is_sorted());
        assert_eq!(slots.map(order_of), orders.map(Some));
        assert!(slots.iter().all(|&slot| base_of(slot + 255) == slot));
        assert_eq!(order_of(1 << 62 | 1 << 61), None, "no index is as large");
    }
}
