//! Values: the kind of a short stretch of text that differs between two prompts, by how it looks and by what stands before it.

use std::sync::LazyLock;

use regex::{Match, Regex};

use super::text;
use super::value_words::{
    COUNTER_WORDS, ENVIRONMENT_BLOCKS, ENVIRONMENT_WORDS, IDENTIFIER_WORDS, TIME_WORDS, USER_WORDS,
};

/// The kind of a value, by its looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum ValueKind {
    /// A date or a time.
    Time,
    /// A path, a host, the state of a repository.
    Environment,
    /// Digits alone.
    Number,
    /// Digits alone behind a word such as `turn`.
    Counter,
    /// An id.
    Identifier,
    /// A value of a user.
    User,
    /// Words.
    Words,
}

/// A value in its surroundings, on one side of a comparison.
#[derive(Clone, Copy, Debug)]
pub(super) struct Surroundings<'a> {
    /// The lines that it stands in.
    pub(super) lines: &'a str,
    /// Its first byte in them.
    pub(super) start: usize,
    /// The byte behind its last.
    pub(super) end: usize,
    /// Some lines before them.
    pub(super) before: &'a str,
}

/// A pattern in which words end where their letters of ASCII do: Chinese has no space before a time, and an engine that asks for the
/// ends of words in all scripts is slow.
fn pattern(text: &str) -> Option<Regex> {
    Regex::new(&text.replace(r"\b", r"(?-u:\b)")).ok()
}

/// The places of a pattern in a text, but for those within a word that has letters beyond ASCII: `marée` holds no month.
fn places<'t>(pattern: &LazyLock<Option<Regex>>, text: &'t str) -> impl Iterator<Item = Match<'t>> {
    let found = pattern.as_ref().into_iter().flat_map(|pattern| pattern.find_iter(text));
    let are_letters = |pair: (Option<char>, Option<char>)| {
        pair.0.zip(pair.1).is_some_and(|(one, other)| one.is_alphabetic() && other.is_alphabetic())
    };
    found.filter(move |found| {
        let (before, behind) = (&text[..found.start()], &text[found.end()..]);
        let word = found.as_str();
        !are_letters((before.chars().next_back(), word.chars().next()))
            && !are_letters((word.chars().next_back(), behind.chars().next()))
    })
}

static TIME: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?xi)
        \b\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?(\s*[ap]\.?m\b)?
        | \b\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([T\s]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?)?(Z|[+-]\d{2}:?\d{2})?
        | \b\d{1,2}\.\s?\d{1,2}\.\s?\d{4}\b | \b\d\d\.\d\d\.\d\d\b
        | \b\d{1,2}/\d{1,2}/\d{2,4}\b | \b\d{1,2}-\d{1,2}-\d{4}\b
        | \b\d{8}T\d{4,6}Z?\b
        | \b((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[,.]?\s+)?\d{1,2}(st|nd|rd|th)?\.?\s+(of\s+)?
          (jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t(ember)?)?|oct(ober)?|nov(ember)?|dec(ember)?)\b
          ([.,]?\s+\d{4}\b)?(,?\s+(at\s+)?\d{1,2}:\d{2}(:\d{2})?)?
        | \b((mon|tues?|wed(nes)?|thu(rs)?|fri|sat(ur)?|sun)(day)?[,.]?\s+)?
          (jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?|sep(t(ember)?)?|oct(ober)?|nov(ember)?|dec(ember)?)
          ([.,]?\s+\d{1,2}(st|nd|rd|th)?\b([.,]?\s+\d{4}\b)?|[.,]?\s+\d{4}\b)(,?\s+(at\s+)?\d{1,2}:\d{2}(:\d{2})?)?
        | \b(january|february|april|june|july|august|september|october|november|december)\b
        | \b(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b
        | \b1[4-9]\d{8}(\d{3}|\d{6}|\d{9})?(\.\d+)?\b
        | \b\d+\s+(second|minute|hour|day|week)s?\s+ago\b
        | \b\d+(\.\d+)?\s?(seconds?|secs?|minutes?|mins?|hours?|hrs?)\b | \b\d{1,3}\s?h\s?\d{1,2}\s?m(in)?\b
        | \b\d{1,2}\s?h\s?\d{2}\b | \bgood\s+(morning|afternoon|evening|night)\b
        | \b\d{1,2}(\.|er|º)?\s+(de\s+)?
          (janvier|février|mars|avril|mai|juin|juillet|août|septembre|octobre|novembre|décembre
          |januar|februar|märz|juni|juli|oktober|dezember
          |enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre
          |janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro
          |gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre
          |januari|februari|maart|mei|augustus
          |января|февраля|марта|апреля|мая|июня|июля|августа|сентября|октября|ноября|декабря)
          ([.,]?\s+(de\s+)?\d{4}\b)?
        | \b(montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b
        | \b\d{4}년\s*\d{1,2}월(\s*\d{1,2}일)? | \b\d{1,2}시\s*\d{1,2}분
        | \b\d{4}年\d{1,2}月\d{1,2}日?(\s*\d{1,2}[時时点]\d{1,2}分(\d{1,2}秒)?)? | \b\d{1,2}[時时点]\d{1,2}分(\d{1,2}秒)?
        | \bQ[1-4]\s+20\d\d\b
        ",
    )
});

