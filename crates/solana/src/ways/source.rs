//! A node, or recorded replies instead of one, asked the same questions.

use fundtrail_rpc::{Call, Client, Endpoint, Error::Answered, Recorder, Reply};
use fundtrail_types::{Address, Chain, Problem, TxId};
use futures_util::future::join_all;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use solana_client::rpc_response::RpcConfirmedTransactionStatusWithSignature;

use super::{
    answers::{BlockOrder, Gone, Signature},
    ask,
    replay::Replay,
};
use crate::{Error, RawBlock, RawTransaction, programs};

/// What a message tells of an answer that cannot be read.
const WHY_CHARS_MAX: usize = 300;

/// Where transactions come from.
#[derive(Debug)]
pub struct Source {
    way: Way,
    chain: Chain,
}

#[derive(Debug)]
enum Way {
    Node(Client, Option<Recorder>),
    Replay(Box<Replay>),
}

impl Source {
    /// Meets a node, and asks which chain it is of. What it answers from now on is recorded, if a recorder is given.
    ///
    /// # Errors
    /// [`Error::WrongChain`]; whatever keeps it from answering.
    pub async fn node(client: Client, expected: Option<Chain>, recorder: Option<Recorder>) -> Result<Self, Error> {
        let mut source = Self { way: Way::Node(client, recorder), chain: Chain::SOLANA };
        let hash: String = source.one(ask::genesis(), "the hash of the first block").await?;
        source.chain = chain_of(&hash).map_err(|why| source.malformed(ask::GENESIS, "a hash", why))?;
        source.expect(expected)?;
        Ok(source)
    }

    /// Takes recorded replies instead of a node.
    ///
    /// # Errors
    /// [`Error::WrongChain`], or [`Error::ChainNotNamed`] if neither the replies nor the caller name the chain.
    pub fn replay(replay: Replay, expected: Option<Chain>) -> Result<Self, Error> {
        let named = replay.genesis().and_then(|hash| chain_of(hash).ok());
        let source_name = replay.name();
        let chain = named.or(expected).ok_or(Error::ChainNotNamed { source_name })?;
        let source = Self { way: Way::Replay(Box::new(replay)), chain };
        source.expect(expected)?;
        Ok(source)
    }

    /// The chain.
    #[must_use]
    pub fn chain(&self) -> Chain {
        self.chain
    }

