//! The data gathered for a curve, and the report of it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

use anyhow::anyhow;

use super::limits::Limit;
use super::memory::Memory;
use super::plot::Plot;
use super::{CurveArgs, Over};
use crate::cache::NotAllAtOnce;
use crate::calendar::Zone;
use crate::caveat::{Caveats, Code};
use crate::number::ratio;
use crate::report::text::{amounts, plural};
use crate::report::{Caveat, Cell, Column, Fact, Format, Report, Table, shown};
use crate::simulation::{Curve, Point, Record};
use crate::workspace::figures::{self, Tally};
use crate::workspace::logs::{Logs, NotesOn};

/// The most limits that a sentence tells one by one.
const TOLD: usize = 5;

/// Data gathered while the logs are read.
pub(super) struct CurveData {
    over: Over,
    /// The limits that are shown: those that the user or a policy named; none is all.
    asked: Vec<u64>,
    /// The user named them.
    are_users: bool,
    curve: Curve,
    /// Sums at each profile's own limit.
    tally: Tally,
    /// Profiles by their own limit.
    own: BTreeMap<Option<u64>, BTreeSet<String>>,
    block_sizes: BTreeSet<u64>,
    /// Memory of capacities, if the model is known.
    memory: Option<Memory>,
}

impl CurveData {
    pub(super) fn new(over: Over, asked: Vec<u64>, memory: Option<Memory>) -> Self {
        Self {
            over,
            are_users: !asked.is_empty(),
            asked,
            curve: Curve::default(),
            tally: Tally::new(&[], None, Zone::default()),
            own: BTreeMap::new(),
            block_sizes: BTreeSet::new(),
            memory,
        }
    }

    pub(super) fn add(&mut self, record: &Record) -> anyhow::Result<()> {
        self.tally.add(record);
        let Some(swept) = &record.swept else { return Ok(()) };
        let steps = swept.steps.as_ref().map_err(|NotAllAtOnce| not_all_at_once(self.over, record))?;
        self.note_limits(swept.only.as_deref(), record)?;
        self.curve.add(record, steps);
        let profile = record.applied.as_ref().map(|applied| applied.profile.clone()).unwrap_or_default();
        self.own.entry(swept.own).or_default().insert(profile);
        self.block_sizes.insert(swept.block_size);
        Ok(())
    }

    /// Takes note of the only limits at which a request was replayed, where the user named none.
    fn note_limits(&mut self, only: Option<&[u64]>, record: &Record) -> anyhow::Result<()> {
        let Some(only) = only.filter(|_| !self.are_users) else { return Ok(()) };
        if !self.asked.is_empty() && self.asked != only {
            return Err(other_limits(record));
        }
        self.asked = only.to_vec();
        Ok(())
    }

    /// The points of the curve: all of them, or those at the limits that were asked for.
    pub(super) fn points(&self) -> Vec<Point> {
        self.curve.points()
    }

    pub(super) fn report(&self, curve: &[Point], args: &CurveArgs, logs: Logs) -> Report {
        let rows = self.rows(curve, args);
        Report {
            command: "curve",
            summary: self.facts(curve, &logs.caveats),
            tables: [self.table(curve, &rows, args.format)].into_iter().chain(self.by_currency(curve, &rows)).collect(),
            sentences: self.sentence(curve).into_iter().collect(),
            caveats: self.caveats(&logs),
            about: Some(logs.about()),
            log: logs.only_file(),
            skipped: logs.faults.skipped,
            ..Report::default()
        }
    }

    /// Draws the curve, where it rises.
    pub(super) fn plot(&self, curve: &[Point], out: &mut dyn Write) -> io::Result<()> {
        let Some((first, last)) = curve.get(1).zip(curve.last()).filter(|_| self.asked.is_empty()) else {
            return Ok(());
        };
        let most = curve.iter().map(|point| point.hit_tokens).max().unwrap_or(0);
        #[expect(clippy::cast_precision_loss, reason = "a drawing")]
        let share = |limit| Point::at(curve, limit).hit_tokens as f64 / most as f64;
        let label = |limit| shown(&Limit::new(self.over, limit).cell());
        let (from, to) = (self.round_below(first.from), self.round_above(last.from));
        writeln!(out)?;
        Plot {
            from,
            to,
            labels: [label(from), label(to)],
            own: self.only_own(),
            top: shown(&self.ratio(most)),
            share: &share,
        }
        .write(out)
    }

