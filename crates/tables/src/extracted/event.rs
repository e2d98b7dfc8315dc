//! What an event means: a transfer of an ERC-20 token, or something that only looks like one.
//!
//! The same first topic stands for an ERC-20 and for an ERC-721 transfer, whose last field is no amount but the number
//! of a picture. Only the shape tells: three topics and 32 bytes are ERC-20, four topics are ERC-721. Some old tokens
//! index nothing: one topic and 96 bytes. Whatever else there is, is none.

use fundtrail_types::{Address, Amount, Asset, Kind, Token};

use crate::{
    extracted::Head,
    foreign::{LeftOut, Told},
    movements::MovementRow,
};

/// `Transfer(address,address,uint256)`.
const TRANSFER: [u8; 32] = [
    0xdd, 0xf2, 0x52, 0xad, 0x1b, 0xe2, 0xc8, 0x9b, 0x69, 0xc2, 0xb0, 0x68, 0xfc, 0x37, 0x8d, 0xaa, 0x95, 0x2b, 0xa7,
    0xf1, 0x63, 0xc4, 0xa1, 0x16, 0x28, 0xf5, 0x5a, 0x4d, 0xf5, 0x23, 0xb3, 0xef,
];

/// Legs from here on are events, after all calls. Which of a call and an event was first is not told; but the native coin
/// moves by calls alone and a token by events alone, so the order within each asset is that of execution.
const EVENT_LEGS: u32 = 1 << 31;

/// An event, as a log holds it.
pub(crate) struct Event {
    pub(crate) token: Address,
    pub(crate) topics: Vec<Vec<u8>>,
    pub(crate) data: Vec<u8>,
    pub(crate) index: u32,
}

impl Event {
    /// Whether its first topic is that of a transfer.
    pub(crate) fn is_transfer(&self) -> bool {
        self.topics.first().is_some_and(|topic| *topic == TRANSFER)
    }

    /// What it moved.
    pub(crate) fn told(self, head: &Head) -> Told {
        if !self.is_transfer() {
            return head.told(Vec::new(), Some(LeftOut::NoMovement));
        }
        let fields = match (self.topics.as_slice(), self.data.as_slice()) {
            ([_, from, to], amount) if amount.len() == 32 => [from.as_slice(), to, amount],
            ([_], data) if data.len() == 96 => [&data[..32], &data[32..64], &data[64..]],
            ([_, _, _, _], []) => return head.told(Vec::new(), Some(LeftOut::Nft)),
            _ => return head.told(Vec::new(), Some(LeftOut::OddEvent)),
        };
        match (word_address(fields[0]), word_address(fields[1]), Amount::from_be_bytes(fields[2])) {
            (Some(from), Some(to), Some(amount)) => {
                head.told(vec![transfer(head, self.token, (from, to), amount, self.index)], None)
            }
            _ => head.told(Vec::new(), Some(LeftOut::OddEvent)),
        }
    }
}

/// A transfer of a token. From and to the zero address are a mint and a burn; the movement's identity knows that.
pub(crate) fn transfer(
    head: &Head,
    token: Address,
    (from, to): (Address, Address),
    amount: Amount,
    log_index: u32,
) -> MovementRow {
    let asset = Asset { chain: head.chain, token: Token::Contract(token) };
    head.row(Kind::Token, asset, (Some(from), Some(to)), amount, EVENT_LEGS.checked_add(log_index))
}

/// The address in a word of 32 bytes; none if the bytes before it are not zero.
fn word_address(word: &[u8]) -> Option<Address> {
    let (zeros, address) = word.split_at_checked(12)?;
    let address = address.try_into().ok()?;
    zeros.iter().all(|byte| *byte == 0).then_some(Address::Evm(address))
}
