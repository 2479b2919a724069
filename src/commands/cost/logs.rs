//! Costs of logs: each exchange simulated and billed, the bills added up.

use std::sync::Arc;

use anyhow::bail;

use super::Args;
use super::report;
use super::span::Span;
use super::writes::Writes;
use crate::account::{HitBasis, Quote};
use crate::calendar::Zone;
use crate::commands::by::By;
use crate::commands::figures::{Breakdown, Tally};
use crate::report::Report;
use crate::simulation::Record;
use crate::workspace::logs::Logs;
use crate::workspace::replay::{Replayed, replay};

/// What is gathered while the logs go by.
pub(super) struct Gathered {
    pub(super) tally: Tally,
    /// The same by where the hits come from.
    pub(super) by_hits: Breakdown,
    /// The prices that were used, each with its requests, in the order of the log.
    pub(super) prices: Vec<(Quote, u64)>,
    pub(super) span: Span,
    pub(super) writes: Writes,
}

pub(super) fn report(args: &Args) -> anyhow::Result<Report> {
    let settings = args.cache.settings_within(&args.rates, &args.logs)?;
    let card = Arc::clone(&settings.pricing.card);
    let add = |gathered: &mut Gathered, logs: &Logs, record: Record| {
        let gap = record.bill.gap().map(str::to_owned).or_else(|| record.hits_unknown());
        if let (true, Some(gap)) = (args.logs.strict, gap) {
            bail!("{}: {gap}", logs.label(record.place));
        }
        gathered.add(&record);
        Ok(())
    };
    let Replayed { logs, gathered, .. } =
        replay(&args.logs.inputs("cost")?, settings, || Gathered::new(args.by, args.logs.zone()), add)?;
    Ok(report::of(&gathered, logs, &card, args))
}

impl Gathered {
    fn new(by: Option<By>, zone: Zone) -> Self {
        Self {
            tally: Tally::new(by, zone),
            by_hits: Breakdown::new("hits"),
            prices: Vec::new(),
            span: Span::default(),
            writes: Writes::default(),
        }
    }

    fn add(&mut self, record: &Record) {
        self.span.add(record.time);
        self.writes.add(record);
        self.tally.add(record);
        let basis = record.bill.billed().map(|(basis, _)| basis);
        let hits = match basis {
            Some(HitBasis::Reported) => "as reported",
            Some(HitBasis::Predicted) => "simulated",
            None => "unknown",
        };
        self.by_hits.add(Some(hits.into()), record);
        if let (Some(_), Ok(quote)) = (record.bill.billed_cost(), &record.bill.quote) {
            self.count_price(quote);
        }
    }

    /// The prices of a row in one of its periods stand at one place in the card.
    fn count_price(&mut self, quote: &Quote) {
        match self.prices.iter_mut().find(|(known, _)| Arc::ptr_eq(&known.rate.prices, &quote.rate.prices)) {
            Some((_, requests)) => *requests += 1,
            None => self.prices.push((quote.clone(), 1)),
        }
    }
}
