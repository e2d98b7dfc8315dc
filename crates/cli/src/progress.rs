//! Progress with a rate and the time left, on a terminal only; and ctrl-C, which asks the work to stop cleanly.

use std::{
    io::IsTerminal,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Set by ctrl-C.
#[derive(Clone, Debug, Default)]
pub(crate) struct Stop(Arc<AtomicBool>);

impl Stop {
    /// Listens for ctrl-C, for all that is done until the program ends. The second one ends it at once.
    pub(crate) fn listen() -> anyhow::Result<Self> {
        static LISTENING: OnceLock<Stop> = OnceLock::new();
        if let Some(stop) = LISTENING.get() {
            return Ok(stop.clone());
        }
        let stop = LISTENING.get_or_init(Self::default).clone();
        let flag = stop.0.clone();
        ctrlc::set_handler(move || {
            if flag.swap(true, Ordering::SeqCst) {
                std::process::exit(130);
            }
        })
        .context("cannot listen for ctrl-C")?;
        Ok(stop)
    }

    pub(crate) fn go_on(&self) -> bool {
        !self.0.load(Ordering::SeqCst)
    }
}

/// A bar over the bytes of a file, with records beside it.
pub(crate) fn bytes(total: Option<u64>) -> ProgressBar {
    let template = "{bar:30} {percent:>3} %  {bytes_per_sec:>12}  {eta_precise} left  {msg}";
    bar(total, template)
}

/// A bar over things that are counted.
pub(crate) fn count(total: Option<u64>, what: &str) -> ProgressBar {
    let template = match total {
        Some(_) => format!("{{bar:30}} {{pos}}/{{len}} {what}  {{per_sec:>12}}  {{eta_precise}} left"),
        None => format!("{{spinner}} {{human_pos}} {what}  {{per_sec:>12}}  {{elapsed_precise}}"),
    };
    bar(total, &template)
}

fn bar(total: Option<u64>, template: &str) -> ProgressBar {
    let target =
        if std::io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
    let bar = total.map_or_else(ProgressBar::no_length, ProgressBar::new);
    bar.set_draw_target(target);
    // The templates above are constants; a wrong one would show the default style.
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
