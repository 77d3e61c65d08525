//! What the filter left out: where it stands and why, for a week, so that people can look it through. No words.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::ids::{ChannelId, UserId};
use super::noise::LeftOutBecause;

/// So long after a message was said it is known that it was left out.
pub const KEPT: SignedDuration = SignedDuration::from_hours(7 * 24);

/// A message that the filter left out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// When it was said.
    pub at: Timestamp,
    /// The channel.
    pub channel: ChannelId,
    /// The message's timestamp, which is its id in the channel.
    pub ts: String,
    /// The first message of the thread that it is a reply in.
    pub thread: Option<String>,
    /// Who wrote it.
    pub author: UserId,
    /// Why it was left out.
    pub why: LeftOutBecause,
}

impl LeftOut {
    /// Whether it is still to be known. What was said longer ago is not, whenever it was found.
    pub fn is_kept(&self, now: Timestamp) -> bool {
        now.duration_since(self.at) < KEPT
    }
}

/// What of this is still to be known, each message once with the last reason, the newest first.
pub fn newest_first(kept: impl IntoIterator<Item = LeftOut>, now: Timestamp) -> Vec<LeftOut> {
    let kept = kept.into_iter().filter(|left_out| left_out.is_kept(now));
    let once: BTreeMap<(ChannelId, String), LeftOut> =
        kept.map(|left_out| ((left_out.channel.clone(), left_out.ts.clone()), left_out)).collect();
    let mut all: Vec<LeftOut> = once.into_values().collect();
    all.sort_by(|one, other| other.ts.cmp(&one.ts));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn left_out(day: i8, why: LeftOutBecause) -> LeftOut {
        let at = jiff::civil::date(2026, 11, day).at(8, 0, 0, 0).in_tz("UTC").unwrap().timestamp();
        let ts = format!("{}.000001", at.as_second());
        LeftOut { at, channel: ChannelId::new("C1"), ts, thread: None, author: UserId::new("U1"), why }
    }

    #[test]
    fn each_once_with_its_last_reason_the_newest_first_and_a_week_long() {
        use LeftOutBecause::{Greeting, NoSign, Short};
        let all = [left_out(16, Short), left_out(17, Short), left_out(23, Short), left_out(17, NoSign), left_out(20, Greeting)];
        let seen = newest_first(all.clone(), all[2].at);
        let days: Vec<LeftOut> = [(23, Short), (20, Greeting), (17, NoSign)].map(|(day, why)| left_out(day, why)).to_vec();
        assert_eq!(seen, days, "what was said a week ago to the second is known no more");
    }
}
