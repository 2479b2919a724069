//! Values of expressions: the ways in which code puts a text or a value into a prompt, and what is named where it is not worked out.

use super::tests::{classes, only, read, text, texts};
use crate::template::UnreadReason;
use crate::template::class::ExpressionClass;

/// The text that a Python function sends, by the statements before.
fn sent(lines: &str, value: &str) -> String {
    let lines: Vec<String> = lines.lines().map(|line| format!("    {line}\n")).collect();
    let code = format!(
        "import json\nfrom string import Template\nP = ' You are a {{a}} clerk of $b. '\nRULES = ['be kind', 'be quick']\nMOST = 5\n\
         def rules():\n    return 'Be kind to all.'\n\n\
         def ask(client, name, now, items):\n{}    client.chat.completions.create(messages=[{{'role': 'system', 'content': {value}}}])\n",
        lines.concat()
    );
    let file = read("agent.py", &code);
    let template = file.templates.last().unwrap();
    let unread: Vec<&str> = template.unread.iter().map(|unread| unread.written.as_str()).collect();
    format!("{}{}", text(template), unread.iter().map(|unread| format!(" !{unread}")).collect::<String>())
}

/// The text of the last template of a file.
fn last(name: &str, code: &str) -> String {
    read(name, code).templates.last().map(text).unwrap_or_default()
}

#[test]
fn a_text_that_code_changes_is_shown_as_it_is_sent() {
    let one = "p = 'You are a {a} clerk. '";
    assert_eq!(sent(&format!("{one}\np = p.strip()\np = p.replace('{{a}}', name)"), "p"), "You are a <a> clerk.");
    assert_eq!(sent(&format!("{one}\np = p * 2"), "p"), "You are a {a} clerk. You are a {a} clerk. ");
    assert_eq!(sent(&format!("{one}\np *= 2"), "p + name"), "You are a {a} clerk. You are a {a} clerk. <name>");
    assert_eq!(sent(&format!("{one}\np = p[4:]"), "p + name"), "are a {a} clerk. <name>");
    assert_eq!(sent("", "'You Are A Clerk.'.lower() + name"), "you are a clerk.<name>");
    assert_eq!(sent("", "'You are a\\nclerk.'.split('\\n')[0] + name"), "You are a<name>");
    assert_eq!(sent("p = 'You are a clerk of %s.'\np %= name", "p"), "You are a clerk of <name>.");
    assert_eq!(sent("", "P.strip().format(a='kind') + name"), "You are a kind clerk of $b.<name>");
    assert_eq!(
        sent("for k, v in items:\n    pass\np = P.replace('{' + k + '}', v)", "p"),
        " You are a <a> clerk of $b. "
    );
}

#[test]
fn a_change_that_is_not_worked_out_is_named() {
    assert_eq!(
        sent("p = 'You are a clerk. '\np = p.translate(items)", "p + name"),
        "You are a clerk. <p.translate(items)><name> !p.translate(items)"
    );
    let list = "parts = ['You are a clerk.', 'Be kind.']\nparts.sort()";
    assert_eq!(sent(list, "' '.join(parts)"), "You are a clerk. Be kind. <parts.sort()> !parts.sort()");
}

#[test]
fn templates_of_the_library_are_filled() {
    assert_eq!(sent("", "Template(P).substitute(b=name)"), " You are a {a} clerk of <b>. ");
    assert_eq!(
        sent("t = Template('You are a clerk of ${b}, $$5.')", "t.safe_substitute({'b': name})"),
        "You are a clerk of <b>, $5."
    );
    assert_eq!(sent("", "P.format_map({'a': 'kind'}) + name"), " You are a kind clerk of $b. <name>");
    assert_eq!(sent("", "str.format('You are a {} clerk.', name)"), "You are a <name> clerk.");
}

