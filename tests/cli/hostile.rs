//! Templates, logs and tokenizers made to exhaust the stack, the memory or the patience of whoever reads them.

use std::fs;
use std::path::Path;

use serde_json::json;

use crate::program::run;

/// A template in each syntax that nests or opens without end.
fn templates() -> Vec<(&'static str, String)> {
    let around = |start: &str, inside: &str, end: &str, times: usize| start.repeat(times) + inside + &end.repeat(times);
    let expression = |chain: &str| format!("{{{{ a {}b }}}}", chain.repeat(50_000));
    vec![
        ("loops.j2", around("{% for x in xs %}", "hi", "{% endfor %}", 14)),
        ("conditions.j2", around("{% if a %}", "hi", "{% endif %}", 3000)),
        ("branches.j2", format!("{{% if a %}}{}{{% endif %}}", "{% elif b %}x".repeat(20_000))),
        ("not.j2", format!("{{{{ {}a }}}}", "not ".repeat(50_000))),
        ("minus.j2", format!("{{{{ {}a }}}}", "-".repeat(50_000))),
        ("brackets.j2", format!("{{{{ {} }}}}", around("(", "a", ")", 50_000))),
        ("lists.j2", format!("{{{{ {} }}}}", around("[", "a", "]", 50_000))),
        ("joined.j2", expression("~ b ")),
        ("otherwise.j2", expression("if c else ")),
        ("compared.j2", expression("< b ")),
        ("attributes.j2", format!("{{{{ a{} }}}}", ".b".repeat(50_000))),
        ("indices.j2", format!("{{{{ a{} }}}}", "[0]".repeat(50_000))),
        ("ends.j2", format!("{{{{ '}}}}' {}}}}}", "~ a ".repeat(50_000))),
        ("grown.py", grown()),
        ("rebound.py", repeated("prompt = \"Rule.\" + prompt", 10_000)),
        ("formatted.py", repeated("prompt = (prompt + \"Rule {}.\").format(flags)", 10_000)),
        ("stripped.py", repeated("prompt = (prompt + \" Rule.\").strip()", 10_000)),
        ("sent.py", repeated("prompt += \"Rule.\"; client.chat(prompt=prompt + \"End.\")", 4000)),
        ("spread.py", repeated("m = [*m, {\"role\": \"user\", \"content\": \"Rule.\"}]", 10_000)),
        (
            "chats.py",
            repeated("m.append({\"role\": \"user\", \"content\": \"a b\"}); client.chat(messages=m + [x])", 4000),
        ),
        ("tools.py", tools(4000)),
        ("raw.j2", "{% raw %}".repeat(20_000)),
        ("ranges.tmpl", around("{{ range .Xs }}", "hi", "{{ end }}", 60)),
        ("each.hbs", around("{{#each xs}}", "hi", "{{/each}}", 60)),
        ("brackets.py", format!("SYSTEM_PROMPT = {}", around("(", "\"hi\"", ")", 20_000))),
        ("literals.ts", format!("const systemPrompt = {};", around("`a ${", "x", "}`", 2000))),
        ("aliases.yaml", aliases()),
        ("open.j2", "{% ".repeat(100_000)),
        ("open.txt", "{{ ".repeat(100_000)),
        ("braces.txt", "{".repeat(300_000)),
        ("comments.txt", "{#".repeat(100_000)),
        ("open.yaml", format!("system: |\n  {}\n", "{{ ".repeat(50_000))),
        ("lists.yaml", around("[", "a", "]", 20_000)),
        ("lists.json", around("[", "1", "]", 20_000)),
        ("keys.yaml", (0..20_000).map(|at| format!("k{at}: [x]\n")).collect()),
        ("lists.toml", format!("a = {}", around("[", "1", "]", 20_000))),
        ("sections.mustache", around("{{#a}}", "hi", "{{/a}}", 5000)),
        ("conditions.hbs", around("{{#if a}}", "hi", "{{/if}}", 5000)),
        ("conditions.erb", around("<% if a %>", "hi", "<% end %>", 5000)),
    ]
}

/// A function that lets a prompt, a list and messages grow under one condition after another, most of them in a name of its own.
fn grown() -> String {
    let mut code = "def f(flags):\n  prompt = \"You are a bot.\"\n  parts = []\n".to_owned();
    for at in 0..4000 {
        code.push_str(&format!("  if flags[{at}]:\n    prompt += \"Rule {at}.\"\n    parts.append(\"Part {at}.\")\n"));
        code.push_str(&format!("    other_{at} = prompt\n  else:\n    prompt = prompt + \"No rule {at}.\"\n"));
    }
    code + "  return client.chat(messages=[{\"role\": \"system\", \"content\": prompt}])\n"
}

