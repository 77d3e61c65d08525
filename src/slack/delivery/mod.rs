//! The delivery loop: the one place that posts. It drains the outbox in lanes side by side, each in order.
//!
//! A letter is marked as posted after Slack has answered. Where the answer was lost, or the process died between the
//! two, the channel is searched for the letter's key, which travels as metadata, before anything is sent again. What is
//! said in passing goes the same way, without being kept.

mod calls;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::watch;
use tracing::{debug, error, info, warn};

use super::asides::{Aside, Asides, To};
use super::blocks::content;
use super::desk::Desk;
use super::directory::{Directory, Readers, shown};
use super::web::{CallError, Slack};
use crate::app::InForce;
use crate::app::letters::{self, Where};
use crate::clock::Clock;
use crate::domain::acts::{Act, Change};
use crate::domain::ids::{ChannelId, LetterNo, Seq};
use crate::domain::letter::{Content, DigestDone, Note, Posting, Reach};
use crate::domain::routing::ChannelRef;
use crate::domain::views::{Letter, Unreadable};
use crate::store::{CommitError, SharedStore};
use crate::texts::en;
use crate::texts::page::Page;

/// How long to wait before a letter is tried again whose fate is in doubt, or that could not be sent for now.
const AGAIN_AFTER: SignedDuration = SignedDuration::from_secs(30);
/// How long to wait for somebody to mend what Slack refused for.
const MENDED_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// How long a letter waits to be mended in all.
const GIVEN_UP_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Slack's words for a message that will never be taken, whoever mends whatever.
const NEVER: &[&str] = &["invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large"];
/// Slack's words for that something cannot be shown to one person in a channel.
const NOT_IN_CHANNEL: &[&str] =
    &["user_not_in_channel", "not_in_channel", "channel_not_found", "is_archived", "restricted_action", "no_permission"];
/// How far back before the letter was queued its traces are looked for: clocks differ.
const BEFORE_QUEUED: SignedDuration = SignedDuration::from_mins(5);

/// The delivery loop.
pub struct Delivery {
    clock: Clock,
    store: SharedStore,
    in_force: Arc<InForce>,
    directory: Arc<Directory>,
    slack: Arc<Slack>,
    asides: Arc<Asides>,
    /// What this process knows of letters that wait.
    waiting: Mutex<BTreeMap<LetterNo, Waiting>>,
}

/// A letter that waits.
#[derive(Debug, Clone, Default)]
struct Waiting {
    /// Its next part may have been posted already.
    in_doubt: bool,
    /// It is not tried again before.
    until: Option<Timestamp>,
    /// What Slack refused it for: said once in the log.
    refused: Option<String>,
}

