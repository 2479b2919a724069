//! Parts of a request that stand elsewhere in a file: fields that constructors fill, histories, texts that helpers fill; and the roles of requests.

use super::tests::{beside, classes, only, read, text, texts};
use crate::template::class::ExpressionClass;

/// The role of the first message of each template, where it is known.
fn roles(name: &str, code: &str) -> Vec<Option<String>> {
    let role = |template: &crate::template::Template| {
        template.is_role_known.then(|| template.messages.first().map(|message| message.role.clone())).flatten()
    };
    read(name, code).templates.iter().map(role).collect()
}

#[test]
fn the_field_that_a_constructor_fills_once_has_its_text() {
    let class = |more: &str| {
        format!(
            "class A:\n    def __init__(self, client):\n        self.rules = 'You are a clerk. Be kind. '\n\n    def ask(self, question):\n        \
             {more}return self.client.chat(messages=[{{'role': 'system', 'content': self.rules}}, \
             {{'role': 'user', 'content': f'Answer the question {{question}}.'}}])\n"
        )
    };
    assert_eq!(texts("a.py", &class("")), ["You are a clerk. Be kind.  | Answer the question <question>."]);
    let twice = texts("a.py", &class("self.rules = question\n        "));
    assert!(twice.iter().any(|text| text.starts_with("<self.rules> | ")), "{twice:?}");
    let java = "class A {\n  private final PromptTemplate asking;\n  static final String ASK = \"You are a clerk. Answer {question} kindly.\";\n  \
                A() { this.asking = new PromptTemplate(ASK); }\n  String ask(String q) { return client.prompt().system(asking.render(Map.of(\"question\", q))).call(); }\n}\n";
    assert_eq!(roles("A.java", java), [Some("system".to_owned())]);
}

#[test]
fn a_history_that_stands_elsewhere_has_its_place_among_the_messages() {
    let head = "def ask(client, history, question):\n    ";
    let (system, user) = ("{'role': 'system', 'content': 'You are a clerk.'}", "{'role': 'user', 'content': question}");
    let shown = "You are a clerk. | <history> | <question>";
    let added = format!("{head}client.chat(messages=[{system}] + history + [{user}])\n");
    assert_eq!(only("a.py", &added), shown);
    let extended = format!(
        "{head}messages = [{system}]\n    messages.extend(history)\n    messages.append({user})\n    client.chat(messages=messages)\n"
    );
    assert_eq!(only("a.py", &extended), shown);
}

#[test]
fn messages_of_types_that_the_list_names_are_messages() {
    let code = "class A { void Ask(Request request) {\n  var messages = new List<ChatMessage>([new(ChatRole.System, \"You are a kind clerk.\")]);\n  \
                messages.AddRange(request.Messages.Select(m => new ChatMessage(m.IsUser ? ChatRole.User : ChatRole.Assistant, m.Text)));\n  \
                client.GetResponseAsync(messages);\n} }\n";
    assert!(
        only("A.cs", code).starts_with("You are a kind clerk. | <request.Messages.Select("),
        "{}",
        only("A.cs", code)
    );
    assert_eq!(roles("A.cs", code), [Some("system".to_owned())]);
    let parts = "class A { void Ask(string source) {\n  var chat = new ChatHistory(\"You are a kind clerk.\");\n  var prompt = $\"Answer from the source {source} only.\";\n  \
                 var items = new ChatMessageContentItemCollection();\n  items.Add(new TextContent(prompt));\n  chat.AddUserMessage(items);\n  model.GetChatMessageContentAsync(chat);\n} }\n";
    assert_eq!(texts("A.cs", parts), ["You are a kind clerk. | Answer from the source <source> only."]);
}

