//! Costs of logs: each exchange simulated and billed, the bills added up.

use std::collections::BTreeMap;

use anyhow::bail;

use super::Args;
use super::doubts::Doubts;
use super::report;
use super::span::Span;
use super::tally::Tally;
use crate::commands::by::By;
use crate::exchange::Exchange;
use crate::money::MixedCurrencies;
use crate::report::Report;
use crate::simulation::{Bill, HitBasis, Quote, Record};
use crate::workspace::logs::Logs;
use crate::workspace::replay::{Replayed, replay};

/// What is gathered while the logs go by.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) all: Tally,
    /// The same by where the hits come from, and those without a bill.
    pub(super) by_basis: BTreeMap<Option<HitBasis>, Tally>,
    /// The same by what was asked for.
    pub(super) groups: BTreeMap<Option<String>, Tally>,
    /// The prices that were used, each with its requests, in the order of the log.
    pub(super) prices: Vec<(Quote<'static>, u64)>,
    pub(super) doubts: Doubts,
    pub(super) span: Span,
}

pub(super) fn report(args: &Args) -> anyhow::Result<Report> {
    let settings = args.cache.settings_within(&args.rates, &args.logs)?;
    let pricing = settings.pricing.clone();
    let add = |gathered: &mut Gathered, logs: &Logs, record: Record, _: &Exchange| {
        let bill = Bill::of(&record, &pricing);
        if let (true, Err(gap)) = (args.logs.strict, &bill) {
            bail!("{}: {gap}", logs.label(record.place));
        }
        gathered.add(&record, &bill, args.by).map_err(|mixed| refused(logs, &record, mixed))
    };
    let Replayed { logs, gathered } = replay(&args.logs.inputs(), settings, Gathered::default, add)?;
    Ok(report::of(&gathered, logs, pricing.card, args))
}

impl Gathered {
    fn add(&mut self, record: &Record, bill: &Result<Bill, String>, by: Option<By>) -> Result<(), MixedCurrencies> {
        self.span.add(record.time);
        self.doubts.add(record, bill);
        let bill = bill.as_ref().ok();
        self.all.add(bill)?;
        self.by_basis.entry(bill.map(|bill| bill.basis)).or_default().add(bill)?;
        if let Some(by) = by {
            self.groups.entry(by.key(record)).or_default().add(bill)?;
        }
        if let Some(bill) = bill {
            self.count_price(bill.quote);
        }
        Ok(())
    }

    /// The prices of a row in one of its periods stand at one place in the card.
    fn count_price(&mut self, quote: Quote<'static>) {
        match self.prices.iter_mut().find(|(known, _)| std::ptr::eq(known.rate.prices, quote.rate.prices)) {
            Some((_, requests)) => *requests += 1,
            None => self.prices.push((quote, 1)),
        }
    }
}

fn refused(logs: &Logs, record: &Record, MixedCurrencies(one, other): MixedCurrencies) -> anyhow::Error {
    anyhow::anyhow!(
        "{}: the price is in {other}, those before are in {one}; choose one with --currency {one}, or give a rate of \
         exchange with --fx {other}/{one}=RATE",
        logs.label(record.place)
    )
}
