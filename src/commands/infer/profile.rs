//! An inferred profile: values with their evidence, as YAML and as JSON.

use serde_json::{Map, Value, json};

use super::Group;
use crate::cache::Kept;
use crate::evidence::age::{AgeBound, WANTED_REUSES};
use crate::evidence::inference::{Inference, Share};
use crate::evidence::step::HitStep;
use crate::profile::Profiles;
use crate::report::text::{plural, thousands};
use crate::report::{self, Report, SCHEMA_VERSION, wrapped};
use crate::time::{SignedDuration, format_duration};

/// The profile whose template and tokenizer stand in for those of a model that no profile knows.
const STAND_IN: &str = "vllm";

/// Columns that lines of evidence take.
const COLUMNS: usize = 80;

/// A profile of which each value is known with its evidence, or not known and why.
pub(super) struct InferredProfile {
    name: String,
    like: String,
    /// Values by key; `None` where the requests do not tell.
    values: Vec<(&'static str, Option<Value>, String)>,
    calls: u64,
    has_hits: bool,
    /// Nothing but a stand-in could give what the requests do not tell.
    is_unknown: bool,
}

impl InferredProfile {
    pub(super) fn new(group: &Group, found: &Inference) -> Self {
        let known = group.profile.as_deref().filter(|name| *name != crate::simulation::BLOCK_TRACE);
        let called = group.profile.as_deref().or(group.model.as_deref()).unwrap_or("unnamed");
        let (rule, of_rule) = rule(found, known.and_then(kept_by));
        let values = vec![
            ("rule", rule, of_rule),
            minimum_evidence(found),
            answers_evidence(found),
            lifetime(found),
            delay(found),
            apart(found),
        ];
        let is_unknown = known.is_none();
        let like = known.unwrap_or(STAND_IN).to_owned();
        Self {
            name: format!("inferred-{called}"),
            like,
            values,
            calls: found.calls,
            has_hits: found.step.is_some(),
            is_unknown,
        }
    }

    /// It can be given to `--profile` without a rule that no request has shown.
    fn is_usable(&self) -> bool {
        !self.is_unknown || self.values.iter().any(|(key, value, _)| *key == "rule" && value.is_some())
    }

    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        fields.insert("name".into(), self.name.as_str().into());
        fields.insert("like".into(), self.like.as_str().into());
        for (key, value, _) in &self.values {
            if let Some(value) = value {
                fields.insert((*key).into(), value.clone());
            }
        }
        let source = format!("inferred from the reported hits of {}", plural(self.calls, "request"));
        fields.insert("source".into(), source.into());
        fields
    }

    fn evidence(&self) -> Map<String, Value> {
        self.values.iter().map(|(key, _, evidence)| ((*key).to_owned(), evidence.as_str().into())).collect()
    }

    fn yaml(&self) -> String {
        let mut text = String::new();
        let is_usable = self.is_usable();
        let mark = if is_usable { "" } else { "# " };
        if is_usable {
            for (key, value) in self.fields() {
                // JSON is YAML.
                text.push_str(&format!("{key}: {value}\n"));
            }
        } else {
            text.push_str(&format!("# {}: too little evidence for a rule\n", self.name));
        }
        text.push_str(&format!("{mark}evidence:\n"));
        for (key, evidence) in self.evidence() {
            // A quoted text goes on in the next line: YAML reads the line end as a blank.
            let line = format!("{mark}  {key}: {evidence}");
            text.push_str(&format!("{}\n", wrapped(&line, COLUMNS, &format!("{mark}    ")).join("\n")));
        }
        text
    }
}

/// Profiles as documents of one YAML stream.
pub(super) fn yaml(profiles: &[InferredProfile]) -> String {
    if profiles.is_empty() {
        return "# no request reports its hits: nothing to infer from\n".into();
    }
    let (hit, silent): (Vec<_>, Vec<_>) = profiles.iter().partition(|profile| profile.has_hits);
    let silent: Vec<String> =
        silent.iter().map(|profile| format!("#   {}: {}\n", profile.name, plural(profile.calls, "request"))).collect();
    let silent = if silent.is_empty() { String::new() } else { format!("# without any hit:\n{}", silent.concat()) };
    let (usable, rest): (Vec<_>, Vec<_>) = hit.into_iter().partition(|profile| profile.is_usable());
    let documents: Vec<String> = usable.iter().map(|profile| profile.yaml()).collect();
    let comments: String = rest.iter().map(|profile| profile.yaml()).collect();
    let several = if usable.len() > 1 { "# --profile takes one of these: --model chooses\n" } else { "" };
    format!("{silent}{comments}{several}{}", documents.join("---\n"))
}