#[test]
fn helpers_named_after_roles_make_messages_of_several_texts() {
    let code = "module A\n  LINES = [\n    syst(\"You are a clerk of %<shop>s. \",\n         \"Be kind.\"),\n    user(\"Question: %<question>s\")\n  ].freeze\nend\n";
    assert_eq!(only("a.rb", code), "You are a clerk of <%<shop>s>. Be kind. | Question: <%<question>s>");
    let with_history = code.replace("    user(", "    hist, # earlier turns\n    user(");
    let shown = "You are a clerk of <%<shop>s>. Be kind. | <hist> | Question: <%<question>s>";
    assert_eq!(only("a.rb", &with_history), shown);
    let tagged = "LINES = [\n  syst(\"<training>Answer as best you can:\\n\", \"<question>the question</question>\\n\", \"<thought>a thought</thought>\\n\",\n       \
                  \"<action>an action</action>\\n\", \"</training>\"),\n  user(\"<question>%<input>s</question>\")\n]\n";
    assert!(only("a.rb", tagged).starts_with("<training>Answer"), "{}", only("a.rb", tagged));
}

#[test]
fn directives_that_no_code_of_the_file_fills_are_values() {
    let go =
        "package a\n\nconst askPrompt = `You are a clerk. Answer the question %s in {language} words, be 100% sure.`\n";
    assert_eq!(only("a.go", go), "You are a clerk. Answer the question <%s> in {language} words, be 100% sure.");
    let python = "ASK_PROMPT = 'You are a clerk. Answer the question %s.'\n";
    assert_eq!(only("a.py", python), "You are a clerk. Answer the question <%s>.");
    let script = "const ASK_PROMPT = `You are a clerk. Answer the question %s.`;\n";
    assert_eq!(only("a.ts", script), "You are a clerk. Answer the question %s.");
}

#[test]
fn a_helper_that_fills_a_template_gives_its_values_their_class() {
    let code = "const ASK = `You are a clerk. Answer by the {{rules}} in {{words}}.`;\nexport const ask = (question, config) =>\n  \
                model.generateContent({ contents: [{ role: 'user', parts: [{ text: fillTemplate(ASK, { rules: question, words: config.words }) }] }] });\n";
    let (volatile, config) = (ExpressionClass::Volatile, ExpressionClass::Config);
    assert_eq!(classes("a.ts", code), [("rules".to_owned(), volatile), ("words".to_owned(), config)]);
    assert_eq!(roles("a.ts", code), [Some("user".to_owned())]);
}

#[test]
fn a_place_in_dollars_and_braces_that_code_leaves_open_is_named() {
    let code = "export const agent = {\n  promptConfig: { query: `You are a clerk. Do the task \\${task} now, in full.` },\n};\n";
    let file = read("a.ts", code);
    let unread: Vec<&str> = file.templates[0].unread.iter().map(|unread| unread.written.as_str()).collect();
    assert_eq!(unread, ["${task}"]);
}

#[test]
fn the_text_that_a_function_makes_for_another_prompt_is_a_part_of_it() {
    let code = "class A { void Ask(Thread thread) {\n  var prompt = $\"You are a clerk. Summarize the messages: {Format(thread.Messages)}\";\n  client.GetResponseAsync(prompt);\n}\n\
                string Format(List<Message> messages) {\n  var all = new StringBuilder();\n  foreach (var message in messages) {\n    all.AppendLine($\"<message role=\\\"{message.Role}\\\">{message.Text}</message>\");\n  }\n  return all.ToString();\n} }\n";
    let found = texts("A.cs", code);
    assert!(found.len() == 1 && found[0].starts_with("You are a clerk. Summarize the messages: "), "{found:?}");
    assert!(found[0].contains("<Format(thread.Messages)>"), "what changes is a value of the call: {found:?}");
    assert_eq!(roles("A.cs", code), [Some("user".to_owned())]);
}

