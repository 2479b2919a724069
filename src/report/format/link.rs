//! Hyperlinks (OSC 8) from the places that a line names, `file:line`, to those files, for a terminal.

use std::collections::HashMap;
use std::path::Path;

use super::sarif;

/// The places that texts on a page stand for.
#[derive(Default)]
pub(super) struct Places {
    /// Texts that were shortened to fit the page, each with the whole text, so that its link still leads to the place.
    shortened: HashMap<String, String>,
    /// The file whose lines are named by their numbers alone.
    log: Option<String>,
}

impl Places {
    /// In a report on this file alone, if it is about one.
    pub(super) fn within(log: Option<&str>) -> Self {
        Self { log: log.map(str::to_owned), ..Self::default() }
    }

    /// Takes note of a text that is shown in another form.
    pub(super) fn note(&mut self, shown: &str, whole: &str) {
        if shown != whole {
            self.shortened.insert(shown.to_owned(), whole.to_owned());
        }
    }

    /// The line with a link at each word that names a file that is there, and a line in it.
    pub(super) fn linked(&self, line: &str) -> String {
        let mut words = line.split_inclusive(' ').peekable();
        let mut linked = String::with_capacity(line.len());
        while let Some(word) = words.next() {
            if let Some(numbered) = words.peek().and_then(|number| self.numbered_line(word, number)) {
                linked.push_str(&numbered);
                words.next();
            } else {
                linked.push_str(&self.link(word).unwrap_or_else(|| word.to_owned()));
            }
        }
        linked
    }

    /// `line 29` with its link, with what stands around it.
    fn numbered_line(&self, word: &str, number: &str) -> Option<String> {
        let log = self.log.as_deref()?;
        let start = word.trim_start_matches(['(', '`']);
        let is_it = ["line ", "Line "].contains(&start);
        let digits = number.len() - number.trim_start_matches(|letter: char| letter.is_ascii_digit()).len();
        let (line, behind) = number.split_at(digits);
        // The number of a request within the line belongs to its name.
        let within = behind
            .strip_prefix('#')
            .map_or(0, |rest| 1 + rest.len() - rest.trim_start_matches(|letter: char| letter.is_ascii_digit()).len());
        let (within, after) = behind.split_at(within);
        let before = &word[..word.len() - start.len()];
        let target = target(log, line).filter(|_| is_it && !line.is_empty())?;
        Some(format!("{before}{}{after}", hyperlink(&target, &format!("{start}{line}{within}"))))
    }

    /// The word with its link: what stands around the place, such as brackets, is left outside.
    fn link(&self, word: &str) -> Option<String> {
        let place = word.trim_start_matches(['(', '`']).trim_end_matches([' ', ')', ',', '.', ':', ';', '`']);
        let whole = self.shortened.get(place).map_or(place, String::as_str);
        let (path, number) = file_and_line(whole)?;
        let target = target(path, number)?;
        let at = word.find(place)?;
        let (before, after) = (&word[..at], &word[at + place.len()..]);
        Some(format!("{before}{}{after}", hyperlink(&target, place)))
    }
}

/// The address of a line of a file that is there.
fn target(path: &str, line: &str) -> Option<String> {
    let file = Path::new(path).canonicalize().ok().filter(|file| file.is_file())?;
    Some(format!("{}#{line}", sarif::uri(&file.to_string_lossy())))
}

fn hyperlink(target: &str, text: &str) -> String {
    format!("\x1b]8;;{target}\x1b\\{text}\x1b]8;;\x1b\\")
}

/// The parts of `file:line` and `file:line:column`.
fn file_and_line(place: &str) -> Option<(&str, &str)> {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let (before, last) = place.rsplit_once(':').filter(|(_, last)| is_number(last))?;
    match before.rsplit_once(':').filter(|(_, line)| is_number(line)) {
        Some((path, line)) => Some((path, line)),
        None => Some((before, last)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_a_file_that_is_there_has_a_link_and_nothing_else_has() {
        let links = Places::default();
        let linked = links.linked("It ends at `x` (Cargo.toml:5:16), not absent.toml:3 or 12:30.");
        let (before, rest) = linked.split_once("\x1b]8;;file://").unwrap();
        let (target, rest) = rest.split_once("\x1b\\").unwrap();
        assert_eq!(before, "It ends at `x` (");
        assert!(target.ends_with("/Cargo.toml#5"), "{target}");
        assert_eq!(rest, "Cargo.toml:5:16\x1b]8;;\x1b\\), not absent.toml:3 or 12:30.");
    }

    #[test]
    fn a_line_of_the_only_log_has_a_link_by_its_number() {
        let line = "Line 3, compared with (line 1#2): a line break, 4 lines, line x, by line";
        assert_eq!(Places::default().linked(line), line);
        let linked = Places::within(Some("Cargo.toml")).linked(line);
        for wanted in
            ["/Cargo.toml#3\x1b\\Line 3\x1b]8;;\x1b\\, compared", "/Cargo.toml#1\x1b\\line 1#2\x1b]8;;\x1b\\): a"]
        {
            assert!(linked.contains(wanted), "{linked:?}");
        }
        assert_eq!(linked.matches("\x1b]8;;file").count(), 2);
    }

    #[test]
    fn a_shortened_place_leads_to_the_whole_one() {
        let mut links = Places::default();
        links.note("Car…:5", "Cargo.toml:5");
        assert!(links.linked(" Car…:5  3").contains("/Cargo.toml#5\x1b\\Car…:5\x1b]8;;\x1b\\  3"));
    }
}
