//! Who reads what, when, and where: the functions of the company as they are in force.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;

use super::function::FunctionId;
use super::ids::UserId;
use super::tagging::PerMille;

/// How a channel is named in the configuration.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChannelRef {
    /// By the id that the chat platform gave, such as `C012AB3CD`.
    Id(String),
    /// By name, without the `#`.
    Name(String),
}

/// Who belongs to a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Members {
    /// The people listed in the configuration.
    Listed(BTreeSet<UserId>),
    /// Whoever is in the function's channel.
    OfChannel,
}

/// When a function reads its digest: a wall-clock time on its working days.
#[derive(Debug, Clone, PartialEq)]
pub struct Schedule {
    /// The time of day on the function's own wall clock, to the minute.
    pub at: Time,
    /// Its IANA time zone.
    pub zone: TimeZone,
    /// Its working days; never empty.
    pub weekdays: BTreeSet<Day>,
    /// Days of the calendar on which it does not work.
    pub holidays: BTreeSet<Date>,
}

/// A day of the week, ordered from Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i8);

impl Day {
    /// The day that is called so: `mon`, `tue`, `wed`, `thu`, `fri`, `sat` or `sun`.
    pub fn parse(text: &str) -> Option<Self> {
        let day = match text {
            "mon" => Weekday::Monday,
            "tue" => Weekday::Tuesday,
            "wed" => Weekday::Wednesday,
            "thu" => Weekday::Thursday,
            "fri" => Weekday::Friday,
            "sat" => Weekday::Saturday,
            "sun" => Weekday::Sunday,
            _ => return None,
        };
        Some(day.into())
    }

    /// The days from Monday to Friday.
    pub fn monday_to_friday() -> BTreeSet<Self> {
        (0..5).map(Self).collect()
    }

    /// How many days after Monday it is: 0 to 6.
    pub fn after_monday(self) -> i8 {
        self.0
    }
}

impl From<Weekday> for Day {
    fn from(day: Weekday) -> Self {
        Self(day.to_monday_zero_offset())
    }
}

/// A department that reads what customers say.
#[derive(Debug, Clone)]
pub struct Function {
    /// Stable; stays in the log.
    pub id: FunctionId,
    /// What people call it.
    pub name: String,
    /// Ids of functions that were merged into this one.
    pub was: Vec<FunctionId>,
    /// Where its digest is posted.
    pub channel: ChannelRef,
    /// Who belongs to it.
    pub members: Members,
    /// Who answers for it.
    pub lead: UserId,
    /// Who stands in for the lead.
    pub deputy: Option<UserId>,
    /// When it reads.
    pub digest: Schedule,
    /// How sure the tagger must be that a text concerns it.
    pub tag_at: PerMille,
}

/// All functions, in the order of the configuration; at least one; ids are unique.
#[derive(Debug, Clone)]
pub struct Routing {
    functions: Vec<Function>,
}

impl Routing {
    /// Takes the functions as the configuration gave them. `None` where there is none, or two share an id.
    pub fn new(functions: Vec<Function>) -> Option<Self> {
        let ids: BTreeSet<_> = functions.iter().map(|f| &f.id).collect();
        (!functions.is_empty() && ids.len() == functions.len()).then_some(Self { functions })
    }

    /// The functions, in the order of the configuration.
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }

    /// The function that is called this now: by its id, or as one that was merged into another.
    pub fn function(&self, id: &FunctionId) -> Option<&Function> {
        self.functions.iter().find(|f| f.id == *id).or_else(|| self.functions.iter().find(|f| f.was.contains(id)))
    }
}