#[test]
fn fields_of_what_a_request_brings_are_its_own() {
    let code = "def ask(ticket, db, settings, output_format):\n    product = db.find(ticket.product_id)\n    \
                return f'You are a clerk. Help with {product.model} for {ticket.style} in {settings.company} as {output_format}, {ticket.language}.'\n";
    let (volatile, config) = (ExpressionClass::Volatile, ExpressionClass::Config);
    let found = classes("ask_prompt.py", code);
    let expected = [
        ("product.model", volatile),
        ("ticket.style", volatile),
        ("settings.company", config),
        ("output_format", config),
        ("ticket.language", config),
    ];
    assert_eq!(found, expected.map(|(written, class)| (written.to_owned(), class)));
}

#[test]
fn a_value_that_code_changes_stays_a_value() {
    let code = "import re\ndef ask(client, output):\n    output = re.sub('[0-9;]*x', '', output or '')\n    \
                client.chat(messages=[{'role': 'system', 'content': 'You are a clerk. Read: ' + output}])\n";
    let file = read("a.py", code);
    assert!(file.templates[0].unread.is_empty(), "{:?}", file.templates[0].unread);
}

#[test]
fn what_a_machine_is_set_up_with_is_a_setting_and_no_constant() {
    let code = "const ASK_PROMPT = `You are a clerk of ${process.env.SHOP}, in ${process.env.HOME}, by ${RULES}.`;\n";
    let (volatile, config, stable) = (ExpressionClass::Volatile, ExpressionClass::Config, ExpressionClass::Stable);
    let expected = [("process.env.SHOP", config), ("process.env.HOME", volatile), ("RULES", stable)];
    assert_eq!(classes("a.ts", code), expected.map(|(written, class)| (written.to_owned(), class)));
}

#[test]
fn statements_of_jinja_are_read_wherever_code_sends_the_text() {
    let code = "def ask(client):\n    client.chat(messages=[{'role': 'system', 'content': 'You are a clerk.{% if kind %} Be kind.{% endif %}'}])\n";
    assert_eq!(only("a.py", code), "You are a clerk.[ Be kind./]");
}

#[test]
fn reports_that_programs_write_are_no_prompts() {
    let code = "def analyse(rows):\n    summary_lines = [f'## Strategy {rows}', f'Only the output of {rows} must be read.', 'Context and example of questions.']\n    \
                return '\\n'.join(summary_lines)\n";
    assert_eq!(texts("a.py", code), Vec::<String>::new());
}

#[test]
fn a_text_before_all_messages_and_the_messages_are_one_request() {
    let python = "def ask(client, question):\n    return client.messages.create(model=M, system='You are a kind clerk.', messages=[{'role': 'user', 'content': question}])\n";
    assert_eq!(only("a.py", python), "You are a kind clerk. | <question>");
    let script =
        "const ask = (text) => generateText({ model, system: 'You are a kind clerk.', prompt: text.slice(0, 500) });\n";
    assert_eq!(only("a.ts", script), "You are a kind clerk. | <text.slice(0, 500)>");
    let constants = "RULES = 'You are a kind clerk of the town.'\n\ndef one(client, question):\n    return client.chat(messages=[{'role': 'system', 'content': RULES}, {'role': 'user', 'content': question}])\n\n\
        def two(client, topic):\n    return client.chat(messages=[{'role': 'system', 'content': RULES}, {'role': 'user', 'content': topic}])\n";
    assert_eq!(only("a.py", constants), "You are a kind clerk of the town. | [<question>/<topic>]");
    assert_eq!(roles("a.py", constants), [Some("system".to_owned())]);
}

#[test]
fn chains_and_annotations_of_java_are_requests() {
    let chain = "class A { String ask(String question) {\n  return client.prompt().system(s -> s.text(\"You are a {mood} clerk.\").param(\"mood\", mood()))\n    \
        .user(question).call().content();\n} }\n";
    assert_eq!(only("A.java", chain), "You are a <mood> clerk. | <question>");
    let held = "class A { String ask(String question) {\n  var rules = \"You are a {mood} clerk.\";\n  return client.prompt()\n    \
        .system(s -> s.text(rules).param(\"mood\", mood())).user(question).call().content();\n} }\n";
    assert_eq!(only("A.java", held), "You are a <mood> clerk. | <question>");
    let marked = "interface A { @SystemMessage(\"You are a kind clerk.\") String ask(@MemoryId int id, @UserMessage String question); }\n";
    assert_eq!(only("A.java", marked), "You are a kind clerk. | <question>");
    let bare = "interface A { @SystemMessage(\"You are a kind clerk.\") String ask(String question); }\n";
    assert_eq!(only("A.java", bare), "You are a kind clerk. | <question>");
}

