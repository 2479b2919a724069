//! Evidence: the order of lines, fingerprints, times and the order of keys may be missing from a log or wrong in it; the figures
//! that the provider reported beside each prompt stand in for them.

use serde_json::{Map, Value, json};

use crate::program::{fixture, read, run_with};

/// The lines of a log with tools in ten of its calls, each call at a time of its own.
fn lines() -> Vec<Value> {
    read(fixture("support-and-agent")).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// The simulated rows of each call, by its id.
pub(crate) fn simulated(lines: &[Value], flags: &[&str]) -> Vec<Value> {
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let run = run_with(&[&["simulate", "-", "--format", "jsonl"], flags].concat(), log.into_bytes());
    let mut rows: Vec<Value> = run.good().lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    for row in &mut rows {
        // The figures of a call are the same wherever its line stands.
        for place in ["line", "parent_line"] {
            row[place] = Value::Null;
        }
    }
    rows
}

pub(crate) fn without(lines: &[Value], pointers: &[(&str, &str)]) -> Vec<Value> {
    let mut lines = lines.to_vec();
    for line in &mut lines {
        for (object, key) in pointers {
            line.pointer_mut(object).and_then(Value::as_object_mut).unwrap().remove(*key);
        }
    }
    lines
}

pub(crate) fn with_sorted_keys(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            keys.into_iter().map(|key| (key.clone(), with_sorted_keys(&map[key]))).collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(with_sorted_keys).collect(),
        _ => value.clone(),
    }
}

fn sum(rows: &[Value], key: &str) -> u64 {
    rows.iter().filter_map(|row| row[key].as_u64()).sum()
}

#[test]
fn a_log_gives_the_same_figures_forwards_backwards_and_shuffled() {
    let forwards = lines();
    let backwards: Vec<Value> = forwards.iter().rev().cloned().collect();
    // Every seventh line, then the next of each, and so on.
    let shuffled: Vec<Value> =
        (0..7).flat_map(|start| forwards.iter().skip(start).step_by(7).cloned().collect::<Vec<_>>()).collect();
    let wanted = simulated(&forwards, &[]);
    assert_eq!(simulated(&backwards, &[]), wanted);
    assert_eq!(simulated(&shuffled, &[]), wanted);
    assert_ne!(simulated(&backwards, &["--order", "log"]), wanted);
}

#[test]
fn lines_that_were_moved_are_counted() {
    let mut lines = lines();
    lines.swap(3, 4);
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let said = run_with(&["simulate", "-"], log.into_bytes()).good();
    assert!(said.contains("note: 1 request was moved"), "{said}");
}

#[test]
fn a_newest_first_log_without_times_is_turned_round() {
    let forwards = without(&lines(), &[("", "timestamp")]);
    let backwards: Vec<Value> = forwards.iter().rev().cloned().collect();
    let hits = |lines: &[Value]| sum(&simulated(lines, &[]), "hit_tokens_predicted");
    assert_eq!(hits(&backwards), hits(&forwards));
}

#[test]
fn reported_counts_name_the_era_where_times_and_fingerprints_are_missing() {
    let bare = without(&lines(), &[("", "timestamp"), ("/response", "system_fingerprint")]);
    // These calls name a model of V4; what was reported of them is V3.2's.
    let renamed: Vec<Value> = bare
        .iter()
        .map(|line| {
            let mut line = line.clone();
            line["request"]["model"] = json!("deepseek-chat");
            line["response"]["model"] = json!("deepseek-chat");
            line["timestamp"] = json!("2026-05-01T00:00:00Z");
            line
        })
        .collect();
    for row in simulated(&renamed, &[]) {
        assert_eq!(row["profile"], "deepseek-v3.2", "{row}");
        assert_eq!(row["profile_basis"], "reported counts (36 of 36)", "{row}");
    }
}