    fn round_below(&self, limit: u64) -> u64 {
        Limit::round(self.over).into_iter().rev().find(|round| *round <= limit).unwrap_or(limit)
    }

    fn round_above(&self, limit: u64) -> u64 {
        Limit::round(self.over).into_iter().find(|round| *round >= limit).unwrap_or(limit)
    }

    /// The limits of the table; `None` is none at all.
    fn rows(&self, curve: &[Point], args: &CurveArgs) -> Vec<Option<u64>> {
        let machine = matches!(args.format, Format::Json | Format::Csv);
        if !self.asked.is_empty() {
            return self.asked.iter().map(|limit| Some(*limit).filter(|limit| *limit < u64::MAX)).collect();
        }
        let mut limits = match args.points {
            Some(count) => even(curve, count),
            None if machine => curve.iter().skip(1).map(|point| point.from).collect(),
            None => self.round_limits(curve),
        };
        if !machine {
            limits.extend(self.own.keys().flatten());
        }
        limits.sort_unstable();
        limits.dedup();
        limits.into_iter().map(Some).chain([None]).collect()
    }

    /// Round limits at which the hits are others than at the one before.
    fn round_limits(&self, curve: &[Point]) -> Vec<u64> {
        let mut before = 0;
        let mut limits = Limit::round(self.over);
        limits.retain(|limit| {
            std::mem::replace(&mut before, Point::at(curve, *limit).hit_tokens) != Point::at(curve, *limit).hit_tokens
        });
        limits
    }

    fn table(&self, curve: &[Point], rows: &[Option<u64>], format: Format) -> Table {
        let counts_micros = self.over == Over::Ttl && matches!(format, Format::Json | Format::Csv);
        let (key, title) = self.limit_column();
        let mut columns = vec![Column::new(key, title)];
        columns.extend(counts_micros.then(|| Column::new("lifetime_us", "microseconds")));
        columns.extend((self.over == Over::Capacity).then(|| Column::new("capacity_tokens", "in tokens")));
        columns.extend(self.memory.map(Memory::columns).unwrap_or_default());
        columns.extend([
            Column::new("hit_tokens_predicted", "hit tokens"),
            Column::new("hit_ratio_predicted", "hit ratio"),
        ]);
        let blocks = self.tally.totals().blocks.map(|(_, blocks)| blocks);
        columns.extend(blocks.map(|_| Column::new("block_hit_ratio", "block hit ratio")));
        columns.push(Column::new("cost_predicted", "cost"));
        let has_own = self.own.keys().any(Option::is_some);
        columns.extend(has_own.then(|| Column::new("own_of", "own of")));
        let row = |limit: Option<u64>| {
            let point = Point::at(curve, limit.unwrap_or(u64::MAX));
            let mut cells = vec![self.limit_cell(limit)];
            cells.extend(counts_micros.then(|| Cell::count(limit)));
            cells.extend((self.over == Over::Capacity).then(|| Cell::count(self.in_tokens(limit))));
            cells.extend(self.memory.map(|memory| memory.cells(self.in_tokens(limit))).unwrap_or_default());
            cells.extend([Cell::Count(point.hit_tokens), self.ratio(point.hit_tokens)]);
            cells.extend(blocks.map(|blocks| Cell::ratio(ratio(point.hit_blocks, blocks))));
            cells.push(Cell::money(point.cost()));
            cells.extend(has_own.then(|| self.whose(limit)));
            cells
        };
        let title = match self.over {
            Over::Ttl => "by lifetime after the last use",
            Over::Capacity => "by capacity in blocks, the least recently used evicted first",
        };
        Table { key: "curve", title: title.into(), columns, rows: rows.iter().copied().map(row).collect() }
    }

