//! A curve in a terminal: hit ratios as columns over limits, which grow by a constant factor from column to column.

use std::io::{self, Write};

/// Columns and rows, whatever the terminal has, so that the same input gives the same bytes.
const WIDTH: u16 = 72;
const HEIGHT: u16 = 12;

/// Eighths of a row.
const EIGHTHS: [char; 9] = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The picture of a curve.
pub(super) struct Plot<'a> {
    /// The least and the greatest limit.
    pub(super) from: u64,
    pub(super) to: u64,
    /// The two in words.
    pub(super) labels: [String; 2],
    /// The limit that is in use, where there is one.
    pub(super) own: Option<u64>,
    /// The ratio at the top, in words.
    pub(super) top: String,
    /// The share of it that a limit reaches.
    pub(super) share: &'a dyn Fn(u64) -> f64,
}

impl Plot<'_> {
    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let shares: Vec<f64> = (0..WIDTH).map(|column| (self.share)(self.limit(column))).collect();
        for row in (0..HEIGHT).rev() {
            let label = if row + 1 == HEIGHT { self.top.as_str() } else { "" };
            let line: String = shares.iter().map(|share| glyph(share * f64::from(HEIGHT) - f64::from(row))).collect();
            writeln!(out, "{}", format!("{label:>8} │{line}").trim_end())?;
        }
        let own = self.own.filter(|own| (self.from..=self.to).contains(own));
        let own = own.and_then(|own| (0..WIDTH).rev().find(|column| self.limit(*column) <= own));
        let axis: String = (0..WIDTH).map(|column| if Some(column) == own { '▲' } else { '─' }).collect();
        writeln!(out, "{:>8} └{axis}", "0 %")?;
        let [from, to] = &self.labels;
        let gap = usize::from(WIDTH).saturating_sub(to.chars().count());
        writeln!(out, "{:>10}{from:<gap$}{to}", "")
    }

    /// The limit that a column stands for.
    fn limit(&self, column: u16) -> u64 {
        #[expect(clippy::cast_precision_loss, reason = "a place in a drawing")]
        let (from, to) = (self.from.max(1) as f64, self.to.max(1) as f64);
        let share = f64::from(column) / f64::from(WIDTH - 1);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between two limits")]
        let limit = (from * (to / from).powf(share)).round() as u64;
        limit.clamp(self.from, self.to)
    }
}

/// A row's part of a column that rises so many rows above the row's foot.
fn glyph(rows: f64) -> char {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 8")]
    EIGHTHS[(rows * 8.0).round().clamp(0.0, 8.0) as usize]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_rise_to_the_share_of_their_limit() {
        let plot = Plot {
            from: 1,
            to: 1 << 20,
            labels: ["1".into(), "1M".into()],
            own: Some(1 << 10),
            top: "80.0 %".into(),
            share: &|limit| if limit >= 1 << 10 { 1.0 } else { 0.5 },
        };
        let mut drawn = Vec::new();
        plot.write(&mut drawn).unwrap();
        let drawn = String::from_utf8(drawn).unwrap();
        let lines: Vec<&str> = drawn.lines().collect();
        assert_eq!(lines.len(), usize::from(HEIGHT) + 2);
        assert_eq!(lines[0].matches('█').count(), 36);
        assert_eq!(lines[6].matches('█').count(), 72);
        assert!(lines[0].starts_with("  80.0 % │") && lines[12].contains('▲'), "{drawn}");
        assert!(lines[13].starts_with("          1  ") && lines[13].ends_with(" 1M"), "{drawn}");
    }
}
