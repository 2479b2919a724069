//! Redaction: of a prompt only what a cache needs is left, so that a log can be simulated where its texts may not go.
//!
//! Redacted exchanges keep counts and, for each whole block, the keyed fingerprint of all tokens up to its end. Who has the key can
//! test guesses; who has it not can see which requests begin alike, and for how many blocks. That is what a cache sees.

use std::sync::Arc;

use super::{CountedExchange, Divergence, KnownTokens, Record, Simulation, block_layout, known_words, own_tools};
use crate::cache::AnyPolicy;
use crate::exchange::{BlockTrace, Exchange, Input, REGIONAL, Redacted, Request, Response, Scope, Usage};
use crate::hash::Key;
use crate::number::to_usize;
use crate::profile::{Basis, Profile};
use crate::tokens::TokenId;

impl Simulation<'_> {
    /// The exchange without its texts, as a replay under the same settings needs it: counted and cut as the profile does that it
    /// falls under. Tools, ids and answers go, the scope becomes a fingerprint; model, host, times and usage stay.
    pub fn redact(&mut self, exchange: Exchange, key: &Key) -> Exchange {
        self.redact_counted(exchange, None, key)
    }

    /// The same of an exchange that may have been counted ahead.
    pub(super) fn redact_counted(
        &mut self,
        exchange: Exchange,
        counted: Option<CountedExchange>,
        key: &Key,
    ) -> Exchange {
        self.clock = exchange.time.or(self.clock);
        let input = match &exchange.request.input {
            // Its counts are known; what else stands in the line may still be text.
            Input::Redacted(redacted) => Input::Redacted(self.redacted_again(redacted, key)),
            Input::Missing => Input::Missing,
            // Ids of blocks are often plain hashes of texts, which can be guessed.
            Input::Blocks(trace) => {
                let id = |id: &u64| key.number("block of a trace", *id);
                Input::Blocks(BlockTrace { hash_ids: trace.hash_ids.iter().map(id).collect(), ..trace.clone() })
            }
            Input::Messages(_) | Input::Text(_) => Input::Redacted(self.fingerprints(&exchange, counted, key)),
        };
        // Of a line that was redacted with this key the names are public already.
        let is_done = matches!(&input, Input::Redacted(redacted) if redacted.key == key.name())
            && matches!(exchange.request.input, Input::Redacted(_));
        let public = |name: String| if is_done { name } else { known_words::public_name(&name, key) };
        let mark = |mark: String| if is_done { mark } else { known_words::system_fingerprint(&mark, key) };
        let thinking = exchange.request.is_pro().then(|| Request::PRO.to_owned());
        let Response { model, system_fingerprint, .. } = exchange.response.unwrap_or_default();
        let marks = Response {
            model: model.map(public),
            system_fingerprint: system_fingerprint.map(mark),
            ..Response::default()
        };
        let session = exchange.session.map(|name| fingerprint("session", name, &input, key));
        let explicit_cache = exchange.explicit_cache.map(|name| fingerprint("explicit cache", name, &input, key));
        let cache_key = exchange.request.cache_key.map(|name| fingerprint("prompt cache key", name, &input, key));
        Exchange {
            id: None,
            scope: redacted_scope(exchange.scope, &input, key),
            session,
            session_name: None,
            explicit_cache,
            usage: redacted_usage(exchange.usage, key),
            host: exchange.host.map(public),
            request: Request {
                model: exchange.request.model.map(public),
                input,
                thinking,
                cache_key,
                ..Request::default()
            },
            response: (marks.model.is_some() || marks.system_fingerprint.is_some()).then_some(marks),
            ..exchange
        }
    }

    /// A prompt that was redacted before. Words in it that were not written under this key may be anybody's.
    fn redacted_again(&self, redacted: &Redacted, key: &Key) -> Redacted {
        if redacted.key == key.name() {
            return redacted.clone();
        }
        let known =
            |name: String| if self.counter.profile(&name).is_some() { name } else { key.text("profile", &name) };
        Redacted {
            key: if is_fingerprint(&redacted.key) { redacted.key.clone() } else { key.text("key", &redacted.key) },
            profile: redacted.profile.clone().map(known),
            estimated: redacted.estimated.as_ref().map(|_| "estimated when it was first redacted".into()),
            ..redacted.clone()
        }
    }

    fn fingerprints(&mut self, exchange: &Exchange, counted: Option<CountedExchange>, key: &Key) -> Redacted {
        let counted = counted.unwrap_or_else(|| self.counter.count(exchange, self.time_of(exchange)));
        let CountedExchange { choice, counted, .. } = counted;
        let profile = choice.map(|(profile, _)| profile);
        let (tokens, prompt) = (counted.tokens.to_vec(), counted.prompt_tokens);
        // A template's error message may quote the request.
        let estimated =
            if counted.refused { Some("the chat template rejected it".into()) } else { counted.estimated.clone() };
        let policy = profile.as_ref().map_or(AnyPolicy::None, |profile| profile.policy);
        let block_size = policy.fingerprint_step();
        Redacted {
            key: key.name(),
            profile: profile.map(|profile| profile.name.clone()),
            block_size,
            prompt_tokens: prompt as u64,
            core_tokens: counted.core_tokens as u64,
            output_tokens: (tokens.len() - prompt) as u64,
            fingerprints: of_blocks(&tokens, block_size, key),
            unseen_from: counted.unseen_from.map(|tokens| tokens as u64),
            unseen_fingerprint: counted.unseen_from.and_then(|from| of_prefix(tokens.get(..=from)?, key)),
            estimated,
            block_ends: block_layout::redacted(&counted.block_ends, key),
            has_own_tools: own_tools::has_own_tools(exchange, policy),
        }
    }

    /// Replays what is known of a redacted exchange.
    pub(super) fn redacted(&mut self, redacted: &Redacted, exchange: &Exchange, record: &mut Record) {
        record.is_redacted = true;
        record.prompt_tokens = Some(redacted.prompt_tokens);
        record.output_tokens = record.output_tokens.or(Some(redacted.output_tokens).filter(|tokens| *tokens > 0));
        record.estimated.clone_from(&redacted.estimated);
        let choice = self.choose_redacted(redacted, exchange);
        let profile = choice.as_ref().map(|(profile, _)| profile.as_ref());
        if self.counter.is_overridden() {
            record.estimated = Some(OWN.into());
        } else if !self.counts_alike(redacted, profile) {
            let by = redacted.profile.as_deref().unwrap_or("no profile");
            record.estimated = Some(format!("redacted as counted by {by}; redact the log again with this --profile"));
        }
        let policy = profile.map_or(AnyPolicy::None, |profile| profile.policy);
        if !policy.replays_redacted(redacted.block_size) {
            record.unsimulated = Some(format!(
                "redacted in blocks of {}, which do not make {}; redact the log again with this --profile",
                redacted.block_size,
                policy.describe()
            ));
            return;
        }
        if policy.needs_block_ends() && redacted.block_ends.is_empty() {
            record.unsimulated =
                Some("redacted without the ends of its blocks; redact the log again with this --profile".into());
            return;
        }
        if choice.is_none() && redacted.profile.is_some() {
            let own = redacted.profile.as_deref().unwrap_or_default();
            record.unsimulated = Some(format!("redacted under the profile {own}; name its file with --profile"));
        }
        let differs =
            self.replayed((KnownTokens::Redacted(redacted), redacted.has_own_tools), choice, exchange, record);
        record.divergence =
            differs.map(|parting| Divergence::new(parting.parent, parting.ledger, None, &exchange.request));
    }

    /// The profile it falls under now, else the one it was redacted under.
    pub(super) fn choose_redacted(&self, redacted: &Redacted, exchange: &Exchange) -> Option<(Arc<Profile>, Basis)> {
        let choice = self.counter.choose(exchange, self.time_of(exchange));
        let own = redacted.profile.as_deref();
        let is_own = |profile: &Profile| own == Some(profile.name.as_str());
        if self.settings.profile.is_some() || choice.as_ref().is_some_and(|(profile, _)| is_own(profile)) {
            return choice;
        }
        Some((Arc::clone(self.counter.profile(own?)?), Basis::Redacted))
    }

    /// True if this profile would count a redacted exchange as it was counted.
    fn counts_alike(&self, redacted: &Redacted, profile: Option<&Profile>) -> bool {
        let own = redacted.profile.as_deref();
        let counting = |profile: &Profile| (profile.template, profile.encoding, profile.recognises_specials);
        own == profile.map(|profile| profile.name.as_str())
            || own.and_then(|own| self.counter.profile(own)).map(|own| counting(own)) == profile.map(counting)
    }
}

