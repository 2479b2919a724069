//! Totals over records: sums that add up, ratios named for what they are.

use serde::{Deserialize, Serialize};

use super::{Record, UsageBuckets};
use crate::account::{Account, Storage};
use crate::cache::Ledger;
use crate::money::Money;
use crate::number::ratio;

/// Sums over some records.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Number of requests.
    pub requests: u64,
    /// Number of them that were simulated: a rule is known.
    pub simulated: u64,
    /// Requests of whose prompt the log holds a part alone.
    pub known_in_part: u64,
    /// Requests whose prompt is in the log.
    pub prompted: u64,
    /// Prompt tokens by our count, of all.
    pub prompt_tokens: u64,
    /// Prompt tokens by our count, of those simulated.
    pub simulated_tokens: u64,
    /// Requests whose answer is counted.
    pub answered: u64,
    /// Tokens of the answers, where known.
    pub output_tokens: u64,
    /// Predicted hits.
    pub hit_tokens: u64,
    /// The lower end of the predicted range.
    pub hit_tokens_min: u64,
    /// The upper end of the predicted range.
    pub hit_tokens_max: u64,
    /// Buckets of the tokens that were simulated.
    pub ledger: Ledger,
    /// Sum of each request's own predicted hit ratio, in 2^64ths, so that it is the same in any order.
    ratios: u128,
    /// Requests of at least one token that were simulated.
    rated: u64,
    /// Tokens of prompts that the log does not hold whole, as counts alone tell of them.
    pub by_usage: Option<UsageBuckets>,
    /// Blocks of traces: hit and all.
    pub blocks: Option<(u64, u64)>,
    /// Agreement of the prediction with the reports.
    pub agreement: Agreement,
    /// Tokens and money that are billed.
    pub account: Account,
    /// Explicit caches, whose storage is charged beside the tokens.
    pub storage: Storage,
    /// Costs that the log itself tells.
    pub logged: Logged,
    /// Tokens that the rules write to a cache; `None` where none says how many are counted.
    pub written_tokens_predicted: Option<u64>,
    /// Tokens that were reported as written to a cache; `None` if none were counted.
    pub written_tokens_reported: Option<u64>,
}

/// Costs that the log itself tells, added up.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
pub struct Logged {
    /// Requests with one.
    pub requests: u64,
    /// Their sum, in dollars.
    pub cost: Option<Money>,
    /// Our sum of those of them that have a cost of ours in dollars.
    pub ours: Option<Money>,
    /// Their number.
    pub compared: u64,
}

impl Logged {
    fn add(&mut self, record: &Record) {
        let Some(told) = record.logged_cost else { return };
        self.requests += 1;
        add_money(&mut self.cost, Some(told));
        let ours = record.bill.billed_cost().map(|cost| cost.total());
        if let Some(ours) = ours.filter(|ours| ours.currency == told.currency) {
            self.compared += 1;
            add_money(&mut self.ours, Some(ours));
        }
    }

    fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.compared += other.compared;
        add_money(&mut self.cost, other.cost);
        add_money(&mut self.ours, other.ours);
    }
}

/// Our counts and predictions against what the provider reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Prompt tokens reported; `None` where none were.
    pub prompt_tokens_reported: Option<u64>,
    /// Requests that reported prompt tokens and whose prompt is in the log.
    pub counted: u64,
    /// Of them, those we count the same.
    pub count_equal: u64,
    /// Requests whose count is an estimate.
    pub estimated: u64,
    /// Of the requests that reported and are no estimates: how many we count the same.
    pub exact_equal: u64,
    /// Requests that reported and are no estimates.
    pub exact_counted: u64,
    /// Sum of the differences, ours minus reported, of those that differ and are no estimates.
    pub difference: i64,
    /// Requests that reported hits.
    pub hits_reported: u64,
    /// Hit tokens reported.
    pub hit_tokens_reported: u64,
    /// Hits of the requests that reported their prompt as well, without contradiction.
    pub rated: Rated,
    /// The same of those that were also simulated.
    pub rated_simulated: Rated,
    /// Requests with a prediction and a report, where either is above zero.
    pub compared: u64,
    /// Of them, those that agree.
    pub hits_equal: u64,
    /// Predicted hits reported as misses; `None` where nothing could be compared.
    pub lost: Option<u64>,
    /// Reported hits not predicted; `None` as above.
    pub unexplained: Option<u64>,
    /// Requests whose usage contradicts itself.
    pub contradictions: u64,
}

