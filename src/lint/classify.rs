//! Concerns: what about a value or tag keeps a cache from serving what stands behind it, as far as its wording tells.
//!
//! Each place has one concern, so that one place has one finding of those rules.

use std::sync::LazyLock;

use regex::Regex;

use super::rule::pattern;
use crate::template::class::is_constant_by_convention;
use crate::template::volatile::{ValueKind, words};
use crate::template::{Constants, Fragment, Placeholder};

/// The reason why a place may keep a cache from serving text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Concern {
    /// A file that is not read here.
    Include,
    /// A value drawn at random, a shuffled list.
    Random,
    /// A collection without a fixed order.
    Unordered,
    /// A loop over examples that are not sorted.
    Examples,
    /// JSON whose keys stand in no fixed order.
    Json,
    /// A user's name or id in a system message.
    User,
    /// A turn, a step, an attempt.
    Counter,
    /// A date, a time, an id, a seed.
    Moment,
    /// It was declared to be the same in each request.
    Declared,
    /// Whatever a request brings.
    Other,
}

/// Words that make a name a setting: `date_format`, `max_step`, `model_id`.
const SETTINGS: [&str; 33] = [
    "format",
    "zone",
    "timezone",
    "max",
    "min",
    "limit",
    "total",
    "budget",
    "range",
    "style",
    "model",
    "agent",
    "app",
    "tool",
    "bot",
    "project",
    "repo",
    "tenant",
    "language",
    "loop",
    "cutoff",
    "until",
    "constraint",
    "constraints",
    "timeframe",
    "timeout",
    "horizon",
    "window",
    "complexity",
    "scale",
    "connector",
    "channel",
    "provider",
];

const COUNTERS: [&str; 7] = ["turn", "step", "iteration", "attempt", "counter", "seq", "sequence"];

const NUMBERS: [&str; 7] = ["number", "num", "count", "counter", "index", "idx", "no"];

const PERSONS: [&str; 13] = [
    "user", "customer", "client", "member", "visitor", "patient", "student", "employee", "person", "caller", "first",
    "last", "full",
];

const EXAMPLES: [&str; 11] = [
    "example",
    "examples",
    "shot",
    "shots",
    "demo",
    "demos",
    "demonstration",
    "demonstrations",
    "fewshot",
    "fewshots",
    "exemplars",
];

/// Words of values that are meant to be the same in each request when they are written as JSON.
const REUSABLE: [&str; 13] = [
    "tool",
    "tools",
    "function",
    "functions",
    "schema",
    "schemas",
    "spec",
    "catalog",
    "catalogue",
    "config",
    "examples",
    "glossary",
    "taxonomy",
];

/// Tells whether an expression lists a collection without a fixed order. The dictionaries of code keep the order in which they were filled;
/// those that a template is given may have been filled anywhere.
fn is_unordered(code: &str) -> bool {
    let is_tag = code.starts_with(['{', '<', '$', '[']);
    if is_tag { UNORDERED.is_match(code) } else { UNORDERED_IN_CODE.is_match(code) }
}

/// The concern of a value or a choice.
pub(super) fn classify(fragment: &Fragment, is_system: bool, constants: &Constants) -> Concern {
    let written = fragment.written();
    let code = LITERAL.replace_all(written, "''");
    let names = words(&code);
    let has = |known: &[&str]| names.iter().any(|word| known.contains(&word.as_str()));
    let is_sorted = code.contains("sort");
    if INCLUDE.is_match(&code) {
        Concern::Include
    } else if RANDOM.is_match(&code) {
        Concern::Random
    } else if is_declared(&code, constants) {
        Concern::Declared
    } else if is_unordered(&code) && !is_sorted && !CONDITION.is_match(&code) {
        Concern::Unordered
    } else if LOOP.captures(&code).is_some_and(|found| has_any(&found[1], &EXAMPLES)) && !is_sorted && !is_test(&code) {
        Concern::Examples
    } else if matches!(fragment, Fragment::Choice(_)) || is_block(&code) {
        Concern::Other
    } else if is_unsorted_json(&code) && (has(&REUSABLE) || REPARSED.is_match(&code)) {
        Concern::Json
    } else if is_constant(fragment) {
        Concern::Other
    } else if CLOCK.is_match(&code) {
        Concern::Moment
    } else if has(&SETTINGS) {
        Concern::Other
    } else if is_system && is_person(&names) {
        Concern::User
    } else if is_counter(&names) || has(&["count"]) && has(&["request", "call", "message"]) {
        Concern::Counter
    } else if is_of_a_record(&code) {
        Concern::Other
    } else if matches!(ValueKind::guess(&code), ValueKind::Time | ValueKind::Id | ValueKind::Random) {
        Concern::Moment
    } else {
        Concern::Other
    }
}

