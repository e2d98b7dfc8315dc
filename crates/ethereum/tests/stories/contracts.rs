//! The contracts of the stories: their calls, and where the packages keep their code.

use alloy::{
    primitives::{Address, U256},
    sol,
    sol_types::SolValue,
};

use crate::{fact::WETH, stage::Stage};

sol! {
    /// What every ERC-20 answers, and the calls that the presets of OpenZeppelin have beside.
    contract Erc20 {
        function balanceOf(address account) external view returns (uint256);
        function transfer(address to, uint256 amount) external returns (bool);
        function transferFrom(address from, address to, uint256 amount) external returns (bool);
        function approve(address spender, uint256 amount) external returns (bool);
        function mint(address to, uint256 amount) external;
        function burn(uint256 amount) external;
        event Transfer(address indexed from, address indexed to, uint256 amount);
    }

    contract Weth9 {
        function deposit() external payable;
        function withdraw(uint256 wad) external;
        event Deposit(address indexed dst, uint256 wad);
    }
}

/// Everybody's money.
pub(crate) fn weth(stage: &Stage, by: Address) -> Address {
    stage.deploy(WETH, by, &stage.packages.bytecode("canonical-weth/build/contracts/WETH9.json"), &[])
}

/// OpenZeppelin's preset with a fixed supply, all of it `owner`'s.
pub(crate) fn erc20(stage: &Stage, by: Address, name: &'static str, supply: U256, owner: Address) -> Address {
    let code = stage.packages.bytecode("@openzeppelin/contracts/build/contracts/ERC20PresetFixedSupply.json");
    let arguments = (name.to_owned(), name.to_owned(), supply, owner).abi_encode_params();
    stage.deploy(name, by, &code, &arguments)
}
