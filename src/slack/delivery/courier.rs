//! What delivery knows of letters that wait, and how long they do.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use super::desk::Desk;
use super::directory::shown;
use super::web::CallError;
use crate::domain::ids::{ChannelId, LetterNo, Seq};
use crate::domain::letter::{Content, Note, Posting};
use crate::domain::routing::ChannelRef;
use crate::domain::views::{Letter, Unreadable};
use crate::store::CommitError;

/// How long a letter waits at least that could not be sent for now, or may have been sent: Slack shows a message in its
/// channel's history a while after it was posted.
pub(super) const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// How long it waits at most.
const AT_MOST: SignedDuration = SignedDuration::from_mins(10);

/// How long to wait for somebody to mend what Slack refused for.
const MENDED_AFTER: SignedDuration = SignedDuration::from_mins(10);

/// Why a letter waits.
#[derive(Debug, thiserror::Error)]
pub(super) enum Waits {
    #[error(transparent)]
    Call(#[from] CallError),
    /// It may have been posted, and that could not be looked up.
    #[error("it could not be looked for: {0}")]
    Unsettled(CallError),
    /// Who is to be told could not be looked up.
    #[error("admins could not be looked up: {0}")]
    Admins(CallError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Until it is mended, which was told.
    #[error("Slack refuses them: {0}")]
    Mending(String),
}

/// A letter that waits.
#[derive(Debug, Clone, Default)]
pub(super) struct Waiting {
    /// Its next part may have been posted already.
    pub(super) in_doubt: bool,
    /// Where its next part stands, and up to which change it was rendered: that could not be kept so far.
    pub(super) posted: Option<(Posting, Seq)>,
    /// That cannot be found out, so that it is sent again and says so.
    pub(super) may_repeat: bool,
    /// It waits for somebody to mend what Slack refuses it for.
    pub(super) mending: bool,
    /// How often it was tried in vain.
    pub(super) tries: u32,
    /// It is not tried again before.
    pub(super) until: Option<Timestamp>,
}

/// Carries letters.
pub(super) struct Courier {
    pub(super) desk: Arc<Desk>,
    /// What this process knows of letters that wait.
    waiting: Mutex<BTreeMap<LetterNo, Waiting>>,
}

/// What goes in order, one after the other. Lanes go side by side.
pub(super) type Lane = String;

impl Courier {
    pub(super) fn of(desk: &Arc<Desk>) -> Self {
        Self { desk: Arc::clone(desk), waiting: Mutex::default() }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.desk.clock.now()
    }

    pub(super) fn note(&self, no: LetterNo, change: impl FnOnce(&mut Waiting)) {
        change(self.waiting.lock().unwrap_or_else(PoisonError::into_inner).entry(no).or_default());
    }

    pub(super) fn waiting(&self, no: LetterNo) -> Waiting {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get(&no).cloned().unwrap_or_default()
    }

    pub(super) fn waits_no_more(&self, no: LetterNo) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&no);
    }

    /// A letter of another process, which may have posted it before it died. What can be looked for is, not too soon.
    pub(super) fn inherit(&self, no: LetterNo, letter: &Letter) {
        let until = if goes_to_a_channel(letter) { self.now().checked_add(AGAIN_AFTER).ok() } else { None };
        self.note(no, |waiting| {
            waiting.in_doubt = true;
            waiting.until = until;
        });
    }

    /// A letter was tried in vain.
    pub(super) fn tried_in_vain(&self, no: LetterNo) {
        let now = self.now();
        self.note(no, |waiting| {
            waiting.until = now.checked_add(back_off(waiting.tries, fastrand::f64())).ok();
            waiting.tries = waiting.tries.saturating_add(1);
            waiting.mending = false;
        });
    }

    /// Slack refuses a letter until somebody mends the cause, which nobody may tell us.
    pub(super) fn waits_to_be_mended(&self, no: LetterNo) {
        let until = self.now().checked_add(MENDED_AFTER).ok();
        self.note(no, |waiting| {
            waiting.mending = true;
            waiting.until = until;
        });
    }

    /// Somebody may have mended something: what waits for that is tried now.
    pub(super) fn mended(&self) {
        let mut all = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        all.values_mut().filter(|waiting| waiting.mending).for_each(|waiting| waiting.until = None);
    }

    /// Letters to one place go in order; one that waits to be mended holds up those behind it, and no others.
    pub(super) fn lane(&self, letter: &Letter) -> Lane {
        if let Some((channel, _)) = self.destination(letter) {
            return channel.to_string();
        }
        match &letter.content {
            Content::Note(Note::Redraw { letter, part }, _) => format!("redraw {letter} {part}"),
            Content::Note(Note::Listened { channel } | Note::Paused { channel, .. }, _) => channel.to_string(),
            Content::Note(_, Some(to)) | Content::DigestFor(_, to) => to.to_string(),
            Content::Note(_, None) | Content::Digest(_) | Content::Rollup(..) => String::new(),
        }
    }

    /// The channel that a letter goes to by the configuration, by its id where we know it, and as people write it. `None`: it
    /// goes elsewhere.
    pub(super) fn destination(&self, letter: &Letter) -> Option<(ChannelId, String)> {
        if !letter.content.is_for_a_channel() {
            return None;
        }
        if let Some(root) = &letter.root {
            return Some((root.channel.clone(), root.channel.to_string()));
        }
        let named = match letter.content.function() {
            Some(id) => {
                let known = self.desk.in_force.routing.function(id);
                known.map_or_else(|| ChannelRef::Name(id.to_string()), |function| function.channel.clone())
            }
            None => self.desk.in_force.rollup.as_ref()?.channel.clone(),
        };
        let written = shown(&named);
        Some((self.desk.directory.channel(&named).unwrap_or_else(|| ChannelId::new(&written)), written))
    }
}

/// Whether it is posted where it can be looked for.
fn goes_to_a_channel(letter: &Letter) -> bool {
    let note = matches!(&letter.content, Content::Note(Note::Listened { .. } | Note::Paused { .. }, _));
    note || letter.content.is_for_a_channel()
}

/// How long until something is tried again that was tried in vain so often before: twice as long each time, and spread by
/// chance, from nought to one, so that what failed together does not come back together.
fn back_off(tries: u32, chance: f64) -> SignedDuration {
    let doubled = AGAIN_AFTER.saturating_mul(1_i32.checked_shl(tries.min(10)).unwrap_or(i32::MAX));
    let least = doubled.min(AT_MOST.saturating_mul(5) / 6);
    least + (least / 5).mul_f64(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_from_half_a_minute_to_ten_minutes_and_are_spread() {
        let seconds = |tries, chance| back_off(tries, chance).as_secs();
        assert_eq!([0, 1, 2, 3, 4, 5, 40].map(|tries| seconds(tries, 0.0)), [30, 60, 120, 240, 480, 500, 500]);
        assert_eq!([0, 1, 2, 3, 4, 5, u32::MAX].map(|tries| seconds(tries, 1.0)), [36, 72, 144, 288, 576, 600, 600]);
    }
}
