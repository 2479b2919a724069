//! The calculator: one request in numbers, its cost, a month of it, and its cost over hit ratios. No log, nothing simulated.

use anyhow::{Context, anyhow, bail};

use super::request::{self, HitRatio};
use super::{Sweep, break_even};
use crate::account::{Pricing, Quote, per_million};
use crate::caveat::Code;
use crate::commands::args::{RateArgs, requests_per_day};
use crate::money::{Decimal, Money};
use crate::number::ratio;
use crate::rates::stale;
use crate::rates::{Cost, Lifetime, NoRate, Query, Usage};
use crate::report::text::plural;
use crate::report::{Caveat, Cell, Column, Fact, Format, Report, Table};
use crate::workspace::prices;
use crate::workspace::traffic::MONTH;

/// One request in numbers.
#[derive(Debug, Default, clap::Args)]
#[command(next_help_heading = "One request, without a log")]
pub(super) struct CalculatorArgs {
    /// The model: a name from `cachecheck rates`
    #[arg(long, value_name = "NAME")]
    pub(super) model: Option<String>,

    /// Tokens of the whole prompt
    #[arg(long, value_name = "TOKENS")]
    pub(super) prompt_tokens: Option<u64>,

    /// Share of the prompt that is read from the cache, such as 0.6 or 60%
    ///
    /// It is rounded down to whole tokens.
    #[arg(long, value_name = "RATIO", value_parser = HitRatio::parse, conflicts_with_all = ["hit_tokens", "miss_tokens"])]
    pub(super) hit_ratio: Option<HitRatio>,

    /// Earlier hit ratio; the result says how much the change saves
    #[arg(long, value_name = "RATIO", value_parser = HitRatio::parse)]
    pub(super) hit_ratio_before: Option<HitRatio>,

    /// Prompt tokens read from the cache
    #[arg(long, value_name = "TOKENS")]
    pub(super) hit_tokens: Option<u64>,

    /// Prompt tokens neither read from the cache nor written to it
    #[arg(long, value_name = "TOKENS")]
    pub(super) miss_tokens: Option<u64>,

    /// Prompt tokens written to the cache at a price of their own [default: 0]
    #[arg(long, value_name = "TOKENS", default_value_t, hide_default_value = true)]
    pub(super) written_tokens: u64,

    /// Lifetime of the written tokens: 5m, 30m, 1h or 12h [default: the shortest that the model offers]
    #[arg(hide_short_help = true, long, value_name = "LIFETIME", value_parser = request::lifetime)]
    pub(super) write_lifetime: Option<Lifetime>,

    /// Tokens of the answer, reasoning included [default: 0]
    #[arg(long, value_name = "TOKENS", default_value_t, hide_default_value = true)]
    pub(super) output_tokens: u64,

    /// Reasoning tokens among them, if they have a price of their own
    #[arg(hide_short_help = true, long, value_name = "TOKENS")]
    pub(super) reasoning_tokens: Option<u64>,

    /// Add a table of costs by hit ratio
    #[arg(long, value_enum, value_name = "WHAT")]
    pub(super) sweep: Option<Sweep>,

    /// Number of requests per day, for the cost of 30 days
    #[arg(long, value_name = "N", value_parser = requests_per_day)]
    pub(super) requests_per_day: Option<u64>,
}

/// A request with its price.
struct Calculation<'a> {
    args: &'a CalculatorArgs,
    quote: Quote,
    prompt_tokens: u64,
    /// With the hits asked for; `None` where only a sweep was.
    usage: Option<Usage>,
}

impl CalculatorArgs {
    /// True if any of the numbers was given.
    pub(super) fn is_given(&self) -> bool {
        let numbers =
            [self.prompt_tokens, self.hit_tokens, self.miss_tokens, self.reasoning_tokens, self.requests_per_day];
        self.model.is_some()
            || numbers.iter().any(Option::is_some)
            || self.hit_ratio.is_some()
            || self.hit_ratio_before.is_some()
            || self.write_lifetime.is_some()
            || self.sweep.is_some()
            || self.written_tokens + self.output_tokens > 0
    }
}

pub(super) fn report(args: &CalculatorArgs, rates: &RateArgs, format: Format) -> anyhow::Result<Report> {
    let pricing = rates.pricing()?;
    let calculation = Calculation::new(args, &pricing)?;
    let quote = &calculation.quote;
    let mut summary = calculation.tokens();
    summary.extend(calculation.money()?);
    summary.extend(calculation.change()?);
    summary.extend(calculation.month()?);
    summary.push(break_even::fact(&quote.rate, args.write_lifetime.unwrap_or_default()));
    summary.push(Fact::hidden("currency", Cell::Text(quote.currency().to_string())));
    let sweep = args.sweep.map(|Sweep::HitRatio| calculation.sweep()).transpose()?;
    // Comma-separated values hold one table: the sweep, or else the facts.
    let others = break_even::table(&quote.rate).into_iter().chain([price(quote)]);
    let others = others.filter(|_| !matches!(format, Format::Csv));
    Ok(Report {
        command: "cost",
        summary,
        tables: sweep.into_iter().chain(others).collect(),
        caveats: idle(args, quote).into_iter().chain(caveats(quote, &pricing)).collect(),
        ..Report::default()
    })
}

