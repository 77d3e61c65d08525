//! Printing: what was asked for goes to standard output, all else to standard error.
#![expect(clippy::print_stderr, reason = "the one place that prints")]

use std::io::Write;

/// A line of what was asked for. Whoever has read enough, as `head` has, may close: that is no fault.
pub(super) fn answer(line: &str) {
    drop(writeln!(std::io::stdout(), "{line}"));
}

/// A line beside it.
pub(super) fn aside(line: &str) {
    eprintln!("{line}");
}
