//! What all tables of other programs share: how they are recognised, and whose chain they are of.

use fundtrail_types::Chain;

use super::*;
use crate::{from_bytes, labels};

const TRANSACTIONS: &str = "Txhash,Blockno,UnixTimestamp,DateTime,From,To,ContractAddress,Value_IN(ETH),Value_OUT(ETH),\
                            CurrentValue @ $1785.9/Eth,TxnFee(ETH),TxnFee(USD),Historical $Price/Eth,Status,ErrCode";
const SOLSCAN: &str = "Signature,Block Time,Human Time,Action,From,To,Amount,Flow,Value,Decimals,Token Address";

fn kind(header: &str) -> Result<TableKind, String> {
    from_bytes("f.csv", header).map(|file| file.kind()).map_err(|problem| problem.reason)
}

fn opened(header: &str, chain: Option<Chain>) -> Result<(), String> {
    let tokens = TokenTable::default();
    let setting = Setting { chain, ..Setting::new(&tokens) };
    read(from_bytes("f.csv", header).unwrap(), setting).map(|_| ()).map_err(|problem| problem.reason)
}

#[test]
fn every_table_is_known_by_its_own_names_and_is_no_other() {
    for foreign in Foreign::ALL {
        let schema = foreign.schema();
        let kind = TableKind::Foreign(foreign);
        assert_eq!(kind.columns(), schema.names);
        assert_eq!((kind.name(), kind.title().as_str()), (schema.name, schema.title));
        for header in [kind.columns().join(","), kind.required().join(",")] {
            assert_eq!(super::tests::kind(&header), Ok(kind), "{header}");
        }
    }
    for own in TableKind::ALL {
        let header: Vec<String> = own.columns().iter().map(|&name| name.to_owned()).collect();
        let foreign = Foreign::ALL.map(|one| schema::matched(one.schema().columns, &header).is_some());
        assert!(!foreign.contains(&true), "{own:?}");
        assert_eq!(Foreign::nearly(&header), None, "{own:?}");
    }
}

#[test]
fn headers_that_are_nearly_known_say_what_they_lack() {
    let lacking = kind(&TRANSACTIONS.replace(",Status", "")).unwrap_err();
    assert!(
        lacking.starts_with("this looks like an Etherscan export of transactions, but lacks `Status`"),
        "{lacking}"
    );
    let two = kind("Txhash,UnixTimestamp,From,To,Value,TokenSymbol").unwrap_err();
    assert!(two.contains("an Etherscan export of token transfers, but lacks `ContractAddress`, `TokenName`"), "{two}");
    let unknown = kind("Date,Amount,Coin").unwrap_err();
    assert!(unknown.contains("read as they are: Etherscan transactions, Etherscan internal"), "{unknown}");
    let twice = kind(&format!("{TRANSACTIONS},Txhash")).unwrap_err();
    assert!(twice.starts_with("column `Txhash` is there twice"), "{twice}");
    let mixed = kind(&TRANSACTIONS.replace("TxnFee(ETH)", "TxnFee(BNB)")).unwrap_err();
    assert!(mixed.contains("names two coins, `ETH` and `BNB`"), "{mixed}");
}

#[test]
fn exports_that_are_not_read_say_what_to_get_instead() {
    const NFT: &str = "is an explorer's export of NFT transfers";
    for (header, reason) in [
        ("Txhash,Blockno,UnixTimestamp,DateTime,From,To,ContractAddress,TokenId,TokenName,TokenSymbol", NFT),
        ("Txhash,UnixTimestamp,DateTime,From,To,ContractAddress,TokenId,TokenValue,TokenName,TokenSymbol", NFT),
        (
            "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"ContractAddress\",\
             \"TokenName\",\"TokenSymbol\",\"Token ID\",\"Type\",\"Quantity\"",
            NFT,
        ),
        (
            "\"Transaction Hash\",\"Status\",\"Method\",\"Blockno\",\"DateTime (UTC)\",\"From\",\"From_Nametag\",\"To\",\
             \"To_Nametag\",\"Amount\",\"Value (USD)\",\"Txn Fee\"",
            "use the CSV export at the foot of the account's page",
        ),
        (
            "\"Transaction Hash\",\"Blockno\",\"UnixTimestamp\",\"DateTime (UTC)\",\"From\",\"To\",\"Quantity\",\"Method\"",
            "the export of a token's page, which does not say which token it is of",
        ),
        (
            "Txhash,Blockno,UnixTimestamp,DateTime (UTC),from,From_PrivateTag,to,To_PrivateTag,Quantity,Method",
            "use the CSV export of token transfers on the account's page instead",
        ),
        (
            "Signature,Block Time,Human Time,Action,From,Token1,Amount1,TokenDecimals1,Token2,Amount2,TokenDecimals2,\
             Value,Platforms,Sources",
            "export the transfers of the account instead",
        ),
    ] {
        let found = kind(header).unwrap_err();
        assert!(found.contains(reason), "{header}: {found}");
    }
}

