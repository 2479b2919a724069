//! Renderings of one template with real values, compared byte by byte: by a command, or as the requests of a log have them. They show
//! what no parser of a template can see.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};
use std::sync::Arc;

use anyhow::{Context, bail};

use crate::document::SourceMap;
use crate::exchange::Message;
use crate::report::text::{plural, thousands};
use crate::report::{Cell, Gate, Verdict};
use crate::template::{
    Beside, Constants, Filled, Fragment, Layout, LogMatch, Passage, Template, TemplateFile, TemplateMessage, USUAL,
    common_tokens,
};
use crate::workspace::config::Config;
use crate::workspace::layouts::Layouts;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::revision::Revision;
use crate::workspace::sources::Sources;
use crate::workspace::templates;

/// A gate for each prompt that was rendered more than once.
pub(super) fn gates(
    count: u64,
    command: Option<&str>,
    files: &[TemplateFile],
    config: &Config,
    base: Option<&str>,
    layouts: &Layouts,
) -> anyhow::Result<Vec<Gate>> {
    if let Some(command) = command {
        return Ok(vec![judged(command.to_owned(), &by_command(count, command)?, layouts.usual())]);
    }
    let before = base.map(|base| before(files, config, base)).transpose()?.unwrap_or_default();
    let rendered = in_logs(count, files, &before, config)?;
    let gate = |(name, Rendered { template, renderings, .. }): (String, Rendered<'_>)| {
        judged(name, &renderings, layouts.of_template(template))
    };
    Ok(rendered.into_iter().map(gate).collect())
}

/// Output of a command, so many times. It is named on the command line alone: a file of a repository must not run anything.
fn by_command(count: u64, command: &str) -> anyhow::Result<Vec<String>> {
    let run = |number: u64| {
        let (shell, option) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
        let output = Command::new(shell)
            .args([option, command])
            .env("CACHECHECK_RENDER", number.to_string())
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .with_context(|| format!("cannot run {command:?}"))?;
        if !output.status.success() {
            bail!("{command:?} failed at rendering {number}: {}", output.status);
        }
        String::from_utf8(output.stdout).with_context(|| format!("{command:?} wrote bytes that are not UTF-8"))
    };
    (1..=count).map(run).collect()
}

/// A template, what it was at the revision, and what was made from it.
struct Rendered<'a> {
    template: &'a Template,
    before: Option<&'a Template>,
    renderings: Vec<String>,
}

/// The files as they were at a revision, where they were there.
fn before(files: &[TemplateFile], config: &Config, base: &str) -> anyhow::Result<Vec<Option<TemplateFile>>> {
    let (revision, _) = Revision::begun_from(base, config.folder.clone())?;
    let read = |file: &TemplateFile| templates::read_at(&revision, file.source.label(), config.syntax).ok();
    Ok(files.iter().map(read).collect())
}

/// The template as one logged request would have it: as it was sent, or with the values that an earlier version of it was sent with.
fn rendered(template: &Template, before: Option<&Template>, messages: &[Arc<Message>]) -> Option<String> {
    let joined = |messages: &[Arc<Message>]| {
        let texts = messages.iter().take(template.messages.len()).filter_map(|message| message.content.as_ref());
        texts.map(|content| content.texts().concat()).collect::<Vec<_>>().join("\n")
    };
    if LogMatch::new(template).add(messages) {
        return Some(joined(messages));
    }
    let mut earlier = LogMatch::new(before?);
    if !earlier.add(messages) {
        return None;
    }
    let values: Constants = earlier.constants().into_iter().map(|(name, value)| (name, Some(value))).collect();
    let is_known = template.volatile().iter().all(|fragment| !fragment.is_volatile(&values));
    is_known.then(|| joined(Filled::new(template, &USUAL, &values, None).exchange.request.messages()))
}

