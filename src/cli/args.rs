//! What can be asked for, and who does it.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::{check, dead_letters, digest, evaluate, health, manifest, say, serve, store, tag};

/// Where the configuration is looked for, unless it is said.
const CONFIG: &str = "config";

/// All Ears spreads what customers say to everyone in a company
#[derive(Debug, Parser)]
#[command(name = "allears", version, arg_required_else_help = true, after_help = first_steps())]
struct Args {
    /// The directory that holds allears.toml, functions.toml and rules.toml [default: config]
    #[arg(long, global = true, value_name = "DIR")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

/// Below the list of commands.
fn first_steps() -> String {
    let demo = if cfg!(feature = "demo") {
        "  allears demo                     a Slack to play with, in the browser: no account, no configuration\n"
    } else {
        ""
    };
    format!(
        "\
First steps:
{demo}  allears tag \"the bill is wrong\"  who would read this, and why
  allears check --live             before the first `allears serve`: is all right, here and in Slack

`serve` and `check --live` need SLACK_BOT_TOKEN and SLACK_APP_TOKEN in the environment, or SLACK_BOT_TOKEN_FILE and
SLACK_APP_TOKEN_FILE with the paths of files that hold them. Nothing else does."
    )
}

/// Below the help of `tag`.
const HOW_TO_TAG: &str = "\
Examples:
  allears tag \"the invoice is wrong\" \"the app crashes\"
  allears tag < feedback.jsonl        each line: {\"text\": \"the invoice is wrong\"}
  allears tag --corrections taught.jsonl \"the invoice is wrong\"    learns first from lines with \"text\" and \"functions\"

Each text gives one JSON line, in order: its functions by their ids, the strongest first, each with the words that
decided; `untagged` where no rule fits.";

/// Below the help of `evaluate`.
const HOW_TO_EVALUATE: &str = "\
Examples:
  allears evaluate labelled.jsonl                               the rules alone
  allears evaluate labelled.jsonl --corrections taught.jsonl    and how it learns
  allears evaluate labelled.jsonl --corrections taught.jsonl --functions-from names.txt

Each line: {\"text\": \"the invoice is wrong\", \"functions\": [\"finance\"]}. Texts to measure on must not be among the corrections.";

/// Below the help of `manifest`.
const HOW_TO_MANIFEST: &str = "\
Examples:
  allears manifest                                      for Socket Mode
  allears manifest --http https://allears.example.com   for signed requests
  allears manifest --minimal                            an app that reads no message

With --config its commands are those of allears.toml, else /heard and /allears.";

#[derive(Debug, Subcommand)]
enum Command {
    /// Try the bot on a simulated Slack workspace, in the browser
    #[cfg(feature = "demo")]
    Demo(super::demo::Asked),
    /// Run the bot for your Slack, until SIGTERM or Ctrl-C
    Serve,
    /// Check the configuration: every mistake with its file, line and column
    Check {
        /// Ask Slack as well: tokens, scopes, channels; posts nothing
        #[arg(long)]
        live: bool,
    },
    /// Print the manifest from which the Slack app is made
    #[command(after_help = HOW_TO_MANIFEST)]
    Manifest(manifest::Asked),
    /// Show which functions a text concerns, and why
    #[command(after_help = HOW_TO_TAG)]
    Tag(tag::Asked),
    /// Measure how right the tagger is, on texts whose functions are known
    #[command(after_help = HOW_TO_EVALUATE)]
    Evaluate(evaluate::Asked),
    /// Show a function's next digest as it would be now, or one of a past day; posts nothing
    Digest(digest::Asked),
    /// Ask the bot that runs on this machine whether it is well
    Health,
    /// List what Slack sent and the bot could not read, and have it looked at again
    DeadLetters(dead_letters::Asked),
    /// Make the store's tables anew from its journal; stop the bot first
    Rebuild,
    /// Save what a damaged journal still says, and keep the damaged one beside it; stop the bot first
    Repair,
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
    #[cfg(feature = "demo")]
    if let Command::Demo(asked) = command {
        anyhow::ensure!(config.is_none(), "the demo brings its own company and reads no configuration: leave --config out");
        return in_runtime(super::demo::run(asked));
    }
    let said = config.as_deref();
    let config = said.unwrap_or_else(|| Path::new(CONFIG));
    match command {
        #[cfg(feature = "demo")]
        Command::Demo(_) => Ok(()),
        Command::Serve => in_runtime(serve::run(config)),
        Command::Check { live } => in_runtime(check::run(config, live)),
        Command::Digest(asked) => in_runtime(digest::run(config, asked)),
        Command::Health => in_runtime(health::run(config)),
        Command::Manifest(asked) => manifest::run(said, &asked),
        Command::Tag(asked) => tag::run(config, &asked),
        Command::Evaluate(asked) => evaluate::run(config, &asked),
        Command::DeadLetters(asked) => dead_letters::run(config, &asked),
        Command::Rebuild => store::rebuild(config),
        Command::Repair => store::repair(config),
    }
}

/// What is still at work on a thread when the command is done is not waited for: it may take long, as folding a journal
/// does, and whoever stops the bot waits ten seconds.
fn in_runtime(command: impl Future<Output = anyhow::Result<()>>) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let done = runtime.block_on(command);
    runtime.shutdown_background();
    done
}
