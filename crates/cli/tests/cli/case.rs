//! The Bybit case, from its files to its findings: what must hold of the demo's answer.

mod audit;
mod bounds;
mod seeds;
mod strangers;
mod targets;
mod tranches;
mod unknown_inflow;
