//! A tally: bills of one currency added up, exactly, with the tokens and the requests behind them.

use crate::money::{Decimal, MixedCurrencies, Money};
pub(super) use crate::number::ratio;
use crate::rates::Cost;
use crate::report::{Cell, Column};
use crate::simulation::{Bill, HitBasis};

/// Bills added up.
#[derive(Clone, Debug, Default)]
pub(super) struct Tally {
    /// Requests, those without a bill included.
    pub(super) requests: u64,
    /// Requests whose hits were reported.
    pub(super) reported: u64,
    /// Requests whose hits were simulated.
    pub(super) simulated: u64,
    /// Prompt tokens of the bills.
    pub(super) prompt_tokens: u64,
    /// Of them hits.
    pub(super) hit_tokens: u64,
    /// Of them written to a cache.
    pub(super) written_tokens: u64,
    /// Output tokens of the bills, where known.
    output_tokens: u64,
    /// Bills in which they are.
    answered: u64,
    sums: Option<Sums>,
}

#[derive(Clone, Copy, Debug)]
struct Sums {
    cost: Cost,
    without_cache: Cost,
    /// `None` as soon as one bill has none.
    best: Option<Cost>,
}

impl Tally {
    /// Adds a request, with its bill where there is one.
    pub(super) fn add(&mut self, bill: Option<&Bill>) -> Result<(), MixedCurrencies> {
        self.requests += 1;
        let Some(bill) = bill else { return Ok(()) };
        match bill.basis {
            HitBasis::Reported => self.reported += 1,
            HitBasis::Simulated => self.simulated += 1,
        }
        self.prompt_tokens += bill.usage.prompt_tokens();
        self.hit_tokens += bill.usage.hit_tokens;
        self.written_tokens += bill.usage.written.total();
        self.output_tokens += bill.usage.output_tokens;
        self.answered += u64::from(bill.output_known);
        let new = Sums { cost: bill.cost, without_cache: bill.without_cache, best: bill.best };
        self.sums = Some(self.sums.map_or(Ok(new), |sums| sums.plus(new))?);
        Ok(())
    }

    /// Requests with a bill.
    pub(super) fn billed(&self) -> u64 {
        self.reported + self.simulated
    }

    /// For input and output.
    pub(super) fn cost(&self) -> Option<Money> {
        self.sums.map(|sums| sums.cost.total())
    }

    /// For prompts.
    pub(super) fn input_cost(&self) -> Option<Money> {
        self.sums.map(|sums| sums.cost.input())
    }

    /// Output tokens of the bills; `None` where nobody counted any.
    pub(super) fn output_tokens(&self) -> Option<u64> {
        (self.answered > 0).then_some(self.output_tokens)
    }

    /// For answers; `None` where nobody counted any.
    pub(super) fn output_cost(&self) -> Option<Money> {
        self.sums.filter(|_| self.answered > 0).map(|sums| sums.cost.output())
    }

    /// If no cache existed.
    pub(super) fn without_cache(&self) -> Option<Money> {
        self.sums.map(|sums| sums.without_cache.total())
    }

    /// With the best cache.
    pub(super) fn best(&self) -> Option<Money> {
        self.sums?.best.map(|best| best.total())
    }

    /// What the cache saved, below zero where it cost.
    pub(super) fn saved(&self) -> Option<Money> {
        difference(self.without_cache(), self.cost())
    }

    /// What the best cache would save on top.
    pub(super) fn still_to_save(&self) -> Option<Money> {
        difference(self.cost(), self.best())
    }

    /// Hit tokens over prompt tokens.
    pub(super) fn hit_ratio(&self) -> Option<f64> {
        ratio(self.hit_tokens, self.prompt_tokens)
    }

    /// Input cost by million prompt tokens, to six decimals.
    pub(super) fn price_per_million(&self) -> Option<Money> {
        per_million(self.input_cost()?, self.prompt_tokens)
    }

    /// The columns that [`Self::cells`] fills, behind one for the key.
    pub(super) fn columns(key: &'static str) -> Vec<Column> {
        let columns = [
            (key, key),
            ("requests", "requests"),
            ("requests_reported", "hits reported"),
            ("requests_simulated", "simulated"),
            ("prompt_tokens", "prompt tokens"),
            ("hit_tokens", "hit tokens"),
            ("hit_ratio", "hit ratio"),
            ("input_cost", "input"),
            ("output_cost", "output"),
            ("cost", "cost"),
            ("cost_without_cache", "without cache"),
            ("cost_best", "best"),
            ("saved", "saved"),
            ("price_per_million_input", "per million input"),
        ];
        columns.map(|(key, title)| Column::new(key, title)).into()
    }

