//! Signs that a text in code is a prompt: its name, what is done with it, its words, its neighbours. None of them decides alone.

use super::audience::is_for_people;
use super::likeness::{VALUE, is_section_tag, looks_like_code};
use super::patterns::{ASKED_PLACE, CJK, CONFIRMING, DIRECTIVES, EXCUSE, OPENING, PLACEHOLDER, PROSE, REPORT, SECTION};
use super::site::{Siblings, Site, SiteKind, Use};
use super::value::MessagePart;
use super::words::{self, last};
use crate::template::Fragment;
use crate::template::volatile::words as words_of;

/// The weight of the signs from which on a text is a prompt.
const ENOUGH: i32 = 6;

/// Tells whether a model reads a text, as far as its signs tell.
pub(super) fn is_prompt(site: &Site, file: &str) -> bool {
    is_prompt_among(site, file, false)
}

/// The same, of a constant that may stand among prompts.
pub(super) fn is_prompt_among(site: &Site, file: &str, is_among_prompts: bool) -> bool {
    if site.kind == SiteKind::Schema {
        return !site.uses.is_empty() && file_weight_against(file, &site.kind) < 4;
    }
    let text = text_of(site);
    let text = text.trim();
    // A name, a path, a list of names.
    let has_words = text.lines().any(|line| line.split_whitespace().nth(1).is_some()) || CJK.is_match(text);
    // A prompt beside a model may be values in tags alone.
    let is_asked = matches!(&site.kind, SiteKind::Key { siblings } if siblings.are_of_request);
    let is_tagged = text.lines().filter(|line| is_section_tag(line.trim())).nth(3).is_some();
    let has_words =
        has_words || is_tagged || is_asked && name_weight(&site.own) >= 3 && PROSE.find_iter(text).nth(2).is_some();
    // A template with the name of a prompt may be values under headings alone.
    let has_values = || site.parts.any_from_end(|part| part.text.content.has_values()) || PLACEHOLDER.is_match(text);
    let has_words =
        has_words || name_weight(&site.own) >= 3 && use_weight(site) >= 4 && PROSE.is_match(text) && has_values();
    // Messages that a template is made of may be values alone.
    let is_made = |part: &MessagePart| part.text.is_filled && part.text.content.has_values();
    let has_words = has_words
        || is_said(site) && site.parts.iter().any(is_made)
        || ASKED_PLACE.find_iter(text).nth(1).is_some() && PROSE.is_match(text);
    // Messages with roles are sent, whatever tags and code stand in them.
    let is_named = is_said(site) || name_weight(&site.own) >= 3;
    // The name of an entry may be a pattern by which a text is judged.
    let is_pattern = site.own.starts_with('/') || site.own.contains('\\');
    if !has_words || looks_like_code(text, is_named) || site.own == "__repr__" || is_pattern {
        return false;
    }
    // A flag: what is looked for in another text.
    let is_flag = words_of(&site.own).first().is_some_and(|first| ["is", "has"].contains(&first.as_str()));
    if is_flag && matches!(site.kind, SiteKind::Binding { .. }) {
        return false;
    }
    // Whatever the function is called.
    if let SiteKind::Docstring { bases, decorators } = &site.kind {
        return is_read_by_models(bases, decorators);
    }
    if is_for_people(site, file) || is_for_a_digest(site) {
        return false;
    }
    let own = match &site.kind {
        // The function's name is weighed with its use.
        SiteKind::Argument { keyword: None, .. } => 0,
        _ => name_weight(&site.own),
    };
    // Names around a short text are said of others too: its own words must address a reader.
    let is_told_of = own > 0 || use_weight(site) > 0 || !matches!(site.kind, SiteKind::Key { .. });
    if !is_told_of && !is_addressed(text) && PROSE.find_iter(text).nth(20).is_none() {
        return false;
    }
    // A word or two given to a function that is no model's by its name: what a check of it is called with.
    if matches!(site.kind, SiteKind::Argument { .. })
        && !opens_with_a_request(text)
        && !text.ends_with(['?', '？'])
        && !has_values()
        && PROSE.find_iter(text).nth(11).is_none()
        && !text.contains(is_cjk)
        && !is_given_to_a_model(site)
    {
        return false;
    }
    let of_file = file_weight(file);
    // In a file of prompts a text that the file hands out is one.
    let handed_out = match is_constant(site) {
        true if is_among_prompts && PLACEHOLDER.is_match(text) => 3,
        true if of_file == 3 => 2,
        _ => 0,
    };
    let name = own.max(around_weight(&site.around)).max(handed_out) + of_file;
    let used = use_weight(site);
    let said = prose_weight(text, site, of_file > 0) - file_weight_against(file, &site.kind);
    // A name or a use, and words that address a reader.
    let has_reason = name > 0 || used > 0 || said >= 5;
    // A report has many of them, and begins in another way.
    let is_of_reports = words_of(&site.own).iter().any(|word| words::has(words::REPORTS, word));
    if name == 0 && used == 0 && is_of_reports && !is_opened(text) {
        return false;
    }
    has_reason && name + used + said >= ENOUGH
}

