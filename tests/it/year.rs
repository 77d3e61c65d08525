//! A company of two hundred people in twelve functions, day by day: they tell, take, close, contradict, decide, go on leave
//! and leave, functions are merged, while the bot is stopped now and then. Each day the promises are looked at.
//!
//! Two weeks in the usual tests. `ALLEARS_YEAR=365` is the whole one, and says how many messages people got:
//! `scripts/check year`.
#![expect(clippy::print_stdout, reason = "says its figures to whoever asks for them")]

use std::collections::{BTreeMap, BTreeSet};

use allears::domain::care::{Level, Outcome, State};
use allears::domain::ids::{FeedbackNo, LetterNo, PersonNo};
use allears::domain::letter::{Content, Note};
use fastrand::Rng;
use jiff::civil::{Date, date};
use jiff::{Span, Zoned};
use serde_json::{Value, json};
use slack_sim::{Change, NewChannel};

use crate::world::{Company, World, kept};

const FUNCTIONS: usize = 12;
const PEOPLE: usize = 200;
/// The Monday on which it begins.
const BEGINS: Date = date(2026, 11, 23);
/// Days on which nobody works.
const HOLIDAYS: [Date; 4] = [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 5, 1)];
/// How many things happen on a working day.
const A_DAY: usize = 16;

/// What is known of the company from outside, and where the dice stand.
struct Year {
    world: World,
    dice: Rng,
    day: Date,
    /// Who left the company.
    gone: BTreeSet<usize>,
    /// Functions that were merged into others.
    mergers: BTreeMap<usize, usize>,
    /// How many records were told.
    told: u64,
    /// Records that were tagged with another function than was meant.
    wrong: usize,
    /// The last letter that was looked at.
    last_letter: LetterNo,
    /// How many direct messages each person got, by week.
    letters: BTreeMap<(PersonNo, Date), usize>,
    /// How far each record had come.
    reached: BTreeMap<u64, (usize, Option<Level>)>,
}

fn person(n: usize) -> String {
    format!("p{n:03}")
}

/// The function that somebody was at home in at first.
fn home(n: usize) -> usize {
    n % FUNCTIONS
}

/// What a function is by now, if it was merged into others one after the other.
fn now(mergers: &BTreeMap<usize, usize>, mut function: usize) -> usize {
    while let Some(into) = mergers.get(&function) {
        function = *into;
    }
    function
}

/// The functions as they are by now, with those that were merged into them, and the rules for what each of the first ones answered.
fn configure(world: &mut World, mergers: &BTreeMap<usize, usize>) {
    let holidays: Vec<String> = HOLIDAYS.iter().map(Date::to_string).collect();
    let function = |n: usize| {
        let ids = (0..PEOPLE).filter(|p| now(mergers, home(*p)) == n).map(|p| world.sim.person_id(&person(p)).unwrap());
        let ids: Vec<String> = ids.collect();
        let was: Vec<String> = mergers.keys().filter(|was| now(mergers, **was) == n).map(|was| format!("f{was:02}")).collect();
        format!(
            "[[function]]\nid = \"f{n:02}\"\nname = \"F{n:02}\"\nlead = {:?}\ndeputy = {:?}\nmembers = {ids:?}\nchannel = \"#f{n:02}-voice\"\nwas = {was:?}\n",
            ids[0], ids[1]
        )
    };
    let functions: String = (0..FUNCTIONS).filter(|n| !mergers.contains_key(n)).map(function).collect::<Vec<_>>().concat();
    world.company.functions = format!("[defaults]\nzone = \"Europe/Berlin\"\nholidays = [{}]\n{functions}", holidays.join(", "));
    let rule = |n: usize| {
        let answers = now(mergers, n);
        format!("[[rule]]\nid = \"f{n:02}.word\"\nfunction = \"f{answers:02}\"\nphrases = [\"matter{n:02}\"]\nweight = 3.0\n")
    };
    world.company.rules = (0..FUNCTIONS).map(rule).collect::<Vec<_>>().concat();
}

