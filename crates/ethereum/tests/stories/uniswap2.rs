//! Uniswap V2, with pools that have something in them.

use alloy::{
    primitives::{Address, U256},
    sol,
    sol_types::SolValue,
};

use crate::{contracts::Erc20, sent::Sent, stage::Stage, tx::Tx};

sol! {
    contract Router2 {
        function addLiquidityETH(address token, uint256 amountTokenDesired, uint256 amountTokenMin, uint256 amountETHMin,
            address to, uint256 deadline) external payable returns (uint256, uint256, uint256);
        function getAmountsOut(uint256 amountIn, address[] path) external view returns (uint256[] amounts);
        function swapExactTokensForTokens(uint256 amountIn, uint256 amountOutMin, address[] path, address to,
            uint256 deadline) external returns (uint256[]);
        function swapExactETHForTokens(uint256 amountOutMin, address[] path, address to, uint256 deadline)
            external payable returns (uint256[]);
        function swapExactTokensForETH(uint256 amountIn, uint256 amountOutMin, address[] path, address to,
            uint256 deadline) external returns (uint256[]);
        function swapExactTokensForTokensSupportingFeeOnTransferTokens(uint256 amountIn, uint256 amountOutMin,
            address[] path, address to, uint256 deadline) external;
    }

    contract Factory2 {
        function getPair(address a, address b) external view returns (address);
    }
}

/// Never.
pub(crate) const DEADLINE: U256 = U256::MAX;

/// A factory and its router.
pub(crate) struct V2 {
    factory: Address,
    pub(crate) router: Address,
}

impl V2 {
    pub(crate) fn create(stage: &Stage, by: Address, weth: Address) -> Self {
        let code = stage.packages.bytecode("@uniswap/v2-core/build/UniswapV2Factory.json");
        let factory = stage.deploy("V2 factory", by, &code, &by.abi_encode());
        let code = stage.packages.bytecode("@uniswap/v2-periphery/build/UniswapV2Router02.json");
        let router = stage.deploy("V2 router", by, &code, &(factory, weth).abi_encode());
        Self { factory, router }
    }

    /// Gives the router leave over a token, and makes its pool with WETH.
    pub(crate) fn fill(&self, stage: &Stage, by: Address, token: Address, amount: U256, ether: U256) -> Sent {
        stage.done(&Tx::call(by, token, &Erc20::approveCall { spender: self.router, amount: U256::MAX }));
        let add = Router2::addLiquidityETHCall {
            token,
            amountTokenDesired: amount,
            amountTokenMin: U256::ZERO,
            amountETHMin: U256::ZERO,
            to: by,
            deadline: DEADLINE,
        };
        stage.done(&Tx::call(by, self.router, &add).value(ether))
    }

    pub(crate) fn pair(&self, stage: &Stage, name: &'static str, a: Address, b: Address) -> Address {
        stage.named(name, stage.ask(self.factory, &Factory2::getPairCall { a, b }))
    }

    /// What each step of a path gives for `amount` now.
    pub(crate) fn quote(&self, stage: &Stage, amount: U256, path: &[Address]) -> Vec<U256> {
        stage.ask(self.router, &Router2::getAmountsOutCall { amountIn: amount, path: path.to_vec() })
    }
}
