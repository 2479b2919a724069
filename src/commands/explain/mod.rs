//! `cachecheck explain`: one request beside the one that it should have continued: where they part, why, and what undoing that gives back.

mod asked;

use asked::{AskedRequest, siblings};

use super::Outcome;
use super::args::{LogArgs, ReplayArgs};
use crate::cache::Ledger;
use crate::causes::{CauseCode, Explained, ReplayedRequest, parting};
use crate::caveat::Caveats;
use crate::money::Money;
use crate::number::{self, to_usize};
use crate::report::text::{capitalised, money, plural};
use crate::report::{Cell, Column, Fact, Format, Report, Table};
use crate::simulation::{PartKind, Record, UsageBuckets};
use crate::span::Span;
use crate::workspace::destination::Destination;
use crate::workspace::logs::{Logs, NotesOn};
use crate::workspace::output::render;
use crate::workspace::replay::{Replayed, replay};

/// Show why a request missed, beside the one that it should continue
///
/// The whole log is replayed, then the two requests are shown side by side: the parts of the prompt, each with its hits and misses, the
/// texts around the first difference, the cause, and the tokens that undoing it gives back.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES, mut_arg("logs", |logs| logs.value_name("LOG:LINE").help(LOGS)))]
pub(crate) struct ExplainArgs {
    #[command(flatten)]
    logs: LogArgs,

    /// Id of the request, in place of a line
    #[arg(long, value_name = "ID")]
    id: Option<String>,

    /// Show no text of any prompt
    #[arg(long)]
    no_text: bool,

    /// Show texts in HTML, too, which leaves them out otherwise, as it is made to be passed on
    #[arg(long, conflicts_with = "no_text")]
    show_text: bool,

    #[command(flatten)]
    replay: ReplayArgs,
}

const LOGS: &str = "The log and the line of the request, such as logs.jsonl:29, or session.har:1#2 for the second request in a document; or logs and --id; - is stdin";

const EXAMPLES: &str = "\
Examples:
  cachecheck explain logs.jsonl:29
  cachecheck explain logs.jsonl --id chatcmpl-78cf5d2c66fe
  cachecheck explain logs.jsonl:29 --no-text --format json";

/// The letters of a picture of a prompt.
const WIDTH: u64 = 32;

/// Two requests of a log, and all that is known of both.
struct SideBySide<'a> {
    calls: &'a [ReplayedRequest],
    explained: &'a Explained,
    index: usize,
    logs: &'a Logs,
    shows_text: bool,
    /// A page has room for both texts side by side.
    is_page: bool,
}

/// The texts around the place where two requests part.
struct Texts {
    old: String,
    new: String,
}

pub(crate) fn run(args: &ExplainArgs, out: &mut Destination) -> anyhow::Result<Outcome> {
    let (asked, inputs) = AskedRequest::read(&args.logs, args.id.as_deref())?;
    let settings = args.replay.settings(&args.logs)?;
    let Replayed { mut logs, mut again, .. } = replay(&inputs, settings, || (), |(), _, _| Ok(()))?;
    let (mut calls, explained) = again.explained_calls(&inputs)?;
    let index = asked.find(&calls, &logs)?;
    let mut caveats = Caveats::default();
    for shown in explained.against[index].into_iter().chain([index]) {
        again.count(&mut calls[shown], &explained.records[shown]);
        explained.records[shown].note_caveats(&calls[shown].exchange, &mut caveats);
    }
    // Notes on other requests say nothing of these two.
    logs.caveats = logs.caveats.clone().with_requests(caveats);
    let pair = SideBySide {
        calls: &calls,
        explained: &explained,
        index,
        logs: &logs,
        is_page: args.replay.format == Format::Html,
        shows_text: if args.replay.format == Format::Html { args.show_text } else { !args.no_text },
    };
    render(&pair.report(), args.replay.format, out)?;
    Ok(Outcome::Done)
}

