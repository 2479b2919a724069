//! A diff as a report: sentences first, then the figures, one row for each template where there are several.

use super::facts;
use super::pairs::FilePair;
use crate::caveat::Code;
use crate::money::Money;
use crate::report::text::{money, one_line, plural, thousands};
use crate::report::{Caveat, Cell, Column, Finding, Report, Severity, Table};
use crate::source::Place;
use crate::template::diff::{Cause, ChangedExpression, Comparison, Impact, Suggestion, marked};
use crate::template::{Layout, PrefixEnd, Template, TemplateFile};
use crate::workspace::layouts::Layouts;
use crate::workspace::traffic::Traffic;

/// One template of a pair of files.
pub(super) struct TemplateRow<'a> {
    pub(super) name: String,
    pair: &'a FilePair,
    /// The model that its file names for it.
    model: Option<&'a str>,
    pub(super) found: Option<Found>,
    /// The texts that differ first, what differs marked.
    excerpt: Option<String>,
    /// The side on which a template stands that the other version of its file does not have.
    side: Option<OneSide>,
}

/// The side on which alone something stands.
#[derive(Clone, Copy)]
enum OneSide {
    Added,
    Removed,
}

/// The comparison of two versions of a template.
pub(super) struct Found {
    pub(super) comparison: Comparison,
    pub(super) impact: Impact,
    /// The same with the values fixed that are the same for a deployment, where that is something else.
    pub(super) configured: Option<(Comparison, Impact)>,
    pub(super) suggestion: Option<Suggestion>,
}

impl<'a> TemplateRow<'a> {
    pub(super) fn new(
        pair: &'a FilePair,
        template: &'a Template,
        (comparison, impact): (Comparison, Impact),
        configured: Option<(Comparison, Impact)>,
        suggestion: Option<Suggestion>,
        excerpt: Option<String>,
    ) -> Self {
        Self {
            excerpt,
            name: named(&pair.name, template.name.as_deref()),
            pair,
            model: template.model.as_deref(),
            found: Some(Found { comparison, impact, configured, suggestion }),
            side: None,
        }
    }

    /// A file that is on one side only.
    pub(super) fn one_sided(pair: &'a FilePair) -> Self {
        Self { name: pair.name.clone(), pair, model: None, found: None, excerpt: None, side: None }
    }

    /// A template of a file that is on one side only.
    pub(super) fn unmatched(pair: &'a FilePair, old: Option<&'a Template>, new: Option<&'a Template>) -> Self {
        let name = old.or(new).and_then(|template| template.name.as_deref());
        let model = new.or(old).and_then(|template| template.model.as_deref());
        // Of one that is gone the file that has it.
        let file = pair.old.as_ref().filter(|_| new.is_none()).map_or(pair.name.as_str(), |file| file.source.label());
        let side = if new.is_some() { OneSide::Added } else { OneSide::Removed };
        Self { name: named(file, name), pair, model, found: None, excerpt: None, side: Some(side) }
    }

    /// Tells of something without a counterpart whether it is new.
    fn is_added(&self) -> bool {
        self.side.map_or(self.pair.old.is_none(), |side| matches!(side, OneSide::Added))
    }

    /// Something differs for the model.
    pub(super) fn differs(&self) -> bool {
        self.found.as_ref().is_none_or(|found| found.comparison.differs())
    }

    /// Tokens of the old stable prefix that new requests do not begin with.
    fn lost_tokens(&self) -> u64 {
        self.found.as_ref().map_or(0, |found| found.comparison.old.tokens - found.comparison.kept_tokens())
    }
}

fn named(file: &str, template: Option<&str>) -> String {
    template.map_or_else(|| file.to_owned(), |template| format!("{file}#{template}"))
}

