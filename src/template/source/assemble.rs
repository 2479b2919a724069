//! Templates of the prompts of a file: which sites are one request, what each is named, and what role it has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::calls::cut;
use super::directives::Directives;
use super::extent::{extent, literals, place_within};
use super::functions;
use super::later::{fills_dollars, has_named_percents, later_syntax, marks_within, replaced_marks, text, texts_of};
use super::origin::is_constant;
use super::request;
use super::rope::Rope;
use super::signs;
use super::site::{Site, SiteKind, Use};
use super::text::cut_alike_all;
use super::value::{MessagePart, SiteId, TextValue};
use crate::document::SourceMap;
use crate::source::SourceText;
use crate::template::class::ExpressionClass;
use crate::template::syntax::code;
use crate::template::volatile::words;
use crate::template::{
    Beside, Certainty, Fragment, Placeholder, Syntax, Template, TemplateMessage, Unread, UnreadReason, unread,
};

/// The most fragments of a file's prompts, and those that they count as for their length. Code that sends a text at each step of its growth
/// has as many prompts as steps, each with the one before in it.
const MOST_WEIGHT_OF_A_FILE: usize = 300_000;

/// The constants of a file that are prompts, from which on the others with places for values are, too.
const ENOUGH_NEIGHBOURS: usize = 3;

/// The letters from which on a text that a function makes for another prompt is one itself, so that no change of it is passed over.
const LETTERS_OF_A_PROMPT: usize = 300;

/// The templates of the sites that are prompts.
pub(super) fn templates(
    mut sites: Vec<Site>,
    source: &SourceText,
    language: &str,
    decide: &dyn Fn(&str) -> Option<bool>,
) -> Vec<Template> {
    pass_on_uses(&mut sites);
    let directives = Directives::new(source);
    let (mut chosen, mut told): (BTreeSet<SiteId>, BTreeSet<SiteId>) = (BTreeSet::new(), BTreeSet::new());
    for (id, site) in sites.iter().enumerate().filter(|(_, site)| !site.is_merged) {
        let by_person = directives.of_text_at(site.at).or_else(|| decide(&site.name));
        if by_person.unwrap_or_else(|| signs::is_prompt(site, source.label())) {
            chosen.insert(id);
            told.extend(by_person.map(|_| id));
        }
    }
    let neighbours = |sites: &[Site]| chosen.iter().filter(|id| signs::is_constant(&sites[**id])).count();
    let is_of_prompts = neighbours(&sites) >= ENOUGH_NEIGHBOURS;
    if is_of_prompts {
        let others = sites.iter().enumerate().filter(|(id, site)| !site.is_merged && !chosen.contains(id));
        let is_one = |site: &Site| {
            let told = directives.of_text_at(site.at).or_else(|| decide(&site.name));
            told.is_none() && is_constant(&site.own) && signs::is_prompt_among(site, source.label(), true)
        };
        let more: Vec<SiteId> = others.filter(|(_, site)| is_one(site)).map(|(id, _)| id).collect();
        chosen.extend(more);
    }
    request::complete(&mut sites, &chosen);
    leave_out_fragments(&sites, &mut chosen);
    let own: Vec<Option<Range<usize>>> = sites.iter().map(literals).collect();
    let filled = FileSigns {
        language,
        fills_dollars: fills_dollars(source.text()),
        marks: replaced_marks(source.text()),
        imported: functions::imported(source.text()),
        assigned: functions::assigned(source.text()),
    };
    let extents: BTreeMap<SiteId, Option<Range<usize>>> =
        chosen.iter().map(|id| (*id, extent(&sites, &own, *id))).collect();
    let mut ordered: Vec<SiteId> = chosen.into_iter().collect();
    let at = |sites: &[Site], id: SiteId| extents[&id].as_ref().map_or(sites[id].at, |extent| extent.start);
    ordered.sort_by_key(|id| at(&sites, *id));
    leave_out_doubles(&sites, &extents, &mut ordered);
    let mut names: BTreeMap<String, usize> = BTreeMap::new();
    let (mut found, mut weight) = (Vec::new(), 0);
    for id in ordered {
        let site = &mut sites[id];
        weight += site.parts.iter().map(|part| 1 + part.text.content.weight()).sum::<usize>();
        if weight > MOST_WEIGHT_OF_A_FILE {
            let text = TextValue::too_large(site.at);
            site.parts = Rope::one(MessagePart { role: None, text });
        }
        let count = names.entry(site.name.clone()).or_default();
        *count += 1;
        let name = if *count == 1 { site.name.clone() } else { format!("{}.{count}", site.name) };
        let is_shown = told.contains(&id) || signs::is_shown(site, source.label(), is_of_prompts);
        let mut template = template(site, name, &filled);
        template.certainty = if is_shown { Certainty::Shown } else { Certainty::Perhaps };
        if let Some(extent) = &extents[&id] {
            place_within(&mut template, extent);
        }
        found.push(template);
    }
    found
}

