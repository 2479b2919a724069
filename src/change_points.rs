//! Change points: where a series of ratios is no longer what it was.
//!
//! Binary segmentation (Scott and Knott, 1974; Vostrikova, 1981): a stretch is cut where the squares between both parts are largest, if
//! the periods in any other order seldom do as well, which a permutation test tells (Pitman, 1937); then the parts are cut in turn. In a
//! series without a change the first test alone decides, so that its level is the rate of false alarms of the whole. That holds for
//! periods of which any order is as likely as any other; a series that goes up and down with the hours of the day has changes in it.

use crate::random::Random;

/// A period of a series: so much of so much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Weighted {
    /// Tokens served.
    pub part: u64,
    /// All tokens.
    pub whole: u64,
}

/// A change in a series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChangePoint {
    /// The first period after it.
    pub at: usize,
    /// The share of orders of the periods that show a change as large.
    pub p_value: f64,
}

/// Level of the test: one series without a change in a hundred has an alarm.
pub const LEVEL: f64 = 0.01;

/// Orders that are tried.
const ORDERS: u32 = 999;

/// The changes of a series, in order.
pub fn change_points(series: &[Weighted]) -> Vec<ChangePoint> {
    let mut found = Vec::new();
    let mut stretches = vec![(0, series.len())];
    while let Some((from, to)) = stretches.pop() {
        let stretch = &series[from..to];
        let Some((cut, squares)) = best_cut(stretch) else { continue };
        let p_value = p_value(stretch, squares);
        if p_value > LEVEL {
            continue;
        }
        found.push(ChangePoint { at: from + cut, p_value });
        stretches.extend([(from, from + cut), (from + cut, to)]);
    }
    found.sort_by_key(|change| change.at);
    found
}

/// The cut with the largest squares between both parts, and these; `None` where there is nothing to cut.
pub fn best_cut(series: &[Weighted]) -> Option<(usize, f64)> {
    let add = |sum: (f64, f64), period: &Weighted| (sum.0 + float(period.part), sum.1 + float(period.whole));
    let all = series.iter().fold((0.0, 0.0), add);
    let mut left = (0.0, 0.0);
    let mut best: Option<(usize, f64)> = None;
    for (at, period) in series.iter().enumerate() {
        let right = (all.0 - left.0, all.1 - left.1);
        if left.1 > 0.0 && right.1 > 0.0 {
            let difference = left.0 / left.1 - right.0 / right.1;
            let squares = difference * difference * left.1 * right.1 / all.1;
            if best.is_none_or(|(_, most)| squares > most) {
                best = Some((at, squares));
            }
        }
        left = add(left, period);
    }
    best
}

/// The share of orders, the given one among them, with a cut as good.
fn p_value(series: &[Weighted], squares: f64) -> f64 {
    let mut shuffled = series.to_vec();
    let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
    // A sum in another order may be rounded otherwise, which is no difference.
    let bound = squares * (1.0 - 1e-9);
    let as_good = (0..ORDERS).filter(|_| {
        random.shuffle(&mut shuffled);
        best_cut(&shuffled).is_some_and(|(_, other)| other >= bound)
    });
    f64::from(1 + u32::try_from(as_good.count()).unwrap_or(ORDERS)) / f64::from(1 + ORDERS)
}

#[expect(clippy::cast_precision_loss, reason = "ratios that are tested")]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Periods of about a ratio, in percent, with noise and weights that differ.
    fn periods(random: &mut Random, percents: &[u64]) -> Vec<Weighted> {
        let period = |percent: &u64| {
            let whole = 1000 + random.number() % 9000;
            Weighted { part: whole * (percent + random.number() % 20) / 120, whole }
        };
        percents.iter().map(period).collect()
    }

    #[test]
    fn shuffled_series_have_a_change_no_more_often_than_the_level_says() {
        let mut random = Random::new(7);
        // A series with a large change, in random orders: whatever it holds, its order says nothing.
        let mut series = periods(&mut random, &[&[80; 15][..], &[20; 15][..]].concat());
        let rounds = 400;
        let alarms = (0..rounds).filter(|_| {
            random.shuffle(&mut series);
            !change_points(&series).is_empty()
        });
        // Four are expected; eleven or more come once in a hundred thousand times by chance.
        assert!(alarms.count() <= 10);
    }

    #[test]
    fn changes_are_found_where_they_are() {
        let mut random = Random::new(3);
        let series = periods(&mut random, &[&[80; 12][..], &[30; 12][..], &[60; 12][..]].concat());
        let found: Vec<usize> = change_points(&series).iter().map(|change| change.at).collect();
        assert_eq!(found, [12, 24]);
        let steady = periods(&mut random, &[70; 36]);
        assert_eq!(change_points(&steady), []);
    }

    #[test]
    fn few_periods_prove_nothing() {
        let drop = |count| {
            [vec![Weighted { part: 90, whole: 100 }; count], vec![Weighted { part: 10, whole: 100 }; count]].concat()
        };
        assert_eq!(change_points(&drop(2)), []);
        assert_eq!(change_points(&drop(6)).len(), 1);
        assert_eq!(change_points(&[]), []);
        assert_eq!(change_points(&[Weighted::default(); 9]), []);
    }
}