impl SideBySide<'_> {
    fn record(&self) -> &Record {
        &self.explained.records[self.index]
    }

    fn against(&self) -> Option<usize> {
        self.explained.against[self.index]
    }

    fn report(&self) -> Report {
        let record = self.record();
        let cause = self.explained.causes[self.index].first().map(|(code, _)| *code);
        let given_back = self.explained.given_back[self.index];
        let saved = given_back.and_then(|tokens| u64::try_from(tokens).ok());
        let saved = saved.and_then(|tokens| record.bill.premium(tokens));
        let parts = self.parts();
        let texts = self.texts();
        let undo = cause.and_then(|code| undo(code, given_back, saved.as_ref()));
        let row = |index: usize| self.row(&self.explained.records[index]);
        let part_cells = parts.iter().map(|(part, tokens, ledger)| {
            Cell::Map(vec![
                ("part", Cell::Text(part.clone())),
                ("tokens", Cell::Count(*tokens)),
                ("ledger", if record.prediction.is_some() { buckets(ledger) } else { Cell::Unknown }),
                ("hit_tokens", Cell::count(self.hits().map(|_| ledger.hit))),
            ])
        });
        let entries = vec![
            ("call", row(self.index)),
            ("against", self.against().map_or(Cell::Unknown, row)),
            ("parts", Cell::List(part_cells.collect())),
            ("divergence", self.divergence(texts.as_ref())),
            ("cause", Cell::text(cause.map(CauseCode::code))),
            ("undo", Cell::text(undo.clone())),
            ("tokens_given_back", given_back.map_or(Cell::Unknown, Cell::Difference)),
            ("cost_given_back", Cell::money(saved)),
        ];
        Report {
            command: "explain",
            summary: self.facts(cause),
            tables: self.side_by_side(texts.as_ref()).into_iter().chain(self.table(&parts)).collect(),
            sentences: self.sentences(cause, texts.as_ref(), undo),
            entries,
            caveats: self.logs.caveats(NotesOn::Costs),
            about: Some(self.logs.about()),
            log: self.logs.only_file(),
            ..Report::default()
        }
    }

    fn sentences(&self, cause: Option<CauseCode>, texts: Option<&Texts>, undo: Option<String>) -> Vec<String> {
        let record = self.record();
        let line = capitalised(&self.logs.short(record.place));
        let against = self.against().map(|index| self.logs.short(self.explained.records[index].place));
        // Without hits, predicted or reported, nobody knows what missed.
        let became = if self.hits().is_some() { "missed the cache" } else { "could not come from a cache" };
        let missed = || format!("{} {became}", plural(self.missed(), "token"));
        let first = match (cause, against) {
            (None, _) => format!("{line}: {}.", self.without_cause()),
            (Some(code), None) => format!("{line}: {}, so that {}.", code.what(), missed()),
            (Some(code), Some(against)) => {
                format!("{line}, compared with {against}: {}, so that {}.", code.what(), missed())
            }
        };
        let texts = texts
            .filter(|_| !self.is_page)
            .map(|Texts { old, new }| [format!("Before: {old}"), format!("Now:    {new}")]);
        let others = siblings(self.calls, self.index);
        [first].into_iter().chain(texts.into_iter().flatten()).chain(undo).chain(others).collect()
    }

    /// Tells what is known of a request whose misses have no cause.
    fn without_cause(&self) -> String {
        const LITTLE: u64 = 64;
        let record = self.record();
        let Some(hits) = self.hits() else {
            return "no cache rule is known for it and no hits are reported, so that what missed is unknown".into();
        };
        let reported = record.compared_hits().map_or(hits, |(_, reported)| reported);
        let missed = record.prompt_tokens.unwrap_or_default().saturating_sub(reported);
        let seen = record.prediction.map_or(0, |prediction| prediction.ledger.rule).min(missed);
        if seen < LITTLE {
            return "only new text missed the cache".into();
        }
        let seen = plural(seen, "token");
        format!(
            "{seen} that missed were sent before, but no unit or breakpoint of the cache ends there; the rest that missed is new text"
        )
    }

    /// Tokens that missed for a cause.
    fn missed(&self) -> u64 {
        self.explained.causes[self.index].iter().map(|(_, tokens)| tokens).sum()
    }

    /// The prompt as a bar: by the rule, else by the reported counts; `None` where neither tells of hits.
    fn picture(&self) -> Option<String> {
        let record = self.record();
        if let Some(prediction) = record.prediction {
            return Some(picture(&prediction.ledger));
        }
        let (hit, rule, new) = if let Some(buckets) = record.by_usage.map(|judged| judged.buckets) {
            let UsageBuckets { served, written, uncached, first, .. } = buckets;
            let new = written + uncached + first;
            (served, buckets.total() - served - new, new)
        } else {
            let prompt = record.bill.prompt_tokens?;
            let hit = self.hits()?.min(prompt);
            let missed = self.missed().min(prompt - hit);
            (hit, missed, prompt - hit - missed)
        };
        Some(picture(&Ledger { hit, rule, new, ..Ledger::default() }))
    }

    /// Both texts around the place where they part, on one line each.
    fn texts(&self) -> Option<Texts> {
        let against = self.against().filter(|_| self.shows_text)?;
        let found = parting(&self.calls[against].exchange, &self.calls[self.index].exchange)?;
        let line = |text: &str| text.replace('\r', "␍").replace('\n', "⏎");
        Some(Texts { old: line(&found.old), new: line(&found.new) })
    }

    /// The same, one beside the other.
    fn side_by_side(&self, texts: Option<&Texts>) -> Option<Table> {
        let Texts { old, new } = texts.filter(|_| self.is_page)?;
        let line = |index: usize| self.logs.short(self.explained.records[index].place);
        let columns = vec![Column::new("before", line(self.against()?)), Column::new("now", line(self.index))];
        let rows = vec![vec![Cell::Text(old.clone()), Cell::Text(new.clone())]];
        Some(Table { key: "texts", title: "the first difference, side by side".into(), columns, rows })
    }

    fn common(&self) -> Option<usize> {
        let (before, after) = (self.calls[self.against()?].counted.as_ref()?, self.calls[self.index].counted.as_ref()?);
        let (sequence, prompt) = after.sequence();
        Some(before.sequence().0.common(sequence).min(prompt))
    }

    fn divergence(&self, texts: Option<&Texts>) -> Cell {
        let Some(token) = self.common() else { return Cell::Unknown };
        let call = &self.calls[self.index];
        let part = call.counted.as_ref().and_then(|counted| counted.part_at(token, &call.exchange.request));
        Cell::Map(vec![
            ("token", Cell::Count(token as u64)),
            ("place", Cell::text(part.map(|part| part.to_string()))),
            ("old_text", Cell::text(texts.map(|texts| texts.old.as_str()))),
            ("new_text", Cell::text(texts.map(|texts| texts.new.as_str()))),
        ])
    }

    fn row(&self, record: &Record) -> Cell {
        let prediction = record.prediction;
        Cell::Map(vec![
            ("source", Cell::Text(self.logs.source(record.place).to_owned())),
            ("line", Cell::Count(record.place.line)),
            ("id", Cell::text(record.id.as_deref())),
            ("time", Cell::text(record.time.map(|time| time.to_string()))),
            ("model", Cell::text(record.model.as_deref())),
            ("prompt_tokens", Cell::count(record.prompt_tokens)),
            ("hit_tokens_predicted", Cell::count(prediction.map(|prediction| prediction.hit_tokens))),
            ("hit_tokens_reported", Cell::count(record.reported.hit_tokens)),
            ("ledger", prediction.map_or(Cell::Unknown, |prediction| buckets(&prediction.ledger))),
        ])
    }

    /// The hits by which the parts are told apart: those predicted, else those reported.
    fn hits(&self) -> Option<u64> {
        let predicted = self.record().prediction.map(|prediction| prediction.hit_tokens);
        let reported = Some(&self.record().reported).filter(|reported| !reported.contradicts);
        predicted.or_else(|| reported?.hit_tokens)
    }

    /// The hits that are shown part by part, in words.
    fn basis(&self) -> &'static str {
        match (self.hits(), self.record().prediction) {
            (None, _) => "",
            (Some(_), Some(_)) => ", hits as predicted",
            (Some(_), None) => ", hits as reported",
        }
    }

    /// The parts of the prompt in order, each with its tokens and what became of them.
    fn parts(&self) -> Vec<(String, u64, Ledger)> {
        let (call, record) = (&self.calls[self.index], self.record());
        let Some(counted) = &call.counted else { return Vec::new() };
        let mut parts = counted.named_parts(&call.exchange.request, self.shows_text);
        let (known, billed) = (parts.iter().map(|(_, tokens)| tokens).sum(), record.bill.prompt_tokens);
        if call.exchange.is_known_in_part() {
            // The part that an agent's session does not hold stands before what it holds.
            let hidden = billed.or(record.prompt_tokens).unwrap_or(0).saturating_sub(known);
            parts.insert(0, ("not in the log".into(), hidden));
            parts.retain(|(_, tokens)| *tokens > 0);
        } else {
            // Counts of an unknown tokenizer are shares of the whole, as the hits count it: by the prediction, or else by the report.
            let predicted = record.prediction.map(|prediction| prediction.ledger.total());
            let reported = billed.map(|billed| record.sent_tokens.map_or(billed, |sent| billed.min(sent)));
            if let Some(whole) = predicted.or(reported) {
                scale(&mut parts, (known, whole));
                let later = billed.filter(|_| predicted.is_none()).map_or(0, |billed| billed - whole);
                parts.extend((later > 0).then(|| (PartKind::LaterRounds.name(), later)));
            }
        }
        let reported = || Ledger { hit: self.hits().unwrap_or(0), ..Ledger::default() };
        let mut left = record.prediction.map_or_else(reported, |prediction| prediction.ledger);
        let parts = parts.into_iter().map(|(part, tokens)| {
            let ledger = taken(&mut left, tokens);
            (part, tokens, ledger)
        });
        parts.collect()
    }

    fn table(&self, parts: &[(String, u64, Ledger)]) -> Option<Table> {
        let is_known = self.hits().is_some();
        let row = |(part, tokens, ledger): &(String, u64, Ledger)| {
            let missed = tokens.saturating_sub(ledger.hit);
            let known = |tokens| if is_known { Cell::Count(tokens) } else { Cell::Unknown };
            vec![Cell::Text(part.clone()), Cell::Count(*tokens), known(ledger.hit), known(missed)]
        };
        let columns = [("part", "part"), ("tokens", "tokens"), ("hit", "hit"), ("missed", "missed")];
        let table = Table {
            key: "parts",
            title: format!("parts of the prompt{}", self.basis()),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows: parts.iter().map(row).collect(),
        };
        Some(table).filter(|table| !table.rows.is_empty())
    }

    /// The time since the request that it is compared with.
    fn after(&self) -> Option<String> {
        let (mut span, other) = (Span::default(), &self.explained.records[self.against()?]);
        for record in [other, self.record()] {
            span.add(record.replayed_at);
        }
        (other.replayed_at? < self.record().replayed_at?)
            .then(|| format!("{span} after {}", self.logs.short(other.place)))
    }

    fn facts(&self, cause: Option<CauseCode>) -> Vec<Fact> {
        let record = self.record();
        let against = self.against().map(|index| self.logs.short(self.explained.records[index].place));
        let missed = self.missed();
        let billed = record.bill.prompt_tokens.filter(|_| record.prediction.is_none());
        let prompt = billed.or(record.prompt_tokens);
        let mut sent = Fact::new("sent", "sent", Cell::text(record.replayed_at.map(|time| time.to_string())));
        sent.aside = self.after();
        let input = record.bill.billed().and_then(|(_, charge)| Some(charge.cost?.input()));
        vec![
            Fact::new("line", "call", Cell::Text(self.logs.short(record.place))),
            Fact::new("against", "compared with", Cell::text(against)),
            sent,
            Fact::new("cause", "cause", Cell::text(cause.map(CauseCode::code))),
            Fact::new("prompt_tokens", "prompt tokens", Cell::count(prompt)),
            Fact::new(
                "hit_tokens_predicted",
                "predicted hit tokens",
                Cell::count(record.prediction.map(|found| found.hit_tokens)),
            ),
            Fact::new("hit_tokens_reported", "reported hit tokens", Cell::count(record.reported.hit_tokens)),
            Fact::new("input_cost_billed", "input cost", Cell::money(input)),
            Fact::new("cost_missed", "of it for these misses", Cell::money(record.bill.premium(missed)))
                .aside("beyond the price of hits"),
            Fact::new("picture", "prompt", Cell::text(self.picture()))
                .aside(format!("█ hit, ▒ seen and not served, ░ new or diverged{}", self.basis())),
        ]
    }
}

