//! Evaluation: how right the tagger is on texts whose functions are known.
//!
//! Functions are numbers here, from 0; the caller knows their names.

use super::tagging::{PerMille, probability};

/// The shares of texts, in hundredths, for which precision is told: those of whose strongest function the tagger is surest.
pub const COVERAGES: [u8; 5] = [25, 50, 70, 90, 100];
/// Into how many bins probabilities fall for the calibration error.
const BINS: u16 = 10;

/// A text that was judged.
#[derive(Debug, Clone, Default)]
pub struct Judged {
    /// The functions that it concerns; none for what no customer said.
    pub labels: Vec<usize>,
    /// Those that the tagger says, strongest first.
    pub tags: Vec<usize>,
    /// What speaks for each function, tagged or not: thousandths of a log-odd.
    pub log_odds: Vec<i32>,
}

/// What was right of what was said.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Said, and right.
    pub right: u32,
    /// Said, and wrong.
    pub wrong: u32,
    /// Not said, though it should have been.
    pub missed: u32,
}

impl Score {
    /// Which part of what was said is right; `None` where nothing was said.
    pub fn precision(self) -> Option<f64> {
        share(self.right, self.right + self.wrong)
    }

    /// Which part of what should be said was said; `None` where nothing should be.
    pub fn recall(self) -> Option<f64> {
        share(self.right, self.right + self.missed)
    }

    /// The harmonic mean of both.
    pub fn f1(self) -> Option<f64> {
        share(2 * self.right, 2 * self.right + self.wrong + self.missed)
    }
}

/// How right the tagger is.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// How many texts, and how many of them concern no function.
    pub texts: (u32, u32),
    /// For each function.
    pub functions: Vec<Score>,
    /// All functions together.
    pub total: Score,
    /// How often the surest function is one of a text's, of texts that concern one.
    pub top1: Option<f64>,
    /// How often a text of no function gets none.
    pub left_alone: Option<f64>,
    /// How often the surest function is right among the surest texts, by [`COVERAGES`]; chatter counts as wrong.
    pub precision_at: Vec<Option<f64>>,
    /// How far the probability of the surest function is from how often it is right, on average.
    pub calibration_error: Option<f64>,
    /// Texts of a function whose lead is another's, or that got none: (label, lead, texts), most first.
    pub confused: Vec<(usize, Option<usize>, u32)>,
}

impl Report {
    /// Of so many functions.
    pub fn of(judged: &[Judged], functions: usize) -> Self {
        let scores: Vec<Score> = (0..functions).map(|function| score(judged, function)).collect();
        let total = scores.iter().fold(Score::default(), |sum, score| Score {
            right: sum.right + score.right,
            wrong: sum.wrong + score.wrong,
            missed: sum.missed + score.missed,
        });
        let (chatter, told): (Vec<&Judged>, Vec<&Judged>) = judged.iter().partition(|judged| judged.labels.is_empty());
        let right = told.iter().filter(|judged| judged.is_right()).count();
        let alone = chatter.iter().filter(|judged| judged.tags.is_empty()).count();
        Self {
            texts: (count(judged.len()), count(chatter.len())),
            functions: scores,
            total,
            top1: share(count(right), count(told.len())),
            left_alone: share(count(alone), count(chatter.len())),
            precision_at: precision_at(judged),
            calibration_error: calibration_error(judged),
            confused: confused(&told),
        }
    }
}

impl Judged {
    /// The surest function, and how sure: the lead, else whoever most speaks for; the first of equals.
    fn surest(&self) -> Option<(usize, PerMille)> {
        let surest = self.log_odds.iter().enumerate().rev().max_by_key(|(_, log_odds)| **log_odds);
        let function = self.tags.first().copied().or_else(|| surest.map(|(function, _)| function))?;
        Some((function, probability(*self.log_odds.get(function)?)))
    }

    fn is_right(&self) -> bool {
        self.surest().is_some_and(|(function, _)| self.labels.contains(&function))
    }
}

fn score(judged: &[Judged], function: usize) -> Score {
    let mut score = Score::default();
    for judged in judged {
        match (judged.tags.contains(&function), judged.labels.contains(&function)) {
            (true, true) => score.right += 1,
            (true, false) => score.wrong += 1,
            (false, true) => score.missed += 1,
            (false, false) => {}
        }
    }
    score
}