    /// The cost at each limit by currency, where there are several.
    fn by_currency(&self, curve: &[Point], rows: &[Option<u64>]) -> Option<Table> {
        let several = curve.first().is_some_and(|first| first.costs.len() > 1);
        let (key, title) = self.limit_column();
        let columns = [(key, title), ("currency", "currency"), ("cost_predicted", "cost")];
        let costs = |limit: &Option<u64>| {
            let limit = *limit;
            let point = Point::at(curve, limit.unwrap_or(u64::MAX));
            point.costs.iter().map(move |cost| {
                vec![self.limit_cell(limit), Cell::Text(cost.currency.to_string()), Cell::Money(*cost)]
            })
        };
        several.then(|| Table {
            key: "by_currency",
            title: "cost by currency".into(),
            columns: columns.map(|(key, title)| Column::new(key, title)).into(),
            rows: rows.iter().flat_map(costs).collect(),
        })
    }

    /// The key and the heading of the limits.
    fn limit_column(&self) -> (&'static str, &'static str) {
        match self.over {
            Over::Ttl => ("lifetime", "lifetime"),
            Over::Capacity => ("capacity", "capacity"),
        }
    }

    fn limit_cell(&self, limit: Option<u64>) -> Cell {
        match (limit, self.over) {
            (Some(limit), over) => Limit::new(over, limit).cell(),
            (None, Over::Ttl) => Cell::Text("never".into()),
            (None, Over::Capacity) => Cell::Text("no limit".into()),
        }
    }

    /// A capacity in tokens, where all blocks have the same size.
    fn in_tokens(&self, limit: Option<u64>) -> Option<u64> {
        let size = self.block_sizes.first().filter(|_| self.block_sizes.len() == 1);
        limit.zip(size).and_then(|(limit, size)| limit.checked_mul(*size))
    }

    /// The profiles whose own limit this is.
    fn whose(&self, limit: Option<u64>) -> Cell {
        let profiles = self.own.get(&limit).into_iter().flatten();
        Cell::List(profiles.map(|profile| Cell::Text(profile.clone())).collect())
    }

    /// The limit that all profiles have, where it is one.
    fn only_own(&self) -> Option<u64> {
        *self.own.keys().next().filter(|_| self.own.len() == 1)?
    }

    fn facts(&self, curve: &[Point], caveats: &Caveats) -> Vec<Fact> {
        let totals = self.tally.totals();
        let fact = |key, label| figures::fact(totals, key, label);
        let all = self.asked.is_empty();
        let most = all.then(|| Point::at(curve, u64::MAX));
        let mut facts = vec![
            fact("requests", "requests").aside(self.others(caveats.requests(Code::NotSimulated))),
            fact("prompt_tokens_simulated", "prompt tokens"),
            fact("hit_ratio_predicted", "hit ratio as simulated").aside("at each profile's own limits"),
            Fact::new(
                "hit_ratio_unlimited",
                "hit ratio without limit",
                most.map_or(Cell::Unknown, |point| self.ratio(point.hit_tokens)),
            )
            .only_if(all),
            Fact::new("bends", "points of the curve", Cell::count(all.then(|| curve.len() as u64 - 1)))
                .aside("the ratio changes at no other limit")
                .only_if(all),
        ];
        facts.extend(self.memory.map(Memory::fact));
        facts.extend(figures::hidden(totals, &facts));
        facts
    }

    /// Tells how many requests are not in the curve, and the reasons.
    fn others(&self, unsimulated: u64) -> String {
        match self.tally.totals().requests - self.curve.requests {
            0 => String::new(),
            others => match others.saturating_sub(unsimulated) {
                0 => format!("{others} not simulated"),
                ruleless if ruleless == others => format!("{others} not simulated: no rule predicts their hits"),
                ruleless => format!("{others} not simulated, {ruleless} of them because no rule predicts their hits"),
            },
        }
    }

    /// One sentence: where most of the hits are had.
    fn sentence(&self, curve: &[Point]) -> Option<String> {
        if !self.asked.is_empty() {
            return self.sentence_of_limits(curve);
        }
        let last = curve.last().filter(|last| last.hit_tokens > 0)?;
        let reaches = |part: u64| {
            let wanted = (u128::from(last.hit_tokens) * u128::from(part)).div_ceil(100);
            curve.iter().find(|point| u128::from(point.hit_tokens) >= wanted)
        };
        let (half, most) = (reaches(50)?, reaches(95)?);
        let limit = |point: &Point| self.named_limit(self.round_above(point.from));
        let mut sentence = format!(
            "Without limit {} of the prompt tokens come from the cache; half of that takes {} at most, 95 % of it {}",
            shown(&self.ratio(last.hit_tokens)),
            limit(half),
            limit(most),
        );
        if let Some(without) = curve.first().map(|first| &first.costs).filter(|costs| !costs.is_empty()) {
            let (at_most, without) = (amounts(&last.costs), amounts(without));
            sentence += &format!("; that makes {at_most} instead of {without} without a hit");
        }
        Some(sentence + ".")
    }