/// Why a letter waits.
#[derive(Debug, thiserror::Error)]
enum Waits {
    #[error(transparent)]
    Call(#[from] CallError),
    #[error(transparent)]
    Commit(#[from] CommitError),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// Until it is mended, which was said.
    #[error("Slack refuses them: {0}")]
    Mending(String),
}

/// What goes in order, one after the other. Lanes go side by side.
type Lane = String;

impl Delivery {
    /// A loop over the outbox of this desk's store, and over what it says in passing.
    pub fn of(desk: &Desk) -> Self {
        Self {
            clock: desk.clock.clone(),
            store: Arc::clone(&desk.store),
            in_force: Arc::clone(&desk.in_force),
            directory: Arc::clone(&desk.directory),
            slack: Arc::clone(&desk.slack),
            asides: Arc::clone(&desk.asides),
            waiting: Mutex::default(),
        }
    }

    /// Looks what waits, before anything of this process does: it may have been posted by one that died before it could
    /// say so. `false`: the outbox could not be read, and is looked at again.
    pub async fn begin(&self) -> bool {
        self.doubt_all().await
    }

    /// Runs until it is told to stop; a letter under way is finished first. `doubted` is what [`begin`](Self::begin) gave.
    pub async fn run(&self, mut doubted: bool, mut stop: watch::Receiver<bool>) {
        let mut queued = self.store.queued();
        let (mut lanes, mut busy) = (FuturesUnordered::new(), BTreeSet::new());
        let mut asides = std::pin::pin!(self.say_asides(stop.clone()));
        let mut asides_end = false;
        loop {
            queued.mark_unchanged();
            let mut again = Some(AGAIN_AFTER);
            if doubted {
                let begun;
                (begun, again) = self.lanes(&busy).await;
                for (lane, letters) in begun {
                    busy.insert(lane.clone());
                    let stop = stop.clone();
                    lanes.push(async move {
                        self.send_in_order(letters, &stop).await;
                        lane
                    });
                }
            }
            let later = async {
                match again {
                    Some(after) => self.clock.sleep(after).await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                Some(lane) = lanes.next() => drop(busy.remove(&lane)),
                changed = queued.changed() => if changed.is_err() { break },
                _ = stop.wait_for(|stop| *stop) => break,
                () = &mut asides, if !asides_end => asides_end = true,
                () = later => {}
            }
            doubted = doubted || self.doubt_all().await;
        }
        while lanes.next().await.is_some() {}
    }

    /// `false`: the outbox could not be read.
    async fn doubt_all(&self) -> bool {
        match self.store.outbox().await {
            Ok(letters) => {
                for (no, _) in letters {
                    self.note(no, |waiting| waiting.in_doubt = true);
                }
                true
            }
            Err(fault) => {
                log(&fault.into());
                false
            }
        }
    }

    fn note(&self, no: LetterNo, change: impl FnOnce(&mut Waiting)) {
        change(self.waiting.lock().unwrap_or_else(PoisonError::into_inner).entry(no).or_default());
    }

    fn waiting(&self, no: LetterNo) -> Waiting {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).get(&no).cloned().unwrap_or_default()
    }

    fn waits_no_more(&self, no: LetterNo) {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner).remove(&no);
    }

    /// The lanes that may begin now, but for those that are busy; and when the next of the others may.
    async fn lanes(&self, busy: &BTreeSet<Lane>) -> (BTreeMap<Lane, Vec<(LetterNo, Letter)>>, Option<SignedDuration>) {
        let letters = match self.store.outbox().await {
            Ok(letters) => letters,
            Err(fault) => {
                log(&fault.into());
                return (BTreeMap::new(), Some(AGAIN_AFTER));
            }
        };
        let mut lanes: BTreeMap<Lane, Vec<(LetterNo, Letter)>> = BTreeMap::new();
        for (no, letter) in letters {
            lanes.entry(self.lane(&letter)).or_default().push((no, letter));
        }
        lanes.retain(|lane, _| !busy.contains(lane));
        let now = self.clock.now();
        let mut next: Option<SignedDuration> = None;
        lanes.retain(|_, letters| {
            let waits = letters.first().and_then(|(no, _)| self.waiting(*no).until).map(|until| until.duration_since(now));
            let waits = waits.filter(SignedDuration::is_positive);
            next = next.into_iter().chain(waits).min();
            waits.is_none()
        });
        (lanes, next)
    }

    /// Letters to one place go in order; one that waits to be mended holds up those behind it, and no others.
    fn lane(&self, letter: &Letter) -> Lane {
        match &letter.content {
            Content::Digest(done) => self.destination(letter, done).0.to_string(),
            Content::Note(Note::Redraw { letter, part }, _) => format!("redraw {letter} {part}"),
            Content::Note(Note::Listened { channel } | Note::Paused { channel, .. }, _) => channel.to_string(),
            Content::Note(_, Some(to)) => to.to_string(),
            Content::Note(_, None) => String::new(),
        }
    }

    /// Sends the letters of one lane. Where one waits, those behind it wait as well.
    async fn send_in_order(&self, letters: Vec<(LetterNo, Letter)>, stop: &watch::Receiver<bool>) {
        for (no, letter) in letters {
            if *stop.borrow() {
                return;
            }
            if let Err(why) = self.send(no, letter, stop.clone()).await {
                let after = if matches!(why, Waits::Mending(_)) { MENDED_AFTER } else { AGAIN_AFTER };
                log(&why);
                self.note(no, |waiting| waiting.until = self.clock.now().checked_add(after).ok());
                return;
            }
        }
    }

    /// The channel of a digest, by its id where we know it, and as people write it.
    fn destination(&self, letter: &Letter, done: &DigestDone) -> (ChannelId, String) {
        if let Some(root) = &letter.root {
            return (root.channel.clone(), root.channel.to_string());
        }
        let function = self.in_force.routing.function(&done.function);
        let named = function.map_or_else(|| ChannelRef::Name(done.function.to_string()), |function| function.channel.clone());
        let written = shown(&named);
        (self.directory.channel(&named).unwrap_or_else(|| ChannelId::new(&written)), written)
    }

    /// Sends what is left of a letter; leaves the rest to the next process where this one is told to stop meanwhile.
    async fn send(&self, no: LetterNo, mut letter: Letter, mut stop: watch::Receiver<bool>) -> Result<(), Waits> {
        let parts = u32::try_from(letter.content.parts()).unwrap_or(u32::MAX);
        while letter.next_part < parts {
            let (part, now) = (letter.next_part, self.clock.now());
            let rendered = *self.store.newest().borrow();
            let page = letters::page(&self.store, &self.in_force, now, (no, &letter), part).await?;
            let (Some((to, page)), false) = (page, letter.until.is_some_and(|until| until < now)) else {
                return self.give_up(no, part, "nothing_to_say").await;
            };
            match self.post(no, &letter, &to, &page).await {
                Ok(posting) => {
                    // Until that is kept it is posted and not known to be.
                    self.note(no, |waiting| waiting.in_doubt = true);
                    self.mark(posting.clone(), rendered).await?;
                    self.waits_no_more(no);
                    letter.next_part = part.saturating_add(1);
                    letter.root.get_or_insert(posting);
                }
                Err(Waits::Call(CallError::Refused(code))) => return self.refused(no, &letter, code).await,
                // Not posted, that is sure. It is rendered anew after the wait: a record may be withdrawn by then.
                Err(Waits::Call(CallError::RateLimited(asked))) => {
                    tokio::select! {
                        () = self.clock.sleep(asked.unwrap_or(AGAIN_AFTER)) => {}
                        _ = stop.wait_for(|stop| *stop) => return Ok(()),
                    }
                }
                Err(why) => {
                    self.note(no, |waiting| waiting.in_doubt = true);
                    return Err(why);
                }
            }
        }
        match &letter.content {
            Content::Digest(done) => info!(function = %done.function, day = %done.day, messages = parts, "digest posted"),
            Content::Note(..) => debug!(%no, "sent"),
        }
        Ok(())
    }

    /// Waits for whoever can mend it, who is told once; gives a letter up that Slack will never take, or that has waited
    /// for a week.
    async fn refused(&self, no: LetterNo, letter: &Letter, code: String) -> Result<(), Waits> {
        let Content::Digest(done) = &letter.content else {
            // Nobody has to mend anything: the message is gone that was to change, or the person is.
            warn!(%no, code, "a message was given up");
            return self.give_up(no, letter.next_part, &code).await;
        };
        let (function, channel) = (&done.function, self.destination(letter, done).1);
        let gives_up = NEVER.contains(&code.as_str()) || self.clock.now().duration_since(letter.queued_at) > GIVEN_UP_AFTER;
        if self.waiting(no).refused.as_ref() != Some(&code) {
            error!(%function, code, cure = en::cure(&code, &channel), "a digest cannot be posted");
        }
        if gives_up {
            error!(%function, day = %done.day, code, "a digest was given up");
            return self.give_up(no, letter.next_part, &code).await;
        }
        self.note(no, |waiting| waiting.refused = Some(code.clone()));
        Err(Waits::Mending(code))
    }

    async fn give_up(&self, no: LetterNo, part: u32, why: &str) -> Result<(), Waits> {
        self.waits_no_more(no);
        let act = Act::Failed { letter: no, part, why: why.to_owned() };
        self.store.commit(Change::of_the_bot(self.clock.now(), vec![act])).await?;
        Ok(())
    }

    async fn mark(&self, posting: Posting, rendered: Seq) -> Result<(), Waits> {
        let act = Act::Posted { posting, rendered };
        self.store.commit(Change::of_the_bot(self.clock.now(), vec![act])).await?;
        Ok(())
    }

    async fn post(&self, no: LetterNo, letter: &Letter, to: &Where, page: &Page) -> Result<Posting, Waits> {
        let (part, key) = (letter.next_part, key(no, letter));
        let (slack, thread) = (&self.slack, letter.root.as_ref().map(|root| root.ts.as_str()));
        let calls::Posted { channel, ts } = match to {
            Where::Function => {
                let Content::Digest(done) = &letter.content else { return Err(CallError::Refused("no_channel".to_owned()).into()) };
                let channel = self.destination(letter, done).0;
                if self.directory.readers(channel.as_str()) == Some(Readers::Outsiders) {
                    return Err(CallError::Refused("shared_with_others".to_owned()).into());
                }
                self.post_once(no, letter, (channel.as_str(), thread), (&key, page)).await?
            }
            Where::Channel(channel) => self.post_once(no, letter, (channel.as_str(), thread), (&key, page)).await?,
            Where::Person(who, Reach::Direct) => calls::post(slack, who.user.as_str(), None, &key, page).await?,
            Where::Person(who, Reach::Only(spot)) => match calls::show(slack, who.user.as_str(), spot, page).await {
                Err(CallError::Refused(code)) if NOT_IN_CHANNEL.contains(&code.as_str()) => {
                    calls::post(slack, who.user.as_str(), None, &key, page).await?
                }
                shown => shown?,
            },
            Where::InPlace(posting) => calls::replace(slack, posting, page).await?,
        };
        Ok(Posting { letter: no, part, channel: ChannelId::new(&channel), ts })
    }

    /// Posts, unless it was posted before and that was not known.
    async fn post_once(
        &self,
        no: LetterNo,
        letter: &Letter,
        (channel, thread): (&str, Option<&str>),
        (key, page): (&str, &Page),
    ) -> Result<calls::Posted, Waits> {
        let since = letter.queued_at.checked_sub(BEFORE_QUEUED).unwrap_or(letter.queued_at).as_second();
        if self.waiting(no).in_doubt
            && let Some(ts) = calls::find(&self.slack, channel, thread, since, key).await?
        {
            return Ok(calls::Posted { channel: channel.to_owned(), ts });
        }
        Ok(calls::post(&self.slack, channel, thread, key, page).await?)
    }

    /// Says what is said in passing: each once, and what Slack does not take is dropped.
    async fn say_asides(&self, mut stop: watch::Receiver<bool>) {
        loop {
            while let Some(aside) = self.asides.next(self.clock.now()) {
                self.say_aside(aside).await;
            }
            tokio::select! {
                () = self.asides.more() => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
        }
    }

    async fn say_aside(&self, Aside { to, page, .. }: Aside) {
        let said = match &to {
            To::Only(user, spot) => calls::show(&self.slack, user, spot, &page).await.map(|_| ()),
            To::Answer { url, replace } => self.slack.respond(url, content(&page), *replace).await,
        };
        if let Err(error) = said {
            debug!(%error, "something said in passing was dropped");
        }
    }
}

/// What is refused was said already, with its cure.
fn log(why: &Waits) {
    if !matches!(why, Waits::Mending(_)) {
        warn!(error = %why, "letters wait; they are tried again");
    }
}

/// What a part of a letter is known by in Slack: of a digest function, local day and part, else its number.
fn key(no: LetterNo, letter: &Letter) -> String {
    match &letter.content {
        Content::Digest(done) => format!("{}/{}/{}", done.function, done.day, letter.next_part),
        Content::Note(..) => format!("letter/{}", no.0),
    }
}
