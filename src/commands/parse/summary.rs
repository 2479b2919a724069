//! Contents of a log, and the cost to the analysis of each thing that it lacks.

use super::counts::Counts;
use crate::caveat::{Caveats, Code};
use crate::exchange::{Exchange, Family, Input};
use crate::log::FORMATS;
use crate::profile::{Profiles, RequestFacts};
use crate::report::{Cell, Column, Fact, Report, Table};
use crate::simulation::{Settings, Simulation};
use crate::time::Timestamp;
use crate::workspace::logs::{Logs, NotesOn};

/// Counts over all exchanges.
#[derive(Default)]
pub(super) struct LogSummary {
    exchanges: u64,
    formats: Counts,
    models: Counts,
    hosts: Counts,
    scopes: Counts,
    families: Counts,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    contradictions: u64,
    /// Requests to hosts without a cache, and the reasons that those hosts give.
    uncached: Caveats,
    /// Lays out and counts what is sent there.
    simulation: Option<Simulation<'static>>,
    gaps: [u64; GAPS.len()],
}

/// Something that an exchange may lack: its key, its name, what that costs, and whether an exchange lacks it.
struct Gap {
    key: &'static str,
    what: &'static str,
    cost: &'static str,
    lacks: fn(&Exchange) -> bool,
}

const GAPS: [Gap; 11] = [
    Gap {
        key: "text",
        what: "no prompt text, block hashes only",
        cost: "hits are known to the block; no tokens are counted, no change is shown",
        lacks: |exchange| matches!(exchange.request.input, Input::Blocks(_)),
    },
    Gap {
        key: "request",
        what: "no request, usage only",
        cost: "what was reported can be billed, nothing is simulated",
        lacks: |exchange| matches!(exchange.request.input, Input::Missing) && exchange.unread.is_none(),
    },
    Gap {
        key: "body",
        what: "a body that is redacted, cut short or elsewhere",
        cost: "what was reported can be billed, nothing is simulated; the remarks say why",
        lacks: |exchange| exchange.unread.is_some(),
    },
    Gap {
        key: "redacted",
        what: "texts redacted, counts and fingerprints only",
        cost: "hits are exact under the profile it was redacted for; other buckets and changes are known to the block",
        lacks: |exchange| matches!(exchange.request.input, Input::Redacted(_)),
    },
    Gap {
        key: "time",
        what: "no time",
        cost: "nothing expires, and prices and rules that depend on the date are not known",
        lacks: |exchange| exchange.time.is_none(),
    },
    Gap {
        key: "model",
        what: "no model",
        cost: "no tokenizer, rule or price is known; give --profile",
        lacks: |exchange| exchange.request.model.is_none(),
    },
    Gap {
        key: "host",
        what: "no host",
        cost: "the cache rule follows from the model's name alone",
        lacks: |exchange| exchange.host.is_none(),
    },
    Gap {
        key: "scope",
        what: "no API key or user",
        cost: "all of them are assumed to share one cache; give --scope",
        lacks: |exchange| exchange.scope.is_unknown(),
    },
    Gap {
        key: "answer",
        what: "no answer",
        cost: "an answer that is sent back counts as new text, though providers may have cached it",
        lacks: |exchange| match &exchange.request.input {
            Input::Redacted(redacted) => redacted.output_tokens == 0,
            Input::Missing => false,
            _ => exchange.response.as_ref().is_none_or(|response| response.message.is_none()),
        },
    },
    Gap {
        key: "usage",
        what: "no usage",
        cost: "hits are predicted but cannot be compared with what was billed",
        lacks: |exchange| exchange.usage.prompt_tokens.is_none(),
    },
    Gap {
        key: "hits",
        what: "usage without cache counts",
        cost: "whether the provider served any hit is unknown, which is not the same as none",
        lacks: |exchange| exchange.usage.prompt_tokens.is_some() && exchange.usage.hit_tokens.is_none(),
    },
];