/// A scope of which each part is a fingerprint.
fn redacted_scope(mut scope: Scope, input: &Input, key: &Key) -> Scope {
    for part in scope.parts_mut().into_iter().flatten() {
        *part = fingerprint("scope", std::mem::take(part), input, key);
    }
    scope
}

/// The fingerprint of a name, which stays as it is if it is one under this key.
fn fingerprint(kind: &str, name: String, input: &Input, key: &Key) -> String {
    if is_ours(input, &name, key) { name } else { key.text(kind, &name) }
}

/// True if a scope is a fingerprint under this key already, so that redacting twice is redacting once.
fn is_ours(input: &Input, scope: &str, key: &Key) -> bool {
    is_fingerprint(scope) && matches!(input, Input::Redacted(redacted) if redacted.key == key.name())
}

/// True if a text looks as fingerprints of texts do.
fn is_fingerprint(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// A counter's name as a fingerprint: in its place a log may have any text.
fn counter(name: &str, key: &Key) -> String {
    if is_fingerprint(name) { name.to_owned() } else { key.text("counter", name) }
}

/// Numbers as they are, and of words those that providers use.
fn redacted_usage(usage: Usage, key: &Key) -> Usage {
    // Every field is named, so that a new one is decided upon.
    let Usage {
        service_tier: _,
        region: _,
        unknown_counters: _,
        prompt_tokens: _,
        hit_tokens: _,
        written: _,
        output_tokens: _,
        reasoning_tokens: _,
        web_searches: _,
        contradicts: _,
        logged_cost: _,
        family: _,
        resolved: _,
        other_prompt: _,
        unread_counters: _,
        audio_tokens: _,
        own_calls: _,
        is_sum: _,
    } = &usage;
    Usage {
        service_tier: usage.service_tier.map(|tier| public_word(tier, &TIERS)),
        region: usage.region.map(|region| public_word(region, &[REGIONAL, "us", "eu"])),
        unknown_counters: usage.unknown_counters.iter().map(|name| counter(name, key)).collect(),
        unread_counters: usage.unread_counters.iter().map(|name| counter(name, key)).collect(),
        ..usage
    }
}

/// The service tiers of providers.
const TIERS: [&str; 14] = [
    "auto",
    "default",
    "standard",
    "standard_only",
    "flex",
    "priority",
    "batch",
    "scale",
    "on_demand",
    "on_demand_flex",
    "on_demand_priority",
    "provisioned_throughput",
    "reserved",
    "fast",
];

/// A word where it is one that providers use. A log may have any text in its place: that it is another one, whose price is not known, is
/// all that is left of it.
fn public_word(word: String, public: &[&str]) -> String {
    if public.contains(&word.to_ascii_lowercase().as_str()) { word } else { "other".into() }
}

/// Reason why --tokenizer and --chat-template change nothing.
const OWN: &str = "redacted before --tokenizer or --chat-template could count it; give them to parse --redact";

/// The fingerprint of all these tokens.
fn of_prefix(tokens: &[TokenId], key: &Key) -> Option<u128> {
    of_blocks(tokens, tokens.len() as u64, key).pop()
}

/// The fingerprint of all tokens up to the end of each whole block.
fn of_blocks(tokens: &[TokenId], size: u64, key: &Key) -> Vec<u128> {
    let mut fingerprint = key.start("tokens");
    let mut bytes = Vec::new();
    let values = tokens.chunks_exact(to_usize(size)).map(|block| {
        bytes.clear();
        bytes.extend(block.iter().flat_map(|token| token.to_le_bytes()));
        fingerprint.add(&bytes);
        fingerprint.value()
    });
    values.collect()
}
