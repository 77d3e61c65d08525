//! Weeks of the company in which the bot is a process of its own, on the local engine, and is killed several times a week: while
//! digests go out, while what somebody did is being kept, and wherever it happens to be while its clock is turned.
#![expect(clippy::print_stdout, reason = "says its figures to whoever asks for them")]

use std::collections::{BTreeMap, BTreeSet};
use std::pin::pin;

use allears::domain::ids::LetterNo;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};

use super::company::{FUNCTIONS, works_on};
use super::{Year, company};
use crate::once::child::{Came, Hold, data};
use crate::once::kill::drawn;
use crate::once::killed::Step;
use crate::program::remembered;
use crate::world::Company;

/// When digests go out.
const DIGESTS: i8 = 9;
/// A turn of the clock within which the bot says so many lines is a busy one.
const BUSY: usize = 200;

/// How often the bot was killed, and what it left.
pub(super) struct Kills {
    /// Dice of its own: the company's days are those that they would be.
    dice: Rng,
    /// How often, by what it was doing.
    by: BTreeMap<String, usize>,
    /// Letters that were under way.
    pub(super) in_doubt: BTreeSet<LetterNo>,
}

impl Year {
    /// Whether the bot is to die while something is done.
    pub(super) fn dies_now(&mut self) -> bool {
        self.kills.as_mut().is_some_and(|kills| kills.dice.u8(..10) == 0)
    }

    fn dice_of_kills(&mut self) -> &mut Rng {
        &mut self.kills.as_mut().unwrap().dice
    }

    async fn dies(&mut self, doing: &str) {
        self.world.kills_bot().await;
        *self.kills.as_mut().unwrap().by.entry(doing.to_owned()).or_default() += 1;
    }

    /// The next bot begins where the one before was killed; sometimes the first that tries is killed while it does.
    async fn starts(&mut self) {
        if self.dice_of_kills().u8(..4) == 0 {
            let lines = self.dice_of_kills().usize(..120);
            self.world.begins_apart();
            // What it may send before it is known what it was left, nobody could account for.
            let early = lines < 4;
            self.world.child().await.listen(&self.world.sim, |bot| bot.lines >= lines && (early || bot.waits.is_some())).await;
            self.is_left_letters().await;
            self.dies("starting").await;
        }
        self.world.start_bot().await.unwrap();
        self.is_left_letters().await;
    }

    async fn is_left_letters(&mut self) {
        let left = self.world.child().await.waits.clone().unwrap_or_default();
        self.kills.as_mut().unwrap().in_doubt.extend(left);
    }

    /// Kills the bot while it does what somebody asks it for, or at its end; gives what they got, and whether it was kept.
    pub(super) async fn is_killed_during<T>(&mut self, asked: impl Future<Output = T>) -> (T, bool) {
        let kept = self.dice_of_kills().bool();
        let mut asked = pin!(asked);
        let answered = self.keeps(kept, &mut asked).await;
        self.dies(if kept { "having kept" } else { "keeping" }).await;
        let answered = match answered {
            Some(answered) => answered,
            None => self.world.patiently(asked).await,
        };
        self.is_missed().await;
        self.starts().await;
        (answered, kept)
    }

    /// The same, of what nobody waits for.
    pub(super) async fn is_killed_while(&mut self, said: impl Future<Output = ()>) {
        let kept = self.dice_of_kills().bool();
        self.keeps(kept, &mut pin!(said)).await;
        self.dies("listening").await;
        self.is_missed().await;
        self.starts().await;
    }

    /// Until the bot comes to keep something, or has kept it, and nobody knows so; or until it has answered without that.
    async fn keeps<T>(&mut self, kept: bool, asked: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
        let mut bot = self.world.child().await;
        bot.hold(if kept { Hold::Kept } else { Hold::Keeping });
        // By then it has heard so: what people do comes another way.
        bot.rests(&self.world.sim).await;
        let answered = tokio::select! {
            biased;
            answered = asked => Some(answered),
            _ = bot.listen(&self.world.sim, |bot| bot.held > 0) => None,
        };
        drop(bot);
        answered
    }