#[test]
fn messages_by_role_and_functions_in_place_are_read() {
    let ruby = "class Judge\n  def ask(question)\n    transcript << { system: \"Answer with yes or no, and say why.\" }\n    transcript << { user: question }\n    chat_completion\n  end\nend\n";
    assert_eq!(only("a.rb", ruby), "Answer with yes or no, and say why. | <question>");
    let go = "package a\n\nfunc run(question string) {\n\tgo func(q string) {\n\t\tprompt := fmt.Sprintf(\"You are a clerk. Answer %s.\", q)\n\t\tllm.Chat(prompt)\n\t}(question)\n}\n";
    assert_eq!(only("a.go", go), "You are a clerk. Answer <q>.");
}

#[test]
fn what_a_tool_does_is_said_by_a_method_or_an_argument() {
    let java = "class A { void a() {\n  var tool = ToolSpecification.builder().name(\"weather\").description(\"Returns the weather of a town for five days\").build();\n} }\n";
    assert_eq!(roles("A.java", java), [Some("tool".to_owned())]);
    let script =
        "server.tool(\"weather\", \"Returns the weather of a town for five days\", { town: z.string() }, run);\n";
    assert_eq!(roles("a.ts", script), [Some("tool".to_owned())]);
    let ruby = "class Weather < RubyLLM::Tool\n  description \"Returns the weather of a town\"\n  param :town, desc: \"The name of the town\"\nend\n";
    assert_eq!(texts("a.rb", ruby), ["Returns the weather of a town\nThe name of the town"]);
}

#[test]
fn an_imported_name_is_a_constant_of_another_file() {
    let code = "import { guide } from '@/texts';\nconst prompt = `You are a clerk. ${guide} Answer: ${question}`;\nllm.invoke(prompt);\n";
    let found = read("a.ts", code);
    assert_eq!(found.templates[0].unread.iter().map(|unread| unread.written.as_str()).collect::<Vec<_>>(), ["guide"]);
}

#[test]
fn code_within_many_brackets_is_read_and_deeper_code_is_named() {
    let bracketed =
        format!("prompt = {}'You are a clerk who answers briefly.'{}\n", "(".repeat(1_000), ")".repeat(1_000));
    assert_eq!(only("a.py", &bracketed), "You are a clerk who answers briefly.");
    assert!(read("a.py", &bracketed).too_deep.is_none());
    let listed = format!("prompt = {}'You are a clerk who answers briefly.'{}\n", "[".repeat(1_000), "]".repeat(1_000));
    assert!(read("a.py", &listed).too_deep.is_some());
}

#[test]
fn what_is_stripped_at_the_end_of_a_text_stands_with_the_values_there() {
    let code = "def ask(llm, name, flag):\n    prompt = f'You are a clerk. Answer {name}'\n    prompt = prompt.strip()\n    return llm.invoke(prompt)\n";
    assert_eq!(only("a.py", code), "You are a clerk. Answer[ <name.strip()>/]");
    let chosen = "def ask(llm, flag):\n    prompt = f\"You are a clerk. {'Be kind. ' if flag else ''}\".strip()\n    return llm.invoke(prompt)\n";
    assert_eq!(only("a.py", chosen), "You are a clerk.[ [Be kind./]/]");
    let words = |word: &str| {
        format!(
            "def ask(llm, name):\n    prompt = f\"You are a clerk. Greet {{name or '{word}'}}\"\n    prompt = prompt.strip()\n    return llm.invoke(prompt)\n"
        )
    };
    assert_eq!(only("a.py", &words("all")), "You are a clerk. Greet[ [<name.strip()>/all]/]");
    let go = "package a\n\nfunc ask(q string) string {\n\ttext, err := load(q)\n\treturn fmt.Sprintf(\"You are a clerk. Answer %s, %v.\", text, err)\n}\n";
    assert_eq!(classes("a.go", go).iter().filter(|(_, class)| *class == ExpressionClass::Volatile).count(), 2);
}

