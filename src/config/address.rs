//! Addresses that tokens and customers' words are sent to: encrypted, or of this machine.

use std::fmt;
use std::net::{Ipv4Addr, Ipv6Addr};

/// An address that is safe to send tokens to: encrypted, or plain to a loopback address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Address(String);

/// Why a text is no [`Address`]. Shows no part of it: an address may carry a password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAddress {
    /// Neither of the two schemes that were asked for.
    #[error("expected an address that begins with {0}://")]
    Scheme(&'static str),
    /// Something stands where a host, a port and a path belong.
    #[error("expected a host, perhaps a port and a path, without spaces, user names, ? or #")]
    Shape,
    /// Unencrypted, and not to this machine.
    #[error("plain {0}:// would send tokens unencrypted, and is taken only to 127.0.0.1, [::1] or localhost; use {0}s://")]
    Plain(&'static str),
}

impl Address {
    /// Slack's own Web API.
    pub fn slack() -> Self {
        Self("https://slack.com/api".to_owned())
    }

    /// An address for requests: `https://`, or `http://` to a loopback address. A slash at its end is dropped.
    pub fn http(text: &str) -> Result<Self, BadAddress> {
        Self::parse(text, "https", "http")
    }

    /// An address for a socket: `wss://`, or `ws://` to a loopback address.
    ///
    /// The query that Slack gives with it (a ticket) is kept.
    pub fn socket(text: &str) -> Result<Self, BadAddress> {
        let (place, query) = text.split_once('?').unwrap_or((text, ""));
        Self::parse(place, "wss", "ws")?;
        let good = query.chars().all(|c| c.is_ascii_graphic() && c != '#');
        if good { Ok(Self(text.to_owned())) } else { Err(BadAddress::Shape) }
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn parse(text: &str, sealed: &'static str, plain: &'static str) -> Result<Self, BadAddress> {
        let (scheme, rest) = text.split_once("://").ok_or(BadAddress::Scheme(sealed))?;
        // What two readers could take for two hosts (a user name, a backslash, a fragment) is refused altogether.
        if !rest.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '@' | '\\' | '?' | '#')) {
            return Err(BadAddress::Shape);
        }
        let authority = rest.split('/').next().unwrap_or(rest);
        let loops_back = loopback(authority).ok_or(BadAddress::Shape)?;
        if scheme.eq_ignore_ascii_case(sealed) || (scheme.eq_ignore_ascii_case(plain) && loops_back) {
            Ok(Self(format!("{}://{}", scheme.to_ascii_lowercase(), rest.trim_end_matches('/'))))
        } else if scheme.eq_ignore_ascii_case(plain) {
            Err(BadAddress::Plain(plain))
        } else {
            Err(BadAddress::Scheme(sealed))
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether `host[:port]` is this machine; `None` where it is no host and port at all.
fn loopback(authority: &str) -> Option<bool> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(v6) => {
            let (host, after) = v6.split_once(']')?;
            let host: Ipv6Addr = host.parse().ok()?;
            return port_is_good(after.strip_prefix(':'), after).then(|| host.is_loopback());
        }
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let good = !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'));
    let here = host.eq_ignore_ascii_case("localhost") || host.parse::<Ipv4Addr>().is_ok_and(|host| host.is_loopback());
    (good && port_is_good(port, "")).then_some(here)
}

/// A port of 1 to 65535, or nothing at all.
fn port_is_good(port: Option<&str>, rest: &str) -> bool {
    match port {
        Some(port) => port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|port| port > 0),
        None => rest.is_empty(),
    }
}
