//! The name and the sentence of each caveat.

mod commands;
mod logs;

use super::{Caveats, Code, Noted};
use crate::report::Caveat;
use crate::report::text::{difference, plural, thousands};

/// A caveat, its name in JSON, and its sentence.
///
/// `{requests}` and its like become a number with its noun, and verbs in braces (`{is}`, `{has}`, `{was}`) agree with it; without a number
/// they speak of many, and the part in square brackets is left out. Other gaps in braces are filled by whoever tells the caveat.
type Words = (Code, &'static str, &'static str);

/// Nouns that are counted in sentences.
const NOUNS: [(&str, &str); 5] = [
    ("{requests}", "request"),
    ("{prompts}", "prompt"),
    ("{counts}", "token count"),
    ("{files}", "file"),
    ("{texts}", "text"),
];

/// Verbs that agree with the number.
const VERBS: [(&str, &str); 4] = [("is", "are"), ("has", "have"), ("was", "were"), ("reports", "report")];

/// Rows stand in the order of the codes, so that a code finds its own.
const _: () = {
    let mut index = 0;
    while index < logs::WORDS.len() {
        assert!(logs::WORDS[index].0 as usize == index, "words stand in the order of the codes");
        index += 1;
    }
    let mut index = 0;
    while index < commands::WORDS.len() {
        let code = commands::WORDS[index].0 as usize;
        assert!(code == logs::WORDS.len() + index, "words stand in the order of the codes");
        index += 1;
    }
};

impl Code {
    fn words(self) -> &'static Words {
        let index = self as usize;
        logs::WORDS.get(index).unwrap_or_else(|| &commands::WORDS[index - logs::WORDS.len()])
    }

    /// Its name in JSON.
    pub fn name(self) -> &'static str {
        self.words().1
    }

    /// Its sentence, about so many requests, prompts or files; about any number of them without a count.
    pub(super) fn sentence(self, count: Option<u64>) -> String {
        let (pattern, counted) = (self.words().2, count.is_some());
        let mut text = match pattern.split_once('[').and_then(|(_, rest)| rest.split_once(']')) {
            Some((part, rest)) if counted => format!("{part}{rest}"),
            Some((_, rest)) => rest.to_owned(),
            None => pattern.to_owned(),
        };
        for (slot, noun) in NOUNS {
            text = text.replace(slot, &count.map_or_else(|| format!("{noun}s"), |count| plural(count, noun)));
        }
        for (one, many) in VERBS {
            text = text.replace(&format!("{{{one}}}"), if count == Some(1) { one } else { many });
        }
        text
    }

    /// The caveat in words: the number that it is about, if it counts anything, and what stands in the other gaps of its sentence.
    pub fn caveat(self, count: Option<u64>, gaps: &[(&str, &str)]) -> Caveat {
        let mut text = self.sentence(count);
        let is_there = |(gap, _): &(&str, &str)| text.contains(&format!("{{{gap}}}"));
        debug_assert!(text.matches('{').count() == gaps.len() && gaps.iter().all(is_there), "the gaps of {self:?}");
        for (gap, words) in gaps {
            text = text.replace(&format!("{{{gap}}}"), words);
        }
        let reason = gaps.iter().find(|(gap, _)| *gap == "reason").map(|(_, words)| (*words).to_owned());
        let is_of_requests = NOUNS[..3].iter().any(|(slot, _)| self.words().2.contains(slot));
        let (requests, note) = (count.filter(|_| is_of_requests), Some(text.clone()));
        Caveat { code: self.name(), requests, reason, text, first: Vec::new(), note }
    }

    /// The caveat with its reason.
    pub fn because(self, reason: &str) -> Caveat {
        self.caveat(None, &[("reason", reason)])
    }

    /// The caveat that has one sentence.
    pub fn alone(self) -> Caveat {
        self.caveat(None, &[])
    }
}

