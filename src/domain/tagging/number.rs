//! Numbers that come out alike on every machine, to the last bit.
//!
//! The four operations and the square root are exact by IEEE 754; the machine's own exponential and logarithm are not.
//! What is learned decides whom words reach, so it is computed from the former alone.

/// How often [`exp_of_minus`] squares: what is left to be expanded is then below 0.04.
const SQUARINGS: u8 = 10;
/// Beyond this an exponential is nothing.
const FAR: f64 = 40.0;
const LN_2: f64 = std::f64::consts::LN_2;

/// e to the power of `-x`, for `x` of 0 and more: six digits.
fn exp_of_minus(x: f64) -> f64 {
    let mut y = x.min(FAR);
    for _ in 0..SQUARINGS {
        y *= 0.5;
    }
    // Taylor's first five terms.
    let mut e = 1.0 - y * (1.0 - y / 2.0 * (1.0 - y / 3.0 * (1.0 - y / 4.0)));
    for _ in 0..SQUARINGS {
        e *= e;
    }
    e
}

/// The logistic function: from log-odds to a probability.
pub(super) fn logistic(log_odds: f64) -> f64 {
    let e = exp_of_minus(log_odds.abs());
    if log_odds < 0.0 { e / (1.0 + e) } else { 1.0 / (1.0 + e) }
}

/// The natural logarithm, for `x` of 1 and more: six digits.
pub(super) fn ln(x: f64) -> f64 {
    let (mut x, mut halvings) = (x.max(1.0), 0.0);
    while x > 1.5 {
        x *= 0.5;
        halvings += 1.0;
    }
    // ln x = 2 artanh((x - 1) / (x + 1)), whose argument is at most a fifth here.
    let t = (x - 1.0) / (x + 1.0);
    let t2 = t * t;
    halvings * LN_2 + 2.0 * t * (1.0 + t2 * (1.0 / 3.0 + t2 * (1.0 / 5.0 + t2 * (1.0 / 7.0 + t2 / 9.0))))
}

/// The nearest single-precision number.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "rounds to the nearest, which is what is meant")]
pub(super) fn single(x: f64) -> f32 {
    x as f32
}

/// The whole number below or at `x`; the nearest that there is where it is too large.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "saturates, which is what is meant")]
pub(super) fn whole(x: f64) -> i32 {
    x.floor() as i32
}

/// So many thousandths, as far as they fit.
#[expect(clippy::as_conversions, clippy::cast_possible_truncation, reason = "saturates, which is what is meant")]
pub(super) fn thousandths(x: f32) -> i16 {
    x.round() as i16
}

/// So many thousandths of a number.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "sums of rules are far below where precision is lost")]
pub(super) fn per_thousand(n: i32) -> f32 {
    n as f32 / 1000.0
}

/// How many sums [`dot`] keeps side by side, so that a processor may do as many at once: none may reorder one sum.
const LANES: usize = 8;

/// What two vectors have in common: the sum of their products, in one order on every machine. What only one of them has counts nothing.
pub(super) fn dot(one: &[f32], other: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    for (one, other) in one.chunks(LANES).zip(other.chunks(LANES)) {
        lanes.iter_mut().zip(one).zip(other).for_each(|((lane, one), other)| *lane += one * other);
    }
    lanes.iter().sum()
}

/// What a block of features is multiplied by, from the squares of what it holds: so that long texts speak no louder than short ones.
pub(super) fn scale(squares: impl Iterator<Item = f32>) -> f32 {
    let square: f32 = squares.sum();
    if square > 0.0 { 1.0 / square.sqrt() } else { 0.0 }
}

/// A count as a number.
pub(super) fn count(n: usize) -> f64 {
    f64::from(u32::try_from(n).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_the_functions_they_are_named_for() {
        for n in -4000..4000 {
            let x = f64::from(n) / 100.0;
            let exact = 1.0 / (1.0 + (-x).exp());
            assert!((logistic(x) - exact).abs() < 1e-6, "{x}");
            let x = 1.0 + f64::from(n + 4000);
            assert!((ln(x) - x.ln()).abs() < 1e-6, "{x}");
        }
        assert!(logistic(1e9) > 0.999_999 && logistic(-1e9) < 1e-6);
    }

    #[test]
    fn vectors_have_in_common_what_both_have() {
        assert_eq!(dot(&[], &[1.0]).to_bits(), 0, "nothing, and not less than nothing");
        let one: Vec<f32> = (0_u8..21).map(f32::from).collect();
        let exactly = |sum: f32, expected: f32| assert_eq!(sum.to_bits(), expected.to_bits());
        exactly(dot(&one, &one), 2870.0);
        exactly(dot(&one, &[1.0, 1.0, 1.0]), 3.0);
    }

    /// The same bits on every machine: a change here changes what every company's tagger decides.
    #[test]
    fn bits_are_what_they_were() {
        insta::assert_snapshot!(format!("{:x} {:x}", logistic(1.25).to_bits(), ln(77.0).to_bits()), @"3fe8dfa3f55dc737 4011600e874c2eef");
    }
}
