//! A company whose bot is killed at steps of its delivery loop, and started again.

use std::time::Duration;

use allears::clock::guard;
use jiff::civil::{Date, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use slack_sim::{Fault, Rule};
use tempfile::TempDir;

use super::child::{Came, Child, Hold, data};
use super::promises::Promised;
use crate::kill::journal;
use crate::pacing::{company_of, words_of};
use crate::program::number;
use crate::world::{Company, World};

/// Generous: only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(30);
/// For so long after its start a bot looks for nothing that the one before it may have posted.
const BEFORE_THE_SEARCH: SignedDuration = SignedDuration::from_secs(25);
/// An answer that comes when nobody waits for it any more.
const NEVER: Fault = Fault::Slow(1_000_000_000);

/// A step of the delivery loop, at which the bot is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Digests are compiled, and not queued yet.
    Queueing,
    /// A part is being posted, and has had no effect yet.
    Calling(u32),
    /// It stands in its channel, and the answer has not come yet.
    Answering(u32),
    /// The answer has come, and the mark that it was posted is not kept yet.
    Marking(u32),
    /// The mark is kept, and the loop does not know so yet.
    Marked(u32),
    /// What the one before may have posted is being looked for: in the channel, or in the thread.
    Searching(u32),
}

impl Step {
    /// The part that it is about.
    pub(super) fn part(self) -> u32 {
        match self {
            Self::Queueing => 0,
            Self::Calling(part) | Self::Answering(part) | Self::Marking(part) | Self::Marked(part) | Self::Searching(part) => part,
        }
    }

    /// Sees to it that the bot comes to it with so many functions at once, and stays there; after so many calls of its kind.
    pub(crate) async fn is_waited_for(self, world: &World, lanes: usize, skip: usize) {
        let at = |method, fault| {
            let (lanes, skip) = (u32::try_from(lanes).unwrap(), u32::try_from(skip).unwrap());
            world.sim.fault(Rule::on(method, fault).times(lanes).skip(skip));
        };
        let mut bot = world.child().await;
        match self {
            Self::Queueing => bot.hold(Hold::Queueing),
            Self::Calling(_) => at("chat.postMessage", Fault::Hang),
            Self::Answering(_) => at("chat.postMessage", NEVER),
            Self::Marking(part) => bot.hold(Hold::Marking(part)),
            Self::Marked(part) => bot.hold(Hold::Marked(part)),
            Self::Searching(0) => at("conversations.history", Fault::Hang),
            Self::Searching(_) => at("conversations.replies", Fault::Hang),
        }
    }

    /// Whether the bot has come to it with some function.
    pub(crate) fn has_come(self, world: &World, bot: &Child) -> bool {
        match self {
            Self::Queueing | Self::Marking(_) | Self::Marked(_) => bot.held > 0,
            Self::Calling(_) | Self::Answering(_) | Self::Searching(_) => world.sim.faults_left() == 0,
        }
    }

    /// How many parts of that day's digests stand in their channels by then, and how many of them are marked, where so many
    /// functions are at this step at once. `now`: how many it is now.
    fn posted_and_marked(self, functions: usize, now: (usize, usize)) -> (usize, usize) {
        let before = functions * usize::try_from(self.part()).unwrap();
        match self {
            Self::Searching(_) => now,
            Self::Queueing | Self::Calling(_) => (before, before),
            Self::Answering(_) | Self::Marking(_) => (before + functions, before),
            Self::Marked(_) => (before + functions, before + functions),
        }
    }
}

/// A company whose bot is killed again and again.
pub(super) struct Killed {
    /// Functions that read at nine, each in a channel of its own.
    pub(super) functions: usize,
    /// Dropped before the folder in which its bot writes.
    pub(super) world: World,
    pub(super) folder: TempDir,
    /// The days that are worked on so far.
    pub(super) days: Vec<Date>,
    /// The numbers that people were given.
    pub(super) told: Vec<u64>,
}

