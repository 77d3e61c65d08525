//! The hand that turns a clock. Only tests and the demo hold one.

use std::sync::{Arc, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::dial::{Probe, Works};
use super::guard;

/// How long, on real time, a story may take to settle.
const PATIENCE: Duration = Duration::from_mins(1);

/// Turns a clock.
pub struct Hand(Arc<Works>);

/// Something never came to rest: a task that spins, or a call that nobody answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("never settled: {awake} tasks awake, away {away:?}, {given_up} given up, {resting} resting")]
pub struct Restless {
    awake: usize,
    away: Vec<&'static str>,
    given_up: usize,
    resting: usize,
}

impl Hand {
    pub(super) fn of(works: Arc<Works>) -> Self {
        Self(works)
    }

    /// What the clock shows.
    pub fn now(&self) -> Timestamp {
        self.0.dial().now
    }

    /// When the first sleeper wakes, where anybody sleeps: for whoever turns two clocks side by side.
    pub fn next(&self) -> Option<Timestamp> {
        self.0.dial().sleepers.keys().next().map(|(at, _)| *at)
    }

    /// Turns on by a while.
    pub async fn advance(&self, by: SignedDuration) -> Result<(), Restless> {
        self.turn_to(self.now() + by).await
    }

    /// A wall clock that is set: nothing in between happens; what is due by then happens now. May go back, and then ends
    /// every wait.
    pub async fn jump_to(&self, moment: Timestamp) -> Result<(), Restless> {
        self.settled().await?;
        for sleeper in self.0.is_set_to(moment) {
            // An error means that it no longer sleeps.
            let _ = sleeper.bell.send(());
        }
        self.turn_to(moment).await
    }

    /// From sleeper to sleeper in order of time, one by one, settling after each.
    pub async fn turn_to(&self, moment: Timestamp) -> Result<(), Restless> {
        loop {
            self.settled().await?;
            let mut dial = self.0.dial();
            let Some(first) = dial.sleepers.first_entry().filter(|entry| entry.key().0 <= moment) else {
                dial.now = dial.now.max(moment);
                return Ok(());
            };
            let ((at, _), sleeper) = first.remove_entry();
            dial.now = dial.now.max(at);
            dial.resting = dial.resting.saturating_sub(usize::from(sleeper.rests));
            drop(dial);
            // An error means that it no longer sleeps.
            let _ = sleeper.bell.send(());
        }
    }

    /// Takes a probe; each open socket belongs under one.
    pub fn probe(&self, probe: Probe) {
        self.0.probes.lock().unwrap_or_else(PoisonError::into_inner).push(probe);
    }

    /// Waits until all is quiet, a ping went through every socket and back, and nothing has moved since the round before.
    pub async fn settled(&self) -> Result<(), Restless> {
        let mut before = None;
        loop {
            self.quiet().await?;
            let probes = self.0.probes.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let mut frames = Vec::with_capacity(probes.len());
            for probe in &probes {
                frames.push(probe().await);
            }
            self.quiet().await?;
            let now = Some((self.0.dial().seq, frames));
            if probes.is_empty() || now == before {
                return Ok(());
            }
            before = now;
        }
    }

    async fn quiet(&self) -> Result<(), Restless> {
        loop {
            let calm = self.0.calm.notified();
            if self.0.is_quiet() {
                return Ok(());
            }
            if guard::within(PATIENCE, calm).await.is_none() {
                let dial = self.0.dial();
                let away = dial.away.values().copied().collect();
                return Err(Restless { awake: dial.awake, away, given_up: dial.given_up, resting: dial.resting });
            }
        }
    }
}