    /// The endpoint without its key, or the folder.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.way {
            Way::Node(client, _) => client.endpoint().to_string(),
            Way::Replay(replay) => replay.name(),
        }
    }

    /// The endpoint, if this is a node. It hides its key in what is shown.
    #[must_use]
    pub fn endpoint(&self) -> Option<&Endpoint> {
        match &self.way {
            Way::Node(client, _) => Some(client.endpoint()),
            Way::Replay(_) => None,
        }
    }

    /// What is recorded, if this is a recording.
    #[must_use]
    pub fn recorded(&self) -> Option<&Replay> {
        match &self.way {
            Way::Node(..) => None,
            Way::Replay(replay) => Some(replay),
        }
    }

    /// Waits until everything that was recorded is on the disk.
    ///
    /// # Errors
    /// [`fundtrail_rpc::Error::File`] if the disk refuses.
    pub fn sync(&self) -> Result<(), Error> {
        match &self.way {
            Way::Node(_, Some(recorder)) => Ok(recorder.sync()?),
            _ => Ok(()),
        }
    }

    /// The last slot that no reorganisation takes back.
    ///
    /// # Errors
    /// Whatever keeps the source from answering; the same holds for all questions below.
    pub async fn finalized(&mut self) -> Result<u64, Error> {
        self.one(ask::slot(), "a slot").await
    }

    /// The first slot that the source keeps. What was before it is not known to it.
    ///
    /// # Errors
    /// As above.
    pub async fn first_slot(&mut self) -> Result<u64, Error> {
        self.one(ask::first_block(), "a slot").await
    }

    /// A page of the transactions that name an address, the newest first, only those before `before`. Empty at the end.
    ///
    /// # Errors
    /// As above.
    pub async fn signatures(&mut self, address: &Address, before: Option<&TxId>) -> Result<Vec<Signature>, Error> {
        let call = ask::signatures(&address.to_string(), before.map(ToString::to_string).as_deref());
        let rows: Vec<RpcConfirmedTransactionStatusWithSignature> = self.one(call, "a list of signatures").await?;
        let read = |row| Signature::read(self.chain, row);
        let page: Result<Vec<_>, _> = rows.iter().map(read).collect();
        page.map_err(|why| self.malformed(ask::SIGNATURES, "a list of signatures", why))
    }

    /// The token accounts that an owner has now.
    ///
    /// # Errors
    /// As above.
    pub async fn token_accounts(&mut self, owner: &Address) -> Result<Vec<Address>, Error> {
        #[derive(serde::Deserialize)]
        struct Answer {
            value: Vec<Keyed>,
        }
        #[derive(serde::Deserialize)]
        struct Keyed {
            pubkey: String,
        }
        let mut accounts = Vec::new();
        for program in [programs::TOKEN, programs::TOKEN_2022] {
            let call = ask::token_accounts(owner, &program.address().to_string());
            let answer: Answer = self.one(call, "a list of token accounts").await?;
            for keyed in answer.value {
                let account = Address::parse(self.chain, &keyed.pubkey)
                    .map_err(|error| self.malformed(ask::TOKEN_ACCOUNTS, "an account", error.to_string()))?;
                accounts.push(account);
            }
        }
        accounts.sort();
        accounts.dedup();
        Ok(accounts)
    }

    /// Transactions, in the order in which they are named.
    ///
    /// # Errors
    /// As above. A transaction that the source does not keep is no error.
    pub async fn transactions(&mut self, ids: &[TxId]) -> Result<Vec<Result<RawTransaction, Gone>>, Error> {
        let calls: Vec<Call> = ids.iter().map(|id| ask::transaction(&id.to_string())).collect();
        let answers = match &mut self.way {
            Way::Node(client, _) => client.calls(&calls).await,
            Way::Replay(replay) => replay.answers(&calls)?,
        };
        let answers = self.take(&calls, answers)?;
        let read = |answer: Result<Box<RawValue>, Gone>| match answer {
            Ok(json) if json.get() == "null" => {
                Ok(Err(Gone::NotKept("it answers null: it does not keep this transaction".to_owned())))
            }
            Ok(json) => RawTransaction::from_result(self.chain, json)
                .map(Ok)
                .map_err(|problem| self.malformed(ask::TRANSACTION, "a transaction", problem.reason)),
            Err(gone) => Ok(Err(gone)),
        };
        answers.into_iter().map(read).collect()
    }

    /// The slots of a range that have a block.
    ///
    /// # Errors
    /// As above.
    pub async fn slots(&mut self, from: u64, to: u64) -> Result<Vec<u64>, Error> {
        let slots: Vec<u64> = self.one(ask::blocks(from, to), "a list of slots").await?;
        let in_order = slots.is_sorted_by(|a, b| a < b) && slots.iter().all(|slot| (from..=to).contains(slot));
        if !in_order {
            return Err(self.malformed(ask::BLOCKS, "the slots asked for, in order", format!("{from} to {to}")));
        }
        Ok(slots)
    }

    /// Blocks, in the order in which they are named; each is asked for in a message of its own, because one may take megabytes.
    ///
    /// # Errors
    /// As above. A block that the source does not keep is no error.
    pub async fn blocks(&mut self, slots: &[u64]) -> Result<Vec<Result<RawBlock, Gone>>, Error> {
        let answers = self.singly(slots.iter().map(|slot| ask::block(*slot)).collect()).await?;
        let read = |(slot, answer): (&u64, Result<Box<RawValue>, Gone>)| match answer {
            Ok(json) if json.get() == "null" => {
                Err(Gone::NotKept("it answers null: it does not keep this block".into()))
            }
            answer => answer.map(|json| RawBlock { slot: *slot, json }),
        };
        Ok(slots.iter().zip(answers).map(read).collect())
    }

    /// The transactions of a block in their order; none if the source does not keep it.
    ///
    /// # Errors
    /// As above.
    pub async fn order(&mut self, slot: u64) -> Result<Option<BlockOrder>, Error> {
        #[derive(serde::Deserialize)]
        #[serde(rename_all = "camelCase")]
        struct Answer {
            parent_slot: u64,
            signatures: Vec<String>,
        }
        let answers = self.singly(vec![ask::order(slot)]).await?;
        let Some(Ok(json)) = answers.into_iter().next() else { return Ok(None) };
        if json.get() == "null" {
            return Ok(None);
        }
        let malformed = |why: String| self.malformed(ask::BLOCK, "the signatures of a block", why);
        let answer: Answer = serde_json::from_str(json.get()).map_err(|error| malformed(error.to_string()))?;
        let ids = answer.signatures.iter().map(|text| TxId::parse(self.chain, text)).collect::<Result<Vec<_>, _>>();
        let ids = ids.map_err(|error| malformed(error.to_string()))?;
        Ok(Some(BlockOrder { parent_slot: answer.parent_slot, ids: ids.into_iter().zip(0..).collect() }))
    }

    /// What of a recording could not be used.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        self.recorded().map_or(&[], Replay::problems)
    }

    /// One of [`Replay::transactions`]; none of a node.
    ///
    /// # Errors
    /// If its file changed.
    pub fn recorded_transaction(&mut self, slot: u64, id: &TxId) -> Result<Option<RawTransaction>, Error> {
        match &mut self.way {
            Way::Node(..) => Ok(None),
            Way::Replay(replay) => replay.transaction(self.chain, slot, id),
        }
    }

    /// One of [`Replay::slots`]; none of a node.
    ///
    /// # Errors
    /// If its file changed.
    pub fn recorded_block(&mut self, slot: u64) -> Result<Option<RawBlock>, Error> {
        match &mut self.way {
            Way::Node(..) => Ok(None),
            Way::Replay(replay) => replay.block(slot),
        }
    }

    async fn singly(&mut self, calls: Vec<Call>) -> Result<Vec<Result<Box<RawValue>, Gone>>, Error> {
        let answers = match &mut self.way {
            Way::Node(client, _) => join_all(calls.iter().map(|call| client.call(call.clone()))).await,
            Way::Replay(replay) => replay.answers(&calls)?,
        };
        self.take(&calls, answers)
    }

    async fn one<T: DeserializeOwned>(&mut self, call: Call, expected: &'static str) -> Result<T, Error> {
        let method = call.method();
        let answer = match &mut self.way {
            Way::Node(client, recorder) => {
                let result = client.call(call.clone()).await?;
                if let Some(recorder) = recorder {
                    recorder.append(&[Reply { call: &call, result: &result }])?;
                }
                result
            }
            Way::Replay(replay) => replay.answer(&call)?,
        };
        serde_json::from_str(answer.get()).map_err(|error| self.malformed(method, expected, error.to_string()))
    }

    /// Records what came, and tells what is not kept from what went wrong.
    fn take(
        &mut self,
        calls: &[Call],
        answers: Vec<Result<Box<RawValue>, fundtrail_rpc::Error>>,
    ) -> Result<Vec<Result<Box<RawValue>, Gone>>, Error> {
        if let Way::Node(_, Some(recorder)) = &mut self.way {
            let came = calls.iter().zip(&answers).filter_map(|(call, answer)| Some((call, answer.as_deref().ok()?)));
            let replies: Vec<Reply<'_>> = came.map(|(call, result)| Reply { call, result }).collect();
            recorder.append(&replies)?;
        }
        let sort = |answer| match answer {
            Ok(json) => Ok(Ok(json)),
            Err(Answered { code, ref message, .. }) if Gone::told_by(code, message).is_some() => {
                Ok(Err(Gone::told_by(code, message).unwrap_or(Gone::Skipped)))
            }
            Err(error) => Err(error.into()),
        };
        answers.into_iter().map(sort).collect()
    }

    fn expect(&self, expected: Option<Chain>) -> Result<(), Error> {
        match expected {
            Some(expected) if expected != self.chain => {
                Err(Error::WrongChain { source_name: self.name(), expected, found: self.chain })
            }
            _ => Ok(()),
        }
    }

    fn malformed(&self, method: &'static str, expected: &'static str, why: String) -> Error {
        Error::Malformed {
            source_name: self.name(),
            method,
            expected,
            // The library quotes whatever it did not expect, however long it is. A key is hidden before it can be cut in two.
            why: self
                .endpoint()
                .map_or(why.clone(), |endpoint| endpoint.redact(&why))
                .chars()
                .take(WHY_CHARS_MAX)
                .collect(),
        }
    }
}

/// CAIP-2 names a cluster by the first 32 letters of the hash of its first block.
fn chain_of(genesis: &str) -> Result<Chain, String> {
    let start = genesis.get(..32).ok_or_else(|| format!("`{genesis:.60}` is too short"))?;
    format!("solana:{start}").parse().map_err(|error: fundtrail_types::ChainError| error.to_string())
}
