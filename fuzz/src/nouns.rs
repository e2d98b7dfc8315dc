//! Addresses and amounts: whatever is read prints as a text that reads as the same value.

use fundtrail_types::{Account, Address, Amount, Asset, Chain, TxId};

/// One chain of each family, and every chain that has a form of address of its own.
const CHAINS: [&str; 6] = [
    "eip155:1",
    "eip155:137",
    "solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp",
    "bip122:000000000019d6689c085ae165831e93",
    "tron:0x2b6653dc",
    "foreign:xmr",
];

/// No error message repeats more of its input than this.
const MESSAGE_LEN_MAX: usize = 2000;

/// Reads the bytes as an address, account, asset and transaction of each family.
pub fn address(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    for chain in CHAINS.iter().filter_map(|name| name.parse::<Chain>().ok()) {
        match Address::parse(chain, &text) {
            Ok(address) => address_comes_back(chain, &address),
            Err(error) => assert!(error.to_string().len() <= MESSAGE_LEN_MAX),
        }
        if let Some(address) = Address::from_bytes(chain, data)
            && !chain.is_foreign()
        {
            assert_eq!(address.as_bytes(), data);
            address_comes_back(chain, &address);
        }
        if let Ok(tx) = TxId::parse(chain, &text) {
            assert_eq!(TxId::parse(chain, &tx.to_string()), Ok(tx.clone()));
            assert_eq!(TxId::from_bytes(chain, tx.as_bytes()), Some(tx));
        }
    }
    if let Ok((chain, address)) = Address::parse_any(&text) {
        address_comes_back(chain, &address);
    }
    if let Ok(account) = text.parse::<Account>() {
        assert_eq!(account.to_string().parse(), Ok(account));
    }
    if let Ok(asset) = text.parse::<Asset>() {
        assert_eq!(asset.to_string().parse(), Ok(asset));
    }
}

fn address_comes_back(chain: Chain, address: &Address) {
    assert_eq!(Address::parse(chain, &address.to_string()).as_ref(), Ok(address));
    assert_eq!(Address::from_bytes(chain, address.as_bytes()).as_ref(), Some(address));
    let account = Account { chain, address: address.clone() };
    assert_eq!(account.to_string().parse(), Ok(account));
    // A foreign address may be the word `native`, which is no contract.
    let asset = Asset { chain, token: fundtrail_types::Token::Contract(address.clone()) };
    if address.as_bytes() != b"native" {
        assert_eq!(asset.to_string().parse(), Ok(asset));
    }
}

/// Reads the bytes as an amount: the first is the number of decimals, the rest the text.
pub fn amount(data: &[u8]) {
    if let Some(amount) = Amount::from_be_bytes(data) {
        assert_eq!(amount.to_string().parse(), Ok(amount));
        assert_eq!(Amount::from_be_bytes(&amount.to_be_bytes_trimmed()), Some(amount));
    }
    let Some((&decimals, text)) = data.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    match Amount::parse_decimal(&text, decimals) {
        Ok(amount) => {
            assert_eq!(Amount::parse_decimal(&amount.to_decimal(decimals), decimals), Ok(amount));
            assert_eq!(amount.to_string().parse(), Ok(amount));
            // Whole units without a point are base units with zeros behind them.
            if decimals == 0 && !text.contains('.') {
                assert_eq!(text.parse(), Ok(amount));
            }
        }
        Err(error) => assert!(error.to_string().len() <= MESSAGE_LEN_MAX),
    }
}
