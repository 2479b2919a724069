//! Words of a counter's name: what a counter of a cache means by them, where the name is not among those of the tools that are known.
//!
//! Every few weeks a gateway or an SDK writes the same number under another name (`prompt_cached_tokens`, `cached_write_tokens`,
//! `cacheReadTokens`). The words are the same ones everywhere; a name whose words leave any doubt has no meaning here.

/// Lifetimes by which usage objects split what was written.
pub(super) const LIFETIMES: [&str; 4] = ["5m", "30m", "1h", "12h"];

/// A counter of a cache, by its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CacheCounter {
    /// Tokens read from the cache.
    Read,
    /// Tokens that were not there.
    Missed,
    /// Tokens written, of one lifetime where the name says it.
    Written(Option<&'static str>),
}

/// Words of names that count something other than tokens of a prompt.
const OTHERS: [&str; 29] = [
    "output",
    "completion",
    "cost",
    "price",
    "usd",
    "ratio",
    "rate",
    "percent",
    "pct",
    "ms",
    "seconds",
    "ttl",
    "time",
    "discount",
    "saved",
    "savings",
    "storage",
    "size",
    "limit",
    "max",
    "min",
    "age",
    "requests",
    "calls",
    "hours",
    // Kinds of input, which are parts of the counts that stand beside them.
    "audio",
    "image",
    "text",
    "video",
];

/// Words that turn what is cached into what is not.
const NEGATIONS: [&str; 6] = ["non", "no", "not", "without", "uncached", "noncached"];

/// True if a name speaks of a cache, in words that are known or not.
pub(crate) fn speaks_of_cache(name: &str) -> bool {
    name.as_bytes().windows(4).any(|letters| letters.eq_ignore_ascii_case(b"cach"))
}

/// The meaning of a name.
pub(crate) fn cache_counter(name: &str) -> Option<CacheCounter> {
    // Most names end here, before they are taken apart.
    if !speaks_of_cache(name) {
        return None;
    }
    let words = words(name);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    if !has(&["cache", "cached", "uncached", "noncached"]) || has(&OTHERS) {
        return None;
    }
    let lifetime = LIFETIMES.into_iter().find(|word| has(&[word]));
    let is_written = has(&["write", "writes", "written", "creation", "create", "created"]);
    let counts_tokens = has(&["token", "tokens", "input", "prompt"]);
    // OpenInference's older name.
    let is_read = has(&["read", "reads"]) || words.ends_with(&["cache".into(), "input".into()]);
    match () {
        () if is_written => Some(CacheCounter::Written(lifetime)),
        () if lifetime.is_some() => None,
        () if has(&["miss", "missed"]) && counts_tokens => Some(CacheCounter::Missed),
        () if has(&NEGATIONS) => counts_tokens.then_some(CacheCounter::Missed),
        () if is_read || counts_tokens && has(&["hit", "hits", "cached"]) => Some(CacheCounter::Read),
        () => None,
    }
}

/// The words of a name in small letters, whether it is written with underscores, dots or capitals; a number has its unit.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = ' ';
    for letter in name.chars() {
        let begins = !before.is_alphanumeric()
            || letter.is_uppercase() && !before.is_uppercase()
            || letter.is_ascii_digit() && before.is_alphabetic();
        match words.last_mut() {
            _ if !letter.is_alphanumeric() => {}
            Some(word) if !begins => word.extend(letter.to_lowercase()),
            _ => words.push(letter.to_lowercase().collect()),
        }
        before = letter;
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_tell_reads_from_writes_and_leave_what_is_neither() {
        for (name, expected) in [
            ("prompt_cached_tokens", Some(CacheCounter::Read)),
            ("prompt_cache_creation_tokens", Some(CacheCounter::Written(None))),
            ("cached_write_tokens", Some(CacheCounter::Written(None))),
            ("cacheReadTokens", Some(CacheCounter::Read)),
            ("cacheWrite1h", Some(CacheCounter::Written(Some("1h")))),
            ("original_usage.prompt_tokens_details.cached_tokens", Some(CacheCounter::Read)),
            ("cachedMissTokens", Some(CacheCounter::Missed)),
            ("non_cached_input_tokens", Some(CacheCounter::Missed)),
            ("noCacheTokens", Some(CacheCounter::Missed)),
            ("uncached_input_tokens", Some(CacheCounter::Missed)),
            ("no_cache_read", None),
            ("input_cached_text_tokens", None),
            ("cache_hit_tokens", Some(CacheCounter::Read)),
            ("cache_hits", None),
            ("cache_hit_ratio", None),
            ("cached_output_tokens", None),
            ("cache_read_cost", None),
            ("prefix_cache_served", None),
            ("cache_age", None),
            ("tokens", None),
        ] {
            assert_eq!(cache_counter(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_has_the_same_words_however_it_is_written() {
        for name in ["cache_read.input-tokens", "cacheReadInputTokens", "Cache Read Input Tokens"] {
            assert_eq!(words(name), ["cache", "read", "input", "tokens"], "{name}");
        }
        assert_eq!(words("ephemeral1h"), ["ephemeral", "1h"]);
    }
}
