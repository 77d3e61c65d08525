//! A letter's way into Slack: its parts in order, each once.

use jiff::SignedDuration;
use tokio::sync::watch;
use tracing::{debug, info, warn};

use super::calls::{self, Found, Posted};
use super::courier::{Courier, Waits};
use super::pace::Turn;
use super::web::CallError;
use crate::app::letters::{self, Where};
use crate::domain::acts::{Act, Change};
use crate::domain::ids::{ChannelId, LetterNo, Seq};
use crate::domain::letter::{Content, Posting, Reach, Spot};
use crate::domain::views::Letter;
use crate::slack::readers::Readers;
use crate::texts::en::alerts;
use crate::texts::page::Page;

/// How far back before the letter was queued its traces are looked for: messages bear Slack's time, and ours may be wrong.
const BEFORE_QUEUED: SignedDuration = SignedDuration::from_hours(24);
/// How long a turn is waited for before the letter is looked at anew: it may be too late for it by then.
const LOOKED_AT: SignedDuration = SignedDuration::from_mins(10);
/// Slack's words for that something cannot be shown to one person in a channel.
const NOT_IN_CHANNEL: &[&str] =
    &["user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "restricted_action", "no_permission"];

/// Where a message goes.
enum Goes<'a> {
    Channel(ChannelId),
    Direct(&'a str),
    Only(&'a str, &'a Spot),
    InPlace(&'a Posting),
}

/// What came of trying to send a part.
enum Tried {
    Posted(Posting),
    /// It is not its turn: how long until that is to be asked again.
    Waits(SignedDuration),
}

impl Courier {
    /// Sends the letters of one lane. Where one waits, those behind it wait as well.
    pub(super) async fn send_in_order(&self, letters: Vec<(LetterNo, Letter)>, mut stop: watch::Receiver<bool>) {
        for (no, letter) in letters {
            if *stop.borrow() {
                return;
            }
            match self.send(no, letter, &mut stop).await {
                Ok(()) => {}
                // That was told.
                Err(Waits::Mending(_)) => return self.waits_to_be_mended(no),
                Err(why) => {
                    warn!(error = %why, "letters wait; they are tried again");
                    return self.tried_in_vain(no);
                }
            }
        }
    }

    /// Sends what is left of a letter; leaves the rest to the next process where this one is told to stop meanwhile.
    async fn send(&self, no: LetterNo, mut letter: Letter, stop: &mut watch::Receiver<bool>) -> Result<(), Waits> {
        let parts = u32::try_from(letter.content.parts()).unwrap_or(u32::MAX);
        while letter.next_part < parts {
            let (part, now) = (letter.next_part, self.now());
            if let Some((posting, rendered)) = self.waiting(no).posted {
                self.posted(no, &mut letter, posting, rendered).await?;
                continue;
            }
            let rendered = *self.desk.store.newest().borrow();
            if letter.until.is_some_and(|until| until < now) {
                let Some(posting) = self.posted_after_all(no, &letter).await else { return self.too_late(no, &letter).await };
                self.posted(no, &mut letter, posting, rendered).await?;
                continue;
            }
            // Anew after each wait: a record may be withdrawn by then.
            let channel = self.destination(&letter).map(|(channel, _)| channel);
            let page = letters::page(&self.desk.store, &self.desk.in_force, now, (no, &letter, part), channel.as_ref()).await?;
            let Some((to, page)) = page else {
                return self.give_up(no, part, "nothing_to_say").await;
            };
            match self.try_part(no, &letter, (&to, page)).await {
                Ok(Tried::Posted(posting)) => self.posted(no, &mut letter, posting, rendered).await?,
                Ok(Tried::Waits(wait)) => {
                    if self.stops_within(wait.min(LOOKED_AT), stop).await {
                        return Ok(());
                    }
                }
                Err(Waits::Call(CallError::Refused(code))) => return self.refused(no, &letter, code).await,
                // Not posted, that is sure; the method rests, and the next turn comes after that.
                Err(Waits::Call(CallError::RateLimited(Some(_)))) => {}
                Err(why) => {
                    if matches!(why, Waits::Call(CallError::InDoubt(_))) {
                        self.note(no, |waiting| waiting.in_doubt = true);
                    }
                    return Err(why);
                }
            }
        }
        match &letter.content {
            Content::Digest(done) => info!(function = %done.function, day = %done.day, messages = parts, "digest posted"),
            Content::DigestFor(..) | Content::Rollup(..) | Content::Note(..) => debug!(%no, "sent"),
        }
        Ok(())
    }

    /// Waits; whether it was told to stop meanwhile.
    pub(super) async fn stops_within(&self, wait: SignedDuration, stop: &mut watch::Receiver<bool>) -> bool {
        tokio::select! {
            () = self.desk.clock.sleep(wait) => false,
            _ = stop.wait_for(|stop| *stop) => true,
        }
    }

    /// A part stands there, rendered from all changes up to that one.
    async fn posted(&self, no: LetterNo, letter: &mut Letter, posting: Posting, rendered: Seq) -> Result<(), Waits> {
        // Until that is kept nobody else knows it.
        self.note(no, |waiting| waiting.posted = Some((posting.clone(), rendered)));
        let act = Act::Posted { posting: posting.clone(), rendered };
        self.desk.store.commit(Change::of_the_bot(self.now(), vec![act])).await?;
        self.waits_no_more(no);
        letter.next_part = posting.part.saturating_add(1);
        letter.root.get_or_insert(posting);
        Ok(())
    }

    /// The part of a digest that was in doubt when its deadline passed, where it is found.
    async fn posted_after_all(&self, no: LetterNo, letter: &Letter) -> Option<Posting> {
        let goes = self.goes(letter, &Where::Function).ok()?;
        let Posted { channel, ts } = self.settle(no, letter, (&goes, &key(no, letter))).await.ok()??;
        Some(Posting { letter: no, part: letter.next_part, channel: ChannelId::new(&channel), ts })
    }

    /// Posts a part when it is its turn, unless it was posted before and that was not known.
    async fn try_part(&self, no: LetterNo, letter: &Letter, (to, page): (&Where, Page)) -> Result<Tried, Waits> {
        let key = key(no, letter);
        let goes = self.goes(letter, to)?;
        let posted = if let Some(found) = self.settle(no, letter, (&goes, &key)).await? {
            found
        } else {
            if let Err(wait) = calls::take_turn(&self.desk.slack, &turn(&goes, letter)) {
                return Ok(Tried::Waits(wait));
            }
            let page = if self.waiting(no).may_repeat { alerts::may_be_repeat(page) } else { page };
            let thread = letter.root.as_ref().map(|root| root.ts.as_str());
            match self.put(&goes, thread, (&key, &page)).await? {
                Ok(posted) => posted,
                Err(wait) => return Ok(Tried::Waits(wait)),
            }
        };
        let Posted { channel, ts } = posted;
        Ok(Tried::Posted(Posting { letter: no, part: letter.next_part, channel: ChannelId::new(&channel), ts }))
    }

    fn goes<'a>(&self, letter: &Letter, to: &'a Where) -> Result<Goes<'a>, CallError> {
        Ok(match to {
            Where::Function => {
                let Some((channel, _)) = self.destination(letter) else { return Err(CallError::Refused("no_channel".to_owned())) };
                if self.desk.directory.readers(channel.as_str()) == Some(Readers::Outsiders) {
                    return Err(CallError::Refused("shared_with_others".to_owned()));
                }
                Goes::Channel(channel)
            }
            Where::Channel(channel) => Goes::Channel(channel.clone()),
            Where::Person(who, Reach::Direct) => Goes::Direct(who.user.as_str()),
            Where::Person(who, Reach::Only(spot)) => Goes::Only(who.user.as_str(), spot),
            Where::InPlace(posting) => Goes::InPlace(posting),
        })
    }

    /// What may have been posted is looked for where we may look; elsewhere it is sent again, and says so.
    async fn settle(&self, no: LetterNo, letter: &Letter, (goes, key): (&Goes<'_>, &str)) -> Result<Option<Posted>, Waits> {
        if !self.waiting(no).in_doubt {
            return Ok(None);
        }
        let found = match goes {
            Goes::Channel(channel) if self.may_look(channel) => {
                let since = letter.queued_at.checked_sub(BEFORE_QUEUED).unwrap_or(letter.queued_at).as_second();
                let thread = letter.root.as_ref().map(|root| root.ts.as_str());
                let found = calls::find(&self.desk.slack, (channel.as_str(), thread), since, key).await.map_err(Waits::Unsettled)?;
                if let Found::At(ts) = found {
                    return Ok(Some(Posted { channel: channel.to_string(), ts }));
                }
                found
            }
            Goes::Channel(_) | Goes::Direct(_) | Goes::Only(..) => Found::Unread,
            // Done twice it is as done once.
            Goes::InPlace(_) => Found::Nowhere,
        };
        self.note(no, |waiting| {
            waiting.in_doubt = false;
            waiting.may_repeat = waiting.may_repeat || matches!(found, Found::Unread);
        });
        Ok(None)
    }

    /// Whether the scope to read a channel's history was granted, as far as we know.
    fn may_look(&self, channel: &ChannelId) -> bool {
        let grants = &self.desk.grants;
        let (open, closed) = (grants.has("channels:history"), grants.has("groups:history"));
        match self.desk.directory.readers(channel.as_str()) {
            Some(Readers::Everybody | Readers::Outsiders) => open,
            Some(Readers::TheInvited) => closed,
            None => open || closed,
        }
    }

    /// Puts a page where it goes; how long to wait where it takes another way whose turn it is not.
    async fn put(
        &self,
        goes: &Goes<'_>,
        thread: Option<&str>,
        (key, page): (&str, &Page),
    ) -> Result<Result<Posted, SignedDuration>, CallError> {
        let slack = &self.desk.slack;
        Ok(Ok(match goes {
            Goes::Channel(channel) => calls::post(slack, channel.as_str(), thread, key, page).await?,
            Goes::Direct(user) => calls::post(slack, user, None, key, page).await?,
            Goes::Only(user, spot) => match calls::show(slack, user, spot, page).await {
                Err(CallError::Refused(code)) if NOT_IN_CHANNEL.contains(&code.as_str()) => {
                    let instead = Turn::Post { channel: (*user).to_owned(), continues: false };
                    if let Err(wait) = calls::take_turn(slack, &instead) {
                        return Ok(Err(wait));
                    }
                    calls::post(slack, user, None, key, page).await?
                }
                shown => shown?,
            },
            Goes::InPlace(posting) => calls::replace(slack, posting, page).await?,
        }))
    }
}

/// The turn that a part takes.
fn turn(goes: &Goes<'_>, letter: &Letter) -> Turn {
    let continues = letter.next_part > 0;
    match goes {
        Goes::Channel(channel) => Turn::Post { channel: channel.to_string(), continues },
        Goes::Direct(user) => Turn::Post { channel: (*user).to_owned(), continues },
        Goes::Only(..) => Turn::Show,
        Goes::InPlace(_) => Turn::Replace,
    }
}

/// What a part of a letter is known by in Slack: of a digest function, local day and part, else its number.
fn key(no: LetterNo, letter: &Letter) -> String {
    match &letter.content {
        Content::Digest(done) => format!("{}/{}/{}", done.function, done.day, letter.next_part),
        Content::Rollup(done, _) => format!("rollup/{}/{}", done.day, letter.next_part),
        Content::DigestFor(..) => format!("letter/{}/{}", no.0, letter.next_part),
        Content::Note(..) => format!("letter/{}", no.0),
    }
}