/// The concern of a value that code binds to an expression.
pub(super) fn classify_bound(written: &str, is_system: bool, constants: &Constants) -> Concern {
    let value = Placeholder { written: written.to_owned(), names: Vec::new(), span: 0..0, unread: None, class: None };
    classify(&Fragment::Value(value), is_system, constants)
}

/// Tells whether a tag of Handlebars asks for a value and goes over nothing.
fn is_test(code: &str) -> bool {
    let name = code.trim_start_matches(['{', '~', '#', '^']);
    ["if ", "unless ", "with "].iter().any(|test| name.starts_with(test))
}

/// A name in capitals that speaks of no time and of no request.
fn is_constant(fragment: &Fragment) -> bool {
    matches!(fragment, Fragment::Value(value) if is_constant_by_convention(value.expression().trim()))
}

/// A number of a turn or a step: the word stands last, or a word for a number does, and it is not the step's own text.
fn is_counter(names: &[String]) -> bool {
    let is_told = |at: usize| {
        let rest = &names[at + 1..];
        let is_number = rest.is_empty() || rest.iter().all(|word| NUMBERS.contains(&word.as_str()));
        let is_text = at > 0 && ["this", "prev", "previous", "next", "stop"].contains(&names[at - 1].as_str());
        is_number && !is_text
    };
    names.iter().enumerate().any(|(at, name)| COUNTERS.contains(&name.as_str()) && is_told(at))
}

/// A time that a thing has, as a document its date: it comes with the thing.
fn is_of_a_record(code: &str) -> bool {
    const CLOCKS: [&str; 26] = [
        "now", "datetime", "date", "time", "clock", "calendar", "today", "current", "system", "sys", "env", "context",
        "ctx", "config", "settings", "session", "self", "this", "state", "inputs", "input", "request", "params",
        "args", "data", "vars",
    ];
    let found = OF_A_RECORD.captures(code);
    found.is_some_and(|found| words(&found[1]).last().is_some_and(|thing| !CLOCKS.contains(&thing.as_str())))
}

/// A loop over what is the same in each request.
fn is_declared(code: &str, constants: &Constants) -> bool {
    LOOP.captures(code).is_some_and(|found| {
        let name = found[1].split(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap_or_default();
        constants.contains_key(name)
    })
}

/// A tag of Handlebars that begins or ends a block.
fn is_block(code: &str) -> bool {
    ["{{#", "{{^", "{{/", "{%"].iter().any(|open| code.starts_with(open))
}

fn is_unsorted_json(code: &str) -> bool {
    JSON.is_match(code) && !SORTED_JSON.is_match(code)
}

/// Tells whether it is written by something that sorts keys in some engines and not in others.
pub(super) fn is_tojson(written: &str) -> bool {
    written.contains("tojson") && !written.contains("sort_keys")
}

fn is_person(names: &[String]) -> bool {
    let has = |known: &[&str]| names.iter().any(|word| known.contains(&word.as_str()));
    has(&["username", "firstname", "lastname", "fullname", "nickname", "userid"])
        || has(&PERSONS) && has(&["name", "email", "id", "profile", "phone", "address"])
}

fn has_any(code: &str, known: &[&str]) -> bool {
    words(code).iter().any(|word| known.contains(&word.as_str()))
}

static LITERAL: LazyLock<Regex> = LazyLock::new(|| pattern(r#"'[^']*'|"[^"]*""#));
/// A clock that is asked, whatever it is told of zones and formats.
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\b(?:now|utcnow|today)\s*\(|\b(?:Date|DateTime|DateTimeOffset|datetime|Instant|Time|time|zone)\.(?:now|Now|UtcNow|utcnow|today|Today|current)\b|\bnew Date\(\s*\)",
    )
});
static OF_A_RECORD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^[{$<%=\s-]*(?:\w+\()?([a-z]\w*)\.(?:get)?(?:[Dd]ate|[Tt]ime|[Tt]imestamp|created_?[Aa]t|updated_?[Aa]t|published_?[Aa]t)(?:\(\))?\)?[}%>\s-]*$",
    )
});
static INCLUDE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:\{%[-+]?\s*(?:include|extends|import|from)\b|\{\{~?>|\{\{-?\s*template\s+[\x22'`$.])")
});
static RANDOM: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\|\s*(?:random|shuffle)\b|\b(?:random|shuffle|randint|randrange|rand)\s*[.(]|\.(?:shuffle|sample)\b")
});
static CONDITION: LazyLock<Regex> = LazyLock::new(|| pattern(r"^\{%[-+]?\s*(?:el)?if\b"));
static UNORDERED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\.(?:items|keys|values)\(\)|\bset\s*\(|\b(?:listdir|glob)\s*\(|\|\s*items\b"));
static UNORDERED_IN_CODE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"\b(?:frozen)?set\s*\(|\b(?:listdir|scandir|iterdir|r?glob|iglob|walk|readdirSync)\s*\(")
});
static LOOP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:\{%[-+]?\s*for\s+[\w\s,()]+?\s+in\s+|\{\{~?#\s*(?:each\s+)?|<%=?-?\s*)(.+?)[-~]?(?:%\}|\}\}|%>|$)")
});
static JSON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"\|\s*(?:tojson|to_json|json|json_encode|dump)\b|\bjson\.dumps\s*\(|JSON\.stringify\s*\(|\.to_json\b|JSON\.generate|^\{\{\{?\s*json(?:ify)?\s",
    )
});
static SORTED_JSON: LazyLock<Regex> = LazyLock::new(|| pattern(r"sort_keys\s*=\s*[Tt]rue|\|\s*(?:dict)?sort\b"));
static REPARSED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"dumps\s*\(\s*json\.loads|stringify\s*\(\s*JSON\.parse|from_?json.*to_?json"));

