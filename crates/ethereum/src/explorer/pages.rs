//! An account's lists, in batches that can be stored one by one.
//!
//! A batch is whole blocks of one list, with what may be claimed of them, so that rows, claims and checkpoint can be stored
//! together: after a crash the list goes on at [`Batch::next`], and nothing is claimed that was not stored. A list that fails
//! is given up with its error, and the next one begins: what a plan does not serve does not keep back what it does.

use fundtrail_types::{Account, AssetInfo, Coverage, Movement, Problem};

use super::{
    Error, LeftOut, List, Paging, Source,
    coverage::{Extent, claims},
    told::{self, Context},
    window::{Placed, Wanted, Window},
};

/// The last block where no other is named: the default of Etherscan (docs.etherscan.io). No chain of Ethereum's kind is near it.
const OPEN_END: u64 = 999_999_999;

/// What is wanted of an explorer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// Whose lists.
    pub account: Account,
    /// Which lists, and where each begins.
    pub starts: Starts,
    /// The last height: what [`Source::up_to`] says. None if it is not known: then the last block of each list is read,
    /// and not claimed, because it may not be the last row of it.
    pub to: Option<u64>,
    /// Whether the chain's fees are what rows tell.
    pub fees: Fees,
}

/// The first height that is wanted of each list; none leaves the list out, or it is done already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Starts {
    /// Of transactions.
    pub transactions: Option<u64>,
    /// Of internal calls.
    pub internal: Option<u64>,
    /// Of tokens.
    pub tokens: Option<u64>,
}

/// Whether `gasUsed * gasPrice` is the whole fee on a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fees {
    /// It is, as on Ethereum but for blobs, of which no explorer's list tells.
    GasTimesPrice,
    /// It is not, as on chains that also pay the chain below: no fee is a movement, and none is claimed to be known.
    NotTold,
}

/// Some whole blocks of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Batch {
    /// Which list.
    pub list: List,
    /// First and last height that were read to their end; none if nothing is sure.
    pub heights: Option<(u64, u64)>,
    /// Where the list goes on; none if it is done. A run that begins there ([`Starts`]) loses nothing and doubles nothing.
    pub next: Option<u64>,
    /// What moved, in the order of the explorer.
    pub movements: Vec<Movement>,
    /// What tokens say of themselves. Proves nothing, scales nothing.
    pub symbols: Vec<AssetInfo>,
    /// Rows that could not be read. Nothing is claimed of a batch that has any.
    pub problems: Vec<Problem>,
    /// Rows that are good and no movements.
    pub left_out: LeftOut,
    /// What may be claimed to be known.
    pub coverage: Vec<Coverage>,
    /// What the explorer says is missing. Nothing is claimed then.
    pub note: Option<String>,
}

/// Reads an account's lists, batch by batch.
#[derive(Debug)]
pub struct Pages {
    source: Source,
    query: Query,
    paging: Paging,
    /// How far each list is, in the order of [`List::ALL`].
    starts: [Option<u64>; 3],
}

impl Starts {
    /// All lists from one height on.
    #[must_use]
    pub fn from(height: u64) -> Self {
        Self { transactions: Some(height), internal: Some(height), tokens: Some(height) }
    }
}

impl Pages {
    /// Begins; nothing is asked yet.
    ///
    /// # Errors
    /// [`Error::WrongChain`] if the account is of another chain than the source.
    pub fn new(source: impl Into<Source>, query: Query, paging: Paging) -> Result<Self, Error> {
        let source = source.into();
        if query.account.chain != source.chain() {
            let (expected, found) = (query.account.chain.to_string(), source.chain().to_string());
            return Err(Error::WrongChain { explorer: source.host().to_owned(), expected, found });
        }
        let to = query.to.unwrap_or(OPEN_END);
        let starts = [query.starts.transactions, query.starts.internal, query.starts.tokens];
        let starts = starts.map(|start| start.filter(|start| *start <= to));
        Ok(Self { source, query, paging, starts })
    }

    /// The source, to make what was recorded safe on the disk, or for another account.
    #[must_use]
    pub fn into_source(self) -> Source {
        self.source
    }

    /// The source.
    #[must_use]
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// The next batch; none if all lists are done. After an error the list that failed is given up, and the next call begins the
    /// next list.
    ///
    /// # Errors
    /// [`Error`] if the explorer does not give the list.
    pub async fn next(&mut self) -> Option<Result<Batch, Error>> {
        let (list, place, start) = self.current()?;
        let batch = self.batch(list, start).await;
        if let Some(place) = self.starts.get_mut(place) {
            *place = batch.as_ref().ok().and_then(|batch| batch.next);
        }
        Some(batch)
    }

    /// The list that is being read.
    fn current(&self) -> Option<(List, usize, u64)> {
        let mut lists = List::ALL.into_iter().zip(self.starts).enumerate();
        lists.find_map(|(place, (list, start))| Some((list, place, start?)))
    }

    async fn batch(&mut self, list: List, start: u64) -> Result<Batch, Error> {
        let end = self.query.to.unwrap_or(OPEN_END);
        let wanted = Wanted { list, address: &self.query.account.address, start, end };
        let mut window = Window::read(&mut self.source, wanted, &mut self.paging).await?;
        let last = window.last();
        let (heights, next) = match last {
            _ if window.ended => (self.whole(start, last), None),
            Some(last) if last > start => {
                // The last block may go on in the next window.
                window.rows.retain(|row| row.height < last);
                (Some((start, last - 1)), Some(last))
            }
            _ => {
                let (explorer, rows) = (self.source.host().to_owned(), window.rows.len());
                return Err(Error::BlockTooLong { explorer, action: list.action(), height: start, rows });
            }
        };
        Ok(self.told(list, &window.rows, (heights, next), window.partial))
    }

    /// The heights that were read to their end, when a list ends.
    fn whole(&self, start: u64, last: Option<u64>) -> Option<(u64, u64)> {
        let to = self.query.to.or_else(|| last?.checked_sub(1))?;
        (start <= to).then_some((start, to))
    }

    fn told(&self, list: List, rows: &[Placed], at: (Option<(u64, u64)>, Option<u64>), note: Option<String>) -> Batch {
        let (heights, next) = at;
        let (account, fees) = (&self.query.account, self.query.fees);
        let source = self.source.name();
        let context = Context { chain: account.chain, address: &account.address, list, fees, source: &source };
        let told = told::read(rows, &context);
        let sure = heights.filter(|_| told.problems.is_empty() && note.is_none());
        let extent = |heights| Extent { account, list, heights, fees, left_out: told.left_out, source: &source };
        let coverage = sure.map(|heights| claims(&extent(heights))).unwrap_or_default();
        Batch {
            list,
            heights,
            next,
            movements: told.movements,
            symbols: told.symbols.into_values().collect(),
            problems: told.problems,
            left_out: told.left_out,
            coverage,
            note,
        }
    }
}
