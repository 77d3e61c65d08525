//! The simulated workspace as a program: `slack-sim --port 7071`.
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router};
use clap::Parser;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::{Value, json};
use slack_sim::{Addresses, Builder, HandTime, Limits, NewCommand, Sim, SystemTime, Time, Workspace};
use std::error::Error;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};

/// A simulated Slack workspace on one loopback port.
///
/// Point the app at the Web API's address with the two tokens that are printed; the page is at the first address.
#[derive(Parser)]
#[command(name = "slack-sim", version)]
struct Options {
    /// The port on 127.0.0.1; 0 takes a free one.
    #[arg(long, default_value_t = 7071)]
    port: u16,
    /// A workspace as TOML; a small company when left out. workspace.example.toml shows all there is.
    #[arg(long, value_name = "FILE")]
    workspace: Option<PathBuf>,
    /// Begin without people and channels.
    #[arg(long, conflicts_with = "workspace")]
    empty: bool,
    /// The handle of the app's bot user.
    #[arg(long, value_name = "NAME")]
    bot_name: Option<String>,
    /// A slash command that the app registered; when there is none, every command goes to the app.
    #[arg(long = "command", value_name = "/NAME")]
    commands: Vec<String>,
    /// Where the app takes signed requests, all of them; Socket Mode when there is no address.
    #[arg(long, value_name = "URL")]
    app_url: Option<String>,
    /// Where it takes events.
    #[arg(long, value_name = "URL")]
    app_event_url: Option<String>,
    /// Where it takes slash commands.
    #[arg(long, value_name = "URL")]
    app_command_url: Option<String>,
    /// Where it takes presses, shortcuts and submissions.
    #[arg(long, value_name = "URL")]
    app_interaction_url: Option<String>,
    /// What requests are signed with.
    #[arg(long, value_name = "SECRET")]
    signing_secret: Option<String>,
    /// How long a socket lives before the app is asked to open another; for ever when left out.
    #[arg(long, value_name = "SECONDS")]
    socket_lifetime: Option<u32>,
    /// Write into a channel who comes into it and who leaves, as Slack does.
    #[arg(long)]
    join_messages: bool,
    /// Refuse no call for coming too often.
    #[arg(long)]
    no_limits: bool,
    /// Let time stand still at this moment, such as 2026-11-23T09:00:00Z; POST /sim/clock {"advance": "PT1H"} turns it.
    #[arg(long, value_name = "MOMENT")]
    by_hand: Option<Timestamp>,
}

/// What went wrong is told in one line.
#[tokio::main]
async fn main() -> ExitCode {
    let Err(error) = run(Options::parse()).await else { return ExitCode::SUCCESS };
    // Where nobody can be told, the code is left.
    drop(writeln!(std::io::stderr(), "slack-sim: {error}"));
    ExitCode::FAILURE
}

async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let workspace = match &options.workspace {
        Some(path) => read(path)?,
        None if options.empty => Workspace::default(),
        None => Workspace::small_company(),
    };
    let in_file = |why: String| match &options.workspace {
        Some(path) => format!("{}: {why}", path.display()),
        None => why,
    };
    let settled = workspace.apply(Sim::builder()).map_err(in_file)?;
    let sim = opening(&options, settled)?
        .start()
        .await
        .map_err(|error| format!("port {} cannot be opened: {error}; name another with --port", options.port))?;
    workspace.settle(&sim).map_err(|refusal| in_file(refusal.message))?;
    // Before anybody can know that it runs, and ask it to end.
    let (mut interrupt, mut terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
    writeln!(
        std::io::stdout(),
        "page     {}\nWeb API  {}\nbot      {}\napp      {}\nsecret   {}\nCtrl-C ends it.",
        sim.url(),
        sim.api_url(),
        sim.bot_token(),
        sim.app_token(),
        sim.signing_secret(),
    )?;
    tokio::select! {
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
        never = verified(&sim) => never?,
    }
    sim.stop().await;
    Ok(())
}

