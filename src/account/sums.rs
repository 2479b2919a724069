//! Bills added up: tokens whatever their price, money by currency.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Bill, HitBasis};
use crate::money::{Currency, Decimal, Money};
use crate::number::ratio;
use crate::rates::Cost;

/// Bills of some requests, added up.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Account {
    /// Requests whose hits are known: reported or predicted.
    pub requests: u64,
    /// Of them, those whose hits were reported.
    pub reported: u64,
    /// Requests whose prompt is counted, whether its hits are known or not.
    pub counted: u64,
    /// Their prompt tokens.
    pub prompt_tokens: u64,
    /// Of them, those of requests whose hits are known.
    pub rated_tokens: u64,
    /// Of them hits: reported where there is a report, else predicted.
    pub hit_tokens: u64,
    /// Web searches that providers made, charged beside the tokens.
    pub web_searches: u64,
    /// Money, one sum for each currency.
    #[serde(with = "crate::pairs")]
    by_currency: BTreeMap<Currency, Sums>,
}

/// Money of one currency.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Sums {
    predicted: Sum,
    reported: Sum,
    billed: Sum,
    best: Sum,
    bounds: Option<Bounds>,
    /// Fees of web searches, which are in none of the costs.
    search_fees: Option<Money>,
}

/// The least and the most that requests can cost.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Bounds {
    requests: u64,
    least: Money,
    most: Money,
}

/// The same requests with and without a cache.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Sum {
    requests: u64,
    /// Requests whose output tokens are known.
    answered: u64,
    prompt_tokens: u64,
    cost: Cost,
    without_cache: Cost,
}

/// The hits by which a cost is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CostKind {
    /// Those that are predicted.
    Predicted,
    /// Those that were reported.
    Reported,
    /// Those that were reported, else those that are predicted.
    Billed,
    /// Those of the best cache for the billed requests; known only where it is for each of them.
    Best,
    /// None, for the billed requests.
    WithoutCache,
}

impl Account {
    /// Adds a bill.
    pub fn add(&mut self, bill: &Bill) {
        if let Some((basis, charge)) = bill.billed() {
            self.requests += 1;
            self.reported += u64::from(basis == HitBasis::Reported);
            self.rated_tokens += charge.usage.prompt_tokens();
            self.hit_tokens += charge.usage.hit_tokens;
        }
        if let Some(prompt_tokens) = bill.prompt_tokens {
            self.counted += 1;
            self.prompt_tokens += prompt_tokens;
        }
        self.web_searches += bill.web_searches;
        if let Some((currency, without_cache)) = bill.currency().zip(bill.without_cache) {
            let sums = self.by_currency.entry(currency).or_insert_with(|| Sums::zero(currency));
            sums.add(bill, &without_cache);
        }
    }

    /// Takes up other bills that were added up.
    pub fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.reported += other.reported;
        self.counted += other.counted;
        self.prompt_tokens += other.prompt_tokens;
        self.rated_tokens += other.rated_tokens;
        self.hit_tokens += other.hit_tokens;
        self.web_searches += other.web_searches;
        for (currency, sums) in other.by_currency {
            self.by_currency.entry(currency).or_insert_with(|| Sums::zero(currency)).merge(&sums);
        }
    }

    /// Billed hits over billed prompt tokens, of all requests; `None` of nothing, and where the hits of some are not known.
    pub fn hit_ratio(&self) -> Option<f64> {
        ratio(self.hit_tokens, self.prompt_tokens).filter(|_| self.requests == self.counted)
    }

    /// The least and the most that the hit ratio of all requests can be: where hits are not known none, and all.
    pub fn hit_ratio_range(&self) -> Option<(f64, f64)> {
        let unknown = self.prompt_tokens - self.rated_tokens;
        ratio(self.hit_tokens, self.prompt_tokens).zip(ratio(self.hit_tokens + unknown, self.prompt_tokens))
    }

    /// Requests of whose cost at least bounds are known, in any currency.
    pub fn bounded(&self) -> u64 {
        self.by_currency.values().map(|sums| sums.bounds.map_or(0, |bounds| bounds.requests)).sum()
    }

    /// Requests whose hits are predicted, not reported.
    pub fn simulated(&self) -> u64 {
        self.requests - self.reported
    }

    /// The sums by currency.
    pub fn by_currency(&self) -> impl ExactSizeIterator<Item = &Sums> {
        self.by_currency.values()
    }

    /// The sums where there is one currency; `None` where there is none or several.
    pub fn sums(&self) -> Option<&Sums> {
        self.by_currency.values().next().filter(|_| self.by_currency.len() == 1)
    }

    /// Requests with a cost of that kind, in any currency.
    pub fn priced(&self, kind: CostKind) -> u64 {
        self.by_currency.values().map(|sums| sums.sum(kind).requests).sum()
    }
}

impl Sums {
    fn zero(currency: Currency) -> Self {
        let zero = Sum {
            requests: 0,
            answered: 0,
            prompt_tokens: 0,
            cost: Cost::zero(currency),
            without_cache: Cost::zero(currency),
        };
        Self { predicted: zero, reported: zero, billed: zero, best: zero, bounds: None, search_fees: None }
    }