#[test]
fn numbers_and_functions_of_the_file_are_followed() {
    assert_eq!(sent("", "f'You are a clerk with {MOST} tools of {name}.'"), "You are a clerk with 5 tools of <name>.");
    assert_eq!(
        sent("n = 3", "'You are a clerk with %d tools of %s.' % (n, name)"),
        "You are a clerk with 3 tools of <name>."
    );
    assert_eq!(sent("n = 3\nn += 1", "f'You are a clerk, try {n}.'"), "You are a clerk, try <n>.");
    assert_eq!(sent("", "f'You are a clerk. {rules()} {name}'"), "You are a clerk. Be kind to all. <name>");
    assert_eq!(sent("r = rules()", "f'You are a clerk. {r} {name}'"), "You are a clerk. Be kind to all. <name>");
}

#[test]
fn lists_are_followed_with_what_conditions_add() {
    let rules = "'You are a clerk.\\n' + '\\n'.join(f'- {rule}' for rule in RULES) + name";
    assert_eq!(sent("", rules), "You are a clerk.\n- be kind\n- be quick<name>");
    let grown = "parts = ['You are a clerk.']\nif now:\n    parts.append('It is late.')\nparts.append(name)";
    assert_eq!(sent(grown, "' '.join(parts)"), "You are a clerk.[ It is late./] <name>");
    let looped = "p = 'You are a clerk.'\nfor rule in RULES:\n    p += f' {rule},'";
    assert_eq!(sent(looped, "p + name"), "You are a clerk. be kind, be quick,<name>");
    let spread = "'\\n'.join(['You are a clerk.', *(['It is late.'] if now else []), name])";
    assert_eq!(sent("", spread), "You are a clerk.[\nIt is late./]\n<name>");
    let set = "parts = ['You are a clerk.', 'Be kind.', 'Be quick.']\nparts[1] = name\nparts.pop()";
    assert_eq!(sent(set, "' '.join(parts)"), "You are a clerk. <name>");
    assert_eq!(
        sent("parts = ['Be kind.']\nparts.insert(0, f'You are a clerk of {name}.')", "' '.join(parts)"),
        "You are a clerk of <name>. Be kind."
    );
}

#[test]
fn names_are_bound_wherever_code_binds_them() {
    assert_eq!(sent("if (p := f'You are a clerk of {name}.'):\n    pass", "p"), "You are a clerk of <name>.");
    assert_eq!(sent("a, b = 'You are a clerk. ', f'It is {now}.'", "a + b"), "You are a clerk. It is <now>.");
    let tried = "p = 'You are a clerk.'\ntry:\n    p = f'You are a clerk of {name}.'\nexcept ValueError:\n    p = 'You are nobody.'";
    assert_eq!(
        sent(tried, "p"),
        "You are [nobody./a clerk of <name>.]"
            .replace("You are [nobody./a clerk of <name>.]", "[You are nobody./You are a clerk of <name>.]")
    );
}

#[test]
fn a_value_with_a_default_stands_where_it_is_used() {
    let code = "def ask(llm, issue):\n    title = issue.get('title') or 'untitled'\n    return llm.invoke(f'You are a clerk. Answer {title}.')\n";
    let file = read("a.py", code);
    assert_eq!(text(&file.templates[0]), "You are a clerk. Answer [<title>/untitled].");
    let mut found = Vec::new();
    crate::template::class::values(&file.templates[0].messages[0].content, &mut found);
    assert_eq!(&code[found[0].span.clone()], "title");
    assert_eq!(file.source.place(found[0].span.start).line, 3);
}

#[test]
fn templates_of_langchaingo_are_those_of_go() {
    let code = "package a\nconst _talk = `You are a kind clerk.\n{{.history}}\nHuman: {{.input}}`\nfunc F() { use(prompts.NewPromptTemplate(_talk, []string{\"history\"})) }\n";
    assert_eq!(last("a.go", code), "You are a kind clerk.\n<.history>\nHuman: <.input>");
}

