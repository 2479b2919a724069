//! Costs of logs: each exchange simulated and billed, the bills added up.

use std::collections::BTreeMap;

use anyhow::bail;

use super::Args;
use super::doubts::Doubts;
use super::report;
use super::span::Span;
use super::tally::Tally;
use crate::commands::by::By;
use crate::money::MixedCurrencies;
use crate::profile::Profiles;
use crate::report::Report;
use crate::simulation::{Bill, HitBasis, Quote, Record, Simulation};
use crate::workspace::logs::Logs;

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
    let mut simulation = Simulation::new(Profiles::builtin(), args.cache.settings_within(&args.rates, &args.logs)?);
    let mut gathered = Gathered::default();
    let counter = simulation.counter();
    let logs = Logs::walk_counted(&args.logs.inputs(), counter, |logs, exchange, counted| {
        let record = simulation.counted(&exchange, counted);
        let bill = Bill::of(&record, simulation.pricing());
        if let (true, Err(gap)) = (args.logs.strict, &bill) {
            bail!("{}: {gap}", logs.label(record.place));
        }
        gathered.add(&record, &bill, args.by).map_err(|mixed| refused(logs, &record, mixed))
    })?;
    let card = simulation.pricing().card;
    Ok(report::of(&gathered, logs, card, args))
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
