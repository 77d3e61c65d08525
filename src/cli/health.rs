//! `allears health`: is the bot that runs well. For people, and for whatever restarts it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use anyhow::Context;

use super::say;
use crate::config::{Config, Env};
use crate::web::Health;

/// How long the bot may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Asks the bot on this machine; fails where it is not well.
pub(super) async fn run(dir: &Path) -> anyhow::Result<()> {
    let config = Config::load_without_models(dir, &Env::process())?;
    let at = on_this_machine(config.web.listen);
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().context("no client")?;
    let answer = client.get(format!("http://{at}/healthz")).send().await.map_err(|error| unanswered(at, &error))?;
    let health: Health = answer.json().await.map_err(|_| anyhow::anyhow!("what answers on {at} is not All Ears"))?;
    say::answer(&serde_json::to_string(&health)?);
    anyhow::ensure!(health.lines > 0, "not well: no line to Slack is open; the bot's log says why");
    anyhow::ensure!(health.ok, "not well: the store cannot be read; the bot's log says why");
    Ok(())
}

/// The library's own words name its layers, which help nobody.
fn unanswered(at: SocketAddr, error: &reqwest::Error) -> anyhow::Error {
    if error.is_timeout() {
        anyhow::anyhow!("{at} does not answer within {} seconds: the bot's log says more", PATIENCE.as_secs())
    } else {
        anyhow::anyhow!("nobody answers on {at}: is the bot running, with the same configuration?")
    }
}

/// What listens everywhere answers here.
fn on_this_machine(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}
