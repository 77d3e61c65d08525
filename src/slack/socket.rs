//! Socket Mode without a hole: two lines, and the next one is open and has said hello before an old one goes.
//!
//! Rules: <https://docs.slack.dev/apis/events-api/using-socket-mode>. Each envelope is handled in a task of its own, so
//! that a slow one delays no other and a panic ends only itself; it is acknowledged when the desk says so.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use jiff::SignedDuration;
use tokio::sync::{mpsc, watch};
use tokio::task::{JoinHandle, JoinSet};
use tracing::{debug, error, warn};

use super::desk::Desk;
use super::ending::{Ended, Ending};
use super::line::{Farewell, Guards, Line, News, told};
use super::web::{CallError, Slack};
use crate::clock::Clock;
use crate::clock::guard::within;
use crate::config::Secret;
use crate::domain::letter::Alert;
use crate::texts::en::{self, ending};

/// Slack's names for an app-level token that will never open a line again, or a workspace that never will.
/// <https://docs.slack.dev/reference/methods/apps.connections.open>
const NEVER_AGAIN: [&str; 7] =
    ["account_inactive", "invalid_auth", "not_authed", "team_disabled", "token_expired", "token_revoked", "user_removed_from_team"];
/// How often a line is asked for while Socket Mode is switched off.
const WHILE_OFF: SignedDuration = SignedDuration::from_mins(1);
/// A line that lives so long was a good one.
const GOOD_LIFE: SignedDuration = SignedDuration::from_mins(1);
/// So many lines in a row may be cut before their time until there is a pause before the next.
const CUT_WITHOUT_PAUSE: u32 = 3;

/// What lines are opened with.
pub struct Exchange {
    /// Gives lines.
    pub slack: Arc<Slack>,
    /// Where deliveries go.
    pub desk: Arc<Desk>,
    /// Time.
    pub clock: Clock,
    /// Limits on real time.
    pub guards: Guards,
    /// Told where Slack gives no line any more, whatever we do.
    pub ending: Ending,
}

/// The lines to Slack.
pub struct Lines {
    stop: watch::Sender<bool>,
    places: Vec<JoinHandle<()>>,
}

impl Lines {
    /// Opens two lines and keeps them; they stand half a life apart, so that they are never renewed together.
    pub fn open(exchange: Exchange, app_token: Secret) -> Self {
        let stop = watch::Sender::new(false);
        let (exchange, app_token, is_off) = (Arc::new(exchange), Arc::new(app_token), Arc::new(AtomicBool::new(false)));
        let places = [Stagger::None, Stagger::HalfALife].map(|stagger| {
            let place = Place {
                exchange: Arc::clone(&exchange),
                app_token: Arc::clone(&app_token),
                is_off: Arc::clone(&is_off),
                stop: stop.subscribe(),
            };
            exchange.clock.spawn(place.keep(stagger))
        });
        Self { stop, places: places.into() }
    }