#[test]
fn messages_that_methods_add_to_a_builder_are_one_request() {
    let code = "async function ask(query: string, content: string) {\n  const builder = new MessageBuilder(model)\n  \
                builder.appendMessage('system', 'You are a kind clerk.')\n  builder.appendMessage('user', `${query}\\nSources:\\n${content}`)\n  \
                await client.create({messages: builder.messages})\n}\n";
    assert_eq!(only("a.ts", code), "You are a kind clerk. | <query>\nSources:\n<content>");
    let code = "def ask(client, question):\n    chat = Chat()\n    chat.add_system_message('You are a kind clerk.')\n    \
                chat.add_user_message(f'Answer: {question}')\n    return client.send(chat)\n";
    assert_eq!(only("a.py", code), "You are a kind clerk. | Answer: <question>");
}

#[test]
fn a_message_in_the_role_of_an_earlier_one_is_a_message() {
    let code = "def ask(client, earlier):\n    return client.chat(messages=[{'role': earlier.role, 'content': f'The guest said: {earlier.text}'}])\n";
    assert_eq!(only("a.py", code), "The guest said: <earlier.text>");
}

#[test]
fn a_constant_that_is_made_a_template_is_sent_with_what_stands_beside_it() {
    let code = "import { ChatPromptTemplate } from '@langchain/core/prompts';\nconst systemPrompt = `You are a kind clerk. Use these: {context}`;\n\
                const titlePrompt = `Make a title of the question. Be brief.`;\nexport async function ask(question) {\n  \
                const chain = await create({ llm, prompt: ChatPromptTemplate.fromMessages([['system', systemPrompt], ['human', '{input}']]) });\n  \
                await ChatPromptTemplate.fromMessages([['system', titlePrompt], ['human', '{input}']]).pipe(llm).invoke({ input: question });\n}\n";
    assert_eq!(
        texts("a.ts", code),
        ["You are a kind clerk. Use these: <context> | <input>", "Make a title of the question. Be brief. | <input>"]
    );
}

#[test]
fn a_constant_by_convention_and_the_environment_are_of_the_deployment() {
    use ExpressionClass::{Config, Volatile};
    let code = "import os\nCOMMIT_STYLE = get()\nTODAY = today()\nSTYLE = os.getenv('STYLE')\nHOME = os.environ.get('HOME')\n\
                SYSTEM_PROMPT = f'You are a clerk. Write {COMMIT_STYLE} on {TODAY} as {STYLE} in {HOME}.'\n";
    let found: Vec<ExpressionClass> = classes("a.py", code).into_iter().map(|(_, class)| class).collect();
    assert_eq!(found, [Config, Volatile, Config, Volatile]);
    let usual = "import os\ndef ask(llm):\n    return llm.invoke(os.environ.get('QUESTION', 'Summarize the letter of the guest in a line.'))\n";
    assert_eq!(
        only("a.py", usual),
        "[Summarize the letter of the guest in a line./<os.environ.get('QUESTION', 'Summarize the letter of the guest in a line.')>]"
    );
}

