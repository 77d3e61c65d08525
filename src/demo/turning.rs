//! The demo's clock: walks at real pace, and is turned by whoever visits.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;
use axum::{Json, Router, body::Bytes};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde::Deserialize;
use serde_json::{Value, json};
use tokio::sync::Mutex;

use super::company::ZONE;
use crate::clock::guard::{Stopwatch, within};
use crate::clock::{Hand, Restless};

/// How often the clock takes a step of its own.
const STEP: Duration = Duration::from_millis(250);
/// The farthest that one turn goes.
const FARTHEST: SignedDuration = SignedDuration::from_hours(24 * 400);
/// The hour of the button "next morning".
const MORNING: i8 = 9;

/// The hand, as the page and the walk share it.
#[derive(Clone)]
pub(super) struct Turner(Arc<Mutex<Hand>>);

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Turn {
    to: Option<String>,
    advance: Option<SignedDuration>,
    next: Option<Next>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Next {
    Morning,
}

impl Turner {
    pub(super) fn of(hand: Hand) -> Self {
        Self(Arc::new(Mutex::new(hand)))
    }

    pub(super) async fn now(&self) -> Timestamp {
        self.0.lock().await.now()
    }

    pub(super) async fn turn_to(&self, moment: Timestamp) -> Result<(), Restless> {
        self.0.lock().await.turn_to(moment).await
    }

    pub(super) async fn jump_to(&self, moment: Timestamp) -> Result<(), Restless> {
        self.0.lock().await.jump_to(moment).await
    }

    pub(super) async fn settled(&self) -> Result<(), Restless> {
        self.0.lock().await.settled().await
    }

    pub(super) async fn probe(&self, probe: crate::clock::Probe) {
        self.0.lock().await.probe(probe);
    }

    /// Goes on at real pace, for ever.
    pub(super) async fn walk(self) {
        let mut since = Stopwatch::start();
        loop {
            within(STEP, std::future::pending::<()>()).await;
            let hand = self.0.lock().await;
            let gone = SignedDuration::try_from(since.elapsed()).unwrap_or_default();
            since = Stopwatch::start();
            if let Err(error) = hand.advance(gone).await {
                tracing::warn!(%error, "the demo's clock waits");
            }
        }
    }

    /// `GET` and `POST /demo/clock`.
    pub(super) fn routes(&self) -> Router {
        Router::new().route("/demo/clock", get(show).post(turn)).with_state(self.clone())
    }
}

fn shown(now: Timestamp) -> Value {
    let local = now.to_zoned(zone());
    json!({"ok": true, "now": local.strftime("%FT%T%:z").to_string(), "shown": local.strftime("%A %-d %B %Y, %H:%M").to_string(), "zone": ZONE})
}

fn zone() -> TimeZone {
    TimeZone::get(ZONE).unwrap_or(TimeZone::UTC)
}

async fn show(State(turner): State<Turner>) -> Json<Value> {
    Json(shown(turner.now().await))
}

/// Answered when all has settled: what is due stands in its channel.
async fn turn(State(turner): State<Turner>, body: Bytes) -> (StatusCode, Json<Value>) {
    let hand = turner.0.lock().await;
    let now = hand.now();
    let moment = match wanted(&body, now) {
        Ok(moment) => moment,
        Err(why) => return (StatusCode::BAD_REQUEST, Json(json!({"ok": false, "error": why}))),
    };
    let settled = hand.turn_to(moment).await;
    drop(hand);
    match settled {
        Ok(()) => (StatusCode::OK, Json(shown(moment))),
        Err(error) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({"ok": false, "error": error.to_string()}))),
    }
}

fn wanted(body: &[u8], now: Timestamp) -> Result<Timestamp, String> {
    let usage = r#"say {"to": "2026-11-23T09:00:00+01:00"}, {"advance": "PT24H"} or {"next": "morning"}"#;
    let turn: Turn = serde_json::from_slice(body).map_err(|error| format!("{}; {usage}", without_place(&error)))?;
    let moment = match turn {
        Turn { to: Some(to), advance: None, next: None } => {
            to.parse().map_err(|_| format!("{to:?} is no moment with its offset; {usage}"))?
        }
        Turn { to: None, advance: Some(by), next: None } => now.checked_add(by).map_err(|_| usage.to_owned())?,
        Turn { to: None, advance: None, next: Some(Next::Morning) } => next_morning(&now.to_zoned(zone())).ok_or(usage)?.timestamp(),
        _ => return Err(usage.to_owned()),
    };
    match moment.duration_since(now) {
        by if by.is_negative() => Err("the demo's clock goes forward only".to_owned()),
        by if by > FARTHEST => Err("at most 400 days at once".to_owned()),
        _ => Ok(moment),
    }
}

/// The library's words without the line and column that nobody wrote by hand.
fn without_place(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.rsplit_once(" at line ").map_or(said.as_str(), |(what, _)| what).to_owned()
}

fn next_morning(now: &Zoned) -> Option<Zoned> {
    let today = now.date().at(MORNING, 0, 0, 0).to_zoned(now.time_zone().clone()).ok()?;
    if today > *now { Some(today) } else { today.checked_add(1.day()).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turns_are_read_and_nonsense_is_told() {
        let now: Timestamp = "2026-11-22T17:00:00Z".parse().unwrap();
        let to = |body: &str| wanted(body.as_bytes(), now).map(|moment| moment.to_string());
        assert_eq!(to(r#"{"to": "2026-11-23T09:00:00+01:00"}"#).unwrap(), "2026-11-23T08:00:00Z");
        assert_eq!(to(r#"{"advance": "PT24H"}"#).unwrap(), "2026-11-23T17:00:00Z");
        assert_eq!(to(r#"{"next": "morning"}"#).unwrap(), "2026-11-23T08:00:00Z");
        for bad in [
            "",
            "{}",
            "[]",
            r#"{"to": "tomorrow"}"#,
            r#"{"advance": "-PT1H"}"#,
            r#"{"advance": "P9000D"}"#,
            r#"{"to": "2020-01-01T00:00:00Z"}"#,
        ] {
            assert!(to(bad).is_err(), "{bad}");
        }
    }
}
