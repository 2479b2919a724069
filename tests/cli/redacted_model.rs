//! A model of redacted lines: each value in them is of a kind that docs/privacy.md lists, and no field is in them that is not here.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::program::{ROOT, run};

/// A kind of value.
#[derive(Clone, Copy, Debug)]
enum Kind {
    /// A number or a truth value.
    Number,
    /// A time, as RFC 3339 writes it.
    Time,
    /// Hexadecimal digits, as many.
    Hex(usize),
    /// One of these words.
    Word(&'static [&'static str]),
    /// A name of public words, numbers and fingerprints.
    PublicName,
    /// A word of this program: a format, a profile, a seller, a reason.
    Ours,
    /// A decimal number.
    Decimal,
    /// `source 2:17`.
    Origin,
}

const MODEL: &[(&str, Kind)] = &[
    ("/cachecheck", Kind::Number),
    ("/origin", Kind::Origin),
    ("/format", Kind::Ours),
    ("/api", Kind::Ours),
    ("/seller", Kind::Ours),
    ("/time", Kind::Time),
    ("/end_time", Kind::Time),
    ("/host", Kind::PublicName),
    ("/session", Kind::Hex(16)),
    ("/explicit_cache", Kind::Hex(16)),
    ("/scope", Kind::Hex(16)),
    ("/scope/account", Kind::Hex(16)),
    ("/scope/key", Kind::Hex(16)),
    ("/scope/user_id", Kind::Hex(16)),
    ("/scope/user", Kind::Hex(16)),
    ("/scope/server", Kind::Hex(16)),
    ("/scope/salt", Kind::Hex(16)),
    ("/request/model", Kind::PublicName),
    ("/request/prompt_cache_key", Kind::Hex(16)),
    ("/request/redacted/key", Kind::Hex(16)),
    ("/request/redacted/profile", Kind::Ours),
    ("/request/redacted/block_size", Kind::Number),
    ("/request/redacted/prompt_tokens", Kind::Number),
    ("/request/redacted/core_tokens", Kind::Number),
    ("/request/redacted/output_tokens", Kind::Number),
    ("/request/redacted/fingerprints/*", Kind::Hex(32)),
    ("/request/redacted/estimated", Kind::Ours),
    ("/request/redacted/own_tools", Kind::Number),
    ("/request/redacted/unseen_from", Kind::Number),
    ("/request/redacted/unseen_fingerprint", Kind::Hex(32)),
    ("/request/redacted/block_ends/*/fingerprint", Kind::Hex(32)),
    ("/request/redacted/block_ends/*/tokens", Kind::Number),
    ("/request/redacted/block_ends/*/position", Kind::Number),
    ("/request/redacted/block_ends/*/breakpoint", Kind::Number),
    ("/request/redacted/block_ends/*/lifetime_seconds", Kind::Number),
    ("/request/blocks/hash_ids/*", Kind::Number),
    ("/request/blocks/input_length", Kind::Number),
    ("/request/blocks/output_length", Kind::Number),
    ("/request/blocks/block_size", Kind::Number),
    ("/response/model", Kind::PublicName),
    ("/response/system_fingerprint", Kind::PublicName),
    ("/usage/prompt_tokens", Kind::Number),
    ("/usage/hit_tokens", Kind::Number),
    ("/usage/written_tokens/unstated", Kind::Number),
    ("/usage/written_tokens/5m", Kind::Number),
    ("/usage/written_tokens/30m", Kind::Number),
    ("/usage/written_tokens/1h", Kind::Number),
    ("/usage/written_tokens/12h", Kind::Number),
    ("/usage/output_tokens", Kind::Number),
    ("/usage/reasoning_tokens", Kind::Number),
    ("/usage/web_searches", Kind::Number),
    ("/usage/other_prompt_tokens", Kind::Number),
    ("/usage/service_tier", Kind::Word(TIERS)),
    ("/usage/region", Kind::Word(&["regional", "us", "eu", "other"])),
    ("/usage/contradicts", Kind::Number),
    ("/usage/family", Kind::Word(&["inclusive", "exclusive"])),
    ("/usage/logged_cost", Kind::Decimal),
    ("/usage/resolved", Kind::Ours),
    ("/usage/unknown_counters/*", Kind::Hex(16)),
    ("/usage/unread_counters/*", Kind::Hex(16)),
    ("/usage/audio_tokens", Kind::Number),
    ("/usage/sum_of_requests", Kind::Number),
];

const TIERS: &[&str] = &[
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
    "other",
];

/// A word that no public name has. It is put wherever a log may have a text.
const OWN: &str = "tannhofquelle";

/// Each text and each name of a field that a value holds, replaced in turn by the customer's own word.
fn tainted(line: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    for pointer in pointers(line, "") {
        let mut with_value = line.clone();
        *with_value.pointer_mut(&pointer).unwrap() = OWN.into();
        all.push(with_value);
        let mut with_words = line.clone();
        *with_words.pointer_mut(&pointer).unwrap() = format!("deepseek {OWN} cache 7").into();
        all.push(with_words);
        let (above, name) = pointer.rsplit_once('/').unwrap();
        let name = &name.replace("~1", "/").replace("~0", "~");
        let mut with_name = line.clone();
        if let Some(object) = with_name.pointer_mut(above).and_then(Value::as_object_mut) {
            let value = object.remove(name).unwrap_or(json!(5));
            object.insert(format!("cached_{OWN}_tokens"), value);
            all.push(with_name);
        }
    }
    all
}

/// The places of all texts and numbers.
fn pointers(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(name, value)| pointers(value, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))))
            .collect(),
        Value::Array(list) => {
            list.iter().enumerate().flat_map(|(index, value)| pointers(value, &format!("{at}/{index}"))).collect()
        }
        _ => vec![at.to_owned()],
    }
}

