//! Whether all that is said reaches us, as far as we can know.
//!
//! Slack tries a delivery again at once, after a minute and after five; what it could not deliver by then it drops. So a
//! line that is away for a moment loses nothing, and one that is away for longer may have:
//! <https://docs.slack.dev/apis/events-api/#retries>.

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use tokio::sync::Notify;

/// So long no line may be open before something may be missing: shorter than the last but one of Slack's retries.
const A_MOMENT: SignedDuration = SignedDuration::from_mins(1);

/// How far what is said reaches us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reached {
    /// All of it, since this was last asked.
    All,
    /// Something may be missing.
    NotAll,
    /// Nothing does at this moment.
    Nothing,
}

/// What may have been said without reaching us.
#[derive(Debug)]
pub struct Gaps {
    /// Whether it comes down lines; else by requests, whose absence nobody notices.
    by_lines: bool,
    state: Mutex<State>,
    back: Notify,
}

#[derive(Debug, Default)]
struct State {
    lines: usize,
    /// Since when no line is open.
    gone_since: Option<Timestamp>,
    /// Whether something may be missing.
    missing: bool,
}

impl Gaps {
    /// Nothing has reached us yet; what does will come down lines, which are opened soon.
    pub fn by_lines() -> Self {
        let state = State { gone_since: Some(Timestamp::UNIX_EPOCH), ..State::default() };
        Self { by_lines: true, state: Mutex::new(state), back: Notify::new() }
    }

    /// Nothing has reached us yet; what does will come by requests, from now on.
    pub fn by_requests() -> Self {
        let gaps = Self { by_lines: false, state: Mutex::new(State { missing: true, ..State::default() }), back: Notify::new() };
        gaps.back.notify_one();
        gaps
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A line is open.
    pub(super) fn line_opened(&self, now: Timestamp) {
        let mut state = self.state();
        state.lines = state.lines.saturating_add(1);
        let long = state.gone_since.take().is_some_and(|since| now.duration_since(since) > A_MOMENT);
        state.missing |= long;
        drop(state);
        if long {
            self.back.notify_one();
        }
    }

    /// A line is gone.
    pub(super) fn line_gone(&self, now: Timestamp) {
        let mut state = self.state();
        state.lines = state.lines.saturating_sub(1);
        if state.lines == 0 {
            state.gone_since = Some(now);
        }
    }

    /// Something was said that did not get through, or could not be kept.
    pub(super) fn missed(&self) {
        self.state().missing = true;
    }

    /// How far what was said since the last look reached us. Whoever is told that something may be missing looks for it.
    pub(super) fn look(&self) -> Reached {
        let mut state = self.state();
        if self.by_lines && state.lines == 0 {
            return Reached::Nothing;
        }
        if std::mem::take(&mut state.missing) { Reached::NotAll } else { Reached::All }
    }

    /// Whether a gap would be noticed. Requests that a broken proxy swallows are not.
    pub(super) fn are_noticed(&self) -> bool {
        self.by_lines
    }

    /// Until what is said reaches us again, after something may have been missed.
    pub(super) async fn back(&self) {
        self.back.notified().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    #[test]
    fn a_moment_without_a_line_is_no_gap_and_a_while_is_one() {
        let gaps = Gaps::by_lines();
        assert_eq!(gaps.look(), Reached::Nothing);
        gaps.line_opened(at(0));
        assert_eq!([gaps.look(), gaps.look()], [Reached::NotAll, Reached::All], "nobody listened before");
        gaps.line_opened(at(10));
        gaps.line_gone(at(20));
        assert_eq!(gaps.look(), Reached::All, "the other one is there");
        gaps.line_gone(at(30));
        assert_eq!(gaps.look(), Reached::Nothing);
        gaps.line_opened(at(90));
        assert_eq!(gaps.look(), Reached::All);
        gaps.line_gone(at(100));
        gaps.line_opened(at(161));
        assert_eq!(gaps.look(), Reached::NotAll);
    }

    #[test]
    fn what_could_not_be_kept_is_missing() {
        let gaps = Gaps::by_requests();
        assert_eq!([gaps.look(), gaps.look()], [Reached::NotAll, Reached::All]);
        gaps.missed();
        assert_eq!([gaps.look(), gaps.look()], [Reached::NotAll, Reached::All]);
    }
}