fn precision_at(judged: &[Judged]) -> Vec<Option<f64>> {
    let mut surest_first: Vec<(PerMille, bool)> = judged.iter().filter_map(|one| Some((one.surest()?.1, one.is_right()))).collect();
    surest_first.sort_by_key(|(sure, _)| std::cmp::Reverse(*sure));
    let at = |coverage: u8| {
        let covered = surest_first.len() * usize::from(coverage) / 100;
        share(count(surest_first.iter().take(covered).filter(|(_, right)| *right).count()), count(covered))
    };
    COVERAGES.iter().map(|coverage| at(*coverage)).collect()
}

fn calibration_error(judged: &[Judged]) -> Option<f64> {
    let mut bins = vec![(0_u32, 0_u32, 0_u32); usize::from(BINS)];
    for one in judged {
        let Some((_, sure)) = one.surest() else { continue };
        let bin = (sure.0 / (1000 / BINS)).min(BINS - 1);
        let Some((texts, right, sum)) = bins.get_mut(usize::from(bin)) else { continue };
        *texts += 1;
        *right += u32::from(one.is_right());
        *sum += u32::from(sure.0);
    }
    let off: f64 = bins.iter().map(|(_, right, sum)| (f64::from(*right) - f64::from(*sum) / 1000.0).abs()).sum();
    let texts: u32 = bins.iter().map(|(texts, ..)| texts).sum();
    (texts > 0).then(|| off / f64::from(texts))
}

fn confused(told: &[&Judged]) -> Vec<(usize, Option<usize>, u32)> {
    let mut pairs = std::collections::BTreeMap::new();
    for judged in told {
        let lead = judged.tags.first().copied();
        if let Some(label) = judged.labels.first().filter(|_| lead.is_none_or(|lead| !judged.labels.contains(&lead))) {
            *pairs.entry((*label, lead)).or_insert(0_u32) += 1;
        }
    }
    let mut pairs: Vec<_> = pairs.into_iter().map(|((label, lead), texts)| (label, lead, texts)).collect();
    pairs.sort_by_key(|(.., texts)| std::cmp::Reverse(*texts));
    pairs
}

fn share(part: u32, whole: u32) -> Option<f64> {
    (whole > 0).then(|| f64::from(part) / f64::from(whole))
}

fn count(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The last are log-odds; 2197 is 90 %.
    fn judged(labels: &[usize], tags: &[usize], log_odds: &[i32]) -> Judged {
        Judged { labels: labels.to_vec(), tags: tags.to_vec(), log_odds: log_odds.to_vec() }
    }

    #[test]
    fn what_was_right_wrong_and_missed_is_told_apart() {
        let texts = [
            judged(&[0], &[0, 1], &[2197, 405]),
            judged(&[1], &[0], &[847, -847]),
            judged(&[1, 0], &[], &[-2197, -1386]),
            judged(&[], &[1], &[-9000, 0]),
            judged(&[], &[], &[-2944, -9000]),
        ];
        let report = Report::of(&texts, 2);
        assert_eq!(report.texts, (5, 2));
        assert_eq!(report.functions, [Score { right: 1, wrong: 1, missed: 1 }, Score { right: 0, wrong: 2, missed: 2 }]);
        assert_eq!(report.total, Score { right: 1, wrong: 3, missed: 3 });
        assert_eq!((report.total.precision(), report.total.recall(), report.total.f1()), (Some(0.25), Some(0.25), Some(0.25)));
        assert_eq!((report.top1, report.left_alone), (Some(2.0 / 3.0), Some(0.5)));
        // The surest text is right, the two surest half so, three of five too.
        assert_eq!(report.precision_at, [Some(1.0), Some(0.5), Some(1.0 / 3.0), Some(0.5), Some(0.4)]);
        assert_eq!(report.confused, [(1, None, 1), (1, Some(0), 1)]);
        // 0.1 and 0.7 and 0.8 and 0.5 and 0.05 off.
        assert!((report.calibration_error.unwrap() - 2.15 / 5.0).abs() < 0.002, "{:?}", report.calibration_error);
    }

    #[test]
    fn nothing_is_no_score() {
        let report = Report::of(&[], 1);
        assert_eq!((report.total.precision(), report.total.recall(), report.total.f1(), report.top1), (None, None, None, None));
        assert_eq!((report.left_alone, report.calibration_error), (None, None));
    }

    #[test]
    fn bins_tell_how_far_probabilities_are_off() {
        let texts: Vec<Judged> = (0..10).map(|n| judged(&[usize::from(n >= 7)], &[0], &[847, -9000])).collect();
        assert!(Report::of(&texts, 2).calibration_error.unwrap() < 0.002);
    }
}
