//! Keep-alive: requests that ask for nothing but that an entry is read before its lifetime ends.
//!
//! A client does not know when the next request comes. So it calls a fixed number of times after each use, a tenth of the lifetime before
//! the end, and then lets the entry go. The number is the one that would have saved most on this log.

use std::collections::HashMap;

use super::optimum::MarkedRequest;
use super::replayed_plan::Plan;
use super::traffic::{AddedRequest, Traffic, unmade};
use crate::decomposition::Routes;
use crate::exchange::{Content, Exchange, Input, Message};
use crate::money::{Currency, Decimal, Money};
use crate::rates::Lifetime;
use crate::report::text::{money, plural};
use crate::time::{SignedDuration, Timestamp, micros};

/// The most requests after one use.
const MOST: i32 = 50;

/// A prompt that may be kept alive.
struct KeptPrompt {
    /// The request that is made to read it.
    call: AddedRequest,
    tokens: u64,
    /// The times at which requests of the log use it, the first first.
    uses: Vec<Timestamp>,
    terms: EntryTerms,
}

/// The lifetime of an entry and the prices of a million of its tokens.
#[derive(Clone, Copy)]
struct EntryTerms {
    lifetime: SignedDuration,
    read: Decimal,
    miss: Decimal,
}

/// The plans to keep prompts alive; none where no request missed for a lifetime that had ended.
pub fn keep_alive(traffic: &Traffic<'_>, caches: &[Vec<MarkedRequest>]) -> Vec<Plan> {
    let has_expired = |call: usize| {
        traffic.asked[call] && traffic.now[call].prediction.is_some_and(|prediction| prediction.ledger.expired > 0)
    };
    if !(0..traffic.calls.len()).any(has_expired) {
        return Vec::new();
    }
    let terms = terms_of_calls(traffic, caches);
    let plans = [
        plan(traffic, &fronts(traffic, &terms), "tools and system text"),
        plan(traffic, &last_prompts(traffic, &terms), "the last prompt of each conversation"),
    ];
    plans.into_iter().flatten().collect()
}

fn plan(traffic: &Traffic<'_>, kept: &[KeptPrompt], what: &str) -> Option<Plan> {
    let dearest = kept.iter().filter(|kept| kept.expires()).max_by_key(|kept| kept.tokens)?;
    let most = dearest.terms.worth().map_or(MOST, |worth| worth.min(MOST));
    let times = (1..=most).max_by_key(|times| {
        let saved: Decimal = kept.iter().map(|kept| kept.saved(*times)).sum();
        // Of equal ones the fewest requests.
        (saved, -times)
    })?;
    let calls: Vec<AddedRequest> = kept.iter().flat_map(|kept| kept.calls(times)).collect();
    let count = calls.iter().filter(|call| traffic.asked[call.of]).count() as u64;
    let (then, added) = traffic.replayed_with(calls, |_, _| None);
    let added: Vec<_> = added.iter().filter(|(of, _)| traffic.asked[*of]).map(|(_, record)| record).collect();
    let interval = dearest.terms.interval();
    Some(Plan {
        kind: "keep-alive",
        change: format!(
            "{what} kept alive by a request {} after each use, {}",
            duration(interval),
            if times == 1 { "once".into() } else { format!("up to {times} times") }
        ),
        saving: traffic.saving_of(&then)?.with_added(&added)?,
        assumptions: vec![
            format!("{} are added, each with an answer of one token", plural(count, "request")),
            dearest.break_even(traffic.now[dearest.call.of].bill.currency()?),
        ],
        how: format!(
            "when {} have passed since a use, send the same prefix with `max_tokens` 1, at most {} until the next use",
            duration(interval),
            plural(u64::from(times.unsigned_abs()), "time")
        ),
        other_model: None,
        is_bound: false,
    })
}

impl EntryTerms {
    /// The time from a use to the request that keeps the entry: a tenth of the lifetime is left.
    fn interval(&self) -> SignedDuration {
        self.lifetime / 10 * 9
    }

    /// The most requests that cost no more than what is lost; `None` where reads cost nothing, or so little that the number fits nowhere.
    fn worth(&self) -> Option<i32> {
        (self.miss - self.read).checked_div(self.read)?.floor().try_into().ok()
    }
}

