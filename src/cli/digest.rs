//! `allears digest`: what a function reads, or has read.

use std::path::Path;

use clap::Args;
use jiff::civil::Date;

use super::ask::ask;
use crate::ask::{Ask, DigestAsked};

/// Below the help.
const HOW_TO: &str = "\
Examples:
  allears digest --function finance                          its next digest, as it would be now
  allears digest --function finance --day 2026-11-23         that of a past day, as its records stand now
  allears digest --function finance --json | jq .blocks      as it is posted: one line a message, the thread's after it

Nothing is posted. It works while the bot runs, and while it does not. What it prints are customers' words.";

/// Which digest.
#[derive(Debug, Args)]
#[command(after_help = HOW_TO)]
pub(super) struct Asked {
    /// Whose: the function's id or name
    #[arg(long, value_name = "FUNCTION")]
    function: String,
    /// Of which local day; without it, the next one as it would be now
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    day: Option<Date>,
    /// As the JSON that is posted to Slack, one line a message
    #[arg(long)]
    json: bool,
}

fn day(text: &str) -> Result<Date, String> {
    text.parse().map_err(|_| "expected a day such as 2026-11-23".to_owned())
}

/// Shows it.
pub(super) async fn run(dir: &Path, Asked { function, day, json }: Asked) -> anyhow::Result<()> {
    ask(dir, &Ask::Digest(DigestAsked { function, day, json })).await
}