static PATH: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(~|\.{0,2})?(/[\w.@+-]+){2,}/?|\b[A-Za-z]:\\[\w\\.@ +-]+|~/[\w.@+-]+|/(home|users|tmp|var|srv|opt|work)/[\w.@+-]+",
    )
});

static IDENTIFIER: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(
        r"(?xi)
        \b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b
        | \b[0-9a-f]{7,}\b
        | \b[a-z]{1,12}[_-][a-z0-9_-]*\d[a-z0-9_-]{2,}\b
        | \b[A-Z]{1,6}-?\d{3,}\b
        | \b\d{5,}\b
        | \b(?:[a-z]+\d|\d+[a-z])[a-z0-9]{4,}\b
        ",
    )
});

static GIT_STATUS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    pattern(r"(?m)^\s*([MADRCU?!]{1,2}\s+\S+\.\S+|[0-9a-f]{7,12} \S.*|(modified|new file|deleted|renamed):\s+\S+)$")
});

/// Words that a value has at most if it ends like a sentence.
const SENTENCE: usize = 6;

/// Words before a number that end with a full stop.
const ABBREVIATIONS: [&str; 4] = ["no", "nos", "nr", "num"];

/// Bytes of the longest counter: `6000/200000 (3 %); 194000`.
const LONGEST_COUNT: usize = 40;

impl ValueKind {
    /// The kind of a value that stands in a text, by its looks alone.
    pub(super) fn within(text: &str) -> Option<Self> {
        let has = |pattern| places(pattern, text).next().is_some();
        match () {
            () if has(&TIME) => Some(Self::Time),
            () if has(&PATH) => Some(Self::Environment),
            () if has(&IDENTIFIER) => Some(Self::Identifier),
            () => None,
        }
    }