impl Caveats {
    /// The sentence of a caveat; `None` if another one says it.
    pub(super) fn text(&self, code: Code, reason: &str, noted: &Noted) -> Option<String> {
        let text = code.sentence(Some(noted.requests));
        Some(match code {
            Code::NoCache if self.is_contradicted() => return None,
            Code::HitsWithoutCache => self.on_hits_without_cache(&text, noted),
            Code::ZeroWithoutCache => text.replace("{repeated}", &self.on_zero(noted)),
            Code::NoOwner if noted.requests == self.requests => {
                format!("no line has {reason}, which --scope names: all requests are assumed to share one cache")
            }
            Code::CountDiffers => text.replace("{tokens}", &difference(noted.tokens)),
            Code::SearchFees => {
                text.replace("{number}", &thousands(noted.tokens.unsigned_abs())).replace("{reason}", reason)
            }
            _ => text.replace("{reason}", reason),
        })
    }

    /// True if hits were reported by hosts that are not known to have a cache.
    fn is_contradicted(&self) -> bool {
        self.requests(Code::HitsWithoutCache) > 0
    }

    fn on_hits_without_cache(&self, text: &str, noted: &Noted) -> String {
        let all = self.requests(Code::NoCache);
        let reporting = if noted.requests == 1 {
            "1 of them reports".into()
        } else {
            format!("{} of them report", thousands(noted.requests))
        };
        text.replace("{hosted}", &plural(all, "request"))
            .replace("{reporting}", &reporting)
            .replace("{tokens}", &thousands(noted.tokens.unsigned_abs()))
    }

    /// A reported zero where there is no cache: it is no miss, even of a prompt that repeats an earlier one.
    fn on_zero(&self, noted: &Noted) -> String {
        let most = thousands(noted.most_tokens.unsigned_abs());
        let repeated = match noted.with_tokens {
            0 => String::new(),
            1 if noted.requests == 1 => format!(", although it shares {most} tokens with an earlier one"),
            1 => format!(", although 1 of them shares {most} tokens with an earlier one"),
            some => format!(", although {} of them share up to {most} tokens with an earlier one", thousands(some)),
        };
        let reason = if self.is_contradicted() { "" } else { ": caching is not supported there, so this is no miss" };
        repeated + reason
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_caveat_has_a_name_of_its_own() {
        let rows = || logs::WORDS.iter().chain(&commands::WORDS);
        let names: BTreeSet<&str> = rows().map(|(_, name, _)| *name).collect();
        assert_eq!(names.len(), rows().count());
        assert!(
            names.iter().all(|name| name.chars().all(|letter| letter.is_ascii_lowercase() || "-30".contains(letter)))
        );
    }

    #[test]
    fn each_caveat_is_named_as_its_code_is() {
        for (code, name, _) in logs::WORDS.iter().chain(&commands::WORDS) {
            let words = name.split('-').map(|word| word[..1].to_uppercase() + &word[1..]);
            assert_eq!(words.collect::<String>(), format!("{code:?}"));
        }
    }

    #[test]
    fn a_sentence_agrees_with_its_number_and_does_without_one() {
        let told = |count| Code::Estimated.caveat(count, &[("reason", "a guess")]);
        assert_eq!(told(Some(1)).text, "1 token count is estimated: a guess");
        assert_eq!(told(Some(2)).text, "2 token counts are estimated: a guess");
        assert_eq!(told(None).text, "token counts are estimated: a guess");
        let day = |count| Code::PricesOfOneDay.caveat(count, &[("reason", "2026-11-01")]).text;
        assert_eq!(
            day(Some(1)),
            "1 request is charged at prices as of 2026-11-01; the day from which on they hold is not known"
        );
        assert_eq!(day(None), "prices as of 2026-11-01; the day from which on they hold is not known");
    }

    #[test]
    fn a_number_of_files_is_no_number_of_requests() {
        let files = Code::DataWithoutPrompt.caveat(Some(2), &[]);
        assert_eq!((files.text.as_str(), files.requests), ("2 files skipped: data in which no prompt was found", None));
        assert_eq!(Code::PartlyPriced.caveat(Some(2), &[]).requests, Some(2));
    }
}