#[test]
fn items_of_a_list_have_its_class() {
    let code = "class A:\n    def ask(self, llm, q):\n        return llm.invoke(f\"You are a clerk. Use {', '.join(t.name for t in self.tools)} for {q}.\")\n";
    let found = super::tests::classes("a.py", code);
    assert_eq!(
        found.iter().map(|(_, class)| *class).collect::<Vec<_>>(),
        [ExpressionClass::Config, ExpressionClass::Volatile]
    );
}

#[test]
fn javascript_puts_texts_together_in_its_own_ways() {
    let ask = |code: &str, value: &str| {
        let call = format!("client.chat.completions.create({{ messages: [{{ role: 'system', content: {value} }}] }});");
        last(
            "a.ts",
            &format!(
                "const P = 'You are a {{a}} clerk, {{a}}.';\nfunction ask(name, now, items) {{\n  {code}\n  {call}\n}}"
            ),
        )
    };
    assert_eq!(ask("", "P.replace('{a}', name)"), "You are a <a> clerk, <a>.");
    assert_eq!(ask("", "P.replace(/\\{(\\w+)\\}/g, (_, key) => items[key])"), "You are a <a> clerk, <a>.");
    let entry = "const T = { kind: 'You are a kind clerk.' };\nllm.generate(T['kind'] + name);";
    assert_eq!(last("a.ts", entry), "You are a kind clerk.<name>");
    assert_eq!(
        ask("const p = ['You are a clerk.', now && 'It is late.', name].filter(Boolean).join('\\n');", "p"),
        "You are a clerk.[\nIt is late./]\n<name>"
    );
    assert_eq!(
        ask("let p = 'You are a clerk.';\nitems.forEach((item) => { p += ` ${item}`; });", "p"),
        "You are a clerk.[ <item>/]"
    );
    assert_eq!(ask("", "String.raw`You are a \\\\n clerk. ${name}`"), "You are a \\\\n clerk. <name>");
    assert_eq!(
        ask("let p = 'You are a clerk.';\nif (now) { p = 'You are nobody.'; }", "p + name"),
        "[You are nobody./You are a clerk.]<name>"
    );
}

#[test]
fn other_languages_put_texts_together_in_their_own_ways() {
    let go = "package a\nfunc A(name string, late bool, c Client) {\n  parts := []string{\"You are a clerk.\"}\n  if late {\n    parts = append(parts, \"It is late.\")\n  }\n  \
              parts = append(parts, name)\n  c.Chat([]Message{{Role: \"system\", Content: strings.Join(parts, \"\\n\")}})\n}\n";
    assert_eq!(last("a.go", go), "You are a clerk.[\nIt is late./]\n<name>");
    let package = "package a\nfunc A(name string, c Client) {\n  c.Chat([]Message{{Role: \"system\", Content: \"You are a clerk.\" + Opening + name}})\n}\n";
    assert_eq!(super::tests::classes("a.go", package)[0], ("Opening".to_owned(), ExpressionClass::Stable));
    let java = "class A { void f(String name) { String p = MessageFormat.format(\"You are a clerk of {0}. It''s late.\", name); chat(new SystemMessage(p)); } }";
    assert_eq!(last("A.java", java), "You are a clerk of <name>. It's late.");
    let list = "class A { void f(String name) { List<String> p = new ArrayList<>(); p.add(\"You are a clerk.\"); p.add(name); chat(new SystemMessage(String.join(\" \", p))); } }";
    assert_eq!(last("A.java", list), "You are a clerk. <name>");
    let ruby = "def f(name)\n  prompt = \" You are a clerk of #{name}. \"\n  chat(messages: [{ role: \"system\", content: prompt.strip.upcase }])\nend\n";
    assert_eq!(last("a.rb", ruby), "YOU ARE A CLERK OF <name>.");
    let csharp = "class A { const int Most = 5; void F(string q) { var p = $\"You are a clerk with {Most} tools of {q}.\"; Chat(new ChatMessage(ChatRole.System, p)); } }";
    assert_eq!(last("A.cs", csharp), "You are a clerk with 5 tools of <q>.");
}