    /// Nobody is there: what people do is refused.
    async fn is_missed(&mut self) {
        if self.dice_of_kills().bool() {
            let seen = self.world.runs("lee", "sales", "/heard", "the customer was not heard at all").await;
            assert_eq!(seen.error.as_deref(), Some("dispatch_failed"));
        }
    }

    /// The clock is about to be turned: the bot may be killed on the way, up to twice.
    pub(super) async fn may_die_before(&mut self, moment: Timestamp) {
        if self.kills.is_none() {
            return;
        }
        let digests = works_on(self.day) && self.world.clock.now() < self.moment(DIGESTS, 0) && moment > self.moment(DIGESTS, 0);
        let dice = self.dice_of_kills();
        let most = if digests { dice.usize(1..3) } else { usize::from(dice.u8(..10) == 0) };
        for _ in 0..most {
            if !self.dies_before(moment, digests).await {
                self.world.child().await.lets_go();
                self.world.sim.clear_faults();
                return;
            }
            let dice = self.dice_of_kills();
            let down = match dice.u8(..4) {
                0 => SignedDuration::from_secs(dice.i64(1..3_600)),
                1 => SignedDuration::from_hours(24),
                _ => SignedDuration::ZERO,
            };
            self.is_missed().await;
            self.world.turns_to(moment.min(self.world.clock.now() + down)).await;
            self.starts().await;
        }
    }

    /// Kills the bot at a step of its letters, or somewhere; alive where it does not come to that.
    async fn dies_before(&mut self, moment: Timestamp, digests: bool) -> bool {
        let dice = self.dice_of_kills();
        let step = if digests { drawn(dice, false) } else { None };
        let (skip, more) = (dice.usize(..FUNCTIONS), dice.usize(..BUSY));
        let came = if let Some(step) = step {
            step.is_waited_for(&self.world, 1, if matches!(step, Step::Searching(_)) { 0 } else { skip }).await;
            self.world.turns_until(moment, |world, bot| step.has_come(world, bot)).await
        } else {
            let lines = self.world.child().await.lines + more;
            self.world.turns_until(moment, |_, bot| bot.lines >= lines).await
        };
        if came == Came::ToRest {
            return false;
        }
        self.dies(&step.map_or_else(|| "turning its clock".to_owned(), |step| format!("{step:?}"))).await;
        true
    }

    /// What stands on the disk is what people told, also for whoever opens it after the last kill.
    async fn is_found_on_disk(&mut self) {
        self.dies("at rest").await;
        let kept = remembered(&data(self.world.company.apart.as_ref().unwrap())).await;
        assert!(kept.into_values().eq(self.said.iter().map(|saying| saying.text.clone())), "the disk says something else");
        self.starts().await;
        // What is found late is shown in its channels a moment later.
        self.world.passes(60).await;
    }
}

/// Says which days to live through again, if they were not as promised.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("ALLEARS_SEED={}", self.0);
        }
    }
}

/// Kills come several times a week, at moments that are drawn. `ALLEARS_SEED` says which days to live through again, as far as
/// chance lets us: how much the bot has done by a line that it says is not ours to draw.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_company_keeps_its_promises_though_its_bot_is_killed() {
    let seed = Seed(std::env::var_os("ALLEARS_SEED").map_or_else(|| fastrand::u64(..), |seed| seed.to_str().unwrap().parse().unwrap()));
    let days = if std::env::var_os("ALLEARS_YEAR").is_some() { 35 } else { 10 };
    let folder = tempfile::tempdir().unwrap();
    let company = Company { apart: Some(folder.path().to_owned()), ..company() };
    let mut year = Year::open(seed.0, company).await;
    year.kills = Some(Kills { dice: Rng::with_seed(!seed.0), by: BTreeMap::new(), in_doubt: BTreeSet::new() });
    year.lives(days).await;
    year.is_found_on_disk().await;
    let kills = year.kills.as_ref().unwrap();
    let killed: usize = kills.by.values().sum();
    println!("killed {killed} times: {:?}", kills.by);
    assert!(killed * 7 >= usize::try_from(days).unwrap() * 3, "killed {killed} times only");
    year.world.end().await;
}
