//! `cachecheck lock` and its file: the stable prefix of each template, so that it only changes on purpose.

use std::collections::BTreeSet;
use std::io::Write;

use anyhow::{Context, anyhow, bail};

use super::Outcome;
use super::args::{ConfigArgs, LayoutArgs};
use crate::document::{self, Node, Notation};
use crate::hash;
use crate::report::text::plural;
use crate::source::{Place, SourceText};
use crate::template::{Layout, Renderings, StablePrefix, Template, TemplateFile};
use crate::workspace::config::Config;
use crate::workspace::destination::Destination;
use crate::workspace::files::{self, Existing};
use crate::workspace::layouts::Layouts;

/// The lock file, beside the configuration.
const NAME: &str = "cachecheck.lock";

/// Advice if the file cannot be read.
const REWRITE: &str = "run `cachecheck lock` to write the file again";

const HEADER: &str = "# Written by `cachecheck lock`: the stable prefix of each template. Commit it; with the gate\n\
                      # `lock: enforced`, `cachecheck check` fails if one differs.\n";

/// Write cachecheck.lock: tokens and hash of each stable prefix
///
/// With the gate `lock: enforced` in cachecheck.yaml, `cachecheck check` fails if a template's stable prefix differs from the locked
/// one, so that a prefix only changes on purpose.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct LockArgs {
    #[command(flatten)]
    config: ConfigArgs,
}

const EXAMPLES: &str = "\
Examples:
  cachecheck lock                        after a prompt was changed on purpose
  git add cachecheck.lock";

/// One template's locked prefix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Locked {
    pub(crate) template: String,
    pub(crate) profile: String,
    pub(crate) tokens: u64,
    pub(crate) hash: String,
    /// Hashes of the lines of the prefix, which tell where it changed; none in files of earlier versions.
    pub(crate) lines: Vec<String>,
}

/// The lines of a template's stable text, each with its hash and its place.
pub(crate) fn lines(file: &TemplateFile, template: &Template, prefix: &StablePrefix) -> Vec<(String, Place)> {
    let mut found = Vec::new();
    for message in &template.messages {
        let mut at = 0;
        for line in message.raw.split_inclusive('\n') {
            let place = file.place(message.map.at(at));
            // The line with the value that ends the prefix differs behind it.
            if prefix.end.as_ref().is_some_and(|end| end.place.line <= place.line) {
                return found;
            }
            found.push((hash::sha256(line.as_bytes())[..8].to_owned(), place));
            at += line.len();
        }
    }
    found
}

/// A lock file that was read.
#[derive(Debug)]
pub(crate) struct LockFile {
    pub(crate) label: String,
    pub(crate) entries: Vec<(Locked, Place)>,
}

pub(crate) fn run(args: &LockArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let config = args.config.required()?;
    let path = config.boundary.target(&config.folder.path(NAME))?;
    // A repository may hold a link to a file that is not its own, such as what a shell reads when an environment is entered.
    if path.extension().is_none_or(|extension| extension != "lock") {
        bail!("{NAME} is a link to {}, which is no `.lock` file, so it is not written", path.display());
    }
    let files = config.read_templates()?;
    let layouts = LayoutArgs::default().or(&config)?.layouts(config.pricing.at, &files)?;
    // A file that cannot be read, as after a merge, is overwritten.
    let before = LockFile::read(&config).unwrap_or(None);
    let mut written = format!("{HEADER}version: 1\ntemplates:\n");
    let mut changes = Vec::new();
    let mut names = BTreeSet::new();
    for file in &files {
        for locked in lock_all(file, &layouts) {
            let quoted = serde_json::to_string(&locked.template)?;
            written.push_str(&format!(
                "  - template: {quoted}\n    profile: {}\n    stable_prefix_tokens: {}\n    hash: {}\n    lines: \"{}\"\n",
                locked.profile,
                locked.tokens,
                locked.hash,
                locked.lines.join(" ")
            ));
            changes.push(in_words(&locked, before.as_ref()));
            names.insert(locked.template);
        }
    }
    let entries = before.iter().flat_map(|before| &before.entries);
    let gone = entries.filter(|(old, _)| !names.contains(&old.template));
    changes.extend(gone.map(|(gone, _)| format!("{}: dropped, it is no longer a template", gone.template)));
    // The file is written first: a line that calls something locked must be true.
    files::write(&path, written.as_bytes(), Existing::Replaced).with_context(|| format!("cannot write {NAME}"))?;
    changes.iter().try_for_each(|change| writeln!(out, "{change}"))?;
    Ok(Outcome::Done)
}

