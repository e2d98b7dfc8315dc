//! Instructions that a node parsed (`jsonParsed`): the same meanings, from the names that it gives.
//!
//! Source: agave, `transaction-status/src/parse_system.rs`, `parse_token.rs` with its extensions, `parse_associated_token.rs`.
//! An `info` that names an account by its key must name one of the transaction's.

use serde::Deserialize;
use serde_json::value::RawValue;

use super::Meaning;
use crate::{
    message::Message,
    programs::{ASSOCIATED, SYSTEM, TOKEN_2022},
    wire::{Key, Text, Units, key},
};

#[derive(Deserialize)]
struct Parsed<'a> {
    #[serde(rename = "type", borrow)]
    kind: Text<'a>,
    #[serde(borrow, default)]
    info: Option<&'a RawValue>,
}

/// Every field that any of the instructions read here has.
#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase", default)]
struct Info<'a> {
    #[serde(borrow)]
    account: Option<Text<'a>>,
    amount: Option<Units>,
    #[serde(borrow)]
    authority: Option<Text<'a>>,
    #[serde(borrow)]
    authority_type: Option<Text<'a>>,
    #[serde(borrow)]
    destination: Option<Text<'a>>,
    fee_amount: Option<Amount>,
    #[serde(borrow)]
    fee_recipient: Option<Text<'a>>,
    lamports: Option<Units>,
    #[serde(borrow)]
    mint: Option<Text<'a>>,
    #[serde(borrow)]
    multisig_authority: Option<Text<'a>>,
    #[serde(borrow)]
    new_account: Option<Text<'a>>,
    #[serde(borrow)]
    new_authority: Option<Text<'a>>,
    #[serde(borrow)]
    nonce_account: Option<Text<'a>>,
    #[serde(borrow)]
    nonce_authority: Option<Text<'a>>,
    #[serde(borrow)]
    owner: Option<Text<'a>>,
    #[serde(borrow)]
    source: Option<Text<'a>>,
    #[serde(borrow)]
    source_base: Option<Text<'a>>,
    space: Option<u64>,
    token_amount: Option<Amount>,
    #[serde(borrow)]
    wallet: Option<Text<'a>>,
}

#[derive(Deserialize)]
struct Amount {
    amount: Units,
}

/// Reads what a node told; odd if it lacks what its kind needs.
///
/// # Errors
/// If it names an account that the transaction has not.
pub(super) fn read(program: Key, told: &RawValue, message: &Message<'_>) -> Result<Meaning, String> {
    let Ok(parsed) = serde_json::from_str::<Parsed<'_>>(told.get()) else { return Ok(Meaning::Odd) };
    let kind = parsed.kind.as_str();
    if moves_nothing(program, kind) {
        return Ok(Meaning::Nothing);
    }
    let Some(info) = parsed.info.and_then(|info| serde_json::from_str::<Info<'_>>(info.get()).ok()) else {
        return Ok(Meaning::Odd);
    };
    let fields = Fields { info: &info, message };
    let meaning = match program {
        SYSTEM => fields.system(kind)?,
        ASSOCIATED => fields.associated(kind)?,
        program => fields.token(kind, program == TOKEN_2022)?,
    };
    Ok(meaning.unwrap_or(Meaning::Odd))
}

/// Kinds whose fields need no look.
fn moves_nothing(program: Key, kind: &str) -> bool {
    if program == SYSTEM {
        return matches!(
            kind,
            "assign" | "assignWithSeed" | "allocate" | "allocateWithSeed" | "advanceNonce" | "initializeNonce"
        ) || matches!(kind, "authorizeNonce" | "upgradeNonce");
    }
    if program == ASSOCIATED {
        return kind == "recoverNested";
    }
    let exact: [&str; 6] =
        ["approve", "approveChecked", "revoke", "freezeAccount", "thawAccount", "getAccountDataSize"];
    let others =
        ["amountToUiAmount", "uiAmountToAmount", "createNativeMint", "reallocate", "harvestWithheldTokensToMint"];
    let opens =
        kind.strip_prefix("initialize").is_some_and(|what| !matches!(what, "Account" | "Account2" | "Account3"));
    let sets = ["enable", "disable", "update", "set", "pause", "resume", "remove", "emit", "configure", "approveConf"];
    let sets = kind != "setAuthority" && sets.iter().any(|start| kind.starts_with(start));
    let rest = ["applyPending", "emptyConfidential", "rotateConfidential", "harvestWithheldConf"];
    exact.contains(&kind) || others.contains(&kind) || opens || sets || rest.iter().any(|start| kind.starts_with(start))
}

struct Fields<'a> {
    info: &'a Info<'a>,
    message: &'a Message<'a>,
}

type Read = Result<Option<Meaning>, String>;

/// Goes on with a value, or ends with no meaning.
macro_rules! needed {
    ($value:expr) => {
        match $value {
            Some(value) => value,
            None => return Ok(None),
        }
    };
}

