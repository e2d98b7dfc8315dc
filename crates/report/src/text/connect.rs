//! The note on how two accounts are connected.

use fundtrail_types::{ConnectAnswer, Traced};

use crate::{Options, ReportError, clean::clean, names::Names, narrow, words};

use super::{certificate, page::Page, paths, shared};

/// The whole note.
pub(crate) fn connect(answer: &ConnectAnswer, options: &Options) -> Result<String, ReportError> {
    let [one, other] = &answer.accounts;
    let mut page = Page::default();
    page.line(format!("How {one} and {other} are connected"));
    for (from, to, traced) in [(one, other, &answer.there), (other, one, &answer.back)] {
        page.title(format!("What {from} sent to {to}"));
        match traced {
            Traced::Nothing(why) => page.line(format!("  nothing: {}", clean(why))),
            Traced::Answer(whole) => {
                let narrowed = narrow::to_target(whole, to)?;
                let names = Names::new(&narrowed.assets, narrowed.question.home());
                page.line(words::question(&narrowed.question, &names));
                paths::targets(&mut page, &narrowed, &names, options);
            }
        }
    }
    for traced in [&answer.descendants, &answer.ancestors] {
        match traced {
            Traced::Nothing(why) => page.title(format!("Nothing to compare: {}", clean(why))),
            Traced::Answer(whole) => {
                shared::section(&mut page, whole, &Names::new(&whole.assets, whole.question.home()), options);
            }
        }
    }
    let parts = [
        ("the first sent", &answer.there),
        ("the second sent", &answer.back),
        ("both sent", &answer.descendants),
        ("both received", &answer.ancestors),
    ];
    for (what, traced) in parts {
        if let Some(whole) = traced.answer() {
            let names = Names::new(&whole.assets, whole.question.home());
            page.title(format!("What was not searched of what {what}"));
            certificate::lines(&mut page, &whole.certificate, &names, options);
        }
    }
    Ok(page.finish())
}
