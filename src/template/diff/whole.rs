//! Wholeness: parts of a prompt that may move without breaking it. An item alone is no list, a text without its label says nothing, and
//! half of a fence, a table, a tag or a schema is none.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::template::fences::Fences;

static ITEM: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"^\s*(?:[-*+•]\s|\d+[.)]\s|[a-z][.)]\s|\|)").ok());
static TAG: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"<(/?)([A-Za-z_][\w.-]*)(?:\s[^<>]*)?>").ok());

/// A text whose parts are asked for, with what stands around each place of it.
pub(super) struct Whole<'a> {
    text: &'a str,
    fences: Fences,
    /// The bytes at which its headings begin, where it has several.
    headings: Vec<usize>,
    /// The byte behind each tag, and the number of tags that are open there.
    open: Vec<(usize, usize)>,
}

impl<'a> Whole<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let fences = Fences::new(text);
        let (mut headings, mut at) = (Vec::new(), 0);
        for line in text.split_inclusive('\n') {
            headings.extend((is_heading(line) && !fences.contains(at)).then_some(at));
            at += line.len();
        }
        let headings = if headings.len() > 1 { headings } else { Vec::new() };
        Self { text, fences, headings, open: open_behind_tags(text) }
    }

    /// Tells whether these bytes of the text can stand elsewhere, and the rest without them.
    pub(super) fn may_move(&self, range: &Range<usize>) -> bool {
        let (before, part, after) = (&self.text[..range.start], &self.text[range.clone()], &self.text[range.end..]);
        let first = part.trim_start().lines().next().unwrap_or_default();
        let is_item = part.lines().any(|line| ITEM.as_ref().is_some_and(|item| item.is_match(line)));
        let is_section = is_heading(first) || first.trim_start().starts_with('<') && tags_balance(part);
        // A section takes its lists along.
        if is_item && !is_section {
            return false;
        }
        let is_fenced = self.fences.reach(range.start);
        if is_fenced || part.matches("```").count() % 2 == 1 || !tags_balance(part) || self.is_within_tag(range.start) {
            return false;
        }
        if is_section {
            return !is_of_role(part);
        }
        // A line under one of several headings is a part of its section, and who the model is stands first.
        if self.headings.first().is_some_and(|first| *first < range.start) || is_role(first) {
            return false;
        }
        let label = before.trim_end_matches([' ', '\t']).lines().rev().find(|line| !line.trim().is_empty());
        let is_labelled = label.is_some_and(|line| is_heading(line) || is_label(line) || is_bracket(line));
        let last = part.trim_end().lines().next_back().unwrap_or_default();
        // The text that it introduces would stay behind.
        let introduces = (is_label(last) || is_heading(last)) && !after.trim_start().is_empty();
        // A text between rulers belongs to the heading above them.
        let is_framed = neighbours(before, after).into_iter().any(is_ruler);
        let is_in_row = is_framed || after.lines().next().is_some_and(is_bracket_end);
        !is_labelled
            && !introduces
            && !is_in_row
            && !is_cut_from_sentence(before, part, after)
            && !is_alike(before, part, after)
    }

    /// Tells whether a tag is open before a byte.
    fn is_within_tag(&self, at: usize) -> bool {
        let before = &self.open[..self.open.partition_point(|(end, _)| *end <= at)];
        before.last().is_some_and(|(_, open)| *open > 0)
    }
}

/// Tells whether a line introduces what stands below it.
fn is_label(line: &str) -> bool {
    line.trim_end().ends_with([':', '：'])
}

/// Tells whether a line is a ruler: `=====`, `-----`, `---BRIEF---`.
fn is_ruler(line: &str) -> bool {
    let is_drawn = |mark: &&str| line.len() > 2 && line.replace(*mark, "").is_empty();
    let is_named = |mark: &&str| line.len() > 8 && line.starts_with(&mark.repeat(3)) && line.ends_with(&mark.repeat(3));
    let marks = ["=", "-", "*", "_", "~", "#"];
    marks.iter().any(is_drawn) || ["=", "-", "*", "~", "#", "<", ">"].iter().any(is_named)
}

/// Tells whether a line says who its reader is.
fn is_role(line: &str) -> bool {
    let line = line.trim_start().to_lowercase();
    let starts = [
        "you are ",
        "you're ",
        "you assist ",
        "you help ",
        "act as ",
        "your role ",
        "你是",
        "你的角色",
        "あなたは",
        "du bist ",
        "eres ",
        "tu es ",
    ];
    starts.iter().any(|start| line.starts_with(start))
}

