//! Faults as data: what goes wrong on purpose, where, and how often.
use serde::{Deserialize, Serialize};

/// What goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// A call: an HTTP status with a body that is not JSON, as a broken proxy gives. Nothing is done. On `upgrade`: the
    /// connection is refused with this status.
    Status(u16),
    /// A call: `ok: false` with this error. Nothing is done.
    Error(String),
    /// A call: 429, `Retry-After` in seconds, `ratelimited`. Nothing is done.
    RateLimited(u64),
    /// A call: it is done, but the answer comes only after so many milliseconds of the workspace's time.
    Slow(u64),
    /// A call: nothing is done, and no answer comes for a day of the workspace's time.
    Hang,
    /// A call: it is done, but the answer is an HTTP 502: the caller cannot know.
    AnswerLost,
    /// A call: the connection breaks before its answer has come. Nothing is done.
    Broken,
    /// A call: the connection breaks before its answer has come. It is done.
    AnswerBroken,
    /// A call: status 200 and a body that is not JSON. Nothing is done.
    NotJson,
    /// A call: just before it, the workspace changes.
    Meanwhile(Change),
    /// An event: it comes twice, with the same id.
    Twice,
    /// An event: it comes once more under another id, as `message` and `app_mention` do.
    OtherId,
    /// An event: it comes after the one behind it, or a second later where none follows.
    Late,
    /// An event: it never comes.
    Lost,
    /// A line, when an envelope was written to it: the connection is cut, with no handshake.
    Cut,
    /// A line, when an envelope is due on it: it stays open, and from here on neither reads nor writes.
    HalfOpen,
}

/// A change of the workspace between two calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Change {
    /// A channel is archived.
    Archive(String),
    /// A channel is opened again.
    Unarchive(String),
    /// A public channel of this name comes to be, with nobody in it.
    Create(String),
    /// A channel is deleted, with all that was said in it.
    Delete(String),
    /// A channel gets another name.
    Rename {
        /// Which one.
        channel: String,
        /// Its new name.
        to: String,
    },
    /// A channel gets another id, as a private one does when somebody begins to share it with another company.
    ChangeId(String),
    /// A channel is shared with another company.
    ShareOutside(String),
    /// The app is taken out of a channel.
    RemoveBot(String),
    /// Somebody's account is deactivated.
    Deactivate(String),
    /// The app's tokens are revoked.
    RevokeTokens,
    /// The app is taken out of the workspace.
    Uninstall,
}

/// A fault, where it strikes, and how often.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    /// A method such as `chat.postMessage`, `*` for every method, `response_url`, `event`, `event:TYPE`, `line`, or `upgrade`.
    pub on: String,
    /// What goes wrong there.
    pub fault: Fault,
    /// How many times; for ever when left out.
    #[serde(default)]
    pub times: Option<u32>,
    /// How many go well before the first that does not.
    #[serde(default)]
    pub skip: u32,
    /// The share that goes wrong of those that could, from 0 to 1; all when left out.
    #[serde(default)]
    pub rate: Option<f64>,
    /// What the share is drawn from: the same seed strikes the same ones.
    #[serde(default)]
    pub seed: u64,
}

impl Rule {
    /// A fault that strikes every time.
    pub fn on(place: &str, fault: Fault) -> Self {
        Self { on: place.to_owned(), fault, times: None, skip: 0, rate: None, seed: 0 }
    }

    /// At most so many times.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = Some(times);
        self
    }

    /// Only after so many that go well.
    #[must_use]
    pub fn skip(mut self, skip: u32) -> Self {
        self.skip = skip;
        self
    }

    /// Only this share of them, from 0 to 1, drawn from `seed`.
    #[must_use]
    pub fn rate(mut self, rate: f64, seed: u64) -> Self {
        self.rate = Some(rate);
        self.seed = seed;
        self
    }

    /// Whether it is one that can strike there at all; else why not.
    pub(crate) fn checked(self) -> Result<Self, String> {
        use Fault::{Cut, HalfOpen, Late, Lost, OtherId, Status, Twice};
        let event = matches!(self.fault, Twice | OtherId | Late | Lost);
        let line = matches!(self.fault, Cut | HalfOpen);
        let fits = match self.on.as_str() {
            "line" => line,
            "upgrade" => matches!(self.fault, Status(_)),
            place if place == "event" || place.starts_with("event:") => event,
            // A name without a dot is no method: nothing would ever go wrong there.
            place => !event && !line && (place.contains('.') || matches!(place, "*" | "response_url")),
        };
        if let Status(status) = self.fault
            && !(200..600).contains(&status)
        {
            return Err(format!("{status} is no status of an answer: it lies between 200 and 599."));
        }
        if !fits {
            return Err(format!("{:?} cannot go wrong on {:?}.", self.fault, self.on));
        }
        if self.rate.is_some_and(|rate| !(0.0..=1.0).contains(&rate)) {
            return Err("A rate lies between 0 and 1.".to_owned());
        }
        Ok(self)
    }
}

