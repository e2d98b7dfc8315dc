//! Contracts too small for a compiler, byte by byte, where no package ships one that does the odd thing.

use alloy::primitives::{Address, B256, Bytes, hex, keccak256};

/// The creation code of a contract whose runtime code is `runtime`: 11 bytes that return what follows them.
pub(crate) fn creating(runtime: &[u8]) -> Bytes {
    let length = u8::try_from(runtime.len()).expect("a contract of at most 255 bytes");
    // 60 len | 80 dup1 | 60 0b | 60 00 | 39 codecopy(0, 11, len) | 60 00 | f3 return(0, len)
    let mut code = vec![0x60, length, 0x80, 0x60, 0x0b, 0x60, 0x00, 0x39, 0x60, 0x00, 0xf3];
    code.extend(runtime);
    code.into()
}

/// The address that a contract's CREATE with this nonce gives, which is below 128: the hash of the RLP list of both.
pub(crate) fn created_by(maker: Address, nonce: u8) -> Address {
    // d6 list of 22 bytes | 94 text of 20 bytes | a number below 128 is its own byte
    Address::from_word(keccak256([&[0xd6, 0x94], maker.as_slice(), &[nonce]].concat()))
}

/// Pushes an address.
fn push20(address: Address) -> Vec<u8> {
    [&[0x73], address.as_slice()].concat()
}

/// `CALL(gas, to, CALLVALUE, 0, 0, 0, 0); STOP`: sends on at once what came with the call. Never looks at the result.
pub(crate) fn forwarding_to(to: Address) -> Vec<u8> {
    // 60 00 x4: no input, no output | 34 callvalue | 73 to | 5a gas | f1 call | 00 stop
    [&hex!("600060006000600034")[..], &push20(to), &hex!("5af100")].concat()
}

/// `REVERT(0, 0)`: refuses everything.
pub(crate) fn refusing() -> Vec<u8> {
    // 60 00 60 00 fd
    hex!("60006000fd").to_vec()
}

/// `CALL(gas, to, CALLVALUE, 0, 0, 0, 0); REVERT(0, 0)`: sends on, then takes all of it back.
pub(crate) fn forwarding_then_reverting(to: Address) -> Vec<u8> {
    [&hex!("600060006000600034")[..], &push20(to), &hex!("5af160006000fd")].concat()
}

/// `SELFDESTRUCT(to)`: whoever calls it, with or without value.
pub(crate) fn dying_to(to: Address) -> Vec<u8> {
    // 73 to | ff selfdestruct
    [&push20(to)[..], &[0xff]].concat()
}

/// `SELFDESTRUCT(ADDRESS)`: dies with itself as heir.
pub(crate) fn dying_to_itself() -> Vec<u8> {
    // 30 address | ff selfdestruct
    hex!("30ff").to_vec()
}

/// Creation code that dies to `to` instead of returning code, so that the contract never stands.
pub(crate) fn stillborn(to: Address) -> Bytes {
    dying_to(to).into()
}

/// `CREATE(CALLVALUE, calldata); STOP`: creates what the call's data says, with the call's value.
pub(crate) fn creating_calldata() -> Vec<u8> {
    // 36 size | 60 00 60 00 | 37 calldatacopy(0, 0, size) | 36 size | 60 00 offset | 34 value | f0 create | 00 stop
    hex!("366000600037366000" "34f000").to_vec()
}

/// The same with `CREATE2` and salt 0.
pub(crate) fn creating2_calldata() -> Vec<u8> {
    // 60 00 salt comes below size | 36 size | 60 00 offset | 34 value | f5 create2 | 00 stop
    hex!("366000600037" "6000" "36600034f500").to_vec()
}

/// Calls `to` in the four ways there are, each with 7 wei where the way has room for a value, and ignores what comes back.
///
/// Only the first, CALL, moves anything: CALLCODE runs the other's code here and sends the 7 wei to itself, DELEGATECALL shows
/// the value of the call around it, STATICCALL has none.
pub(crate) fn calling_in_four_ways(to: Address) -> Vec<u8> {
    // 60 00 x4 no input, no output | 60 07 value | 73 to | 5a gas | f1 call (f2 callcode) | 50 pop
    let with_value = |how: u8| [&hex!("60006000600060006007")[..], &push20(to), &[0x5a, how, 0x50]].concat();
    // 60 00 x4 | 73 to | 5a gas | f4 delegatecall (fa staticcall) | 50 pop
    let without = |how: u8| [&hex!("6000600060006000")[..], &push20(to), &[0x5a, how, 0x50]].concat();
    [with_value(0xf1), with_value(0xf2), without(0xf4), without(0xfa), vec![0x00]].concat()
}

/// `SSTORE(0, CALLDATALOAD(4)); STOP`: what the Bybit thieves had the Safe run by delegatecall. A Safe's proxy keeps the address
/// of its code in slot 0, and the call is dressed as `transfer(address,uint256)`, whose first argument becomes that address.
pub(crate) fn overwriting_slot_0() -> Vec<u8> {
    // 60 04 35 calldataload(4) | 60 00 | 55 sstore(0, it) | 00 stop
    hex!("600435600055" "00").to_vec()
}

/// `CALL(gas, CALLDATALOAD(4), SELFBALANCE, 0, 0, 0, 0); STOP`: `sweepETH(address)`, run by the proxy as its new code.
pub(crate) fn sweeping() -> Vec<u8> {
    // 60 00 x4 | 47 selfbalance | 60 04 35 calldataload(4) | 5a gas | f1 call | 00 stop
    hex!("6000600060006000" "47" "600435" "5af100").to_vec()
}

/// `LOG2(0, 32, topic, CALLER)` over a memory that holds CALLVALUE: an event about the sender and the value, and keeps it.
pub(crate) fn noting(topic: B256) -> Vec<u8> {
    // 34 callvalue 60 00 52 mstore(0, it) | 33 caller | 7f topic | 60 20 length | 60 00 offset | a2 log2 | 00 stop
    [&hex!("34600052" "33" "7f")[..], topic.as_slice(), &hex!("60206000a200")].concat()
}

/// `LOG1(0, size, topic)` with the call's data as the event's: nothing of it indexed, as the oldest tokens had it.
pub(crate) fn saying(topic: B256) -> Vec<u8> {
    // 36 size 60 00 60 00 37 calldatacopy(0, 0, size) | 7f topic | 36 length | 60 00 offset | a1 log1 | 00 stop
    [&hex!("366000600037" "7f")[..], topic.as_slice(), &hex!("366000a100")].concat()
}
