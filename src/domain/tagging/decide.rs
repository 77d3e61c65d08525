//! From the weight that speaks for a function to a probability, and from probabilities to tags.

use super::tag::PerMille;

/// What must be outweighed before a function is tagged, in thousandths of a log-odd: most functions have nothing to
/// do with most texts. A text that no rule hits stands at 18 % for every function.
pub(super) const BASE: i32 = -1500;
/// Tagged from here on, where a function does not say otherwise.
pub const TAGGED: PerMille = PerMille(500);
/// The strongest is tagged from here on, where none reaches [`TAGGED`]; where a threshold is another, in proportion.
const BEST: PerMille = PerMille(300);

/// What a hint says for its function: enough to be tagged by itself, at 62 %, and less than a strong rule.
pub(super) const HINT: i16 = 2000;

/// The logistic function in thousandths, at every quarter from 0 to 8. A table, because the machine's own exponential
/// function may differ in its last bits between machines, and decisions must not.
const LOGISTIC: [u16; 33] = [
    500, 562, 622, 679, 731, 777, 818, 852, 881, 905, 924, 940, 953, 963, 971, 977, 982, 986, 989, 991, 993, 995, 996, 997, 998, 998, 998,
    999, 999, 999, 999, 999, 999,
];
const STEP: u32 = 250;

/// The probability of so many thousandths of a log-odd; 1 to 999, never sure.
pub fn probability(log_odds: i32) -> PerMille {
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

/// Which of these are tags, given strongest first, each with its threshold: all that reach it; where none does, the strongest, if
/// it reaches three fifths of it.
pub(super) fn chosen(strongest_first: &[(PerMille, PerMille)]) -> Vec<bool> {
    let mut chosen: Vec<bool> = strongest_first.iter().map(|(p, threshold)| p >= threshold).collect();
    if !chosen.contains(&true)
        && let (Some(first), Some((p, threshold))) = (chosen.first_mut(), strongest_first.first())
    {
        *first = u32::from(p.0) * u32::from(TAGGED.0) >= u32::from(BEST.0) * u32::from(threshold.0);
    }
    chosen
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
        let of_weight = |weight: i32| probability(weight + BASE);
        assert_eq!(of_weight(1500), PerMille(500));
        assert!((300..500).contains(&of_weight(1000).0));
        assert!(of_weight(500).0 < 300 && of_weight(1000).0 >= 300);
        assert_eq!(probability(i32::MAX), PerMille(999));
        assert_eq!(probability(i32::MIN), PerMille(1));
    }

    #[test]
    fn tags_are_the_sure_or_the_likeliest() {
        let chosen = |p: &[u16]| chosen(&p.iter().map(|p| (PerMille(*p), TAGGED)).collect::<Vec<_>>()).into_iter().filter(|is| *is).count();
        assert_eq!(chosen(&[]), 0);
        assert_eq!(chosen(&[299, 200]), 0);
        assert_eq!(chosen(&[300, 300]), 1);
        assert_eq!(chosen(&[499, 499]), 1);
        assert_eq!(chosen(&[900, 500, 499]), 2);
    }

    #[test]
    fn a_function_may_ask_for_more_or_less() {
        let chosen = |p: &[(u16, u16)]| chosen(&p.iter().map(|(p, threshold)| (PerMille(*p), PerMille(*threshold))).collect::<Vec<_>>());
        assert_eq!(chosen(&[(900, 950), (600, 500), (300, 250)]), [false, true, true]);
        assert_eq!(chosen(&[(560, 950), (300, 500)]), [false, false]);
        assert_eq!(chosen(&[(570, 950), (300, 500)]), [true, false]);
    }
}