/// Leaves out prompts that are told twice. Texts that begin with the same variable's are several, and so are those that begin with the same
/// literal if each is sent; of others with one beginning the one that is sent is meant.
fn leave_out_doubles(sites: &[Site], extents: &BTreeMap<SiteId, Option<Range<usize>>>, ordered: &mut Vec<SiteId>) {
    let is_sent = |id: SiteId| sites[id].kind == SiteKind::Messages;
    let is_used = |id: SiteId| {
        !is_sent(id) && sites[id].uses.iter().any(|by| matches!(by, Use::Message(_) | Use::Argument { .. }))
    };
    ordered.dedup_by(|later, kept| {
        let is_same = match (&extents[&*later], &extents[&*kept]) {
            (Some(one), Some(other)) if is_used(*later) && is_used(*kept) => one == other,
            (Some(one), Some(other)) => one.start == other.start,
            _ => false,
        };
        if is_same && is_sent(*later) && !is_sent(*kept) {
            *kept = *later;
        }
        is_same
    });
}

/// Tells variables whose text is the content of a message that it is.
fn pass_on_uses(sites: &mut [Site]) {
    let mut told: Vec<(SiteId, String)> = Vec::new();
    let mut used: Vec<(SiteId, Use)> = Vec::new();
    for site in sites.iter().filter(|site| site.kind == SiteKind::Messages) {
        // A message that is sent as a text is its template's.
        let only = site.parts.only().and_then(|part| part.text.alias);
        let by = site.uses.iter().filter(|by| matches!(by, Use::Argument { .. }));
        used.extend(only.into_iter().flat_map(|only| by.clone().map(move |by| (only, by.clone()))));
        for part in site.parts.iter() {
            let role = part.role.clone().unwrap_or_default();
            // Each of several constants that is the whole message when it is chosen.
            let is_chosen = part.text.alias.is_none() && !part.text.has_own_words && part.text.content.is_choice();
            if is_chosen {
                told.extend(part.text.inserted.iter().map(|inserted| (*inserted, role.clone())));
            }
            told.extend(part.text.alias.or(part.text.only_variable()).map(|alias| (alias, role)));
        }
    }
    let of_choice = |(id, role): &(SiteId, String)| {
        let constants = sites[*id].constants_of_choice(sites).unwrap_or_default();
        constants.into_iter().map(|constant| (constant, role.clone())).collect::<Vec<_>>()
    };
    let of_choices: Vec<(SiteId, String)> = told.iter().flat_map(of_choice).collect();
    told.extend(of_choices);
    for (id, by) in used {
        sites[id].uses.push(by);
    }
    // Once each: a list that grows and is sent at each step has the first message as often.
    let mut known: BTreeSet<(SiteId, String)> = BTreeSet::new();
    for (id, role) in told {
        if known.insert((id, role.clone())) {
            sites[id].uses.push(Use::Message(role));
        }
    }
}

