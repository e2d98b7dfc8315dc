//! ERC-4337: operations of accounts that are contracts, sent by whoever bundles them.

use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol,
    sol_types::{SolCall, SolValue},
};
use serde_json::json;

use crate::{stage::Stage, tx::Tx};

sol! {
    struct PackedUserOperation {
        address sender;
        uint256 nonce;
        bytes initCode;
        bytes callData;
        bytes32 accountGasLimits;
        uint256 preVerificationGas;
        bytes32 gasFees;
        bytes paymasterAndData;
        bytes signature;
    }

    contract EntryPoint {
        function getNonce(address sender, uint192 key) external view returns (uint256);
        function handleOps(PackedUserOperation[] ops, address beneficiary) external;
        function balanceOf(address account) external view returns (uint256);
    }

    contract AccountFactory {
        function createAccount(address owner, uint256 salt) external returns (address);
        function getAddress(address owner, uint256 salt) external view returns (address);
    }

    struct Call {
        address target;
        uint256 value;
        bytes data;
    }

    contract SmartAccount {
        function execute(address target, uint256 value, bytes data) external;
        function executeBatch(Call[] calls) external;
    }
}

/// Enough for the creation of an account, or for its orders.
const GAS: u64 = 1_000_000;
const PRE_VERIFICATION_GAS: u64 = 60_000;
/// What an operation pays for gas, in wei; above the base fee of a fresh chain.
const GAS_PRICE: u64 = 2_000_000_000;

/// Where everybody's operations go.
pub(crate) struct Entry {
    pub(crate) entry_point: Address,
    factory: Address,
}

fn artifact(stage: &Stage, name: &str) -> Bytes {
    stage.packages.bytecode(&format!("@account-abstraction/contracts/artifacts/{name}.json"))
}

/// The code to which an EOA may delegate by EIP-7702.
pub(crate) fn simple_7702(stage: &Stage, by: Address) -> Address {
    stage.deploy("Simple7702Account", by, &artifact(stage, "Simple7702Account"), &[])
}

/// Two numbers of 128 bits in one word.
fn two(high: u64, low: u64) -> B256 {
    B256::from((U256::from(high) << 128) | U256::from(low))
}

impl Entry {
    pub(crate) fn create(stage: &Stage, by: Address) -> Self {
        let entry_point = stage.deploy("EntryPoint", by, &artifact(stage, "EntryPoint"), &[]);
        let code = artifact(stage, "SimpleAccountFactory");
        let factory = stage.deploy("account factory", by, &code, &entry_point.abi_encode());
        Self { entry_point, factory }
    }

    /// The address of an owner's account, which need not exist yet.
    pub(crate) fn account(&self, stage: &Stage, name: &'static str, owner: Address) -> Address {
        stage.named(name, stage.ask(self.factory, &AccountFactory::getAddressCall { owner, salt: U256::ZERO }))
    }

    /// An operation of `sender` that pays, signed by its owner. The first operation of an account creates it.
    pub(crate) fn pay(
        &self,
        stage: &Stage,
        [sender, owner]: [Address; 2],
        to: Address,
        wei: U256,
    ) -> PackedUserOperation {
        let nonce = EntryPoint::getNonceCall { sender, key: alloy::primitives::aliases::U192::ZERO };
        let nonce = stage.ask(self.entry_point, &nonce);
        let create = AccountFactory::createAccountCall { owner, salt: U256::ZERO }.abi_encode();
        let init_code = if nonce.is_zero() { [self.factory.as_slice(), &create].concat() } else { Vec::new() };
        let call = SmartAccount::executeCall { target: to, value: wei, data: Bytes::new() };
        let mut op = PackedUserOperation {
            sender,
            nonce,
            initCode: init_code.into(),
            callData: call.abi_encode().into(),
            accountGasLimits: two(GAS, GAS),
            preVerificationGas: U256::from(PRE_VERIFICATION_GAS),
            gasFees: two(GAS_PRICE, GAS_PRICE),
            paymasterAndData: Bytes::new(),
            signature: Bytes::new(),
        };
        op.signature = self.signed(stage, owner, &op);
        op
    }

    /// The node knows the owner's key; EntryPoint 0.8 takes EIP-712's signature of the operation.
    fn signed(&self, stage: &Stage, owner: Address, op: &PackedUserOperation) -> Bytes {
        let field = |name: &str, kind: &str| json!({"name": name, "type": kind});
        let data = json!({
            "primaryType": "PackedUserOperation",
            "types": {
                "EIP712Domain": [field("name", "string"), field("version", "string"), field("chainId", "uint256"),
                    field("verifyingContract", "address")],
                "PackedUserOperation": [field("sender", "address"), field("nonce", "uint256"),
                    field("initCode", "bytes"), field("callData", "bytes"), field("accountGasLimits", "bytes32"),
                    field("preVerificationGas", "uint256"), field("gasFees", "bytes32"),
                    field("paymasterAndData", "bytes")],
            },
            "domain": {"name": "ERC4337", "version": "1", "chainId": 31337, "verifyingContract": self.entry_point},
            "message": {
                "sender": op.sender, "nonce": op.nonce, "initCode": op.initCode, "callData": op.callData,
                "accountGasLimits": op.accountGasLimits, "preVerificationGas": op.preVerificationGas,
                "gasFees": op.gasFees, "paymasterAndData": op.paymasterAndData,
            },
        });
        stage.node.get("eth_signTypedData_v4", json!([owner, data]))
    }

    /// The bundler's transaction.
    pub(crate) fn bundle(&self, bundler: Address, ops: Vec<PackedUserOperation>, beneficiary: Address) -> Tx {
        Tx::call(bundler, self.entry_point, &EntryPoint::handleOpsCall { ops, beneficiary })
    }
}
