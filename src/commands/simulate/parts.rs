//! The parts of prompts added up: tokens × requests × price, split into hits and misses, and the tools that no answer called.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::money::{Currency, Decimal, Money};
use crate::report::text::{money, plural};
use crate::report::{Cell, Column, Table};
use crate::simulation::{BilledPart, PartKind, Record};

/// Sums of the parts of prompts; `None` in a place of a map stands for what no log shows of a prompt.
#[derive(Default, Serialize, Deserialize)]
pub(super) struct PartSums {
    #[serde(with = "crate::pairs")]
    sums: BTreeMap<Option<PartKind>, PartSum>,
    /// The tools that answers call, each with the answers that do so; those of a prompt may stand in no line of their own.
    called: BTreeMap<String, u64>,
    has_answers: bool,
    currency: Option<Currency>,
    has_several_currencies: bool,
}

/// Decimals of the cost of a part of one prompt.
const DECIMALS: u32 = 15;

/// One part of all prompts.
#[derive(Default, Serialize, Deserialize)]
struct PartSum {
    requests: u64,
    tokens: u64,
    hits: u64,
    missed: u64,
    hit_cost: Decimal,
    missed_cost: Decimal,
    /// The requests whose cost is in the sums.
    priced: u64,
}

/// Hits and misses of one request, with what all of each cost.
struct Charged {
    hits: u64,
    missed: u64,
    hit_cost: Option<Decimal>,
    missed_cost: Option<Decimal>,
}

impl PartSums {
    /// Adds the parts of a request's prompt, which are counted and billed as its record says.
    pub(super) fn add(&mut self, record: &Record) {
        let charged = self.charged(record);
        let Some(found) = &record.parts else {
            let whole = record.bill.prompt_tokens.or(record.prompt_tokens);
            if let Some(tokens) = whole {
                let hits = charged.as_ref().map_or(0, |charged| charged.hits.min(tokens));
                self.add_part(None, (tokens, hits), charged.as_ref());
            }
            return;
        };
        self.has_answers |= found.has_answers;
        for name in &found.called {
            *self.called.entry(name.clone()).or_default() += 1;
        }
        for name in found.called_before.iter() {
            self.called.entry(name.clone()).or_default();
        }
        for BilledPart { kind, tokens, hits } in &found.parts {
            self.add_part(kind.clone(), (*tokens, *hits), charged.as_ref());
        }
    }

    /// Takes up the parts of other prompts.
    pub(super) fn merge(&mut self, other: Self) {
        for (kind, part) in other.sums {
            let sum = self.sums.entry(kind).or_default();
            sum.requests += part.requests;
            sum.tokens += part.tokens;
            sum.hits += part.hits;
            sum.missed += part.missed;
            sum.hit_cost += part.hit_cost;
            sum.missed_cost += part.missed_cost;
            sum.priced += part.priced;
        }
        for (name, calls) in other.called {
            *self.called.entry(name).or_default() += calls;
        }
        self.has_answers |= other.has_answers;
        let is_another = self.currency.zip(other.currency).is_some_and(|(one, other)| one != other);
        self.has_several_currencies |= other.has_several_currencies || is_another;
        self.currency = self.currency.or(other.currency);
    }

    /// The hits and misses that are billed; `None` where neither a report nor a rule tells of hits.
    fn charged(&mut self, record: &Record) -> Option<Charged> {
        let (_, charge) = record.bill.billed()?;
        let cost = charge.cost;
        if let Some(currency) = record.bill.currency().filter(|_| cost.is_some()) {
            self.has_several_currencies |= self.currency.is_some_and(|known| known != currency);
            self.currency = Some(currency);
        }
        let usage = charge.usage;
        Some(Charged {
            hits: usage.hit_tokens,
            missed: usage.prompt_tokens() - usage.hit_tokens,
            hit_cost: cost.map(|cost| cost.hit),
            missed_cost: cost.map(|cost| cost.miss + cost.written),
        })
    }

