//! The rules on their own examples, on ordinary prompts, on odd input, and against the tables they come from.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::*;
use crate::counting::Overrides;
use crate::profile::Profiles;
use crate::report::Severity;
use crate::source::SourceText;
use crate::template::Constants;
use crate::time::Timestamp;

fn layout(constants: Constants) -> Layout {
    let profile = Profiles::builtin().named("deepseek-v3.2").map(Arc::clone);
    Layout::new(profile, Some("deepseek-chat".into()), constants, Overrides::default())
}

fn linted(name: &str, text: &str) -> Vec<Finding> {
    lint(&TemplateFile::read(SourceText::new(name, text)), &layout(Constants::new()), &Gaps::default())
}

/// The findings in an example, with calls as far apart as it has them.
fn linted_example(example: &Example) -> Vec<Finding> {
    let file = TemplateFile::read(SourceText::new(example.file, example.text()));
    let mut gaps = Gaps::of_templates(file.templates.len());
    for call in example.minutes_apart.iter().flat_map(|minutes| (0..6).map(|call| call * i64::from(*minutes) * 60)) {
        gaps.add(0, Timestamp::from_second(call).unwrap());
    }
    lint(&file, &layout(Constants::new()), &gaps)
}

/// The rules that find something, without those that only measure.
fn rules(name: &str, text: &str) -> Vec<&'static str> {
    let measured = ["partial-block", "short-prefix"];
    linted(name, text).iter().map(|finding| finding.rule).filter(|rule| !measured.contains(rule)).collect()
}

#[test]
fn every_rule_finds_its_bad_example_at_the_mark_and_nothing_in_its_good_one() {
    for rule in RULES {
        let text = rule.bad.text();
        let source = SourceText::new(rule.bad.file, text.as_str());
        let marked = source.place(rule.bad.mark().unwrap_or_else(|| panic!("{}: no mark", rule.id)));
        let found = linted_example(&rule.bad);
        let own: Vec<&Finding> = found.iter().filter(|finding| finding.rule == rule.id).collect();
        assert_eq!(own.len(), 1, "{}: {found:#?}", rule.id);
        assert_eq!(own[0].place, marked, "{}", rule.id);
        let found = linted_example(&rule.good);
        assert!(found.iter().all(|finding| finding.rule != rule.id), "{}: {found:#?}", rule.id);
        assert_eq!(rule.good.mark(), None, "{}", rule.id);
    }
}

#[test]
fn every_rule_has_an_id_of_its_own_which_is_its_files_name() {
    let ids: BTreeSet<&str> = RULES.iter().map(|rule| rule.id).collect();
    assert_eq!(ids.len(), RULES.len());
    for id in ids {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("src/lint/rules/{}.rs", id.replace('-', "_")));
        assert!(file.is_file(), "{} is missing", file.display());
    }
}

/// The mistakes that the guide names, and the rules about it; else why a template cannot show it.
const GUIDE: [(&str, Result<&[&str], &str>); 13] = [
    ("Rewrite the system prompt each turn", Ok(&["system-is-variable", "request-counter", "volatile-first-block"])),
    ("Put changing metadata before the document", Ok(&["document-behind-question", "volatile-before-stable"])),
    ("Shuffle or rewrite examples", Ok(&["random-order", "examples-loop"])),
    (
        "Insert changing IDs, dates, or session tags at the top",
        Ok(&["volatile-first-block", "baked-date", "user-in-system"]),
    ),
    (
        "Vary wrappers, headings, or formatting randomly",
        Ok(&[
            "random-order",
            "trailing-blanks",
            "line-endings",
            "leading-blanks",
            "byte-order-mark",
            "invisible-characters",
        ]),
    ),
    ("Treat every request as fully bespoke", Ok(&["short-prefix", "system-is-variable"])),
    ("expecting middle-only overlap to count", Ok(&["stranded-text", "late-system"])),
    ("changing the front of the prompt every turn", Ok(&["volatile-first-block", "volatile-tool"])),
    ("confusing prompt caching with output reuse", Err("a belief, not a line of a template")),
    ("treating launch-post pricing as current pricing", Err("the rate card dates its prices; `rates` shows them")),
    ("failing to monitor hit/miss fields in production", Err("`simulate` compares them, from logs")),
    (
        "reordering few-shot examples without noticing the cost impact",
        Ok(&["examples-loop", "unordered-source", "unsorted-json"]),
    ),
    ("over-optimizing for cache while hurting answer quality", Err("each suggestion says what to weigh before")),
];