/// The first requests of the configuration's logs that were made from each template or its earlier version, up to the messages that it has, by
/// its name.
fn in_logs<'a>(
    count: u64,
    files: &'a [TemplateFile],
    before: &'a [Option<TemplateFile>],
    config: &Config,
) -> anyhow::Result<BTreeMap<String, Rendered<'a>>> {
    let logs = config.log_paths(&config.logs)?;
    if logs.is_empty() {
        bail!("no renderings to compare: give --render-command COMMAND, or name logs in {}", config.label);
    }
    let mut found: BTreeMap<String, Rendered<'a>> = BTreeMap::new();
    for (at, file) in files.iter().enumerate() {
        let counterparts = before.get(at).and_then(Option::as_ref).map(|old| old.counterparts(file));
        for template in &file.templates {
            let before = counterparts.as_ref().and_then(|counterparts| counterparts.earlier(template));
            found.insert(file.name_of(template), Rendered { template, before, renderings: Vec::new() });
        }
    }
    Logs::walk(&LogInputs::plain(Sources::files(&logs)), |_, exchange| {
        let messages = exchange.request.messages();
        for Rendered { template, before, renderings } in found.values_mut() {
            if (renderings.len() as u64) < count {
                renderings.extend(rendered(template, *before, messages));
            }
        }
        Ok(())
    })?;
    Ok(found)
}

/// The gate on some renderings: if they differ, they must share as many tokens as the cache keeps at least.
fn judged(subject: String, renderings: &[String], layout: &Layout) -> Gate {
    let gate = Gate {
        name: "renders",
        subject: Some(subject),
        verdict: Verdict::Unknown,
        measured: Cell::Unknown,
        limit: Cell::Unknown,
        reason: format!(
            "{} found: two are needed for a comparison, of requests made from this template or, with --base, from its earlier version",
            plural(renderings.len() as u64, "rendering")
        ),
        place: None,
        tokens: None,
        cost: None,
    };
    let Some((first, others)) = renderings.split_first().filter(|(_, others)| !others.is_empty()) else { return gate };
    let common = |other: &String| first.bytes().zip(other.bytes()).take_while(|(ours, theirs)| ours == theirs).count();
    let shared = others.iter().map(common).min().unwrap_or(0);
    let is_same = others.iter().all(|other| other == first);
    // Whole characters.
    let shared = (0..=shared).rev().find(|at| first.is_char_boundary(*at)).unwrap_or(0);
    let line = first[..shared].matches('\n').count() + 1;
    let renders = plural(renderings.len() as u64, "rendering");
    let minimum = layout.profile.as_ref().map(|profile| profile.policy.minimum());
    let gate = Gate { limit: minimum.map_or(Cell::Unknown, Cell::Count), ..gate };
    if is_same {
        let reason = format!("{renders} are the same, byte by byte ({} bytes)", thousands(first.len() as u64));
        return Gate { verdict: Verdict::Pass, measured: Cell::Count(counted(first, first, layout).0), reason, ..gate };
    }
    let (tokens, doubt) = others.iter().map(|other| counted(first, other, layout)).min().unwrap_or_default();
    let reason = format!(
        "{renders} share their first {} bytes and differ from line {line} on, after {}",
        thousands(shared as u64),
        plural(tokens, "token")
    );
    let (verdict, reason) = match (minimum, doubt) {
        (None, _) => (Verdict::Unknown, format!("{reason}; the cache rule of this model is not known")),
        // A token has at least one byte, so fewer bytes than tokens are too few in any case.
        (Some(minimum), _) if (shared as u64) < minimum => (Verdict::Fail, reason),
        (Some(_), Some(doubt)) => (Verdict::Unknown, format!("{reason} by an estimate: {doubt}")),
        (Some(minimum), None) => (if tokens < minimum { Verdict::Fail } else { Verdict::Pass }, reason),
    };
    Gate { verdict, measured: Cell::Count(tokens), reason, ..gate }
}

/// The number of tokens that two texts have in common, each laid out as a system message, and the reason why it may be another.
fn counted(one: &str, other: &str, layout: &Layout) -> (u64, Option<String>) {
    let template = |text: &str| {
        let passage = Passage { text: text.to_owned(), map: SourceMap::verbatim(0) };
        let message = TemplateMessage {
            role: "system".into(),
            raw: text.to_owned(),
            map: passage.map.clone(),
            content: vec![Fragment::Text(passage)],
            at: 0,
            end: text.len(),
            beside: Beside::default(),
        };
        Template { messages: vec![message], ..Template::default() }
    };
    let (one, other) = (template(one), template(other));
    let (one, other) = (layout.lay_out(&one, &USUAL), layout.lay_out(&other, &USUAL));
    (common_tokens(&one.tokens, &other.tokens) as u64, one.doubt.or(other.doubt))
}