/// Parts that sum to one number of tokens, as shares of another.
fn scale(parts: &mut [(String, u64)], (known, whole): (u64, u64)) {
    let (mut at, mut before) = (0, 0);
    for (_, tokens) in parts {
        at += *tokens;
        let end = number::share(whole, at, known);
        (*tokens, before) = (end - before, end);
    }
}

/// Advice, with the tokens that it gives this request back.
fn undo(cause: CauseCode, given_back: Option<i64>, saved: Option<&Money>) -> Option<String> {
    let remedy = cause.remedy()?;
    Some(match given_back {
        _ if !cause.can_be_undone() => format!("It would help if {remedy}."),
        Some(tokens) if tokens > 0 => {
            let saved = saved.map(|saved| format!(", {} saved", money(saved))).unwrap_or_default();
            let word = if tokens == 1 { "misses" } else { "miss" };
            format!(
                "If {remedy}: {} of this request {word} the cache{saved}.",
                plural(tokens.unsigned_abs(), "fewer token")
            )
        }
        Some(_) => format!("It would help others if {remedy}; this request itself gains nothing."),
        None => format!("It would help if {remedy}; how many tokens, nothing here can count."),
    })
}

fn buckets(ledger: &Ledger) -> Cell {
    Cell::Map(ledger.buckets().map(|(name, tokens)| (name, Cell::Count(tokens))).into())
}