impl LogSummary {
    pub(super) fn add(&mut self, exchange: &Exchange) {
        self.exchanges += 1;
        self.formats.add(exchange.format);
        self.models.add(exchange.request.model.as_deref());
        self.hosts.add(exchange.host.as_deref());
        self.scopes.add(exchange.scope.name().as_deref());
        self.families.add(exchange.usage.family.map(family));
        self.first = self.first.into_iter().chain(exchange.time).min();
        self.last = self.last.into_iter().chain(exchange.time).max();
        self.contradictions += u64::from(exchange.usage.contradicts);
        if lacks_cache(exchange) {
            let new = || Simulation::new(Profiles::builtin(), Settings::default());
            let record = self.simulation.get_or_insert_with(new).exchange(exchange);
            record.note_missing_cache(&mut self.uncached);
        }
        for (gap, found) in GAPS.iter().zip(&mut self.gaps) {
            *found += u64::from((gap.lacks)(exchange));
        }
    }

    pub(super) fn report(self, mut logs: Logs) -> Report {
        logs.caveats.merge(self.uncached);
        let time = |time: Option<Timestamp>| Cell::text(time.map(|time| time.to_string()));
        let summary = vec![
            Fact::new("exchanges", "exchanges", Cell::Count(self.exchanges)),
            Fact::new("first", "first", time(self.first)),
            Fact::new("last", "last", time(self.last)),
            Fact::new("scopes", "scopes", Cell::Count(self.scopes.len() as u64)),
            Fact::new(
                "usage_contradictions",
                "usage that contradicts itself or cannot be read",
                Cell::Count(self.contradictions),
            ),
        ];
        let formats = FORMATS.iter().filter(|format| self.formats.iter().any(|(name, _)| name == format.name()));
        let lacking = formats.filter_map(|format| {
            Some(Code::FormatLacks.caveat(None, &[("format", format.name()), ("reason", format.lacks()?)]))
        });
        let caveats = lacking.chain(logs.caveats(NotesOn::Hits)).collect();
        let tables = vec![
            counted("formats", "format", &self.formats),
            counted("models", "model", &self.models),
            counted("hosts", "host", &self.hosts),
            counted("families", "usage family", &self.families),
            gaps(&self.gaps),
        ];
        let tables = tables.into_iter().filter(|table| !table.rows.is_empty()).collect();
        Report {
            command: "parse",
            summary,
            tables,
            caveats,
            log: logs.only_file(),
            skipped: logs.faults.skipped,
            ..Report::default()
        }
    }
}

/// True if it went to a host that is known to have no prompt cache.
fn lacks_cache(exchange: &Exchange) -> bool {
    let call = RequestFacts {
        host: exchange.host.as_deref(),
        fingerprint: None,
        time: exchange.time,
        model: exchange.model_at_maker(),
        request: Some(&exchange.request),
    };
    call.host.is_some() && Profiles::builtin().choose(call).is_some_and(|choice| !choice.profile.policy.has_cache())
}

fn family(family: Family) -> &'static str {
    match family {
        Family::Inclusive => "inclusive: input tokens are the whole prompt",
        Family::Exclusive => "exclusive: input tokens leave out the cache",
    }
}

fn counted(key: &'static str, title: &'static str, counts: &Counts) -> Table {
    Table {
        key,
        title: key.into(),
        columns: vec![Column::new("name", title), Column::new("exchanges", "exchanges")],
        rows: counts.iter().map(|(name, requests)| vec![Cell::Text(name.to_owned()), Cell::Count(requests)]).collect(),
    }
}

fn gaps(found: &[u64]) -> Table {
    let rows = GAPS.iter().zip(found).filter(|(_, found)| **found > 0);
    let text = |text: &str| Cell::Text(text.to_owned());
    Table {
        key: "gaps",
        title: "what is missing".into(),
        columns: [("gap", "gap"), ("what", "what"), ("exchanges", "exchanges"), ("cost", "what it costs")]
            .map(|(key, title)| Column::new(key, title))
            .into(),
        rows: rows
            .map(|(gap, found)| vec![text(gap.key), text(gap.what), Cell::Count(*found), text(gap.cost)])
            .collect(),
    }
}