/// The same as JSON; a value that is not known is null.
pub(super) fn json(profiles: &[InferredProfile], limited: &Report) -> Value {
    let one = |profile: &InferredProfile| {
        let mut fields = profile.fields();
        for (key, _, _) in &profile.values {
            fields.entry(*key).or_insert(Value::Null);
        }
        fields.insert("evidence".into(), profile.evidence().into());
        Value::from(fields)
    };
    let mut document =
        json!({"schema_version": SCHEMA_VERSION, "profiles": profiles.iter().map(one).collect::<Vec<_>>()});
    for (key, limits) in report::limits(limited) {
        document[key] = limits;
    }
    document
}

/// The kind of rule of a built-in profile, which rests on more requests than a log has.
fn kept_by(profile: &str) -> Option<Kept> {
    Profiles::builtin().named(profile)?.policy.kept()
}

/// The rule, if enough is known to tell the step from a part of it; its kind is that of the profile, if one is known.
fn rule(found: &Inference, known: Option<Kept>) -> (Option<Value>, String) {
    let Some(HitStep { tokens, hits, multiples, lengths }) = found.step else {
        return (None, format!("none of {} hit; some must before there is a step", plural(found.calls, "request")));
    };
    let lengths = plural(lengths, "length");
    let seen = match tokens {
        1 => format!("{} of any length, {lengths}", plural(hits, "hit")),
        _ => format!("{} of {} come in steps of {tokens}, {lengths}", thousands(multiples), plural(hits, "hit")),
    };
    let against = match found.against_half {
        0 => String::new(),
        calls => format!("; in {} half the step would have served more", plural(calls, "request")),
    };
    let wanted = found.witnesses_wanted();
    if wanted > 0 {
        let more = plural(wanted, "hit");
        return (None, format!("{seen}{against}: the step may be a part of that; {more} of other lengths would tell"));
    }
    let minimum = minimum(found);
    let explained: Vec<String> = found
        .kept
        .iter()
        .filter(|(_, share)| share.of > 0)
        .map(|(kept, Share { agreeing, of })| format!("{} {agreeing} of {of}", word(*kept)))
        .collect();
    let kept = found.kept.first().filter(|(_, share)| share.agreeing > 0).map(|(kept, _)| *kept);
    let value = match known.or(kept).unwrap_or(Kept::Blocks) {
        Kept::Blocks => json!({"blocks": with_minimum(json!({"size": tokens}), minimum)}),
        Kept::Units => json!({"units": {"size": tokens}}),
        Kept::Prompts => json!({"steps": {"size": tokens, "minimum": minimum.unwrap_or(tokens)}}),
    };
    let explained = match kept {
        Some(_) if known.is_some() => {
            format!("the kind of rule is the profile's; by these hits alone: {}", explained.join(", "))
        }
        Some(_) if is_near(found) => {
            format!("what is kept is open, since hits are explained nearly alike by {}", explained.join(", "))
        }
        Some(_) => format!("hits are explained by {}", explained.join(", ")),
        None => "no hit is explained by the log, so that nothing tells what is kept: blocks of prompt and answer are the widest".into(),
    };
    let chance = match tokens {
        1 => String::new(),
        _ => format!(" (chance that it is half of that: {})", chance(found.witnesses())),
    };
    (Some(value), format!("{seen}{against}{chance}; {explained}"))
}

/// The chance that so many witnesses agree by luck.
fn chance(witnesses: u64) -> String {
    match witnesses {
        7.. => "under 1 %".into(),
        few => format!("{} %", 100 / (1_u64 << few)),
    }
}

/// The two best candidates for what is kept are too near to tell them apart: within a tenth of the requests.
fn is_near(found: &Inference) -> bool {
    let [(_, best), (_, next), ..] = &found.kept[..] else { return false };
    (best.agreeing - next.agreeing) * 10 < best.of
}

fn word(kept: Kept) -> &'static str {
    match kept {
        Kept::Blocks => "blocks",
        Kept::Units => "units",
        Kept::Prompts => "blocks of prompts alone",
    }
}

fn with_minimum(mut rule: Value, minimum: Option<u64>) -> Value {
    if let (Some(minimum), Some(rule)) = (minimum, rule.as_object_mut()) {
        rule.insert("minimum".into(), minimum.into());
    }
    rule
}

/// The least prompt that is served, if shorter ones were seen to miss.
fn minimum(found: &Inference) -> Option<u64> {
    found.least_prompt.filter(|_| found.shorter_misses >= WANTED_REUSES)
}

fn minimum_evidence(found: &Inference) -> (&'static str, Option<Value>, String) {
    let misses = found.shorter_misses;
    let evidence = match found.least_prompt {
        None => "no prompt hit".into(),
        Some(least) if minimum(found).is_some() => {
            format!("the shortest prompt that hit has {least} tokens; {misses} shorter ones with a shared step missed")
        }
        Some(least) => format!(
            "the shortest prompt that hit has {least} tokens; {misses} shorter with a shared step missed, {WANTED_REUSES} would show a minimum"
        ),
    };
    ("minimum", None, evidence)
}

