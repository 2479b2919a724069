//! Shapley values (Shapley, 1953): the mean of what a factor changes over all orders in which factors are exchanged.
//!
//! They sum to the whole change, a factor that never changes anything has none, and no order is preferred.

/// The number of factors.
const COUNT: u32 = 7;

/// The values of seven factors for a function of those that are exchanged.
pub(super) fn values(of: impl Fn(&[bool; 7]) -> f64) -> [f64; 7] {
    let all: Vec<f64> = (0..1_usize << COUNT).map(|set| of(&members(set))).collect();
    let mut values = [0.0; COUNT as usize];
    for (factor, value) in values.iter_mut().enumerate() {
        let with = 1 << factor;
        *value = (0..all.len())
            .filter(|set| set & with == 0)
            .map(|set| weight(set.count_ones(), COUNT) * (all[set | with] - all[set]))
            .sum();
    }
    values
}

fn members(set: usize) -> [bool; 7] {
    std::array::from_fn(|factor| set & (1 << factor) != 0)
}

/// The share of orders in which just so many factors come before one of `count`.
fn weight(before: u32, count: u32) -> f64 {
    let factorial = |number: u32| (1..=number).map(f64::from).product::<f64>();
    factorial(before) * factorial(count - before - 1) / factorial(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_adds_up_is_shared_as_it_adds_up() {
        const WORTH: [f64; 7] = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let values = values(|set| set.iter().zip(WORTH).map(|(on, worth)| if *on { worth } else { 0.0 }).sum());
        assert!(values.iter().zip(WORTH).all(|(value, worth)| (value - worth).abs() < 1e-12), "{values:?}");
    }

    #[test]
    fn two_that_need_each_other_share_alike_and_the_others_have_nothing() {
        let values = values(|set| if set[2] && set[5] { 1.0 } else { 0.0 });
        assert!((values[2] - 0.5).abs() < 1e-12 && (values[5] - 0.5).abs() < 1e-12);
        assert!(values.iter().sum::<f64>() - 1.0 < 1e-12 && values[0].abs() < 1e-12);
    }
}
