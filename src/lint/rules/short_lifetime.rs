//! Marks whose lifetime ends before the next call comes.

use crate::lint::context::{LintContext, LintedPrompt};
use crate::lint::example::Example;
use crate::lint::example::policies;
use crate::lint::marks::Mark;
use crate::lint::rule::LintRule;
use crate::report::text::plural;
use crate::report::{Finding, Severity};
use crate::time::SignedDuration;

pub(super) const RULE: LintRule = LintRule {
    id: "short-lifetime",
    severity: Severity::Warning,
    summary: "A cache breakpoint asks for less time than the logs have between requests.",
    explanation: "What a breakpoint keeps expires after its lifetime, 5 minutes at Anthropic unless it asks for an hour. If requests come later than that, each \
        writes the text again at a higher price than without a cache, and none reads it.\n\n\
        Ask for the longer time (`ttl: 1h`). It costs more to write (2 times the input price in place of 1.25 at Anthropic), and is written \
        less often. `cachecheck curve --over ttl LOG` has both costs. The rule needs logs: `cachecheck lint --logs LOG`.",
    bad: Example::new(
        "chat.yaml",
        concat!(
            "messages:\n  - role: system\n    content:\n      - type: text\n        text: ",
            policies!(),
            "\n        «cache_control: {type: ephemeral}\n  - role: user\n    content: \"{{ question }}\"\n"
        ),
    )
    .with_calls_apart(9),
    good: Example::new(
        "chat.yaml",
        concat!(
            "messages:\n  - role: system\n    content:\n      - type: text\n        text: ",
            policies!(),
            "\n        cache_control: {type: ephemeral, ttl: 1h}\n  - role: user\n    content: \"{{ question }}\"\n"
        ),
    )
    .with_calls_apart(9),
    check,
};

/// The lifetimes that a client of Anthropic can ask for, the shorter unless it asks (its page on prompt caching, 2026-09).
const ANTHROPIC: [SignedDuration; 2] = [SignedDuration::from_mins(5), SignedDuration::from_hours(1)];

/// A longer lifetime pays where it leaves at most one late call for so many: at Anthropic it does up to 6 in 10, at OpenAI up to
/// 4 in 10 (writes at 2 and 2.5 times the input price in place of 1.25, reads at a tenth).
const PAYS_BELOW: usize = 3;

/// Fewer late calls tell nothing.
const FEWEST: usize = 3;

fn check(context: &LintContext<'_>) -> Vec<Finding> {
    let prompts = context.marked_prompts();
    prompts.iter().filter_map(|(prompt, marks)| check_prompt(context, prompt, marks)).collect()
}

fn check_prompt(context: &LintContext<'_>, prompt: &LintedPrompt<'_>, marks: &[Mark]) -> Option<Finding> {
    let [short, long] = lifetimes(context);
    let mark = marks.iter().find(|mark| mark.lifetime.unwrap_or(short) < long)?;
    let kept = mark.lifetime.unwrap_or(short);
    let later_than = |lifetime: SignedDuration| prompt.gaps.iter().filter(|gap| **gap > lifetime).count();
    let (late, still_late) = (later_than(kept), later_than(long));
    if late < FEWEST || still_late * PAYS_BELOW > late {
        return None;
    }
    let usual = prompt.gaps.get(prompt.gaps.len() / 2)?;
    let message = format!(
        "This breakpoint keeps the text for {}, and {late} of {} in the logs came later than that (half of them {} or more after the request \
         before); {still_late} would if it kept it for {}.",
        in_words(kept),
        plural(prompt.gaps.len() as u64, "request"),
        in_words(*usual),
        in_words(long)
    );
    let help = Some(format!("Let the breakpoint ask for {}.", in_words(long)));
    Some(Finding { help, ..RULE.finding(context.file, mark.span.clone(), message) })
}

/// The lifetimes that a client can ask for under the rule of the prompts' model.
fn lifetimes(context: &LintContext<'_>) -> [SignedDuration; 2] {
    let profile = context.layout.profile.as_ref().filter(|profile| profile.policy.needs_block_ends());
    let asked = profile.and_then(|profile| profile.policy.asked_lifetimes());
    let micros = |micros: u64| SignedDuration::from_micros(i64::try_from(micros).unwrap_or(i64::MAX));
    match asked.as_deref() {
        Some([short, long]) => [micros(*short), micros(*long)],
        _ => ANTHROPIC,
    }
}

/// A time in whole minutes, hours where it is so many.
fn in_words(time: SignedDuration) -> String {
    let minutes = time.as_mins().unsigned_abs();
    if minutes >= 60 && minutes.is_multiple_of(60) { plural(minutes / 60, "hour") } else { plural(minutes, "minute") }
}
