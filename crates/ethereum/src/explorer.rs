//! One account's history from an explorer's API: the Etherscan-compatible lists of its transactions, internal calls and
//! ERC-20 transfers, which Blockscout serves too.
//!
//! Most investigators have no archive node, and this is their way. What comes is a partial view: it tells one account's side,
//! mostly without the order inside a block. The same facts by CSV export and from here are the same movements.
//!
//! [`Site`] is where to ask and with which key, [`Explorer`] asks with patience, [`Pages`] puts the answers together into
//! batches that can be stored one by one, and [`Replay`] serves recorded answers instead of an explorer.
//!
//! Deliberately absent: block rewards, withdrawals from staking, NFTs, and decimals as a scale: `value` is in base units, and
//! what an explorer calls a token is a claim of that token.

mod answer;
mod ask;
mod client;
mod coverage;
mod error;
mod internal;
mod left_out;
mod list;
mod pages;
mod replay;
mod row;
mod site;
mod source;
mod tokens;
mod told;
mod trace_id;
mod transactions;
mod window;

pub use client::{Explorer, settings};
pub use error::Error;
pub use left_out::LeftOut;
pub use list::List;
pub use pages::{Batch, Fees, Pages, Query, Starts};
pub use replay::Replay;
pub use site::Site;
pub use source::Source;
pub use window::Paging;
