//! `cachecheck compare`: pairs of logs that differ for one known reason each, which must be the largest part.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::program::{exchanges, run};

/// Traffic of a chat bot, of which one thing at a time is changed.
#[derive(Clone, Copy)]
struct Traffic {
    /// Differs between logs, so that no question is asked in both.
    seed: u64,
    sessions: u64,
    turns: u64,
    /// Seconds between turns, and between sessions.
    gaps: (i64, i64),
    /// Words of the instructions, of a question and of an answer.
    words: (u64, u64, u64),
    /// Every so many sessions are of another route, which asks once and shares nothing.
    other_route: u64,
    change: Change,
    /// Every so many reports are zero.
    lost: u64,
}

/// A change of each request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    None,
    Clock,
    Id,
    Trimmed,
    Edited,
    Tools,
    ShuffledTools,
}

const USUAL: Traffic = Traffic {
    seed: 1,
    sessions: 8,
    turns: 6,
    gaps: (60, 300),
    words: (250, 25, 40),
    other_route: 0,
    change: Change::None,
    lost: 0,
};

const VOCABULARY: [&str; 24] = [
    "account", "refund", "parcel", "invoice", "shoe", "leather", "return", "policy", "customer", "delivery", "window",
    "street", "label", "printer", "battery", "charger", "socket", "warranty", "colour", "jacket", "winter", "payment",
    "voucher", "branch",
];

fn text(seed: u64, words: u64) -> String {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let word = |_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        VOCABULARY[usize::try_from(state >> 40).unwrap() % VOCABULARY.len()]
    };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

fn tools(shift: usize) -> Value {
    let tool = |name: &str| {
        let description = format!("{name} for a customer of this shop, who has given a number");
        json!({"type": "function", "function": {"name": name, "description": description, "parameters": {"type": "object",
            "properties": {"number": {"type": "string", "description": "the number of the order that is meant"}}}}})
    };
    let mut tools = ["find_order", "cancel_order", "list_items", "open_ticket"].map(tool);
    tools.rotate_left(shift);
    tools.to_vec().into()
}

impl Traffic {
    fn lines(&self) -> Vec<Value> {
        let (instructions, question, answer) = self.words;
        let mut second = 1_775_347_200;
        let mut lines = Vec::new();
        for session in 0..self.sessions {
            let is_other = self.other_route > 0 && session % self.other_route != 0;
            let system = if is_other { "Translate.".to_owned() } else { text(7, instructions) };
            let mut messages = vec![json!({"role": "system", "content": system})];
            for turn in 0..if is_other { 1 } else { self.turns } {
                let seed = self.seed * 1_000_000 + session * 1000 + turn;
                let asked = if is_other { 300 } else { question };
                messages.push(json!({"role": "user", "content": text(seed, asked)}));
                let answer = json!({"role": "assistant", "content": text(seed + 500_000, answer)});
                let request = self.changed(json!({"model": "deepseek-chat", "messages": messages}), seed, second);
                lines.push(json!({"timestamp": second, "request": request, "response": {
                    "id": format!("call-{seed}"), "choices": [{"index": 0, "message": answer, "finish_reason": "stop"}]}}));
                messages.push(answer);
                second += self.gaps.0;
            }
            second += self.gaps.1;
        }
        lines
    }