impl KeptPrompt {
    /// The costs of keeping and of losing it, and the gap up to which keeping costs less.
    fn break_even(&self, currency: Currency) -> String {
        let EntryTerms { lifetime, read, miss } = self.terms;
        let cost = |price: Decimal| {
            money(&Money::new((price * Decimal::from(self.tokens) / Decimal::from(1_000_000)).round_dp(9), currency))
        };
        let gap = self.terms.worth().and_then(|calls| self.terms.interval().checked_mul(calls)?.checked_add(lifetime));
        let pays = gap.map_or_else(
            || "whenever the next use comes".to_owned(),
            |gap| format!("if the next use comes within {}, and not later", duration(gap)),
        );
        format!(
            "to read {} costs {}, to write them again {}: keeping them alive pays {pays}",
            plural(self.tokens, "token"),
            cost(read),
            cost(miss)
        )
    }

    /// The times from each use to the next; `None` after the last.
    fn gaps(&self) -> impl Iterator<Item = (Timestamp, Option<SignedDuration>)> {
        let next = self.uses.iter().skip(1).map(Some).chain([None]);
        self.uses.iter().zip(next).map(|(used, next)| (*used, next.map(|next| next.duration_since(*used))))
    }

    /// True if its entry was lost between two uses.
    fn expires(&self) -> bool {
        self.gaps().any(|(_, gap)| gap.is_some_and(|gap| gap >= self.terms.lifetime))
    }

    /// The requests that are made before the next use, so many at most.
    fn calls_in(&self, gap: Option<SignedDuration>, times: i32) -> i32 {
        let interval = self.terms.interval().as_micros();
        let due = gap.map_or(i128::from(times), |gap| (gap.as_micros() - 1) / interval.max(1));
        i32::try_from(due.clamp(0, i128::from(times))).unwrap_or(times)
    }

    /// Savings of so many requests, less their cost, by the prices of a million tokens.
    fn saved(&self, times: i32) -> Decimal {
        let EntryTerms { lifetime, read, miss } = self.terms;
        let each = self.gaps().map(|(_, gap)| {
            let calls = self.calls_in(gap, times);
            let covered = self.terms.interval().checked_mul(calls).and_then(|kept| kept.checked_add(lifetime));
            let is_saved = gap.is_some_and(|gap| gap >= lifetime && covered.is_some_and(|covered| gap < covered));
            let lost = if is_saved { miss - read } else { Decimal::ZERO };
            lost - read * Decimal::from(calls)
        });
        each.sum::<Decimal>() * Decimal::from(self.tokens)
    }

    fn calls(&self, times: i32) -> impl Iterator<Item = AddedRequest> {
        self.gaps().flat_map(move |(used, gap)| {
            let interval = self.terms.interval();
            (1..=self.calls_in(gap, times)).filter_map(move |time| {
                let at = used.checked_add(interval.checked_mul(time)?).ok()?;
                Some(self.call.at(at))
            })
        })
    }
}

/// `4.5 minutes`, `54 minutes`, `21.6 hours`.
fn duration(duration: SignedDuration) -> String {
    let (minutes, unit) = match duration.as_secs_f64() / 60.0 {
        minutes if minutes < 120.0 => (minutes, "minutes"),
        minutes => (minutes / 60.0, "hours"),
    };
    let text = format!("{minutes:.1}");
    format!("{} {unit}", text.strip_suffix(".0").unwrap_or(&text))
}

/// The terms of each request; `None` where entries do not expire, where the price is not known, and where a miss costs no more than a hit.
fn terms_of_calls(traffic: &Traffic<'_>, caches: &[Vec<MarkedRequest>]) -> Vec<Option<EntryTerms>> {
    let marked: HashMap<usize, i64> = caches
        .iter()
        .flatten()
        .filter_map(|marked| {
            let of_profile = marked.laid.profile.lifetime.map(micros);
            let lifetimes = marked.laid.ends.iter().filter_map(|end| end.breakpoint);
            // The shortest, since all are to be kept.
            let lifetime = lifetimes.filter_map(|breakpoint| breakpoint.lifetime.or(of_profile)).min()?;
            Some((marked.call, lifetime))
        })
        .collect();
    let terms = |call: usize| {
        let record = &traffic.now[call];
        let rate = &record.bill.quote.as_ref().ok()?.rate;
        let profile = traffic.profile(call)?;
        let lifetime = marked.get(&call).copied().map(SignedDuration::from_micros);
        // A request without marks leaves nothing to be kept.
        let lifetime = if record.marks.is_some() { lifetime? } else { traffic.lifetime().or(profile.lifetime)? };
        let read = rate.read_price().ok()?.per_million();
        let written = rate.write_price(Lifetime::of_micros(micros(lifetime))).ok().filter(|_| record.marks.is_some());
        let miss = written.unwrap_or(rate.prices.input).per_million();
        (miss > read && lifetime.is_positive()).then_some(EntryTerms { lifetime, read, miss })
    };
    (0..traffic.calls.len()).map(terms).collect()
}

