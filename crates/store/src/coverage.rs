//! Coverage rows: the whole claim is the key, so that claiming twice is claiming once. Claims of one source that touch
//! or overlap are one claim, whatever came first.

use std::collections::BTreeMap;

use fundtrail_types::{Account, Claim, Coverage, Direction, What};

use crate::{
    AccountId, AssetId, ChainId, Store, StoreError,
    bytes::{Bytes, Put, Row, Take},
    families::COVERAGE,
    names::{Namer, NewNames},
    writer::Unclaimed,
};

const WHATS: [What; 5] = [What::All, What::Native, What::Internal, What::Token, What::Fee];
const DIRECTIONS: [Direction; 3] = [Direction::In, Direction::Out, Direction::Both];
const CLAIMS: [Claim; 2] = [Claim::Complete, Claim::Listed];

/// The row of a claim.
pub(crate) fn row(namer: &mut Namer, store: &Store, new: &mut NewNames, claim: &Coverage) -> Result<Row, StoreError> {
    let key = subject(namer, store, new, claim)?
        .u64(claim.from_height)
        .u64(claim.to_height)
        .bytes(claim.source.as_bytes())
        .u8(0)
        .bytes(claim.note.as_deref().unwrap_or_default().as_bytes());
    Ok((&COVERAGE, key.0, Bytes::new()))
}

/// What a claim speaks of: the part of its key before the heights.
fn subject(namer: &mut Namer, store: &Store, new: &mut NewNames, claim: &Coverage) -> Result<Put, StoreError> {
    let chain = namer.chain(store, new, claim.chain)?;
    let account = match &claim.account {
        Some(account) => namer.account(store, new, account.chain, &account.address)?,
        None => AccountId::NONE,
    };
    let asset = match &claim.asset {
        Some(asset) => namer.asset(store, new, asset)?.0,
        None => 0,
    };
    let put = Put::default().u32(chain.0).u64(account.0);
    let put = put.u8(number(&WHATS, claim.what)).u8(number(&DIRECTIONS, claim.direction)).u64(asset);
    Ok(put.u8(number(&CLAIMS, claim.claim)))
}

/// What claims change, joined with those that are stored: rows to delete, and rows to put. Of heights that are `unclaimed`
/// what is stored goes first.
pub(crate) fn joined(
    store: &Store,
    namer: &mut Namer,
    new: &mut NewNames,
    claims: impl IntoIterator<Item = Coverage>,
    unclaimed: &Unclaimed,
) -> Result<(Vec<Row>, Vec<Row>), StoreError> {
    let (mut deletes, mut puts) = (Vec::new(), Vec::new());
    let mut by_subject: BTreeMap<Coverage, Vec<(u64, u64)>> = BTreeMap::new();
    for claim in claims {
        let heights = (claim.from_height, claim.to_height);
        by_subject.entry(Coverage { from_height: 0, to_height: 0, ..claim }).or_default().push(heights);
    }
    for (chain, source) in unclaimed.keys() {
        let Some(chain) = store.chain_number(*chain)? else { continue };
        let claims = store.claims(chain, Some(AccountId::NONE))?;
        for claim in claims.into_iter().filter(|claim| claim.source == *source) {
            by_subject.entry(Coverage { from_height: 0, to_height: 0, ..claim }).or_default();
        }
    }
    for (subject_of, mut ranges) in by_subject {
        let prefix = subject(namer, store, new, &subject_of)?.0;
        let mut stored = Vec::new();
        for row in store.scan(COVERAGE, prefix) {
            let claim = store.parse_claim(&row?.0)?;
            if (&claim.source, &claim.note) == (&subject_of.source, &subject_of.note) {
                stored.push((claim.from_height, claim.to_height));
            }
        }
        let holes = subject_of.account.is_none().then(|| unclaimed.get(&(subject_of.chain, subject_of.source.clone())));
        let kept = match holes.flatten() {
            Some(holes) => fundtrail_types::ranges_without(stored.clone(), holes.clone()),
            None => stored.clone(),
        };
        ranges.extend(kept);
        let joined = fundtrail_types::join_ranges(ranges);
        let mut row = |&(from_height, to_height): &(u64, u64)| {
            row(namer, store, new, &Coverage { from_height, to_height, ..subject_of.clone() })
        };
        for gone in stored.iter().filter(|range| !joined.contains(range)) {
            deletes.push(row(gone)?);
        }
        for range in joined.iter().filter(|range| !stored.contains(range)) {
            puts.push(row(range)?);
        }
    }
    Ok((deletes, puts))
}

/// What is left of a claim without some heights.
pub(crate) fn without(claim: &Coverage, holes: &[(u64, u64)]) -> Vec<Coverage> {
    let rest = fundtrail_types::ranges_without(vec![(claim.from_height, claim.to_height)], holes.to_vec());
    let claim = |(from_height, to_height)| Coverage { from_height, to_height, ..claim.clone() };
    rest.into_iter().map(claim).collect()
}

/// Place in a list of values whose order on disk never changes; new values are appended.
fn number<T: PartialEq>(all: &[T], value: T) -> u8 {
    all.iter().position(|one| *one == value).and_then(|place| u8::try_from(place).ok()).unwrap_or(u8::MAX)
}