fn is_cjk(letter: char) -> bool {
    CJK.is_match(letter.encode_utf8(&mut [0; 4]))
}

/// Tells whether a text is given to a function that asks a model by its name: one with a word of models other than the prompt's own.
fn is_given_to_a_model(site: &Site) -> bool {
    let asks = |function: &str| {
        let is_model = |word: &String| {
            words::has(words::MODELS, word) && !["prompt", "prompts", "task", "generate"].contains(&word.as_str())
        };
        let name = last(function);
        let is_prompt = name.ends_with("Prompt") && name.starts_with(|letter: char| letter.is_uppercase());
        is_prompt || words::has(words::ASKING, last(function)) || words_of(function).iter().any(is_model)
    };
    let is_own =
        matches!(&site.kind, SiteKind::Argument { function, .. } if asks(function) || describes_by_function(function));
    is_own || site.uses.iter().any(|by| matches!(by, Use::Message(_)))
}

/// Tells whether a function makes a text to compare it by: `fingerprint_material()`.
fn is_for_a_digest(site: &Site) -> bool {
    const DIGESTS: [&str; 5] = ["fingerprint", "checksum", "hash", "digest", "etag"];
    let is_one = |name: &String| words_of(name).iter().any(|word| DIGESTS.contains(&word.as_str()));
    site.kind == SiteKind::Return && [Some(&site.own), site.around.last()].into_iter().flatten().any(is_one)
}

/// Tells whether a text is a constant of its file, which others may use.
pub(super) fn is_constant(site: &Site) -> bool {
    site.is_shared && matches!(site.kind, SiteKind::Binding { .. })
}

/// Tells whether more than words shows that a model is given a text that is a prompt by its signs: its own name, what is done with it, the
/// function that returns it, or the file of prompts that hands it out.
pub(super) fn is_shown(site: &Site, file: &str, is_among_prompts: bool) -> bool {
    let is_named = match &site.kind {
        SiteKind::Schema | SiteKind::Docstring { .. } => true,
        SiteKind::Argument { keyword: None, .. } => false,
        _ => name_weight(&site.own) >= 3,
    };
    let is_handed_out = site.is_shared || site.kind == SiteKind::Return;
    // A part of a request, of which nothing shows what stands before it.
    let is_part = |name: &String| words_of(name).iter().any(|word| words::has(words::PARTS, word));
    // A class of prompts that speaks of blocks holds prompts, and the parts of a function that is named after a prompt are all of it.
    let around = site.around.last().filter(|name| name_weight(name) < 3);
    let are_all = around.is_none() && ["parts", "sections"].iter().any(|all| site.own.to_lowercase().ends_with(all));
    let own = Some(&site.own).filter(|_| !are_all);
    let is_class = site.kind == SiteKind::Schema;
    if !is_class && use_weight(site) < 4 && [own, around].into_iter().flatten().any(is_part) {
        return false;
    }
    // A lone answer opens no conversation: a program keeps it, or shows it.
    let is_answer = |part: &MessagePart| part.role.as_deref() == Some("assistant");
    let given = |by: &Use| match by {
        Use::Message(role) if role == "assistant" => 0,
        by => weight_of_use(by),
    };
    if site.kind == SiteKind::Messages && site.parts.iter().all(is_answer) && site.uses.iter().all(|by| given(by) < 3) {
        return false;
    }
    // `instructions <<~TEXT` in the body of a class.
    let is_declared = || match &site.kind {
        SiteKind::Argument { keyword: None, function } => name_weight(last(function)) >= 3 && is_opened(&text_of(site)),
        _ => false,
    };
    let asks = || is_constant(site) && ASKED_PLACE.find_iter(&text_of(site)).nth(1).is_some();
    let has_places = || PLACEHOLDER.is_match(&text_of(site));
    is_named
        || use_weight(site) >= 3
        || is_among_prompts && is_constant(site) && has_places()
        || is_declared()
        || asks()
        || is_handed_out && (around_weight(&site.around) > 0 || file_weight(file) >= 2)
}

