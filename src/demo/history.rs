//! What the company of the demo went through before the week that the visitor sees: told, answered, left waiting, disputed.

use jiff::ToSpan;
use serde_json::json;

use super::company::{self, By, DEEDS, Does, STORIES as CHANNEL, WEEK};
use super::stage::{Demo, DemoError, Options, refused};
use crate::domain::ids::FeedbackNo;

/// Customers of those weeks.
const CUSTOMERS: [&str; 11] =
    ["Acme", "Bluefin", "Nordwind", "Kestrel", "Harbour Foods", "Luma", "Orbit", "Delta Health", "Quarry", "Pelican", "Marigold"];

/// What they say, again and again: not one a week is alone.
const STORIES: [&str; 23] = [
    "the invoice lists a licence that they gave back in spring",
    "the export crashes as soon as a name has an accent",
    "they waited four days for an answer to their ticket",
    "the buyer asks for a quote in pounds before she signs",
    "the parcel came without the wall mounts, again",
    "their lawyer wants to know where the backups are stored",
    "nobody finds the button that ends a trial",
    "the newsletter still goes to the colleague who left",
    "the technician was rude to the receptionist",
    "they would pay for recurring appointments",
    "the refund of the double charge has not come",
    "the search is slow since the update",
    "the onboarding guide shows menus that are gone",
    "they felt promised a discount at the renewal",
    "the installation was moved twice and nobody told the site",
    "the contract says thirty days, the web page says fourteen",
    "the grey text is unreadable on a phone",
    "the review site says we have no mobile app",
    "a new account manager every quarter, and each starts from nothing",
    "they want to group the report by team",
    "the reminder goes out at three in the night",
    "they love the new dashboard",
    "our technician was wonderful, patient and on time",
];

/// What those who close something write.
const REASONS: [(&str, &str); 4] = [
    ("done", "It is mended since Tuesday, and we have called them"),
    ("intended", "It follows the contract; the page explains it better now"),
    ("done", "We changed the step that made this happen"),
    ("declined", "It would cost others more than it helps; we told them so"),
];

/// How many are told in a week.
const A_WEEK: usize = 5;
/// The days of the week, counted from its Sunday, and times at which something is told, and who tells it in the first weeks.
const TIMES: [(i64, &str, &str); A_WEEK] =
    [(1, "10:20", "sales"), (2, "11:10", "support"), (2, "15:40", "sales"), (3, "09:30", "support"), (4, "14:10", "sales")];

/// In which week of the history each function begins to tell what it hears: more of them with time.
fn tells(function: &str, week: usize) -> bool {
    let from = match function {
        "sales" | "support" => 0,
        "product" | "operations" => 3,
        "finance" | "marketing" => 5,
        "engineering" => 7,
        "design" => 9,
        _ => usize::MAX,
    };
    week >= from
}

impl Demo {
    /// Starts workspace and bot, and tells what happened until the visitor comes. The clock stands still until [`Self::walk`].
    pub async fn start(options: &Options) -> Result<Self, DemoError> {
        Self::start_and_say(options, || {}).await
    }

    /// The same; `passed` hears of each week that was lived through.
    pub async fn start_and_say(options: &Options, passed: impl Fn()) -> Result<Self, DemoError> {
        let weeks = if options.stories { options.history } else { 0 };
        let (demo, kept) = Self::set(options, weeks).await?;
        if kept {
            demo.resume().await?;
        } else if options.stories {
            demo.tell_history(weeks, &passed).await?;
            demo.tell_the_week().await?;
            passed();
        }
        Ok(demo)
    }

    async fn tell_the_week(&self) -> Result<(), DemoError> {
        // Numbers of deeds are counted from the first record of this week.
        let before = self.told().await?.0;
        let mut deeds = DEEDS.iter().peekable();
        for (day, time, who, by, text) in WEEK {
            while let Some((on, at, who, no, does)) = deeds.next_if(|(on, at, ..)| (on, at) <= (day, time)) {
                self.turns_to((*on).into(), at).await?;
                self.acts(who, before + *no, *does).await?;
            }
            self.turns_to((*day).into(), time).await?;
            match by {
                By::Message => self.sim.message(who, CHANNEL, text).map(|_| ()),
                By::Command(channel) => self.sim.command(who, channel, "/heard", text).await.map(|_| ()),
            }
            .map_err(|refusal| refused(&refusal))?;
        }
        self.turner.turn_to(self.begins.checked_add(7.days())?.timestamp()).await?;
        Ok(())
    }

