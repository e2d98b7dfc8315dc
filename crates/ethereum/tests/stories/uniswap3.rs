//! Uniswap V3, with one pool that has something in it.

use alloy::{
    primitives::{
        Address, U160, U256,
        aliases::{I24, U24},
    },
    sol,
    sol_types::SolValue,
};

use crate::{contracts::Erc20, stage::Stage, tx::Tx, uniswap2::DEADLINE};

sol! {
    contract Positions3 {
        struct MintParams {
            address token0;
            address token1;
            uint24 fee;
            int24 tickLower;
            int24 tickUpper;
            uint256 amount0Desired;
            uint256 amount1Desired;
            uint256 amount0Min;
            uint256 amount1Min;
            address recipient;
            uint256 deadline;
        }
        function createAndInitializePoolIfNecessary(address token0, address token1, uint24 fee, uint160 sqrtPriceX96)
            external payable returns (address pool);
        function mint(MintParams params) external payable returns (uint256, uint128, uint256, uint256);
    }

    contract Router3 {
        struct ExactInputParams {
            bytes path;
            address recipient;
            uint256 deadline;
            uint256 amountIn;
            uint256 amountOutMinimum;
        }
        function exactInput(ExactInputParams params) external payable returns (uint256 amountOut);
        function unwrapWETH9(uint256 amountMinimum, address recipient) external payable;
        function refundETH() external payable;
        function multicall(bytes[] data) external payable returns (bytes[] results);
    }
}

/// 0.3 percent.
const FEE: u16 = 3000;
/// The widest range of ticks that a pool of that fee allows.
const TICKS: i32 = 887_220;

/// A router and one pool.
pub(crate) struct V3 {
    pub(crate) router: Address,
    pub(crate) pool: Address,
}

impl V3 {
    /// With a pool of `token` and WETH, one to one, both of which `by` has.
    pub(crate) fn create(stage: &Stage, by: Address, token: Address, weth: Address, amount: U256) -> Self {
        let core = "@uniswap/v3-core/artifacts/contracts/UniswapV3Factory.sol/UniswapV3Factory.json";
        let factory = stage.deploy("V3 factory", by, &stage.packages.bytecode(core), &[]);
        let artifact = |name: &str| {
            stage.packages.bytecode(&format!("@uniswap/v3-periphery/artifacts/contracts/{name}.sol/{name}.json"))
        };
        let router = stage.deploy("V3 router", by, &artifact("SwapRouter"), &(factory, weth).abi_encode());
        // Who draws the pictures of positions is never asked here.
        let arguments = (factory, weth, Address::ZERO).abi_encode();
        let positions = stage.deploy("V3 positions", by, &artifact("NonfungiblePositionManager"), &arguments);
        for (spender, coin) in [(router, token), (router, weth), (positions, token), (positions, weth)] {
            stage.done(&Tx::call(by, coin, &Erc20::approveCall { spender, amount: U256::MAX }));
        }
        let (token0, token1) = if token < weth { (token, weth) } else { (weth, token) };
        let fee = U24::from(FEE);
        // A price of one, in 96 binary places.
        let price = U160::from(1) << 96;
        let open = Positions3::createAndInitializePoolIfNecessaryCall { token0, token1, fee, sqrtPriceX96: price };
        let pool = stage.named("V3 pool", stage.ask(positions, &open));
        stage.done(&Tx::call(by, positions, &open));
        let params = Positions3::MintParams {
            token0,
            token1,
            fee,
            tickLower: I24::try_from(-TICKS).unwrap(),
            tickUpper: I24::try_from(TICKS).unwrap(),
            amount0Desired: amount,
            amount1Desired: amount,
            amount0Min: U256::ZERO,
            amount1Min: U256::ZERO,
            recipient: by,
            deadline: DEADLINE,
        };
        stage.done(&Tx::call(by, positions, &Positions3::mintCall { params }));
        Self { router, pool }
    }

    /// An exact input through the pool.
    pub(crate) fn swap(from: Address, to: Address, amount: U256, recipient: Address) -> Router3::exactInputCall {
        let path = (from, U24::from(FEE), to).abi_encode_packed().into();
        let params = Router3::ExactInputParams {
            path,
            recipient,
            deadline: DEADLINE,
            amountIn: amount,
            amountOutMinimum: U256::ZERO,
        };
        Router3::exactInputCall { params }
    }
}