#[test]
fn every_row_of_the_guide_has_its_rules_or_a_reason() {
    for (row, answer) in GUIDE {
        match answer {
            Ok(ids) => ids.iter().for_each(|id| assert!(LintRule::named(id).is_some(), "{row}: no rule {id}")),
            Err(reason) => assert!(!reason.is_empty(), "{row}"),
        }
    }
}

#[test]
fn ordinary_prompts_give_no_alarm() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/templates/lint/ordinary");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 5);
    for path in files {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert_eq!(rules(&name, &fs::read_to_string(&path).unwrap()), Vec::<&str>::new(), "{name}");
    }
}

#[test]
fn of_a_prompt_with_variables_only_the_stable_prefix_is_called_short() {
    let told = |text: &str| {
        let found = linted("prompt.j2", text).into_iter().find(|finding| finding.rule == "short-prefix");
        found.map(|finding| finding.message)
    };
    let rest = "and say what it is about, in the order in which it says it, with each name, number and date as it is written there, ".repeat(4);
    let message = told(&format!("Sum up {{{{ document }}}} {rest}")).unwrap();
    assert!(
        message.starts_with("The stable prefix has 3 tokens; the cache serves none with fewer than 64"),
        "{message}"
    );
    // A prompt that is short as a whole has nothing to gain.
    assert_eq!(told("Sum this up:\n{{ document }}\n"), None);
    assert_eq!(told("Hello.\n"), None);
    assert_eq!(told("{% include 'policy.j2' %}\nBe kind.\n"), None);
}

#[test]
fn a_comment_allows_its_line_the_next_line_or_the_file() {
    let lines = "Be brief. {comment}\nBe kind. \n";
    assert_eq!(rules("a.txt", "Be brief.\nBe kind. \n"), ["trailing-blanks"]);
    let prompts = "ASK_PROMPT = \"\"\"You are a clerk. \nBe brief.\"\"\"\nTELL_PROMPT = \"\"\"You are a porter. \nBe kind.\"\"\"\n";
    assert_eq!(rules("prompts.py", prompts), ["trailing-blanks"]);
    assert_eq!(rules("a.txt", "Be brief.\n# cachecheck: allow trailing-blanks\nBe kind. \n"), [""; 0]);
    assert_eq!(rules("a.txt", "# cachecheck: allow trailing-blanks\nBe brief.\nBe kind. \n"), [""; 0]);
    assert_eq!(
        rules("a.j2", "Be kind. \t{# cachecheck: allow leading-blanks, trailing-blanks #} \nx\n"),
        ["idle-allow"]
    );
    let far = lines.replace("{comment}", "# cachecheck: allow trailing-blanks");
    assert_eq!(rules("a.txt", &far), ["idle-allow", "trailing-blanks"], "another line");
    assert_eq!(rules("a.txt", "x # cachecheck: allow nonsense\n"), ["idle-allow"]);
}

#[test]
fn what_is_declared_stable_is_no_finding() {
    let text = RULES.iter().find(|rule| rule.id == "volatile-first-block").unwrap().bad.text();
    let file = TemplateFile::read(SourceText::new("a.j2", text));
    let stable = Constants::from([("now".to_owned(), Some("noon".to_owned()))]);
    assert!(lint(&file, &layout(stable), &Gaps::default()).is_empty());
}

#[test]
fn the_tokens_of_a_stranded_text_are_those_that_the_other_order_gains() {
    let rule = LintRule::named("stranded-text").unwrap();
    let stable = |text: &str| {
        let file = TemplateFile::read(SourceText::new("answer.j2", text));
        let layout = layout(Constants::new());
        let renderings = crate::template::Renderings::new(&file.templates[0], &layout);
        crate::template::StablePrefix::measure(&file, &renderings).tokens
    };
    let found = linted(rule.bad.file, &rule.bad.text());
    let tokens = found.iter().find(|finding| finding.rule == rule.id).and_then(|finding| finding.tokens);
    assert_eq!(tokens, Some(stable(&rule.good.text()) - stable(&rule.bad.text())));
}

#[test]
fn a_variable_in_markdown_that_is_shown_as_code_is_documentation() {
    let policies = LintRule::named("stranded-text").unwrap().good.text();
    let text = |shown: &str| format!("Fill the form:\n{shown}\n{}\n", policies.replace("Question: {{ question }}", ""));
    assert_eq!(rules("a.md", &text("`{{ now }}`")), [""; 0]);
    assert_eq!(rules("a.md", &text("```yaml\nat: {{ now }}\n```")), [""; 0]);
    assert_eq!(rules("a.md", &text("{{ now }}")), ["volatile-first-block"]);
    assert_eq!(
        rules("a.md", &text("```\n{{ now }}\n```")),
        ["volatile-first-block"],
        "a fence around nothing else is filled"
    );
    assert_eq!(rules("a.md.j2", &text("`{{ now }}`")), ["volatile-first-block"], "a template by its name");
}