/// A moment of a day in Berlin.
pub(super) fn moment(day: Date, hour: i8, minute: i8) -> Timestamp {
    day.at(hour, minute, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
}

/// So many days on which people work.
pub(super) fn working_days(most: usize) -> impl Iterator<Item = Date> {
    date(2026, 11, 23).series(1.day()).filter(|day| day.weekday().to_monday_zero_offset() < 5).take(most)
}

impl Killed {
    /// A company on a Sunday evening, its bot connected.
    pub(super) async fn open(functions: usize, scopes: Option<Vec<&'static str>>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (allears, apart) = ("[care]\nremind = false\n".to_owned(), Some(folder.path().to_owned()));
        let mut world = company_of(functions, Company { allears, apart, scopes, ..Company::default() }).await;
        world.company.functions = world.company.functions.replace("U00000001", &world.sim.person_id("lee").unwrap());
        let mut killed = Self { functions, world, folder, days: vec![], told: vec![] };
        killed.starts().await;
        killed
    }

    /// The next bot begins where the one before was killed, and hears.
    pub(super) async fn starts(&mut self) {
        self.world.start_bot().await.unwrap();
    }

    /// Kills the bot.
    pub(super) async fn dies(&mut self) {
        self.world.kills_bot().await;
    }

    /// A bot that is started, and killed after so long: it may be recovering still.
    pub(super) async fn starts_in_vain(&mut self, most: Duration) {
        self.world.begins_apart();
        let begun = guard::Stopwatch::start();
        self.world.child().await.listen(&self.world.sim, |_| begun.elapsed() >= most).await;
        self.dies().await;
    }

    /// Somebody tells something of a customer that concerns all functions.
    pub(super) async fn tells(&mut self) {
        let n = self.told.len();
        // Of words so many that no two say the same.
        let own = (0..20).map(|word| format!("w{word}x{n}")).collect::<Vec<_>>().join(" ");
        let text = format!("{} {own}", words_of(self.functions));
        self.world.remember(&text);
        let command = self.world.sim.command("lee", "sales", "/heard", &text);
        let seen = guard::within(PATIENCE, command).await.expect("the bot answers").unwrap();
        self.told.push(number(seen.text()).unwrap_or_else(|| panic!("nothing was kept: {}", seen.text())));
    }

    /// Bot and workspace go on together until then.
    pub(super) async fn rests_until(&mut self, moment: Timestamp) {
        self.world.turns_to(moment).await;
    }

    /// How many messages stand in the channels, and how many of them are marked.
    fn posted_and_marked(&self) -> (usize, usize) {
        (posted(&self.world, self.functions), journal(&data(self.folder.path())).matches(r#""k":"posted""#).count())
    }

    /// Lets the bot come to a step with all functions, has something told there, and kills it. `before`: how much was posted and
    /// marked before this day.
    pub(super) async fn is_killed_at(&mut self, step: Step, latest: Timestamp, before: (usize, usize)) {
        let today = |(posted, marked)| (posted - before.0, marked - before.1);
        let (functions, now) = (self.functions, today(self.posted_and_marked()));
        let expected = step.posted_and_marked(functions, now);
        let skip = match step {
            Step::Queueing | Step::Marking(_) | Step::Marked(_) => 0,
            Step::Calling(part) | Step::Answering(part) => functions * usize::try_from(part).unwrap() - now.0,
            Step::Searching(_) => {
                // By then the channels are read in which something may have been missed: by the same method.
                self.rests_until(self.world.clock.now() + BEFORE_THE_SEARCH).await;
                0
            }
        };
        step.is_waited_for(&self.world, functions, skip).await;
        let there = |world: &World, bot: &Child| match step {
            Step::Queueing | Step::Marking(_) | Step::Marked(_) => bot.held == functions,
            Step::Calling(_) | Step::Searching(_) => world.sim.faults_left() == 0,
            Step::Answering(_) => posted(world, functions) == before.0 + expected.0,
        };
        assert_eq!(self.world.turns_until(latest, there).await, Came::There, "it never came to {step:?}");
        self.tells().await;
        self.dies().await;
        assert_eq!(today(self.posted_and_marked()), expected, "{step:?}: posted and marked");
    }

    /// A working day: so many are told something before nine, and the bot is killed at each of these steps.
    pub(super) async fn works_on(&mut self, day: Date, told: usize, steps: &[Step]) {
        self.rests_until(moment(day, 8, 0)).await;
        for _ in 0..told {
            self.tells().await;
        }
        let before = self.posted_and_marked();
        for step in steps {
            self.is_killed_at(*step, moment(day, 12, 0), before).await;
            self.starts().await;
        }
        self.rests_until(moment(day, 12, 0)).await;
        self.days.push(day);
    }

    /// Working days with these steps, and one more on which nobody is killed, so that all is read that was told.
    pub(super) async fn works_through(mut self, told: usize, days: &[&[Step]]) {
        for (day, steps) in working_days(days.len() + 1).zip(days.iter().chain(std::iter::once(&[].as_slice()))) {
            self.works_on(day, told, steps).await;
        }
        assert_eq!(self.broken(), Vec::<String>::new());
        self.end().await;
    }

    /// What is not as it was promised.
    pub(super) fn broken(&self) -> Vec<String> {
        let of = |n: usize| {
            let promised = Promised { function: format!("F{n}"), days: self.days.clone(), told: self.told.clone() };
            let broken = promised.broken(&self.world.posts(&format!("f{n}-voice")));
            broken.into_iter().map(move |broken| format!("F{n}: {broken}"))
        };
        (0..self.functions).flat_map(of).collect()
    }

    /// The end of the story. Nothing is left to send, and no words and no tokens were logged.
    pub(super) async fn end(self) {
        self.world.end().await;
    }
}

/// How many messages stand in the channels of so many functions.
fn posted(world: &World, functions: usize) -> usize {
    (0..functions).map(|n| world.posts(&format!("f{n}-voice")).len()).sum()
}