/// The report of all rows; the one that loses most stands for the whole.
pub(super) fn report(
    rows: &[TemplateRow<'_>],
    pairs: &[FilePair],
    layouts: &Layouts,
    traffic: &Traffic,
    annotated: bool,
) -> Report {
    let mut report = Report { command: "diff", ..Report::default() };
    let worst = rows
        .iter()
        .enumerate()
        .max_by_key(|(index, row)| (row.found.is_some(), row.lost_tokens(), row.differs(), usize::MAX - index));
    let several = rows.len() > 1;
    for row in rows.iter().filter(|row| !several || row.differs()) {
        report.sentences.extend(sentences(row, layouts.of_model(row.model), traffic));
        if annotated {
            report.findings.extend(finding(row));
        }
    }
    if rows.len() != 1 && !rows.iter().any(TemplateRow::differs) {
        report.sentences.extend(pairs.iter().map(|pair| format!("{}: no prompt changed.", pair.name)));
    }
    if let Some((_, worst)) = worst {
        report.summary = facts::all(worst, layouts.of_model(worst.model), traffic, several);
    }
    if several {
        report.tables.push(table(rows));
    }
    let layout = worst.map_or(layouts.usual(), |(_, worst)| layouts.of_model(worst.model));
    report.caveats = caveats(rows, pairs, layout, traffic);
    report
}

fn sentences(row: &TemplateRow<'_>, layout: &Layout, traffic: &Traffic) -> Vec<String> {
    let Some(found) = &row.found else {
        return vec![format!("{}: {}.", row.name, if row.is_added() { "added" } else { "removed" })];
    };
    let Comparison { old, new, divergence, cause, .. } = &found.comparison;
    let Some(divergence) = divergence else {
        let configured = found.configured.as_ref().map(|(fixed, _)| fixed.new.tokens);
        let configured = configured.map(|tokens| format!(" ({} as configured)", thousands(tokens))).unwrap_or_default();
        let same = format!("the stable prefix has {}{configured}", plural(old.tokens, "token"));
        return vec![match &found.comparison {
            Comparison { changed_expression: Some(change), .. } => {
                format!("{}: the text is the same, but {}; {same}.", row.name, changed(change))
            }
            Comparison { may_differ_unread: true, .. } => format!(
                "{}: nothing differs in what could be read, but not all of it could (see the notes); {same}.",
                row.name
            ),
            _ => format!("{}: nothing differs for the model; {same}.", row.name),
        }];
    };
    let mut said = vec![format!("{}: the stable prefix {}.", row.name, became_of_prefix(found, layout))];
    said.push(match &new.end {
        Some(end) => format!("It ends at {}.", ended(end)),
        None => "No part of the template varies.".into(),
    });
    if let Some(cause) = cause {
        let back = facts::given_back(&found.comparison);
        said.push(caused(cause, back, divergence.new.as_ref().or(divergence.old.as_ref())));
    } else if let Some(change) = &found.comparison.changed_expression {
        said.push(format!("Cause: {}; the texts are the same.", changed(change)));
    }
    let context = || context(row, divergence.old.as_ref(), divergence.new.as_ref());
    if let Some(words) = row.excerpt.clone().or_else(context) {
        said.push(format!("    {words}"));
    }
    said.extend(costs(&found.impact, traffic));
    said.extend(found.suggestion.as_ref().map(suggested));
    said
}

fn changed(change: &ChangedExpression) -> String {
    let shown = |(written, place): &(String, Place)| format!("`{}` ({place})", one_line(written));
    match (&change.old, &change.new) {
        (Some(old), Some(new)) => format!("the expression {} was {}", shown(new), shown(old)),
        (None, Some(new)) => format!("the expression {} was added", shown(new)),
        (Some(old), None) => format!("the expression {} was removed", shown(old)),
        (None, None) => "an expression changed".into(),
    }
}

/// The change of a stable prefix and of its blocks; both of the prefix as it is written and of a deployment's, where they differ.
fn became_of_prefix(found: &Found, layout: &Layout) -> String {
    let length = |comparison: &Comparison| lengths(comparison.old.tokens, comparison.new.tokens);
    let cached =
        |impact: &Impact| became_of_blocks(impact, layout).map(|words| format!(": {words}")).unwrap_or_default();
    let (written, blocks) = (length(&found.comparison), cached(&found.impact));
    match &found.configured {
        Some((fixed, impact)) if cached(impact) == blocks => {
            format!("as written {written}; as configured it {}{blocks}", length(fixed))
        }
        Some((fixed, impact)) => {
            format!("as written {written}{blocks}; as configured it {}{}", length(fixed), cached(impact))
        }
        None => format!("{written}{blocks}"),
    }
}

fn lengths(old: u64, new: u64) -> String {
    match new.cmp(&old) {
        std::cmp::Ordering::Less => format!("shrinks from {} to {}", plural(old, "token"), thousands(new)),
        std::cmp::Ordering::Greater => format!("grows from {} to {}", plural(old, "token"), thousands(new)),
        std::cmp::Ordering::Equal => format!("still has {}", plural(old, "token")),
    }
}

fn ended(end: &PrefixEnd) -> String {
    format!("`{}` ({})", one_line(&end.written), end.place)
}

fn caused(cause: &Cause, back: Option<u64>, place: Option<&Place>) -> String {
    let at = place.map(|place| format!(" ({place})")).unwrap_or_default();
    let back = back.map(|tokens| plural(tokens, "token"));
    let back = back.map(|tokens| format!(" Reverting it gives {tokens} back.")).unwrap_or_default();
    format!("Cause: {}{at}.{back}", cause.describe())
}

/// The lines within which a line is looked for that others were put in front of.
const NEAR: u64 = 40;

/// The lines of the files around the divergence, what differs in them marked, where no texts stand for each other.
fn context(row: &TemplateRow<'_>, old: Option<&Place>, new: Option<&Place>) -> Option<String> {
    let line = |file: Option<&TemplateFile>, place: Option<&Place>| {
        let source = &file?.source;
        Some(source.text()[source.line(place?.line)?].to_owned())
    };
    let (ours, theirs) = (line(row.pair.old.as_ref(), old)?, line(row.pair.new.as_ref(), new)?);
    let is_later = |file: Option<&TemplateFile>, place: Option<&Place>, wanted: &str| {
        let Some((source, place)) = file.map(|file| &file.source).zip(place) else { return false };
        let mut lines = (place.line + 1..=place.line + NEAR).filter_map(|line| source.text().get(source.line(line)?));
        lines.any(|line| line.trim() == wanted.trim())
    };
    let has_words = |line: &str| line.contains(char::is_alphanumeric);
    // Of lines that came, the first with words.
    let came = |file: Option<&TemplateFile>, place: Option<&Place>| {
        let (source, place) = (&file?.source, place?);
        let mut lines = (place.line..place.line + NEAR).filter_map(|line| source.text().get(source.line(line)?));
        lines.find(|line| has_words(line)).map(str::to_owned)
    };
    let theirs = if has_words(&theirs) { theirs } else { came(row.pair.new.as_ref(), new).unwrap_or(theirs) };
    // The line before may be the last that both have.
    let is_before = |file: Option<&TemplateFile>, place: Option<&Place>, wanted: &str| {
        let Some((source, place)) = file.map(|file| &file.source).zip(place) else { return false };
        let mut lines = (place.line.saturating_sub(NEAR).max(1)..place.line)
            .filter_map(|line| source.text().get(source.line(line)?));
        lines.any(|line| line.trim() == wanted.trim())
    };
    let is_kept = is_later(row.pair.new.as_ref(), new, &ours) || is_before(row.pair.new.as_ref(), new, &ours);
    let is_inserted = has_words(&ours) && is_kept;
    let is_removed = has_words(&theirs) && is_later(row.pair.old.as_ref(), old, &theirs);
    // A line that came before those that were there, or left from before them.
    // A line without words, such as closing quotes, moved on.
    let is_closed = !has_words(&ours) && has_words(&theirs);
    Some(match (is_inserted || is_closed, is_removed) {
        (true, false) => marked("", &theirs),
        (false, true) => marked(&ours, ""),
        _ => marked(&ours, &theirs),
    })
}

/// The reason why nothing is served of a prefix that got too short.
fn too_short(minimum: u64) -> String {
    format!(", since nothing is served of fewer than {}", plural(minimum, "token"))
}

/// The loss that each request pays from now on, apart from what is built once after deployment.
fn became_of_blocks(impact: &Impact, layout: &Layout) -> Option<String> {
    let (old, new, rebuilt) = (impact.blocks_old?, impact.blocks_new?, impact.blocks_rebuilt()?);
    let blocks = format!("cached {} of {} tokens", if old == 1 { "block" } else { "blocks" }, layout.block_size()?);
    // Text that is gone needs no cache.
    let lost = if impact.is_tail_kept { 0 } else { old.saturating_sub(new) };
    let once =
        format!("{} {} rebuilt once after deployment", thousands(rebuilt), if rebuilt == 1 { "is" } else { "are" });
    let of_old = |count: u64| format!("{} of {} {blocks}", thousands(count), thousands(old));
    let verb = |count: u64| if count == 1 { "is" } else { "are" };
    Some(
        match (lost, rebuilt) {
            (0, 0) if old == 0 && new == 0 => {
                "nothing cached is lost, since nothing is served of so few tokens, before and after".into()
            }
            (0, 0) => "nothing cached is lost".into(),
            (0, _) if impact.blocks_lost()? == 0 => format!("nothing cached is lost, {once}"),
            (0, _) => format!("nothing is lost for good, {once}"),
            (_, 0) => format!("{} {} lost in every request", of_old(lost), verb(lost)),
            _ => format!("{} {} lost in every request, {once}", of_old(lost), verb(lost)),
        } + &impact.is_below.map(too_short).unwrap_or_default(),
    )
}

fn costs(impact: &Impact, traffic: &Traffic) -> Option<String> {
    let change = impact.cost_change()?;
    let amount = Money::new(change.amount.abs(), change.currency);
    let direction = if change.amount.is_sign_negative() { "less" } else { "more" };
    if change.amount.is_zero() {
        return Some("Each request costs the same as before once the cache is warm.".into());
    }
    let month = traffic.monthly(amount).map(|amount| format!(" ({} in 30 days)", money(&amount))).unwrap_or_default();
    Some(format!("Each request costs {} {direction}{month} once the cache is warm.", money(&amount)))
}

fn suggested(suggestion: &Suggestion) -> String {
    format!(
        "Better: move {}. The stable prefix then has {}, {} more. {}",
        suggestion.in_words(None),
        plural(suggestion.stable_tokens, "token"),
        thousands(suggestion.gained_tokens),
        suggestion.warning
    )
}

fn table(rows: &[TemplateRow<'_>]) -> Table {
    let columns = [
        ("template", "template"),
        ("stable_prefix_tokens_old", "stable, old"),
        ("stable_prefix_tokens_new", "stable, new"),
        ("divergence_token", "first difference at token"),
        ("blocks_lost", "blocks lost"),
        ("cause", "cause"),
        ("new_place", "where"),
        ("cost_change_per_request", "per request"),
    ];
    let row = |row: &TemplateRow<'_>| {
        let found = row.found.as_ref();
        let divergence = found.and_then(|found| found.comparison.divergence.as_ref());
        let one_sided = match (row.side, row.is_added()) {
            _ if found.is_some() => None,
            (None, true) => Some("file-added"),
            (None, false) => Some("file-removed"),
            (Some(_), true) => Some("template-added"),
            (Some(_), false) => Some("template-removed"),
        };
        vec![
            Cell::Text(row.name.clone()),
            Cell::count(found.map(|found| found.comparison.old.tokens)),
            Cell::count(found.map(|found| found.comparison.new.tokens)),
            Cell::count(divergence.map(|divergence| divergence.token)),
            Cell::count(found.and_then(|found| found.impact.blocks_lost())),
            Cell::text(facts::cause_code(found).or(one_sided)),
            Cell::place(facts::new_place(found)),
            Cell::exact(found.and_then(|found| found.impact.cost_change())),
        ]
    };
    Table {
        key: "templates",
        title: "templates".into(),
        columns: columns.map(|(key, title)| Column::new(key, title)).into(),
        rows: rows.iter().map(row).collect(),
    }
}

/// The annotation of a template that loses tokens.
fn finding(row: &TemplateRow<'_>) -> Option<Finding> {
    let found = row.found.as_ref().filter(|_| row.lost_tokens() > 0)?;
    let divergence = found.comparison.divergence.as_ref()?;
    let cause = found.comparison.cause.as_ref()?;
    let place = divergence.new.clone().or(divergence.old.clone())?;
    let message = format!(
        "{}: the stable prefix {}",
        cause.describe(),
        lengths(found.comparison.old.tokens, found.comparison.new.tokens)
    );
    Some(Finding {
        tokens: Some(row.lost_tokens()),
        cost: found.impact.cost_change(),
        help: found.suggestion.as_ref().map(suggested),
        ..Finding::new(cause.kind.code(), Severity::Warning, place, message)
    })
}

fn caveats(rows: &[TemplateRow<'_>], pairs: &[FilePair], layout: &Layout, traffic: &Traffic) -> Vec<Caveat> {
    let mut caveats: Vec<Caveat> = Vec::new();
    let mut add = |caveat: Caveat| {
        if !caveats.contains(&caveat) {
            caveats.push(caveat);
        }
    };
    for file in pairs.iter().flat_map(|pair| pair.old.iter().chain(&pair.new)) {
        file.uncounted_caveat().into_iter().chain(file.too_deep_caveat()).for_each(&mut add);
        let unread = file.templates.iter().flat_map(|template| &template.unread);
        unread.for_each(|unread| add(Code::UnreadConstruct.because(&file.unread_note(unread))));
    }
    for pair in pairs {
        let renamed = |was| Code::Renamed.caveat(None, &[("name", &pair.name), ("before", was)]);
        pair.was.iter().for_each(|was| add(renamed(was)));
    }
    for found in rows.iter().filter_map(|row| row.found.as_ref()) {
        let doubts = [&found.comparison.old.doubt, &found.comparison.new.doubt];
        doubts.into_iter().flatten().for_each(|doubt| add(Code::Estimated.because(doubt)));
        found.impact.gap.iter().for_each(|gap| add(Code::NoPrice.because(gap)));
    }
    match &layout.profile {
        None => add(Code::RuleUnknown.alone()),
        Some(profile) => {
            if let Some(reason) = profile.policy.served_prefix_caveat() {
                add(Code::MostServable.caveat(None, &[("profile", &profile.name), ("reason", reason)]));
            }
        }
    }
    let constants: Vec<&str> = layout.constants().keys().map(String::as_str).collect();
    if !constants.is_empty() {
        add(Code::TakenAsConstant.because(&constants.join(", ")));
    }
    if let Some((matched, all)) = traffic.matched {
        add(Code::MatchedRequests.caveat(Some(all), &[("matched", &thousands(matched))]));
    }
    caveats
}
