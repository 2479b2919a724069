//! The input of rules: a file's templates, their stable prefixes, and every place in them at which something may differ.
//!
//! All of it is computed once for all rules.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;

use super::classify::{Concern, classify, classify_bound};
use super::cuts::EarlierCuts;
use super::gaps::Gaps;
use super::markdown;
use crate::exchange::is_system;
use crate::template::class::{ExpressionClass, is_constant_by_convention};
use crate::template::diff::{Side, Suggestion, suggest};
use crate::template::{
    Constants, Fragment, Layout, Passage, Renderings, StablePrefix, Syntax, Template, TemplateFile, is_source,
};
use crate::time::SignedDuration;

/// A block where no profile says how long one is: the smallest that a provider documents.
const USUAL_BLOCK: u64 = 64;

/// With less text than this behind it, in bytes, a value costs nothing worth a word.
const WORTH_A_WORD: usize = 256;

/// The bytes of text behind a value from which on a person should put it elsewhere, though no part can move alone: some 120 tokens.
const WORTH_A_MOVE: usize = 512;

/// A file as rules see it.
pub(super) struct LintContext<'a> {
    pub(super) file: &'a TemplateFile,
    pub(super) prompts: Vec<LintedPrompt<'a>>,
    pub(super) layout: &'a Layout,
}

/// A template with what is known of it.
pub(super) struct LintedPrompt<'a> {
    pub(super) template: &'a Template,
    pub(super) prefix: StablePrefix,
    /// A better order, where there is one.
    pub(super) suggestion: Option<Suggestion>,
    /// The places that may differ from request to request, in the order of the file.
    pub(super) sites: Vec<Site<'a>>,
    /// Its file is one that others insert, or that an assistant puts into its own request.
    is_part: bool,
    /// Times between the calls made from it that logs have, the shortest first.
    pub(super) gaps: Vec<SignedDuration>,
    /// The first of its places that end the stable prefix, once a rule has asked for them.
    cuts: OnceLock<EarlierCuts>,
}

/// A place at which something may differ.
pub(super) struct Site<'a> {
    pub(super) fragment: &'a Fragment,
    /// Its bytes in the file.
    pub(super) span: Range<usize>,
    /// Index of the message.
    pub(super) message: usize,
    /// The reason why it may keep a cache from serving text.
    pub(super) concern: Concern,
    /// Bytes of text behind it, in the whole template.
    pub(super) text_behind: usize,
    /// It ends the stable prefix.
    pub(super) is_end: bool,
}

impl Site<'_> {
    /// Tells whether what differs here is the same for a deployment, as code or its name shows: a language, a flag. The prompts of one are
    /// served.
    pub(super) fn is_of_setup(&self) -> bool {
        match self.fragment {
            Fragment::Value(value) => {
                let is_told = || value.class() == ExpressionClass::Config && !is_of_a_person(&value.written);
                value.class == Some(ExpressionClass::Config)
                    || is_constant_by_convention(value.expression().trim())
                    || value.class.is_none() && is_told()
            }
            Fragment::Choice(choice) => choice.is_of_setup(),
            Fragment::Text(_) => false,
        }
    }
}

impl Site<'_> {
    /// Tells whether a request brings what stands here, as its words tell: a question, a text, a time.
    pub(super) fn is_known_to_vary(&self) -> bool {
        let told = |written: &str| ExpressionClass::of_words(written) == Some(ExpressionClass::Volatile);
        match self.fragment {
            Fragment::Value(value) => {
                value.class() == ExpressionClass::Volatile && told(&value.written) && !is_lasting(value.expression())
            }
            Fragment::Choice(choice) => told(&choice.written),
            Fragment::Text(_) => false,
        }
    }
}

impl<'a> LintContext<'a> {
    pub(super) fn new(
        file: &'a TemplateFile,
        layout: &'a Layout,
        gaps: &Gaps,
        is_wanted: &dyn Fn(&Template) -> bool,
    ) -> Self {
        let prompts = file.templates.iter().enumerate().filter(|_| file.holds_prompts());
        let prompts = prompts.filter(|(_, template)| is_wanted(template));
        let prompt =
            |(index, template)| LintedPrompt { gaps: gaps.sorted(index), ..LintedPrompt::new(file, template, layout) };
        let prompts = prompts.map(prompt).collect();
        Self { file, prompts, layout }
    }