fn read(path: &Path) -> Result<Workspace, String> {
    let text =
        fs::read_to_string(path).map_err(|error| format!("{} cannot be read: {error}; name another with --workspace", path.display()))?;
    Workspace::parse(&text).map_err(|error| format!("{}: {error}", path.display()))
}

fn opening(options: &Options, settled: Builder) -> Result<Builder, String> {
    let mut builder = settled.port(options.port);
    for name in &options.commands {
        let command = format!("/{}", name.trim_start_matches('/'));
        builder = builder.command(NewCommand { command, ..NewCommand::default() });
    }
    builder = options.bot_name.iter().fold(builder, |builder, name| builder.bot_name(name));
    builder = options.signing_secret.iter().fold(builder, |builder, secret| builder.signing_secret(secret));
    if let Some(seconds) = options.socket_lifetime {
        // A line is warned ten seconds before its end.
        builder = builder.lifetime(SignedDuration::from_secs(i64::from(seconds.max(11))));
    }
    if options.join_messages {
        builder = builder.join_messages(true);
    }
    if options.no_limits {
        builder = builder.limits(Limits::none());
    }
    if let Some(moment) = options.by_hand {
        if !is_shown(moment) {
            return Err(format!("{moment} cannot be shown in a message's id: --by-hand takes a moment from 2001-09-10 to 2286-11-20"));
        }
        let hand = HandTime::at(moment);
        let clock = Router::new().route("/sim/clock", get(now).post(turn)).with_state(hand.clone());
        builder = builder.time(Arc::new(hand.clone())).wire(Arc::new(hand)).extra_routes(clock);
    }
    let address = |own: &Option<String>| own.as_ref().or(options.app_url.as_ref()).map(|url| Addresses::parse(url)).transpose();
    let addresses = Addresses {
        events: address(&options.app_event_url)?,
        commands: address(&options.app_command_url)?,
        interactions: address(&options.app_interaction_url)?,
    };
    let some = addresses.events.is_some() || addresses.commands.is_some() || addresses.interactions.is_some();
    Ok(if some { builder.deliver_to(addresses) } else { builder })
}

/// Asks an app that takes requests, again and again until it is there, whether its address is its own. Never ends.
async fn verified(sim: &Sim) -> std::io::Result<()> {
    let mut told = String::new();
    while sim.takes_requests() {
        match sim.verify_url().await {
            Ok(()) => {
                writeln!(std::io::stdout(), "the app's address is verified: events go there")?;
                break;
            }
            Err(why) if why != told => {
                writeln!(std::io::stdout(), "{why} Asking again every second.")?;
                told = why;
            }
            Err(_) => {}
        }
        SystemTime.rest(SignedDuration::from_secs(1)).await;
    }
    std::future::pending().await
}

/// Whether the moment's seconds have ten digits, as in every `ts`; with a thousand seconds to spare on both sides.
fn is_shown(moment: Timestamp) -> bool {
    (1_000_001_000..=9_999_999_000).contains(&moment.as_second())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    advance: SignedDuration,
}

async fn now(State(hand): State<HandTime>) -> Json<Value> {
    Json(json!({"ok": true, "now": hand.now().to_string()}))
}

async fn turn(State(hand): State<HandTime>, body: String) -> (StatusCode, Json<Value>) {
    match serde_json::from_str::<Turn>(&body) {
        Ok(Turn { advance }) if !advance.is_negative() && hand.now().checked_add(advance).is_ok_and(is_shown) => {
            hand.advance(advance);
            (StatusCode::OK, now(State(hand)).await)
        }
        _ => {
            let usage = r#"say {"advance": "PT1H"}; time goes forward only, and to 2286-11-20"#;
            (StatusCode::BAD_REQUEST, Json(json!({"ok": false, "error": "invalid_turn", "message": usage})))
        }
    }
}
