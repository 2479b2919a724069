//! Change points: where a series of ratios is no longer what it was.
//!
//! A stretch is cut where the squares between both parts are largest (binary segmentation: Scott and Knott, 1974; Vostrikova, 1981), or,
//! where no single cut is good enough, around the part that differs most from what is before and behind it (circular binary segmentation:
//! Olshen and others, 2004), for what came and went again. A permutation test (Pitman, 1937) tells whether the periods in another order
//! often do as well; then the parts are cut in turn. In a series without a change the first two tests alone decide, each at half the
//! level, so that the level is the rate of false alarms of the whole. That holds for periods of which any order is as likely as any
//! other; a series that goes up and down with the hours of the day has changes in it.

use std::ops::Range;

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

/// Places at most between which a part is looked for that came and went; in a longer series they lie further apart.
const PLACES: usize = 200;

/// The changes of a series, in order.
pub fn change_points(series: &[Weighted]) -> Vec<ChangePoint> {
    let mut found = Vec::new();
    let mut stretches = vec![(0, series.len())];
    while let Some((start, end)) = stretches.pop() {
        let mut at = start;
        for change in changes_of(&series[start..end]) {
            let change = ChangePoint { at: start + change.at, ..change };
            stretches.push((at, change.at));
            at = change.at;
            found.push(change);
        }
        if at > start {
            stretches.push((at, end));
        }
    }
    found.sort_by_key(|change| change.at);
    found
}

/// The change of a stretch, or both ends of a part of it that came and went; none where it has neither.
fn changes_of(stretch: &[Weighted]) -> Vec<ChangePoint> {
    let Some((at, squares)) = best_cut(stretch) else { return Vec::new() };
    let cut = p_value(stretch, squares, LEVEL / 2.0, |order| most(best_cut(order)));
    if let Some(p_value) = cut {
        return vec![ChangePoint { at, p_value }];
    }
    let Some((part, squares)) = best_part(stretch) else { return Vec::new() };
    let p_value = p_value(stretch, squares, LEVEL / 2.0, |order| most(best_part(order)));
    let Some(p_value) = p_value else { return Vec::new() };
    // One end may be no more than the place up to which the series was looked at.
    let (before, behind) = (&stretch[..part.end], &stretch[part.start..]);
    let ends = [(part.start, before, part.start), (part.end, behind, part.len())];
    let ends = ends.into_iter().filter(|(_, around, cut)| is_cut(around, *cut));
    ends.map(|(at, ..)| ChangePoint { at, p_value }).collect()
}

/// A series differs before and after a place more than in other orders.
fn is_cut(series: &[Weighted], at: usize) -> bool {
    let squares = |order: &[Weighted]| squares(sum(&order[..at]), sum(&order[at..]));
    p_value(series, squares(series), LEVEL, squares).is_some()
}

/// The squares of what was found; none where nothing was.
fn most<Place>(found: Option<(Place, f64)>) -> f64 {
    found.map_or(0.0, |(_, squares)| squares)
}

/// The part within a series with the largest squares between it and the rest, and these.
fn best_part(series: &[Weighted]) -> Option<(Range<usize>, f64)> {
    let mut sums = vec![(0.0, 0.0)];
    for period in series {
        let (part, whole) = sums[sums.len() - 1];
        sums.push((part + float(period.part), whole + float(period.whole)));
    }
    let all = sums[series.len()];
    let step = series.len().div_ceil(PLACES).max(1);
    let mut best: Option<(Range<usize>, f64)> = None;
    for from in (1..series.len()).step_by(step) {
        for to in (from + step..series.len()).step_by(step) {
            let inside = (sums[to].0 - sums[from].0, sums[to].1 - sums[from].1);
            let squares = squares(inside, (all.0 - inside.0, all.1 - inside.1));
            if squares > best.as_ref().map_or(0.0, |(_, most)| *most) {
                best = Some((from..to, squares));
            }
        }
    }
    best
}

fn sum(series: &[Weighted]) -> (f64, f64) {
    series.iter().fold((0.0, 0.0), |sum, period| (sum.0 + float(period.part), sum.1 + float(period.whole)))
}

/// The squares between two parts, each with its sum of parts and of wholes.
fn squares(one: (f64, f64), other: (f64, f64)) -> f64 {
    if one.1 <= 0.0 || other.1 <= 0.0 {
        return 0.0;
    }
    let difference = one.0 / one.1 - other.0 / other.1;
    difference * difference * one.1 * other.1 / (one.1 + other.1)
}

/// The cut with the largest squares between both parts, and these; `None` where there is nothing to cut.
pub fn best_cut(series: &[Weighted]) -> Option<(usize, f64)> {
    let all = sum(series);
    let mut left = (0.0, 0.0);
    let mut best: Option<(usize, f64)> = None;
    for (at, period) in series.iter().enumerate() {
        let right = (all.0 - left.0, all.1 - left.1);
        if left.1 > 0.0 && right.1 > 0.0 {
            let squares = squares(left, right);
            if best.is_none_or(|(_, most)| squares > most) {
                best = Some((at, squares));
            }
        }
        left = (left.0 + float(period.part), left.1 + float(period.whole));
    }
    best
}

/// The share of orders, the given one among them, of which `squares` are as large as its own; `None` where it is above the level.
fn p_value(series: &[Weighted], own: f64, level: f64, squares: impl Fn(&[Weighted]) -> f64) -> Option<f64> {
    let mut shuffled = series.to_vec();
    let mut random = Random::new(0x9E37_79B9_7F4A_7C15);
    // A sum in another order may be rounded otherwise, which is no difference.
    let bound = own * (1.0 - 1e-9);
    let share = |as_good: u32| f64::from(as_good) / f64::from(1 + ORDERS);
    let mut as_good = 1;
    for _ in 0..ORDERS {
        random.shuffle(&mut shuffled);
        as_good += u32::from(squares(&shuffled) >= bound);
        if share(as_good) > level {
            return None;
        }
    }
    Some(share(as_good))
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
    fn what_came_and_went_is_found_at_both_ends() {
        let mut random = Random::new(5);
        for (before, low, behind) in [(22, 11, 11), (30, 4, 30), (8, 8, 40), (300, 40, 300)] {
            let percents = [vec![85; before], vec![10; low], vec![85; behind]].concat();
            let series = periods(&mut random, &percents);
            let found: Vec<usize> = change_points(&series).iter().map(|change| change.at).collect();
            // Places in a long series lie a few periods apart.
            let is_near = |at: &usize, wanted: usize| at.abs_diff(wanted) <= percents.len() / PLACES;
            assert_eq!(found.len(), 2, "{before} {low} {behind}: {found:?}");
            assert!(
                is_near(&found[0], before) && is_near(&found[1], before + low),
                "{before} {low} {behind}: {found:?}"
            );
        }
        // A single period is as strange in any order.
        assert_eq!(change_points(&periods(&mut random, &[&[85; 20][..], &[10], &[85; 20]].concat())), []);
    }

    #[test]
    fn a_series_without_a_change_has_none() {
        let mut random = Random::new(3);
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