    /// Adds the tokens of one kind in a prompt, of which so many are hits.
    fn add_part(&mut self, kind: Option<PartKind>, (tokens, hits): (u64, u64), charged: Option<&Charged>) {
        let sum = self.sums.entry(kind).or_default();
        sum.requests += 1;
        sum.tokens += tokens;
        let Some(charged) = charged else { return };
        let missed = tokens - hits;
        (sum.hits, sum.missed) = (sum.hits + hits, sum.missed + missed);
        let share = |cost: Decimal, part: u64, of: u64| {
            // Rounded, so that sums are exact, and the same in any order.
            if of == 0 { Decimal::ZERO } else { (cost * Decimal::from(part) / Decimal::from(of)).round_dp(DECIMALS) }
        };
        if let Some((hit_cost, missed_cost)) = charged.hit_cost.zip(charged.missed_cost) {
            sum.hit_cost += share(hit_cost, hits, charged.hits);
            sum.missed_cost += share(missed_cost, missed, charged.missed);
            sum.priced += 1;
        }
    }

    fn money(&self, sum: &PartSum, amount: Decimal) -> Option<Money> {
        let currency = self.currency.filter(|_| !self.has_several_currencies && sum.priced > 0)?;
        Some(Money::new(amount.round_dp(9), currency))
    }

    /// Tools that are defined in prompts and that no answer calls, the largest first; none where no answer is in the log.
    fn uncalled(&self) -> Vec<(&str, &PartSum)> {
        let mut tools: Vec<(&str, &PartSum)> = self
            .sums
            .iter()
            .filter_map(|(kind, sum)| if let Some(PartKind::Tool(name)) = kind { Some((&**name, sum)) } else { None })
            .filter(|(name, _)| self.has_answers && !self.called.contains_key(*name))
            .collect();
        tools.sort_by_key(|(name, sum)| (Reverse(sum.tokens), *name));
        tools
    }

    /// A sentence on the tools that no answer calls.
    pub(super) fn sentence(&self) -> Option<String> {
        const NAMED: usize = 5;
        let tools = self.uncalled();
        let (_, first) = tools.first()?;
        let tokens = plural(tools.iter().map(|(_, sum)| sum.tokens).sum(), "token");
        let cost: Decimal = tools.iter().map(|(_, sum)| sum.hit_cost + sum.missed_cost).sum();
        let cost = self.money(first, cost).map(|cost| format!(", {}", money(&cost))).unwrap_or_default();
        let named: Vec<&str> = tools.iter().take(NAMED).map(|(name, _)| *name).collect();
        let more = tools.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        let (count, are) = (plural(tools.len() as u64, "tool"), if tools.len() == 1 { "is" } else { "are" });
        Some(format!(
            "No answer calls {count} that {are} defined in prompts, {tokens} in all{cost}: {}{more}.",
            named.join(", ")
        ))
    }

    /// All parts, those that cost most first, or so many of them.
    pub(super) fn table(&self, top: Option<usize>) -> Option<Table> {
        // A tool that answers of a prompt alone call is called at least once.
        let mut sums: Vec<(&Option<PartKind>, &PartSum)> = self.sums.iter().collect();
        sums.sort_by_key(|(kind, sum)| (Reverse(sum.hit_cost + sum.missed_cost), Reverse(sum.tokens), *kind));
        let row = |(kind, sum): (&Option<PartKind>, &PartSum)| {
            let tool = if let Some(PartKind::Tool(name)) = kind { Some(name) } else { None };
            let calls = |name: &String| self.called.get(name).map_or(0, |calls| (*calls).max(1));
            let called = tool.filter(|_| self.has_answers).map(calls);
            vec![
                Cell::Text(kind.as_ref().map_or_else(|| "not in the log".into(), PartKind::name)),
                Cell::text(tool.map(String::as_str)),
                Cell::Count(sum.requests),
                Cell::Count(sum.tokens),
                Cell::Count(sum.hits),
                Cell::Count(sum.missed),
                Cell::money(self.money(sum, sum.hit_cost)),
                Cell::money(self.money(sum, sum.missed_cost)),
                Cell::money(self.money(sum, sum.hit_cost + sum.missed_cost)),
                Cell::count(called),
            ]
        };
        let columns = vec![
            Column::new("part", "part"),
            Column::hidden("tool"),
            Column::new("requests", "requests"),
            Column::new("tokens", "tokens"),
            Column::new("hit_tokens_billed", "hits"),
            Column::new("missed_tokens_billed", "missed"),
            Column::hidden("hit_cost_billed"),
            Column::hidden("missed_cost_billed"),
            Column::new("input_cost_billed", "cost"),
            Column::new("calls", "answers that call it"),
        ];
        let rows: Vec<Vec<Cell>> = sums.into_iter().take(top.unwrap_or(usize::MAX)).map(row).collect();
        let title = "tokens by part of the prompt".into();
        (!rows.is_empty()).then_some(Table { key: "parts", title, columns, rows })
    }
}