    fn changed(&self, mut request: Value, seed: u64, second: i64) -> Value {
        let front = match self.change {
            Change::Clock => format!("Current time: {second}\n"),
            Change::Id => format!("Request {:016x}\n", seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)),
            _ => String::new(),
        };
        let messages = request["messages"].as_array_mut().unwrap();
        messages[0]["content"] = format!("{front}{}", messages[0]["content"].as_str().unwrap()).into();
        if self.change == Change::Trimmed && messages.len() > 4 {
            messages.drain(1..messages.len() - 3);
        }
        if self.change == Change::Edited {
            for message in messages.iter_mut().filter(|message| message["role"] == "assistant") {
                message["content"] = format!("{} [{}]", message["content"].as_str().unwrap(), seed % 1000).into();
            }
        }
        match self.change {
            Change::Tools => request["tools"] = tools(0),
            Change::ShuffledTools => request["tools"] = tools(usize::try_from(seed).unwrap() % 4),
            _ => {}
        }
        request
    }

    /// Writes the log, the hits that its provider reports with it.
    fn write(&self, path: &Path) -> String {
        self.reported(path);
        path.to_str().unwrap().to_owned()
    }

    /// Writes what a spend log keeps of the same calls: times, sessions and counts.
    fn write_counts(&self, path: &Path) -> String {
        let mut session = 0;
        let counts = self.reported(path).into_iter().map(|line| {
            session += u64::from(line["request"]["messages"].as_array().unwrap().len() == 2);
            let usage = &line["response"]["usage"];
            let line = json!({"timestamp": line["timestamp"], "model": line["request"]["model"],
                "session_id": format!("{}-{session}", self.seed), "usage": usage});
            format!("{line}\n")
        });
        fs::write(path, counts.collect::<String>()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// The lines with the reports, which are written too.
    fn reported(&self, path: &Path) -> Vec<Value> {
        let name = path.to_str().unwrap();
        let mut lines = self.lines();
        let text = |lines: &[Value]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
        fs::write(path, text(&lines)).unwrap();
        for (row, line) in exchanges(name, &["--no-causes"]).iter().zip(&mut lines) {
            let number = row["line"].as_u64().unwrap();
            let is_lost = self.lost > 0 && number.is_multiple_of(self.lost);
            let hits = if is_lost { 0 } else { row["hit_tokens_predicted"].as_u64().unwrap() };
            line["response"]["usage"] = json!({"prompt_tokens": row["prompt_tokens"], "completion_tokens": row["output_tokens"],
                "prompt_cache_hit_tokens": hits});
        }
        fs::write(path, text(&lines)).unwrap();
        lines
    }
}

/// A folder of its own for a test, which is gone at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("cachecheck-compare-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn compared(&self, before: &Traffic, after: &Traffic) -> Value {
        let names =
            [(before, "before.jsonl"), (after, "after.jsonl")].map(|(traffic, name)| traffic.write(&self.0.join(name)));
        serde_json::from_str(&run(&["compare", &names[0], &names[1], "--format", "json"]).good()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The same traffic over two days, as usual and with a clock before the instructions.
pub(crate) fn usual_and_with_a_clock() -> (Vec<Value>, Vec<Value>) {
    let usual = Traffic { sessions: 40, turns: 3, gaps: (60, 3600), ..USUAL };
    (usual.lines(), Traffic { change: Change::Clock, ..usual }.lines())
}

fn part(report: &Value, factor: &str) -> f64 {
    let parts = report["parts"].as_array().unwrap();
    parts.iter().find(|part| part["factor"] == factor).unwrap()["hit_ratio"].as_f64().unwrap()
}

/// Pairs with the reason for which they differ.
fn pairs() -> Vec<(&'static str, Traffic, Traffic)> {
    let after = Traffic { seed: 2, ..USUAL };
    let changed = |change| Traffic { change, ..after };
    let words = |words| Traffic { words, ..after };
    let mixed = |sessions, other_route| Traffic { sessions, other_route, ..after };
    vec![
        ("session_length", Traffic { turns: 12, ..USUAL }, Traffic { turns: 2, ..after }),
        ("session_length", Traffic { turns: 2, ..USUAL }, Traffic { turns: 9, ..after }),
        (
            "session_length",
            Traffic { turns: 8, words: (60, 25, 40), ..USUAL },
            Traffic { turns: 1, ..words((60, 25, 40)) },
        ),
        ("gaps", USUAL, Traffic { gaps: (360_000, 360_000), ..after }),
        ("gaps", USUAL, Traffic { gaps: (60, 360_000), ..after }),
        ("gaps", Traffic { gaps: (360_000, 360_000), ..USUAL }, after),
        ("mix", Traffic { sessions: 12, other_route: 0, ..USUAL }, mixed(24, 3)),
        ("mix", Traffic { sessions: 24, other_route: 2, ..USUAL }, mixed(40, 4)),
        ("prompt_size", USUAL, words((250, 250, 40))),
        ("prompt_size", USUAL, words((40, 25, 40))),
        ("prompt_size", USUAL, words((250, 25, 400))),
        ("prefix", USUAL, changed(Change::Clock)),
        ("prefix", USUAL, changed(Change::Id)),
        ("prefix", USUAL, changed(Change::Trimmed)),
        ("prefix", USUAL, changed(Change::Edited)),
        ("prefix", Traffic { change: Change::Tools, ..USUAL }, changed(Change::ShuffledTools)),
        ("prefix", Traffic { change: Change::Clock, ..USUAL }, after),
        ("prefix", Traffic { turns: 2, ..USUAL }, Traffic { turns: 5, ..changed(Change::Clock) }),
        ("provider", USUAL, Traffic { lost: 3, ..after }),
        ("provider", Traffic { lost: 2, ..USUAL }, after),
        ("provider", Traffic { lost: 10, ..USUAL }, Traffic { lost: 2, ..after }),
    ]
}

#[test]
fn the_reason_for_which_two_logs_differ_is_the_largest_part_and_the_parts_sum() {
    let folder = Folder::new("pairs");
    for (index, (reason, before, after)) in pairs().into_iter().enumerate() {
        let report = folder.compared(&before, &after);
        let parts = report["parts"].as_array().unwrap();
        let ratio = |part: &Value| part["hit_ratio"].as_f64().unwrap();
        let largest = parts.iter().max_by(|a, b| ratio(a).abs().total_cmp(&ratio(b).abs())).unwrap();
        assert_eq!(largest["factor"], reason, "pair {index}: {}", report["sentences"][0]);
        let sum: f64 = parts.iter().map(ratio).sum();
        assert!((sum - ratio(&report["difference"])).abs() < 1e-9, "pair {index}: {sum}");
        let difference = ratio(&report["after"]) - ratio(&report["before"]);
        assert!((sum - difference).abs() < 1e-9, "pair {index}: {sum} of {difference}");
    }
}

#[test]
fn sessions_of_another_length_are_no_matter_of_prefix_and_provider() {
    let folder = Folder::new("length");
    let report = folder.compared(&Traffic { turns: 30, ..USUAL }, &Traffic { turns: 2, seed: 3, ..USUAL });
    for factor in ["prefix", "provider", "gaps", "mix"] {
        assert!(part(&report, factor).abs() < f64::EPSILON, "{factor}: {report}");
    }
    assert!(part(&report, "session_length") < -0.01);
}

#[test]
fn sessions_are_known_by_name_where_the_log_holds_no_text() {
    let folder = Folder::new("counts");
    let sides = [
        (Traffic { turns: 12, ..USUAL }, "before.jsonl"),
        (Traffic { turns: 2, sessions: 40, seed: 2, ..USUAL }, "after.jsonl"),
    ];
    let names = sides.map(|(traffic, name)| traffic.write_counts(&folder.0.join(name)));
    let report: Value =
        serde_json::from_str(&run(&["compare", &names[0], &names[1], "--format", "json"]).good()).unwrap();
    let parts = report["parts"].as_array().unwrap().iter();
    let largest = parts.max_by(|a, b| {
        let size = |part: &Value| part["hit_ratio"].as_f64().unwrap_or(0.0).abs();
        size(a).total_cmp(&size(b))
    });
    assert_eq!(largest.unwrap()["factor"], "session_length", "{report}");
    assert!(part(&report, "prefix").abs() < f64::EPSILON, "{report}");
}

#[test]
fn a_log_equals_itself() {
    let folder = Folder::new("same");
    let report = folder.compared(&USUAL, &USUAL);
    assert!(report["parts"].as_array().unwrap().iter().all(|part| part["hit_ratio"].as_f64() == Some(0.0)));
    assert!(report["sentences"][0].as_str().unwrap().ends_with("the hit ratio did not change."));
}

#[test]
fn the_sentence_names_the_first_call_of_a_change() {
    let folder = Folder::new("sentence");
    let report = folder.compared(&USUAL, &Traffic { change: Change::Clock, seed: 2, ..USUAL });
    let sentence = report["sentences"][0].as_str().unwrap();
    assert!(
        sentence.contains("points because") && sentence.contains("after.jsonl:2, 2026-04-05T00:01:00Z"),
        "{sentence}"
    );
}

#[test]
fn one_log_is_split_at_a_time_or_by_its_models() {
    let folder = Folder::new("split");
    let (path, log) = (folder.0.join("log.jsonl"), folder.0.join("log.jsonl").to_str().unwrap().to_owned());
    let mut lines = USUAL.lines();
    let half = lines.len() / 2;
    let time = lines[half]["timestamp"].as_i64().unwrap();
    lines[half..].iter_mut().for_each(|line| line["request"]["model"] = "deepseek-reasoner".into());
    fs::write(&path, lines.iter().map(|line| format!("{line}\n")).collect::<String>()).unwrap();
    let compared = |flags: &[&str]| -> Value {
        serde_json::from_str(&run(&[&["compare", &log, "--format", "json"], flags].concat()).good()).unwrap()
    };
    let (by_time, by_model) = (compared(&["--split-at", &time.to_string()]), compared(&["--split-by", "model"]));
    for report in [&by_time, &by_model] {
        assert_eq!(report["before"]["requests"].as_u64().unwrap() + report["after"]["requests"].as_u64().unwrap(), 48);
    }
    assert!(part(&by_model, "mix").abs() < f64::EPSILON, "the model is what is compared");
    assert!(run(&["compare", &log]).refusal().contains("--split-at"));
    assert!(run(&["compare", &log, "--split-at", "2030-01-01"]).refusal().contains("no request from"));
}

#[test]
fn each_of_many_models_is_held_against_the_one_before_it() {
    let folder = Folder::new("steps");
    let (path, log) = (folder.0.join("log.jsonl"), folder.0.join("log.jsonl").to_str().unwrap().to_owned());
    // The second model is asked with a clock before its instructions, the third without it, the fourth in short sessions.
    let sides = [
        ("deepseek-chat", USUAL),
        ("deepseek-reasoner", Traffic { change: Change::Clock, seed: 2, ..USUAL }),
        ("deepseek-v4-flash", Traffic { seed: 3, ..USUAL }),
        ("another", Traffic { seed: 5, ..USUAL }),
        ("deepseek-v4-pro", Traffic { seed: 4, turns: 2, ..USUAL }),
    ];
    let mut text = String::new();
    for (day, (model, traffic)) in (0_i64..).zip(sides) {
        for mut line in traffic.lines() {
            line["request"]["model"] = model.into();
            line["timestamp"] = (line["timestamp"].as_i64().unwrap() + day * 86_400).into();
            text.push_str(&format!("{line}\n"));
        }
    }
    fs::write(&path, text).unwrap();
    let report: Value =
        serde_json::from_str(&run(&["compare", &log, "--split-by", "model", "--format", "json"]).good()).unwrap();
    // Nothing is reported, so that the provider's part is not known.
    let ratio = |side: &Value| side["hit_ratio"].as_f64().unwrap_or(0.0);
    let steps = report["steps"].as_array().unwrap();
    let largest = |step: &Value| {
        let parts = step["parts"].as_array().unwrap().iter();
        parts.max_by(|a, b| ratio(a).abs().total_cmp(&ratio(b).abs())).unwrap()["factor"].as_str().unwrap().to_owned()
    };
    let reasons: Vec<String> = steps.iter().map(largest).collect();
    assert_eq!(reasons, ["prefix", "prefix", "session_length"], "{:?}", report["sentences"]);
    let names: Vec<&str> = steps.iter().map(|step| step["after"]["value"].as_str().unwrap()).collect();
    assert_eq!(names, ["deepseek-reasoner", "deepseek-v4-flash", "deepseek-v4-pro"]);
    for step in steps {
        let sum: f64 = step["parts"].as_array().unwrap().iter().map(ratio).sum();
        assert!((sum - ratio(&step["difference"])).abs() < 1e-9, "{step}");
    }
    let sum: f64 = steps.iter().map(|step| ratio(&step["difference"])).sum();
    assert!((sum - (ratio(&report["after"]) - ratio(&report["before"]))).abs() < 1e-9, "{report}");
    assert!((sum - ratio(&report["difference"])).abs() < 1e-9, "{report}");
    assert_eq!(report["sentences"].as_array().unwrap().len(), 3);
    let first = report["sentences"][0].as_str().unwrap();
    assert!(first.starts_with("deepseek-chat → deepseek-reasoner: hit ratio "), "{first}");
    let notes = report["notes"].to_string();
    assert!(notes.contains("another (48 requests) has no known hits: it is left out"), "{notes}");
}

#[test]
fn a_shorter_session_passes_the_gate_and_a_clock_does_not() {
    let folder = Folder::new("gate");
    fs::write(folder.0.join("bot.txt"), "You are a bot.").unwrap();
    let config = folder.0.join("cachecheck.yaml");
    fs::write(
        &config,
        "templates: [bot.txt]\nlogs: [after.jsonl]\nbase_logs: [before.jsonl]\ngates:\n  max_hit_ratio_drop: 0.02\n",
    )
    .unwrap();
    Traffic { turns: 30, ..USUAL }.write(&folder.0.join("before.jsonl"));
    let checked = |after: &Traffic| {
        after.write(&folder.0.join("after.jsonl"));
        let run = run(&["check", "--config", config.to_str().unwrap(), "--format", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
        (run.code, report["gates"][0]["reason"].as_str().unwrap().to_owned())
    };
    let shorter = Traffic { turns: 2, seed: 2, ..USUAL };
    let (code, reason) = checked(&shorter);
    assert_eq!(code, Some(0), "{reason}");
    let (code, reason) = checked(&Traffic { change: Change::Clock, ..shorter });
    assert_eq!(code, Some(1), "{reason}");
}

#[test]
fn a_stored_report_is_a_baseline_with_the_noise_of_its_days() {
    let folder = Folder::new("stored");
    let config = folder.0.join("cachecheck.yaml");
    fs::write(&config, "logs: [after.jsonl]\nbase_report: before.json\ngates:\n  max_hit_ratio_drop: 0.02\n").unwrap();
    Traffic { turns: 5, ..USUAL }.write(&folder.0.join("after.jsonl"));
    let log = folder.0.join("after.jsonl");
    let told = run(&["simulate", log.to_str().unwrap(), "--by", "day", "--format", "json"]);
    let report: Value = serde_json::from_str(&told.stdout).unwrap();
    let checked = |report: &Value| {
        fs::write(folder.0.join("before.json"), report.to_string()).unwrap();
        let run = run(&["check", "--config", config.to_str().unwrap(), "--format", "json"]);
        let report: Value = serde_json::from_str(&run.stdout).unwrap_or_else(|_| panic!("{run:?}"));
        (run.code, report["gates"][0]["reason"].as_str().unwrap().to_owned())
    };
    let (code, reason) = checked(&report);
    assert_eq!(code, Some(0), "{reason}");
    // A better week before, of days that lie close together or far apart.
    let ratio =
        ["hit_ratio_reported", "hit_ratio_predicted"].into_iter().find(|key| report["summary"][key].is_f64()).unwrap();
    let (hit, whole) = if ratio == "hit_ratio_reported" {
        ("hit_tokens_reported", "prompt_tokens_reported")
    } else {
        ("hit_tokens_predicted", "prompt_tokens_simulated")
    };
    let better = |days: [u64; 4]| {
        let mut better = report.clone();
        better["summary"][ratio] = (report["summary"][ratio].as_f64().unwrap() + 0.1).into();
        let day = |(number, hits)| serde_json::json!({"day": format!("2026-03-0{number}"), hit: hits, whole: 1000});
        better["tables"]["by"] = (1..).zip(days).map(day).collect();
        better
    };
    let (code, reason) = checked(&better([900, 901, 900, 901]));
    assert_eq!(code, Some(1), "{reason}");
    assert!(reason.contains("beyond the noise of 4 days"), "{reason}");
    let (code, reason) = checked(&better([900, 600, 900, 600]));
    assert_eq!(code, Some(0), "{reason}");
    assert!(reason.contains("within the noise of 4 days"), "{reason}");
    fs::write(folder.0.join("before.json"), "{}").unwrap();
    let refusal = run(&["check", "--config", config.to_str().unwrap()]).refusal();
    assert!(refusal.contains("no hit ratio over all requests"), "{refusal}");
}

#[test]
fn diff_of_two_logs_points_here() {
    let refusal = run(&["diff", "monday.jsonl", "tuesday.jsonl.gz"]).refusal();
    assert!(refusal.contains("`cachecheck compare monday.jsonl tuesday.jsonl.gz`"), "{refusal}");
}

#[test]
fn reported_hits_are_not_held_against_predicted_ones() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, model: &str, usage: &Value| -> String {
        let line = |minute: u32| {
            let request =
                json!({"model": model, "messages": [{"role": "user", "content": "Which hull? ".repeat(200)}]});
            json!({"timestamp": format!("2026-04-05T09:{minute:02}:00Z"), "request": request, "response": {"usage": usage}}).to_string()
        };
        let path = folder.path().join(name);
        fs::write(&path, [line(1), line(5)].join("\n")).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let counted = json!({"prompt_tokens": 800, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 64}});
    let unknown_rule = write("a.jsonl", "a-model-of-nobody", &counted);
    let silent = write("b.jsonl", "deepseek-chat", &json!({"completion_tokens": 1}));
    for sides in [[&unknown_rule, &silent], [&silent, &unknown_rule]] {
        let refusal = run(&["compare", sides[0], sides[1]]).refusal();
        assert!(refusal.contains("reported hits are not comparable with predicted ones"), "{refusal}");
    }
}