#[test]
fn a_wrong_era_is_noticed_however_late_it_begins() {
    // A day of calls whose counts no profile explains, then some that V3.2 explains, all as if of V4.
    let call = |number: usize, more: u64| {
        let mut line = lines()[number % 30].clone();
        let count = line["response"]["usage"]["prompt_tokens"].as_u64().unwrap() + more;
        line["response"]["usage"] = json!({"prompt_tokens": count, "completion_tokens": 5});
        line["response"]["id"] = json!(format!("call {number}"));
        line["response"].as_object_mut().unwrap().remove("system_fingerprint");
        line["request"]["model"] = json!("deepseek-chat");
        line["timestamp"] = json!(format!("2026-05-01T00:{number:02}:00Z"));
        line
    };
    let log: Vec<Value> =
        (0..48).map(|number| call(number, if number < 40 { 1_000 + 37 * number as u64 } else { 0 })).collect();
    let rows = simulated(&log, &["--no-causes"]);
    for row in &rows[40..] {
        assert_eq!(row["prompt_tokens"], row["prompt_tokens_reported"], "{row}");
        assert_eq!(row["profile"], "deepseek-v3.2", "{row}");
    }
}

#[test]
fn counts_that_are_off_at_random_choose_no_era_and_no_order_of_keys() {
    let bare = without(&lines(), &[("/response", "system_fingerprint")]);
    // From 20 tokens too few to 20 too many, each as often: whatever another candidate counts, some calls report.
    let call = |number: u64| {
        let line = &bare[usize::try_from(number).unwrap() % bare.len()];
        let mut line = with_sorted_keys(line);
        let count = line["response"]["usage"]["prompt_tokens"].as_u64().unwrap() + number % 41 - 20;
        line["response"]["usage"] = json!({"prompt_tokens": count, "completion_tokens": 5});
        line["response"]["id"] = json!(format!("call {number}"));
        line
    };
    let calls: Vec<Value> = (0..400).map(call).collect();
    let suggested: Vec<Value> = simulated(&without(&calls, &[("/response", "usage")]), &[]);
    for (row, suggested) in simulated(&calls, &[]).iter().zip(&suggested) {
        for key in ["profile", "profile_basis", "key_order"] {
            assert_eq!(row[key], suggested[key], "{row}");
        }
    }
}

#[test]
fn reported_counts_name_the_order_of_keys_that_a_log_has_sorted() {
    let sorted: Vec<Value> = lines().iter().map(with_sorted_keys).collect();
    let rows = simulated(&sorted, &[]);
    assert!(rows.iter().all(|row| row["prompt_tokens"] == row["prompt_tokens_reported"]), "{rows:?}");
    let chosen: Vec<&str> = rows.iter().filter_map(|row| row["key_order"].as_str()).collect();
    assert!(chosen.len() == 10 && chosen.iter().all(|name| name.contains("reported counts")), "{chosen:?}");
}

#[test]
fn users_share_a_cache_unless_the_api_has_a_field_to_keep_them_apart() {
    let mut apart = lines();
    for (number, line) in apart.iter_mut().enumerate() {
        let request = line["request"].as_object_mut().unwrap();
        request.remove("user_id");
        request.insert("user".into(), json!(format!("user {number}")));
    }
    let rows = simulated(&apart, &[]);
    assert!(rows.iter().all(|row| row["scope_basis"] == "provider's rule"), "{rows:?}");
    let nobody = simulated(&without(&lines(), &[("/request", "user_id")]), &[]);
    assert_eq!(sum(&rows, "hit_tokens_predicted"), sum(&nobody, "hit_tokens_predicted"));
    // Callers that the user names stay apart.
    assert_eq!(sum(&simulated(&apart, &["--scope", "/request/user"]), "hit_tokens_predicted"), 0);
}

/// Keys as jsonb keeps them: the shorter ones first, then by their bytes.
pub(crate) fn as_jsonb(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort_by_key(|key| (key.len(), (*key).clone()));
            keys.into_iter().map(|key| (key.clone(), as_jsonb(&map[key]))).collect::<Map<_, _>>().into()
        }
        Value::Array(list) => list.iter().map(as_jsonb).collect(),
        _ => value.clone(),
    }
}

#[test]
fn keys_in_the_order_of_jsonb_are_put_back_as_well() {
    let rows = simulated(&lines().iter().map(as_jsonb).collect::<Vec<_>>(), &[]);
    assert!(rows.iter().all(|row| row["prompt_tokens"] == row["prompt_tokens_reported"]), "{rows:?}");
}