impl Fields<'_> {
    fn place(&self, name: Option<&Text<'_>>) -> Result<Option<usize>, String> {
        let Some(name) = name.map(Text::as_str) else { return Ok(None) };
        match self.message.names.get(name) {
            Some(place) => Ok(Some(usize::from(*place))),
            None => {
                let name: String = name.chars().take(50).collect();
                Err(format!("an instruction names the account {name}, which is not among its accounts: ask again"))
            }
        }
    }

    /// Who signs for a token account: its owner or delegate, or a multisig.
    fn authority(&self) -> Result<Option<usize>, String> {
        let by = self.info.authority.as_ref().or(self.info.multisig_authority.as_ref());
        self.place(by)
    }

    fn amount(&self) -> Option<u64> {
        let told = self.info.amount.or(self.info.token_amount.as_ref().map(|amount| amount.amount));
        told.map(|units| units.0)
    }

    fn system(&self, kind: &str) -> Read {
        let info = self.info;
        let lamports = info.lamports.map(|units| units.0);
        Ok(Some(match kind {
            "createAccount" | "createAccountWithSeed" | "createAccountAllowPrefund" => Meaning::Create {
                from: self.place(info.source.as_ref())?,
                account: needed!(self.place(info.new_account.as_ref())?),
                lamports: lamports.unwrap_or_default(),
                space: info.space.unwrap_or_default(),
                program: needed!(told_key(info.owner.as_ref())),
            },
            "transfer" | "transferWithSeed" => {
                let from = needed!(self.place(info.source.as_ref())?);
                let base = self.place(info.source_base.as_ref())?;
                let to = needed!(self.place(info.destination.as_ref())?);
                Meaning::Transfer { from, to, lamports: needed!(lamports), authority: base.unwrap_or(from) }
            }
            "withdrawFromNonce" => Meaning::Transfer {
                from: needed!(self.place(info.nonce_account.as_ref())?),
                to: needed!(self.place(info.destination.as_ref())?),
                lamports: needed!(lamports),
                authority: needed!(self.place(info.nonce_authority.as_ref())?),
            },
            _ => Meaning::Odd,
        }))
    }

    fn associated(&self, kind: &str) -> Read {
        if !matches!(kind, "create" | "createIdempotent") {
            return Ok(None);
        }
        let account = needed!(self.place(self.info.account.as_ref())?);
        let mint = needed!(told_key(self.info.mint.as_ref()));
        Ok(Some(Meaning::Associated { account, mint, wallet: needed!(told_key(self.info.wallet.as_ref())) }))
    }

    fn token(&self, kind: &str, is_2022: bool) -> Read {
        let info = self.info;
        let account = self.place(info.account.as_ref());
        let (mint, owner) = (told_key(info.mint.as_ref()), told_key(info.owner.as_ref()));
        Ok(Some(match kind {
            "initializeAccount" | "initializeAccount2" | "initializeAccount3" => {
                Meaning::Open { account: needed!(account?), mint: needed!(mint), owner: needed!(owner) }
            }
            "transfer" | "transferChecked" | "transferCheckedWithFee" => Meaning::Move {
                from: needed!(self.place(info.source.as_ref())?),
                to: needed!(self.place(info.destination.as_ref())?),
                mint,
                amount: needed!(self.amount()),
                fee: info.fee_amount.as_ref().map_or(0, |fee| fee.amount.0),
                may_withhold: is_2022 && kind == "transferChecked",
                authority: needed!(self.authority()?),
            },
            "mintTo" | "mintToChecked" => {
                Meaning::Mint { mint: needed!(mint), account: needed!(account?), amount: needed!(self.amount()) }
            }
            "burn" | "burnChecked" | "permissionedBurn" | "permissionedBurnChecked" => Meaning::Burn {
                mint: needed!(mint),
                account: needed!(account?),
                amount: needed!(self.amount()),
                authority: needed!(self.authority()?),
            },
            "closeAccount" => {
                Meaning::Close { account: needed!(account?), to: needed!(self.place(info.destination.as_ref())?) }
            }
            "setAuthority" if info.authority_type.as_ref().map(Text::as_str) == Some("accountOwner") => {
                let owner = needed!(told_key(info.new_authority.as_ref()));
                Meaning::Hand { account: needed!(account?), owner }
            }
            "setAuthority" => Meaning::Nothing,
            "syncNative" => Meaning::Sync { account: needed!(account?) },
            "unwrapLamports" => Meaning::Unwrap {
                account: needed!(self.place(info.source.as_ref().or(info.account.as_ref()))?),
                to: needed!(self.place(info.destination.as_ref())?),
                amount: self.amount(),
                authority: needed!(self.authority()?),
            },
            "withdrawExcessLamports" => Meaning::Excess {
                account: needed!(self.place(info.source.as_ref())?),
                to: needed!(self.place(info.destination.as_ref())?),
            },
            "withdrawWithheldTokensFromMint" | "withdrawWithheldTokensFromAccounts" => {
                Meaning::Withheld { mint: needed!(mint), to: needed!(self.place(info.fee_recipient.as_ref())?) }
            }
            "depositConfidentialTransfer" | "withdrawConfidentialTransfer" => {
                let account = needed!(self.place(info.account.as_ref().or(info.source.as_ref()))?);
                let amount = i128::from(needed!(self.amount()));
                Meaning::Reveal { account, amount: if kind.starts_with("deposit") { -amount } else { amount } }
            }
            kind if kind.to_ascii_lowercase().contains("confidential") => Meaning::Hidden,
            _ => Meaning::Odd,
        }))
    }
}

/// A key that need not be one of the transaction's accounts: owners and programs stand in data.
fn told_key(text: Option<&Text<'_>>) -> Option<Key> {
    key(text?.as_str())
}