    /// Prompts and sites of a concern.
    pub(super) fn sites<'b>(&'b self, concern: Concern) -> impl Iterator<Item = (&'b LintedPrompt<'a>, &'b Site<'a>)> {
        let of_prompt = move |prompt: &'b LintedPrompt<'a>| {
            let sites = prompt.sites.iter().filter(move |site| site.concern == concern);
            sites.map(move |site| (prompt, site))
        };
        self.prompts.iter().flat_map(of_prompt)
    }

    /// Those of them that keep enough text behind them from the cache.
    pub(super) fn costly<'b>(&'b self, concern: Concern) -> impl Iterator<Item = (&'b LintedPrompt<'a>, &'b Site<'a>)> {
        self.sites(concern).filter(|(prompt, site)| prompt.is_costly(site))
    }

    /// The tokens behind a value that ends the stable prefix and that no part of the text can move behind, where they are many and would be
    /// served: `None` where they are not.
    pub(super) fn stranded(&self, prompt: &LintedPrompt<'_>, site: &Site<'_>) -> Option<u64> {
        let prefix = &prompt.prefix;
        let behind = prefix.prompt_tokens.saturating_sub(prefix.tokens);
        let is_way = matches!(site.fragment, Fragment::Value(_)) || site.is_known_to_vary();
        let is_stranded = site.is_end
            && prompt.suggestion.is_none()
            && site.concern == Concern::Other
            && is_way
            && !site.is_of_setup()
            && !prompt.begins_with_a_value()
            && prompt.has_lines_behind(site)
            && site.text_behind >= WORTH_A_MOVE
            && behind >= self.block()
            && prefix.tokens + behind >= self.minimum();
        is_stranded.then_some(behind)
    }

    /// Tokens in a block.
    pub(super) fn block(&self) -> u64 {
        self.layout.block_size().unwrap_or(USUAL_BLOCK)
    }

    /// Tokens from which on a prompt is kept at all.
    pub(super) fn minimum(&self) -> u64 {
        self.layout.profile.as_ref().map_or(self.block(), |profile| profile.policy.minimum())
    }
}

impl<'a> LintedPrompt<'a> {
    fn new(file: &'a TemplateFile, template: &'a Template, layout: &Layout) -> Self {
        let renderings = Renderings::new(template, layout);
        let prefix = StablePrefix::measure(file, &renderings);
        let sites = sites(file, template, &prefix, layout.constants());
        let block = layout.block_size().unwrap_or(USUAL_BLOCK);
        // An order can gain at most the text behind the prefix.
        let may_gain = !sites.is_empty() && prefix.prompt_tokens - prefix.tokens.min(prefix.prompt_tokens) >= block;
        let suggestion = if may_gain { suggest(Side { file, template }, layout) } else { None };
        let minimum = layout.profile.as_ref().map_or(block, |profile| profile.policy.minimum());
        let is_kept = |gained: u64| gained >= block && prefix.tokens + gained >= minimum;
        let suggestion = suggestion.filter(|suggestion| is_kept(suggestion.gained_tokens));
        let is_part = is_partial(file.source.label()) || file.is_of_assistants();
        Self { template, prefix, suggestion, sites, is_part, gaps: Vec::new(), cuts: OnceLock::new() }
    }

    /// The better order, at the value that ends the stable prefix.
    pub(super) fn suggestion_for(&self, site: &Site<'_>) -> Option<&Suggestion> {
        self.suggestion.as_ref().filter(|_| site.is_end)
    }

    /// Tells whether a value keeps enough text behind it from the cache.
    pub(super) fn is_costly(&self, site: &Site<'_>) -> bool {
        self.suggestion_for(site).is_some() || site.text_behind >= WORTH_A_WORD
    }

    /// Tells whether it may stand behind other text in a request: a text of code that its file sends nowhere, a file that others insert.
    pub(super) fn may_be_a_part(&self) -> bool {
        self.is_part || self.template.syntax == Syntax::Code && !self.template.is_role_known
    }

    /// Tells whether a place decides between whole texts with which the request begins: they are requests of several kinds, each of which
    /// begins with its own text.
    pub(super) fn is_between_wholes(&self, site: &Site<'_>) -> bool {
        const LETTERS: usize = 40;
        let first = self.template.messages.first().and_then(|message| message.content.first());
        let Some(Fragment::Choice(choice)) = first else { return false };
        let begins = |branch: &Vec<Fragment>| {
            let Some(Fragment::Text(passage)) = branch.first() else { return false };
            passage.text.chars().filter(|letter| letter.is_alphabetic()).take(LETTERS).count() == LETTERS
        };
        choice.span == site.span && site.message == 0 && choice.branches.iter().all(begins)
    }

