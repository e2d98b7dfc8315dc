//! The protocols that are recognised, of all chains.

use fundtrail_ethereum::protocols::{self, Group, Protocol};
use fundtrail_types::{Account, Address, Chain, ProtocolContract, ProtocolInfo};

/// Every protocol that is recognised, in order of group and name.
pub fn protocols() -> Vec<ProtocolInfo> {
    protocols::ALL.iter().map(info).collect()
}

fn info(protocol: &Protocol) -> ProtocolInfo {
    let group = match protocol.group {
        Group::Dex => "dex",
        Group::Mixer => "mixer",
        Group::Bridge => "bridge",
        Group::Payment => "payment",
    };
    let contracts = protocol.contracts.iter().filter_map(|one| {
        let chain: Chain = format!("eip155:{}", one.chain).parse().ok()?;
        let account = Account { chain, address: Address::Evm(one.address.into_array()) };
        Some(ProtocolContract { account, what: one.what.to_owned() })
    });
    ProtocolInfo {
        name: protocol.name.to_owned(),
        group: group.to_owned(),
        chains: "ethereum".to_owned(),
        evidence: protocol.evidence,
        source: protocol.source.to_owned(),
        contracts: contracts.collect(),
    }
}