fn answers_evidence(found: &Inference) -> (&'static str, Option<Value>, String) {
    let Share { agreeing, of } = found.answers_served;
    let evidence = match of {
        0 => "no hit could reach into an earlier answer".into(),
        _ => format!("{agreeing} of {} that could reach into an earlier answer did", plural(of, "hit")),
    };
    ("answers", None, evidence)
}

fn lifetime(found: &Inference) -> (&'static str, Option<Value>, String) {
    let bound = found.lifetime;
    let spans: Vec<String> = found
        .by_age
        .iter()
        .map(|(span, Share { agreeing, of })| {
            let under = if *span == "beyond" { "older" } else { "under " };
            format!("{under}{} {agreeing} of {of}", if *span == "beyond" { "" } else { span })
        })
        .collect();
    let curve = if spans.is_empty() { "no request with times repeats a prefix".into() } else { spans.join(", ") };
    if bound.is_seen(bound.above) {
        let value = value(&bound);
        let between = interval(&bound);
        let evidence = format!("between {between}: {}; served by age of the request before: {curve}", sides(&bound));
        return ("lifetime", value.map(Value::from), evidence);
    }
    let known = match (bound.from, bound.above) {
        (Some(from), (served, all)) if served > 0 => {
            format!("open: of {} older than {} {served} were served; ", plural(all, "repeat"), duration(from))
        }
        (Some(from), _) => format!("at least {}; ", duration(from)),
        (None, _) => String::new(),
    };
    let wanted = match bound.above {
        (0, missed) if missed < WANTED_REUSES => {
            let more = plural(WANTED_REUSES - missed, "more repeat");
            format!("{more} after longer than that which miss would show its end")
        }
        _ => format!(
            "{WANTED_REUSES} repeats which miss, and nearly none that hits, after longer than that would show its end"
        ),
    };
    ("lifetime", None, format!("{known}served by age of the request before: {curve}; {wanted}"))
}

fn delay(found: &Inference) -> (&'static str, Option<Value>, String) {
    let bound = found.delay;
    if bound.is_seen(bound.below) {
        let value = value(&bound);
        return ("delay", value.map(Value::from), format!("between {}: {}", interval(&bound), sides(&bound)));
    }
    let evidence = match bound.to {
        Some(to) => {
            let wanted = plural(AgeBound::wanted(bound.below), "more request");
            format!(
                "at most {}, the youngest prefix that was served; {wanted} without a hit on a prefix first sent less long before would \
                 show one",
                duration(to)
            )
        }
        None => "no request with times continues another".into(),
    };
    ("delay", None, evidence)
}

fn apart(found: &Inference) -> (&'static str, Option<Value>, String) {
    let Share { agreeing, of } = found.between_callers;
    let evidence =
        format!("{agreeing} of {} that continue another caller's prompt were served it", plural(of, "request"));
    match (agreeing, of) {
        (_, 0) => ("apart", None, "no request continues another caller's prompt".into()),
        (0, of) if of >= WANTED_REUSES => ("apart", Some(json!(["account", "key", "user_id", "user"])), evidence),
        (served, of) if of >= WANTED_REUSES && served * 2 >= of => ("apart", Some(json!(["account"])), evidence),
        (_, of) if of < WANTED_REUSES => {
            let more = plural(WANTED_REUSES - of, "more request");
            ("apart", None, format!("{evidence}; {more} would tell"))
        }
        _ => ("apart", None, evidence),
    }
}

/// The roundest duration within a bound, if its ends are near enough to say more than a guess.
fn value(bound: &AgeBound) -> Option<String> {
    let (from, to) = (bound.from?, bound.to?);
    let micros = bound.roundest().filter(|_| to <= from.saturating_mul(2))?;
    Some(format_duration(SignedDuration::from_micros(micros)))
}

fn interval(bound: &AgeBound) -> String {
    let end = |age: Option<i64>| age.map_or_else(|| "?".into(), duration);
    format!("{} and {}", end(bound.from), end(bound.to))
}

fn sides(AgeBound { below, above, .. }: &AgeBound) -> String {
    format!("{} of {} served below, {} of {} above", below.0, below.1, above.0, above.1)
}

/// A duration for people: exact to a hundredth of its size.
fn duration(micros: i64) -> String {
    let grain =
        [(36_000_000_000, 3_600_000_000), (3_600_000_000, 60_000_000), (60_000_000, 1_000_000), (1_000_000, 10_000)];
    let grain = grain.into_iter().find(|(from, _)| micros >= *from).map_or(1000, |(_, grain)| grain);
    format_duration(SignedDuration::from_micros(micros / grain * grain))
}