#[test]
fn two_prompts_that_begin_with_one_local_text_are_two() {
    let code = "def f(llm, q):\n    p = 'You are a helpful clerk. '\n    a = p + 'Answer the question.'\n    b = p + 'Sum the letter up.'\n    \
                llm.chat([{'role': 'system', 'content': a}])\n    llm.chat([{'role': 'system', 'content': b}])\n";
    let found: Vec<String> = read("a.py", code).templates.iter().map(text).collect();
    assert_eq!(found, ["You are a helpful clerk. Answer the question.", "You are a helpful clerk. Sum the letter up."]);
}

#[test]
fn items_of_a_list_are_set_taken_and_put_first_each_for_itself() {
    let list = "l = ['Be kind.', 'Be quick.', 'Be brief.']";
    let joined = |steps: &str| sent(&format!("{list}\n{steps}"), "'\\n'.join(l)");
    assert_eq!(joined("l[1] = 'Be slow.'"), "Be kind.\nBe slow.\nBe brief.");
    assert_eq!(joined("l.pop()\nl[0] = 'Be good.'"), "Be good.\nBe quick.");
    assert_eq!(joined("l.insert(0, 'Hello.')\nl[3] = 'Bye.'"), "Hello.\nBe kind.\nBe quick.\nBye.");
    assert_eq!(joined("k = '\\n'.join(l)\nl.append('Bye.')"), "Be kind.\nBe quick.\nBe brief.\nBye.");
    let messages = "m = [{'role': 'user', 'content': 'One is here.'}, {'role': 'user', 'content': 'Two is here.'}]\n\
                    m[1]['content'] = 'Three is here.'\nm[0]['content'] += ' And more.'\nclient.chat(model='x', messages=m)\n";
    let file = read("a.py", messages);
    let texts: Vec<&str> = file.templates[0].messages.iter().map(|message| message.raw.as_str()).collect();
    assert_eq!(texts, ["One is here. And more.", "Three is here."]);
}

#[test]
fn a_text_that_thousands_of_conditions_bind_anew_keeps_its_first_and_says_what_is_not_read() {
    let rules: String =
        (0..4_000).map(|rule| format!("if a{rule}:\n    p = 'Rule {rule} of ours is this.'\n")).collect();
    let code = format!(
        "p = 'You are a clerk.'\n{rules}client.chat.completions.create(messages=[{{'role': 'system', 'content': p}}])\n"
    );
    let file = read("a.py", &code);
    let template = &file.templates[0];
    assert!(template.messages[0].raw.contains("Rule 3999 of ours"));
    assert!(template.unread.iter().any(|unread| unread.reason == UnreadReason::TooLarge));
}

#[test]
fn entries_of_constants_and_parts_of_patterns_are_their_texts() {
    let python = "P = ['You are a kind clerk.', 'You are a stern judge.']\nQ = {'a': {'b': 'You are a poet of few words.'}}\n\n\
        def one(c, q):\n    c.chat(messages=[{'role': 'system', 'content': P[1]}, {'role': 'user', 'content': f'Judge {q}.'}])\n\n\
        def two(c, q):\n    c.chat(messages=[{'role': 'system', 'content': Q['a']['b']}, {'role': 'user', 'content': f'Praise {q}.'}])\n";
    let found = texts("a.py", python);
    assert!(found.contains(&"You are a stern judge. | Judge <q>.".to_owned()), "{found:?}");
    assert!(found.contains(&"You are a poet of few words. | Praise <q>.".to_owned()), "{found:?}");
    let script = "function ask(topic, q) {\n  const [first, second] = ['You are a kind clerk.', `You are a judge of ${topic}.`];\n  \
        const { a: { b } } = { a: { b: `Judge ${q}.` } };\n  \
        llm.chat({ messages: [{ role: 'system', content: second }, { role: 'user', content: b }] });\n}\n";
    assert!(texts("a.ts", script).contains(&"You are a judge of <topic>. | Judge <q>.".to_owned()));
    let named = "function ask(params) {\n  const { question, style = 'kind' } = params;\n  return llm.chat({ messages: [{ role: 'user', content: `Answer in one word: ${question}` }] });\n}\n";
    assert_eq!(classes("a.ts", named), [("question".to_owned(), ExpressionClass::Volatile)]);
}

