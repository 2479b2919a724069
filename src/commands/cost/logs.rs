//! Costs of logs: each exchange simulated and billed, the bills added up.

use std::sync::Arc;

use anyhow::bail;

use super::CostArgs;
use super::invoice::{Invoice, InvoiceGap, Ledger};
use super::report;
use super::writes::Writes;
use crate::account::{HitBasis, Quote};
use crate::calendar::Zone;
use crate::commands::args::ByArgs;
use crate::money::Money;
use crate::report::Report;
use crate::simulation::Record;
use crate::span::Span;
use crate::workspace::figures::{Breakdown, Tally};
use crate::workspace::logs::Logs;
use crate::workspace::replay::{Replayed, replay};

/// Data gathered while the logs are read.
pub(super) struct CostData {
    pub(super) tally: Tally,
    /// The same by where the hits come from.
    pub(super) by_hits: Breakdown,
    /// The prices that were used, each with its requests, in the order of the log.
    pub(super) prices: Vec<(Quote, u64)>,
    pub(super) span: Span,
    pub(super) writes: Writes,
    pub(super) ledger: Ledger,
    /// Requests whose prompt was not reported, and which a foreign tokenizer counted: their cost is an estimate.
    pub(super) estimated: u64,
    /// True if an invoice asks for costs by day and model.
    has_invoice: bool,
}

pub(super) fn report(args: &CostArgs) -> anyhow::Result<Report> {
    let settings = args.cache.settings_within(&args.rates, &args.logs)?;
    let card = Arc::clone(&settings.pricing.card);
    let invoice = args.invoice.as_deref().map(Invoice::read).transpose()?;
    let add = |gathered: &mut CostData, logs: &Logs, record: Record| {
        let gap = record.bill.gap().map(str::to_owned).or_else(|| record.hits_unknown());
        if let (true, Some(gap)) = (args.logs.strict, gap) {
            bail!("{}: {gap}", logs.label(record.place));
        }
        gathered.add(&record);
        Ok(())
    };
    let Replayed { logs, mut gathered, .. } = replay(
        &args.logs.inputs_by("cost", &args.by.by)?,
        settings,
        || CostData::new(&args.by, args.logs.zone(), invoice.is_some()),
        add,
    )?;
    gathered.span = logs.period_of(gathered.span);
    let gap = invoice.map(|invoice| gathered.gap(&invoice)).transpose()?;
    Ok(report::build(&gathered, logs, &card, args, gap.as_ref()))
}

impl CostData {
    fn new(by: &ByArgs, zone: Zone, has_invoice: bool) -> Self {
        Self {
            tally: by.tally(zone),
            by_hits: Breakdown::new(vec!["hits".into()]),
            prices: Vec::new(),
            span: Span::default(),
            writes: Writes::default(),
            ledger: Ledger::default(),
            estimated: 0,
            has_invoice,
        }
    }

    /// The invoice beside what the log costs.
    fn gap(&self, invoice: &Invoice) -> anyhow::Result<InvoiceGap> {
        let costs: Vec<Money> =
            self.tally.totals().account.by_currency().filter_map(|sums| Some(sums.bounds()?.1)).collect();
        // An amount without a currency is in that of the costs.
        let wanted = match costs.as_slice() {
            [ours] if !invoice.has_currency => ours.currency,
            _ => invoice.amount.currency,
        };
        let invoice = &invoice.in_currency(wanted);
        match costs.as_slice() {
            [] => bail!("--invoice: the log has no cost to compare it with"),
            [ours] if ours.currency == wanted => Ok(InvoiceGap::new(invoice, *ours, &self.ledger)),
            [_, _, ..] if !invoice.has_currency => {
                bail!(
                    "--invoice: the amount names no currency, and the costs are in several: --invoice \"123.45 EUR\" names one"
                )
            }
            [ours, ..] => bail!(
                "--invoice: the amount is in {wanted}, the costs are in {}; --fx {}/{wanted}=RATE converts them",
                ours.currency,
                ours.currency
            ),
        }
    }

    fn add(&mut self, record: &Record) {
        self.span.add(record.time);
        self.writes.add(record);
        let is_estimate = record.estimated.is_some() && record.reported.prompt_tokens.is_none();
        self.estimated += u64::from(is_estimate && record.bill.bounds.is_some());
        if self.has_invoice {
            self.ledger.add(record);
        }
        self.tally.add(record);
        let basis = record.bill.billed().map(|(basis, _)| basis);
        let hits = match basis {
            Some(HitBasis::Reported) => "as reported",
            Some(HitBasis::Predicted) => "simulated",
            None => "unknown",
        };
        self.by_hits.add(vec![Some(hits.into())], record);
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
