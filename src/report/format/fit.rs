//! Tables that fit a page: headings and the sentences of the last column in several lines, other long texts shortened, and at last the
//! columns on the right left out.

use std::borrow::Cow;

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::look::wrapped;
use crate::report::{Cell, Table, text};

/// The room that a text keeps at least: a column with less would say nothing.
const SHORTEST: usize = 18;

/// The room that a sentence keeps as long as a column of the least can leave instead.
const SENTENCE: usize = 40;

/// Columns that leave first, by their keys; then those on the right.
const LEAST: [&str; 15] = [
    "retrieved",
    "source",
    "as_of",
    "currency",
    "valid_until",
    "context",
    "valid_from",
    "against",
    "requests_reported",
    "requests_billed",
    "price_per_million_input",
    "output_tokens",
    "output_cost",
    "input_cost_billed",
    "plan",
];

/// Columns of names in lists, whose first says enough: they are no sentences.
const LISTS: [&str; 2] = ["models", "hours"];

/// The key of bars beside shares, which no other format has.
const BAR: &str = "bar";

/// The key of a first column that may say the same in each row.
const PROVIDER: &str = "provider";

/// The length of a bar for the whole.
const LONGEST_BAR: u8 = 12;

/// Blanks around a cell.
pub(super) const MARGINS: usize = 2;

/// A table as the text of its cells.
pub(super) struct Fitted {
    pub(super) header: Vec<String>,
    pub(super) rows: Vec<Vec<String>>,
    /// True for each column of numbers.
    pub(super) is_number: Vec<bool>,
    /// Columns that say the same in each row, as heading and text.
    pub(super) constant: Vec<String>,
    /// Headings of the columns that had no room.
    pub(super) left_out: Vec<String>,
    /// Texts as they are shown, and whole.
    pub(super) shortened: Vec<(String, String)>,
    keys: Vec<Cow<'static, str>>,
}

/// A table's text, in no more columns of a page than there are, if they are limited.
pub(super) fn fit(table: &Table, room: Option<usize>) -> Fitted {
    let is_text = |column: usize| table.rows.iter().any(|row| matches!(row[column], Cell::Text(_) | Cell::Place(_)));
    let mut fitted = Fitted {
        header: table.columns.iter().map(|column| column.title.clone()).collect(),
        rows: table.rows.iter().map(|row| row.iter().map(text::human).collect()).collect(),
        is_number: (0..table.columns.len()).map(|column| !is_text(column)).collect(),
        constant: Vec::new(),
        left_out: Vec::new(),
        shortened: Vec::new(),
        keys: table.columns.iter().map(|column| column.key.clone()).collect(),
    };
    fitted.draw_bars(table);
    if let Some(room) = room
        && total(&fitted.widths()) > room
    {
        fitted.shrink(room);
    }
    fitted
}

impl Fitted {
    /// Draws a bar beside each share of a whole.
    fn draw_bars(&mut self, table: &Table) {
        let Some(column) = table.columns.iter().position(|column| column.key == "share") else { return };
        for (row, cells) in self.rows.iter_mut().zip(&table.rows) {
            let share = if let Cell::Ratio(share) = cells[column] { share } else { 0.0 };
            row.insert(column + 1, text::bar(share, LONGEST_BAR));
        }
        self.header.insert(column + 1, String::new());
        self.is_number.insert(column + 1, false);
        self.keys.insert(column + 1, BAR.into());
    }

    fn shrink(&mut self, room: usize) {
        if let Some(bar) = self.keys.iter().position(|key| *key == BAR) {
            self.remove(bar);
            if total(&self.widths()) <= room {
                return;
            }
        }
        self.take_constants();
        loop {
            let (words, texts) = (self.narrowest(), self.texts());
            let excess = total(&words).saturating_sub(room);
            let least = LEAST.iter().find_map(|key| self.keys.iter().skip(1).position(|other| other == key));
            let kept = |column: usize| {
                let is_list = LISTS.contains(&&*self.keys[column]);
                self.least(column).max(if least.is_some() && !is_list { SENTENCE } else { SHORTEST })
            };
            let to_spare: usize = texts.iter().map(|column| words[*column].saturating_sub(kept(*column))).sum();
            if to_spare >= excess || self.header.len() == 1 {
                let limits = self.limits(words, excess);
                self.apply(&limits);
                break;
            }
            let heading = self.remove(least.map_or(self.header.len() - 1, |behind_first| behind_first + 1));
            self.left_out.push(heading);
        }
    }

    /// Takes out the texts that are the same in each row: they are told once.
    fn take_constants(&mut self) {
        if self.rows.len() < 2 {
            return;
        }
        for column in
            (0..self.header.len()).rev().filter(|column| *column > 0 || self.keys[0] == PROVIDER).collect::<Vec<_>>()
        {
            let tells_no_number = !self.is_number[column] || self.rows[0][column] == text::UNKNOWN;
            if tells_no_number && self.rows.iter().all(|row| row[column] == self.rows[0][column]) {
                let text = self.rows[0][column].clone();
                let heading = self.remove(column);
                self.constant.push(format!("{heading} {text}"));
            }
        }
        self.constant.reverse();
    }

    /// Takes a column out, and gives its heading.
    fn remove(&mut self, column: usize) -> String {
        self.keys.remove(column);
        self.is_number.remove(column);
        self.rows.iter_mut().for_each(|row| drop(row.remove(column)));
        self.header.remove(column)
    }

    /// The widths that remain when the widest texts give what is too much.
    fn limits(&self, mut widths: Vec<usize>, mut excess: usize) -> Vec<usize> {
        let texts = self.texts();
        while excess > 0 {
            let spare = |column: &usize| widths[*column].saturating_sub(self.least(*column));
            let Some(widest) =
                texts.iter().copied().filter(|column| spare(column) > 0).max_by_key(|column| widths[*column])
            else {
                break;
            };
            widths[widest] -= 1;
            excess -= 1;
        }
        widths
    }