/// Reported hits with the prompts that they are a part of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rated {
    /// Number of requests.
    pub requests: u64,
    /// Their hit tokens.
    pub hit_tokens: u64,
    /// Their prompt tokens.
    pub prompt_tokens: u64,
}

impl Totals {
    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        self.requests += 1;
        self.known_in_part += u64::from(record.known_in_part);
        self.prompted += u64::from(record.prompt_tokens.is_some());
        self.prompt_tokens += record.prompt_tokens.unwrap_or(0);
        self.answered += u64::from(record.output_tokens.is_some());
        self.output_tokens += record.output_tokens.unwrap_or(0);
        if let Some(prediction) = record.prediction {
            let prompt_tokens = prediction.ledger.total();
            self.simulated += 1;
            self.simulated_tokens += prompt_tokens;
            self.hit_tokens += prediction.hit_tokens;
            self.hit_tokens_min += prediction.hit_tokens_min;
            self.hit_tokens_max += prediction.hit_tokens_max;
            add_known(&mut self.written_tokens_predicted, prediction.written.map(|written| written.total()));
            self.ledger += prediction.ledger;
            if prompt_tokens > 0 {
                self.rated += 1;
                self.ratios += (u128::from(prediction.hit_tokens) << 64) / u128::from(prompt_tokens);
            }
        }
        if let Some(judged) = record.by_usage {
            *self.by_usage.get_or_insert_default() += judged.buckets;
        }
        if let Some(blocks) = record.blocks {
            let (hit, total) = self.blocks.unwrap_or_default();
            self.blocks = Some((hit + blocks.hit, total + blocks.total));
        }
        self.agreement.add(record);
        self.account.add(&record.bill);
        self.logged.add(record);
        if let Some(name) = &record.explicit_cache {
            let tokens = record.reported.hit_tokens.unwrap_or(0);
            self.storage.add(name, tokens, (record.time, record.place), &record.bill);
        }
        add_known(&mut self.written_tokens_reported, record.reported.written.map(|written| written.total()));
    }

    /// Takes up the totals of other records.
    pub fn merge(&mut self, other: Self) {
        add_all([
            (&mut self.requests, other.requests),
            (&mut self.simulated, other.simulated),
            (&mut self.known_in_part, other.known_in_part),
            (&mut self.prompted, other.prompted),
            (&mut self.prompt_tokens, other.prompt_tokens),
            (&mut self.simulated_tokens, other.simulated_tokens),
            (&mut self.answered, other.answered),
            (&mut self.output_tokens, other.output_tokens),
            (&mut self.hit_tokens, other.hit_tokens),
            (&mut self.hit_tokens_min, other.hit_tokens_min),
            (&mut self.hit_tokens_max, other.hit_tokens_max),
            (&mut self.rated, other.rated),
        ]);
        self.ledger += other.ledger;
        self.ratios += other.ratios;
        if let Some(buckets) = other.by_usage {
            *self.by_usage.get_or_insert_default() += buckets;
        }
        if let Some((hit, total)) = other.blocks {
            let (hits, all) = self.blocks.unwrap_or_default();
            self.blocks = Some((hits + hit, all + total));
        }
        self.agreement.merge(other.agreement);
        self.account.merge(other.account);
        self.storage.merge(other.storage);
        self.logged.merge(other.logged);
        add_known(&mut self.written_tokens_predicted, other.written_tokens_predicted);
        add_known(&mut self.written_tokens_reported, other.written_tokens_reported);
    }

    /// Hit tokens over prompt tokens, pooled: what the bill goes by. `None` where nothing was simulated.
    pub fn hit_ratio(&self) -> Option<f64> {
        ratio(self.hit_tokens, self.simulated_tokens)
    }

    /// The mean of the requests' own hit ratios.
    pub fn request_hit_ratio(&self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "a ratio for people")]
        (self.rated > 0).then(|| self.ratios as f64 / 2_f64.powi(64) / self.rated as f64)
    }

    /// Blocks hit over blocks, of traces.
    pub fn block_hit_ratio(&self) -> Option<f64> {
        self.blocks.and_then(|(hit, total)| ratio(hit, total))
    }
}