/// The characters at a text's start in which it says so.
const MOST_OPENING: usize = 2_000;

/// The bytes of a text that are read for signs: a person knows a prompt by its first pages, and a file may have as many texts as it has
/// lines, each with the one before in it.
const MOST_READ: usize = 20_000;

/// The first pages of a site's text with a word in place of each value, the first branch with text of each choice.
pub(super) fn text_of(site: &Site) -> String {
    let mut text = String::new();
    for part in site.parts.iter().take(MOST_READ) {
        read(part.text.content.iter(), &mut text);
        text.push('\n');
        if text.len() >= MOST_READ {
            break;
        }
    }
    text
}

fn read<'a>(fragments: impl IntoIterator<Item = &'a Fragment>, text: &mut String) {
    for fragment in fragments {
        let room = MOST_READ.saturating_sub(text.len());
        match fragment {
            _ if room == 0 => return,
            Fragment::Text(passage) if passage.text.len() > room => {
                text.extend(passage.text.char_indices().take_while(|(at, _)| *at < room).map(|(_, letter)| letter));
            }
            Fragment::Text(passage) => text.push_str(&passage.text),
            Fragment::Value(_) => text.push_str(VALUE),
            Fragment::Choice(choice) => {
                // Words tell more than a value that stands in for them.
                let has_text =
                    |branch: &&Vec<Fragment>| branch.iter().any(|inner| !matches!(inner, Fragment::Value(_)));
                let usual = choice.branches.iter().find(has_text);
                let usual = usual.or_else(|| choice.branches.iter().find(|branch| !branch.is_empty()));
                read(usual.map_or(&[][..], Vec::as_slice), text);
            }
        }
    }
}

/// The weight of a name.
pub(super) fn name_weight(name: &str) -> i32 {
    let words = words_of(name);
    let has = |known: &str| words.iter().any(|word| words::has(known, word));
    let joined = words.join("_");
    let is_pair = words::PAIRS.split_whitespace().any(|pair| joined.contains(pair));
    let ends = words.iter().any(|word| word.ends_with("prompt") || word.ends_with("prompts"));
    if has(words::STRONG) || ends || is_pair { 3 } else { i32::from(has(words::MEDIUM)) }
}

/// Tells whether a name says that what it stands for is a prompt.
pub(super) fn names_a_prompt(name: &str) -> bool {
    name_weight(name) >= 3
}

/// Tells whether a name is one that prompts have among other texts.
pub(super) fn may_name_a_prompt(name: &str) -> bool {
    name_weight(name) > 0
}

/// The weight of the names around a text: a class of prompts, a function that builds one.
fn around_weight(around: &[String]) -> i32 {
    around.iter().map(|name| if name_weight(name) >= 3 { 2 } else { 0 }).max().unwrap_or(0)
}

/// Tells whether a file is a test, or stands in for what one calls.
fn is_of_tests(file: &str) -> bool {
    file.rsplit(['/', '\\', ':']).any(|part| {
        let words = words_of(part);
        words
            .iter()
            .any(|word| ["test", "tests", "spec", "specs", "mock", "mocks", "conftest"].contains(&word.as_str()))
    })
}

/// The weight of a file's name.
pub(super) fn file_weight(file: &str) -> i32 {
    // The tests of prompts hold examples.
    if is_of_tests(file) {
        return 0;
    }
    let parts = file.rsplit(['/', '\\', ':']).take(3);
    // A part of a page may be where a person types one.
    if file.ends_with("sx") {
        return 0;
    }
    let mut parts = parts.into_iter();
    let is_of_prompts = |part: &str| words_of(part).iter().any(|word| word == "prompt" || word == "prompts");
    if parts.next().is_some_and(is_of_prompts) {
        3
    } else if parts.any(is_of_prompts) {
        2
    } else {
        0
    }
}

/// The weight against a text of a test, which is an example of one, what it sends or is given most of all, and against one of a file of what people read.
fn file_weight_against(file: &str, kind: &SiteKind) -> i32 {
    let is_test = is_of_tests(file);
    let stem = file.rsplit(['/', '\\', ':']).next().unwrap_or_default().split('.').next().unwrap_or_default();
    let is_for_people = words_of(stem)
        .iter()
        .any(|word| ["cli", "help", "i18n", "locale", "errors", "logger", "logging"].contains(&word.as_str()));
    match kind {
        SiteKind::Argument { .. } if is_test => 8,
        SiteKind::Messages if is_test => 6,
        _ if is_test => 4,
        _ if is_for_people && file_weight(file) == 0 => 2,
        _ => 0,
    }
}

