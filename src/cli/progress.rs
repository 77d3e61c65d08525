//! How far something has come: a bar on a terminal, plain lines elsewhere.

use std::io::IsTerminal;
use std::sync::Arc;

use indicatif::{ProgressBar, ProgressStyle};

use super::say;
use crate::store::local::{OnProgress, Progress};

/// Elsewhere than on a terminal a line is said each tenth.
const LINES: u64 = 10;

/// Something of a known size that goes on.
#[derive(Clone)]
pub(super) struct Bar {
    shown: ProgressBar,
    what: &'static str,
    terminal: bool,
}

impl Bar {
    /// Begins at nought.
    pub(super) fn new(what: &'static str, of: u64) -> Self {
        let terminal = std::io::stderr().is_terminal();
        let bar = if terminal { ProgressBar::new(of) } else { ProgressBar::hidden() };
        bar.set_length(of);
        if let Ok(style) = ProgressStyle::with_template("{prefix} {bar:30} {pos}/{len}, {eta} left") {
            bar.set_style(style);
        }
        bar.set_prefix(what);
        Self { shown: bar, what, terminal }
    }

    /// One more.
    #[cfg(feature = "demo")]
    pub(super) fn step(&self) {
        self.at(self.shown.position().saturating_add(1));
    }

    /// So many.
    pub(super) fn at(&self, done: u64) {
        let (before, of) = (self.shown.position(), self.shown.length().unwrap_or(0).max(1));
        self.shown.set_position(done);
        let tenth = |n: u64| n.saturating_mul(LINES) / of;
        if !self.terminal && tenth(done) > tenth(before) {
            say::aside(&format!("{}: {done} of {of}", self.what));
        }
    }

    /// The end.
    pub(super) fn end(&self) {
        self.shown.finish_and_clear();
    }
}

/// For folding the journal.
pub(super) fn folding() -> OnProgress {
    let bar = std::sync::OnceLock::new();
    Arc::new(move |Progress { done, of }| {
        let bar: &Bar = bar.get_or_init(|| Bar::new("Reading the journal", of));
        bar.at(done);
        if done >= of {
            bar.end();
        }
    })
}
