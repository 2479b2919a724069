//! Mending what is safe, or showing what would be mended.

use std::io::Write;
use std::path::Path;

use anyhow::Context;

use super::{LintArgs, Linted, findings_in};
use crate::caveat::Code;
use crate::lint::{Gaps, fixed, unified};
use crate::report::{Caveat, Finding};
use crate::template::TemplateFile;
use crate::workspace::files::{self, Existing};

/// The files with all that is safe mended.
fn fixes<'a>(linted: &'a Linted, args: &'a LintArgs) -> impl Iterator<Item = (&'a TemplateFile, String)> {
    linted.files.iter().filter_map(move |file| {
        let findings = findings_in(file, &linted.layouts, &linted.pricing, &Gaps::default());
        let findings: Vec<Finding> = findings.into_iter().filter(|finding| args.wants(finding.rule)).collect();
        Some((file, fixed(file, &findings)?))
    })
}

/// Shows the changes as a diff.
pub(super) fn show(args: &LintArgs, out: &mut dyn Write) -> anyhow::Result<()> {
    let linted = Linted::read(args)?;
    for (file, text) in fixes(&linted, args) {
        write!(out, "{}", unified(file.source.label(), file.source.text(), &text))?;
    }
    Ok(())
}

/// Mends the files that are here, and says which.
pub(super) fn write(args: &LintArgs) -> anyhow::Result<Vec<Caveat>> {
    let linted = Linted::read(args)?;
    let mut caveats = Vec::new();
    for (file, text) in fixes(&linted, args) {
        let label = file.source.label();
        let path = Path::new(label);
        if !path.is_file() {
            caveats.push(Code::NotMended.caveat(None, &[("file", label)]));
            continue;
        }
        files::write(path, text.as_bytes(), Existing::Replaced).with_context(|| format!("cannot write {label}"))?;
        caveats.push(Code::Mended.caveat(None, &[("file", label)]));
    }
    Ok(caveats)
}