#[test]
fn a_key_chooses_one_of_a_records_texts() {
    let script = "const PROMPTS = {\n  title: 'You are a clerk. Name the letter.',\n  'reply-comment': 'You are a clerk. Answer the letter.',\n};\n\
                  async function ask(kind, letter, note) {\n  const prompt = note ? `Note: ${note}` : letter;\n  \
                  return generateText({ model, system: PROMPTS[kind], prompt });\n}\n";
    let found = texts("a.ts", script);
    let whole = found.iter().find(|text| text.contains("Note: <note>"));
    assert!(
        whole.is_some_and(|text| text.contains("Name the letter.") && text.contains("Answer the letter.")),
        "{found:?}"
    );
    let python = "PROMPTS = {'title': 'You are a clerk. Name the letter.', 'reply': 'You are a clerk. Answer the letter.'}\n\
                  def ask(llm, kind, letter):\n    return llm.invoke(PROMPTS.get(kind) + f' It says: {letter}')\n";
    let found = texts("a.py", python);
    assert!(found.iter().any(|text| text.contains("Answer the letter.") && text.ends_with("<letter>")), "{found:?}");
    let at_once = "def ask(llm, kind, letter):\n    rules = {'a': 'You are a clerk. Read: {q}', 'b': 'You are a judge. Read: {q}'}[kind]\n    \
                   return llm.invoke(rules.format(q=letter))\n";
    assert_eq!(classes("a.py", at_once).len(), 2, "{:?}", texts("a.py", at_once));
    let either = "def ask(llm, kind, letter):\n    rules = 'You are a clerk. Read: {q}' if kind else 'You are a judge. Read: {q}'\n    \
                  return llm.invoke(rules.format(q=letter))\n";
    assert_eq!(classes("a.py", either).len(), 2, "{:?}", texts("a.py", either));
}

#[test]
fn a_function_of_what_changes_changes() {
    let code = "class Desk {\n  async ask(plan) {\n    const prompt = `You are a teacher. Write a question.\\n${this.planInstruction(plan)}`;\n    \
                return this.llm.invoke(prompt);\n  }\n  planInstruction(plan) {\n    return `The plan is: ${plan.points}`;\n  }\n}\n";
    assert_eq!(classes("a.ts", code), [("this.planInstruction(plan)".to_owned(), ExpressionClass::Volatile)]);
}

#[test]
fn the_arms_of_rubys_last_statement_are_returned() {
    let code = "class Desk\n  def system_prompt\n    base = <<~TEXT\n      You are a clerk.\n    TEXT\n    if note.present?\n      \
                \"#{base}\\nNote: #{note}\"\n    else\n      base\n    end\n  end\nend\n";
    let found = texts("desk.rb", code);
    assert!(found.iter().any(|text| text.contains("Note: <note>")), "{found:?}");
}

#[test]
fn imports_by_default_and_by_a_projects_names_are_followed() {
    let files = [
        ("./texts.ts", "const RULES = `Be short.`\nexport default RULES"),
        ("./desk.ts", "export default `You are a clerk of the desk.`"),
        ("tsconfig.json", "{ \"compilerOptions\": { \"paths\": { \"shared/*\": [\"./libs/shared/*\"] } } }"),
        ("libs/shared/prompts.ts", "export const DESK = { open: `The desk is open.`, shut: `The desk is shut.` }"),
    ];
    let code = "import RULES from './texts'\nimport deskPrompt, { other } from './desk'\nimport { DESK } from 'shared/prompts'\n\
                generateText({ model, system: `${deskPrompt} ${RULES} ${DESK.open}`, prompt: `Answer: ${question}` })\n";
    let shown: Vec<String> = beside("a.ts", code, &files).templates.iter().map(text).collect();
    assert_eq!(shown, ["You are a clerk of the desk. Be short. The desk is open. | Answer: <question>"]);
}

#[test]
fn all_texts_that_a_followed_function_returns_are_parts_of_the_prompt() {
    let code = "def hint(kind):\n    if kind == 'a':\n        return 'If the question compares two things, always answer with the first one first.'\n    \
                if kind == 'b':\n        return 'If the question is general, always answer with one sentence of what it is.'\n    return ''\n\n\
                def build_messages(question, kind):\n    user = f'Question: {question} '\n    text = hint(kind)\n    if text:\n        user += f'Hint: {text}'\n    \
                return [{'role': 'system', 'content': 'You are a clerk.'}, {'role': 'user', 'content': user}]\n";
    assert_eq!(texts("a.py", code).len(), 1, "{:?}", texts("a.py", code));
}