#[cfg(test)]
mod tests {
    use super::*;

    fn concern(written: &str) -> Concern {
        let value = Placeholder { written: written.into(), names: Vec::new(), span: 0..1, unread: None, class: None };
        classify(&Fragment::Value(value), true, &Constants::from([("stable_examples".into(), None)]))
    }

    #[test]
    fn the_wording_tells_the_concern() {
        let told = [
            ("{{ now().strftime('%H:%M') }}", Concern::Moment),
            ("{{ sessionId }}", Concern::Moment),
            ("{{ user.name }}", Concern::User),
            ("{{ turn }}", Concern::Counter),
            ("{{ request_count }}", Concern::Counter),
            ("{{ state.step_number }}", Concern::Counter),
            ("{{ step_by_step_plan }}", Concern::Other),
            ("{{ previous_step }}", Concern::Other),
            ("{{ examples | random }}", Concern::Random),
            ("{{ random.choice(greetings) }}", Concern::Random),
            ("{% for t in tools.values() %}", Concern::Unordered),
            ("{% if tools and tools.values() | list %}", Concern::Other),
            ("skills.items()", Concern::Other),
            ("set(names)", Concern::Unordered),
            ("os.listdir(folder)", Concern::Unordered),
            ("{% for t in tools.values() | sort %}", Concern::Other),
            ("{% for e in few_shot_examples %}", Concern::Examples),
            ("{% for e in few_shot_examples | sort(attribute='id') %}", Concern::Other),
            ("{{#each examples}}", Concern::Examples),
            ("{{#if has.examples}}", Concern::Other),
            ("{{timeConstraint}}", Concern::Other),
            ("{% for e in stable_examples %}", Concern::Declared),
            ("{{ tools | tojson }}", Concern::Json),
            ("{{ tools | tojson(sort_keys=true) }}", Concern::Other),
            ("{{ json.dumps(json.loads(body)) }}", Concern::Json),
            ("{% include 'rules.j2' %}", Concern::Include),
            ("{{> rules }}", Concern::Include),
            ("orUnknown(minute.date())", Concern::Other),
            ("{{ doc.created_at }}", Concern::Other),
            ("{{ context.date }}", Concern::Moment),
            ("datetime.now(timezone.utc).strftime(date_format)", Concern::Moment),
            ("::Time.zone.now.strftime('%a')", Concern::Moment),
            ("new Date().toLocaleString(locale, {timeZone: zone, dateStyle: 'full'})", Concern::Moment),
            ("DateTime.UtcNow.ToString(format)", Concern::Moment),
            ("Time.zone", Concern::Other),
            ("{{template \"rules.tmpl\" .}}", Concern::Include),
        ];
        for (written, expected) in told {
            assert_eq!(concern(written), expected, "{written}");
        }
    }

    #[test]
    fn a_wording_that_only_sounds_volatile_is_of_no_concern() {
        let innocent = [
            "{{ question | default('what is the date?') }}",
            "{{ date_format }}",
            "{{ max_step }}",
            "{{ model_id }}",
            "{{ loop.index }}",
            "{{ candidate }}",
            "{{ answer | tojson }}",
            "{% if user.name %}",
            "{{ n }}",
            "{{ randomised_trial }}",
            "{{ COMMIT_STYLE }}",
            "{{ SESSION_POLICY }}",
        ];
        for written in innocent {
            assert_eq!(concern(written), Concern::Other, "{written}");
        }
    }
}
