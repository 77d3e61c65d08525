//! Being left in peace: a function without digests, a person without direct messages, until a day or until further notice.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

/// A stretch of peace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    /// The first day on which it is over; none: until somebody ends it.
    pub until: Option<Date>,
}

impl Pause {
    /// Whether it holds on a day.
    pub fn holds_on(self, day: Date) -> bool {
        self.until.is_none_or(|until| day < until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_holds_up_to_its_day() {
        let day = |text: &str| text.parse::<Date>().unwrap();
        let pause = Pause { until: Some(day("2026-12-24")) };
        assert!(pause.holds_on(day("2026-12-23")) && !pause.holds_on(day("2026-12-24")));
        assert!(Pause { until: None }.holds_on(day("9999-12-31")));
    }
}