    /// Breaks headings and the sentences of the last column between words, and shortens other texts, to these widths.
    fn apply(&mut self, widths: &[usize]) {
        let last = widths.len() - 1;
        for (column, width) in widths.iter().enumerate() {
            self.header[column] = textwrap::fill(&self.header[column], *width);
            if !self.is_number[column] {
                for row in &mut self.rows {
                    if column == last && row[column].width() > *width && has_short_words(&row[column], *width) {
                        row[column] = wrapped(&row[column], *width, "").join("\n");
                        continue;
                    }
                    let short = shortened(&row[column], *width);
                    self.shortened.push((short.clone(), std::mem::replace(&mut row[column], short)));
                }
            }
        }
    }

    fn texts(&self) -> Vec<usize> {
        (0..self.header.len()).filter(|column| !self.is_number[*column]).collect()
    }

    /// Widths with every heading in one line.
    fn widths(&self) -> Vec<usize> {
        self.with_headings(UnicodeWidthStr::width)
    }

    /// Widths with headings broken between words.
    fn narrowest(&self) -> Vec<usize> {
        self.with_headings(|heading| heading.split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or(0))
    }

    fn with_headings(&self, of_heading: impl Fn(&str) -> usize) -> Vec<usize> {
        let widest = |column: usize| self.rows.iter().map(|row| row[column].width()).max().unwrap_or(0);
        self.header.iter().enumerate().map(|(column, heading)| of_heading(heading).max(widest(column))).collect()
    }

    fn least(&self, column: usize) -> usize {
        self.header[column].split_whitespace().map(UnicodeWidthStr::width).max().unwrap_or(0).max(SHORTEST)
    }
}

/// A text that can be broken between words.
fn has_short_words(text: &str, width: usize) -> bool {
    text.contains(' ') && text.split(' ').all(|word| word.width() <= width)
}

/// The width of a page that columns of these widths take.
fn total(widths: &[usize]) -> usize {
    widths.iter().map(|width| width + MARGINS).sum::<usize>().saturating_sub(1)
}

/// A text in so many columns of a page: words leave at the end; a text of one word, or one whose long word would leave little, loses
/// its middle, where names of files and tools differ least.
pub(super) fn shortened(text: &str, room: usize) -> String {
    if text.width() <= room {
        return text.to_owned();
    }
    let mut start = text;
    while let Some((words, _)) = start.rsplit_once(' ') {
        start = words;
        if start.width() + 2 <= room {
            break;
        }
    }
    if start.width() + 2 <= room && start.width() >= room / 3 {
        return format!("{start} …");
    }
    let room = room.saturating_sub(1);
    let back = room * 2 / 3;
    let tail = within(text.chars().rev(), back).into_iter().rev();
    within(text.chars(), room - back).into_iter().chain(['…']).chain(tail).collect()
}

/// The first characters, as many as have room.
fn within(characters: impl Iterator<Item = char>, room: usize) -> Vec<char> {
    let mut left = room;
    characters
        .take_while(|character| {
            let width = character.width().unwrap_or(0);
            let fits = width <= left;
            left = left.saturating_sub(width);
            fits
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Column;

    #[test]
    fn a_text_keeps_whole_words_or_both_its_ends() {
        assert_eq!(shortened("logs/a.jsonl:29", 20), "logs/a.jsonl:29");
        assert_eq!(shortened("fixtures/logs/support-and-agent.jsonl:29", 20), "fixture…ent.jsonl:29");
        assert_eq!(shortened("served from the cache", 14), "served from …");
        assert_eq!(shortened("日本語日本語日本語", 7), "日…本語");
        for room in 8..60 {
            for text in
                ["fixtures/logs/support-and-agent.jsonl:29", "served from the cache", "日本語日本語日本語日本語日本語"]
            {
                assert!(shortened(text, room).width() <= room, "{text} {room}");
            }
        }
    }

    #[test]
    fn the_sentences_of_the_last_column_go_on_in_the_next_line() {
        let table = Table {
            key: "changes",
            title: "changes".into(),
            columns: ["saved", "change"].map(|title| Column::new(title, title)).into(),
            rows: vec![vec![
                Cell::Count(12),
                Cell::Text("results of tools cleared but for the last three of them".into()),
            ]],
        };
        assert_eq!(fit(&table, Some(40)).rows[0][1], "results of tools cleared but for\nthe last three of them");
    }

    #[test]
    fn columns_on_the_right_leave_when_nothing_else_helps() {
        let columns = ["model", "requests", "without any cache", "place"];
        let row = |name: &str| {
            let place = Cell::Text(format!("fixtures/logs/support-and-agent-of-{name}.jsonl:29"));
            vec![Cell::Text(name.into()), Cell::Count(12), Cell::Count(3_456), place]
        };
        let table = Table {
            key: "models",
            title: "models".into(),
            columns: columns.map(|title| Column::new(title, title)).into(),
            rows: vec![row("deepseek-chat"), row("gpt-5")],
        };
        assert_eq!(fit(&table, None).header, columns);
        let fitted = fit(&table, Some(62));
        assert_eq!((fitted.header[2].as_str(), fitted.left_out.len()), ("without\nany\ncache", 0));
        let fitted = fit(&table, Some(40));
        assert_eq!((fitted.header.len(), fitted.left_out), (3, vec!["place".to_owned()]));
        for room in 30..120 {
            let fitted = fit(&table, Some(room));
            assert!(total(&fitted.narrowest()) <= room, "{room}");
        }
    }
}
