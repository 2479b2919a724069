//! Streams of tokens under blocks and units. A tokenizer of our own makes each word a token, so that the oracle counts words.

use std::path::{Path, PathBuf};

use serde_json::{Map, Value, json};

use crate::chance::Chance;
use crate::{Limits, NaiveCache, options, predicted, streams};

/// Words that the tokenizer knows.
const WORDS: u64 = 4;

/// The token of the beginning, which the tokenizer itself puts before each text.
const BEGINNING: u64 = WORDS;

/// One call: the tokens of its prompt and of its answer.
struct Call {
    owner: u64,
    time: u64,
    prompt: Vec<u64>,
    answer: Vec<u64>,
}

/// A rule by which a cache keeps prefixes.
#[derive(Clone, Copy, Debug)]
enum Rule {
    Blocks(usize),
    Units(usize),
}

/// Calls that continue, repeat or change earlier ones.
fn calls(chance: &mut Chance) -> Vec<Call> {
    let (mut all, mut time): (Vec<Call>, u64) = (Vec::new(), 0);
    for _ in 0..2 + chance.below(25) {
        time += chance.below(3) * chance.below(9_000);
        let mut prompt = vec![BEGINNING];
        if !all.is_empty() {
            let earlier = &all[chance.index(all.len())];
            prompt.extend(earlier.prompt[1..].iter().chain(&earlier.answer));
            prompt.truncate(if chance.below(2) == 0 { prompt.len() } else { 1 + chance.index(prompt.len()) });
        }
        let more = u64::from(prompt.len() == 1) + chance.below(9);
        prompt.extend((0..more).map(|_| chance.below(WORDS)));
        let answer = (0..chance.below(2) * chance.below(9)).map(|_| chance.below(WORDS)).collect();
        all.push(Call { owner: chance.below(2), time, prompt, answer });
    }
    all
}

/// Hits as the documents say. The last token of a prompt is never served.
fn hits(calls: &[Call], rule: Rule, limits: Limits) -> Vec<u64> {
    let mut cache = NaiveCache::new(limits);
    let mut all = Vec::new();
    for call in calls {
        let whole: Vec<u64> = call.prompt.iter().chain(&call.answer).copied().collect();
        let is_there = |cache: &NaiveCache, end: usize| cache.serves(call.owner, &whole[..end], call.time);
        let most = call.prompt.len() - 1;
        match rule {
            // Every block up to the first that is absent, and every block is used.
            Rule::Blocks(size) => {
                let ends = (1..=most / size).map(|number| number * size);
                let served = ends.take_while(|end| is_there(&cache, *end)).count() * size;
                all.push(served as u64);
                (1..=whole.len() / size).for_each(|number| cache.write(call.owner, &whole[..number * size], call.time));
            }
            // The longest unit that is there; one is written at the end of the prompt and one at the end of the answer.
            Rule::Units(size) => {
                let mut ends = (1..=most / size).rev().map(|number| number * size);
                let served = ends.find(|end| is_there(&cache, *end)).unwrap_or(0);
                all.push(served as u64);
                if served > 0 {
                    cache.touch(call.owner, &whole[..served], call.time);
                }
                for end in [most / size * size, whole.len() / size * size] {
                    if end > 0 {
                        cache.write(call.owner, &whole[..end], call.time);
                    }
                }
            }
        }
    }
    all
}

fn written(tokens: &[u64]) -> String {
    tokens.iter().map(|token| format!("w{token} ")).collect()
}

/// The log of some calls.
fn log(calls: &[Call]) -> String {
    let line = |call: &Call| {
        let time =
            format!("2026-04-07T08:{:02}:{:02}.{:03}Z", call.time / 60_000, call.time / 1000 % 60, call.time % 1000);
        let (prompt, answer) = (written(&call.prompt[1..]), written(&call.answer));
        let mut line = json!({"timestamp": time, "owner": format!("o{}", call.owner), "request": {"model": "house", "prompt": prompt}});
        if !call.answer.is_empty() {
            line["response"] = json!({"choices": [{"text": answer, "finish_reason": "stop"}]});
        }
        line
    };
    calls.iter().map(|call| format!("{}\n", line(call))).collect()
}

/// Files that the program is given beside the log.
fn tokenizer(folder: &Path) -> PathBuf {
    let mut words: Map<String, Value> = (0..WORDS).map(|word| (format!("w{word}"), word.into())).collect();
    words.insert("<s>".into(), BEGINNING.into());
    let start = json!({"id": BEGINNING, "content": "<s>", "single_word": false, "lstrip": false, "rstrip": false, "normalized": false, "special": true});
    let text = json!([{"SpecialToken": {"id": "<s>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}]);
    let put_before = json!({"type": "TemplateProcessing", "single": text, "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
        "special_tokens": {"<s>": {"id": "<s>", "ids": [BEGINNING], "tokens": ["<s>"]}}});
    let tokenizer = json!({"version": "1.0", "truncation": null, "padding": null, "added_tokens": [start], "normalizer": null,
        "pre_tokenizer": {"type": "WhitespaceSplit"}, "post_processor": put_before, "decoder": null,
        "model": {"type": "WordLevel", "vocab": words, "unk_token": "w0"}});
    let path = folder.join("tokenizer.json");
    std::fs::write(&path, tokenizer.to_string()).unwrap();
    path
}

fn profile(folder: &Path, rule: Rule) -> PathBuf {
    let rule = match rule {
        Rule::Blocks(size) => format!("{{blocks: {{size: {size}}}}}"),
        Rule::Units(size) => format!("{{units: {{size: {size}}}}}"),
    };
    let path = folder.join("profile.yaml");
    let text =
        format!("name: house\nabout: an oracle's\nlike: vllm\nrule: {rule}\nsource: this test\nretrieved: 2026-11\n");
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn streams_of_tokens_hit_as_a_naive_cache_says() {
    let folder = tempfile::tempdir().unwrap();
    let (path, tokenizer) = (folder.path().join("log.jsonl"), tokenizer(folder.path()));
    let mut served = [0; 2];
    for seed in 0..streams(60) {
        let mut chance = Chance::new(seed);
        let (calls, limits, size) = (calls(&mut chance), chance.limits(), 1 + chance.index(4));
        let rule = if seed % 2 == 0 { Rule::Blocks(size) } else { Rule::Units(size) };
        std::fs::write(&path, log(&calls)).unwrap();
        let files = [("--profile", profile(folder.path(), rule)), ("--tokenizer", tokenizer.clone())];
        let mut options = [options(limits), vec!["--scope".into(), "/owner".into()]].concat();
        options.extend(files.iter().flat_map(|(name, path)| [(*name).to_owned(), path.to_str().unwrap().to_owned()]));
        let expected = hits(&calls, rule, limits);
        assert_eq!(predicted(&path, &options), expected, "seed {seed}: {rule:?} {limits:?}\n{}", log(&calls));
        served[usize::from(seed % 2 == 1)] += expected.iter().filter(|hits| **hits > 0).count();
    }
    assert!(served.iter().all(|served| *served > 50), "the streams hit too seldom to tell anything: {served:?}");
}
