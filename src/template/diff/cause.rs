//! Causes: the change that made two templates differ, verified by reverting it and counting the tokens again.

use super::json::{Difference, difference, tool_name};
use super::text::TextDiff;
use super::{first_parting, kept, origin};
use crate::document::Node;
use crate::prompt::Origin;
use crate::template::fill::first_difference;
use crate::template::layout::Layout;
use crate::template::prefix::Renderings;
use crate::template::volatile::ValueKind;
use crate::template::{Syntax, Template, TemplateMessage};

/// The change that made two templates differ.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// Its kind.
    pub kind: CauseKind,
    /// Tokens of the old stable prefix that reverting the change gives back; `None` if none are lost.
    pub tokens_given_back: Option<u64>,
}

/// A kind of change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CauseKind {
    /// A value that may differ now stands before stable text.
    Volatile(ValueKind, ValueChange),
    /// A value that stood further in front.
    VolatileMovedBack,
    /// A value that is gone.
    VolatileRemoved,
    /// Text was reworded.
    TextReworded,
    /// Text was inserted.
    TextInserted,
    /// Text was removed.
    TextRemoved,
    /// The same text stands in another order.
    TextReordered,
    /// The same examples stand in another order.
    ExamplesReordered,
    /// A heading was changed.
    HeadingChanged,
    /// Only white space was changed.
    Whitespace,
    /// Only line endings were changed.
    LineEndings,
    /// Text was added at the end.
    Appended,
    /// Text was removed from the end.
    Truncated,
    /// The same JSON has its keys in another order.
    KeyOrder,
    /// The same tools stand in another order.
    ToolsReordered,
    /// A tool was added.
    ToolAdded,
    /// A tool was removed.
    ToolRemoved,
    /// The definition of a tool was edited.
    ToolSchema,
    /// A message was inserted.
    MessageInserted,
    /// A message was removed.
    MessageRemoved,
    /// The same messages stand in another order.
    MessagesReordered,
    /// A message has another role.
    RoleChanged,
    /// No single change explains the difference.
    Unknown,
}

/// The change that brought a value before stable text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ValueChange {
    /// The old template does not have it.
    Added,
    /// It stood further back.
    Moved,
}

impl Cause {
    /// The change in words that begin or continue a sentence.
    pub fn describe(&self) -> String {
        let is_before_stable = self.kind.how().is_some() && self.tokens_given_back.is_some();
        self.kind.describe() + if is_before_stable { " before stable text" } else { "" }
    }
}

impl ValueChange {
    /// Its name for scripts.
    pub fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Moved => "moved",
        }
    }
}

impl CauseKind {
    /// Its code for scripts.
    pub fn code(self) -> &'static str {
        match self {
            Self::Volatile(value, _) => value.code(),
            Self::VolatileMovedBack => "volatile-moved-back",
            Self::VolatileRemoved => "volatile-removed",
            Self::TextReworded => "text-reworded",
            Self::TextInserted => "text-inserted",
            Self::TextRemoved => "text-removed",
            Self::TextReordered => "text-reordered",
            Self::ExamplesReordered => "examples-reordered",
            Self::HeadingChanged => "heading-changed",
            Self::Whitespace => "whitespace",
            Self::LineEndings => "line-endings",
            Self::Appended => "appended",
            Self::Truncated => "truncated",
            Self::KeyOrder => "key-order",
            Self::ToolsReordered => "tools-reordered",
            Self::ToolAdded => "tool-added",
            Self::ToolRemoved => "tool-removed",
            Self::ToolSchema => "tool-schema",
            Self::MessageInserted => "message-inserted",
            Self::MessageRemoved => "message-removed",
            Self::MessagesReordered => "messages-reordered",
            Self::RoleChanged => "role-changed",
            Self::Unknown => "unknown",
        }
    }

    /// The change that brought a value before stable text, if a value is the cause.
    pub fn how(self) -> Option<ValueChange> {
        match self {
            Self::Volatile(_, how) => Some(how),
            _ => None,
        }
    }

    /// A value that may differ was added, moved or removed.
    pub fn is_volatile(self) -> bool {
        matches!(self, Self::Volatile(..) | Self::VolatileMovedBack | Self::VolatileRemoved)
    }

    fn describe(self) -> String {
        let words = match self {
            Self::Volatile(value, how) => return format!("{value} was {}", how.name()),
            Self::VolatileMovedBack => "a value that may differ was moved further back",
            Self::VolatileRemoved => "a value that may differ was removed",
            Self::TextReworded => "text was reworded",
            Self::TextInserted => "text was inserted",
            Self::TextRemoved => "text was removed",
            Self::TextReordered => "the same text stands in another order",
            Self::ExamplesReordered => "the same examples stand in another order",
            Self::HeadingChanged => "a heading was changed",
            Self::Whitespace => "only white space was changed",
            Self::LineEndings => "only line endings were changed",
            Self::Appended => "text was added at the end",
            Self::Truncated => "text was removed from the end",
            Self::KeyOrder => "the same JSON has its keys in another order",
            Self::ToolsReordered => "the same tools stand in another order",
            Self::ToolAdded => "a tool was added",
            Self::ToolRemoved => "a tool was removed",
            Self::ToolSchema => "the definition of a tool was edited",
            Self::MessageInserted => "a message was inserted",
            Self::MessageRemoved => "a message was removed",
            Self::MessagesReordered => "the same messages stand in another order",
            Self::RoleChanged => "a message has another role",
            Self::Unknown => "no single change explains the difference",
        };
        words.to_owned()
    }
}

