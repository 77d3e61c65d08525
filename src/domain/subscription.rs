//! Reading another function's digest by direct message, at an hour of one's own.

use jiff::civil::Time;
use serde::{Deserialize, Serialize};

/// When somebody reads: a time on the wall clock of a zone, on the working days of the function.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hour {
    /// The time of day, to the minute.
    pub at: Time,
    /// The zone, by its IANA name. A database of zones may drop it later: then that of the function counts.
    pub zone: String,
}

/// A time of day as people type it: `8:30`, `08:30`, `8h30`, `8`. `None`: it is none.
pub fn time(text: &str) -> Option<Time> {
    let (hours, minutes) = text.split_once([':', 'h', '.']).unwrap_or((text, "0"));
    let number = |text: &str| if text.len() <= 2 { text.parse::<i8>().ok().filter(|_| !text.starts_with(['+', '-'])) } else { None };
    Time::new(number(hours)?, number(if minutes.is_empty() { "0" } else { minutes })?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_type_them() {
        let shown = |text| time(text).map(|time| time.strftime("%H:%M").to_string());
        for (text, expected) in
            [("8:30", "08:30"), ("08:05", "08:05"), ("17h", "17:00"), ("7h45", "07:45"), ("0", "00:00"), ("23.59", "23:59")]
        {
            assert_eq!(shown(text).as_deref(), Some(expected), "{text}");
        }
        for text in ["", "24:00", "8:60", "-1:00", "8:+5", "noon", "123", "8:3:0", "finance"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
