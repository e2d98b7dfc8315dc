//! The fuzz targets on mutations of the bundled data: the same inputs on every run, in a few seconds.

use std::path::Path;

use fundtrail_fuzz::{Tally, address, amount, tables};
use proptest::{
    prelude::{Rng, RngExt},
    test_runner::{RngAlgorithm, TestRng},
};

/// What breaks readers: delimiters, quotes, ends of lines, marks, magic bytes, and numbers at their bounds.
const TROUBLE: [&[u8]; 18] = [
    b"\"",
    b",",
    b"\n",
    b"\r\n",
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"{",
    b"}",
    b"\\u0000",
    b"\x1f\x8b",
    b"\x28\xb5\x2f\xfd",
    b"115792089237316195423570985008687907853269984665640564039457584007913129639936",
    b"18446744073709551616",
    b"1e9",
    b"-1",
    b"native",
    "ѕтETН".as_bytes(),
];

fn rng(seed: u8) -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[seed; 32])
}

fn bundled(path: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../data").join(path);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The header and a few rows of a bundled file.
fn excerpt(rng: &mut TestRng, file: &[u8]) -> Vec<u8> {
    let lines: Vec<&[u8]> = file.split_inclusive(|&byte| byte == b'\n').collect();
    let rows = (0..rng.random_range(1..4)).map(|_| lines[rng.random_range(1..lines.len())]);
    std::iter::once(lines[0]).chain(rows).collect::<Vec<_>>().concat()
}

/// One random change: a byte, a piece of trouble, a cut, or a repetition.
fn mutate(rng: &mut TestRng, data: &mut Vec<u8>) {
    if data.is_empty() {
        data.push(b'x');
    }
    let at = rng.random_range(0..data.len());
    let end = rng.random_range(at..data.len().min(at + 40));
    match rng.random_range(0..5) {
        0 => data[at] = rng.random_range(0..=255),
        1 => {
            let trouble = TROUBLE[rng.random_range(0..TROUBLE.len())];
            data.splice(at..end, trouble.iter().copied());
        }
        2 => drop(data.drain(at..end)),
        3 => data.truncate(end),
        _ => {
            let again = data[at..end].to_vec();
            data.splice(at..at, again);
        }
    }
}

/// One export of each shape, with every column and form that its reader knows, of transactions that are public.
const EXPORTS: [&str; 5] = [
    "\"Transaction Hash\",Blockno,UnixTimestamp,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),TxnFee(ETH),\
     TxnFee(USD),Status,ErrCode\n\
     0x34eaea6aeee885c1bca47e5806286b3e8fd94fbf6f67f12bb23d8dc0ac471b67,17053184,1681571243,\
     0x7b84437e46c138f4243d7ec08852191c6e418623,0x458104b5c0668ab2f2cb7054143182489dfba578,,0,3.041416671280614839,\
     8.27463618513E-04,1.52,,\n\
     0x2bbfe65f75c9de78b15241c33bdb6dfcf0feae186d11ea54d55b958176501cca,17053184,1681571243,\
     0x7b84437e46c138f4243d7ec08852191c6e418623,0x32400084c286cf3e17e7b677ea9583e60a000324,,0,0.02612696520207724,\
     0.004383448014598373,8.4,Error(0),Out of gas\n",
    "Txhash,Blockno,UnixTimestamp,From,TxTo,ContractAddress,Value_IN(ETH),Value_OUT(ETH),Status,ErrCode,Type\n\
     0x88e2330c4361daeb25c1d54a673636cfb626d517bd943f0eed8d76089abcd17a,17053184,1681571243,\
     0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2,,0x1136b25047e142fa3018184793aec68fbb173ce4,0.328813513791976559,0,0,,\
     create,\n",
    "Txhash,Blockno,UnixTimestamp,From,To,TokenValue,ContractAddress,TokenName,TokenSymbol\n\
     0x26f7a08102391b8d915f85b63c1ceaab9fc2d38d76464fe4482090d51c6e9476,,1681571243,\
     0xcbd66ade7d28be0381bd681ab14676deaec99c8d,0x4870525eae23fceb31df613d179ef6275e1b93a9,387.865756,\
     0xdac17f958d2ee523a2206206994597c13d831ec7,Tether USD,USDT\n",
    "Signature,Block Time,Action,From,To,Amount,Decimals,Token Address\n\
     5mdVSXmpYJidgdqx4ie1CLDb7r1T6XHUgwtjEoXD3tNS1aopXL48UUT5pfi59XWTm5hQY2HLMq45CeGXuW5r692K,1735455666,TRANSFER,\
     rav3GKV8KXg4AvswaqT9HWJ4ErxU5csUwTKj549aHUH,34wP3R8CDkF1PUdorxVXYmH7c33oFXCzkzUw1nwjMNna,2048267794,8,\
     rndrizKT3MK1iimdxRdWabcF7Zg7AR5T4nud4EkHBof\n",
    "Type,Txhash,BlockTime Unix,SPL BalanceChange,SolTransfer Source,SolTransfer Destination,Amount (SOL)\n\
     SolTransfer,5mdVSXmpYJidgdqx4ie1CLDb7r1T6XHUgwtjEoXD3tNS1aopXL48UUT5pfi59XWTm5hQY2HLMq45CeGXuW5r692K,1735455666,,\
     rav3GKV8KXg4AvswaqT9HWJ4ErxU5csUwTKj549aHUH,34wP3R8CDkF1PUdorxVXYmH7c33oFXCzkzUw1nwjMNna,1.5\n",
];

#[test]
fn tables_hold_on_mutations_of_exports() {
    let mut rng = rng(5);
    for file in EXPORTS.map(str::as_bytes) {
        let (mut total, mut after_mutation) = (Tally::default(), Tally::default());
        for _ in 0..60 {
            let mut data = excerpt(&mut rng, file);
            total.add(tables(&data));
            for _ in 0..rng.random_range(1..4) {
                mutate(&mut rng, &mut data);
            }
            after_mutation.add(tables(&data));
        }
        // Of the three names that the same bytes are given, one asks for JSONL.
        assert!(total.good >= 120 && after_mutation.good > 40, "{total:?} {after_mutation:?}");
    }
}

#[test]
fn tables_hold_on_mutations_of_the_bundled_data() {
    let mut rng = rng(1);
    for file in ["labels/fbi-psa-i-022625.csv", "cases/bybit-2025/movements.csv", "tokens.csv"].map(bundled) {
        let (mut total, mut after_mutation) = (Tally::default(), Tally::default());
        for _ in 0..60 {
            let mut data = excerpt(&mut rng, &file);
            total.add(tables(&data));
            // Rows alone too: they go behind the header of each table.
            let header = data.iter().position(|&byte| byte == b'\n').map_or(0, |end| end + 1);
            if rng.random_range(0..3) == 0 {
                data.drain(..header);
            }
            for _ in 0..rng.random_range(1..4) {
                mutate(&mut rng, &mut data);
            }
            after_mutation.add(tables(&data));
        }
        assert!(
            total.good > 60 && after_mutation.good > 20 && after_mutation.rejected > 60,
            "{total:?} {after_mutation:?}"
        );
    }
}

#[test]
fn tables_hold_on_random_bytes() {
    let mut rng = rng(2);
    for _ in 0..300 {
        let mut data = vec![0; rng.random_range(0..200)];
        rng.fill_bytes(&mut data);
        let magic: &[u8] = [&b""[..], b"\x1f\x8b\x08\0", b"\x28\xb5\x2f\xfd"][rng.random_range(0..3)];
        tables(&[magic, &data].concat());
    }
}

#[test]
fn addresses_hold_on_mutations_and_random_bytes() {
    let mut rng = rng(3);
    let real = [
        "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2",
        "eip155:137:0x47666fab8bd0ac7003bce3f5c3585383f09486e2",
        "EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v",
        "bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
        "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
        "TJRabPrwbZy45sbavfcjinPJC18kjpRTv8",
        "eip155:1/erc20:0xae7ab96520DE3A18E5e111B5EaAb095312D7fE84",
        "0xb61413c495fdad6114a7aa863a00b2e3c28945979a10885b12b30316ea9f072c",
    ];
    for text in real {
        address(text.as_bytes());
        for _ in 0..100 {
            let mut data = text.as_bytes().to_vec();
            mutate(&mut rng, &mut data);
            address(&data);
        }
    }
    for len in [20, 32, 64].into_iter().cycle().take(90) {
        let mut data = vec![0; len];
        rng.fill_bytes(&mut data);
        address(&data);
    }
}

#[test]
fn amounts_hold_on_mutations_and_random_bytes() {
    let mut rng = rng(4);
    for _ in 0..2000 {
        let digits =
            |rng: &mut TestRng, max| (0..rng.random_range(0..max)).map(|_| rng.random_range(b'0'..=b'9')).collect();
        let (whole, fraction): (Vec<u8>, Vec<u8>) = (digits(&mut rng, 80), digits(&mut rng, 30));
        let mut data = [&[rng.random_range(0..=40)], &whole[..], b".", &fraction].concat();
        amount(&data);
        mutate(&mut rng, &mut data);
        amount(&data);
    }
}