/// A change that may be the cause, and the new template without it.
struct CauseCandidate {
    kind: CauseKind,
    undone: Template,
}

/// The cause of a divergence: the first change at its place whose undoing gives tokens back.
pub(super) fn find(old: (&Template, &Renderings<'_>), new: (&Template, &Renderings<'_>), layout: &Layout) -> Cause {
    let candidates = candidates(old, new);
    let stable = old.1.stable_tokens();
    let now = kept(old.1, new.1);
    if now == stable {
        let kind = candidates.first().map_or(CauseKind::Unknown, |candidate| candidate.kind);
        return Cause { kind, tokens_given_back: None };
    }
    for candidate in candidates {
        let undone = Renderings::with(&candidate.undone, layout, old.1.probes().to_vec());
        let then = kept(old.1, &undone);
        if then > now {
            return Cause { kind: candidate.kind, tokens_given_back: Some((then - now) as u64) };
        }
    }
    Cause { kind: CauseKind::Unknown, tokens_given_back: None }
}

/// All changes that may be the cause, those at the place of the divergence first.
fn candidates(old: (&Template, &Renderings<'_>), new: (&Template, &Renderings<'_>)) -> Vec<CauseCandidate> {
    let mut tools = of_tools(old.0, new.0);
    let mut messages = of_messages(old.0, new.0);
    let in_tools = first_parting(old.1, new.1).is_some_and(|(_, (ours, theirs))| {
        let at = first_difference(&ours.prompt, &theirs.prompt);
        at.is_some_and(|at| [ours, theirs].iter().any(|laid_out| origin(laid_out, at) == Origin::Tools))
    });
    if in_tools {
        tools.append(&mut messages);
        tools
    } else {
        messages.append(&mut tools);
        messages
    }
}

fn of_tools(old: &Template, new: &Template) -> Vec<CauseCandidate> {
    let names = |tools: &[Node]| tools.iter().map(|tool| tool_name(tool).to_owned()).collect::<Vec<_>>();
    let (ours, theirs) = (names(&old.tools), names(&new.tools));
    let mut found = Vec::new();
    let mut add =
        |kind, tools: Vec<Node>| found.push(CauseCandidate { kind, undone: Template { tools, ..new.clone() } });
    let by_name = |tools: &[Node], name: &str| tools.iter().find(|tool| tool_name(tool) == name).cloned();
    // One list as the other has it, as far as each tool is still there.
    let in_old_order = |tools: &[Node]| {
        let known = ours.iter().filter_map(|name| by_name(tools, name));
        let others = tools.iter().filter(|tool| !ours.iter().any(|name| name == tool_name(tool))).cloned();
        known.chain(others).collect::<Vec<_>>()
    };
    let common = |list: &[String], other: &[String]| {
        list.iter().filter(|name| other.contains(name)).cloned().collect::<Vec<_>>()
    };
    if common(&ours, &theirs) != common(&theirs, &ours) {
        add(CauseKind::ToolsReordered, in_old_order(&new.tools));
    }
    if theirs.iter().any(|name| !ours.contains(name)) {
        let kept = new.tools.iter().filter(|tool| ours.iter().any(|name| name == tool_name(tool)));
        add(CauseKind::ToolAdded, kept.cloned().collect());
    }
    if ours.iter().any(|name| !theirs.contains(name)) {
        add(CauseKind::ToolRemoved, put_back(&old.tools, &new.tools));
    }
    for kind in [Difference::KeyOrder, Difference::Content] {
        let as_before = |tool: &Node| match by_name(&old.tools, tool_name(tool)) {
            Some(before) if difference(&before.to_json(), &tool.to_json()) == kind => (before, true),
            _ => (tool.clone(), false),
        };
        let tools: Vec<(Node, bool)> = new.tools.iter().map(as_before).collect();
        if tools.iter().any(|(_, is_changed)| *is_changed) {
            let cause = if kind == Difference::KeyOrder { CauseKind::KeyOrder } else { CauseKind::ToolSchema };
            add(cause, tools.into_iter().map(|(tool, _)| tool).collect());
        }
    }
    if found.len() > 1 {
        found
            .push(CauseCandidate { kind: found[0].kind, undone: Template { tools: old.tools.clone(), ..new.clone() } });
    }
    found
}

/// The new tools with those of the old that are gone, where they stood.
fn put_back(old: &[Node], new: &[Node]) -> Vec<Node> {
    let mut tools = new.to_vec();
    for (index, tool) in old.iter().enumerate() {
        if !new.iter().any(|other| tool_name(other) == tool_name(tool)) {
            tools.insert(index.min(tools.len()), tool.clone());
        }
    }
    tools
}