/// Tells whether a section says who its reader is, by its heading or its first line.
fn is_of_role(section: &str) -> bool {
    let mut lines = section.lines().filter(|line| !line.trim().is_empty());
    let heading = lines.next().unwrap_or_default().to_lowercase();
    let is_told =
        ["role", "identity", "persona", "who you are", "角色", "身份"].iter().any(|word| heading.contains(word));
    is_told || lines.next().is_some_and(is_role)
}

/// The lines directly above and below a part.
fn neighbours<'a>(before: &'a str, after: &'a str) -> [&'a str; 2] {
    let above = before.strip_suffix('\n').unwrap_or(before).rsplit('\n').next().unwrap_or_default();
    [above.trim(), after.lines().next().unwrap_or_default().trim()]
}

/// Tells whether a sentence goes on from the line above or into the line below, as where a paragraph is wrapped by hand.
fn is_cut_from_sentence(before: &str, part: &str, after: &str) -> bool {
    let [above, below] = neighbours(before, after);
    let goes_on = |line: &str, next: &str| {
        let is_open = !line.is_empty() && !line.ends_with(['.', '!', '?', ':', ';', '。', '！', '？', '：', '；']);
        is_open && (line.ends_with(',') && !next.is_empty() || next.starts_with(char::is_lowercase))
    };
    let (first, last) = (part.trim_start(), part.trim_end().rsplit('\n').next().unwrap_or_default());
    goes_on(above, first) || part.ends_with('\n') && goes_on(last.trim(), below)
}

/// Tells whether a line is one of several with the same label, as examples are written: an item of a list without a mark.
fn is_alike(before: &str, part: &str, after: &str) -> bool {
    let label = |line: &str| {
        let (label, rest) = line.trim().split_once(": ")?;
        (!rest.is_empty() && label.len() < 25 && !label.contains(['{', '<', '`'])).then(|| label.to_owned())
    };
    let own = label(part.trim().lines().next().unwrap_or_default());
    own.is_some() && neighbours(before, after).into_iter().any(|line| label(line) == own)
}

/// Cuts a text into sections: from a heading to the next of its rank, from a tag to its end, and what stands between them.
pub(super) fn sections(text: &str) -> Vec<&str> {
    let fences = Fences::new(text);
    let (mut cuts, mut at, mut rank, mut tag) = (Vec::new(), 0, usize::MAX, 0);
    for line in text.split_inclusive('\n') {
        let is_code = fences.contains(at);
        let own = line.len() - line.trim_start_matches('#').len();
        if !is_code && tag == 0 {
            let is_next = is_heading(line) && own <= rank.max(1);
            if is_next || line.starts_with('<') && open_tags(line) > 0 {
                cuts.push(at);
                rank = if is_next { own } else { usize::MAX };
            }
        }
        let was_open = tag > 0;
        tag = (tag + open_tags(line)).saturating_sub(closed_tags(line));
        at += line.len();
        if was_open && tag == 0 {
            cuts.push(at);
            rank = usize::MAX;
        }
    }
    let starts = std::iter::once(0).chain(cuts.iter().copied());
    let ends = cuts.iter().copied().chain([text.len()]);
    starts.zip(ends).filter(|(start, end)| start < end).map(|(start, end)| &text[start..end]).collect()
}

fn is_heading(line: &str) -> bool {
    let rest = line.trim_start_matches('#');
    let is_bold = line.trim().starts_with("**") && line.trim().trim_end_matches([':', '：']).ends_with("**");
    rest.len() < line.len() && rest.starts_with(' ') || is_bold
}

fn is_bracket(line: &str) -> bool {
    line.trim_end().ends_with(['{', '[', '(', ','])
}

fn is_bracket_end(line: &str) -> bool {
    line.trim_start().starts_with(['}', ']', ')'])
}

/// The tags that a text opens and does not close.
fn open_tags(text: &str) -> usize {
    open_behind_tags(text).last().map_or(0, |(_, open)| *open)
}

/// The byte behind each tag of a text, and the number of tags that are open there.
fn open_behind_tags(text: &str) -> Vec<(usize, usize)> {
    let (mut open, mut of_name): (Vec<&str>, HashMap<&str, usize>) = (Vec::new(), HashMap::new());
    let mut behind = Vec::new();
    for found in TAG.iter().flat_map(|tag| tag.captures_iter(text)) {
        let (Some(whole), Some(slash), Some(name)) = (found.get(0), found.get(1), found.get(2)) else { continue };
        let name = name.as_str();
        if slash.is_empty() && !whole.as_str().ends_with("/>") {
            open.push(name);
            *of_name.entry(name).or_default() += 1;
        } else if of_name.get(name).is_some_and(|count| *count > 0) {
            // It closes those within it, too.
            while let Some(closed) = open.pop() {
                of_name.entry(closed).and_modify(|count| *count -= 1);
                if closed == name {
                    break;
                }
            }
        }
        behind.push((whole.end(), open.len()));
    }
    behind
}

