//! Printing: what was asked for goes to standard output, all else to standard error.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the one place that prints")]

/// A line of what was asked for.
pub(super) fn answer(line: &str) {
    println!("{line}");
}

/// A line beside it.
pub(super) fn aside(line: &str) {
    eprintln!("{line}");
}
