//! A company of two hundred people in twelve functions, day by day: they tell, take, close, contradict, decide, go on leave
//! and leave, functions are merged, while the bot is stopped now and then. Each day the promises are looked at.
//!
//! Two weeks in the usual tests. `ALLEARS_YEAR=365` is the whole one, and says how many messages people got and how well
//! records were tagged: `scripts/check year`; [`reading`] writes down what they read. In [`kill`] the bot is killed again and again meanwhile.

mod company;
mod figures;
mod gestures;
mod kill;
mod promises;
mod reading;

use std::collections::{BTreeMap, BTreeSet};

use allears::clock::guard::Stopwatch;
use allears::domain::function::FunctionId;
use allears::domain::ids::{FeedbackNo, LetterNo, PersonNo};
use fastrand::Rng;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use slack_sim::NewChannel;

use self::company::{BEGINS, FUNCTIONS, PEOPLE, Saying, Voices, channel, configure, home, now, person, works_on};
use self::figures::Tags;
use self::kill::Kills;
use self::promises::Reached;
use crate::world::{Company, World, kept};

/// How many things happen on a working day.
const A_DAY: usize = 16;

/// What is known of the company from outside, and where the dice stand.
struct Year {
    world: World,
    dice: Rng,
    day: Date,
    voices: Voices,
    /// How often somebody said something.
    sayings: u64,
    /// What was told and kept, by the number of its record, from one.
    said: Vec<Saying>,
    /// How often somebody took back that they heard a record too.
    taken_back: usize,
    /// Who left the company.
    gone: BTreeSet<usize>,
    /// Functions that were merged into others.
    mergers: BTreeMap<usize, usize>,
    /// The last letter that was looked at.
    last_letter: LetterNo,
    /// Digests, and what was written to one person.
    written: Vec<LetterNo>,
    /// How many direct messages each person got, by week.
    letters: BTreeMap<(PersonNo, Date), usize>,
    /// Which functions read on which days.
    digests: BTreeSet<(FunctionId, Date)>,
    /// How far each record had come.
    reached: BTreeMap<FeedbackNo, Reached>,
    tags: Tags,
    /// Functions, and records in their digests of which somebody there is going to say that they are not theirs.
    not_theirs: Vec<(usize, u64)>,
    /// Of a bot that is killed now and then.
    kills: Option<Kills>,
}

impl Year {
    async fn open(seed: u64, company: Company) -> Self {
        let mut world = World::without_bot(company).await;
        let everybody: Vec<String> = (0..PEOPLE).map(person).collect();
        world.sim.add_people(everybody.iter().map(String::as_str));
        for n in 0..FUNCTIONS {
            world.sim.add_channel(NewChannel::named(&channel(n)).members(&everybody).with_bot());
        }
        world.sim.add_channel(NewChannel::named("stories").members(&everybody).with_bot());
        configure(&mut world, &BTreeMap::new());
        world.sim.add_channel(NewChannel::named("everybody").members(["lee"]).with_bot());
        let lee = world.sim.person_id("lee").unwrap();
        world.company.allears =
            format!("[rollup]\nchannel = \"#everybody\"\n[[listen]]\nchannel = \"#stories\"\nmode = \"all\"\nchosen_by = \"{lee}\"\n");
        world.start_bot().await.unwrap();
        Self {
            world,
            dice: Rng::with_seed(seed),
            day: BEGINS,
            voices: Voices::read(),
            sayings: 0,
            said: vec![],
            taken_back: 0,
            gone: BTreeSet::new(),
            mergers: BTreeMap::new(),
            last_letter: LetterNo(0),
            written: vec![],
            letters: BTreeMap::new(),
            digests: BTreeSet::new(),
            reached: BTreeMap::new(),
            tags: Tags::default(),
            not_theirs: vec![],
            kills: None,
        }
    }

    /// How many records there are.
    fn told(&self) -> u64 {
        u64::try_from(self.said.len()).unwrap()
    }

    fn somebody(&mut self) -> usize {
        loop {
            let n = self.dice.usize(..PEOPLE);
            if !self.gone.contains(&n) {
                return n;
            }
        }
    }

    /// Most is told by a few, who hear of several outcomes on one day.
    fn teller(&mut self) -> usize {
        let few = self.dice.usize(..8);
        if self.dice.u8(..4) > 0 && !self.gone.contains(&few) { few } else { self.somebody() }
    }

    /// Somebody of a function.
    fn member(&mut self, function: usize) -> usize {
        loop {
            let n = self.somebody();
            if now(&self.mergers, home(n)) == function {
                return n;
            }
        }
    }

    /// A moment of this day.
    fn moment(&self, hour: i8, minute: i8) -> Timestamp {
        self.day.at(hour, minute, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp()
    }

    async fn at(&mut self, hour: i8, minute: i8) {
        let moment = self.moment(hour, minute);
        self.may_die_before(moment).await;
        self.world.turns_to(moment).await;
    }

    /// Two teams are one from this evening on.
    async fn merges(&mut self, from: usize, into: usize) {
        self.world.stop_bot().await;
        self.mergers.insert(from, into);
        configure(&mut self.world, &self.mergers);
        self.world.start_bot().await.unwrap();
    }

    /// A day of the company's.
    async fn passes(&mut self) {
        self.at(8, 0).await;
        if works_on(self.day) {
            self.says_not_ours().await;
            for hour in [8, 10, 14, 16] {
                self.at(hour, 40).await;
                for _ in 0..A_DAY.div_ceil(4) {
                    // Slack's limits, and ours, go by the minute.
                    self.world.passes(30).await;
                    self.something_happens().await;
                }
            }
            if self.dice.u8(..12) == 0 {
                // An evening, a night, perhaps a day without the bot.
                self.world.stop_bot().await;
                let hour = 20 + self.dice.i8(0..3);
                let evening = self.moment(hour, 0);
                self.world.turns_to(evening).await;
                self.world.start_bot().await.unwrap();
            }
        }
        self.at(23, 0).await;
        self.holds().await;
        self.day = self.day.tomorrow().unwrap();
    }

    /// So many days, with two mergers.
    async fn lives(&mut self, days: i64) {
        let lived = Stopwatch::start();
        for n in 0..40 {
            self.world.runs(&person(n), "sales", "/allears", &format!("advocate join f{:02}", home(n))).await;
        }
        for day in 0..days {
            self.passes().await;
            // Two in a row, the second of what the first one made.
            if day == days / 3 {
                self.merges(11, 5).await;
            } else if day == days / 2 {
                self.merges(5, 2).await;
            }
            if day % 28 == 27 {
                self.says_how_long(day + 1, lived);
            }
        }
        self.all_comes_once().await;
        self.shows_no_share();
        self.says(days).await;
        self.writes_down().await;
        self.says_how_long(days, lived);
    }
}

/// The company on its first Monday.
fn company() -> Company {
    Company { begins: "2026-11-23T07:00:00+01:00[Europe/Berlin]", ..Company::default() }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_keeps_its_promises_day_by_day() {
    let asked: Option<i64> = std::env::var_os("ALLEARS_YEAR").map(|days| days.to_str().unwrap().parse().unwrap());
    let (_folder, keep) = kept();
    let mut year = Year::open(7, Company { keep, ..company() }).await;
    year.lives(asked.unwrap_or(14)).await;
    year.world.end().await;
}