/// Leaves out what is only a part of another prompt.
fn leave_out_fragments(sites: &[Site], chosen: &mut BTreeSet<SiteId>) {
    // Messages that hold no text but that of variables are those variables' prompts.
    let has_beside = |text: &TextValue| text.inserted.len() > 1 || text.has_own_values && !text.inserted.is_empty();
    // A constant that is made a template here; one that is so wherever it stands has its values itself.
    let is_filled = |site: SiteId| sites[site].parts.only().is_some_and(|part| part.text.is_filled);
    let is_word =
        |fragment: &Fragment| matches!(fragment, Fragment::Text(passage) if passage.text.contains(char::is_alphabetic));
    // A constant of another file that is filled here is listed here; one that is sent as it is stands where it is written.
    let is_imported =
        |text: &TextValue| text.inserted.is_empty() && text.content.iter().any(is_word) && text.content.has_values();
    let is_own = |text: &TextValue| match text.alias {
        Some(alias) => text.content.is_cut() && !is_filled(alias),
        None => text.content.is_cut() || is_imported(text),
    };
    let own = |part: &MessagePart| part.text.has_own_words || is_own(&part.text) || has_beside(&part.text);
    // A local text beside another message, be it a value alone, is sent with it.
    let is_of_shared = |part: &MessagePart| part.text.alias.is_some_and(|alias| sites[alias].is_shared);
    let is_local = |part: &MessagePart| {
        part.text.alias.map(|alias| &sites[alias]).is_some_and(|held| {
            !(held.is_shared || held.kind == SiteKind::Messages && held.parts.iter().all(is_of_shared))
        })
    };
    let is_whole = |id: SiteId| {
        let parts = &sites[id].parts;
        // Beside a constant, values alone are sent with it.
        let has_constant = parts.iter().any(|part| part.text.alias.is_some_and(|alias| sites[alias].is_shared));
        let says_more = |text: &TextValue| text.content.is_cut() || text.content.iter().any(is_word);
        let says = |part: &MessagePart| own(part) && (!has_constant || says_more(&part.text));
        sites[id].kind != SiteKind::Messages || parts.iter().any(says) || parts.len() > 1 && parts.iter().any(is_local)
    };
    chosen.retain(|id| is_whole(*id));
    // `prompt = prompt or PROMPT` is the constant where nothing else is given.
    let stands_for = |id: &SiteId| {
        let constants = sites[*id].constants_of_choice(sites);
        constants.is_some_and(|constants| constants.iter().all(|constant| chosen.contains(constant)))
    };
    let chosen_ones: Vec<SiteId> = chosen.iter().copied().filter(stands_for).collect();
    chosen.retain(|id| !chosen_ones.contains(id));
    let mut fragments: BTreeSet<SiteId> = BTreeSet::new();
    let mut open: Vec<SiteId> = chosen.iter().copied().collect();
    while let Some(id) = open.pop() {
        for part in sites[id].parts.iter() {
            let inserted =
                part.text.inserted.iter().filter(|inserted| **inserted != id && !is_message_itself(&sites[**inserted]));
            // A local variable is a part of the request that it is sent in.
            let local = part.text.alias.filter(|alias| *alias != id && !sites[*alias].is_shared);
            open.extend(inserted.copied().chain(local).filter(|part| fragments.insert(*part)));
        }
    }
    // A function that is followed was walked over once more, with all texts that it may return as one.
    let followed = |site: &Site| {
        let bytes = literals(site).unwrap_or(site.at..site.at + 1);
        (site.kind == SiteKind::Return).then(|| (site.own.clone(), bytes))
    };
    let places: Vec<(String, Range<usize>)> = fragments.iter().filter_map(|id| followed(&sites[*id])).collect();
    let is_followed = |id: SiteId| {
        let site = &sites[id];
        let is_sent = site.uses.iter().any(|by| matches!(by, Use::Message(_) | Use::Argument { .. }));
        let is_in = |(own, bytes): &(String, Range<usize>)| *own == site.own && bytes.contains(&site.at);
        !is_sent && site.kind == SiteKind::Return && places.iter().any(is_in)
    };
    chosen.retain(|id| !fragments.contains(id) && !is_followed(*id));
    let called: BTreeSet<String> = chosen.iter().flat_map(|id| called_in(&sites[*id])).collect();
    // A text that a function of this file makes for another prompt.
    let is_made_for_another = |id: SiteId| {
        let site = &sites[id];
        let is_sent = site.uses.iter().any(|by| matches!(by, Use::Message(_) | Use::Argument { .. }));
        let is_returned = |function: &String| {
            site.kind == SiteKind::Return && site.own == *function || site.uses.contains(&Use::Return(function.clone()))
        };
        let letters = texts_of(site).concat().chars().filter(|letter| letter.is_alphabetic()).count();
        !is_sent && letters < LETTERS_OF_A_PROMPT && called.iter().any(is_returned)
    };
    chosen.retain(|id| !is_made_for_another(*id));
}