#[test]
fn settings_are_no_prompts() {
    let settings = "[package]\r\nname = \"x\"\r\n";
    assert!(linted("Cargo.toml", settings).is_empty());
    assert_eq!(linted("a.txt", settings).len(), 1, "as a text they end in CRLF");
    let broken = linted("broken.yaml", "a: [\n\tIt is {{ now }}.\n");
    assert_eq!(broken.iter().map(|finding| finding.rule).collect::<Vec<_>>(), ["unread-construct"]);
}

#[test]
fn odd_input_is_linted_without_panic() {
    let huge = format!("{{{{ now }}}} {}", "word ".repeat(20_000));
    let texts = ["", "\0\u{1}\u{feff}", "{{", "{% for x in %}", "a: [", "- {{ x }}: }", "}}{{ %}", "\r\r\n", &huge];
    for name in ["a.yaml", "a.json", "a.toml", "a.j2", "a.txt", "a.prompty", "a.prompt", "a.erb", "a"] {
        for text in texts {
            let found = linted(name, text);
            assert!(found.iter().all(|finding| finding.place.path == name && finding.place.line > 0));
        }
    }
}

proptest::proptest! {
    #[test]
    fn changes_are_written_as_diff_writes_them(old in "([abc]\n|[abc]){0,30}", new in "([abc]\n|[abc]){0,30}") {
        let theirs = similar::TextDiff::from_lines(&old, &new).unified_diff().header("a/x", "b/x").to_string();
        proptest::prop_assert_eq!(fix::unified("x", &old, &new), theirs);
    }
}

#[test]
fn a_function_of_the_file_that_gives_the_system_message_is_read() {
    let text = "Always greet the guest, say where the lift is, and when the doors are shut at night. Never give a key to another guest.";
    let code = format!(
        "class Desk:\n    def rules(self):\n        return 'You are a porter of a hotel. {text}'\n\n    def ask(self, client, question):\n        \
         return client.chat(messages=[{{'role': 'system', 'content': self.rules()}}, {{'role': 'user', 'content': f'The guest asks: {{question}}'}}])\n"
    );
    assert!(!rules("desk.py", &code).contains(&"system-is-variable"));
    let other = code.replace("self.rules()", "self.other()");
    assert!(rules("desk.py", &other).contains(&"system-is-variable"));
}

#[test]
fn what_is_not_known_to_vary_or_to_be_sent_is_a_note() {
    let policies = LintRule::named("stranded-text").unwrap().good.text().replace("Question: {{ question }}", "");
    let severities = |name: &str, text: &str| -> Vec<Severity> {
        linted(name, text).iter().filter(|found| found.tokens.is_some()).map(|found| found.severity).collect()
    };
    assert_eq!(severities("a.j2", &format!("Question: {{{{ question }}}}\n{policies}")), [Severity::Warning]);
    assert_eq!(severities("a.j2", &format!("House: {{{{ house }}}}\n{policies}")), [Severity::Note]);
    assert_eq!(severities("a.j2", &format!("Write {{{{ dialect }}}}.\n{policies}")), []);
    let part = format!("def prompt_of_desk(desk_id):\n    return f\"\"\"Desk {{desk_id}}.\n{policies}\"\"\"\n");
    let found = linted("a.py", &part);
    assert!(found.iter().all(|found| found.severity == Severity::Note), "{found:?}");
}

#[test]
fn a_name_in_code_is_what_it_is_bound_to() {
    let policies = LintRule::named("stranded-text").unwrap().good.text().replace("Question: {{ question }}", "");
    let code = |made: &str| {
        format!(
            "def ask(client, tools):\n    names = {made}\n    client.chat(messages=[{{'role': 'system', 'content': f\"\"\"Tools: {{names}}\n{policies}\"\"\"}}])\n"
        )
    };
    assert!(rules("a.py", &code("', '.join(set(tools))")).contains(&"unordered-source"));
    assert!(!rules("a.py", &code("', '.join(sorted(set(tools)))")).contains(&"unordered-source"));
    assert!(rules("a.py", &code("random.choice(tools)")).contains(&"random-order"));
}

