//! What the rows of whole blocks tell.
//!
//! All rows of a transaction lie in one block, so that equal ones can be counted here: two equal transfers of one transaction
//! stay two. Where rows have a key (a transaction its hash, an event its index) the same key again is the same row, and is
//! taken once; told differently, it is a contradiction, and the second is a problem. An explorer's CSV export is read by the
//! same rules.

use std::collections::{BTreeMap, HashMap, hash_map::Entry};

use fundtrail_types::{Address, Amount, Asset, AssetInfo, Chain, Kind, KindClass, Movement, Problem, TxId};

use super::{
    Fees, LeftOut, List, internal,
    left_out::Why,
    row::{Row, record},
    tokens, transactions,
    window::Placed,
};

/// What a row tells.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) movements: Vec<Movement>,
    pub(super) symbol: Option<AssetInfo>,
    pub(super) why: Vec<Why>,
    /// None if equal rows may be different movements.
    pub(super) key: Option<Key>,
}

/// What tells a row from others.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    Transaction(TxId),
    Call(TxId, u32),
    Event(TxId, u32),
}

impl Read {
    pub(super) fn left_out(why: Why) -> Self {
        Self { why: vec![why], ..Self::default() }
    }

    pub(super) fn native(
        &mut self,
        row: &Row<'_>,
        kind: Kind,
        from: Address,
        to: Option<Address>,
        amount: Amount,
    ) -> Result<(), String> {
        self.movements.push(row.movement(kind, Asset::native(row.chain()), (from, to), amount)?);
        Ok(())
    }

    /// Where in its transaction it stands.
    pub(super) fn at(&mut self, leg: Option<u32>) {
        self.movements.iter_mut().for_each(|one| one.order.leg = leg);
    }
}

/// Whose rows, and how they are read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context<'a> {
    pub(super) chain: Chain,
    pub(super) address: &'a Address,
    pub(super) list: List,
    pub(super) fees: Fees,
    /// `explorer HOST`.
    pub(super) source: &'a str,
}

/// What rows tell together.
#[derive(Debug, Default)]
pub(super) struct Told {
    pub(super) movements: Vec<Movement>,
    pub(super) symbols: BTreeMap<Asset, AssetInfo>,
    pub(super) problems: Vec<Problem>,
    pub(super) left_out: LeftOut,
}

/// A movement's identity, `n` aside.
type Identity = (TxId, KindClass, Asset, Option<Address>, Option<Address>, Amount);

/// Reads the rows of whole blocks.
pub(super) fn read(rows: &[Placed], context: &Context<'_>) -> Told {
    let mut told = Told::default();
    let mut seen: HashMap<Identity, u32> = HashMap::new();
    let mut keys: HashMap<Key, (Vec<Movement>, Vec<Why>)> = HashMap::new();
    for placed in rows {
        let read = Row::read(&placed.raw, context.chain).and_then(|row| match context.list {
            List::Transactions => transactions::read(&row, context.fees),
            List::Internal => internal::read(&row),
            List::Tokens => tokens::read(&row),
        });
        let new = read.and_then(|read| match read.key.clone().map(|key| keys.entry(key)) {
            Some(Entry::Occupied(before)) if before.get().0 == read.movements && before.get().1 == read.why => Ok(None),
            Some(Entry::Occupied(_)) => Err("the explorer tells it twice, differently: ask again".to_owned()),
            Some(Entry::Vacant(place)) => {
                place.insert((read.movements.clone(), read.why.clone()));
                Ok(Some(read))
            }
            None => Ok(Some(read)),
        });
        match new {
            Ok(Some(read)) => told.add(read, &mut seen),
            Ok(None) => {}
            Err(reason) => told.problems.push(Problem {
                file: format!("{}, {} of {}", context.source, context.list.action(), context.address),
                line: None,
                reason: format!("{reason}; nothing is claimed to be known of these heights until it can be read"),
                record: record(&placed.raw),
            }),
        }
    }
    told
}

impl Told {
    fn add(&mut self, read: Read, seen: &mut HashMap<Identity, u32>) {
        read.why.into_iter().for_each(|why| self.left_out.count(why));
        for mut movement in read.movements {
            let count = seen.entry(identity(&movement)).or_default();
            movement.n = *count;
            *count = count.saturating_add(1);
            self.movements.push(movement);
        }
        if let Some(symbol) = read.symbol {
            self.symbols.insert(symbol.asset.clone(), symbol);
        }
    }
}

fn identity(movement: &Movement) -> Identity {
    let (kind, from, to) = movement.canonical();
    (movement.tx.clone(), kind.class(), movement.asset.clone(), from.cloned(), to.cloned(), movement.amount)
}
