//! The kind of value that a variable holds, guessed from the words of its name.

use std::fmt;

/// A kind of value that differs from request to request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueKind {
    /// A date, a time, a day.
    Time,
    /// An id of a session, a request, a user.
    Id,
    /// A counter, a step, a turn.
    Counter,
    /// A random number, a seed, a nonce.
    Random,
    /// The machine: a directory, a host, an operating system.
    Environment,
    /// Anything else, as a user or a request brings it.
    User,
}

/// The words that name each kind.
const WORDS: [(ValueKind, &[&str]); 5] = [
    (
        ValueKind::Time,
        &[
            "now",
            "today",
            "date",
            "datetime",
            "time",
            "timestamp",
            "clock",
            "day",
            "weekday",
            "year",
            "month",
            "strftime",
            "utcnow",
        ],
    ),
    (
        ValueKind::Id,
        &["id", "uuid", "guid", "session", "sessionid", "requestid", "userid", "traceid", "hash", "sha", "commit"],
    ),
    (ValueKind::Counter, &["counter", "count", "turn", "step", "iteration", "attempt", "index", "seq", "number", "n"]),
    (ValueKind::Random, &["random", "rand", "seed", "nonce", "salt", "shuffle"]),
    (
        ValueKind::Environment,
        &["env", "environ", "environment", "cwd", "pwd", "directory", "workdir", "hostname", "os", "platform"],
    ),
];

impl ValueKind {
    /// The kind of a variable, from its words as it is written.
    pub fn guess(written: &str) -> Self {
        let words = words(written);
        let known = |words: &[String], list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
        WORDS.iter().find(|(_, list)| known(&words, list)).map_or(Self::User, |(kind, _)| *kind)
    }

    /// Its code in machine formats, the same as that of a cause of missed tokens.
    pub fn code(self) -> &'static str {
        match self {
            Self::Time => "time",
            Self::Id => "identifier",
            Self::Counter => "counter",
            Self::Random => "random-value",
            Self::Environment => "environment",
            Self::User => "user-value",
        }
    }
}

/// The words of names such as `currentDate`, `session_id` and `user.name`, in lower case.
pub fn words(written: &str) -> Vec<String> {
    let (mut words, mut last_lower) = (vec![String::new()], false);
    for letter in written.chars() {
        let is_new = !letter.is_alphanumeric() || letter.is_uppercase() && last_lower;
        if is_new {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| letter.is_alphanumeric()) {
            word.extend(letter.to_lowercase());
        }
        last_lower = letter.is_lowercase();
    }
    words.retain(|word| !word.is_empty());
    words
}

impl fmt::Display for ValueKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Time => "a date or time",
            Self::Id => "an identifier",
            Self::Counter => "a counter",
            Self::Random => "a random value",
            Self::Environment => "a value of the machine",
            Self::User => "a value that may differ",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_tells_what_it_holds() {
        let kind = |written| ValueKind::guess(written);
        assert_eq!(kind("{{ currentDate }}"), ValueKind::Time);
        assert_eq!(kind("{{ now().strftime('%Y') }}"), ValueKind::Time);
        assert_eq!(kind("{session_id}"), ValueKind::Id);
        assert_eq!(kind("${turnCount}"), ValueKind::Counter);
        assert_eq!(kind("{{ candidate }}"), ValueKind::User, "a part of a word tells nothing");
    }
}