fn works_on(day: Date) -> bool {
    day.weekday().to_monday_zero_offset() < 5 && !HOLIDAYS.contains(&day)
}

impl Year {
    async fn open(seed: u64, company: Company) -> Self {
        let mut world = World::without_bot(company).await;
        let everybody: Vec<String> = (0..PEOPLE).map(person).collect();
        world.sim.add_people(everybody.iter().map(String::as_str));
        for n in 0..FUNCTIONS {
            world.sim.add_channel(NewChannel::named(&format!("f{n:02}-voice")).members(&everybody).with_bot());
        }
        configure(&mut world, &BTreeMap::new());
        world.sim.add_channel(NewChannel::named("everybody").members(["lee"]).with_bot());
        "[rollup]\nchannel = \"#everybody\"\n".clone_into(&mut world.company.allears);
        world.start_bot().await.unwrap();
        let dice = Rng::with_seed(seed);
        let (gone, mergers, letters, reached) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        Self { world, dice, day: BEGINS, gone, mergers, told: 0, wrong: 0, last_letter: LetterNo(0), letters, reached }
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

    async fn at(&self, hour: i8, minute: i8) {
        let moment: Zoned = self.day.at(hour, minute, 0, 0).in_tz("Europe/Berlin").unwrap();
        self.world.hand.turn_to(moment.timestamp()).await.unwrap();
        self.world.settled().await;
    }

    /// A record that is open, told in the last weeks.
    async fn open_record(&mut self) -> Option<(u64, usize)> {
        for _ in 0..12 {
            let back = self.dice.u64(..40).min(self.told.saturating_sub(1));
            let no = self.told.saturating_sub(back);
            if no == 0 {
                return None;
            }
            let record = self.world.record(no).await;
            let lead = record.functions().next().map(|id| now(&self.mergers, id.as_str()[1..].parse().unwrap()));
            if let (Some(lead), None, false) = (lead, record.care.closed(), record.withdrawn) {
                return Some((no, lead));
            }
        }
        None
    }

    /// Presses a button below a record, if it is there.
    async fn presses(&self, who: usize, no: u64, action: &str) -> bool {
        let who = person(who);
        let seen = self.world.runs(&who, "sales", "/allears", &format!("VOC-{no}")).await;
        if !format!("{:?}", seen.seen).contains(&format!("\"action_id\": String(\"{action}\")")) {
            return false;
        }
        self.world.presses(&who, "sales", action).await.ok
    }

    async fn fills(&self, who: usize, values: &Value) {
        let who = person(who);
        if self.world.sim.modals(&who).unwrap().is_empty() {
            return;
        }
        self.world.sends(&who, values).await;
        // What the form says instead is read, and closed.
        while let Some(form) = self.world.sim.modals(&who).unwrap().pop() {
            self.world.sim.close(&who, form["id"].as_str().unwrap(), true).await.unwrap();
            self.world.settled().await;
        }
    }

    async fn something_happens(&mut self) {
        let reason = json!("because it is so");
        match self.dice.u8(..23) {
            20 | 21 => self.chooses("heard_too", "I heard this too").await,
            22 => self.chooses("contradict", "This contradicts us").await,
            0..=8 => {
                let (who, what) = (self.teller(), self.dice.usize(..FUNCTIONS));
                let text = format!("customer {} says that matter{what:02} does not work", self.told);
                let receipt = self.world.heard(&person(who), "sales", &text).await;
                assert!(receipt.starts_with("Heard: VOC-"), "{receipt}");
                self.told += 1;
                let record = self.world.record(self.told).await;
                self.wrong +=
                    usize::from(record.functions().next().is_none_or(|id| id.as_str() != format!("f{:02}", now(&self.mergers, what))));
            }
            9..=11 => {
                if let Some((no, function)) = self.open_record().await {
                    let who = self.member(function);
                    self.presses(who, no, "take").await;
                }
            }
            12..=15 => {
                if let Some((no, function)) = self.open_record().await {
                    let who = self.member(function);
                    if self.presses(who, no, "close").await {
                        let outcome = ["done", "intended", "declined", "planned"][self.dice.usize(..4)];
                        let day = self.day.checked_add(Span::new().days(self.dice.i64(3..40))).unwrap();
                        let values =
                            json!({"outcome": {"outcome": outcome}, "reason": {"reason": reason}, "day": {"day": day.to_string()}});
                        self.fills(who, &values).await;
                    }
                }
            }
            16 => self.decides(&reason).await,
            17 => {
                let who = person(self.somebody());
                let until = self.day.checked_add(Span::new().days(self.dice.i64(2..20))).unwrap();
                self.world.runs(&who, "sales", "/allears", &format!("pause until {until}")).await;
            }
            18 => {
                let who = self.somebody();
                let word = if self.dice.u8(..4) == 0 { "leave" } else { "join" };
                self.world.runs(&person(who), "sales", "/allears", &format!("advocate {word} f{:02}", now(&self.mergers, home(who)))).await;
            }
            _ => self.asks_around().await,
        }
    }

    /// Those who lead decide on a record, or lift what it contradicts.
    async fn decides(&mut self, reason: &Value) {
        let Some((no, function)) = self.open_record().await else { return };
        let to = self.member(function);
        let (action, other) = (["decide", "lift"][self.dice.usize(..2)], now(&self.mergers, (function + 1) % FUNCTIONS));
        for lead in [function, other] {
            if self.gone.contains(&lead) || !self.presses(lead, no, action).await {
                continue;
            }
            let day = self.day.checked_add(Span::new().days(9)).unwrap();
            let to = self.world.sim.person_id(&person(to)).unwrap();
            self.fills(lead, &json!({"reason": {"reason": reason}, "who": {"who": to}, "day": {"day": day.to_string()}})).await;
        }
    }

    /// Somebody of another function chooses something in the menu of a record that a digest shows.
    async fn chooses(&mut self, id: &str, label: &str) {
        let Some((no, function)) = self.open_record().await else { return };
        let (channel, choice) = (format!("f{function:02}-voice"), format!("\"{id} {no}\""));
        if !self.world.posts(&channel).iter().any(|message| message["blocks"].to_string().contains(&choice)) {
            return;
        }
        let who = self.member(now(&self.mergers, (function + 3) % FUNCTIONS));
        self.world.chooses(&person(who), &channel, no, label).await;
        self.fills(who, &json!({"reason": {"reason": "we believe otherwise"}})).await;
    }

    /// Somebody looks at what there is, and perhaps leaves the company.
    async fn asks_around(&mut self) {
        let who = self.somebody();
        for asked in ["spread", "council", "advocate", "open", "mine"] {
            let told = self.world.runs(&person(who), "sales", "/allears", asked).await.text().to_owned();
            assert!(!told.is_empty(), "{asked}");
        }
        if self.dice.u8(..3) == 0 && self.gone.len() < PEOPLE / 10 {
            let leaver = self.somebody();
            self.world.sim.change(&Change::Deactivate(person(leaver))).unwrap();
            self.gone.insert(leaver);
        }
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
                self.at(hour, 0).await;
                self.world.start_bot().await.unwrap();
            }
        }
        self.at(23, 0).await;
        self.holds().await;
        self.day = self.day.tomorrow().unwrap();
    }

    /// The promises.
    async fn holds(&mut self) {
        let store = std::sync::Arc::clone(self.world.store());
        let mut today: BTreeMap<PersonNo, usize> = BTreeMap::new();
        while let Some(letter) = store.letter(self.last_letter.next()).await.unwrap() {
            self.last_letter = self.last_letter.next();
            let at = letter.queued_at.in_tz("Europe/Berlin").unwrap();
            if let Content::Note(Note::Today { .. }, Some(to)) = &letter.content {
                assert!(works_on(at.date()) && (9..17).contains(&at.hour()), "{at}: nobody is written then");
                *today.entry(*to).or_default() += 1;
                let monday = at.date().checked_sub(Span::new().days(i64::from(at.date().weekday().to_monday_zero_offset()))).unwrap();
                *self.letters.entry((*to, monday)).or_default() += 1;
            }
            if matches!(letter.content, Content::Digest(_)) {
                assert!(works_on(at.date()), "{at}: nobody reads then");
            }
        }
        assert!(today.values().all(|messages| *messages <= 1), "{}: {today:?}", self.day);
        for no in 1..=self.told {
            let Some(record) = store.record(FeedbackNo(no)).await.unwrap() else { panic!("VOC-{no} is lost") };
            let round = record.care.reopened.len();
            let level = record.care.reached.map(|(level, _)| level);
            let before = self.reached.insert(no, (round, level));
            if let Some((before_round, before)) = before.filter(|(before_round, _)| *before_round == round) {
                assert!(level >= before, "VOC-{no} went back from {before:?} to {level:?} in round {before_round}");
            }
            if let State::Taken(taken) = &record.care.state {
                assert!(taken.due >= self.day.yesterday().unwrap() || !works_on(self.day), "VOC-{no} is overdue and taken");
            }
        }
    }

    /// What stands in channels says nothing of one person's share.
    fn shows_no_share(&self) {
        let channels = (0..FUNCTIONS).map(|n| format!("f{n:02}-voice")).chain(["everybody".to_owned(), "sales".to_owned()]);
        for channel in channels {
            let all = self.world.channel(&channel).concat();
            assert!(!all.contains("You closed") && !all.contains("in four weeks"), "{channel}");
        }
    }

    /// How records stand at the end.
    async fn became(&self) -> BTreeMap<&'static str, usize> {
        let mut became = BTreeMap::new();
        for no in 1..=self.told {
            let care = self.world.record(no).await.care;
            let how = match &care.state {
                State::Open if care.reached.is_some() => "waits",
                State::Open => "open",
                State::Taken(_) => "taken",
                State::Proposed(_) => "proposed",
                State::Closed(closed) if closed.outcome == Outcome::Unanswered => "unanswered",
                State::Closed(_) => "closed",
            };
            let also =
                [("disputed", care.belief.is_some()), ("decided", care.decision.is_some()), ("came back", !care.reopened.is_empty())];
            for how in also.into_iter().filter(|(_, so)| *so).map(|(how, _)| how).chain([how]) {
                *became.entry(how).or_default() += 1;
            }
        }
        became
    }

    async fn says(&self, days: i64) {
        let weeks = usize::try_from(days / 7).unwrap().max(1);
        let mut by_person: BTreeMap<PersonNo, usize> = BTreeMap::new();
        for ((n, _), messages) in &self.letters {
            *by_person.entry(*n).or_default() += messages;
        }
        // In hundredths, for each week.
        let mut all: Vec<usize> = by_person.values().map(|messages| messages * 100 / weeks).collect();
        all.resize(PEOPLE.max(all.len()), 0);
        all.sort_unstable();
        let (median, most) = (all[all.len() / 2], all[all.len() - 1]);
        println!("{:?}", self.became().await);
        println!(
            "{days} days, {} records; messages a person in 100 weeks: median {median}, most {most}; {} tagged wrong",
            self.told, self.wrong
        );
        assert!(median <= 200, "people get too much");
    }
}

async fn runs(seed: u64, days: i64) {
    let (_folder, keep) = kept();
    let company = Company { begins: "2026-11-23T07:00:00+01:00[Europe/Berlin]", keep, ..Company::default() };
    let mut year = Year::open(seed, company).await;
    for n in 0..40 {
        year.world.runs(&person(n), "sales", "/allears", &format!("advocate join f{:02}", home(n))).await;
    }
    for day in 0..days {
        year.passes().await;
        // Two in a row, the second of what the first one made.
        if day == days / 3 {
            year.merges(11, 5).await;
        } else if day == days / 2 {
            year.merges(5, 2).await;
        }
    }
    year.shows_no_share();
    year.says(days).await;
    year.world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_keeps_its_promises_day_by_day() {
    let days = std::env::var_os("ALLEARS_YEAR").map_or(14, |days| days.to_str().unwrap().parse().unwrap());
    runs(7, days).await;
}