#[test]
fn a_fold_puts_texts_behind_its_beginning() {
    let python = "from functools import reduce\n\ndef ask(llm, docs):\n    \
        prompt = reduce(lambda all, doc: all + '\\n- ' + doc, docs, 'You are a clerk. Use these documents:')\n    return llm.invoke(prompt)\n";
    assert_eq!(only("a.py", python), "You are a clerk. Use these documents:[\n- <doc>/]");
    let script = "function ask(llm, docs) {\n  const prompt = docs.reduce((all, doc) => `${all}\\n- ${doc}`, 'You are a clerk. Use these documents:');\n  return llm.invoke(prompt);\n}\n";
    assert_eq!(only("a.ts", script), "You are a clerk. Use these documents:[\n- <doc>/]");
    let other = "function ask(llm, docs) {\n  const prompt = docs.reduce((all, doc) => doc + all, 'You are a clerk. Use these documents:');\n  return llm.invoke(prompt);\n}\n";
    assert!(
        only("a.ts", other).starts_with("You are a clerk. Use these documents:<docs.reduce"),
        "{}",
        only("a.ts", other)
    );
}

#[test]
fn a_list_that_is_spread_fills_a_text_in_order() {
    let code = "def ask(llm, docs, question):\n    given = (docs, question)\n    return llm.invoke('You are a clerk. Use {} for {}.'.format(*given))\n";
    assert_eq!(only("a.py", code), "You are a clerk. Use <docs> for <question>.");
    let unknown = "def ask(llm, given):\n    return llm.invoke('You are a clerk. Use {} for {}.'.format(*given))\n";
    assert_eq!(only("a.py", unknown), "You are a clerk. Use <*given> for <*given>.");
}

#[test]
fn lists_with_their_places_helpers_and_chosen_lists_are_followed() {
    let script = "const RULES = ['Be kind.', 'Be quick.']\nconst part = (title, body) => `# ${title}\\n${body}\\n`\n\
        export const prompt = ({ name, isLong }) => {\n  const more = isLong ? ['Tell all of it.', 'Take your time.'] : ['Be short.']\n  \
        return `You are a clerk. ${RULES.map((rule, at) => `${at + 1}. ${rule}`).join(' ')} ${part('About the guest', name)}${more.join(' ')}`\n}\n";
    let found: Vec<String> = read("prompts.ts", script).templates.iter().map(text).collect();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("You are a clerk. 1. Be kind. 2. Be quick. # About the guest\n<part("), "{found:?}");
    assert!(found[0].contains("Tell all of it. Take your time.") && found[0].contains("Be short."), "{found:?}");
    let python = "RULES = ['Be kind.', 'Be quick.']\n\ndef ask(llm):\n    \
        return llm.invoke('You are a clerk. ' + ' '.join(f'{at}. {rule}' for at, rule in enumerate(RULES, 1)))\n";
    let found: Vec<String> = read("a.py", python).templates.iter().map(text).collect();
    assert_eq!(found, ["You are a clerk. 1. Be kind. 2. Be quick."]);
}

#[test]
fn a_variable_that_is_made_of_itself_is_followed_to_an_end() {
    let code = "def link(text, places):\n    return text\n\nclass Desk:\n    def ask(self, llm, page):\n        \
        self.text = link(self.text or '', 3)\n        return llm.invoke(f'You are a clerk. Summarize this page: {self.text}')\n";
    assert_eq!(read("a.py", code).templates.len(), 1);
    let chain: String = (1..60).map(|at| format!("    t{at} = link(t{} or '', 3)\n", at - 1)).collect();
    let code = format!(
        "def link(text, places):\n    return text\n\ndef ask(llm, t0):\n{chain}    return llm.invoke(f'You are a clerk. Read: {{t59}}')\n"
    );
    assert_eq!(read("a.py", &code).templates.len(), 1);
}