    /// Lives through so many weeks before the demo's own.
    async fn tell_history(&self, weeks: usize, passed: &impl Fn()) -> Result<(), DemoError> {
        let mut first = vec![];
        for week in 0..weeks {
            let back = i64::try_from(weeks - week).unwrap_or(0) * 7;
            first.push(self.told().await?);
            if week == 2 {
                self.volunteer().await?;
            }
            for (n, (day, time, usual)) in TIMES.iter().enumerate() {
                self.turns_to(day - back, time).await?;
                self.tell_one(week, n, usual).await?;
                if n == 3 && week > 0 {
                    let last = first.get(week - 1).copied().unwrap_or(FeedbackNo(0));
                    self.answer(week, last, weeks - week).await?;
                }
            }
            passed();
        }
        Ok(())
    }

    /// The last record so far.
    async fn told(&self) -> Result<FeedbackNo, DemoError> {
        let mut last = FeedbackNo(0);
        while self.store().record(last.next()).await?.is_some() {
            last = last.next();
        }
        Ok(last)
    }

    async fn tell_one(&self, week: usize, n: usize, usual: &str) -> Result<(), DemoError> {
        let telling: Vec<&str> = company::functions().filter(|function| tells(function, week)).collect();
        let function = if n % 2 == 1 { telling.get((week + n) % telling.len().max(1)).copied().unwrap_or(usual) } else { usual };
        let people = company::people_of(function);
        let who = people.get((week / 2 + n) % people.len().max(1)).copied().unwrap_or("lee");
        let at = week * A_WEEK + n;
        let (customer, story) = (CUSTOMERS.get(at * 3 % CUSTOMERS.len()), STORIES.get(at % STORIES.len()));
        let text = format!("{}: {}", customer.unwrap_or(&"Acme"), story.unwrap_or(&"they love it"));
        self.says(who, "general", "/heard", &text).await
    }

    /// Three of each function that has so many take turns.
    async fn volunteer(&self) -> Result<(), DemoError> {
        for function in company::functions() {
            let people = company::people_of(function);
            for who in people.iter().skip(1).take(3).filter(|_| people.len() > 3) {
                self.says(who, "general", "/allears", &format!("advocate join {function}")).await?;
            }
        }
        Ok(())
    }

    /// What became of those that were told in the week before: most are answered, one waits, and in the last weeks one is disputed.
    async fn answer(&self, week: usize, before: FeedbackNo, left: usize) -> Result<(), DemoError> {
        let mut no = before;
        for n in 0..A_WEEK {
            no = no.next();
            let Some(record) = self.store().record(no).await?.filter(|record| record.care.closed().is_none()) else { continue };
            let lead = record.functions().next().map(|id| id.as_str().to_owned()).unwrap_or_default();
            let people = company::people_of(&lead);
            let who = people.get((week + n) % people.len().max(1)).copied().unwrap_or("mia");
            match n {
                // Every third week one is left to the clock.
                1 if week % 3 == 2 => {}
                2 if left == 1 => self.dispute(no, &lead).await?,
                3 if left == 1 => self.acts(who, no.0, Does::Take).await?,
                _ => {
                    let (outcome, reason) = REASONS.get((week + n) % REASONS.len()).copied().unwrap_or(("done", "It is mended"));
                    self.acts(who, no.0, Does::Close(outcome, reason, None)).await?;
                }
            }
        }
        Ok(())
    }

    /// Somebody says what a record contradicts, and its team wants to close it: another signs, or does not.
    async fn dispute(&self, no: FeedbackNo, lead: &str) -> Result<(), DemoError> {
        let other = if lead == "sales" { "sara" } else { "lee" };
        if let Some(press) = self.choice(other, no.0, "contradict") {
            self.presses(&press).await?;
            self.fills(other, &json!({"reason": {"reason": "our web page and our contracts say the same"}})).await?;
            let people = company::people_of(lead);
            let who = people.first().copied().unwrap_or("mia");
            self.acts(who, no.0, Does::Close("declined", "The contract is what counts, and it is clear", None)).await?;
        }
        Ok(())
    }
}
