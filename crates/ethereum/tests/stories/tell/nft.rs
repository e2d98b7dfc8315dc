//! One event, three forms: ERC-721 has the place of ERC-20's amount indexed, and reading it as ERC-20 invents money; the oldest
//! tokens indexed nothing.

use alloy::{
    primitives::U256,
    sol,
    sol_types::{SolEvent, SolValue},
};

use crate::{
    anvil::Fork,
    code,
    contracts::{Erc20, erc20},
    stage::{Stage, Told, milli, play},
    tx::Tx,
};

sol! {
    contract Erc721 {
        function mint(address to) external;
        function ownerOf(uint256 tokenId) external view returns (address);
        function safeTransferFrom(address from, address to, uint256 tokenId) external;
        function transferFrom(address from, address to, uint256 tokenId) external;
    }
}

#[test]
fn a_picture_is_no_money() {
    play("nft", Fork::Prague, tell);
}

fn tell(stage: &Stage) -> Told {
    let [alice, bob] = ["alice", "bob"].map(|name| stage.person(name));
    let carol = stage.stranger("carol");
    let coin = erc20(stage, bob, "COIN", milli(1_000_000), bob);
    let artifact =
        stage.packages.bytecode("@openzeppelin/contracts/build/contracts/ERC721PresetMinterPauserAutoId.json");
    let nft = stage.deploy("NFT", alice, &artifact, &("Pictures", "PIC", "ipfs://").abi_encode_params());
    let from_height = stage.next_height();

    // Number 0, then number 1: as amounts they would be nothing, and something.
    stage.done(&Tx::call(alice, nft, &Erc721::mintCall { to: alice }));
    stage.done(&Tx::call(alice, nft, &Erc721::mintCall { to: alice }));
    let (token_id, first) = (U256::from(1), U256::ZERO);
    let sold = [
        Tx::call(bob, coin, &Erc20::transferCall { to: alice, amount: milli(90) }),
        Tx::call(alice, nft, &Erc721::transferFromCall { from: alice, to: bob, tokenId: token_id }),
    ];
    let sold = stage.together(&sold);
    stage.done(&Tx::call(alice, nft, &Erc721::safeTransferFromCall { from: alice, to: carol, tokenId: first }));
    assert_eq!(stage.ask(nft, &Erc721::ownerOfCall { tokenId: token_id }), bob);
    assert_eq!(stage.ask(nft, &Erc721::ownerOfCall { tokenId: first }), carol);
    // The oldest tokens indexed nothing: the same event again, with three words of data.
    let old = stage.deploy("old token", alice, &code::creating(&code::saying(Erc20::Transfer::SIGNATURE_HASH)), &[]);
    let words = (alice, carol, milli(12)).abi_encode();
    let said = stage.done(&Tx::raw(alice, old, words.into()));
    let expected = vec![sold[0].token(coin, bob, alice, milli(90)), said.token(old, alice, carol, milli(12))];
    // Of balances only the coin's are asked: ERC-721 has a `balanceOf` too, which counts pictures.
    Told { from_height, tokens: vec![coin], expected }
}
