//! Examples of rules: small templates, the place of the finding marked in them. They are documentation and tests in one.

/// The mark before the character at which a finding begins.
const MARK: char = '«';

/// A template as an example.
#[derive(Clone, Copy, Debug)]
pub struct Example {
    /// The name of its file, which decides how it is read.
    pub file: &'static str,
    /// Its text with the mark.
    marked: &'static str,
    /// Minutes between calls made from it, for rules that logs decide.
    pub minutes_apart: Option<u32>,
}

impl Example {
    /// A file by name and text; `«` stands before the place of the finding and is no part of it.
    pub(super) const fn new(file: &'static str, marked: &'static str) -> Self {
        Self { file, marked, minutes_apart: None }
    }

    /// The same with logs in which calls come so many minutes apart.
    pub(super) const fn with_calls_apart(self, minutes: u32) -> Self {
        Self { minutes_apart: Some(minutes), ..self }
    }

    /// The text of the file.
    pub fn text(&self) -> String {
        self.marked.replacen(MARK, "", 1)
    }

    /// The byte at which the finding begins; `None` for an example without one.
    pub fn mark(&self) -> Option<usize> {
        self.marked.find(MARK)
    }

    /// The text of the file for a person: invisible characters are made visible.
    pub fn shown(&self) -> String {
        let lines = self.text().split_inclusive('\n').map(visible).collect::<String>();
        if lines.ends_with('\n') { lines } else { lines + "\n" }
    }
}

/// A line whose trailing blanks, carriage return and invisible characters can be seen.
fn visible(line: &str) -> String {
    let body = line.trim_end_matches(['\n', '\r']);
    let inked = body.trim_end_matches([' ', '\t']);
    let blanks = "·".repeat(body.len() - inked.len());
    let inked: String = inked.chars().map(|letter| named(letter).map_or(letter.to_string(), str::to_owned)).collect();
    let end = if line.ends_with("\r\n") { "␍" } else { "" };
    format!("{inked}{blanks}{end}\n")
}

/// The name of a character that cannot be seen.
pub(super) fn named(letter: char) -> Option<&'static str> {
    Some(match letter {
        '\u{a0}' => "<no-break space>",
        '\u{ad}' => "<soft hyphen>",
        '\u{200b}' => "<zero-width space>",
        '\u{2060}' => "<word joiner>",
        '\u{feff}' => "<byte order mark>",
        '\u{2028}' => "<line separator>",
        '\u{2029}' => "<paragraph separator>",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => "<direction mark>",
        _ => return None,
    })
}

/// Text of some hundred tokens for examples: enough that there is something to lose.
macro_rules! policies {
    () => {
        "Answer questions about orders, returns and invoices of the shop. Be brief and friendly, and never promise what is not in \
         the documents. A return is possible within thirty days of delivery if the goods are unused and in their box; the customer \
         pays the way back unless the goods were damaged. Refunds go to the card that paid, within five working days. If a question \
         is about anything else, say so and name the service desk. Quote prices with their currency, and never guess a number that \
         nobody has given you."
    };
}
pub(super) use policies;