#[test]
fn a_part_of_a_value_with_a_word_for_none_is_a_value() {
    let code = "const ask = (job) => {\n  const notes = job.notes.map(note => note.text).join('\\n') || 'none'\n  \
                return llm.invoke(`You are a clerk. Read these notes: ${notes.slice(0, 500)}`)\n}\n";
    let file = read("a.ts", code);
    assert!(file.templates[0].unread.is_empty(), "{:?}", file.templates[0].unread);
}

#[test]
fn messages_are_sent_by_what_routes_them_and_a_list_has_nothing_in_place_of_null() {
    let code = "const RULES = `You are a clerk. Find the words that a learner needs.`\nexport async function words(talk, level) {\n  const messages = [\n    \
                { role: 'system', content: RULES },\n    { role: 'user', content: [`The talk: ${talk}`, level ? `Level: ${level}` : null].filter(Boolean).join('\\n') },\n  ]\n  \
                return await routeAndCall(messages, 1)\n}\n";
    let found = classes("a.ts", code);
    let names: Vec<&str> = found.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["talk", "level"], "{:?}", texts("a.ts", code));
}

#[test]
fn a_function_that_makes_the_whole_message_is_a_prompt_and_a_part_stands_in_the_prompt() {
    let chosen = "const deskPrompt = (rooms) => {\n  return `You are a clerk of a desk. These rooms are free: ${rooms.join(', ')}. Answer in a line.`\n}\n\
                  async function ask(rooms, question, isDesk) {\n  const messages = [{ role: 'system', content: isDesk ? deskPrompt(rooms) : otherPrompt(question) }, \
                  { role: 'user', content: question }]\n  return client.chat({ model, messages })\n}\n";
    assert!(
        texts("a.ts", chosen).iter().any(|text| text.starts_with("You are a clerk of a desk.")),
        "{:?}",
        texts("a.ts", chosen)
    );
    let rule = "Always greet the guest who comes in at night, and never give a key to another guest. ".repeat(6);
    let long = format!(
        "def rules_prompt(house):\n    return f'You must keep the rules of {{house}}. {rule}'\n\ndef ask(llm, house, question):\n    \
         return llm.invoke(f'You are a clerk. {{rules_prompt(house)}} Answer: {{question}}')\n"
    );
    for code in [&long, &long.replace(&rule, "")] {
        let found = texts("a.py", code);
        assert!(found.len() == 1 && found[0].contains("You must keep the rules of"), "{found:?}");
    }
}

#[test]
fn fields_of_a_model_of_data_and_functions_of_types_have_their_classes() {
    let python =
        "def ask(model):\n    return f'You are a clerk. Explain {model.raw_sql} of {model.name} to the desk.'\n";
    let (config, volatile) = (ExpressionClass::Config, ExpressionClass::Volatile);
    let told = [("model.raw_sql".to_owned(), volatile), ("model.name".to_owned(), config)];
    assert_eq!(classes("build_prompt.py", python), told);
    let java = "class Prompts { String prompt(String q) { return \"You are a clerk. Name one of \" + Kind.listed() + \" at \" \
        + Instant.now() + \" for: \" + q; } }\n";
    let told =
        [("Kind.listed()".to_owned(), config), ("Instant.now()".to_owned(), volatile), ("q".to_owned(), volatile)];
    assert_eq!(classes("Prompts.java", java), told);
    let python = "class Tool:\n    @classmethod\n    def prompt(cls, question):\n        return f'You must call {SearchTool.name()} for {cls.default_value(\"purpose\")} \\\nat {Clock.now()} and answer: {question}'\n";
    let told = [
        ("SearchTool.name()", config),
        ("cls.default_value(\"purpose\")", config),
        ("Clock.now()", volatile),
        ("question", volatile),
    ];
    assert_eq!(classes("tool_prompts.py", python), told.map(|(text, class)| (text.to_owned(), class)));
}

