//! The simulated workspace as a program: `slack-sim --port 7071`.
use slack_sim::{NewChannel, NewPerson, Sim};
use std::error::Error;
use std::io::Write as _;
use tokio::signal::unix::{SignalKind, signal};

const HELP: &str = "A simulated Slack workspace on one loopback port.

Usage: slack-sim [--port N] [--bot-name NAME] [--command /NAME]... [--empty]

  --port N          the port on 127.0.0.1 (7071; 0 takes a free one)
  --bot-name NAME   the handle of the app's bot user (bot)
  --command /NAME   a slash command that the app registered; when none is given, every command goes to the app
  --empty           begin without people and channels

Point the app at the Web API's address with the two tokens that are printed; the page is at the first address.
";

struct Options {
    port: u16,
    bot_name: String,
    commands: Vec<String>,
    empty: bool,
    help: bool,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let options = options(std::env::args().skip(1))?;
    if options.help {
        std::io::stdout().write_all(HELP.as_bytes())?;
        return Ok(());
    }
    let sim = Sim::builder()
        .port(options.port)
        .bot_name(&options.bot_name)
        .commands(&options.commands)
        .start()
        .await
        .map_err(|error| format!("port {} cannot be opened: {error}", options.port))?;
    if !options.empty {
        a_small_company(&sim);
    }
    writeln!(
        std::io::stdout(),
        "page     {}\nWeb API  {}\nbot      {}\napp      {}\nCtrl-C ends it.",
        sim.url(),
        sim.api_url(),
        sim.bot_token(),
        sim.app_token()
    )?;
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    sim.stop().await;
    Ok(())
}

fn options(mut args: impl Iterator<Item = String>) -> Result<Options, String> {
    let mut options = Options { port: 7071, bot_name: "bot".to_owned(), commands: Vec::new(), empty: false, help: false };
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value; --help says more"));
        match arg.as_str() {
            "--port" => options.port = value()?.parse().map_err(|error| format!("--port: {error}"))?,
            "--bot-name" => options.bot_name = value()?,
            "--command" => options.commands.push(format!("/{}", value()?.trim_start_matches('/'))),
            "--empty" => options.empty = true,
            "--help" | "-h" => options.help = true,
            other => return Err(format!("{other} is not known; --help lists the options")),
        }
    }
    Ok(options)
}

fn a_small_company(sim: &Sim) {
    for (name, real_name, tz) in [
        ("lee", "Lee Brandt", "Europe/Berlin"),
        ("dana", "Dana Okafor", "Europe/London"),
        ("sam", "Sam Rivera", "America/New_York"),
        ("mika", "Mika Tanaka", "Asia/Tokyo"),
    ] {
        sim.add_person(NewPerson::named(name).real_name(real_name).tz(tz));
    }
    let everybody = ["lee", "dana", "sam", "mika"];
    sim.add_channel(NewChannel::named("general").members(everybody).with_bot());
    sim.add_channel(NewChannel::named("sales").members(["lee", "sam"]).with_bot());
    sim.add_channel(NewChannel::named("support").members(["dana", "mika"]).with_bot());
    sim.add_channel(NewChannel::named("board").members(["dana"]).private());
}
