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
    let config = Config::load(dir, &Env::process())?;
    let at = on_this_machine(config.web.listen);
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build().context("no client")?;
    let answer = client.get(format!("http://{at}/healthz")).send().await;
    let health: Health = answer.with_context(|| format!("nobody answers on {at}: is the bot running?"))?.json().await?;
    say::answer(&serde_json::to_string(&health)?);
    anyhow::ensure!(health.ok, "not well: no line to Slack is open, or the store cannot be read; the log says more");
    Ok(())
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
