//! Hyperlinks (OSC 8) from the places that a line names, `file:line`, to those files, for a terminal.

use std::collections::HashMap;
use std::path::Path;

use super::sarif;

/// Texts that were shortened to fit a page, each with the whole text, so that its link still leads to the place.
#[derive(Default)]
pub(super) struct Shortened(HashMap<String, String>);

impl Shortened {
    /// Takes note of a text that is shown in another form.
    pub(super) fn note(&mut self, shown: &str, whole: &str) {
        if shown != whole {
            self.0.insert(shown.to_owned(), whole.to_owned());
        }
    }

    /// The line with a link at each word that names a file that is there, and a line in it.
    pub(super) fn linked(&self, line: &str) -> String {
        line.split_inclusive(' ').map(|word| self.link(word).unwrap_or_else(|| word.to_owned())).collect()
    }

    /// The word with its link: what stands around the place, such as brackets, is left outside.
    fn link(&self, word: &str) -> Option<String> {
        let place = word.trim_start_matches(['(', '`']).trim_end_matches([' ', ')', ',', '.', ':', ';', '`']);
        let whole = self.0.get(place).map_or(place, String::as_str);
        let (path, number) = file_and_line(whole)?;
        let file = Path::new(path).canonicalize().ok().filter(|file| file.is_file())?;
        let target = format!("{}#{number}", sarif::uri(&file.to_string_lossy()));
        let at = word.find(place)?;
        let (before, after) = (&word[..at], &word[at + place.len()..]);
        Some(format!("{before}\x1b]8;;{target}\x1b\\{place}\x1b]8;;\x1b\\{after}"))
    }
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
        let links = Shortened::default();
        let linked = links.linked("It ends at `x` (Cargo.toml:5:16), not absent.toml:3 or 12:30.");
        let (before, rest) = linked.split_once("\x1b]8;;file://").unwrap();
        let (target, rest) = rest.split_once("\x1b\\").unwrap();
        assert_eq!(before, "It ends at `x` (");
        assert!(target.ends_with("/Cargo.toml#5"), "{target}");
        assert_eq!(rest, "Cargo.toml:5:16\x1b]8;;\x1b\\), not absent.toml:3 or 12:30.");
    }

    #[test]
    fn a_shortened_place_leads_to_the_whole_one() {
        let mut links = Shortened::default();
        links.note("Car…:5", "Cargo.toml:5");
        assert!(links.linked(" Car…:5  3").contains("/Cargo.toml#5\x1b\\Car…:5\x1b]8;;\x1b\\  3"));
    }
}