impl Agreement {
    /// Adds a record.
    pub fn add(&mut self, record: &Record) {
        let estimated = record.estimated.is_some();
        self.estimated += u64::from(estimated);
        self.contradictions += u64::from(record.reported.contradicts);
        add_known(&mut self.prompt_tokens_reported, record.reported.prompt_tokens);
        let counts = record.prompt_tokens.zip(record.reported.prompt_tokens);
        if let Some((ours, reported)) = counts.filter(|_| !record.reported.contradicts && !record.known_in_part) {
            self.counted += 1;
            self.count_equal += u64::from(ours == reported);
            if !estimated {
                self.exact_counted += 1;
                self.exact_equal += u64::from(ours == reported);
                self.difference += ours.cast_signed() - reported.cast_signed();
            }
        }
        let Some(reported) = record.reported.hit_tokens else { return };
        self.hits_reported += 1;
        self.hit_tokens_reported += reported;
        // A ratio is formed only of counts that belong together.
        if let Some(prompt) = record.reported.prompt_tokens.filter(|_| !record.reported.contradicts) {
            self.rated.add(reported, prompt);
            if record.prediction.is_some() {
                self.rated_simulated.add(reported, prompt);
            }
        }
        let Some((predicted, reported)) = record.compared_hits() else { return };
        self.compared += u64::from(predicted > 0 || reported > 0);
        self.hits_equal += u64::from(predicted == reported && reported > 0);
        *self.lost.get_or_insert(0) += record.lost().unwrap_or(0);
        *self.unexplained.get_or_insert(0) += record.unexplained().unwrap_or(0);
    }

    fn merge(&mut self, other: Self) {
        add_all([
            (&mut self.counted, other.counted),
            (&mut self.count_equal, other.count_equal),
            (&mut self.estimated, other.estimated),
            (&mut self.exact_equal, other.exact_equal),
            (&mut self.exact_counted, other.exact_counted),
            (&mut self.hits_reported, other.hits_reported),
            (&mut self.hit_tokens_reported, other.hit_tokens_reported),
            (&mut self.compared, other.compared),
            (&mut self.hits_equal, other.hits_equal),
            (&mut self.contradictions, other.contradictions),
        ]);
        self.difference += other.difference;
        self.rated.merge(other.rated);
        self.rated_simulated.merge(other.rated_simulated);
        add_known(&mut self.prompt_tokens_reported, other.prompt_tokens_reported);
        add_known(&mut self.lost, other.lost);
        add_known(&mut self.unexplained, other.unexplained);
    }

    /// Requests whose predicted hits are not those reported.
    pub fn hits_differing(&self) -> u64 {
        self.compared - self.hits_equal
    }

    /// Tokens by which predicted and reported hits differ.
    pub fn hits_distance(&self) -> u64 {
        self.lost.unwrap_or(0) + self.unexplained.unwrap_or(0)
    }
}

impl Rated {
    fn add(&mut self, hit_tokens: u64, prompt_tokens: u64) {
        self.requests += 1;
        self.hit_tokens += hit_tokens;
        self.prompt_tokens += prompt_tokens;
    }

    fn merge(&mut self, other: Self) {
        self.requests += other.requests;
        self.hit_tokens += other.hit_tokens;
        self.prompt_tokens += other.prompt_tokens;
    }

    /// Hit tokens over prompt tokens; `None` where there are none.
    pub fn ratio(&self) -> Option<f64> {
        ratio(self.hit_tokens, self.prompt_tokens)
    }
}

/// Adds a count to each of these sums.
fn add_all<const SUMS: usize>(counts: [(&mut u64, u64); SUMS]) {
    for (sum, count) in counts {
        *sum += count;
    }
}

/// Adds a number to a sum that is known as soon as any number is.
fn add_known(sum: &mut Option<u64>, number: Option<u64>) {
    if let Some(number) = number {
        *sum.get_or_insert(0) += number;
    }
}

/// The same of money of one currency.
fn add_money(sum: &mut Option<Money>, money: Option<Money>) {
    if let Some(money) = money {
        sum.get_or_insert(Money::zero(money.currency)).amount += money.amount;
    }
}