fn closed_tags(text: &str) -> usize {
    let all = TAG.iter().flat_map(|tag| tag.captures_iter(text));
    let closing = all.filter(|found| found.get(1).is_some_and(|slash| !slash.is_empty())).count();
    let opening = TAG.iter().flat_map(|tag| tag.find_iter(text)).count() - closing;
    closing.saturating_sub(opening.saturating_sub(open_tags(text)))
}

fn tags_balance(text: &str) -> bool {
    open_tags(text) == 0 && closed_tags(text) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moves(text: &str, part: &str) -> bool {
        let start = text.find(part).unwrap();
        Whole::new(text).may_move(&(start..start + part.len()))
    }

    #[test]
    fn what_belongs_together_stays_together() {
        let texts = [
            ("You are kind.\nToday is {{ x }}.\nBe brief.\n", "Today is {{ x }}.\n", true),
            ("Rules:\n- Be brief.\n- Answer {{ x }}.\n- Be kind.\n", "- Answer {{ x }}.\n", false),
            ("## Date\n{{ x }}\n## Rules\nBe brief.\n", "{{ x }}\n", false),
            ("## Date\n{{ x }}\n## Rules\nBe brief.\n", "## Date\n{{ x }}\n", true),
            ("The date:\n{{ x }}\nBe brief.\n", "{{ x }}\n", false),
            ("```\n{{ x }}\n```\nBe brief.\n", "{{ x }}\n", false),
            ("<doc>\n{{ x }}\n</doc>\nBe brief.\n", "{{ x }}\n", false),
            ("<doc>\n{{ x }}\n</doc>\nBe brief.\n", "<doc>\n{{ x }}\n</doc>\n", true),
            ("| a | b |\n| {{ x }} | c |\n", "| {{ x }} | c |\n", false),
            ("{\n  \"a\": {{ x }},\n  \"b\": 1\n}\n", "  \"a\": {{ x }},\n", false),
            ("Answer {{ x }} as follows:\nBriefly.\n", "Answer {{ x }} as follows:\n", false),
            (
                "You see the element\nwith the number {{ x }} on the\nscreen. Tap it.\n",
                "with the number {{ x }} on the\n",
                false,
            ),
            ("Referring to the {{ x }} graph,\nDraw another.\n", "Referring to the {{ x }} graph,\n", false),
            ("query: \"a\", answer: 1\nquery: \"{{ x }}\", answer: 2\n", "query: \"{{ x }}\", answer: 2\n", false),
            ("Be brief\nToday is {{ x }}\nBe kind\n", "Today is {{ x }}\n", true),
            ("# House\nIt is old.\nToday is {{ x }}.\n# Rules\nBe kind.\n", "Today is {{ x }}.\n", false),
            ("# House\nIt is old.\nToday is {{ x }}.\nBe kind.\n", "Today is {{ x }}.\n", true),
            ("You are a clerk of {{ x }}.\nBe kind.\n", "You are a clerk of {{ x }}.\n", false),
            ("# Role\nA clerk of {{ x }}.\n# Rules\nBe kind.\n", "# Role\nA clerk of {{ x }}.\n", false),
            ("# House\n你是 {{ x }}\n# Rules\nBe kind.\n", "# House\n你是 {{ x }}\n", false),
            ("Question\n=====\n{{ x }}\n=====\nBe kind.\n", "{{ x }}\n", false),
        ];
        for (text, part, expected) in texts {
            assert_eq!(moves(text, part), expected, "{part:?} of {text:?}");
        }
    }

    #[test]
    fn sections_are_cut_at_headings_and_tags() {
        let text = "Intro.\n# A\na\n## B\nb\n# C\n```\n# no\n```\n<x>\n# in\n</x>\nEnd.\n";
        assert_eq!(
            sections(text),
            ["Intro.\n", "# A\na\n## B\nb\n", "# C\n```\n# no\n```\n", "<x>\n# in\n</x>\n", "End.\n"]
        );
        assert_eq!(sections(text).concat(), text);
    }
}