    /// The kind of a value that one side of a comparison has.
    pub(super) fn guess(value: Surroundings<'_>) -> Self {
        let Surroundings { lines, start, end, before } = value;
        let text = lines[start..end].trim();
        // A value that begins with a line's end stands in the next line.
        let start = start + (lines[start..end].len() - lines[start..end].trim_start().len());
        let covers = |pattern| {
            places(pattern, lines).any(|found| {
                let is_number_alone = !found.as_str().contains(|letter: char| !letter.is_ascii_digit());
                found.start() < end
                    && start < found.end()
                    && (!is_number_alone || found.start() <= start || text.len() > 4)
            })
        };
        let label = label(lines, start);
        let says = |words: &[&str]| label.iter().any(|word| words.iter().any(|known| is_said(known, word)));
        let has_digit = text.chars().any(|letter| letter.is_ascii_digit());
        let has_only = |marks: &str| text.chars().all(|letter| letter.is_ascii_digit() || marks.contains(letter));
        let is_number = has_digit && has_only(".,#/-%");
        // "Calls handled today: 12" counts, though a day is named; so does "Tokens used: 6000/200000 (3 %)".
        let are_numbers = has_digit && has_only(".,#/-%$€£();+ ");
        let is_counted = are_numbers && says(COUNTER_WORDS) && !says(&["id", "session"]);
        let is_dated = has_digit && text.len() < 40 && says(TIME_WORDS);
        if covers(&TIME) || is_dated && !(is_counted && text.chars().all(|letter| letter.is_ascii_digit())) {
            return Self::Time;
        }
        let line = lines[..start].rfind('\n').map_or(0, |end| end + 1);
        let tail = format!("{before}{}", &lines[..line]).to_ascii_lowercase();
        let in_block = |tail: &str| ENVIRONMENT_BLOCKS.iter().any(|mark| tail.contains(mark));
        // Another paragraph is none of the block, unless that has an end of its own.
        let is_open =
            |name: &str| tail.rfind(&format!("<{name}>")).is_some_and(|at| !tail[at..].contains(&format!("</{name}>")));
        let in_paragraph = || is_open("env") || in_block(&tail[tail.rfind("\n\n").map_or(0, |end| end + 2)..]);
        let is_status_of = |lines: &str| GIT_STATUS.as_ref().is_some_and(|pattern| pattern.is_match(lines));
        let is_status = || is_status_of(lines);
        // A long list is far from its heading.
        let are_status =
            || text.lines().count() > 1 && text.lines().all(|line| line.trim().is_empty() || is_status_of(line));
        let is_sentence = text.ends_with(['.', '!', '?']) && text.split_whitespace().count() > SENTENCE;
        // Random bytes in base 64 may have strokes, as paths do.
        let is_random = says(IDENTIFIER_WORDS) && is_base64(text);
        if covers(&PATH) && !is_random
            || says(ENVIRONMENT_WORDS) && text::word_count(text) <= 12 && !is_sentence
            || in_block(&tail) && is_status()
            || in_paragraph() && lines.len() < 400
            || are_status()
        {
            return Self::Environment;
        }
        if is_status() && tail.contains("git") {
            return Self::Environment;
        }
        if is_counted && text.len() <= LONGEST_COUNT {
            return Self::Counter;
        }
        if is_number && text.len() <= 9 {
            return Self::Number;
        }
        let is_one_word = !text.is_empty() && !text.contains(char::is_whitespace);
        // A session may be named by words; ids are random.
        if says(&["session", "conversation", "thread"]) && are_joined_words(text) {
            return Self::User;
        }
        if is_random
            || covers(&IDENTIFIER) && (is_one_word || text.len() < 60)
            || is_one_word && says(IDENTIFIER_WORDS) && (has_digit || text.len() >= 6)
            || is_mixed(text)
        {
            return Self::Identifier;
        }
        if text.contains('@') && is_one_word {
            return Self::User;
        }
        if says(USER_WORDS) && text::word_count(text) <= 12 && !is_sentence && !text.contains('\n') && !text.is_empty()
        {
            return Self::User;
        }
        Self::Words
    }
}

/// Tells whether a word is a known one, or holds it, where a script has no space between words.
fn is_said(known: &str, word: &str) -> bool {
    known == word || known.chars().all(text::stands_alone) && word.contains(known)
}

/// A word of small letters among which digits stand, as short random bytes are written; one that ends in digits may be a name, unless it has
/// no other letters than hexadecimal digits.
fn is_mixed(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_ascii_lowercase();
    let digit = text.find(|letter: char| letter.is_ascii_digit());
    let is_hex = text.chars().all(|letter| letter.is_ascii_hexdigit()) && text.contains(is_letter);
    text.len() >= 4
        && text.chars().all(|letter| is_letter(letter) || letter.is_ascii_digit())
        && digit.is_some_and(|at| is_hex || text[at..].contains(is_letter))
}

/// Words with strokes between them: `harbour-quay-lantern`.
fn are_joined_words(text: &str) -> bool {
    let is_word = |part: &str| part.len() >= 3 && part.chars().all(char::is_alphabetic);
    text.contains(['-', '_']) && text.split(['-', '_']).all(is_word)
}

/// A word of letters of both cases and digits, as random bytes are written.
fn is_base64(text: &str) -> bool {
    let has = |is_kind: fn(&char) -> bool| text.chars().any(|letter| is_kind(&letter));
    let is_letter = |letter: char| letter.is_ascii_alphanumeric() || "+/=_-".contains(letter);
    text.len() >= 12
        && text.chars().all(is_letter)
        && has(char::is_ascii_uppercase)
        && has(char::is_ascii_lowercase)
        && has(char::is_ascii_digit)
        && (!text.starts_with('/') || text.ends_with('='))
}