/// Tools and system text of each template, whose uses are all its requests.
fn fronts(traffic: &Traffic<'_>, terms: &[Option<EntryTerms>]) -> Vec<KeptPrompt> {
    let mut routes = Routes::default();
    let mut found: HashMap<(usize, Option<String>, Option<String>), usize> = HashMap::new();
    let mut kept: Vec<KeptPrompt> = Vec::new();
    for (call, terms) in terms.iter().enumerate() {
        let (exchange, record) = (&traffic.calls[call].exchange, &traffic.now[call]);
        let route = routes.find_or_add(exchange);
        let Some((terms, time)) = terms.zip(record.replayed_at).filter(|_| route > 0) else { continue };
        let key = (route, record.scope.clone(), record.model.clone());
        if let Some(known) = found.get(&key) {
            kept[*known].uses.push(time);
            continue;
        }
        let Some(front) = front(traffic, call, time) else { continue };
        let tokens = front.prompt_tokens();
        if record.minimum.is_none_or(|minimum| tokens >= minimum) {
            found.insert(key, kept.len());
            kept.push(KeptPrompt { call: front, tokens, uses: vec![time], terms });
        }
    }
    kept
}

/// A request with the tools and the system text of another, and a word for the user's message.
fn front(traffic: &Traffic<'_>, call: usize, time: Timestamp) -> Option<AddedRequest> {
    let mut exchange = asking_nothing(&traffic.calls[call].exchange);
    let Input::Messages(sent) = &exchange.request.input else { return None };
    let mut messages: Vec<_> = sent.as_slice().iter().take_while(|message| message.is_system()).cloned().collect();
    let word = Message { role: "user".into(), content: Some(Content::Text("ping".into())), ..Message::default() };
    messages.push(word.into());
    exchange.request.input = messages.into();
    exchange.usage.prompt_tokens = None;
    traffic.added(exchange, call, time)
}

/// The prompt of each request, whose next use is the first request that continues it.
fn last_prompts(traffic: &Traffic<'_>, terms: &[Option<EntryTerms>]) -> Vec<KeptPrompt> {
    let numbers: HashMap<_, usize> =
        traffic.now.iter().enumerate().map(|(call, record)| (record.place, call)).collect();
    let mut next: HashMap<usize, Timestamp> = HashMap::new();
    for record in &traffic.now {
        let parent = record.prediction.and_then(|prediction| numbers.get(&prediction.parent?.place).copied());
        if let Some((parent, time)) = parent.zip(record.replayed_at) {
            next.entry(parent).or_insert(time);
        }
    }
    let kept = |(call, terms): (usize, &Option<EntryTerms>)| {
        let (terms, record) = ((*terms)?, &traffic.now[call]);
        let time = record.replayed_at?;
        let tokens = record.prompt_tokens.filter(|tokens| record.minimum.is_none_or(|minimum| *tokens >= minimum))?;
        let counted = traffic.calls[call].counted.clone()?;
        let exchange = asking_nothing(&traffic.calls[call].exchange);
        let uses = [time].into_iter().chain(next.get(&call).copied().filter(|next| *next > time)).collect();
        Some(KeptPrompt { call: AddedRequest::new(exchange, counted, call), tokens, uses, terms })
    };
    terms.iter().enumerate().filter_map(kept).collect()
}

/// The same request with an answer of one token.
fn asking_nothing(exchange: &Exchange) -> Exchange {
    let mut asking = Exchange { response: None, ..unmade(exchange) };
    (asking.usage.output_tokens, asking.usage.reasoning_tokens) = (Some(1), None);
    asking
}
