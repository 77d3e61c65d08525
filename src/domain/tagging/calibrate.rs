//! Calibration: from what speaks for a function to how often it is right.
//!
//! A regularised model is too shy where there are few lessons, and where each text concerns one function alone, what speaks
//! for a rival speaks against it. Both are learned from lessons that others judge: three numbers for all functions together,
//! pulled towards leaving all as it is.

use super::number::logistic;

/// How strongly the three numbers are pulled towards nothing: as if so many lessons said so.
const HOLD: f64 = 20.0;
/// How far a rival counts, in log-odds.
const FARTHEST: f64 = 6.0;
/// Newton's steps, at most.
const STEPS: usize = 12;

/// Three numbers that mend log-odds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Calibration {
    /// Times the log-odds, added.
    stretch: f64,
    /// Times the lead over the strongest rival, added.
    lead: f64,
    /// Added.
    shift: f64,
}

/// What speaks for a function, its lead over the strongest rival, and whether it is right.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sample {
    pub(super) log_odds: f64,
    pub(super) lead: f64,
    pub(super) is: bool,
    pub(super) weight: f64,
}

impl Calibration {
    /// Fits the three numbers: ridge logistic regression by Newton's method.
    pub(super) fn fit(samples: &[Sample]) -> Self {
        let mut at = Self::default();
        for _ in 0..STEPS {
            let numbers = [at.stretch, at.lead, at.shift];
            let mut slope = numbers.map(|number| number * HOLD);
            let mut bend = [[HOLD, 0.0, 0.0], [0.0, HOLD, 0.0], [0.0, 0.0, HOLD]];
            for sample in samples {
                let features = [sample.log_odds, lead(sample.lead), 1.0];
                let p = logistic(at.log_odds(sample.log_odds, sample.lead));
                let wrong = (p - if sample.is { 1.0 } else { 0.0 }) * sample.weight;
                let sure = p * (1.0 - p) * sample.weight;
                for ((slope, row), feature) in slope.iter_mut().zip(&mut bend).zip(features) {
                    *slope += wrong * feature;
                    row.iter_mut().zip(features).for_each(|(cell, other)| *cell += sure * feature * other);
                }
            }
            let [stretch, lead, shift] = solve(bend, slope);
            // Within bounds, so that what speaks more for a function never makes it less likely, whatever was taught.
            at = Self {
                stretch: (at.stretch - stretch).clamp(-0.8, 2.0),
                lead: (at.lead - lead).clamp(0.0, 2.0),
                shift: (at.shift - shift).clamp(-3.0, 3.0),
            };
            if stretch.abs() + lead.abs() + shift.abs() < 1e-6 {
                break;
            }
        }
        at
    }

    /// Mended log-odds.
    pub(super) fn log_odds(self, log_odds: f64, leads: f64) -> f64 {
        log_odds * (1.0 + self.stretch) + lead(leads) * self.lead + self.shift
    }
}

fn lead(lead: f64) -> f64 {
    lead.clamp(-FARTHEST, FARTHEST)
}

/// Solves three equations by Gauss's elimination; the matrix is positive definite, so that no pivot is nothing.
fn solve([[m11, m12, m13], [_, m22, m23], [_, _, m33]]: [[f64; 3]; 3], [r1, r2, r3]: [f64; 3]) -> [f64; 3] {
    // The matrix is symmetric: what stands below the diagonal stands above it.
    let (m22, m23, r2) = (m22 - m12 * m12 / m11, m23 - m12 * m13 / m11, r2 - m12 * r1 / m11);
    let (m33, r3) = (m33 - m13 * m13 / m11 - m23 * m23 / m22, r3 - m13 * r1 / m11 - m23 * r2 / m22);
    let third = r3 / m33;
    let second = (r2 - m23 * third) / m22;
    [(r1 - m12 * second - m13 * third) / m11, second, third]
}