/// The first tokens of what is left, in the order in which a cache serves a prompt.
fn taken(left: &mut Ledger, tokens: u64) -> Ledger {
    let (mut taken, mut wanted) = (Ledger::default(), tokens);
    let pairs = [
        (&mut left.hit, &mut taken.hit),
        (&mut left.rule, &mut taken.rule),
        (&mut left.pending, &mut taken.pending),
        (&mut left.expired, &mut taken.expired),
        (&mut left.evicted, &mut taken.evicted),
        (&mut left.tail, &mut taken.tail),
        (&mut left.new, &mut taken.new),
        (&mut left.diverged, &mut taken.diverged),
        (&mut left.cold, &mut taken.cold),
    ];
    for (left, taken) in pairs {
        let some = wanted.min(*left);
        *left -= some;
        *taken += some;
        wanted -= some;
    }
    taken
}

/// A prompt as a bar.
fn picture(ledger: &Ledger) -> String {
    let total = ledger.total().max(1);
    let fresh = ledger.new + ledger.diverged + ledger.cold;
    let letters = |tokens: u64| to_usize((tokens * WIDTH + total / 2) / total);
    let (hit, seen) = (letters(ledger.hit), letters(total.saturating_sub(fresh)));
    format!("{}{}{}", "█".repeat(hit), "▒".repeat(seen - hit), "░".repeat(to_usize(WIDTH) - seen))
}