    /// Takes no more envelopes, finishes and acknowledges those in hand, and closes.
    pub async fn close(self) {
        self.stop.send_replace(true);
        for place in self.places {
            if place.await.is_err() {
                error!("a line to Slack ended in a panic");
            }
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stagger {
    None,
    /// The first line of this place is renewed after half its life.
    HalfALife,
}

/// How it went with a line.
enum Outcome {
    /// It was left, or is to be left, for another one.
    Renewed,
    /// It ended without a word.
    Cut,
    /// It never said hello.
    NotOpened,
    /// Socket Mode is switched off.
    Off,
    /// Slack will never give another one.
    Never(String),
}

/// Who is told when a line is not needed any more.
#[derive(Default)]
struct Relief {
    /// The line that says hello last, and the one before it, which lingers. Who drops out here goes at once.
    newest: Option<watch::Sender<bool>>,
    lingers: Option<watch::Sender<bool>>,
}

impl Relief {
    /// The next line has said hello.
    fn takes_over(&mut self, next: watch::Sender<bool>) {
        self.lingers = self.newest.replace(next);
        if let Some(old) = &self.lingers {
            old.send_replace(true);
        }
    }
}

/// One place at the exchange, kept staffed.
struct Place {
    exchange: Arc<Exchange>,
    app_token: Arc<Secret>,
    /// Socket Mode is switched off, as far as any place knows.
    is_off: Arc<AtomicBool>,
    stop: watch::Receiver<bool>,
}

impl Place {
    async fn keep(self, mut stagger: Stagger) {
        let (mut lines, mut relief) = (JoinSet::new(), Relief::default());
        let mut failures = 0_u32;
        while !*self.stop.borrow() {
            while lines.try_join_next().is_some() {}
            let asked_at = self.exchange.clock.now();
            let outcome = self.staff(&mut lines, &mut relief, &mut stagger).await;
            let good_life = self.exchange.clock.now().duration_since(asked_at) >= GOOD_LIFE;
            match outcome {
                Outcome::Renewed => failures = 0,
                Outcome::Cut if good_life => failures = 0,
                Outcome::Cut | Outcome::NotOpened => failures = failures.saturating_add(1),
                Outcome::Off => self.tell_off(),
                Outcome::Never(code) => {
                    self.exchange.ending.because(Ended::TokenRefused(code));
                    break;
                }
            }
            if let Some(pause) = self.pause(&outcome, failures) {
                self.wait(pause).await;
            }
        }
        while lines.join_next().await.is_some() {}
    }

    /// Opens a line, and attends it until another one is needed.
    async fn staff(&self, lines: &mut JoinSet<()>, relief: &mut Relief, stagger: &mut Stagger) -> Outcome {
        let url = match self.ask().await {
            Some(Ok(url)) => url,
            Some(Err(CallError::Refused(code))) if NEVER_AGAIN.contains(&code.as_str()) => return Outcome::Never(code),
            Some(Err(error)) => {
                warn!(%error, cure = en::cure_of_line(error.code()), "Slack gave no line; it is asked again");
                return Outcome::NotOpened;
            }
            None => return Outcome::NotOpened,
        };
        let Exchange { desk, clock, guards, .. } = &*self.exchange;
        let (news_to, mut news) = mpsc::unbounded_channel();
        let (relieve, relieved) = watch::channel(false);
        let line = Line { desk: Arc::clone(desk), clock: clock.clone(), guards: *guards, news: news_to, stop: self.stop.clone(), relieved };
        lines.spawn(clock.watch(line.run(url)));
        let Some(News::Hello { life }) = self.first(&mut news).await else { return Outcome::NotOpened };
        self.is_off.store(false, Ordering::SeqCst);
        relief.takes_over(relieve);
        let renew = (*stagger == Stagger::HalfALife).then(|| life / 2);
        *stagger = Stagger::None;
        self.attend(&mut news, renew).await
    }

    /// The address of a line; none where we are told to stop meanwhile.
    async fn ask(&self) -> Option<Result<String, CallError>> {
        let (exchange, app_token, mut stop) = (Arc::clone(&self.exchange), Arc::clone(&self.app_token), self.stop.clone());
        // A task of its own: where we are told to stop, it is left to end by itself.
        let asking = self.exchange.clock.spawn(async move {
            let url = exchange.slack.open_line(&app_token).await;
            (url, exchange.clock.baton())
        });
        tokio::select! {
            answered = asking => Some(answered.map_or(Err(CallError::InDoubt("asking ended in a panic")), |(url, _baton)| url)),
            () = told(&mut stop) => None,
        }
    }

    /// The line's first word; none where we are told to stop meanwhile.
    async fn first(&self, news: &mut mpsc::UnboundedReceiver<News>) -> Option<News> {
        let Exchange { clock, guards, .. } = &*self.exchange;
        let mut stop = self.stop.clone();
        let word = async {
            tokio::select! {
                word = within(guards.patience, news.recv()) => word.flatten(),
                () = told(&mut stop) => None,
            }
        };
        clock.away("hello", word).await
    }

    /// Until the line leaves or is gone, or is to be renewed.
    async fn attend(&self, news: &mut mpsc::UnboundedReceiver<News>, renew: Option<SignedDuration>) -> Outcome {
        let mut stop = self.stop.clone();
        let renewal = async {
            match renew {
                Some(after) => self.exchange.clock.sleep(after).await,
                None => std::future::pending().await,
            }
        };
        let ended = async {
            while let Some(word) = news.recv().await {
                match word {
                    News::Hello { .. } => {}
                    News::Gone => return Outcome::Cut,
                    News::Leaving(Farewell::Warning | Farewell::Refresh) => return Outcome::Renewed,
                    News::Leaving(Farewell::LinkDisabled) => return Outcome::Off,
                }
            }
            Outcome::Cut
        };
        tokio::select! {
            outcome = ended => outcome,
            () = renewal => {
                debug!("renewing a line at half its life");
                Outcome::Renewed
            }
            () = told(&mut stop) => Outcome::Renewed,
        }
    }

    /// Both places hear of it; it is said once.
    fn tell_off(&self) {
        if !self.is_off.swap(true, Ordering::SeqCst) {
            error!("{}", ending::socket_mode_off());
            let Exchange { desk, clock, .. } = self.exchange.as_ref();
            let desk = Arc::clone(desk);
            drop(clock.spawn(async move { desk.alert(Alert::NoSockets).await }));
        }
    }

    /// How long to wait before another line is asked for, with jitter: 0.5 s, 1 s, ... 30 s after failures, a minute where
    /// Socket Mode is switched off, so that it is used again soon after it is on.
    fn pause(&self, outcome: &Outcome, failures: u32) -> Option<SignedDuration> {
        if self.is_off.load(Ordering::SeqCst) {
            return Some(jittered(WHILE_OFF));
        }
        let counts = match outcome {
            Outcome::Renewed | Outcome::Never(_) | Outcome::Off => 0,
            Outcome::Cut => failures.saturating_sub(CUT_WITHOUT_PAUSE),
            Outcome::NotOpened => failures,
        };
        let most = (500_i64 << counts.min(6)).min(30_000);
        (counts > 0).then(|| jittered(SignedDuration::from_millis(most)))
    }

    async fn wait(&self, pause: SignedDuration) {
        let mut stop = self.stop.clone();
        tokio::select! {
            () = self.exchange.clock.sleep(pause) => {}
            () = told(&mut stop) => {}
        }
    }
}

/// Between the half of it and the whole.
fn jittered(most: SignedDuration) -> SignedDuration {
    let half = u64::try_from(most.as_millis() / 2).unwrap_or(0);
    most / 2 + SignedDuration::from_millis(i64::try_from(fastrand::u64(0..=half)).unwrap_or(0))
}
