//! The causes of misses, as the sentences, the table and the values for scripts that `simulate` shows.

use crate::causes::{Cause, CauseCode, CauseSums, GivenBack};
use crate::money::{Decimal, Money};
use crate::report::text::{capitalised, money, plural, thousands};
use crate::report::{Cell, Column, Table};
use crate::workspace::logs::Logs;

/// The causes of a log, and all of them undone at once.
pub(super) struct Causes<'a> {
    pub(super) sums: &'a CauseSums,
    pub(super) together: Option<GivenBack>,
    pub(super) logs: &'a Logs,
}

/// Title of the table where causes are undone.
const UNDONE: &str = "why tokens missed, and what undoing each cause gives back";

/// Title of the table where none can be undone.
const PAID: &str = "why tokens missed, and what was paid for them beyond the price of hits";

/// Causes that have a sentence.
const TOLD: usize = 3;

impl Causes<'_> {
    /// One sentence for each of the causes that cost most: what happened, how much, where, what to do.
    pub(super) fn sentences(&self) -> Vec<String> {
        // Causes whose removal makes more tokens miss are no advice, though shorter prompts may cost less.
        let is_cause = |cause: &&Cause| {
            cause.code != CauseCode::First && cause.given_back.is_none_or(|given_back| given_back.tokens >= 0)
        };
        // A hundredth of the misses stands in the table: it would take the place of those that matter.
        let missed: u64 = self.sums.ranked().into_iter().filter(is_cause).map(|cause| cause.tokens_missed).sum();
        let is_told = |cause: &&Cause| {
            let given_back = cause.given_back.map_or(0, |given_back| given_back.tokens.unsigned_abs());
            is_cause(cause) && cause.tokens_missed.max(given_back) * 100 >= missed
        };
        let told = self.sums.ranked().into_iter().filter(is_told);
        let told = told.take(TOLD).map(|cause| self.sentence(cause));
        told.chain(self.hidden_gain()).collect()
    }

    /// All causes undone at once, where that gives back more than each of them alone, since the one hides what the other would.
    fn hidden_gain(&self) -> Option<String> {
        let together = self.together?;
        let undone = self.sums.hiding(together)?;
        let gain = self.gain(together, u64::MAX);
        let codes: Vec<&str> = undone.iter().map(|cause| cause.code.code()).collect();
        Some(format!("Causes hide one another ({}): with all of them undone {gain}.", codes.join(", ")))
    }

    fn sentence(&self, cause: &Cause) -> String {
        let place = cause.worst.part.as_ref().filter(|_| cause.code.is_in_a_part());
        let place = place.map(|place| format!(" in {place}")).unwrap_or_default();
        let (tokens, requests) = (plural(cause.tokens_missed, "token"), plural(cause.requests, "request"));
        let seen = self.seen(cause);
        // Money that undoing saves says more, where that is known.
        let paid = cause.missed_cost.filter(|_| cause.given_back.is_none());
        let paid = paid.filter(|paid| paid.amount > Decimal::ZERO);
        let paid = paid.map(|paid| format!("; as hits they would have cost {} less", money(&paid))).unwrap_or_default();
        let what = capitalised(cause.code.what());
        let what = format!("{what}{place}: {tokens} in {requests} missed the cache, {seen}{paid}.");
        match self.undo(cause) {
            Some(undo) => format!("{what} {undo}"),
            None => what,
        }
    }

    /// Lines to look at.
    fn seen(&self, cause: &Cause) -> String {
        let line = self.logs.short(cause.worst.place);
        let against = cause.worst.against.map(|against| format!(" against {}", self.logs.short(against)));
        let word = if cause.requests > 1 { "most" } else { "all" };
        format!("{word} in {line}{}", against.unwrap_or_default())
    }

    /// Advice, with the tokens and the money that it gives back.
    pub(super) fn undo(&self, cause: &Cause) -> Option<String> {
        let remedy = cause.code.remedy()?;
        let Some(given_back) = cause.given_back else { return Some(format!("It would help if {remedy}.")) };
        let gain = self.gain(given_back, cause.tokens_missed);
        let moved =
            cause.moved.map(|moved| format!("; if it moves to the end: {}", self.gain(moved, cause.tokens_missed)));
        Some(format!("If {remedy}: {gain}{}.", moved.unwrap_or_default()))
    }

    /// Tokens and money that a remedy gives back of those that missed.
    fn gain(&self, given_back: GivenBack, missed: u64) -> String {
        let gain = match given_back.tokens {
            0 => return "this alone gives nothing back".to_owned(),
            tokens if tokens < 0 => format!("{} would miss", plural(tokens.unsigned_abs(), "more token")),
            tokens => {
                let word = if tokens == 1 { "misses" } else { "miss" };
                let fewer = match given_back.told_range() {
                    Some((least, most)) => {
                        format!("{} to {}", signed(least), plural(most.unsigned_abs(), "fewer token"))
                    }
                    None => plural(tokens.unsigned_abs(), "fewer token"),
                };
                let gain = format!("{fewer} {word} the cache");
                // Shorter prompts have fewer tokens that can miss, whatever missed because of the cause.
                let is_by_length = given_back.unsent > 0 && tokens.unsigned_abs() > missed;
                let sent = plural(given_back.unsent.unsigned_abs(), "token");
                if is_by_length { format!("{gain}, since prompts are {sent} shorter in all") } else { gain }
            }
        };
        let about = if given_back.told_range().is_some() { "about " } else { "" };
        let saved = given_back.cost.map(|cost| match self.in_a_month(Some(cost)) {
            Some(month) => format!(", {about}{} in 30 days", in_words(month)),
            None => format!(", {about}{}", in_words(cost)),
        });
        format!("{gain}{}", saved.unwrap_or_default())
    }

    fn in_a_month(&self, cost: Option<Money>) -> Option<Money> {
        self.logs.period_of(self.sums.span()).monthly(cost)
    }

    /// All causes for people, where there are others than that something was sent for the first time.
    pub(super) fn table(&self) -> Option<Table> {
        let row = |cause: &Cause| {
            let given_back = cause.given_back;
            let tokens = given_back.map_or(Cell::Unknown, |given_back| Cell::Difference(given_back.tokens));
            let against = cause.worst.against.map(|against| self.logs.short(against));
            vec![
                Cell::Text(cause.code.code().into()),
                Cell::Count(cause.requests),
                Cell::Count(cause.tokens_missed),
                Cell::money(cause.missed_cost),
                tokens,
                Cell::money(given_back.and_then(|given_back| given_back.cost)),
                Cell::text(cause.worst.part.as_deref()),
                Cell::Text(self.logs.short(cause.worst.place)),
                Cell::text(against),
            ]
        };
        let columns = [
            ("cause", "cause"),
            ("requests", "requests"),
            ("tokens_missed", "tokens missed"),
            ("cost_missed", "paid for that"),
            ("tokens_given_back", "given back"),
            ("cost_given_back", "saved"),
            ("place", "place"),
            ("worst", "worst"),
            ("against", "compared with"),
        ];
        // Counts alone have no undoing, and texts tell by it what is worth more than what was paid.
        let is_undone = self.sums.ranked().iter().any(|cause| cause.given_back.is_some());
        let is_shown = |key| match key {
            "cost_missed" => !is_undone,
            "tokens_given_back" | "cost_given_back" => is_undone,
            _ => true,
        };
        let column = |(key, title): (&'static str, &str)| {
            if is_shown(key) { Column::new(key, title) } else { Column::hidden(key) }
        };
        let table = Table {
            key: "causes",
            title: (if is_undone { UNDONE } else { PAID }).into(),
            columns: columns.map(column).into(),
            rows: self.sums.ranked().into_iter().map(row).collect(),
        };
        let says_more = self.sums.ranked().iter().any(|cause| cause.code != CauseCode::First);
        says_more.then_some(table)
    }

    /// The same for scripts: `causes` and `together`.
    pub(super) fn entries(&self) -> Vec<(&'static str, Cell)> {
        let causes = self.sums.ranked().into_iter().map(|cause| self.entry(cause)).collect();
        vec![("causes", Cell::List(causes)), ("together", self.given_back(self.together))]
    }

    fn given_back(&self, given_back: Option<GivenBack>) -> Cell {
        given_back.map_or(Cell::Unknown, |given_back| {
            Cell::Map(vec![
                ("tokens_given_back", Cell::Difference(given_back.tokens)),
                ("tokens_given_back_min", Cell::Difference(given_back.tokens_range.0)),
                ("tokens_given_back_max", Cell::Difference(given_back.tokens_range.1)),
                ("cost_given_back", Cell::money(given_back.cost)),
                ("cost_given_back_30_days", Cell::money(self.in_a_month(given_back.cost))),
            ])
        })
    }

    fn entry(&self, cause: &Cause) -> Cell {
        let given_back = cause.given_back;
        let cost = given_back.and_then(|given_back| given_back.cost);
        let worst = &cause.worst;
        let codes = cause.code.at_providers(worst.part.as_deref());
        let source = |place| Cell::Text(self.logs.source(place).to_owned());
        let range = |end: fn(GivenBack) -> i64| {
            given_back.map_or(Cell::Unknown, |given_back| Cell::Difference(end(given_back)))
        };
        let worst_map = vec![
            ("source", source(worst.place)),
            ("line", Cell::Count(worst.place.line)),
            ("against_source", worst.against.map_or(Cell::Unknown, source)),
            ("against_line", Cell::count(worst.against.map(|place| place.line))),
            ("token", Cell::count(worst.token)),
        ];
        Cell::Map(vec![
            ("cause", Cell::Text(cause.code.code().into())),
            ("requests", Cell::Count(cause.requests)),
            ("tokens_missed", Cell::Count(cause.tokens_missed)),
            ("cost_missed", Cell::money(cause.missed_cost)),
            ("tokens_given_back", given_back.map_or(Cell::Unknown, |given_back| Cell::Difference(given_back.tokens))),
            ("tokens_given_back_min", range(|given_back| given_back.tokens_range.0)),
            ("tokens_given_back_max", range(|given_back| given_back.tokens_range.1)),
            ("tokens_unsent", given_back.map_or(Cell::Unknown, |given_back| Cell::Difference(given_back.unsent))),
            ("cost_given_back", Cell::money(cost)),
            ("cost_given_back_30_days", Cell::money(self.in_a_month(cost))),
            ("place", Cell::text(worst.part.as_deref())),
            ("worst", Cell::Map(worst_map)),
            ("undo", Cell::text(self.undo(cause))),
            ("moved_to_end", self.given_back(cause.moved)),
            ("cache_miss_reason", Cell::text(codes.anthropic)),
            ("prompt_cache_diagnostics", Cell::text(codes.openai)),
        ])
    }
}

fn signed(tokens: i64) -> String {
    format!("{}{}", if tokens < 0 { "-" } else { "" }, thousands(tokens.unsigned_abs()))
}

/// Money that is saved, or that is paid beside.
fn in_words(cost: Money) -> String {
    if cost.amount < Decimal::ZERO {
        format!("{} more to pay", money(&Money::new(-cost.amount, cost.currency)))
    } else {
        format!("{} saved", money(&cost))
    }
}
