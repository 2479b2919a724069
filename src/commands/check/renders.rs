//! Renderings of one template with real values, compared byte by byte: by a command, or as the requests of a log have them. They show
//! what no parser of a template can see.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::report::text::{plural, thousands};
use crate::report::{Cell, Gate, Verdict};
use crate::template::{LogMatch, TemplateFile};
use crate::workspace::config::Config;
use crate::workspace::layouts::Layouts;
use crate::workspace::logs::{LogInputs, Logs};
use crate::workspace::sources::Sources;

/// A gate for each prompt that was rendered more than once.
pub(super) fn gates(
    count: u64,
    command: Option<&str>,
    files: &[TemplateFile],
    config: &Config,
    layouts: &Layouts,
) -> anyhow::Result<Vec<Gate>> {
    let rendered = match command {
        Some(command) => BTreeMap::from([(command.to_owned(), by_command(count, command)?)]),
        None => of_logs(count, files, config)?,
    };
    let gate = |(subject, renderings): (String, Vec<String>)| judged(subject, &renderings, layouts);
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
        String::from_utf8(output.stdout).with_context(|| format!("{command:?} wrote what is not UTF-8"))
    };
    (1..=count).map(run).collect()
}

/// The first requests of the configuration's logs that were made from each template, up to the messages that it has.
fn of_logs(count: u64, files: &[TemplateFile], config: &Config) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let logs = config.log_paths(&config.logs)?;
    if logs.is_empty() {
        bail!("no renderings to compare: give --render-command COMMAND, or name logs in {}", config.label);
    }
    let templates =
        files.iter().flat_map(|file| file.templates.iter().map(|template| (file.name_of(template), template)));
    let templates: Vec<_> = templates.collect();
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    Logs::walk(&LogInputs::plain(Sources::files(&logs)), |_, exchange| {
        let messages = exchange.request.messages();
        for (name, template) in &templates {
            let known = found.entry(name.clone()).or_default();
            if (known.len() as u64) < count && LogMatch::new(template).add(messages) {
                let texts =
                    messages.iter().take(template.messages.len()).filter_map(|message| message.content.as_ref());
                known.push(texts.map(|content| content.texts().concat()).collect::<Vec<_>>().join("\n"));
            }
        }
        Ok(())
    })?;
    Ok(found)
}

fn judged(subject: String, renderings: &[String], layouts: &Layouts) -> Gate {
    let gate = Gate {
        name: "renders",
        subject: Some(subject),
        verdict: Verdict::Unknown,
        measured: Cell::Unknown,
        limit: Cell::Unknown,
        reason: format!("{} found, and two are needed to compare", plural(renderings.len() as u64, "rendering")),
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
    let minimum = layouts.usual().profile.as_ref().map_or(0, |profile| profile.policy.minimum());
    // A token has at least one byte, so fewer bytes than tokens are too few in any case.
    let is_too_short = (shared as u64) < minimum;
    let renders = plural(renderings.len() as u64, "rendering");
    let reason = if is_same {
        format!("{renders} are the same, byte by byte ({} bytes)", thousands(first.len() as u64))
    } else {
        format!("{renders} share their first {} bytes and part in line {line}", thousands(shared as u64))
    };
    let verdict = if !is_same && is_too_short { Verdict::Fail } else { Verdict::Pass };
    Gate { verdict, measured: Cell::Count(shared as u64), limit: Cell::Count(minimum), reason, ..gate }
}