/// All members that values at this place have in any line, in the order in which they were seen first.
fn type_of(ours: &mut Value, value: &Value) {
    match value {
        Value::Object(map) => {
            if !ours.is_object() {
                *ours = json!({});
            }
            for (key, member) in map {
                type_of(&mut ours[key], member);
            }
        }
        Value::Array(list) => {
            if !ours.is_array() {
                *ours = json!([null]);
            }
            for item in list {
                type_of(&mut ours[0], item);
            }
        }
        _ => {}
    }
}

/// The value with every member of its type, `null` for those that it did not have: a store with typed structures writes it so.
fn as_typed(value: &Value, known: &Value) -> Value {
    match (value, known) {
        (Value::Object(map), Value::Object(members)) => {
            let typed = |(key, known): (&String, &Value)| {
                (key.clone(), map.get(key).map_or(Value::Null, |member| as_typed(member, known)))
            };
            members.iter().map(typed).collect::<Map<_, _>>().into()
        }
        (Value::Array(list), Value::Array(items)) => list.iter().map(|item| as_typed(item, &items[0])).collect(),
        _ => value.clone(),
    }
}

pub(crate) fn typed(lines: &[Value]) -> Vec<Value> {
    let mut known = Value::Null;
    for line in lines {
        type_of(&mut known, line);
    }
    lines.iter().map(|line| as_typed(line, &known)).collect()
}

#[test]
fn tools_of_a_typed_export_are_counted_without_the_nulls_that_it_filled_in() {
    let mut lines = lines();
    // Another client's tool, on whose account the store gives all tools these members.
    let mut other = lines[0].clone();
    other["request"]["tools"] = json!([{"function": {"strict": true, "name": "g", "parameters": {"additionalProperties": false,
        "properties": {"place": {"enum": ["a"], "type": "string"}}, "type": "object"}}, "type": "function"}]);
    other["response"] = json!({});
    lines.insert(0, other);
    let rows = simulated(&typed(&lines), &[]);
    let reported: Vec<&Value> = rows.iter().filter(|row| !row["prompt_tokens_reported"].is_null()).collect();
    assert_eq!(reported.len(), 36);
    for row in reported {
        assert_eq!(row["prompt_tokens"], row["prompt_tokens_reported"], "{row}");
    }
    let chosen: Vec<&str> = rows.iter().filter_map(|row| row["key_order"].as_str()).collect();
    assert_eq!(chosen.iter().filter(|name| name.starts_with("without nulls")).count(), 10, "{chosen:?}");
}

/// A question of its own behind tools that all calls share, so long that they fill blocks, at no time that the log tells.
fn question(number: usize, hits: u64) -> Value {
    let text = "Policies of the shop: shoes may be returned within thirty days if they were not worn. ".repeat(20);
    json!({
        "request": {
            "model": "deepseek-chat",
            "messages": [{"role": "system", "content": text}, {"role": "user", "content": format!("Question {number}?")}]
        },
        "response": {
            "system_fingerprint": "fp_eaab8d114b_prod0820_fp8_kvcache",
            "choices": [{"message": {"role": "assistant", "content": "Yes."}}],
            "usage": {"prompt_tokens": 340, "completion_tokens": 2, "prompt_cache_hit_tokens": hits,
                      "prompt_cache_miss_tokens": 340 - hits, "total_tokens": 342}
        }
    })
}

/// A call of a conversation with so many turns before it, at no time that the log tells.
fn conversation(turns: usize) -> Value {
    let mut line = question(0, 0);
    let question = |turn: usize| json!({"role": "user", "content": format!("Question {turn}?")});
    let answer = |turn: usize| json!({"role": "assistant", "content": format!("Answer {turn}.")});
    let mut messages = vec![line["request"]["messages"][0].clone()];
    messages.extend((0..turns).flat_map(|turn| [question(turn), answer(turn)]));
    messages.push(question(turns));
    line["request"]["messages"] = messages.into();
    line["response"] = json!({"choices": [{"message": answer(turns)}]});
    line
}

/// The predicted hits of each call.
fn predicted(lines: &[Value]) -> Vec<u64> {
    simulated(lines, &[]).iter().map(|row| row["hit_tokens_predicted"].as_u64().unwrap()).collect()
}

