//! Conversions between numbers, each with the answer for what does not fit.

/// A count as an index or a length. A count beyond the memory of this machine becomes the largest length, which no slice has.
pub fn to_usize(count: u64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

/// The share of a whole that a part is, for people to read; `None` for a share of nothing.
#[expect(clippy::cast_precision_loss, reason = "a ratio for people; exact sums stay whole numbers")]
pub fn ratio(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The share `part` of `of` of a number, rounded down; nothing of nothing.
pub fn share(whole: u64, part: u64, of: u64) -> u64 {
    let scaled = (u128::from(whole) * u128::from(part)).checked_div(u128::from(of)).unwrap_or(0);
    u64::try_from(scaled).unwrap_or(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_unknown() {
        assert_eq!((ratio(1, 4), ratio(0, 4), ratio(0, 0)), (Some(0.25), Some(0.0), None));
    }
}
