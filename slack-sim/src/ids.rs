//! Ids that look like Slack's. People and channels keep theirs from run to run; what happens gets new ones in every run.

/// Numbers things that happen: events, envelopes, messages, tickets.
#[derive(Debug)]
pub(crate) struct Ids {
    seed: u64,
    count: u64,
    last_ts: i64,
}

impl Ids {
    /// Two runs with the same seed give the same ids; a bot that remembers event ids would take them for repeats.
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, count: 0, last_ts: 0 }
    }

    fn next(&mut self) -> u64 {
        self.count += 1;
        self.count
    }

    /// `Ev0...`, unique in this run.
    pub(crate) fn event(&mut self) -> String {
        let count = self.next();
        format!("Ev{}{}", base36(self.seed, 10), base36(count, 5))
    }

    /// In the form of a UUID, as envelopes and client messages carry.
    pub(crate) fn uuid(&mut self) -> String {
        let count = self.next();
        let mixed = mix(self.seed ^ count.rotate_left(32));
        format!("{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}", mixed >> 32, (mixed >> 16) & 0xffff, mixed & 0xfff, self.seed & 0xfff, count)
    }

    /// Three numbers, as in a trigger.
    pub(crate) fn trigger(&mut self) -> String {
        let count = self.next();
        format!("{count}.{}.{:032x}", mix(self.seed) % 100_000, u128::from(mix(count ^ self.seed)))
    }

    /// Hard enough to guess for a loopback address.
    pub(crate) fn secret(&mut self) -> String {
        let count = self.next();
        format!("{}{}", base36(mix(self.seed ^ count), 13), base36(mix(count.rotate_left(17) ^ self.seed), 13))
    }

    /// A prefixed id of a thing that happens, such as a view.
    pub(crate) fn thing(&mut self, prefix: &str) -> String {
        let count = self.next();
        format!("{prefix}{}", base36(mix(self.seed ^ count), 10))
    }

    /// A short id of a part, such as a block.
    pub(crate) fn part(&mut self) -> String {
        let count = self.next();
        base36(mix(self.seed ^ count), 5)
    }

    /// The next message id: seconds and six digits of the workspace's clock, later than every one before.
    pub(crate) fn ts(&mut self, now: jiff::Timestamp) -> String {
        self.last_ts = (now.as_microsecond() + 100).max(self.last_ts + 100);
        format!("{}.{:06}", self.last_ts / 1_000_000, self.last_ts % 1_000_000)
    }
}

/// The same id for the same name in every run, so that what a bot has stored stays true.
pub(crate) fn of_name(prefix: &str, name: &str) -> String {
    let hash = name.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{prefix}0{}", base36(mix(hash), 9))
}

pub(crate) fn mix(seed: u64) -> u64 {
    let z = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The last `width` digits in base 36, capitals.
fn base36(mut number: u64, width: usize) -> String {
    let mut digits = Vec::with_capacity(width);
    for _ in 0..width {
        let digit = u32::try_from(number % 36).unwrap_or_default();
        digits.push(char::from_digit(digit, 36).unwrap_or('0').to_ascii_uppercase());
        number /= 36;
    }
    digits.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn message_ids_grow_though_the_clock_stands_or_jumps_back() {
        let mut ids = Ids::new(1);
        let noon = jiff::Timestamp::from_second(1_732_300_000).unwrap();
        assert_eq!(ids.ts(noon), "1732300000.000100");
        assert_eq!(ids.ts(noon), "1732300000.000200");
        assert_eq!(ids.ts(jiff::Timestamp::from_second(1_732_000_000).unwrap()), "1732300000.000300");
    }

    #[test]
    fn names_keep_their_ids_and_events_do_not() {
        assert_eq!(of_name("U", "lee"), of_name("U", "lee"));
        assert_ne!(of_name("U", "lee"), of_name("U", "dana"));
        assert_ne!(Ids::new(1).event(), Ids::new(2).event());
    }
}