/// The weight of what is done with a text.
pub(super) fn use_weight(site: &Site) -> i32 {
    let own = match &site.kind {
        SiteKind::Messages if is_said(site) => 7,
        SiteKind::Messages => 4,
        SiteKind::Argument { function, keyword } => argument_weight(function, keyword.as_deref()),
        SiteKind::Key { siblings } if describes_tool(&site.own, *siblings) => 5,
        SiteKind::Key { siblings } => {
            if siblings.are_of_request {
                2
            } else {
                0
            }
        }
        SiteKind::Binding { .. } | SiteKind::Return | SiteKind::Docstring { .. } | SiteKind::Schema => 0,
    };
    site.uses.iter().map(weight_of_use).max().unwrap_or(0).max(own)
}

/// The weight of what other code does with a text.
fn weight_of_use(by: &Use) -> i32 {
    match by {
        Use::Message(_) => 5,
        Use::Argument { function, keyword } => argument_weight(function, keyword.as_deref()),
        Use::Key(key) | Use::Return(key) => {
            if name_weight(key) >= 3 {
                3
            } else {
                0
            }
        }
        Use::Other => 0,
    }
}

fn argument_weight(function: &str, keyword: Option<&str>) -> i32 {
    // A text that is kept, shown or sent elsewhere asks nothing.
    let name = words_of(last(function));
    let is_kept = name.first().is_some_and(|verb| words::has(words::STORING, verb))
        || name.first().is_some_and(|verb| ["add", "upsert", "index"].contains(&verb.as_str()))
            && name.iter().any(|word| ["documents", "texts", "chunks", "embeddings"].contains(&word.as_str()));
    if is_kept {
        return 0;
    }
    // A person is asked: `ask_question(…)`, `prompt_select(…)`.
    let is_for_a_person = |words: &[String]| {
        words.windows(2).any(|pair| {
            ["ask", "prompt"].contains(&pair[0].as_str())
                && ["question", "select", "user", "confirm", "choice", "yes"].contains(&pair[1].as_str())
        })
    };
    if is_for_a_person(&words_of(last(function))) {
        return 0;
    }
    let words = words_of(function);
    let is_model = words.iter().any(|word| words::has(words::MODELS, word) || word.ends_with("prompt"));
    let is_template = function.contains("PromptTemplate") || function.contains("MessagePrompt");
    let known =
        keyword.map(|keyword| words::has(words::PARAMETERS, &keyword.to_lowercase()) || name_weight(keyword) >= 3);
    // An agent that hands on to others is told what each of them does.
    let is_of_agent = keyword == Some("description") && last(function).ends_with("Agent");
    if is_of_agent || describes_by_function(function) {
        return 5;
    }
    // Numbers are made of a text, no answer.
    if words.iter().any(|word| word.starts_with("embed")) {
        return 0;
    }
    // An object that holds what a program answers: `AgentResult(content=…)`.
    let is_outcome = ["Result", "Response", "Answer", "Reply", "Output", "Event"];
    let class = last(function);
    let is_made = class.starts_with(|letter: char| letter.is_uppercase());
    if is_made && keyword.is_some() && is_outcome.iter().any(|outcome| class.ends_with(outcome)) {
        return 0;
    }
    let is_shell = function.starts_with("os.");
    let is_asked =
        !is_shell && words::has(words::ASKING, last(function)) && keyword.is_none_or(|_| known == Some(true));
    match known {
        _ if is_template => 4,
        _ if is_asked => 4,
        Some(true)
            if is_model && keyword.is_some_and(|keyword| words::has(words::REQUESTS, &keyword.to_lowercase())) =>
        {
            4
        }
        Some(true) | None if is_model => 3,
        Some(true) => i32::from(keyword.is_some_and(|keyword| name_weight(keyword) >= 3)),
        _ => 0,
    }
}

/// Decorators of functions whose docstrings a model reads.
const OF_TOOLS: &[&str] =
    &["tool", "function_tool", "kernel_function", "ai_function", "ell.simple", "ell.complex", "prompt"];

/// Tells whether a framework sends a docstring: that of a signature or of a tool.
fn is_read_by_models(bases: &[String], decorators: &[String]) -> bool {
    let is_tool = |decorator: &String| {
        OF_TOOLS.contains(&decorator.as_str()) || last(decorator) == "tool" || words::is_action(decorator)
    };
    bases.iter().any(|base| last(base).ends_with("Signature")) || decorators.iter().any(is_tool)
}