/// The functions whose values stand in a text, beside words: a value alone is the message itself.
fn called_in(site: &Site) -> Vec<String> {
    let mut values = Vec::new();
    let has_words =
        |part: &&MessagePart| part.text.content.iter().filter_map(text).any(|text| text.contains(char::is_alphabetic));
    let parts = site.parts.iter().filter(has_words);
    let fragments: Vec<Fragment> = parts.flat_map(|part| part.text.content.iter().cloned()).collect();
    crate::template::class::values(&fragments, &mut values);
    let function = |value: &&Placeholder| {
        let written = value.written.trim_start_matches("await ").trim_start();
        let written =
            ["self.", "this.", "cls."].iter().find_map(|start| written.strip_prefix(start)).unwrap_or(written);
        let (name, _) = written.split_once('(')?;
        let is_name = !name.is_empty() && name.chars().all(|letter| letter == '_' || letter.is_alphanumeric());
        is_name.then(|| name.to_owned())
    };
    values.iter().filter_map(function).collect()
}

/// Something else than a longer text uses it, too.
fn is_message_itself(site: &Site) -> bool {
    site.is_shared && site.uses.iter().any(|by| matches!(by, Use::Message(_) | Use::Argument { .. }))
}

/// Signs in a file of how texts are filled that it holds and does not fill itself, and of what stands in others.
struct FileSigns<'a> {
    language: &'a str,
    /// Code replaces whatever stands in `${…}`.
    fills_dollars: bool,
    /// The marks for which code puts values.
    marks: Vec<String>,
    /// The names that it imports.
    imported: BTreeSet<&'a str>,
    /// The names that it gives a value.
    assigned: BTreeMap<&'a str, usize>,
}

fn template(site: &mut Site, name: String, filled: &FileSigns<'_>) -> Template {
    let is_sent_as_written =
        site.kind == SiteKind::Messages || site.uses.iter().any(|by| matches!(by, Use::Message(_)));
    let may_be_filled = !is_sent_as_written && !site.parts.iter().any(|part| part.text.is_filled);
    let is_filled = site.parts.iter().any(|part| part.text.is_filled);
    // Statements are Jinja's wherever the text is sent.
    let has_statements = || texts_of(site).iter().any(|text| text.contains("{% if ") || text.contains("{% for "));
    let is_left = !is_filled && has_statements()
        || !is_filled && (is_filled_elsewhere(site) || filled.language == "ruby" && has_named_percents(site));
    let syntax = is_left.then(|| later_syntax(site, filled.language, filled.fills_dollars));
    let role = role(site);
    let is_role_known = role.is_some() || site.parts.iter().any(|part| part.role.is_some());
    let parts = std::mem::take(&mut site.parts).into_vec().into_iter();
    let messages: Vec<TemplateMessage> = parts.map(|part| message(part, syntax, role, &filled.marks)).collect();
    let mut found = unread::Found::default();
    for message in &messages {
        unread::named(&message.content, &mut found);
        constants(&message.content, filled, &mut found);
        if may_be_filled {
            unread::in_code(&message.content, &mut found);
        }
    }
    let unread = found.in_order();
    Template { name: Some(name), messages, syntax: Syntax::Code, unread, is_role_known, ..Template::default() }
}