impl Store {
    /// What sources claim to cover of an account, the claims about its whole chain included.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn coverage_of(&self, account: &Account) -> Result<Vec<Coverage>, StoreError> {
        let Some(chain) = self.chain_number(account.chain)? else { return Ok(Vec::new()) };
        let mut claims = self.claims(chain, Some(AccountId::NONE))?;
        if let Some(id) = self.account_id(account)? {
            claims.extend(self.claims(chain, Some(id))?);
        }
        claims.sort();
        Ok(claims)
    }

    /// The claims about a chain and about those of its accounts that are wanted, each with its account; [`AccountId::NONE`] for the
    /// chain. Every claim is read, and only the wanted ones are named.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn coverage_among(
        &self,
        chain: ChainId,
        wanted: &dyn Fn(AccountId) -> bool,
    ) -> Result<Vec<(AccountId, Coverage)>, StoreError> {
        let mut claims = Vec::new();
        for row in self.scan(COVERAGE, Put::default().u32(chain.0).0) {
            let (key, _) = row?;
            let mut take = Take(&key);
            let account = take.u32().and_then(|_| take.u64()).map(AccountId);
            let account = account.ok_or_else(|| StoreError::damaged(COVERAGE.name, &key, "claim"))?;
            if account == AccountId::NONE || wanted(account) {
                claims.push((account, self.parse_claim(&key)?));
            }
        }
        Ok(claims)
    }

    /// Every claim about a chain or its accounts.
    ///
    /// # Errors
    /// If the database fails or a row is damaged.
    pub fn coverage(&self, chain: ChainId) -> Result<Vec<Coverage>, StoreError> {
        let mut claims = self.claims(chain, None)?;
        claims.sort();
        Ok(claims)
    }

    fn claims(&self, chain: ChainId, account: Option<AccountId>) -> Result<Vec<Coverage>, StoreError> {
        let mut prefix = Put::default().u32(chain.0);
        if let Some(account) = account {
            prefix = prefix.u64(account.0);
        }
        let mut claims = Vec::new();
        for row in self.scan(COVERAGE, prefix.0) {
            let (key, _) = row?;
            claims.push(self.parse_claim(&key)?);
        }
        Ok(claims)
    }

    /// Reads the row of a claim.
    pub(crate) fn parse_claim(&self, key: &[u8]) -> Result<Coverage, StoreError> {
        let damaged = |what| StoreError::damaged(COVERAGE.name, key, what);
        let of_account = |error: StoreError| error.at(COVERAGE, key, "a claim about an account that is not known");
        let of_asset = |error: StoreError| error.at(COVERAGE, key, "a claim about an asset that is not known");
        let fields = |key: &[u8]| {
            let mut take = Take(key);
            let ids = (ChainId(take.u32()?), AccountId(take.u64()?));
            let (what, direction) = (WHATS.get(usize::from(take.u8()?))?, DIRECTIONS.get(usize::from(take.u8()?))?);
            let asset = AssetId(take.u64()?);
            let claim = CLAIMS.get(usize::from(take.u8()?))?;
            let heights = (take.u64()?, take.u64()?);
            let mut texts = take.rest().splitn(2, |byte| *byte == 0).map(|text| std::str::from_utf8(text).ok());
            Some((ids, *what, *direction, asset, *claim, heights, texts.next()??.to_owned(), texts.next()??.to_owned()))
        };
        let ((chain, account), what, direction, asset, claim, heights, source, note) =
            fields(key).ok_or_else(|| damaged("a claim of which a field is missing or means nothing"))?;
        Ok(Coverage {
            chain: self.chain_of(chain).ok_or_else(|| damaged("a claim about a chain that is not known"))?,
            account: if account == AccountId::NONE { None } else { Some(self.account(account).map_err(of_account)?) },
            what,
            direction,
            asset: if asset.0 == 0 { None } else { Some(self.asset(asset).map_err(of_asset)?) },
            from_height: heights.0,
            to_height: heights.1,
            claim,
            source,
            note: (!note.is_empty()).then_some(note),
        })
    }
}

#[cfg(test)]
mod tests {
    use fundtrail_types::Chain;

    use super::*;

    #[test]
    fn heights_are_taken_out_of_a_claim() {
        let claim = |from_height, to_height| Coverage {
            chain: Chain::ETHEREUM,
            account: None,
            what: What::All,
            direction: Direction::Both,
            asset: None,
            from_height,
            to_height,
            claim: Claim::Complete,
            source: "x".to_owned(),
            note: None,
        };
        let rest = |holes: &[(u64, u64)]| without(&claim(10, 20), holes);
        assert_eq!(rest(&[]), [claim(10, 20)]);
        assert_eq!(rest(&[(5, 9), (21, 30)]), [claim(10, 20)]);
        assert_eq!(rest(&[(12, 14)]), [claim(10, 11), claim(15, 20)]);
        assert_eq!(rest(&[(5, 14)]), [claim(15, 20)]);
        assert_eq!(rest(&[(20, 20), (10, 10)]), [claim(11, 19)]);
        assert_eq!(rest(&[(0, u64::MAX)]), []);
    }
}