    /// A limit in words that follow "with".
    fn named_limit(&self, limit: u64) -> String {
        match self.over {
            Over::Ttl => format!("a lifetime of {}", shown(&Limit::new(self.over, limit).cell())),
            Over::Capacity => format!("room for {}", plural(limit, "block")),
        }
    }

    /// One sentence on the limits that were named: what each serves and costs, and the cheapest.
    fn sentence_of_limits(&self, curve: &[Point]) -> Option<String> {
        if self.asked.len() > TOLD {
            return None;
        }
        let points = self.asked.iter().map(|limit| (limit, Point::at(curve, *limit)));
        let told = points.clone().map(|(limit, point)| {
            let (limit, share) = (self.named_limit(*limit), shown(&self.ratio(point.hit_tokens)));
            let cost = point.cost().map(|cost| format!(", {}", amounts(&[cost]))).unwrap_or_default();
            format!("With {limit}, {share} of the prompt tokens come from the cache{cost}")
        });
        let told = told.collect::<Vec<_>>().join(". ");
        let costs: Option<Vec<_>> = points.map(|(limit, point)| Some((point.cost()?.amount, *limit))).collect();
        let costs = costs.filter(|costs| costs.len() > 1);
        let least = costs
            .as_ref()
            .and_then(|costs| costs.iter().min().filter(|least| costs.iter().any(|cost| cost.0 > least.0)));
        let cheapest =
            least.map(|(_, limit)| format!(" {} costs least.", shown(&Limit::new(self.over, *limit).cell())));
        Some(format!("{told}.{}", cheapest.unwrap_or_default()))
    }

    fn caveats(&self, logs: &Logs) -> Vec<Caveat> {
        let caches = self.own.values().map(BTreeSet::len).sum::<usize>() as u64;
        let unpriced = self.curve.requests - self.curve.priced;
        let mut caveats = Vec::new();
        if self.over == Over::Capacity && caches > 1 {
            let profiles = plural(caches, "profile");
            caveats.push(Code::OwnCapacities.caveat(None, &[("profiles", &profiles)]));
        }
        if unpriced > 0 && self.curve.priced > 0 {
            caveats.push(Code::PartlyPriced.caveat(Some(self.curve.priced), &[]));
        }
        caveats.extend(self.memory.and_then(Memory::caveat));
        caveats.extend(logs.caveats(NotesOn::Costs));
        caveats
    }

    fn ratio(&self, hit_tokens: u64) -> Cell {
        Cell::ratio(ratio(hit_tokens, self.curve.prompt_tokens))
    }
}

/// Picks that number of points of which each adds about as many hits as any other.
fn even(curve: &[Point], count: u64) -> Vec<u64> {
    let most = u128::from(curve.last().map_or(0, |last| last.hit_tokens));
    let wanted = (1..=count).map(|part| (most * u128::from(part)).div_ceil(u128::from(count)).max(1));
    wanted
        .filter_map(|wanted| curve.iter().find(|point| u128::from(point.hit_tokens) >= wanted))
        .map(|point| point.from)
        .collect()
}

fn other_limits(record: &Record) -> anyhow::Error {
    let profile = record.applied.as_ref().map(|applied| applied.profile.as_str()).unwrap_or_default();
    anyhow!(
        "{profile} has other lifetimes than the requests before it: name those you want, such as --limits 5m,1h; each is replayed"
    )
}

fn not_all_at_once(over: Over, record: &Record) -> anyhow::Error {
    let profile = record.applied.as_ref().map(|applied| applied.profile.as_str()).unwrap_or_default();
    let (what, example) = match over {
        Over::Ttl => ("lifetimes under a capacity", "1h,24h"),
        Over::Capacity => ("capacities", "1000,10k"),
    };
    anyhow!(
        "{profile} keeps units, and which units are used depends on those that were kept: no single replay shows all {what}. \
         name those you want, such as --limits {example}; each is replayed"
    )
}