/// Tells whether a text under this key says what a tool does: the schema of its arguments stands beside it.
pub(super) fn describes_tool(own: &str, siblings: Siblings) -> bool {
    own.eq_ignore_ascii_case("description") && siblings.are_of_tool
}

/// Tells whether a function is given what a tool does.
pub(super) fn describes_by_function(function: &str) -> bool {
    let name = last(function);
    let is_of_tools = || words_of(function).iter().any(|word| ["tool", "tools", "mcp"].contains(&word.as_str()));
    match name {
        "description" | "withDescription" | "WithDescription" => is_of_tools(),
        "tool" | "Create" => {
            ["server.tool", "mcp.tool", "AIFunctionFactory.Create"].iter().any(|known| function.ends_with(known))
        }
        _ => ["registerTool", "addTool", "AddTool", "NewTool", "CreateFromMethod"].contains(&name),
    }
}

/// Tells whether it is messages with roles.
pub(super) fn is_said(site: &Site) -> bool {
    site.kind == SiteKind::Messages && site.parts.iter().any(|part| part.role.is_some())
}

/// The weight of the words of a text.
fn prose_weight(text: &str, site: &Site, is_of_prompts: bool) -> i32 {
    let count = PROSE.find_iter(text).take(200).count() + CJK.find_iter(text).take(200).count() / 2;
    let opening = if OPENING.is_match(text) { 2 } else { 0 };
    let person = if is_person(text) { 2 } else { 0 };
    let directives = (0..3).zip(DIRECTIVES.find_iter(text)).map(|(number, _)| number + 1).last().unwrap_or(0);
    let amount = match count {
        0..=1 => -2,
        2..=3 => 0,
        4..=11 => 1,
        12..=39 => 2,
        _ => 3,
    };
    let has_values = site.parts.any_from_end(|part| part.text.content.has_values());
    let is_open = PLACEHOLDER.is_match(text);
    let values = i32::from(has_values || is_open);
    // Places for a question and for what it is to be answered with.
    let places = i32::from(ASKED_PLACE.find_iter(text).nth(1).is_some()) * 2;
    // A template with places for values.
    let template = i32::from(is_open && words_of(&site.own).iter().any(|word| word == "template"));
    // A question, unless a program asks it.
    let asked =
        if text.ends_with(['?', '？']) && (3..40).contains(&count) && !CONFIRMING.is_match(text) { 2 } else { 0 };
    // A report that tells its reader at length what to do next, in a file of prompts, is a model's.
    let is_told = count >= 40 && directives == 3 && is_of_prompts;
    let is_excuse = EXCUSE.is_match(text) && !is_person(text);
    let is_report = is_excuse || REPORT.is_match(text) || text.contains(" failed: ") || text.contains("[bold");
    let report = if is_report && !is_told { 4 } else { 0 };
    opening
        + person
        + directives.min(amount.max(0))
        + amount
        + values
        + template
        + places
        + asked
        + structure_weight(text, values > 0)
        - report
}

/// Tells whether a text begins with what its reader is or is to do.
pub(super) fn opens_with_a_request(text: &str) -> bool {
    OPENING.is_match(text)
}

/// Tells whether a text says to somebody who he is or what he is to do, where it begins or at the head of a section.
fn is_opened(text: &str) -> bool {
    let start: String = text.chars().take(MOST_OPENING).collect();
    let is_told = |line: &str| OPENING.is_match(line);
    is_person(&start) || text.ends_with(['?', '？']) || start.lines().any(is_told)
}

fn is_person(text: &str) -> bool {
    text.to_lowercase().contains("you are ") || text.contains("你是") || text.contains("あなたは")
}

/// Tells whether the words of a text ask something of a reader, as far as its language is known.
fn is_addressed(text: &str) -> bool {
    let is_open = OPENING.is_match(text) || DIRECTIVES.is_match(text) || PLACEHOLDER.is_match(text);
    is_open || text.ends_with(['?', '？']) || text.contains(VALUE) || !text.is_ascii()
}

/// The weight of sections: headings or tags in a text of several lines that has values too.
fn structure_weight(text: &str, has_values: bool) -> i32 {
    let sections = text.lines().filter(|line| SECTION.is_match(line)).take(2).count();
    if has_values && sections > 1 { 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_prompts() {
        assert_eq!(name_weight("SYSTEM_PROMPT"), 3);
        assert_eq!(name_weight("systemMessage"), 3);
        assert_eq!(name_weight("task"), 1);
        assert_eq!(name_weight("total"), 0);
    }
}