/// A function that does the same with a prompt or messages so many times.
fn repeated(step: &str, times: usize) -> String {
    let start = "def f(flags):\n  prompt = \"You are a bot.\"\n  m = [{\"role\": \"system\", \"content\": prompt}]\n";
    let end =
        "  client.chat(messages=m)\n  return client.chat(messages=[{\"role\": \"system\", \"content\": prompt}])\n";
    format!("{start}{}{end}", format!("  {step}\n").repeat(times))
}

/// A list of so many tools, each with a parameter.
fn tools(count: usize) -> String {
    let tool = "{\"name\": \"t\", \"description\": \"Finds it.\", \"parameters\": {\"a\": {\"description\": \"Its name.\"}}},\n";
    format!("TOOLS = [\n{}]\nclient.chat(tools=TOOLS)\n", tool.repeat(count))
}

/// A document of a few lines whose lists hold each other nine times, ten levels deep.
fn aliases() -> String {
    let level = |number: u32| format!("l{number}: &l{number} [{}]\n", vec![format!("*l{}", number - 1); 9].join(", "));
    format!("l0: &l0 [x]\n{}", (1..10).map(level).collect::<String>())
}

#[test]
fn a_template_that_makes_too_much_is_cut_short_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let doubled = "{% set a = a ~ a ~ a ~ a %}".repeat(30);
    let captured = "{% set a %}{{ a }}{{ a }}{{ a }}{% endset %}".repeat(30);
    let loops = "{% for x in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10] %}".repeat(14);
    for (name, text) in [
        ("texts.j2", format!("{{% set a = 'xxxxxxxxxx' %}}{doubled}{{{{ a }}}}")),
        ("captured.j2", format!("{{% set a %}}{{{{ x }}}}yyy{{% endset %}}{captured}{{{{ a }}}}")),
        ("loops.j2", format!("{loops}x{}", "{% endfor %}".repeat(14))),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let told = run(&["lint", path.to_str().unwrap()]).stdout;
        assert!(told.contains("unread-construct") && told.contains("too many loops"), "{name}: {told}");
    }
}

#[test]
fn code_that_puts_a_text_into_itself_thirty_times_is_cut_short_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let sent = "client.chat.completions.create(messages=[{'role': 'system', 'content': p}])\n";
    for step in [
        "p = f'{p} and {p}'",
        "p = p + p",
        "p += p",
        "p = f'{p}: %s and %s' % (p, p)",
        "p = (p + ': {} and {}').format(p, p)",
        "p = ' and '.join([p, p])",
        "p = (p + p).strip()",
        "p = p + ' Be kind.' if kind else 'Be kind. ' + p",
    ] {
        let code = format!("p = 'You are a helpful clerk.'\n{}{sent}", format!("{step}\n").repeat(30));
        told_unread(folder.path(), step, &code);
    }
    let sent = "client.chat.completions.create(messages=m)\n";
    for step in ["m = m + m", "m += m", "m = [*m, *m]", "m.extend(m)"] {
        let start = "m = [{'role': 'system', 'content': 'You are a helpful clerk.'}]\n";
        told_unread(folder.path(), step, &format!("{start}{}{sent}", format!("{step}\n").repeat(30)));
    }
}

#[test]
fn a_list_that_loses_one_item_after_the_other_is_read_up_to_a_step_and_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let rules: String = (0..700).map(|number| format!("'You are rule {number}. Be kind to users.', ")).collect();
    let sent = "client.chat.completions.create(messages=[{'role': 'system', 'content': '\\n'.join(l)}])\n";
    told_unread(folder.path(), "l = l[1:]", &format!("l = [{rules}]\n{}{sent}", "l = l[1:]\n".repeat(700)));
}

fn told_unread(folder: &Path, step: &str, code: &str) {
    let path = folder.join("prompt.py");
    fs::write(&path, code).unwrap();
    let told = run(&["lint", path.to_str().unwrap()]).stdout;
    assert!(told.contains("unread-construct"), "{step}: {told}");
}

#[test]
fn a_template_without_end_is_read_or_refused_and_never_crashes() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in templates() {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        let run = run(&["lint", path.to_str().unwrap()]);
        assert!(matches!(run.code, Some(0..=2)), "{name}: {:?} {}", run.code, run.stderr);
    }
}

#[test]
fn thousands_of_templates_in_a_file_are_each_compared_with_what_they_were() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, of: &str| {
        let path = folder.path().join(name);
        let prompts = (0..4000).map(|at| format!("{of}_PROMPT_{at} = \"You are the assistant of shop {at}.\"\n"));
        fs::write(&path, prompts.collect::<String>()).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (old, new) = (path("old.py", "OLD"), path("new.py", "NEW"));
    for new in [&old, &new] {
        let told = run(&["diff", &old, new, "--model", "deepseek-chat", "--format", "json"]);
        let told: serde_json::Value = serde_json::from_str(&told.stdout).unwrap();
        let rows = told["tables"]["templates"].as_array().unwrap();
        assert_eq!(rows.len(), 4000);
        assert!(rows.iter().all(|row| row["stable_prefix_tokens_old"] == row["stable_prefix_tokens_new"]));
    }
}

