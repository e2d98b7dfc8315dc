//! Exports that are recognised and not read: a message that says why and what to get instead is worth more than one that
//! calls the header unknown.

use crate::schema::{self, Column, required};

/// A kind of file that is refused.
struct Refused {
    columns: &'static [Column],
    reason: &'static str,
}

const HASH: &[&str] = &["Transaction Hash"];

/// Every kind of file that is refused.
const REFUSED: &[Refused] = &[
    Refused {
        columns: &[
            required("Txhash", HASH),
            required("From", &[]),
            required("To", &[]),
            required("TokenId", &["Token ID"]),
        ],
        reason: "this is an explorer's export of NFT transfers (ERC-721 or ERC-1155), and NFTs are not followed: export \
                 the ERC-20 token transfers of the account instead",
    },
    Refused {
        columns: &[
            required("Txhash", HASH),
            required("From", &[]),
            required("To", &[]),
            required("Quantity", &[]),
            required("Method", &[]),
        ],
        reason: "this is the export of a token's page, which does not say which token it is of: use the CSV export of \
                 token transfers on the account's page instead",
    },
    Refused {
        columns: &[required("From_Nametag", &[]), required("To_Nametag", &[])],
        reason: "this is the data of one page of an explorer, whose amounts are rounded to be looked at: use the CSV \
                 export at the foot of the account's page instead",
    },
    Refused {
        columns: &[
            required("Signature", &[]),
            required("Token1", &[]),
            required("Amount1", &[]),
            required("Token2", &[]),
            required("Amount2", &[]),
        ],
        reason: "this is a Solscan export of DeFi activities, which tells what was swapped and not who gave it to whom: \
                 export the transfers of the account instead, they hold the same tokens",
    },
];

/// Why a header is that of a file which is not read.
pub(crate) fn reason(names: &[String]) -> Option<&'static str> {
    let fits = |one: &&Refused| schema::matched(one.columns, names).is_some();
    REFUSED.iter().find(fits).map(|one| one.reason)
}
