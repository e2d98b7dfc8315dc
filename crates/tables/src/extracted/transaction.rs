//! What a transaction row and what is known besides mean together.
//!
//! A transaction moves its value only if it succeeded, and a table of transactions need not say so. Then a receipt or
//! the transaction's own call does. If nothing says so, a row with value is refused rather than guessed; a row without
//! any is taken as an event, because nothing moves either way, and its index and time serve the transaction's other rows.

use fundtrail_types::{Address, Amount, Chain, Kind};

use crate::{
    extracted::Head,
    foreign::{Context, LeftOut, Told},
    side::{Receipt, RootCall},
};

/// Chains whose fee is gas used times price and nothing else: Ethereum and its test networks, BNB, Polygon, Gnosis,
/// Avalanche, Fantom, and private ones. Others may charge besides, for the data which they post to the chain below or
/// in ways of their own, so there the fee is not whole unless the table tells the other part.
const GAS_FEE_CHAINS: [&str; 14] = [
    "eip155:1",
    "eip155:11155111",
    "eip155:17000",
    "eip155:560048",
    "eip155:56",
    "eip155:97",
    "eip155:137",
    "eip155:80002",
    "eip155:100",
    "eip155:43114",
    "eip155:43113",
    "eip155:250",
    "eip155:31337",
    "eip155:1337",
];

/// A row of a table of transactions.
pub(crate) struct Transaction {
    pub(crate) head: Head,
    pub(crate) from: Address,
    pub(crate) to: Option<Address>,
    pub(crate) value: Amount,
    /// What the row itself has of its receipt.
    pub(crate) receipt: Receipt,
    /// The price in the transaction: what a node answers of one in a block is what was paid.
    pub(crate) gas_price: Option<u128>,
    pub(crate) gas_limit: Option<u64>,
    /// Whether it carries blobs, which are paid for apart.
    pub(crate) blobs: bool,
    /// How to get a table that tells whether it succeeded.
    pub(crate) remedy: &'static str,
}

impl Transaction {
    /// The fee, and the value if it moved.
    pub(crate) fn told(self, context: &Context<'_>) -> Result<Told, String> {
        let side = context.side();
        let receipt = side.and_then(|side| side.receipt(&self.head.tx)).cloned().unwrap_or_default();
        let root = side.and_then(|side| side.calls(&self.head.tx)).and_then(|calls| calls.root);
        let succeeded = self.succeeded(&receipt, root)?;
        let created = self.receipt.created.or(receipt.created).or(root.and_then(|root| root.created));
        let to = self.to.clone().or(created.map(Address::Evm));
        if succeeded.is_none() && !self.value.is_zero() {
            return Err(format!(
                "nothing tells whether this transaction succeeded, and only then did its value move: {}",
                self.remedy
            ));
        }
        let fees = self.fees(&receipt)?;
        let mut left_out = fees.is_none().then_some(LeftOut::FeeUnknown);
        let paid = |fee| self.head.native(Kind::Fee, (Some(self.from.clone()), None), fee, None);
        let mut movements: Vec<_> = fees.into_iter().flatten().map(paid).collect();
        match (succeeded, to) {
            (Some(false), _) => left_out = Some(LeftOut::Failed),
            (_, Some(to)) => {
                // Leg 0: before all calls and events of the transaction, whose places other tables tell.
                movements.push(self.head.native(Kind::Native, (Some(self.from), Some(to)), self.value, Some(0)));
            }
            (_, None) if self.value.is_zero() => {}
            (_, None) => {
                return Err(
                    "the contract that this transaction created, and that got its value, is not told: give the \
                            receipts or the traces of the same blocks in the same command"
                        .to_owned(),
                );
            }
        }
        Ok(self.head.told(movements, left_out))
    }

    /// Whether it succeeded, by all who say so.
    fn succeeded(&self, receipt: &Receipt, root: Option<RootCall>) -> Result<Option<bool>, String> {
        let known = [self.receipt.succeeded, receipt.succeeded, root.map(|root| !root.failed)];
        let mut known = known.into_iter().flatten();
        let first = known.next();
        if known.any(|other| Some(other) != first) {
            return Err(
                "one table says that this transaction succeeded and another that it failed: extract them again \
                        from one node"
                    .to_owned(),
            );
        }
        if first.is_some() || !(self.receipt.before_byzantium || receipt.before_byzantium) {
            return Ok(first);
        }
        // Before Byzantium a failure took all gas, and a receipt told no status. Less than all is success.
        let used = self.receipt.gas_used.or(receipt.gas_used);
        Ok(match (used, self.gas_limit) {
            (Some(used), Some(limit)) if used < limit => Some(true),
            _ => None,
        })
    }

    /// The fee, and that for blobs apart, which explorers do not tell: so the first is the same movement in all partial views.
    /// None if a part of it is not told.
    fn fees(&self, receipt: &Receipt) -> Result<Option<Vec<Amount>>, String> {
        let price = self.receipt.gas_price.or(receipt.gas_price).or(self.gas_price);
        let used = self.receipt.gas_used.or(receipt.gas_used);
        let below = self.receipt.l1_fee.or(receipt.l1_fee);
        let blobs = self.receipt.blob_fee.or(receipt.blob_fee);
        let (Some(price), Some(used)) = (price, used) else { return Ok(None) };
        if below.is_none() && blobs.is_none() && (self.blobs || !pays_gas_alone(self.head.chain)) {
            return Ok(None);
        }
        let paid = product(price, used).and_then(|gas| gas.checked_add(below.unwrap_or_default()));
        let paid = paid.ok_or_else(|| "its fee does not fit 256 bits: extract it again".to_owned())?;
        Ok(Some(std::iter::once(paid).chain(blobs.filter(|fee| !fee.is_zero())).collect()))
    }
}

/// The product of a price and an amount of gas.
pub(crate) fn product(price: u128, gas: u64) -> Option<Amount> {
    Amount::from(price).mul_div(Amount::from(gas), Amount::from(1_u64)).map(|(product, _)| product)
}

fn pays_gas_alone(chain: Chain) -> bool {
    GAS_FEE_CHAINS.contains(&chain.name())
}