#[test]
fn a_second_recording_in_a_log_without_times_is_told_by_its_misses() {
    // Questions, and the same again, of which some miss what they share with all before.
    let served = predicted(&[question(1, 0), question(2, 0)])[1];
    let first = (0..8).map(|number| question(number, if number == 0 { 0 } else { served }));
    let again = |missed| (0..8).map(move |number| question(number, if number < missed { 0 } else { served }));
    // One miss can be anything.
    let one: Vec<Value> = first.clone().chain(again(1)).collect();
    assert_eq!(predicted(&one)[8], served);
    // Calls that all miss at the same time see neither the first recording nor each other.
    let all: Vec<Value> = first.chain(again(8)).collect();
    assert_eq!(predicted(&all)[8..], [0; 8]);
    let log: String = all.iter().map(|line| format!("{line}\n")).collect();
    let said = run_with(&["simulate", "-"], log.into_bytes()).good();
    assert!(said.contains("lines without a time are placed by the reported hits"), "{said}");
}

/// The report of `simulate` as JSON.
fn report(lines: &[Value]) -> Value {
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let run = run_with(&["simulate", "-", "--format", "json", "--no-causes"], log.into_bytes());
    serde_json::from_str(&run.good()).unwrap()
}

fn names(report: &Value, list: &str, key: &str, name: &str) -> bool {
    report[list].as_array().unwrap().iter().any(|one| one[key] == name)
}

#[test]
fn the_direction_of_single_questions_is_told_by_their_hits() {
    let served = predicted(&[question(1, 0), question(2, 0)])[1];
    let forwards: Vec<Value> = (0..6).map(|number| question(number, if number == 0 { 0 } else { served })).collect();
    let backwards: Vec<Value> = forwards.iter().rev().cloned().collect();
    assert_eq!(predicted(&backwards), predicted(&forwards), "rows come in the order of replay");
    assert!(names(&report(&backwards), "caveats", "code", "direction"), "{}", report(&backwards)["caveats"]);
    assert!(names(&report(&backwards), "caveats", "code", "moved"));
    assert!(!names(&report(&forwards), "caveats", "code", "direction"));
    // It is about the whole log: no number of requests, and no line.
    let caveats = report(&backwards)["caveats"].clone();
    let direction = caveats.as_array().unwrap().iter().find(|caveat| caveat["code"] == "direction").unwrap();
    assert_eq!((&direction["requests"], &direction["first"]), (&Value::Null, &json!([])));
    // Hits that agree with both directions alike leave the order open, which is listed.
    let open: Vec<Value> = (0..6).map(|number| question(number, if number == 2 { 0 } else { served })).collect();
    assert!(names(&report(&open), "assumptions", "assumption", "order"), "{}", report(&open)["assumptions"]);
    assert!(!names(&report(&forwards), "assumptions", "assumption", "order"));
    assert!(!names(&report(&backwards), "assumptions", "assumption", "order"));
}

#[test]
fn without_times_answers_and_hits_a_log_is_turned_round_by_prompts_that_go_on() {
    let forwards = without(&lines(), &[("", "timestamp"), ("", "response")]);
    let backwards: Vec<Value> = forwards.iter().rev().cloned().collect();
    let wanted = simulated(&forwards, &[]);
    assert_eq!(simulated(&backwards, &[]), wanted);
    assert_ne!(simulated(&backwards, &["--order", "log"]), wanted);
}

#[test]
fn a_line_that_others_outvote_on_the_direction_is_replayed_as_well() {
    // The second turn stands before the first, the third and fourth behind them.
    let lines: Vec<Value> = [1, 0, 2, 3].map(conversation).into();
    let rows = simulated(&lines, &[]);
    assert_eq!(rows.len(), lines.len());
}

#[test]
fn calls_without_a_time_may_have_found_nothing() {
    for row in simulated(&[question(1, 0), question(2, 0)], &[]) {
        assert_eq!(row["hit_tokens_min"], 0, "{row}");
    }
}