    /// Tells whether other lines or messages stand behind a value: a part of one sentence has no other place.
    fn has_lines_behind(&self, site: &Site<'_>) -> bool {
        let behind = |fragment: &&Fragment| fragment.span().is_none_or(|span| span.start != site.span.start);
        let Some(message) = self.template.messages.get(site.message) else { return false };
        let rest = message.content.iter().skip_while(behind).skip(1);
        let has_line = |fragment: &Fragment| match fragment {
            Fragment::Text(passage) => passage.text.trim_end().contains('\n'),
            Fragment::Value(_) => false,
            Fragment::Choice(_) => true,
        };
        let is_within = message.content.iter().all(|fragment| behind(&fragment));
        is_within || rest.into_iter().any(has_line) || self.template.messages.len() > site.message + 1
    }

    /// Tells whether its first message is a value, or begins with one, so that what stands there is not known.
    fn begins_with_a_value(&self) -> bool {
        let first = self.template.messages.first().and_then(|message| message.content.first());
        matches!(first, Some(Fragment::Value(_)))
    }

    /// Tells whether what a request brings ends the stable prefix before a place, so that nothing is won by moving that place alone: another
    /// value that is known to vary, or one of the same thing; before an id, any.
    pub(super) fn is_cut_before(&self, site: &Site<'_>) -> bool {
        self.cuts.get_or_init(|| EarlierCuts::new(&self.sites)).is_before(site)
    }

    /// The role of the message that a site is in.
    pub(super) fn role_of(&self, site: &Site<'_>) -> &str {
        self.template.messages.get(site.message).map_or("", |message| message.role.as_str())
    }

    /// The bytes of all values and choices in it, whatever their class.
    pub(super) fn places(&self) -> Vec<Range<usize>> {
        fn add(fragments: &[Fragment], found: &mut Vec<Range<usize>>) {
            for fragment in fragments {
                found.extend(fragment.span());
                if let Fragment::Choice(choice) = fragment {
                    choice.branches.iter().for_each(|branch| add(branch, found));
                }
            }
        }
        let mut found = Vec::new();
        self.template.messages.iter().for_each(|message| add(&message.content, &mut found));
        found
    }

    /// The texts of its messages, each once.
    pub(super) fn texts(&self) -> Vec<&'a Passage> {
        passages(self.template)
    }
}

/// Tells whether the folder of a file, or its own name, says that other files insert it.
fn is_partial(label: &str) -> bool {
    const FOLDERS: [&str; 6] = ["partials", "_partials", "fragments", "snippets", "includes", "_includes"];
    let mut parts = label.rsplit(['/', '\\', ':']);
    let is_named = parts.next().is_some_and(|file| {
        file.starts_with('_')
            && file.contains('.')
            && !file.rsplit_once('.').is_some_and(|(_, ending)| is_source(ending))
    });
    is_named || parts.next().is_some_and(|folder| FOLDERS.contains(&folder))
}

/// The texts of a template's messages, each once.
pub(super) fn passages(template: &Template) -> Vec<&Passage> {
    let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
    for message in &template.messages {
        texts(&message.content, &mut seen, &mut found);
    }
    found
}

/// Texts in the order of the file; a loop's body stands in several branches.
fn texts<'a>(fragments: &'a [Fragment], seen: &mut BTreeSet<usize>, found: &mut Vec<&'a Passage>) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(passage) if seen.insert(passage.map.at(0)) => found.push(passage),
            Fragment::Text(_) | Fragment::Value(_) => {}
            Fragment::Choice(choice) => choice.branches.iter().for_each(|branch| texts(branch, seen, found)),
        }
    }
}

fn sites<'a>(
    file: &TemplateFile,
    template: &'a Template,
    prefix: &StablePrefix,
    constants: &Constants,
) -> Vec<Site<'a>> {
    let mut walk =
        SiteWalk { file, constants, message: 0, is_system: false, seen: BTreeSet::new(), text: 0, sites: Vec::new() };
    for (index, message) in template.messages.iter().enumerate() {
        walk.message = index;
        walk.is_system = is_system(&message.role);
        walk.all(&message.content);
    }
    let (whole, mut sites) = (walk.text, walk.sites);
    let shown = markdown::shown(&file.source);
    sites.retain(|site| !shown.iter().any(|code| code.contains(&site.span.start)));
    let end = prefix.end.as_ref();
    for site in &mut sites {
        site.text_behind = whole.saturating_sub(site.text_behind);
        site.is_end = end.is_some_and(|end| end.place == file.place(site.span.start));
    }
    sites
}

/// Tells whether an expression is the name of what many requests are about, as a project, or the system of a machine.
fn is_lasting(expression: &str) -> bool {
    let words = crate::template::volatile::words(expression);
    match words.as_slice() {
        [os] => ["os", "platform"].contains(&os.as_str()),
        [.., thing, part] => {
            let is_thing =
                ["project", "product", "company", "app", "workspace", "repo", "repository"].contains(&thing.as_str());
            is_thing && ["name", "title", "description"].contains(&part.as_str())
        }
        [] => false,
    }
}