/// The stable prefixes of all templates of a file.
fn lock_all(file: &TemplateFile, layouts: &Layouts) -> Vec<Locked> {
    let each = |template| {
        let layout = layouts.of_template(template);
        let prefix = StablePrefix::measure(file, &Renderings::new(template, layout));
        let lines = lines(file, template, &prefix).into_iter().map(|(hash, _)| hash).collect();
        Locked { lines, ..Locked::new(file.name_of(template), &prefix, layout) }
    };
    file.templates.iter().map(each).collect()
}

impl Locked {
    /// A template's prefix under a layout.
    pub(crate) fn new(template: String, prefix: &StablePrefix, layout: &Layout) -> Self {
        let bytes: Vec<u8> = prefix.ids.iter().flat_map(|id| id.to_le_bytes()).collect();
        let profile = layout.profile.as_ref().map_or_else(|| "unknown".to_owned(), |profile| profile.name.clone());
        Self { template, profile, tokens: prefix.tokens, hash: hash::sha256(&bytes), lines: Vec::new() }
    }

    /// Tells whether both lock the same tokens.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.profile == other.profile && self.tokens == other.tokens && self.hash == other.hash
    }
}

impl LockFile {
    /// The lock file beside a configuration; `None` where there is none.
    pub(crate) fn read(config: &Config) -> anyhow::Result<Option<Self>> {
        let path = config.folder.path(NAME);
        if !path.exists() {
            return Ok(None);
        }
        config.boundary.check(&path)?;
        let label = NAME.to_owned();
        let text = files::text(&path, files::LARGE).with_context(|| format!("cannot read {label}"))?;
        let source = SourceText::new(label.clone(), text);
        let documents = document::read(source.text(), Notation::Yaml)
            .map_err(|error| anyhow!("{}: {}; {REWRITE}", source.place(error.byte), error.reason))?;
        let items = documents.first().and_then(|root| root.get("templates")).map_or(&[][..], Node::items);
        let entries = items.iter().map(|item| {
            let place = source.place(item.span.start);
            let locked = entry(item).ok_or_else(|| anyhow!("{place}: not an entry; {REWRITE}"))?;
            Ok((locked, place))
        });
        Ok(Some(Self { label, entries: entries.collect::<anyhow::Result<_>>()? }))
    }

    /// A template's entry.
    pub(crate) fn get(&self, template: &str) -> Option<&(Locked, Place)> {
        self.entries.iter().find(|(locked, _)| locked.template == template)
    }
}

fn entry(item: &Node) -> Option<Locked> {
    let text = |key: &str| item.get(key).and_then(Node::text).map(str::to_owned);
    let tokens = text("stable_prefix_tokens")?.parse().ok()?;
    let lines = text("lines").unwrap_or_default().split_whitespace().map(str::to_owned).collect();
    Some(Locked { template: text("template")?, profile: text("profile")?, tokens, hash: text("hash")?, lines })
}

/// A sentence on the change of a template's lock.
fn in_words(locked: &Locked, before: Option<&LockFile>) -> String {
    let tokens = plural(locked.tokens, "token");
    match before.and_then(|before| before.get(&locked.template)) {
        Some((same, _)) if same.is_same(locked) => format!("{}: unchanged, {tokens}", locked.template),
        Some((other, _)) => format!("{}: changed from {} to {tokens}", locked.template, plural(other.tokens, "token")),
        None => format!("{}: locked, {tokens}", locked.template),
    }
}
