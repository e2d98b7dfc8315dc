//! Safes 1.3.0: made, and made to act by owners who need no keys.

use alloy::{
    primitives::{Address, Bytes, U256},
    sol,
    sol_types::{SolCall, SolValue},
};

use crate::{sent::Sent, stage::Stage, tx::Tx};

sol! {
    contract Safe {
        function setup(address[] owners, uint256 threshold, address to, bytes data, address fallbackHandler,
            address paymentToken, uint256 payment, address paymentReceiver) external;
        function approveHash(bytes32 hash) external;
        function nonce() external view returns (uint256);
        function getTransactionHash(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas,
            uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, uint256 nonce)
            external view returns (bytes32);
        function execTransaction(address to, uint256 value, bytes data, uint8 operation, uint256 safeTxGas,
            uint256 baseGas, uint256 gasPrice, address gasToken, address refundReceiver, bytes signatures)
            external payable returns (bool);
    }

    contract ProxyFactory {
        function createProxy(address singleton, bytes data) external returns (address);
    }

    contract MultiSend {
        function multiSend(bytes transactions) external payable;
    }
}

/// What the Safe does: `delegate` runs the target's code as the Safe.
pub(crate) struct Order {
    pub(crate) to: Address,
    pub(crate) value: U256,
    pub(crate) data: Bytes,
    pub(crate) delegate: bool,
}

/// With gas of its own, an order that fails ends in `ExecutionFailure`; without, it fails the whole transaction.
const ORDER_GAS: u64 = 500_000;

/// A Safe of two owners, both of whom must agree.
pub(crate) struct TwoOwners {
    pub(crate) safe: Address,
    owners: [Address; 2],
}

fn artifact(stage: &Stage, name: &'static str, folder: &str) -> Bytes {
    stage
        .packages
        .bytecode(&format!("@gnosis.pm/safe-contracts/build/artifacts/contracts/{folder}{name}.sol/{name}.json"))
}

/// The contract that runs a list of calls as the Safe.
pub(crate) fn multi_send(stage: &Stage, by: Address) -> Address {
    stage.deploy("MultiSend", by, &artifact(stage, "MultiSend", "libraries/"), &[])
}

/// The list that `multiSend` takes.
pub(crate) fn list(orders: &[Order]) -> Bytes {
    let one = |order: &Order| {
        let length = U256::from(order.data.len());
        let rest = (order.to, order.value, length, order.data.clone()).abi_encode_packed();
        [vec![u8::from(order.delegate)], rest].concat()
    };
    let transactions: Vec<u8> = orders.iter().flat_map(one).collect();
    MultiSend::multiSendCall { transactions: transactions.into() }.abi_encode().into()
}

impl TwoOwners {
    pub(crate) fn create(stage: &Stage, mut owners: [Address; 2]) -> Self {
        let by = owners[0];
        let singleton = stage.deploy("GnosisSafe", by, &artifact(stage, "GnosisSafe", ""), &[]);
        let factory = stage.deploy("factory", by, &artifact(stage, "GnosisSafeProxyFactory", "proxies/"), &[]);
        // Signatures must come in the order of owners.
        owners.sort();
        let nobody = Address::ZERO;
        let setup = Safe::setupCall {
            owners: owners.to_vec(),
            threshold: U256::from(2),
            to: nobody,
            data: Bytes::new(),
            fallbackHandler: nobody,
            paymentToken: nobody,
            payment: U256::ZERO,
            paymentReceiver: nobody,
        };
        let create = ProxyFactory::createProxyCall { singleton, data: setup.abi_encode().into() };
        // Asked first, the factory says which address it is about to use.
        let safe = stage.named("Safe", stage.ask(factory, &create));
        stage.done(&Tx::call(by, factory, &create));
        Self { safe, owners }
    }

    /// The second owner approves the order's hash in a transaction of its own; the first sends it, which is approval enough.
    pub(crate) fn act(&self, stage: &Stage, order: &Order) -> Sent {
        let [sender, other] = self.owners;
        let (to, value, data, operation) = (order.to, order.value, order.data.clone(), u8::from(order.delegate));
        let (nobody, zero, gas) = (Address::ZERO, U256::ZERO, U256::from(ORDER_GAS));
        let hash = Safe::getTransactionHashCall {
            to,
            value,
            data: data.clone(),
            operation,
            safeTxGas: gas,
            baseGas: zero,
            gasPrice: zero,
            gasToken: nobody,
            refundReceiver: nobody,
            nonce: stage.ask(self.safe, &Safe::nonceCall {}),
        };
        let hash = stage.ask(self.safe, &hash);
        stage.done(&Tx::call(other, self.safe, &Safe::approveHashCall { hash }));
        // r is the owner, s is nothing, v is 1: "approved already, or sent by me".
        let approval = |owner: Address| [owner.into_word().as_slice(), &[0; 32], &[1]].concat();
        let signatures = self.owners.iter().flat_map(|owner| approval(*owner)).collect::<Vec<u8>>().into();
        let call = Safe::execTransactionCall {
            to,
            value,
            data,
            operation,
            safeTxGas: gas,
            baseGas: zero,
            gasPrice: zero,
            gasToken: nobody,
            refundReceiver: nobody,
            signatures,
        };
        stage.done(&Tx::call(sender, self.safe, &call))
    }
}