#[test]
fn of_a_prompt_in_which_nothing_can_move_alone_the_text_behind_is_counted() {
    let rules =
        "1. Read what is asked, and the names in it.\n2. Look into the pages that are given, and into no other.\n\
                 3. Answer in three sentences at most.\n4. Say so where the pages do not say it.\n"
            .repeat(4);
    let text = format!(
        "You help with a report.\n\n<report>\n{{{{ report.question }}}}\n</report>\n\nGo on so:\n{rules}Its id is {{{{ report.id }}}}.\n{rules}"
    );
    let found = linted("a.j2", &text);
    let told: Vec<&str> = found.iter().map(|finding| finding.rule).collect();
    // The id comes with the question: to move it alone wins nothing.
    assert_eq!(told, ["stranded-text"], "{found:?}");
    assert!(found[0].message.contains("before text of "), "{}", found[0].message);
}

#[test]
fn one_finding_tells_of_all_times_in_a_prompt() {
    let rules =
        "Read what is asked, answer in three sentences at most, and say so where the pages do not say it. ".repeat(4);
    let found =
        linted("a.j2", &format!("Be kind.\n{rules}\nIt is {{{{ now }}}}.\n{rules}\nIt was {{{{ date }}}}.\n{rules}\n"));
    let told: Vec<&Finding> = found.iter().filter(|finding| finding.rule == "volatile-before-stable").collect();
    assert_eq!(told.len(), 1, "{found:?}");
    assert!(told[0].message.ends_with("as 1 more place of the prompt does."), "{}", told[0].message);
}

#[test]
fn a_loop_of_go_over_a_map_has_no_order() {
    let code = |kind: &str| {
        format!(
            "package p\ntype State struct {{\n\tSkipped {kind}\n}}\nfunc ask(s State) {{\n\tprompt := \"You are a clerk. Leave these out:\\n\"\n\
             \tfor path := range s.Skipped {{\n\t\tprompt += fmt.Sprintf(\"- %s\\n\", path)\n\t}}\n\tclient.Chat(prompt)\n}}\n"
        )
    };
    assert_eq!(rules("a.go", &code("map[string]bool")), ["unordered-source"]);
    assert_eq!(rules("a.go", &code("[]string")), [""; 0]);
}

#[test]
fn tools_without_an_order_are_told_where_they_are_made() {
    let ask = |tools: &str| {
        format!(
            "NAMES = {{'a', 'b'}}\ndef ask(client, question):\n    return client.chat.completions.create(tools={tools}, messages=[\
             {{'role': 'system', 'content': 'You are a clerk. Answer briefly.'}}, {{'role': 'user', 'content': question}}])\n"
        )
    };
    assert_eq!(rules("a.py", &ask("[schema(name) for name in NAMES]")), ["unordered-source"]);
    assert_eq!(rules("a.py", &ask("[schema(name) for name in sorted(NAMES)]")), [""; 0]);
    let lines = "WORDS = {'a', 'b'}\ndef build_prompt():\n    prompt = 'You are a clerk. Say: '\n    for word in WORDS:\n        \
                 prompt += f'- {word}\\n'\n    return prompt + 'Be brief.'\n";
    assert_eq!(rules("a.py", lines), ["unordered-source"]);
    assert_eq!(rules("a.py", &lines.replace("in WORDS", "in sorted(WORDS)")), [""; 0]);
    // Each item makes a prompt of its own.
    let each = "WORDS = {'a', 'b'}\ndef ask(llm):\n    for word in WORDS:\n        prompt = f'You are a clerk. Say what {word} means to a guest.'\n        \
                llm.invoke(prompt)\n";
    assert_eq!(rules("a.py", each), [""; 0]);
}

#[test]
fn what_others_insert_and_what_lasts_is_no_warning() {
    let rules_of_the_house =
        "Keep to the rules of the house and answer every guest in the language that the guest speaks. ".repeat(20);
    let severities = |name: &str, text: &str| -> Vec<Severity> {
        let found = linted(name, text).into_iter().filter(|finding| finding.rule == "stranded-text");
        found.map(|finding| finding.severity).collect()
    };
    let text = format!("You are a clerk of {{{{ question }}}}.\n{rules_of_the_house}\n{rules_of_the_house}\n");
    assert_eq!(severities("prompts/clerk.j2", &text), [Severity::Warning]);
    assert_eq!(severities("prompts/partials/clerk.j2", &text), [Severity::Note]);
    let project = text.replace("question", "state.project.name");
    assert_eq!(severities("prompts/clerk.j2", &project), [Severity::Note]);
    let part = text.replace("question", "_fragments.input_rules");
    assert_eq!(severities("prompts/clerk.j2", &part), []);
    let whole = format!(
        "{{% if question %}}{rules_of_the_house}{{% else %}}You are a guide. {rules_of_the_house}{{% endif %}}\n{rules_of_the_house}\n"
    );
    assert_eq!(severities("prompts/clerk.j2", &whole), []);
}