/// A literal, or one that stands in for a setting: `os.getenv("RULES", "…")`.
fn is_written_out(fragment: &Fragment) -> bool {
    let is_setting = |value: &Placeholder| value.class == Some(ExpressionClass::Config);
    match fragment {
        Fragment::Text(_) => true,
        Fragment::Value(_) => false,
        Fragment::Choice(choice) => choice.branches.iter().flatten().all(|inner| match inner {
            Fragment::Value(value) => is_setting(value),
            inner => is_written_out(inner),
        }),
    }
}

/// Its placeholders may be filled where this file does not show it: it is of literals alone, and handed out.
fn is_filled_elsewhere(site: &Site) -> bool {
    let is_literal = site.parts.iter().flat_map(|part| part.text.content.iter()).all(is_written_out);
    let is_sent = site.uses.iter().any(|by| matches!(by, Use::Message(_)));
    is_literal && !is_sent && (site.is_shared || site.kind == SiteKind::Return || is_made_a_template(site))
}

/// Tells whether a text is given to a function that makes a template of it: `CreateFunctionFromPrompt`, `PromptTemplate`, `render`.
fn is_made_a_template(site: &Site) -> bool {
    let makes = |function: &str| {
        words(function).iter().any(|word| ["template", "render", "compile", "mustache"].contains(&word.as_str()))
            || function.contains("FromPrompt")
            || function.contains("InvokePrompt")
    };
    let is_own = matches!(&site.kind, SiteKind::Argument { function, .. } if makes(function));
    is_own || site.uses.iter().any(|by| matches!(by, Use::Argument { function, .. } if makes(function)))
}

/// A message whose placeholders, if its text is filled later, are those of a syntax.
fn message(part: MessagePart, syntax: Option<Syntax>, role: Option<&str>, marks: &[String]) -> TemplateMessage {
    let TextValue { content, mut replaced, .. } = part.text;
    let content = content.into_vec();
    let content = match syntax {
        Some(syntax) => cut(content, syntax),
        None => content,
    };
    replaced.extend(marks_within(&content, marks));
    let content = cut_alike_all(content, &replaced);
    let passage = code::encode(&content);
    let (text, map): (String, SourceMap) = (passage.text, passage.map);
    let at = map.at(0);
    let end = (map.at(text.len().saturating_sub(1)) + 1).max(at);
    TemplateMessage {
        role: part.role.as_deref().or(role).unwrap_or("user").to_owned(),
        at,
        end,
        content,
        raw: text,
        map,
        beside: Beside::default(),
    }
}

/// Constants that stand in another file: their text is the same in each request, and not known.
fn constants(fragments: &[Fragment], file: &FileSigns<'_>, found: &mut unread::Found) {
    let mut values = Vec::new();
    crate::template::class::values(fragments, &mut values);
    // Go's constants are written as other names are.
    // A short text or a number that stands here.
    let is_here = |value: &Placeholder| value.names.iter().any(|name| file.assigned.contains_key(name.as_str()));
    let is_named = |value: &Placeholder| {
        let is_told = |name: &String| is_constant(name) || file.imported.contains(name.as_str());
        file.language == "go" || value.names.iter().any(is_told)
    };
    let is_constant = |value: &&&Placeholder| {
        value.class == Some(ExpressionClass::Stable)
            && (names_text(&value.written) || !value.names.is_empty())
            && is_named(value)
            && !is_here(value)
    };
    for value in values.iter().filter(is_constant) {
        found.push(Unread {
            written: value.written.clone(),
            span: value.span.clone(),
            reason: UnreadReason::Elsewhere,
        });
    }
}

