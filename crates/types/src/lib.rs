//! The nouns of Fundtrail: what the other rooms speak about, and nothing else.
//!
//! No I/O, no async, no database, no chain SDK. A value of these types is plain data: comparable, serialisable, and
//! printed the way the field prints it. Money is [`Amount`], an unsigned 256-bit integer in base units; it is never
//! a float and never carries a fiat value.

mod account;
mod action;
mod address;
mod amount;
mod asset;
mod audit;
mod chain;
mod connect;
mod coverage;
mod crossing;
mod disposition;
mod exposure;
mod finding;
mod label;
mod movement;
mod names;
mod payout;
mod position;
mod price;
mod problem;
mod protocol;
mod reading;
mod relation;
mod time;
mod trace;
mod tx;
mod tx_answer;

pub use account::Account;
pub use action::{Action, ActionKind, Crosses, Evidence};
pub use address::{Address, AddressError};
pub use amount::{Amount, AmountError, apportion};
pub use asset::{Asset, AssetInfo, Token};
pub use audit::{AuditAnswer, PayeeAnswer, PayoutMatch};
pub use chain::{Chain, ChainError, Family};
pub use connect::ConnectAnswer;
pub use coverage::{Claim, Coverage, Covered, Direction, What, join_ranges, ranges_without};
pub use crossing::{Basis, Crossing, CrossingEnd, CrossingSide, Through};
pub use disposition::{Disposition, Fate};
pub use exposure::{Exposed, Exposure, ExposureAnswer, ExposureSide, ExposureTotal, Fiat, Nearness};
pub use finding::{Finding, Severity, Subject};
pub use label::{Category, Class, Confidence, InForce, Label, Scope, Standing};
pub use movement::{Class as KindClass, Kind, Movement};
pub use payout::Payout;
pub use position::{Order, Position, TIMED_HEIGHT, TxOrder};
pub use price::{Currency, Hundredths, Price, PriceTime, Priced, Rate};
pub use problem::Problem;
pub use protocol::{ProtocolContract, ProtocolInfo};
pub use reading::{Change, Reading, Side};
pub use relation::{Relation, RelationKind};
pub use time::{Date, Time, TimeError};
pub use trace::{
    Asked, Bounds, Candidates, Certificate, Chosen, FlowAccount, FlowGraph, FlowMovement, FlowPath, Gap, Method,
    MethodAnswer, PathAmount, Question, Reach, ReachState, Seed, SeedAmount, Share, Shared, SharedPart, Source, Start,
    Stop, StopAt, Target, TraceAnswer, Traced, Unbounded, Unjoined, Way,
};
pub use tx::{TxId, TxIdError};
pub use tx_answer::{TxAccount, TxAnswer, TxChange, TxGap, TxMovement, TxReading, TxRelation};
