//! A function's digest: that of a past day, or the next one as it would be now.

use std::sync::Arc;

use jiff::civil::Date;
use tokio::sync::mpsc;

use super::protocol::{DigestAsked, Said};
use crate::app::digest::Edition;
use crate::app::preview::{self, Preview};
use crate::app::{InForce, digest};
use crate::clock::Clock;
use crate::domain::ids::{ChannelId, LetterNo};
use crate::domain::letter::DigestDone;
use crate::domain::pause::Pause;
use crate::domain::routing::Function;
use crate::domain::views::Unreadable;
use crate::slack::block_kit;
use crate::store::SharedStore;
use crate::texts::en::previews::Comes;
use crate::texts::terminal;

/// What people call a channel, where that is known and may be said.
pub(super) type Channels = Arc<dyn Fn(&ChannelId) -> Option<String> + Send + Sync>;

/// What a question is answered from.
pub struct Desk {
    /// What is remembered.
    pub store: SharedStore,
    /// What is in force.
    pub in_force: Arc<InForce>,
    /// Time.
    pub clock: Clock,
    /// What people call a channel.
    pub channels: Channels,
}

/// Why an answer ends before its time.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// Whoever asked has gone.
    #[error("whoever asked has gone")]
    Gone,
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

/// Where an answer goes, line by line.
pub(super) struct Out<'a>(pub(super) &'a mpsc::Sender<Said>);

impl Out<'_> {
    async fn say(&self, said: Said) -> Result<(), Fault> {
        self.0.send(said).await.map_err(|_| Fault::Gone)
    }
}

/// Says a digest.
pub(super) async fn digest(desk: &Desk, asked: &DigestAsked, out: &Out<'_>) -> Result<Said, Fault> {
    let function = match preview::find(&desk.in_force, &asked.function) {
        Ok(function) => function,
        Err(near) => return Ok(Said::Refused(no_such(&desk.in_force, near))),
    };
    let (now, id) = (desk.clock.now(), &function.id);
    let today = preview::today(now, function);
    let (no, done) = match asked.day {
        Some(day) if day > today => {
            return Ok(Said::Refused(format!("{day} has not come for {id}, where it is {today}: without --day you see its next digest")));
        }
        Some(day) if day < today => {
            let Some(past) = preview::past(&desk.store, id, day).await? else {
                out.say(Said::Aside(none_on(id.as_str(), day))).await?;
                return Ok(Said::Done);
            };
            past
        }
        Some(_) | None => {
            let Preview { done, comes } = preview::next(&desk.store, &desk.in_force, now, function).await?;
            out.say(Said::Aside(about(function, &comes, done.parts.is_empty()))).await?;
            (preview::next_letter(&desk.store), done)
        }
    };
    messages(desk, (no, &done), asked.json, out).await?;
    Ok(Said::Done)
}

/// Each message of a digest, as its records stand now.
async fn messages(desk: &Desk, (no, done): (LetterNo, &DigestDone), json: bool, out: &Out<'_>) -> Result<(), Fault> {
    let parts = u32::try_from(done.parts.len()).unwrap_or(u32::MAX);
    for part in 0..parts {
        let page = digest::page(&desk.store, &desk.in_force, Edition::of_channel(no, done), part).await?;
        let line = if json {
            block_kit(&page).to_string()
        } else {
            let text = terminal::text(&page, &*desk.channels);
            if part == 0 { text } else { format!("\n{text}") }
        };
        out.say(Said::Answer(line)).await?;
    }
    Ok(())
}

fn no_such(in_force: &InForce, near: Option<&Function>) -> String {
    let all: Vec<String> = in_force.ids().iter().map(ToString::to_string).collect();
    let near = near.map_or_else(|| ".".to_owned(), |near| format!("; did you mean \"{}\"?", near.id));
    format!("there is no such function{near} These are all: {}", all.join(", "))
}

fn none_on(function: &str, day: Date) -> String {
    format!("{function} had no digest on {day}: nothing was new then, or it did not read on that day")
}

fn about(function: &Function, comes: &Comes, nothing: bool) -> String {
    let id = &function.id;
    let comes = match comes {
        Comes::At(at) => format!("the next digest comes {}", at.strftime("%A %-d %B, %H:%M %Z")),
        Comes::AtOnce => "the next digest is due, and comes as soon as the bot runs".to_owned(),
        Comes::AfterPause(Pause { until: Some(day) }) => format!("its digests are paused until {day}"),
        Comes::AfterPause(Pause { until: None }) => "its digests are paused until somebody resumes them".to_owned(),
        Comes::Never => "no digest comes within a year: see its working days in functions.toml".to_owned(),
    };
    if nothing {
        format!("Nothing is new for {id}; {comes}.")
    } else {
        format!("A preview of what {id} would read if its digest were compiled now: {comes}. Nothing was posted.")
    }
}
