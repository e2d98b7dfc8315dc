//! `fundtrail labels show|list`: who is who, and who says so.

use clap::{Args, Subcommand};
use fundtrail::{
    Conflict, Summary,
    types::{Account, Category, Class, Date, Label, Standing},
};
use fundtrail_report::clean;
use serde::Serialize;

use crate::{
    Outcome,
    args::{self, Lists},
    output,
};

/// Who is who, and who says so.
#[derive(Debug, Subcommand)]
pub(crate) enum Labels {
    /// What is asserted about an address.
    Show(Show),
    /// What the lists hold, and where they contradict each other.
    List(List),
}

/// What is asserted about an address.
#[derive(Debug, Args)]
pub(crate) struct Show {
    /// The address, or CAIP-10.
    #[arg(value_parser = args::account)]
    account: Account,
    #[command(flatten)]
    lists: Lists,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

/// What the lists hold, and where they contradict each other.
#[derive(Debug, Args)]
pub(crate) struct List {
    /// List the labels of this class one by one.
    #[arg(long, value_name = "CLASS")]
    class: Option<Class>,
    /// List the labels of this category one by one.
    #[arg(long, value_name = "CATEGORY")]
    category: Option<Category>,
    /// List the labels of this source one by one.
    #[arg(long, value_name = "SOURCE")]
    source: Option<String>,
    #[command(flatten)]
    lists: Lists,
    /// Print the answer as JSON.
    #[arg(long)]
    json: bool,
}

/// What `labels show` answers.
#[derive(Debug, Serialize)]
struct Shown {
    account: Account,
    as_of: Date,
    labels: Vec<LabelNow>,
}

/// A label, and what its listing is on the day of the answer.
#[derive(Debug, Serialize)]
struct LabelNow {
    #[serde(flatten)]
    label: Label,
    standing: Standing,
}

/// What `labels list` answers.
#[derive(Debug, Serialize)]
struct Listed {
    as_of: Date,
    summary: Summary,
    conflicts: Vec<Conflict>,
    labels: Vec<Label>,
}

impl Labels {
    pub(crate) fn run(self) -> anyhow::Result<Outcome> {
        match self {
            Self::Show(show) => show.run(),
            Self::List(list) => list.run(),
        }
    }
}

impl Show {
    fn run(self) -> anyhow::Result<Outcome> {
        let (reference, as_of) = (self.lists.reference()?, self.lists.as_of()?);
        let now = |label: &Label| LabelNow { label: label.clone(), standing: label.standing(Some(as_of)) };
        let labels = reference.labels().lookup(&self.account, as_of).into_iter().map(now).collect();
        let shown = Shown { account: self.account, as_of, labels };
        output::give_plain(self.json, &shown, |shown| {
            let mut text = format!("{} as of {}\n", shown.account, shown.as_of);
            if shown.labels.is_empty() {
                text += "no list at hand names this address; that says nothing about lists that are not at hand (`fundtrail labels list`)\n";
            }
            for now in &shown.labels {
                text += &format!("  {}\n    standing on that day: {}\n", line(&now.label), words(now.standing));
            }
            text
        })?;
        Ok(args::outcome(false, !reference.problems().is_empty()))
    }
}

impl List {
    fn run(self) -> anyhow::Result<Outcome> {
        let (reference, as_of) = (self.lists.reference()?, self.lists.as_of()?);
        let book = reference.labels();
        let asked = self.class.is_some() || self.category.is_some() || self.source.is_some();
        let wanted = |label: &&Label| {
            asked
                && self.class.is_none_or(|class| label.class == class)
                && self.category.is_none_or(|category| label.category == category)
                && self.source.as_ref().is_none_or(|source| label.source == *source)
                && label.is_known(as_of)
        };
        let labels = book.all().iter().filter(wanted).cloned().collect();
        let listed = Listed { as_of, summary: book.summary(), conflicts: book.conflicts(as_of), labels };
        output::give_plain(self.json, &listed, text)?;
        Ok(args::outcome(false, !reference.problems().is_empty()))
    }
}

fn text(listed: &Listed) -> String {
    let summary = &listed.summary;
    let mut text = format!("{} labels on {} addresses\n", summary.labels, summary.addresses);
    let classes: Vec<String> = summary.by_class.iter().map(|(class, count)| format!("{count} {class}")).collect();
    text += &format!("by class: {}\n", classes.join(", "));
    let sources: Vec<String> =
        summary.by_source.iter().map(|(source, count)| format!("{count} {}", clean(source))).collect();
    text += &format!("by source: {}\n", sources.join(", "));
    text += &format!("contradictions as of {}: {}\n", listed.as_of, listed.conflicts.len());
    for conflict in &listed.conflicts {
        text += &format!("  {}\n    {}\n", line(&conflict.first), line(&conflict.second));
    }
    for label in &listed.labels {
        text += &format!("{}\n", line(label));
    }
    text
}

/// One label in one line: what is claimed, by whom, how sure, since when.
fn line(label: &Label) -> String {
    let mut parts = vec![
        format!("{}:{}", label.chain, label.address),
        clean(&label.entity),
        format!("{} / {}", label.class, label.category),
        format!("says {} ({} confidence)", clean(&label.source), label.confidence),
    ];
    parts.extend(label.programme.as_ref().map(|programme| format!("programme {}", clean(programme))));
    parts.push(match (label.known_since, label.known_by) {
        (Some(since), _) => format!("known since {since}"),
        (None, Some(by)) => format!("date unknown, on the list of {by}"),
        (None, None) => "date unknown".to_owned(),
    });
    parts.extend(label.note.as_ref().map(|note| clean(note)));
    parts.join("; ")
}

fn words(standing: Standing) -> &'static str {
    match standing {
        Standing::InForce => "in force",
        Standing::NotYet => "not yet in force",
        Standing::Ended => "not in force any more",
        Standing::Unknown => "unknown, the list does not tell since when",
        Standing::NoListing => "not a listing",
    }
}