    /// A row of a breakdown.
    pub(super) fn cells(&self, key: Option<&str>) -> Vec<Cell> {
        let billed = |tokens: u64| Cell::count((self.billed() > 0).then_some(tokens));
        vec![
            Cell::text(key),
            Cell::Count(self.requests),
            Cell::Count(self.reported),
            Cell::Count(self.simulated),
            billed(self.prompt_tokens),
            billed(self.hit_tokens),
            Cell::ratio(self.hit_ratio()),
            Cell::money(self.input_cost()),
            Cell::money(self.output_cost()),
            Cell::money(self.cost()),
            Cell::money(self.without_cache()),
            Cell::money(self.best()),
            Cell::money(self.saved()),
            Cell::money(self.price_per_million()),
        ]
    }
}

impl Sums {
    fn plus(self, other: Self) -> Result<Self, MixedCurrencies> {
        Ok(Self {
            cost: (self.cost + other.cost)?,
            without_cache: (self.without_cache + other.without_cache)?,
            best: self.best.zip(other.best).map(|(one, two)| one + two).transpose()?,
        })
    }
}

/// One amount less another of the same currency.
pub(super) fn difference(amount: Option<Money>, less: Option<Money>) -> Option<Money> {
    amount.zip(less).and_then(|(amount, less)| (amount - less).ok())
}

/// An amount by million tokens, rounded to six decimals: a quotient has no last one.
pub(super) fn per_million(amount: Money, tokens: u64) -> Option<Money> {
    let price = amount.amount.checked_mul(Decimal::from(1_000_000))?.checked_div(Decimal::from(tokens))?;
    Some(Money::new(price.round_dp(6), amount.currency))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rates::{Query, RateCard, Usage};
    use crate::simulation::Quote;

    fn bill(model: &str, hit_tokens: u64, miss_tokens: u64, basis: HitBasis) -> Bill {
        let query = Query { model, at: "2026-04-05T00:00Z".parse().ok(), ..Query::default() };
        let quote = Quote { rate: RateCard::builtin().rate(&query).unwrap(), exchange: None };
        let usage = Usage { hit_tokens, miss_tokens, output_tokens: 7, ..Usage::default() };
        let cost = quote.cost(&usage).unwrap();
        let without_cache = quote.cost_without_cache(&usage);
        let best = (basis == HitBasis::Reported).then_some(cost);
        Bill { basis, usage, cost, without_cache, best, output_known: true, writes_unknown: false, quote }
    }

    #[test]
    fn the_parts_add_up_to_the_total() {
        let bills: Vec<Bill> = (0..50).map(|n| bill("deepseek-chat", n * 3, n * 7, HitBasis::Reported)).collect();
        let tally = |bills: &[Bill]| {
            let mut tally = Tally::default();
            for bill in bills {
                tally.add(Some(bill)).unwrap();
            }
            tally
        };
        let (all, one, two) = (tally(&bills), tally(&bills[..20]), tally(&bills[20..]));
        assert_eq!(all.cost(), (one.cost().unwrap() + two.cost().unwrap()).ok());
        assert_eq!(all.cost(), (all.input_cost().unwrap() + all.output_cost().unwrap()).ok());
        assert_eq!(all.saved(), (one.saved().unwrap() + two.saved().unwrap()).ok());
        assert_eq!(all.prompt_tokens, one.prompt_tokens + two.prompt_tokens);
    }

    #[test]
    fn one_unknown_best_makes_the_sum_unknown_and_no_bill_counts_only_as_a_request() {
        let mut tally = Tally::default();
        tally.add(None).unwrap();
        assert_eq!((tally.requests, tally.billed(), tally.cost()), (1, 0, None));
        tally.add(Some(&bill("deepseek-chat", 1, 1, HitBasis::Reported))).unwrap();
        assert!(tally.best().is_some());
        tally.add(Some(&bill("deepseek-chat", 1, 1, HitBasis::Simulated))).unwrap();
        assert_eq!((tally.best(), tally.reported, tally.simulated), (None, 1, 1));
    }
}