    fn add(&mut self, bill: &Bill, without_cache: &Cost) {
        let billed = bill.billed().map(|(_, charge)| *charge);
        let best = bill.best.filter(|_| bill.billed_cost().is_some());
        let charges = [
            (&mut self.predicted, bill.predicted),
            (&mut self.reported, bill.reported),
            (&mut self.billed, billed),
            (&mut self.best, best),
        ];
        for (sum, charge) in charges {
            let Some((cost, charge)) = charge.and_then(|charge| Some((charge.cost?, charge))) else { continue };
            sum.requests += 1;
            sum.answered += u64::from(bill.output_known);
            sum.prompt_tokens += charge.usage.prompt_tokens();
            sum.cost.accumulate(&cost);
            sum.without_cache.accumulate(without_cache);
        }
        self.add_fees(bill.search_fee.as_ref().map(|(fee, _)| *fee));
        self.add_bounds(bill.bounds.map(|(least, most)| Bounds {
            requests: 1,
            least: least.total(),
            most: most.total(),
        }));
    }

    fn merge(&mut self, other: &Self) {
        let pairs = [
            (&mut self.predicted, &other.predicted),
            (&mut self.reported, &other.reported),
            (&mut self.billed, &other.billed),
            (&mut self.best, &other.best),
        ];
        for (sum, other) in pairs {
            sum.requests += other.requests;
            sum.answered += other.answered;
            sum.prompt_tokens += other.prompt_tokens;
            sum.cost.accumulate(&other.cost);
            sum.without_cache.accumulate(&other.without_cache);
        }
        self.add_fees(other.search_fees);
        self.add_bounds(other.bounds);
    }

    fn add_fees(&mut self, fees: Option<Money>) {
        let Some(fees) = fees else { return };
        self.search_fees.get_or_insert(Money::zero(fees.currency)).amount += fees.amount;
    }

    fn add_bounds(&mut self, bounds: Option<Bounds>) {
        let Some(Bounds { requests, least, most }) = bounds else { return };
        let none = Money::zero(self.currency());
        let sum = self.bounds.get_or_insert(Bounds { requests: 0, least: none, most: none });
        sum.requests += requests;
        sum.least.amount += least.amount;
        sum.most.amount += most.amount;
    }

    /// The least and the most that the requests with a price can cost, those whose hits are not known too.
    pub fn bounds(&self) -> Option<(Money, Money)> {
        self.bounds.map(|bounds| (bounds.least, bounds.most))
    }

    fn sum(&self, kind: CostKind) -> &Sum {
        match kind {
            CostKind::Predicted => &self.predicted,
            CostKind::Reported => &self.reported,
            CostKind::Billed | CostKind::WithoutCache => &self.billed,
            CostKind::Best => &self.best,
        }
    }

    /// The parts of a cost; `None` where no request has one.
    fn parts(&self, kind: CostKind) -> Option<&Cost> {
        let sum = self.sum(kind);
        let is_known = sum.requests > 0 && (kind != CostKind::Best || sum.requests == self.billed.requests);
        is_known.then_some(if kind == CostKind::WithoutCache { &sum.without_cache } else { &sum.cost })
    }

    /// The currency.
    pub fn currency(&self) -> Currency {
        self.billed.cost.currency
    }

    /// For input and output; `None` where no request has such a cost.
    pub fn cost(&self, kind: CostKind) -> Option<Money> {
        self.parts(kind).map(Cost::total)
    }

    /// For prompts.
    pub fn input_cost(&self, kind: CostKind) -> Option<Money> {
        self.parts(kind).map(Cost::input)
    }

    /// For answers of what is billed; `None` if none were counted.
    pub fn output_cost(&self) -> Option<Money> {
        self.parts(CostKind::Billed).filter(|_| self.billed.answered > 0).map(Cost::output)
    }

    /// The cost without any cache of the very requests that have a cost of that kind.
    pub fn without_cache(&self, kind: CostKind) -> Option<Money> {
        self.parts(kind).map(|_| self.sum(kind).without_cache.total())
    }

    /// Fees of web searches, which are in none of the costs; `None` where no search has a known fee.
    pub fn search_fees(&self) -> Option<Money> {
        self.search_fees
    }

    /// Savings of the cache in what is billed, below zero where it cost.
    pub fn saved(&self) -> Option<Money> {
        difference(self.cost(CostKind::WithoutCache), self.cost(CostKind::Billed))
    }

    /// Savings that the best cache would add.
    pub fn still_to_save(&self) -> Option<Money> {
        difference(self.cost(CostKind::Billed), self.cost(CostKind::Best))
    }

    /// Savings of the cache, as a share of the cost without it.
    pub fn saved_ratio(&self) -> Option<f64> {
        self.saved()?.share_of(&self.cost(CostKind::WithoutCache)?)
    }

    /// Billed input cost by million prompt tokens, to six decimals.
    pub fn price_per_million(&self) -> Option<Money> {
        per_million(self.input_cost(CostKind::Billed)?, self.billed.prompt_tokens)
    }
}

/// One amount less another of the same currency.
fn difference(amount: Option<Money>, less: Option<Money>) -> Option<Money> {
    amount.zip(less).and_then(|(amount, less)| (amount - less).ok())
}

/// An amount by million tokens, rounded to six decimals: a quotient has no last one.
pub fn per_million(amount: Money, tokens: u64) -> Option<Money> {
    let price = amount.amount.checked_mul(Decimal::from(1_000_000))?.checked_div(Decimal::from(tokens))?;
    Some(Money::new(price.round_dp(6), amount.currency))
}