impl<'a> Calculation<'a> {
    fn new(args: &'a CalculatorArgs, pricing: &Pricing) -> anyhow::Result<Self> {
        let prompt_tokens = request::prompt_tokens(args)?;
        let hits = request::hit_tokens(args, prompt_tokens)?;
        if hits.is_none() && args.sweep.is_none() {
            bail!(
                "the hits of the {prompt_tokens} prompt tokens are missing: give --hit-ratio, --hit-tokens or --miss-tokens, or --sweep hit-ratio for a table of hit ratios"
            );
        }
        if hits.is_none() && args.hit_ratio_before.is_some() {
            bail!(
                "--hit-ratio-before shows the savings of a change: give the present hits too, by --hit-ratio, --hit-tokens or --miss-tokens"
            );
        }
        let model =
            args.model.as_deref().context("the model is missing: give --model, a name from `cachecheck rates`")?;
        let query = Query { model, at: pricing.at, tier: pricing.tier, prompt_tokens, ..Query::default() };
        let quote = pricing.quote(&query).map_err(|gap| no_price(&gap))?;
        let usage = hits.map(|hits| request::usage(args, prompt_tokens, hits));
        Ok(Self { args, quote, prompt_tokens, usage })
    }

    fn cost(&self, usage: &Usage) -> anyhow::Result<Cost> {
        self.quote.cost(usage).map_err(|gap| no_price(&gap))
    }

    fn cost_at(&self, hits: HitRatio) -> anyhow::Result<(Usage, Cost)> {
        let usage = request::usage(self.args, self.prompt_tokens, hits.hits_among(self.prompt_tokens));
        self.cost(&usage).map(|cost| (usage, cost))
    }

    fn without_cache(&self) -> Money {
        self.quote.cost_without_cache(&request::usage(self.args, self.prompt_tokens, 0)).total()
    }

    fn tokens(&self) -> Vec<Fact> {
        let count = |tokens: fn(&Usage) -> u64| Cell::count(self.usage.as_ref().map(tokens));
        let rounding = if self.args.hit_ratio.is_some() { "rounded down to whole tokens" } else { "" };
        let hit_ratio = self.usage.and_then(|usage| ratio(usage.hit_tokens, self.prompt_tokens));
        vec![
            Fact::new("model", "model", Cell::text(self.args.model.as_deref())),
            Fact::new("prompt_tokens", "prompt tokens", Cell::Count(self.prompt_tokens)),
            Fact::new("hit_tokens_billed", "hit tokens", count(|usage| usage.hit_tokens)).aside(rounding),
            Fact::new("written_tokens", "written tokens", count(|usage| usage.written.total())),
            Fact::new("miss_tokens", "miss tokens", count(|usage| usage.miss_tokens)),
            Fact::new("output_tokens", "output tokens", Cell::Count(self.args.output_tokens)),
            Fact::new("hit_ratio_billed", "hit ratio", Cell::ratio(hit_ratio)),
        ]
    }

    fn money(&self) -> anyhow::Result<Vec<Fact>> {
        let cost = self.usage.map(|usage| self.cost(&usage)).transpose()?;
        let [input, output, total] = [Cost::input, Cost::output, Cost::total].map(|part| cost.as_ref().map(part));
        let without = self.without_cache();
        let saved = total.and_then(|total| (without - total).ok());
        let per_million = input.and_then(|input| per_million(input, self.prompt_tokens));
        Ok(vec![
            Fact::new("input_cost_billed", "input cost", Cell::exact(input)),
            Fact::new("output_cost", "output cost", Cell::exact(output)),
            Fact::new("cost_billed", "cost", Cell::exact(total)),
            Fact::new("cost_without_cache", "without any cache", Cell::Exact(without)),
            Fact::hidden("cost_best", Cell::Unknown),
            Fact::new("saved", "saved by the cache", Cell::exact(saved)),
            Fact::new(
                "saved_ratio",
                "of the cost without",
                Cell::ratio(saved.and_then(|saved| saved.share_of(&without))),
            ),
            Fact::new("price_per_million_input", "per million input tokens", Cell::exact(per_million))
                .aside("effective, to six decimals"),
        ])
    }