/// The words that stand before a value on its line, and those of the value's own line if it begins it; at most six.
fn label(lines: &str, start: usize) -> Vec<String> {
    let line = lines[..start].rfind('\n').map_or(0, |end| end + 1);
    let mut words = words_of(last_sentence(&lines[line..start]));
    if words.is_empty() && !lines[start..].trim_start().starts_with(|letter: char| letter.is_ascii_digit()) {
        // The value brings its own label: `Current time: 10:02`.
        let end = lines[start..].find([':', '=', '\n']).map_or(lines.len(), |end| start + end);
        words = words_of(lines[start..end].trim_start());
        words.truncate(5);
    }
    let keep = words.len().saturating_sub(5);
    words.split_off(keep)
}

/// The part of a line behind the last sentence that ends in it; `no. 12` is in the midst of one.
fn last_sentence(text: &str) -> &str {
    let ends = [". ", "! ", "? "].iter().flat_map(|mark| text.match_indices(mark)).map(|(at, _)| at);
    let is_end = |at: &usize| {
        let word = text[..*at].rsplit(|letter: char| !letter.is_alphabetic()).next().unwrap_or_default();
        !ABBREVIATIONS.iter().any(|known| word.eq_ignore_ascii_case(known))
    };
    ends.filter(is_end).max().map_or(text, |end| &text[end + 2..])
}

fn words_of(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let (mut word, mut last_lower) = (String::new(), false);
    for letter in text.chars() {
        let is_new = !letter.is_alphanumeric() || letter.is_uppercase() && last_lower;
        if is_new && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if letter.is_alphanumeric() {
            word.extend(letter.to_lowercase());
        }
        last_lower = letter.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kind of the first place of a value in a line.
    fn kind(line: &str, value: &str) -> ValueKind {
        let start = line.find(value).unwrap();
        ValueKind::guess(Surroundings { lines: line, start, end: start + value.len(), before: "" })
    }

    #[test]
    fn a_number_that_counts_is_a_counter_on_whatever_day() {
        for (line, value, expected) in [
            ("Calls handled today: 91", "91", ValueKind::Counter),
            ("Number of visits this month: 7", "7", ValueKind::Counter),
            ("Today is day 14", "14", ValueKind::Time),
            ("Time of the last message: 10:42", "10:42", ValueKind::Time),
            ("Time of the call: 1775000000", "1775000000", ValueKind::Time),
            ("Token usage: 6000/200000; 194000 remaining", "6000/200000; 194000", ValueKind::Counter),
            ("Context left until auto-compact: 93%", "93%", ValueKind::Counter),
            ("build header: cch=595c4;", "595c4", ValueKind::Identifier),
            ("This is call no. 1204 of the day.", "1204", ValueKind::Counter),
            ("Be brief. Today is day 14", "14", ValueKind::Time),
            ("This session has been open for 138 minutes.", "138", ValueKind::Time),
            ("Elapsed since the first message: 2h 13m", "2h 13m", ValueKind::Time),
        ] {
            assert_eq!(kind(line, value), expected, "{line}");
        }
    }

    #[test]
    fn values_are_known_in_other_languages() {
        for (line, value, expected) in [
            ("現在の日時: 2026年03月03日 06時41分07秒", "07", ValueKind::Time),
            ("当前时间：2026-03-03 06:41", "06:41", ValueKind::Time),
            ("Heutiges Datum: 03.03.2026, Uhrzeit 06:41:07", "06:41:07", ValueKind::Time),
            ("お客様: 田中様", "田中", ValueKind::User),
            ("Du sprichst mit Anke Vogel", "Anke Vogel", ValueKind::User),
            ("À la marée haute", "marée", ValueKind::Words),
            ("Nous sommes le 2 novembre 2026 à 10 h 07.", "07", ValueKind::Time),
            ("Heute ist Dienstag.", "Dienstag", ValueKind::Time),
            ("Сегодня 3 ноября 2026", "3", ValueKind::Time),
        ] {
            assert_eq!(kind(line, value), expected, "{line}");
        }
    }
}
