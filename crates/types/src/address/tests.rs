use super::*;

/// EIP-55's own examples, and an address of the Bybit case.
const CHECKSUMMED: [&str; 5] = [
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
    "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
    "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb",
    "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2",
];

#[test]
fn eip_55_in_and_out() {
    for text in CHECKSUMMED {
        for written in [text.to_owned(), text.to_lowercase(), format!("0x{}", text[2..].to_uppercase())] {
            assert_eq!(Address::parse(Chain::ETHEREUM, &written).unwrap().to_string(), text);
        }
    }
}

#[test]
fn one_letter_in_the_wrong_case_is_a_wrong_checksum() {
    let error = Address::parse(Chain::ETHEREUM, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed").unwrap_err();
    assert!(matches!(error, AddressError::Checksum { checksum: "EIP-55", .. }), "{error}");
    assert!(error.to_string().contains("copy the address again"));
}

#[test]
fn evm_form() {
    for text in [
        "",
        "0x",
        "0x12",
        "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
        "0xé",
    ] {
        assert!(matches!(Address::parse(Chain::ETHEREUM, text), Err(AddressError::Form { .. })), "{text}");
    }
}

#[test]
fn solana_is_base58_of_32_bytes() {
    for text in ["So11111111111111111111111111111111111111112", "11111111111111111111111111111111"] {
        assert_eq!(Address::parse(Chain::SOLANA, text).unwrap().to_string(), text);
    }
    for text in [
        "So1111111111111111111111111111111111111111",
        "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2",
        "",
        &"1".repeat(500),
    ] {
        assert!(Address::parse(Chain::SOLANA, text).is_err(), "{text}");
    }
}

/// Addresses from the specifications (BIP-173, BIP-350, Bitcoin's genesis) and OFAC's list of 2026-08-20.
#[test]
fn bitcoin_checksums() {
    let good = [
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "3P14159f73E4gFr7JterCCQh9QjiTjiZrG",
        "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
        "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    ];
    for text in good {
        assert_eq!(Address::parse(Chain::BITCOIN, text).unwrap().to_string(), text);
    }
    assert_eq!(Address::parse(Chain::BITCOIN, &good[2].to_uppercase()).unwrap().to_string(), good[2]);
    for text in ["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5"] {
        assert!(matches!(Address::parse(Chain::BITCOIN, text), Err(AddressError::Checksum { .. })), "{text}");
    }
    assert!(Address::parse(Chain::BITCOIN, "tb1qw508d6qejxtdg4y5r3zarvary0c5xw7kxpjzsx").is_err());
}

#[test]
fn tron_checksums() {
    let good = "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t";
    assert_eq!(Address::parse(Chain::TRON, good).unwrap().to_string(), good);
    let wrong = Address::parse(Chain::TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6u");
    assert!(matches!(wrong, Err(AddressError::Checksum { .. })));
    assert!(Address::parse(Chain::TRON, &good.to_lowercase()).is_err());
}

#[test]
fn the_shape_tells_the_chain() {
    let shapes = [
        ("0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2", Chain::ETHEREUM),
        ("EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v", Chain::SOLANA),
        ("1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", Chain::BITCOIN),
        ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", Chain::TRON),
    ];
    for (text, chain) in shapes {
        assert_eq!(Address::parse_any(text).unwrap().0, chain);
    }
    // 32 zero bytes, Solana's System Program: it starts with 1 and is as long as a Bitcoin address may be.
    let system = "1".repeat(32);
    assert_eq!(Address::parse_any(&system).unwrap(), (Chain::SOLANA, Address::Solana([0; 32])));
    assert!(Address::parse_any("hello").unwrap_err().to_string().contains("name its chain"));
}

#[test]
fn bytes_come_back() {
    for (chain, text) in [
        (Chain::ETHEREUM, CHECKSUMMED[0]),
        (Chain::SOLANA, "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v"),
        (Chain::TRON, "TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"),
    ] {
        let address = Address::parse(chain, text).unwrap();
        assert_eq!(Address::from_bytes(chain, address.as_bytes()), Some(address));
    }
    assert_eq!(Address::from_bytes(Chain::ETHEREUM, &[0; 19]), None);
}