#[test]
fn quarkus_writes_variables_in_single_braces() {
    let of = |import: &str| {
        format!(
            "import {import};\ninterface Desk {{\n  @SystemMessage(\"You are a clerk.\")\n  @UserMessage(\"Sort this letter: {{letter}}\")\n  String sort(String letter);\n}}\n"
        )
    };
    assert_eq!(
        only("Desk.java", &of("io.quarkiverse.langchain4j.RegisterAiService")),
        "You are a clerk. | Sort this letter: <letter>"
    );
    assert_eq!(
        only("Desk.java", &of("dev.langchain4j.service.AiServices")),
        "You are a clerk. | Sort this letter: {letter}"
    );
}

#[test]
fn every_way_to_import_a_constant_is_followed() {
    let shown = |name: &str, import: &str, value: &str, files: &[(&str, &str)]| {
        let code = match name.rsplit('.').next() {
            Some("py") => format!(
                "{import}\ndef ask(llm, q):\n    return llm.invoke([{{'role': 'system', 'content': f'You are a clerk. {value}'}}])\n"
            ),
            _ => format!("{import}\nllm.invoke([{{role: 'system', content: `You are a clerk. {value}`}}]);\n"),
        };
        beside(name, &code, files).templates.iter().map(text).collect::<Vec<String>>()
    };
    let expected = ["You are a clerk. Be short."];
    let python = [
        ("texts.py", "RULES = 'Be short.'\nLINES = ['Be', 'short.']"),
        ("house/texts.py", "RULES = 'Be short.'"),
        ("./house/__init__.py", "from .texts import *"),
        ("./house/texts.py", "RULES = 'Be short.'"),
    ];
    for (import, value) in [
        ("import texts", "{texts.RULES}"),
        ("import texts as t", "{t.RULES}"),
        ("import house.texts", "{house.texts.RULES}"),
        ("from .house import RULES", "{RULES}"),
        ("from texts import (\n    RULES as FIRST,  # what comes first\n)", "{FIRST}"),
        ("from texts import LINES", "{' '.join(LINES)}"),
    ] {
        assert_eq!(shown("a.py", import, value, &python), expected, "{import}");
    }
    let script = [
        ("./texts.ts", "export const RULES = `Be short.`;\nconst own = `Be short.`;\nexport { own as HOUSE };"),
        ("./lib/index.ts", "export * from '../texts';\nexport { RULES as FIRST } from '../texts';"),
        ("texts.ts", "export const RULES = `Be short.`;"),
    ];
    for (import, value) in [
        ("import * as t from './texts'", "${t.RULES}"),
        ("import { HOUSE } from './texts'", "${HOUSE}"),
        ("import { FIRST } from './lib'", "${FIRST}"),
        ("import { RULES } from './lib'", "${RULES}"),
        ("const { RULES } = require('./texts')", "${RULES}"),
        ("const texts = require('./texts')", "${texts.RULES}"),
    ] {
        assert_eq!(shown("a.ts", import, value, &script), expected, "{import}");
    }
    let others = "package p\nimport \"fmt\"\nfunc a() { fmt.Println(`x`) }\nconst rules = `Be short.`\nvar n = 1\n";
    let go = "package p\nfunc Ask() []Message {\n\treturn []Message{{Role: \"system\", Content: \"You are a clerk. \" + rules}}\n}\n";
    let shown: Vec<String> = beside("a.go", go, &[("./*.go", others)]).templates.iter().map(text).collect();
    assert_eq!(shown, expected);
    let java = "class Desk {\n  List<Message> ask() {\n    return List.of(new SystemMessage(\"You are a clerk. \" + Texts.RULES));\n  }\n}\n";
    let texts = [("./Texts.java", "class Texts {\n  static final String RULES = \"Be short.\";\n}\n")];
    let shown: Vec<String> = beside("Desk.java", java, &texts).templates.iter().map(text).collect();
    assert_eq!(shown, expected);
}
