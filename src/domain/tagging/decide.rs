//! From the weight that speaks for a function to a probability, and from probabilities to tags.

use super::tag::PerMille;

/// What must be outweighed before a function is tagged, in thousandths of a log-odd: most functions have nothing to
/// do with most texts. A text that no rule hits stands at 18 % for every function.
pub(super) const BIAS: i32 = -1500;
/// Tagged from here on.
const TAGGED: PerMille = PerMille(500);
/// The strongest is tagged from here on, where none reaches [`TAGGED`].
const BEST: PerMille = PerMille(300);

/// The logistic function in thousandths, at every quarter from 0 to 8. A table, because the machine's own exponential
/// function may differ in its last bits between machines, and decisions must not.
const LOGISTIC: [u16; 33] = [
    500, 562, 622, 679, 731, 777, 818, 852, 881, 905, 924, 940, 953, 963, 971, 977, 982, 986, 989, 991, 993, 995, 996, 997, 998, 998, 998,
    999, 999, 999, 999, 999, 999,
];
const STEP: u32 = 250;

/// The probability of so many thousandths of a log-odd; 1 to 999, never sure.
pub(super) fn probability(log_odds: i32) -> PerMille {
    let p = logistic(log_odds.unsigned_abs());
    PerMille(if log_odds < 0 { 1000 - p } else { p })
}

/// The logistic of so many thousandths, drawn straight between the places of the table: at most two in a thousand off.
fn logistic(thousandths: u32) -> u16 {
    let place = usize::try_from(thousandths / STEP).unwrap_or(usize::MAX);
    let at = |place: usize| LOGISTIC.get(place).copied().map_or(999, u32::from);
    let (low, high) = (at(place), at(place.saturating_add(1)));
    let p = low + ((high - low) * (thousandths % STEP) + STEP / 2) / STEP;
    u16::try_from(p).unwrap_or(999)
}

/// How many of these are tags, given strongest first: all that are sure enough, else the strongest if it is likely,
/// else none.
pub(super) fn how_many(strongest_first: impl Iterator<Item = PerMille>) -> usize {
    let mut probabilities = strongest_first.peekable();
    let likely = probabilities.peek().is_some_and(|p| *p >= BEST);
    probabilities.take_while(|p| *p >= TAGGED).count().max(usize::from(likely))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_logistic_function() {
        for log_odds in (-12_000..12_000).step_by(7) {
            let exact = 1000.0 / (1.0 + (-f64::from(log_odds) / 1000.0).exp());
            let ours = f64::from(probability(log_odds).0);
            assert!((exact - ours).abs() < 2.0, "{log_odds}: {ours} for {exact}");
        }
    }

    #[test]
    fn weights_mean_what_their_document_says() {
        let of_weight = |weight: i32| probability(weight + BIAS);
        assert_eq!(of_weight(1500), PerMille(500));
        assert!((300..500).contains(&of_weight(1000).0));
        assert!(of_weight(500).0 < 300 && of_weight(1000).0 >= 300);
        assert_eq!(probability(i32::MAX), PerMille(999));
        assert_eq!(probability(i32::MIN), PerMille(1));
    }

    #[test]
    fn tags_are_the_sure_or_the_likeliest() {
        let how_many = |p: &[u16]| how_many(p.iter().copied().map(PerMille));
        assert_eq!(how_many(&[]), 0);
        assert_eq!(how_many(&[299, 200]), 0);
        assert_eq!(how_many(&[300, 300]), 1);
        assert_eq!(how_many(&[499, 499]), 1);
        assert_eq!(how_many(&[900, 500, 499]), 2);
    }
}
