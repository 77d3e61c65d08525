//! The stage: workspace, clock and bot, started together.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use futures_util::FutureExt;
use jiff::{SignedDuration, Timestamp, ToSpan, Zoned};
use serde_json::{Value, json};
use slack_sim::{NewCommand, NewShortcut, Press, Rest, ShortcutKind, Sim, Time};

use super::company::{self, Does};
use super::turning::Turner;
use crate::clock::{Clock, Restless};
use crate::config::{Env, Faults, Secrets};
use crate::domain::ids::Seq;
use crate::domain::press::MENU;
use crate::domain::routing::Function;
use crate::domain::views::Unreadable;
use crate::serve::{Bot, Keep, Setup, StartError};
use crate::slack::{Guards, PASS_ON, TELL};
use crate::store::SharedStore;
use crate::texts::en::manifest;

/// The Sunday on which the demo's week begins; it ends, and the visitor comes, seven days later at the same hour.
const BEGINS: &str = "2026-11-15T18:00:00+01:00[Europe/Berlin]";

/// What the page shows above the workspace.
const BANNER: &str = include_str!("banner.js");

/// How the demo runs.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// The port on this machine; nought: any that is free.
    pub port: u16,
    /// Where the store is kept; none: it goes with the demo.
    pub keep: Option<PathBuf>,
    /// Whether the company's own week is told.
    pub stories: bool,
    /// How many weeks of its history are told before that one.
    pub history: usize,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The port is taken, or there is no room for the store.
    #[error("the demo cannot start on port {port}: {error}; name another with --port")]
    Port {
        /// Which.
        port: u16,
        /// Why.
        error: std::io::Error,
    },
    /// No folder for the store.
    #[error("no temporary folder: {0}")]
    Folder(std::io::Error),
    /// The shipped configuration is wrong.
    #[error("the configuration that ships with the program is wrong:\n{0}")]
    Config(#[from] Faults),
    /// The bot did not start.
    #[error(transparent)]
    Start(#[from] StartError),
    /// Something never came to rest.
    #[error(transparent)]
    Restless(#[from] Restless),
    /// Somebody could not say something.
    #[error("the simulated workspace refused: {0}")]
    Workspace(String),
    /// The store could not be read.
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    /// The demo's own calendar is wrong.
    #[error("the demo's calendar is wrong: {0}")]
    Calendar(#[from] jiff::Error),
}

/// A demo that runs.
pub struct Demo {
    pub(super) sim: Sim,
    pub(super) turner: Turner,
    pub(super) begins: Zoned,
    functions: Vec<Function>,
    bot: Bot,
    /// Goes when the demo goes.
    _folder: Option<tempfile::TempDir>,
}

/// The workspace's time is the bot's: one clock for both.
pub struct OneClock(pub Clock);

impl Time for OneClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn rest(&self, span: SignedDuration) -> Rest {
        let clock = self.0.clone();
        Box::pin(async move { clock.rest(span).await })
    }
}

/// A command as the app's manifest has it: the page completes it.
fn command(name: &str, description: &str, usage_hint: &str) -> NewCommand {
    NewCommand { command: name.to_owned(), description: description.to_owned(), usage_hint: usage_hint.to_owned() }
}

/// A shortcut as the app's manifest has it.
fn shortcut(kind: ShortcutKind, name: &str, callback_id: &str) -> NewShortcut {
    NewShortcut { kind, name: name.to_owned(), callback_id: callback_id.to_owned() }
}

/// The action of something to press, and what is chosen by it.
type Found = (String, Option<Value>);

pub(super) fn refused(refusal: &slack_sim::Refusal) -> DemoError {
    DemoError::Workspace(refusal.to_string())
}

impl Demo {
    /// Starts workspace and bot, so many weeks before the demo's own; gives whether the store was kept from a run before.
    pub(super) async fn set(options: &Options, weeks: usize) -> Result<(Self, bool), DemoError> {
        let begins: Zoned = BEGINS.parse()?;
        let folder = if options.keep.is_some() { None } else { Some(tempfile::tempdir().map_err(DemoError::Folder)?) };
        let data = options.keep.clone().or_else(|| folder.as_ref().map(|folder| folder.path().to_owned())).unwrap_or_default();
        let kept = data.join("journal").exists();

        let weeks = if kept { 0 } else { weeks };
        let first = begins.checked_sub(i64::try_from(weeks).unwrap_or(0).weeks())?;
        let (clock, hand) = Clock::by_hand(first.timestamp());
        let turner = Turner::of(hand);
        let building = Sim::builder()
            .port(options.port)
            .workspace("Tandem", "tandem")
            .bot_name("allears")
            .command(command("/heard", manifest::HEARD_DESCRIPTION, manifest::HEARD_HINT))
            .command(command("/allears", manifest::ALLEARS_DESCRIPTION, manifest::ALLEARS_HINT))
            .shortcut(shortcut(ShortcutKind::Message, manifest::PASS_ON, PASS_ON))
            .shortcut(shortcut(ShortcutKind::Global, manifest::TELL, TELL))
            .time(Arc::new(OneClock(clock.clone())));
        // A kept store knows the events of the run before: those of this one need ids of their own.
        let seed = if kept { fastrand::u64(..) } else { 0 };
        let building = building.seed(seed).extra_routes(turner.routes()).page_banner_script(BANNER);
        let sim = building.start().await.map_err(|error| DemoError::Port { port: options.port, error })?;
        company::settle_in(&sim);
        let frames = sim.clone();
        turner
            .probe(Arc::new(move || {
                let sim = frames.clone();
                async move { sim.probe().await }.boxed()
            }))
            .await;
        let config = company::configuration(&sim)?;
        let functions = config.routing.functions().to_vec();
        let env = Env::given([("SLACK_BOT_TOKEN", sim.bot_token()), ("SLACK_APP_TOKEN", sim.app_token())]);
        let secrets = Secrets::load(&env, config.slack.transport)?;
        let setup = Setup {
            config,
            secrets,
            clock: clock.clone(),
            keep: Keep::In(data),
            listen: None,
            on_progress: Arc::new(|_| {}),
            guards: Guards::default(),
        };
        let bot = Bot::start(setup).await?;
        turner.settled().await?;
        let demo = Self { sim, turner, begins, functions, bot, _folder: folder };
        Ok((demo, kept))
    }

    /// The page's address.
    pub fn url(&self) -> String {
        self.sim.url()
    }

    /// What the bot remembers.
    pub fn store(&self) -> &SharedStore {
        self.bot.store()
    }

    /// The functions of its company.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The workspace.
    pub fn sim(&self) -> &Sim {
        &self.sim
    }

    /// Lets the clock go on at real pace, for ever.
    pub async fn walk(&self) {
        self.turner.clone().walk().await;
    }

    /// Stops the bot and the workspace. `false`: the bot did not finish in time.
    pub async fn stop(self) -> bool {
        let in_time = self.bot.stop().await;
        self.sim.stop().await;
        in_time
    }

    /// Turns the clock to a time of a day, counted from the Sunday on which the demo's week begins.
    pub(super) async fn turns_to(&self, day: i64, time: &str) -> Result<(), DemoError> {
        let date = self.begins.date().checked_add(day.days())?;
        let moment = date.to_datetime(time.parse()?).to_zoned(self.begins.time_zone().clone())?;
        Ok(self.turner.turn_to(moment.timestamp()).await?)
    }

    /// Somebody types a command.
    pub(super) async fn says(&self, who: &str, channel: &str, command: &str, text: &str) -> Result<(), DemoError> {
        self.sim.command(who, channel, command, text).await.map_err(|refusal| refused(&refusal))?;
        Ok(self.turner.settled().await?)
    }

    /// Somebody presses a record's button where it stands, and fills in what opens.
    pub(super) async fn acts(&self, who: &str, no: u64, does: Does) -> Result<(), DemoError> {
        let action = if matches!(does, Does::Take) { "take" } else { "close" };
        let Some(press) = self.button(who, no, action) else {
            return Err(DemoError::Workspace(format!("VOC-{no} has no button {action}")));
        };
        self.presses(&press).await?;
        if let Does::Close(outcome, reason, day) = does {
            self.fills(who, &json!({"outcome": {"outcome": outcome}, "reason": {"reason": reason}, "day": {"day": day}})).await?;
        }
        Ok(())
    }

    pub(super) async fn presses(&self, press: &Press) -> Result<(), DemoError> {
        self.sim.press(press).await.map_err(|refusal| refused(&refusal))?;
        Ok(self.turner.settled().await?)
    }

    /// Somebody fills in the form that is open.
    pub(super) async fn fills(&self, who: &str, values: &Value) -> Result<(), DemoError> {
        let form = self.sim.modals(who).map_err(|refusal| refused(&refusal))?.pop().unwrap_or_default();
        let id = form.get("id").and_then(Value::as_str).unwrap_or_default();
        self.sim.submit(who, id, values).await.map_err(|refusal| refused(&refusal))?;
        Ok(self.turner.settled().await?)
    }

    /// A record's button, in the channel of a function.
    fn button(&self, who: &str, no: u64, action: &str) -> Option<Press> {
        let number = no.to_string();
        self.found(who, &|block: &Value| {
            let mut elements = block["elements"].as_array().into_iter().flatten();
            elements.any(|one| one["action_id"] == action && one["value"] == number.as_str()).then(|| (action.to_owned(), None))
        })
    }

    /// A choice in a record's menu, in the channel of a function.
    pub(super) fn choice(&self, who: &str, no: u64, choice: &str) -> Option<Press> {
        let value = format!("{choice} {no}");
        self.found(who, &|block: &Value| {
            let elements = block["elements"].as_array().into_iter().flatten();
            let mut options = elements.flat_map(|one| one["options"].as_array().into_iter().flatten());
            let option = options.find(|option| option["value"] == value.as_str())?;
            Some((MENU.to_owned(), Some(option["value"].clone())))
        })
    }

    /// The press of what is found in a block of a message in the channel of a function: its action, and what is chosen.
    fn found(&self, who: &str, finds: &dyn Fn(&Value) -> Option<Found>) -> Option<Press> {
        self.functions.iter().find_map(|function| {
            let channel = company::channel_of(&function.channel);
            self.sim.messages(channel).ok()?.iter().rev().find_map(|message| {
                let (block, (action_id, value)) = message["blocks"].as_array()?.iter().find_map(|block| Some((block, finds(block)?)))?;
                Some(Press {
                    user: who.to_owned(),
                    channel: Some(channel.to_owned()),
                    ts: message["ts"].as_str().map(str::to_owned),
                    block_id: block["block_id"].as_str()?.to_owned(),
                    action_id,
                    value,
                    ..Press::default()
                })
            })
        })
    }

    /// Goes on after what a kept store remembers last, be it told or read, so that no moment comes twice: what is told
    /// before a digest that was posted would stand in none of that day.
    pub(super) async fn resume(&self) -> Result<(), DemoError> {
        let newest = *self.store().newest().borrow();
        let known = self.store().new_in(Seq(0), newest).await?;
        // Records are numbered as they come.
        let told = match known.iter().map(|new| new.no).max() {
            Some(no) => self.store().record(no).await?.map(|record| record.heard_at),
            None => None,
        };
        let readings: BTreeMap<_, _> = self.store().readings().await?.into_iter().collect();
        let read = self.functions.iter().filter_map(|function| function.digest.moment(readings.get(&function.id)?.day?));
        let last = told.into_iter().chain(read).max().unwrap_or_else(|| self.begins.timestamp());
        let visit = self.begins.checked_add(7.days())?.timestamp();
        let after = last.checked_add(SignedDuration::from_hours(1))?;
        self.turner.jump_to(visit.max(after)).await?;
        Ok(())
    }
}