#[derive(Debug)]
struct Active {
    rule: Rule,
    /// What could have gone wrong so far.
    met: u64,
    struck: u32,
}

impl Active {
    fn strikes(&mut self, place: &str) -> bool {
        let rule = &self.rule;
        let here = rule.on == place || (rule.on == "*" && place.contains('.')) || (rule.on == "event" && place.starts_with("event:"));
        if !here || rule.times.is_some_and(|times| self.struck >= times) {
            return false;
        }
        self.met += 1;
        let drawn = rule.rate.is_none_or(|rate| share(rule.seed, self.met) < rate);
        let strikes = self.met > u64::from(rule.skip) && drawn;
        self.struck += u32::from(strikes);
        strikes
    }

    fn left(&self) -> u32 {
        self.rule.times.map_or(0, |times| times.saturating_sub(self.struck))
    }
}

/// The faults that are in force. Where several could strike, the first that was added does.
#[derive(Debug, Default)]
pub(crate) struct Faults(Vec<Active>);

impl Faults {
    pub(crate) fn add(&mut self, rule: Rule) {
        self.0.push(Active { rule, met: 0, struck: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// The fault for what happens at this place now, counted.
    pub(crate) fn take(&mut self, place: &str) -> Option<Fault> {
        let fault = self.0.iter_mut().find_map(|active| active.strikes(place).then(|| active.rule.fault.clone()));
        self.0.retain(|active| active.rule.times.is_none() || active.left() > 0);
        fault
    }

    /// How many are still to strike, of those that end.
    pub(crate) fn left(&self) -> u32 {
        self.0.iter().map(Active::left).sum()
    }

    pub(crate) fn rules(&self) -> Vec<Rule> {
        self.0.iter().map(|active| active.rule.clone()).collect()
    }
}

/// A number from 0 to 1 for the `count`th draw of a seed.
fn share(seed: u64, count: u64) -> f64 {
    let drawn = crate::ids::mix(seed ^ count.rotate_left(32));
    // 32 bits are enough, and a float holds them exactly.
    f64::from(u32::try_from(drawn >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn struck(rule: Rule, calls: usize) -> Vec<usize> {
        let mut faults = Faults::default();
        faults.add(rule);
        (0..calls).filter(|_| faults.take("chat.update").is_some()).collect()
    }

    #[test]
    fn a_fault_skips_strikes_and_ends() {
        assert_eq!(struck(Rule::on("chat.update", Fault::Hang).times(2).skip(1), 6), [1, 2]);
        assert_eq!(struck(Rule::on("*", Fault::Hang), 3), [0, 1, 2]);
        assert!(struck(Rule::on("chat.delete", Fault::Hang), 3).is_empty());
        assert!(struck(Rule::on("event", Fault::Lost), 3).is_empty());
    }

    #[test]
    fn a_rate_is_kept_and_its_seed_decides_which() {
        let some = |seed| struck(Rule::on("chat.update", Fault::Hang).rate(0.1, seed), 10_000);
        assert!((900..1100).contains(&some(7).len()), "{}", some(7).len());
        assert_eq!(some(7), some(7));
        assert_ne!(some(7), some(8));
    }

    #[test]
    fn what_cannot_be_is_refused() {
        for (place, fault) in
            [("chat.update", Fault::Cut), ("line", Fault::Hang), ("event:message", Fault::Slow(1)), ("upgrade", Fault::Hang)]
        {
            assert!(Rule::on(place, fault).checked().is_err(), "{place}");
        }
        for place in ["", "lines", "postMessage"] {
            assert!(Rule::on(place, Fault::Hang).checked().is_err(), "{place:?}");
        }
        for status in [0, 7, 100, 199, 600, u16::MAX] {
            assert!(Rule::on("auth.test", Fault::Status(status)).checked().is_err(), "{status}");
        }
        for place in ["auth.test", "*", "response_url", "upgrade"] {
            assert!(Rule::on(place, Fault::Status(503)).checked().is_ok(), "{place}");
        }
        assert!(Rule::on("event:message", Fault::Late).checked().is_ok());
        assert!(Rule::on("*", Fault::Hang).rate(1.5, 0).checked().is_err());
    }
}