/// Tells whether a name says whose it is: a user's language is the same for the user alone.
fn is_of_a_person(written: &str) -> bool {
    let words = crate::template::volatile::words(written);
    words.iter().any(|word| ["user", "users", "customer", "client", "person", "student"].contains(&word.as_str()))
}

/// The expression that code binds a name to, where it does so in one line before the name's use; of a loop, the name of what it goes over.
fn bound_to<'f>(file: &'f TemplateFile, fragment: &Fragment) -> Option<&'f str> {
    let name = fragment.written();
    let is_name = !name.is_empty() && name.chars().all(|letter| letter == '_' || letter.is_alphanumeric());
    let is_asked = matches!(fragment, Fragment::Choice(_)) && !is_gone_over(file, name);
    if !file.is_source() || !is_name || is_asked {
        return None;
    }
    let before = file.source.text().get(..fragment.span()?.start)?;
    let bound = |line: &'f str| {
        let line = line.trim_start();
        let line = ["const ", "let ", "var "].iter().find_map(|word| line.strip_prefix(word)).unwrap_or(line);
        let rest = line.strip_prefix(name)?.trim_start();
        let rest = rest.strip_prefix(":=").or_else(|| rest.strip_prefix('='))?;
        (!rest.starts_with('=')).then_some(rest.trim())
    };
    before.lines().rev().take(LINES_BEFORE).find_map(bound)
}

/// Tells whether a file has a loop over what a name stands for.
fn is_gone_over(file: &TemplateFile, name: &str) -> bool {
    let loops = [format!(" in {name}:"), format!(" of {name})"), format!("range {name} ")];
    file.source
        .text()
        .lines()
        .any(|line| line.contains("for ") && loops.iter().any(|part| line.contains(part.as_str())))
}

/// Tells whether code of Go goes over a map, which its file declares: in another order each time it runs.
fn goes_over_a_map(file: &TemplateFile, fragment: &Fragment) -> bool {
    let Fragment::Choice(choice) = fragment else { return false };
    let over = choice.written.trim();
    let name = over.rsplit(['.', ' ']).next().unwrap_or_default();
    let is_name = !name.is_empty() && name.chars().all(|letter| letter == '_' || letter.is_alphanumeric());
    if file.source.extension() != "go" || !is_name {
        return false;
    }
    let declares = |line: &str| {
        let mut parts = line.split("map[").next().unwrap_or_default().split_whitespace().rev();
        let is_map = line.contains("map[") && !line.contains("[]map[");
        is_map && parts.any(|part| part.trim_matches(|letter: char| "(),:={".contains(letter)) == name)
    };
    file.source.text().lines().any(declares)
}

/// The lines before a use of a name in which its binding is sought: those of a function.
const LINES_BEFORE: usize = 100;

/// A walk over fragments that counts the bytes of text passed.
struct SiteWalk<'a, 'c> {
    file: &'c TemplateFile,
    constants: &'c Constants,
    message: usize,
    is_system: bool,
    seen: BTreeSet<usize>,
    text: usize,
    sites: Vec<Site<'a>>,
}

impl<'a> SiteWalk<'a, '_> {
    fn all(&mut self, fragments: &'a [Fragment]) {
        for fragment in fragments {
            match fragment {
                Fragment::Text(passage) => self.text += passage.text.trim().len(),
                Fragment::Value(value) if value.constant(self.constants).is_some() => {}
                Fragment::Value(value) => self.site(fragment, &value.span),
                Fragment::Choice(choice) => {
                    self.site(fragment, &choice.span);
                    let before = self.text;
                    let mut after = before;
                    for (index, branch) in choice.branches.iter().enumerate() {
                        self.text = before;
                        self.all(branch);
                        after = if index == 0 { self.text } else { after };
                    }
                    self.text = after;
                }
            }
        }
    }

    fn site(&mut self, fragment: &'a Fragment, span: &Range<usize>) {
        if self.seen.insert(span.start) {
            let (span, concern) = (span.clone(), classify(fragment, self.is_system, self.constants));
            // A name in code is what it is bound to.
            let bound = bound_to(self.file, fragment).map(|made| classify_bound(made, self.is_system, self.constants));
            let is_of_order = |concern: &Concern| matches!(concern, Concern::Unordered | Concern::Random);
            let concern = bound.filter(is_of_order).unwrap_or(concern);
            let concern = if goes_over_a_map(self.file, fragment) { Concern::Unordered } else { concern };
            let site = Site { fragment, span, message: self.message, concern, text_behind: self.text, is_end: false };
            self.sites.push(site);
        }
    }
}
