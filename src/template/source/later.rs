//! Texts that are filled later, elsewhere than where they are written: the syntax of their places for values.

use super::patterns::{NAME_IN_BRACES, NAME_IN_TWO_BRACES, QUOTED_MARK, count};
use super::site::Site;
use crate::template::syntax::{go, percent};
use crate::template::{Fragment, Syntax};

/// The syntax of the placeholders in a text that is filled later.
pub(super) fn later_syntax(site: &Site, language: &str, fills_dollars: bool) -> Syntax {
    let texts = texts_of(site);
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    // The languages whose own way to fill a text it is; Python has two.
    let has_directives = || texts.iter().any(|text| percent::has_directives(text));
    if ["go", "java", "ruby"].contains(&language) && has_directives() {
        return Syntax::Percent;
    }
    if language == "go" && texts.iter().any(|text| go::has_fields(text)) {
        return Syntax::Go;
    }
    // Nothing else is written so.
    if texts.iter().any(|text| text.contains("{{$") || text.contains("{{ $")) {
        return Syntax::SemanticKernel;
    }
    // Braces in threes are Mustache's.
    if texts.iter().any(|text| text.contains("{{{")) && Syntax::detect(&texts) == Syntax::Plain {
        return Syntax::Handlebars;
    }
    if fills_dollars && texts.iter().any(|text| text.contains("${")) {
        return Syntax::Dollar;
    }
    let found = Syntax::detect_in_code(&texts);
    // Single braces beside doubled ones around names are text: such a language does not format by them.
    let is_doubled = || {
        let doubled = count(&NAME_IN_TWO_BRACES, &texts);
        doubled > 0 && doubled >= count(&NAME_IN_BRACES, &texts)
    };
    if found == Syntax::Braces && language != "python" && is_doubled() {
        let has_blocks = texts.iter().any(|text| text.contains("{{{") || text.contains("{{#"));
        return if has_blocks { Syntax::Handlebars } else { Syntax::Jinja };
    }
    match found {
        Syntax::Braces | Syntax::Jinja | Syntax::Handlebars => found,
        _ if language == "python" && has_directives() => Syntax::Percent,
        _ => Syntax::Plain,
    }
}

/// The texts of a site.
pub(super) fn texts_of(site: &Site) -> Vec<String> {
    let mut texts = Vec::new();
    site.parts.iter().flat_map(|part| part.text.content.iter()).for_each(|fragment| texts_in(fragment, &mut texts));
    texts
}

fn texts_in(fragment: &Fragment, texts: &mut Vec<String>) {
    match fragment {
        Fragment::Choice(choice) => choice.branches.iter().flatten().for_each(|inner| texts_in(inner, texts)),
        fragment => texts.extend(text(fragment)),
    }
}

/// Tells whether a text has values as Ruby formats them by name: `%<name>s`.
pub(super) fn has_named_percents(site: &Site) -> bool {
    texts_of(site).iter().any(|text| percent::has_named(text))
}

/// Tells whether code replaces whatever stands in `${…}` of a text: `text.replace(/\${(.*?)}/g, …)`.
pub(super) fn fills_dollars(source: &str) -> bool {
    ["/\\$\\{(", "/\\${(", "/[$]{(", "r\"\\$\\{("].iter().any(|pattern| source.contains(pattern))
}

/// The marks such as `{{name}}` for which code of a file puts values, be the text what it may: `strings.ReplaceAll(template, "{{name}}", name)`.
pub(super) fn replaced_marks(source: &str) -> Vec<String> {
    let lines = source.lines().filter(|line| line.contains("eplace"));
    let marks = lines.flat_map(|line| QUOTED_MARK.captures_iter(line));
    marks.filter_map(|captures| Some(captures.get(1)?.as_str().to_owned())).collect()
}

/// Those of some marks that stand in a text, which may have values of another kind, too.
pub(super) fn marks_within(content: &[Fragment], marks: &[String]) -> Vec<String> {
    let stands = |mark: &&String| content.iter().filter_map(text).any(|text| text.contains(mark.as_str()));
    marks.iter().filter(stands).cloned().collect()
}

/// The text of a fragment that is one.
pub(super) fn text(fragment: &Fragment) -> Option<String> {
    match fragment {
        Fragment::Text(passage) => Some(passage.text.clone()),
        _ => None,
    }
}