#[test]
fn a_call_with_eighty_thousand_arguments_is_counted() {
    let arguments: serde_json::Map<_, _> = (0..80_000).map(|number| (format!("k{number}"), number.into())).collect();
    let function = json!({"name": "f", "arguments": json!(arguments).to_string()});
    let messages = json!([{"role": "user", "content": "x"},
        {"role": "assistant", "content": null, "tool_calls": [{"id": "c", "type": "function", "function": function}]},
        {"role": "tool", "tool_call_id": "c", "content": "y"}]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.jsonl");
    fs::write(&path, json!({"model": "deepseek-chat", "messages": messages}).to_string()).unwrap();
    run(&["simulate", path.to_str().unwrap()]).good();
}

#[test]
fn a_chat_template_has_so_many_steps_and_a_tokenizer_pads_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let log = path("log.jsonl", r#"{"model": "m", "messages": [{"role": "user", "content": "a a"}]}"#);
    let endless =
        "{% for i in range(100000) %}{% for j in range(100000) %}{% if i < 0 %}x{% endif %}{% endfor %}{% endfor %}";
    let wide = "{% for i in range(20000) %}{{ 'x' * 100000 }}{% endfor %}";
    for (template, reason) in [(endless, "more than 50000000 steps"), (wide, "more than 256 MB")] {
        let template = path("template.jinja", template);
        let rows = run(&["simulate", &log, "--profile", "vllm", "--chat-template", &template, "--format", "json"]);
        assert!(rows.stdout.contains(reason) || rows.stderr.contains(reason), "{rows:?}");
    }
    let tokenizer = json!({"version": "1.0", "truncation": null,
        "padding": {"strategy": {"Fixed": 1_000_000_000}, "direction": "Right", "pad_to_multiple_of": null, "pad_id": 0, "pad_type_id": 0, "pad_token": "p"},
        "added_tokens": [], "normalizer": null, "pre_tokenizer": {"type": "Whitespace"}, "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "vocab": {"a": 0, "u": 1}, "unk_token": "u"}});
    let tokenizer = path("tokenizer.json", &tokenizer.to_string());
    run(&["simulate", &log, "--profile", "vllm", "--tokenizer", &tokenizer]).good();
}

#[test]
fn no_format_sends_a_terminal_what_it_acts_on() {
    let model = "\u{1b}[2J\u{9b}31m\u{202e}gpt\u{7f}\u{200b}";
    let request = json!({"model": model, "messages": [{"role": "user", "content": model}]});
    let usage = json!({"prompt_tokens": 9, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 0}});
    let line =
        json!({"timestamp": "2026-04-05T09:00:00Z", "request": request, "response": {"model": model, "usage": usage}});
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log.jsonl");
    fs::write(&log, format!("{line}\n")).unwrap();
    let log = log.to_str().unwrap();
    let formats = ["table", "json", "csv", "markdown", "html", "prometheus"];
    let mut commands: Vec<Vec<&str>> =
        formats.iter().map(|format| vec!["cost", log, "--by", "model", "--format", format]).collect();
    commands.extend([vec!["simulate", log, "--format", "jsonl"], vec!["parse", log]]);
    for command in &commands {
        let run = run(command);
        let text = format!("{}{}", run.stdout, run.stderr);
        let sent = text
            .chars()
            .find(|letter| letter.is_control() && !"\n\t".contains(*letter) || "\u{202e}\u{200b}".contains(*letter));
        assert!(sent.is_none() && text.contains("gpt"), "{command:?} sends {sent:?}");
    }
    let parsed: serde_json::Value = serde_json::from_str(&run(&["parse", log]).good()).unwrap();
    assert_eq!(parsed["request"]["model"], model, "escaped and not changed");
}

#[cfg(unix)]
#[test]
fn a_program_that_a_repository_names_for_git_is_not_run() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let (hook, trace) = (folder.path().join("hook.sh"), folder.path().join("trace"));
    fs::write(&hook, format!("#!/bin/sh\ntouch {}\n", trace.display())).unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(folder.path().join("p.jinja"), "You are a clerk. Today is {{ now }}.\n").unwrap();
    let git = |arguments: &[&str]| {
        let status = std::process::Command::new("git").args(arguments).current_dir(folder.path()).status();
        assert!(status.unwrap().success());
    };
    git(&["init", "-q"]);
    git(&["add", "p.jinja"]);
    git(&["config", "core.fsmonitor", hook.to_str().unwrap()]);
    run(&["lint", folder.path().to_str().unwrap()]);
    assert!(!trace.exists(), "lint ran what the repository names");
    git(&["ls-files", "--others"]);
    assert!(trace.exists(), "git itself runs it, so that the test tells something");
}