#[test]
fn a_chain_is_named_where_the_file_does_not_tell_it_and_never_guessed() {
    assert_eq!(
        opened(TRANSACTIONS, None).unwrap_err(),
        "this is an Etherscan export of transactions and does not say which chain it is of: name it with --chain, as in \
         --chain eip155:1 for Ethereum"
    );
    assert_eq!(opened(TRANSACTIONS, Some(Chain::ETHEREUM)), Ok(()));
    // Other chains have ether as well, and we know no chain's ticker but Ethereum's.
    assert_eq!(opened(TRANSACTIONS, Some("eip155:10".parse().unwrap())), Ok(()));
    let ticker = opened(&TRANSACTIONS.replace("(ETH)", "(BNB)"), Some(Chain::ETHEREUM)).unwrap_err();
    assert!(ticker.contains("in BNB, but the coin of eip155:1 is ETH: name the chain that the file is of"), "{ticker}");
    assert_eq!(opened(&TRANSACTIONS.replace("(ETH)", "(eth)"), Some(Chain::ETHEREUM)), Ok(()));
    let family = opened(TRANSACTIONS, Some(Chain::SOLANA)).unwrap_err();
    assert!(family.contains("is no chain of that kind: name its own, as in --chain eip155:1"), "{family}");

    assert_eq!(opened(SOLSCAN, None), Ok(()));
    assert_eq!(opened(SOLSCAN, Some(Chain::SOLANA)), Ok(()));
    let other = opened(SOLSCAN, Some(Chain::ETHEREUM)).unwrap_err();
    assert!(
        other.contains("a Solscan export of transfers, which is of solana:5eykt4UsFv8P8NJdTREpY1vzqKqZKvdp, not of")
    );
}

#[test]
fn a_table_given_in_the_wrong_place_is_named() {
    let own = opened("payee,chain,wallet,asset\n", None).unwrap_err();
    assert_eq!(own, "this is a payouts table: it is read without a chain or other settings");
    let mut rows = labels::read(from_bytes("f.csv", TRANSACTIONS).unwrap());
    let reason = rows.next().unwrap().unwrap_err().reason;
    assert!(reason.starts_with("this is an Etherscan export of transactions and not a labels table"), "{reason}");
}

#[test]
fn a_file_that_breaks_off_lists_nothing() {
    let row = "0x34eaea6aeee885c1bca47e5806286b3e8fd94fbf6f67f12bb23d8dc0ac471b67,17053184,1681571243,,\
               0x7b84437e46c138f4243d7ec08852191c6e418623,0x458104b5c0668ab2f2cb7054143182489dfba578,,0,3,,0.1,,,,\n";
    let tokens = TokenTable::default();
    let listed = |text: String| {
        let setting = Setting { chain: Some(Chain::ETHEREUM), ..Setting::new(&tokens) };
        let mut rows = read(from_bytes("f.csv", text).unwrap(), setting).unwrap();
        assert!(rows.next().unwrap().is_ok());
        assert_eq!(rows.coverage(), [], "nothing before the end");
        rows.by_ref().for_each(drop);
        rows.coverage().len()
    };
    assert_eq!(listed(format!("{TRANSACTIONS}\n{row}")), 2);
    assert_eq!(listed(format!("{TRANSACTIONS}\n{row}\"open")), 0);
}

#[test]
fn kinds_are_plain_words_where_they_are_stored() {
    let text = serde_json::to_string(&[TableKind::Movements, TableKind::Foreign(Foreign::SolscanTransfers)]).unwrap();
    assert_eq!(text, "[\"movements\",\"solscan_transfers\"]");
    let kinds: Vec<TableKind> = serde_json::from_str(&text).unwrap();
    assert_eq!(kinds[1], TableKind::Foreign(Foreign::SolscanTransfers));
}
