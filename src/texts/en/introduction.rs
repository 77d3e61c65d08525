//! Who the bot is: to a channel that reads it for the first time.

use std::collections::BTreeSet;

use jiff::civil::Time;

use crate::domain::routing::Day;
use crate::texts::page::{Block, code, plain};

/// Whose digest comes to a channel.
#[derive(Debug, Clone)]
pub enum Of {
    /// A function's.
    Function(String),
    /// The company's week.
    Company,
}

/// What comes to a channel.
#[derive(Debug, Clone)]
pub struct Introduction {
    /// Whose digest.
    pub of: Of,
    /// At which hour.
    pub at: Time,
    /// In which zone, by its IANA name.
    pub zone: Option<String>,
    /// On which days.
    pub weekdays: BTreeSet<Day>,
    /// The command that tells, such as `/heard`.
    pub command: String,
    /// The bot's other command, such as `/allears`.
    pub own: String,
}

/// Who set the bot up, what comes when, and how that is stopped: below the first thing that comes to a channel.
pub fn introduction(introduction: &Introduction) -> Vec<Block> {
    let Introduction { of, at, zone, weekdays, command, own } = introduction;
    let zone = zone.as_ref().map(|zone| format!(" ({zone})")).unwrap_or_default();
    let hour = format!("{}{zone}", at.strftime("%H:%M"));
    let (what, stop) = match of {
        Of::Function(function) => (
            format!(
                "The admins of All Ears chose it for {function}. A digest comes when something is new, {} at {hour}; what is \
                 urgent comes at once.",
                days(weekdays)
            ),
            vec![plain(" To stop what comes here: "), code(format!("{own} pause here")), plain(".")],
        ),
        Of::Company => (
            format!(
                "The admins of All Ears chose it for the company's week. It comes {} at {hour}, unless there is nothing to say.",
                days(weekdays)
            ),
            vec![plain(" To stop what comes here, ask one of them.")],
        ),
    };
    let tell = vec![plain("Tell what you hear yourself: "), code(command.clone()), plain(".")];
    vec![Block::Aside(vec![plain(format!("This is new in this channel. {what}"))]), Block::Aside(tell.into_iter().chain(stop).collect())]
}

/// `Monday to Friday`, `every day`, `Monday, Wednesday and Sunday`.
fn days(weekdays: &BTreeSet<Day>) -> String {
    const NAMES: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
    let numbers: Vec<usize> = weekdays.iter().filter_map(|day| usize::try_from(day.after_monday()).ok()).collect();
    let names: Vec<&str> = numbers.iter().filter_map(|number| NAMES.get(*number).copied()).collect();
    let in_a_row = numbers.windows(2).all(|pair| matches!(pair, [first, second] if first + 1 == *second));
    match names.as_slice() {
        [_, _, _, _, _, _, _] => "every day".to_owned(),
        [first, _, .., last] if in_a_row && names.len() > 2 => format!("{first} to {last}"),
        [firsts @ .., last] if !firsts.is_empty() => format!("{} and {last}", firsts.join(", ")),
        _ => names.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_said_as_people_say_them() {
        let said = |words: &str| days(&words.split(' ').map(|word| Day::parse(word).unwrap()).collect());
        assert_eq!(said("mon tue wed thu fri"), "Monday to Friday");
        assert_eq!(said("mon tue wed thu fri sat sun"), "every day");
        assert_eq!(said("sun mon wed"), "Monday, Wednesday and Sunday");
        assert_eq!(said("mon tue"), "Monday and Tuesday");
        assert_eq!(said("thu"), "Thursday");
    }
}
