//! What can be asked for, and who does it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{check, health, say, serve, store, tag};

/// All Ears spreads what customers say to everyone in a company.
///
/// Start with `allears demo`: it needs no account and no configuration.
#[derive(Debug, Parser)]
#[command(name = "allears", version, arg_required_else_help = true)]
struct Args {
    /// The directory that holds allears.toml, functions.toml and rules.toml
    #[arg(long, global = true, value_name = "DIR", default_value = "config")]
    config: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Try the bot on a simulated Slack workspace, in the browser
    #[cfg(feature = "demo")]
    Demo(super::demo::Asked),
    /// Run the bot; needs `SLACK_BOT_TOKEN` and `SLACK_APP_TOKEN`, or the same with _FILE
    Serve,
    /// Check the configuration
    Check {
        /// Ask Slack as well: tokens, scopes, channels; posts nothing
        #[arg(long)]
        live: bool,
    },
    /// Show which functions texts concern, and why: one JSON line each
    Tag {
        /// The texts; without any, JSON lines with a `text` are read from standard input
        texts: Vec<String>,
    },
    /// Fold the views anew from the journal; no bot may be running
    Rebuild,
    /// Salvage a damaged journal, and keep the damaged one beside it; no bot may be running
    Repair,
    /// Ask the bot that runs on this machine whether it is well
    Health,
}

/// Does what the command line says.
pub fn run() -> ExitCode {
    // Before anybody asks for one: two libraries bring different ones.
    if rustls::crypto::ring::default_provider().install_default().is_err() {
        say::aside("another provider of cryptography is installed already");
    }
    match work(Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::aside(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn work(Args { config, command }: Args) -> anyhow::Result<()> {
    let runtime = || tokio::runtime::Builder::new_multi_thread().enable_all().build();
    match command {
        #[cfg(feature = "demo")]
        Command::Demo(asked) => runtime()?.block_on(super::demo::run(asked)),
        Command::Serve => runtime()?.block_on(serve::run(&config)),
        Command::Check { live } => runtime()?.block_on(check::run(&config, live)),
        Command::Health => runtime()?.block_on(health::run(&config)),
        Command::Tag { texts } => tag::run(&config, &texts),
        Command::Rebuild => store::rebuild(&config),
        Command::Repair => store::repair(&config),
    }
}