fn of_messages(old: &Template, new: &Template) -> Vec<CauseCandidate> {
    let key = |message: &TemplateMessage| (message.role.clone(), message.raw.clone());
    let (ours, theirs): (Vec<_>, Vec<_>) =
        (old.messages.iter().map(key).collect(), new.messages.iter().map(key).collect());
    let start = ours.iter().zip(&theirs).take_while(|(ours, theirs)| ours == theirs).count();
    let end = ours[start..]
        .iter()
        .rev()
        .zip(theirs[start..].iter().rev())
        .take_while(|(ours, theirs)| ours == theirs)
        .count();
    let (mine, yours) = (start..ours.len() - end, start..theirs.len() - end);
    let mut found = Vec::new();
    let mut add = |kind, undone: Vec<TemplateMessage>| {
        found.push(CauseCandidate { kind, undone: Template { messages: undone, ..new.clone() } });
    };
    let spliced = |range: std::ops::Range<usize>, with: &[TemplateMessage]| {
        let mut messages = new.messages.clone();
        messages.splice(range, with.iter().cloned());
        messages
    };
    if mine.is_empty() && yours.is_empty() {
        found.extend(of_inserted_files(old, new));
        return found;
    }
    let sorted = |mut keys: Vec<(String, String)>| {
        keys.sort();
        keys
    };
    if sorted(ours[mine.clone()].to_vec()) == sorted(theirs[yours.clone()].to_vec()) {
        let is_examples = old.messages[mine.clone()].iter().any(|message| message.role == "assistant");
        let kind = if is_examples { CauseKind::ExamplesReordered } else { CauseKind::MessagesReordered };
        add(kind, spliced(yours, &old.messages[mine]));
        return found;
    }
    if !mine.is_empty() && !yours.is_empty() {
        let (before, after) = (&old.messages[start], &new.messages[start]);
        for (kind, undone) in of_message(before, after, new.syntax) {
            add(kind, spliced(start..start + 1, &[undone]));
        }
        if before.role == after.role
            && let Some(kind) = crossing(&old.messages[mine.clone()], &new.messages[yours.clone()], new)
        {
            let as_many = mine.len() == yours.len();
            let undone = || spliced(yours.clone(), &old.messages[mine.clone()]);
            add(kind, if as_many { undone() } else { new.messages.clone() });
        }
    }
    if yours.len() > mine.len() {
        let count = yours.len() - mine.len();
        add(CauseKind::MessageInserted, spliced(start..start + count, &[]));
    } else if mine.len() > yours.len() {
        let count = mine.len() - yours.len();
        add(CauseKind::MessageRemoved, spliced(start..start, &old.messages[start..start + count]));
    }
    add(CauseKind::TextReworded, spliced(yours, &old.messages[mine]));
    found
}

/// A change of a file that the messages insert, which say the same themselves.
fn of_inserted_files(old: &Template, new: &Template) -> Option<CauseCandidate> {
    let mut both = old.messages.iter().zip(&new.messages);
    let (ours, theirs) = both.find(|(ours, theirs)| ours.beside != theirs.beside)?;
    let (before, after) = (ours.beside.text(), theirs.beside.text());
    let (kind, _) = TextDiff::new(&before, &after, new.syntax).candidates().into_iter().next()?;
    Some(CauseCandidate { kind, undone: Template { messages: old.messages.clone(), ..new.clone() } })
}

/// The changes that a message may have, each with the message without it.
fn of_message(old: &TemplateMessage, new: &TemplateMessage, syntax: Syntax) -> Vec<(CauseKind, TemplateMessage)> {
    if old.role == new.role {
        let texts = TextDiff::new(&old.raw, &new.raw, syntax).candidates();
        return texts.into_iter().map(|(kind, text)| (kind, new.saying(text, syntax))).collect();
    }
    let same_role = || (CauseKind::RoleChanged, TemplateMessage { role: old.role.clone(), ..new.clone() });
    (old.raw == new.raw).then(same_role).into_iter().collect()
}

/// A value that went from one message to another.
fn crossing(old: &[TemplateMessage], new: &[TemplateMessage], template: &Template) -> Option<CauseKind> {
    let written = |messages: &[TemplateMessage]| {
        let values = messages.iter().map(|message| {
            let one = Template { messages: vec![message.clone()], syntax: template.syntax, ..Template::default() };
            one.volatile().iter().map(|fragment| fragment.written().to_owned()).collect::<Vec<_>>()
        });
        values.collect::<Vec<_>>()
    };
    let (ours, theirs) = (written(old), written(new));
    let came = theirs.first()?.iter().find(|value| !ours[0].contains(value))?;
    let is_moved = ours[1..].iter().any(|values| values.contains(came));
    is_moved.then(|| CauseKind::Volatile(ValueKind::guess(came), ValueChange::Moved))
}