/// Tells whether an expression names a text: it is no literal of something else.
fn names_text(written: &str) -> bool {
    let inner = written.trim_start_matches(['{', '$', ' ']);
    let word = inner.split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
    let is_literal = ["None", "True", "False", "null", "nil", "true", "false", "undefined"].contains(&word);
    inner.starts_with(|letter: char| letter.is_alphabetic() || "_@".contains(letter)) && !is_literal
}

/// The role that a text's name and use tell.
fn role(site: &Site) -> Option<&'static str> {
    let of_word = |word: &str| match word {
        "system" | "sys" | "instructions" | "instruction" | "persona" | "backstory" | "developer" => Some("system"),
        "user" | "human" | "question" | "query" | "task" => Some("user"),
        "assistant" => Some("assistant"),
        _ => None,
    };
    let of_name = |name: &str| {
        let words = words(name);
        // A system prompt about a user is one.
        let is_system = words.windows(2).any(|pair| {
            pair[0] == "system" && ["prompt", "message", "instruction", "instructions"].contains(&pair[1].as_str())
        });
        if is_system { Some("system") } else { words.iter().find_map(|word| of_word(word)) }
    };
    if matches!(&site.kind, SiteKind::Key { siblings } if signs::describes_tool(&site.own, *siblings)) {
        return Some("tool");
    }
    if matches!(&site.kind, SiteKind::Argument { function, .. } if signs::describes_by_function(function)) {
        return Some("tool");
    }
    if let SiteKind::Docstring { decorators, .. } = &site.kind {
        return Some(if decorators.is_empty() { "system" } else { "tool" });
    }
    // `client.prompt().system(text)`.
    let of_function = |function: &str| {
        let words = words(super::calls::last(function));
        let is_role = |role: &str| {
            words.iter().all(|word| [role, "default", "with", "prompt", "message"].contains(&word.as_str()))
        };
        ["system", "user"].into_iter().find(|role| words.iter().any(|word| word == role) && is_role(role))
    };
    let by_use = site.uses.iter().find_map(|by| match by {
        Use::Message(role) => of_word(role),
        Use::Argument { keyword: Some(keyword), .. } => of_name(keyword),
        Use::Argument { function, .. } => of_function(function),
        Use::Key(key) => of_name(key),
        _ => None,
    });
    // A class of questions or tasks has other texts, too.
    let is_class = |name: &str| name.starts_with(|letter: char| letter.is_uppercase());
    let of_around = |name: &str| of_name(name).filter(|role| !(is_class(name) && *role == "user"));
    let by_name = by_use.or_else(|| of_name(&site.own));
    let is_asked = || match &site.kind {
        SiteKind::Argument { function, keyword } => asks(function, keyword.as_deref()),
        _ => site
            .uses
            .iter()
            .any(|by| matches!(by, Use::Argument { function, keyword } if asks(function, keyword.as_deref()))),
    };
    by_name
        .or_else(|| is_asked().then_some("user"))
        .or_else(|| site.around.iter().rev().find_map(|name| of_around(name)))
}

/// Tells whether a function sends what it is given to a model as a user's message: `model.invoke(…)`, `client.GetResponseAsync(…)`.
fn asks(function: &str, keyword: Option<&str>) -> bool {
    const SENDING: &str = "aask ainvoke acompletion generate_content generate_content_async generateContent generate_text generateText \
        GenerateContent streamText generateObject GenerateFromSinglePrompt GetResponseAsync GetStreamingResponseAsync \
        InvokePromptAsync InvokePrompt CompleteChat";
    const SENDING_OF_MODELS: &str = "invoke predict apredict complete generate agenerate chat stream astream call query ask send_message sendMessage \
        run arun run_sync runSync run_streamed runStreamed";
    let last = super::calls::last(function);
    let is_of_model = || words(function).iter().any(|word| super::words::has(super::words::MODELS, word));
    let is_content = keyword.is_none_or(|keyword| ["prompt", "input", "contents", "query"].contains(&keyword));
    let sends = super::words::has(SENDING, last);
    is_content && (sends || function.contains('.') && super::words::has(SENDING_OF_MODELS, last) && is_of_model())
}