    /// The savings against another hit ratio.
    fn change(&self) -> anyhow::Result<Vec<Fact>> {
        let (Some(ratio), Some(usage)) = (self.args.hit_ratio_before, self.usage) else { return Ok(Vec::new()) };
        let (usage_before, before) = self.cost_at(ratio)?;
        let before = before.total();
        let saved = (before - self.cost(&usage)?.total()).ok();
        let written = usage_before.written.total();
        let in_a_month = |saved: Option<Money>| Some(saved?.times(Decimal::from(self.monthly_requests()?)));
        let aside = if written < self.args.written_tokens {
            format!("{} written: the hits leave no more", plural(written, "token"))
        } else {
            String::new()
        };
        Ok(vec![
            Fact::new("cost_before", "cost before", Cell::Exact(before)).aside(aside),
            Fact::new("saved_by_change", "saved by the change", Cell::exact(saved)),
            Fact::new(
                "saved_by_change_ratio",
                "of the cost before",
                Cell::ratio(saved.and_then(|saved| saved.share_of(&before))),
            ),
            Fact::new("monthly_saved_by_change", "of it in 30 days", Cell::exact(in_a_month(saved)))
                .only_if(self.monthly_requests().is_some()),
        ])
    }

    fn month(&self) -> anyhow::Result<Vec<Fact>> {
        let Some(requests) = self.monthly_requests() else { return Ok(Vec::new()) };
        let times = |money: Money| money.times(Decimal::from(requests));
        let cost = self.usage.map(|usage| self.cost(&usage)).transpose()?.map(|cost| times(cost.total()));
        let without = times(self.without_cache());
        Ok(vec![
            Fact::new("monthly_requests", "requests in 30 days", Cell::Count(requests)),
            Fact::new("monthly_cost", "cost of 30 days", Cell::exact(cost)).only_if(cost.is_some()),
            Fact::new("monthly_cost_without_cache", "30 days without any cache", Cell::Exact(without)),
            Fact::new("monthly_saved", "saved in 30 days", Cell::exact(cost.and_then(|cost| (without - cost).ok())))
                .only_if(cost.is_some()),
        ])
    }

    fn monthly_requests(&self) -> Option<u64> {
        self.args.requests_per_day.and_then(|daily| daily.checked_mul(MONTH))
    }

    /// Costs at hit ratios from 0 to 100 %, ten apart.
    fn sweep(&self) -> anyhow::Result<Table> {
        let tokens =
            [("hit_ratio_billed", "hit ratio"), ("hit_tokens_billed", "hit tokens"), ("miss_tokens", "miss tokens")];
        let written = (self.args.written_tokens > 0).then_some(("written_tokens", "written tokens"));
        let money = [("cost_billed", "cost"), ("saved", "saved"), ("price_per_million_input", "per million input")];
        let columns = tokens.into_iter().chain(written).chain(money);
        let monthly = self.monthly_requests().map(Decimal::from);
        let month = monthly.map(|_| ("monthly_cost", "30 days"));
        let row = |percent: u64| -> anyhow::Result<Vec<Cell>> {
            let (usage, cost) = self.cost_at(HitRatio::percent(percent))?;
            let mut cells =
                vec![Cell::ratio(ratio(percent, 100)), Cell::Count(usage.hit_tokens), Cell::Count(usage.miss_tokens)];
            cells.extend(written.map(|_| Cell::Count(usage.written.total())));
            cells.extend([
                Cell::Exact(cost.total()),
                Cell::exact((self.without_cache() - cost.total()).ok()),
                Cell::exact(per_million(cost.input(), self.prompt_tokens)),
            ]);
            cells.extend(monthly.map(|requests| Cell::Exact(cost.total().times(requests))));
            Ok(cells)
        };
        Ok(Table {
            key: "sweep",
            title: "cost over hit ratios (hit tokens rounded down)".into(),
            columns: columns.chain(month).map(|(key, title)| Column::new(key, title)).collect(),
            rows: (0..=100).step_by(10).map(row).collect::<Result<_, _>>()?,
        })
    }
}

fn price(quote: &Quote) -> Table {
    let rate = &quote.rate;
    Table {
        key: "prices",
        title: "prices, per million tokens".into(),
        columns: prices::columns(),
        rows: vec![prices::cells(&rate.list, &rate.row, &rate.prices, rate.period)],
    }
}

/// Names an option that was given and changes nothing.
fn idle(args: &CalculatorArgs, quote: &Quote) -> Option<Caveat> {
    let lifetime = args.write_lifetime.filter(|_| !quote.charges_writes())?;
    let option = format!("--write-lifetime {lifetime}");
    Some(Code::IdleOption.caveat(None, &[("option", &option), ("reason", "writes have no price of their own here")]))
}

fn caveats(quote: &Quote, pricing: &Pricing) -> Vec<Caveat> {
    let note = quote.rate.row.note.as_ref().map(|note| Code::PriceNote.because(note));
    let age = stale(&pricing.card, pricing.at).map(|age| Code::OldPrices.because(&age));
    prices::caveats(quote, pricing.at).into_iter().chain(note).chain(age).collect()
}

/// The gap, with what to type.
fn no_price(gap: &NoRate) -> anyhow::Error {
    let hint = match gap {
        NoRate::NoTime { .. } => "; give one, such as --at 2026-04-05",
        NoRate::UnknownModel { .. } => "; `cachecheck rates` lists it, and --rates FILE adds to it",
        NoRate::Uncovered { model, .. } => return anyhow!("{gap}; `cachecheck rates {model}` shows which are covered"),
        _ => "",
    };
    anyhow!("{gap}{hint}")
}
