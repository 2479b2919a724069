//! Patterns of words, lines and code by which prompts are told from other texts.

use std::sync::LazyLock;

use regex::Regex;

pub(super) static CODE_START: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?s)^\s*(?:#!|(?:#|//|/\*+)\s*(?:auto-?)?generated|(?:#|//)\s*AUTO-?GENERATED|\Wuse (?:strict|client|server)\W|<!doctype|<html|<svg|<div|<span\b|<table\b|<button\b|<a href|<style|<script|<\?xml|(?:SELECT\b.*\bFROM|INSERT INTO|CREATE (?:TABLE|INDEX|OR REPLACE|UNIQUE|EXTENSION)|ALTER TABLE|DELETE FROM|UPDATE \S+ SET|DROP )\b|(?:OPTIONAL )?MATCH ?\(|MERGE ?\(|UNWIND \$?\w+ AS\b|CALL ?(?:\{|\(|[a-z]\w*\.[\w.]+\()|(?:WITH|RETURN) (?:\*|\w+(?:, ?\w+\b[^.!?]*\bRETURN|\.\w| ?\{)|\w+ AS\b|collect\()|CREATE (?:VECTOR|FULLTEXT|CONSTRAINT)\b|https?://\S+$|import \S|from \S+ import |package \w+|def \w+\(|class \w+[:(]|function \w*\(|const \w+ =|\(?(?:async )?\(\w*\) ?=>|\(function|query \w*[({]|mutation |match \()",
    )
});

pub(super) static CODE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^(?:</?\w|import |from \S+ import|@\w|def |class \w+[:({]|const |let |var |return\b|export |function |#include|public |private |\$\w+ ?=|//|async |await |self\.|this\.|\w+ = |if .*[:{]$|elif .*:$|for .*[:{]$|while .*[:{]$|try\b|except\b|else:|\w+\(.*\)$)",
    )
});

pub(super) static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:#+ *\w+\s+)?(you(?:'re| are)\b|your (?:task|job|role|goal|objective|name|purpose)\b|act as\b|as an? \w+[ ,]|given (?:the|a|an|this|these|some)\b|based on\b|please\b|i want you to\b|imagine\b|the following\b|here (?:is|are)\b|below (?:is|are)\b|(?:analy[sz]e|answer|classify|compare|convert|create|fix|implement|refactor|calculate|compute|count|choose|select|assess|critique|draft|produce|correct|predict|simplify|suggest|propose|brainstorm|search|go to|navigate|visit|continue|decide|describe|determine|evaluate|explain|extract|find|generate|identify|improve|judge|list|provide|rate|review|rewrite|score|summari[sz]e|translate|use|write|read|think|complete|plan|research|respond|return|solve|tell|make|check|discuss|address|reflect|rephrase|consider|help|assist|look|do not|don't|always|never)\b)",
    )
});
pub(super) static DIRECTIVES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\b(?:you (?:are|will|must|should|can|have|need|may|do)|your (?:task|answer|response|output|job|role|goal)|respond|reply|answer|do not|don't|never|always|make sure|ensure|must|only|the user(?:'s)?|the following|the (?:ai|assistant|model)(?:['’]s)?|step[- ]by[- ]step|summar|json|concise|as an? (?:expert|assistant|ai)|based on|return|output|question|instructions?|context|examples?)\b",
    )
});
pub(super) static REPORT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:errors?\b|failed\b|failure\b|warning\b|unable to|could not|couldn't|cannot|can't|invalid\b|unknown\b|unsupported\b|missing\b|usage:|loading\b|saved\b|loaded\b|done\b|starting\b|started\b|stopped\b|finished\b|no such\b|not found\b|success|skipp|connected|running\b|you are using\b|don't know\b)",
    )
});
/// A place for a value in quotes of code: `"{{name}}"`.
pub(super) static QUOTED_MARK: LazyLock<Regex> =
    LazyLock::new(|| pattern("[\"'`](\\{\\{ ?[A-Za-z_][A-Za-z0-9_]* ?\\}\\})[\"'`]"));
/// Words to a person who waits for a program.
pub(super) static EXCUSE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)\btry (?:again|(?:your|the) \w+ again) (?:in a|later|shortly|soon)\b|\btemporarily (?:unavailable|rate.limited)\b|\bcontact (?:an|your|the) administrator\b|\bwait a moment and try again\b|\b(?:i'm|i am) experiencing (?:a|an|some)\b",
    )
});
pub(super) static CONFIRMING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\W*(?:do you (?:want|wish)|are you sure|would you like|continue|proceed|overwrite|delete|remove|really)\b|\[y/n\]|\(y/n\)",
    )
});
pub(super) static PLACEHOLDER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\{\{ ?[A-Za-z_][\w.]* ?\}\}|\{[a-z_]\w*\}"));
pub(super) static PLACEHOLDER_LINE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^(?:\{\{ ?[A-Za-z_][\w.]* ?\}\}|\{[a-z_]\w*\}|\$\{[\w.]+\})$"));
pub(super) static PLACEHOLDER_END: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:\{\{ ?[A-Za-z_][\w.]* ?\}\}|\{[a-z_]\w*\}|\$\{[\w.]+\})$"));
/// A place for what a model is asked or told to use.
pub(super) static ASKED_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\{\{? ?\w*(?:question|query|context|input|history|instruction|document|passage|example)\w* ?\}")
});
/// `{{name}}`, also in three braces or as a tag of Handlebars.
pub(super) static NAME_IN_TWO_BRACES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\{\{\{?\s*[#/^]?[A-Za-z_][\w.]*(?: [\w.]+)?\s*\}?\}\}"));
pub(super) static NAME_IN_BRACES: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[^{$])\{[A-Za-z_][\w.]*\}(?:[^}]|$)"));
pub(super) static SECTION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^\s*(?:#{1,4} \S|<[a-z_][\w-]*>\s*$|\*\*[^*]+\*\*:?\s*$|={3,}|-{3,}\s*\w|\[[A-Z][^\]]+\]\s*$)")
});
pub(super) static PROSE: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{L}][\p{L}'’-]*"));
pub(super) static CJK: LazyLock<Regex> = LazyLock::new(|| pattern(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"));

/// The number of matches in all of some texts.
pub(super) fn count(pattern: &Regex, texts: &[&str]) -> usize {
    texts.iter().map(|text| pattern.find_iter(text).count()).sum()
}

fn pattern(pattern: &str) -> Regex {
    match Regex::new(pattern) {
        Ok(pattern) => pattern,
        // One of the patterns above, which the tests compile.
        Err(error) => unreachable!("{error}"),
    }
}
