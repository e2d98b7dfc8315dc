//! Crossing rows: each is one side of a passage of value through a bridge or a mixer, joined with the other by bridge and id.

use fundtrail_types::{Account, Basis, Chain, Crossing, CrossingSide, Through, TxId};

use crate::{Rows, TableFile, TableKind, TokenTable, amounts, record::Record};

/// Every column.
pub(crate) const COLUMNS: &[&str] = &[
    "bridge",
    "crossing_id",
    "through",
    "basis",
    "side",
    "chain",
    "tx",
    "account",
    "asset",
    "amount",
    "amount_raw",
    "decimals",
    "source",
    "note",
];

/// The columns without which there is no row; each row needs `amount` or `amount_raw` as well.
pub(crate) const REQUIRED: &[&str] = &["bridge", "crossing_id", "side", "chain", "tx", "asset", "source"];

/// Reads crossings. `tokens` scales the amounts of rows without decimals, and is checked against those with.
pub fn read(file: TableFile, tokens: &TokenTable) -> Rows<'_, CrossingSide> {
    Rows::new(file, TableKind::Crossings, move |record| parse(record, tokens))
}

fn parse(record: &Record, tokens: &TokenTable) -> Result<CrossingSide, String> {
    let chain: Chain = record.parsed_required("chain")?;
    let asset = record.asset_required("asset", chain)?;
    let (amount_raw, _) = amounts::read(record, &asset, tokens)?;
    if amount_raw.is_zero() {
        return Err("the amount is zero, so nothing crossed: correct it or leave the row out".to_owned());
    }
    let tx = TxId::parse(chain, record.required("tx")?).map_err(|error| format!("`tx`: {error}"))?;
    Ok(CrossingSide {
        crossing: Crossing {
            bridge: record.required("bridge")?.to_owned(),
            id: record.required("crossing_id")?.to_owned(),
            through: record.parsed("through")?.unwrap_or(Through::Bridge),
            // Whoever does not say that the id stands in both transactions has not shown it.
            basis: record.parsed("basis")?.unwrap_or(Basis::Asserted),
            source: record.required("source")?.to_owned(),
        },
        side: record.parsed_required("side")?,
        tx,
        account: record.address("account", chain)?.map(|address| Account { chain, address }),
        asset,
        amount_raw,
    })
}

#[cfg(test)]
mod tests {
    use fundtrail_types::CrossingEnd;

    use super::*;

    const HEAD: &str = "bridge,crossing_id,through,basis,side,chain,tx,account,asset,amount,source";
    const TX: &str = "0xb61413c495fdad6114a7aa863a00b2e3c28945979a10885b12b30316ea9f072c";

    fn rows(lines: &str) -> Vec<Result<CrossingSide, String>> {
        let file = crate::from_bytes("crossings.csv", format!("{HEAD}\n{lines}")).unwrap();
        let tokens = TokenTable::default();
        read(file, &tokens).map(|row| row.map_err(|problem| problem.to_string())).collect()
    }

    #[test]
    fn a_side_is_read_with_everything_and_with_the_least() {
        let account = "0x47666Fab8bd0Ac7003bce3f5C3585383F09486E2";
        let read = rows(&format!(
            "cctp,5:77,bridge,id,release,eip155:1,{TX},{account},native,1.5,x\nmix,9,,,deposit,eip155:1,{TX},,native,1,y\n"
        ));
        let [Ok(whole), Ok(least)] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!((whole.side, whole.crossing.basis), (CrossingEnd::Release, Basis::Id));
        assert_eq!(whole.amount_raw.to_string(), "1500000000000000000");
        assert_eq!(whole.account.as_ref().map(ToString::to_string), Some(format!("eip155:1:{account}")));
        assert_eq!((least.crossing.through, least.crossing.basis), (Through::Bridge, Basis::Asserted));
    }

    #[test]
    fn what_is_wrong_with_a_row_is_told_by_its_column() {
        for (line, part) in [
            (format!("a,1,tunnel,id,release,eip155:1,{TX},,native,1,x"), "write one of bridge, mixer"),
            (format!("a,1,,guess,release,eip155:1,{TX},,native,1,x"), "write one of id, asserted"),
            (format!("a,1,,,out,eip155:1,{TX},,native,1,x"), "write one of deposit, release"),
            ("a,1,,,release,eip155:1,0x12,,native,1,x".to_owned(), "`tx`"),
            (format!("a,1,,,release,eip155:1,{TX},,native,0,x"), "nothing crossed"),
            (format!("a,,,,release,eip155:1,{TX},,native,1,x"), "`crossing_id` is empty"),
        ] {
            let read = rows(&line);
            assert!(read[0].as_ref().is_err_and(|error| error.contains(part)), "{line}: {read:?}");
        }
    }
}