/// All places of a redacted line, items of lists as `*`, with what stands there.
fn places<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, &'a Value)>) {
    match value {
        Value::Object(fields) => fields.iter().for_each(|(name, value)| places(value, &format!("{at}/{name}"), found)),
        Value::Array(list) => list.iter().for_each(|value| places(value, &format!("{at}/*"), found)),
        value => found.push((at.to_owned(), value)),
    }
}

/// True if a value is of a kind. `words` are those of public names.
fn is_of(kind: Kind, value: &Value, words: &BTreeSet<String>) -> bool {
    let Some(text) = value.as_str() else { return matches!(kind, Kind::Number) };
    let is_hex = |text: &str| text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let parts = || text.split(|char: char| !char.is_alphanumeric()).filter(|part| !part.is_empty());
    match kind {
        Kind::Number => false,
        Kind::Time => {
            text.len() >= 20 && text.ends_with('Z') && text[..20].bytes().filter(u8::is_ascii_digit).count() == 14
        }
        Kind::Hex(digits) => text.len() == digits && is_hex(text),
        Kind::Word(words) => words.contains(&text),
        Kind::PublicName => parts().all(|part| {
            let stem = part.to_ascii_lowercase();
            let letters = part.chars().filter(char::is_ascii_alphabetic).count();
            letters <= 2
                || is_hex(part)
                || words.contains(stem.trim_end_matches(|char: char| char.is_ascii_digit()))
                || words.contains(&stem)
        }),
        Kind::Ours => !text.contains(OWN),
        Kind::Decimal => text.parse::<f64>().is_ok(),
        Kind::Origin => {
            let place = text.strip_prefix("source ").unwrap_or("x");
            place.bytes().all(|byte| byte.is_ascii_digit() || b":#".contains(&byte))
        }
    }
}

/// Words of public names: those of price lists and profiles, and what their makers' hosts and systems are called.
fn public_words() -> BTreeSet<String> {
    let lists = ["rates --format json", "profiles --format json"];
    let mut text: String = lists.iter().map(|words| run(&words.split(' ').collect::<Vec<_>>()).good()).collect();
    text.push_str(
        " api com ai services googleapis generativelanguage bedrock runtime eu us central amazonaws openrouter aiplatform aliyuncs dashscope intl",
    );
    text.push_str(" openai azure prod kvcache azure fp anthropic codex localhost arn aws inference profile");
    text.to_ascii_lowercase().split(|char: char| !char.is_alphanumeric()).map(str::to_owned).collect()
}

/// A call with the words of usage that no fixture has.
fn rare_words() -> Value {
    let usage = json!({"input_tokens": 9, "cache_read_input_tokens": 0, "cache_creation_input_tokens": 0, "output_tokens": 2,
        "speed": "standard", "service_tier": "standard", "inference_geo": "us", "server_tool_use": {"web_search_requests": 2}});
    let request = json!({"model": "claude-opus-5", "max_tokens": 9, "messages": [{"role": "user", "content": "go"}]});
    json!({"request": request, "response": {"type": "message", "role": "assistant", "content": [], "usage": usage}})
}

#[test]
fn every_value_of_a_redacted_line_is_of_a_kind_that_is_promised() {
    let words = public_words();
    assert!(!words.contains(OWN));
    let folder = tempfile::tempdir().unwrap();
    let key = folder.path().join("key");
    std::fs::write(&key, "a key for tests, long enough").unwrap();
    let (mut lines, mut wrong) = (0, BTreeSet::new());
    let fixtures = std::fs::read_dir(format!("{ROOT}/fixtures/logs/formats")).unwrap().map(|file| file.unwrap().path());
    let rare = folder.path().join("rare.jsonl");
    std::fs::write(&rare, format!("{}\n", rare_words())).unwrap();
    for file in fixtures.chain([rare]) {
        let text = std::fs::read_to_string(&file).unwrap();
        let documents: Vec<Value> = match serde_json::from_str(&text) {
            Ok(document) => vec![document],
            Err(_) => text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect(),
        };
        // A file for each taint, so that none hides behind the copy of a call that another has; a run for each format.
        let mut names = vec![file.to_str().unwrap().to_owned()];
        for (index, document) in documents.iter().enumerate().filter(|(_, document)| document.is_object()) {
            for (taint, line) in tainted(document).iter().enumerate() {
                let mut all = documents.clone();
                all[index] = line.clone();
                let path = folder.path().join(format!("{OWN}-{index}-{taint}.jsonl"));
                std::fs::write(&path, all.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
                names.push(path.to_str().unwrap().to_owned());
            }
        }
        let options = ["parse", "--redact", "--threads", "1", "--key-file", key.to_str().unwrap()];
        let arguments: Vec<&str> = options.into_iter().chain(names.iter().map(String::as_str)).collect();
        for line in run(&arguments).stdout.lines() {
            lines += 1;
            let line: Value = serde_json::from_str(line).unwrap();
            let mut found = Vec::new();
            places(&line, "", &mut found);
            for (place, value) in found {
                let kind = MODEL.iter().find(|(known, _)| *known == place).map(|(_, kind)| *kind);
                if !kind.is_some_and(|kind| is_of(kind, value, &words)) || value.to_string().contains(OWN) {
                    wrong.insert(format!("{}: {place}: {value} ({kind:?})", file.file_name().unwrap().display()));
                }
            }
        }
    }
    assert!(lines > 1000, "{lines} lines");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.into_iter().collect::<Vec<_>>().join("\n"));
}