#[test]
fn hits_that_nothing_in_the_log_explains_raise_what_later_calls_may_be_served() {
    let timed = |number: usize, hits: u64| {
        let mut line = question(number, hits);
        line["timestamp"] = json!(format!("2026-01-0{}T00:00:00Z", number + 1));
        line["request"]["messages"][0]["content"] = json!(format!("{number} {}", "word ".repeat(200)));
        line
    };
    let count = |lines: &[Value]| {
        let mut line = lines[0].clone();
        line["response"] = json!({});
        simulated(&[line], &[])[0]["prompt_tokens"].as_u64().unwrap()
    };
    let with_count = |mut line: Value| {
        let tokens = count(&[line.clone()]);
        line["response"]["usage"]["prompt_tokens"] = json!(tokens);
        let hits = line["response"]["usage"]["prompt_cache_hit_tokens"].as_u64().unwrap();
        line["response"]["usage"]["prompt_cache_miss_tokens"] = json!(tokens - hits);
        line
    };
    let most = |lines: &[Value]| simulated(lines, &[]).last().unwrap()["hit_tokens_max"].as_u64().unwrap();
    let quiet = [with_count(timed(1, 0)), with_count(timed(2, 0))];
    let shared = [with_count(timed(1, 128)), with_count(timed(2, 0))];
    assert_eq!(most(&quiet), 0);
    assert_eq!(most(&shared), (count(&[timed(2, 0)]) - 1) / 64 * 64);
    // The call that was served so much does not speak for itself.
    assert_eq!(simulated(&shared, &[])[0]["hit_tokens_max"], 0);
}

#[test]
fn looking_per_team_changes_no_prediction() {
    let mut lines = lines();
    for (number, line) in lines.iter_mut().enumerate() {
        let team = if number % 2 == 0 { "red" } else { "blue" };
        line["metadata"] = json!({"team": team});
    }
    let log: String = lines.iter().map(|line| format!("{line}\n")).collect();
    let report = |flags: &[&str]| -> Value {
        let run = run_with(&[&["simulate", "-", "--format", "json"], flags].concat(), log.clone().into_bytes());
        serde_json::from_str(&run.good()).unwrap()
    };
    let whole = report(&[]);
    let by_team = report(&["--by", "day,model,/metadata/team"]);
    assert_eq!(by_team["summary"], whole["summary"]);
    let rows = by_team["tables"]["by"].as_array().unwrap();
    assert_eq!(rows.len(), 4, "two days of two teams: {rows:?}");
    assert!(rows.iter().all(|row| row["model"] == "deepseek-chat" && row["day"].is_string()));
    let hits = |row: &Value| row["hit_tokens_predicted"].as_u64().unwrap();
    assert_eq!(rows.iter().map(hits).sum::<u64>(), whole["summary"]["hit_tokens_predicted"].as_u64().unwrap());
    let teams: Vec<&str> = rows.iter().map(|row| row["/metadata/team"].as_str().unwrap()).collect();
    assert_eq!(teams, ["blue", "red", "blue", "red"]);
    // Of a pointer that leads to nothing nothing is said.
    assert_eq!(report(&["--by", "/metadata/nothing"])["tables"]["by"][0]["/metadata/nothing"], Value::Null);
}

#[test]
fn assumptions_that_nothing_can_judge_are_listed_with_what_they_could_change() {
    let whole = lines();
    assert_eq!(report(&whole)["assumptions"], json!([]), "times, fingerprints and reported figures are there");
    let mut silent = without(&whole, &[("", "timestamp"), ("/response", "system_fingerprint"), ("/response", "usage")]);
    for (number, line) in silent.iter_mut().enumerate() {
        line["request"]["user_id"] = json!(format!("user {}", number % 3));
        *line = with_sorted_keys(line);
    }
    let report = report(&silent);
    let named = |kind: &str| {
        let all = report["assumptions"].as_array().unwrap();
        all.iter().find(|one| one["assumption"] == kind).unwrap_or_else(|| panic!("no {kind} in {all:?}")).clone()
    };
    for kind in ["era", "key-order", "spacing", "scope"] {
        let one = named(kind);
        assert!(one["support"].is_null() && one["could_change_tokens"].as_u64().unwrap() > 0, "{one}");
        assert!(one["choice"].is_string() && one["basis"].is_string(), "{one}");
    }
    // Without any time every predicted hit may have been forgotten.
    assert_eq!(named("spacing")["could_change_tokens"], report["summary"]["hit_tokens_predicted"]);
    assert_eq!(named("key-order")["requests"], 10);
}
