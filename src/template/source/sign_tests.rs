//! Texts that are prompts by their place and use, and texts that only look like them.

use super::tests::{names, only, read, text};
use crate::template::Certainty;

fn count(file: &str, code: &str) -> usize {
    read(file, code).templates.len()
}

fn certainties(file: &str, code: &str) -> Vec<Certainty> {
    read(file, code).templates.iter().map(|template| template.certainty).collect()
}

#[test]
fn placeholders_that_a_pattern_fills_are_values() {
    let fills = "const fill = (text, values) => text.replace(/\\${(.*?)}/g, (_, key) => values[key])\n";
    let prompts = "export const prompts = {review: {template: `Review this code of \\${path}. Name each fault.`}}\n";
    assert_eq!(only("a.ts", &format!("{fills}{prompts}")), "Review this code of <path>. Name each fault.");
    // A model that is asked to write such text reads it as it is.
    assert_eq!(only("a.ts", prompts), "Review this code of ${path}. Name each fault.");
}

#[test]
fn what_a_class_says_of_itself_is_no_prompt() {
    let node = "class Node {\n  constructor() {\n    this.description = 'Answer questions based on the context, always in the user\\'s words'\n  }\n}\n";
    assert_eq!(count("node.ts", node), 0);
    let tags = "tags = [TagWithInstructions(name='phone', instructions='Phone number')]\n";
    assert_eq!(count("tags.py", tags), 0);
}

#[test]
fn a_report_to_a_model_is_a_prompt_among_prompts() {
    let report = "export const notes = {\n  noTools: () => {\n    return `[ERROR] You did not use a tool in your last answer. Please answer again with a tool.\n\n\
        # Next steps\n\nIf you have done all that the user asked, you must use the tool that ends the task. If you need more from the user, \
        always ask with the tool for questions. Do not answer this message in words, as a program wrote it.`\n  },\n}\n";
    assert_eq!(count("src/prompts/notes.ts", report), 1);
    assert_eq!(count("src/server/notes.ts", report), 0);
}

#[test]
fn a_local_text_and_a_value_are_one_request() {
    let code = "def ask(question):\n    system_prompt = 'You are a careful clerk. Answer in one sentence.'\n    \
        messages = [{'role': 'system', 'content': system_prompt}, {'role': 'user', 'content': question}]\n    return complete(messages)\n";
    let file = read("a.py", code);
    let texts: Vec<String> = file.templates.iter().map(text).collect();
    assert_eq!(texts, ["You are a careful clerk. Answer in one sentence. | <question>"]);
}

#[test]
fn heredocs_of_rails_lose_their_indent() {
    let code = "class Clerk\n  def instructions\n    <<-TEXT.strip_heredoc\n      You are a careful clerk.\n        Answer in one sentence.\n    TEXT\n  end\nend\n";
    assert_eq!(only("clerk.rb", code), "You are a careful clerk.\n  Answer in one sentence.\n");
}

#[test]
fn a_text_that_only_reads_like_a_prompt_is_listed_as_one_perhaps() {
    let words = "You are a careful reviewer. You must review the post below, answer with yes or no, and always say why you chose so.";
    let shown = [
        format!("SYSTEM_PROMPT = '{words}'\n"),
        format!("def ask(llm):\n    return llm.invoke('{words}')\n"),
        format!("def build_prompt(post):\n    return f'{words} {{post}}'\n"),
        format!("# cachecheck: prompt\nPAGE = '{words}'\n"),
    ];
    for code in shown {
        assert_eq!(certainties("a.py", &code), [Certainty::Shown], "{code}");
    }
    let page = format!("def page(post):\n    return f'{words} {{post}}'\n");
    assert_eq!(certainties("a.py", &page), [Certainty::Perhaps]);
    assert_eq!(certainties("prompts.py", &page), [Certainty::Shown]);
}

#[test]
fn what_an_agent_does_is_told_to_those_that_hand_on_to_it() {
    let code = "clerk = LlmAgent(name='clerk', description='Answers letters of guests.', instruction='You are a clerk. Be kind.')\n";
    assert_eq!(count("a.py", code), 2);
}

#[test]
fn what_an_agent_is_run_with_is_asked_of_it() {
    let script = "import { run } from '@openai/agents'\nexport const go = (topic) => run(deskAgent, `Write about ${topic} in two lines.`)\n";
    assert_eq!(only("a.ts", script), "Write about <topic> in two lines.");
    let python = "async def go(topic):\n    return await Runner.run(agent, f'Write about {topic} in two lines.')\n";
    assert_eq!(only("a.py", python), "Write about <topic> in two lines.");
    assert_eq!(count("a.ts", "run(command, `Write about ${topic} in two lines.`)\n"), 0);
}

#[test]
fn what_a_person_is_asked_or_told_is_no_prompt() {
    let asked = "async function gate(ask, job) {\n  const question = `The letter for ${job} is weak. Do you want to send it, or to leave it out?`\n  \
                 return await ask.askUser('reviewer', question)\n}\n";
    assert_eq!(count("a.ts", asked), 0);
    let excuse = "def answer(kind):\n    user_message = 'The desk is temporarily unavailable. Please try again in a moment.'\n    return Reply(content=user_message)\n";
    assert_eq!(count("a.py", excuse), 0);
    // A model is told so, too.
    let again = "def again(llm):\n    retry_prompt = 'Your answer was no JSON. Please try again with an object.'\n    return llm.invoke(retry_prompt)\n";
    assert_eq!(count("a.py", again), 1);
}

#[test]
fn a_text_that_another_arm_replaces_by_a_value_is_a_prompt() {
    let code = "def digest(llm, custom, hours):\n    if custom:\n        prompt = custom\n    else:\n        \
        prompt = f'Sort the letters of the last {hours} hours. Say which need an answer, and be brief.'\n    return llm.invoke(prompt)\n";
    assert_eq!(count("digest.py", code), 1);
    assert!(
        only("digest.py", code).contains("Sort the letters of the last <hours> hours."),
        "{}",
        only("digest.py", code)
    );
}

#[test]
fn constants_with_places_among_prompts_are_prompts() {
    let prompt =
        |name: &str, thing: &str| format!("{name} = 'You are a clerk. Sort the {thing} in {{text}} by name.'\n");
    let three =
        prompt("FIRST_PROMPT", "letters") + &prompt("NEXT_PROMPT", "parcels") + &prompt("LAST_PROMPT", "stamps");
    let feedback = "REJECTED_FEEDBACK = 'The desk did not accept the list {text}. Mend it as the note says: {note}'\n";
    assert_eq!(count("defaults.py", &format!("{three}{feedback}")), 4);
    assert_eq!(count("defaults.py", feedback), 0);
}

#[test]
fn what_is_logged_answered_or_shown_as_a_sample_is_no_prompt() {
    let logged = "function f(prompt) {\n  logEvent('start', clean({ prompt: `Sort the letters of ${prompt.slice(0, 9)} by name.` }));\n}\n";
    assert_eq!(count("a.ts", logged), 0);
    let answered = "def f(laws):\n    lines = ['Here is what the law says:', 'Please ask a lawyer before you act on it.']\n    \
        return AgentResult(agent_name='law', content='\\n'.join(lines))\n";
    assert_eq!(count("agent.py", answered), 0);
    let sample = "docs = [{'Example_Prompt_Text': 'Describe the best day of your life.', 'level': 'B1'}]\n";
    assert_eq!(count("load.py", sample), 0);
    let test = "class PromptTests { void A() { var history = new List<Message> { new Message { Role = \"user\", Content = \"Earlier question\" } };\n    \
        builder.Build(history); } }\n";
    assert_eq!(count("PromptBuilderTests.cs", test), 0);
}

#[test]
fn messages_that_a_page_keeps_are_not_sent_by_that() {
    let page = "function Game() {\n  const note = { role: 'system', content: `You found a key. Read the map and open the door.` };\n  \
        chat.setConversation(shown => [...shown, note]);\n}\n";
    assert_eq!(count("Game.js", page), 0);
    let sent = page.replace(
        "chat.setConversation(shown => [...shown, note])",
        "openai.chat.completions.create({ messages: [...shown, note] })",
    );
    assert_eq!(count("Game.js", &sent), 1);
}

#[test]
fn tasks_of_a_tracker_dialogs_and_pages_are_no_prompts() {
    let task = "issues = [{'title': 'Sort letters', 'labels': ['desk'], 'body': '## Overview\\nAdd a shelf for letters. You must keep the old one until \
        all letters are moved, and always write down which went where.'}]\n";
    assert_eq!(count("create.py", task), 0);
    let dialog = "async function drop(version) {\n  const sure = await ask({ message: `Delete version ${version}? This cannot be undone.`, confirmText: 'Delete' });\n  \
        list.innerHTML = '<p>Write your first prompt above, and then choose a version.</p>';\n}\n";
    assert_eq!(count("prompt-builder.js", dialog), 0);
}

#[test]
fn what_no_model_is_asked_is_no_prompt() {
    let graph = "docs = store.find(query='MATCH (a:Part)-[:IN]->(b) RETURN a.name AS name, b.size AS size')\n";
    assert_eq!(count("a.py", graph), 0);
    let person = "if ask_yes_no('Write the answer to the file of results?'):\n    write()\n";
    assert_eq!(count("a.py", person), 0);
    let step = "from promptflow.core import tool\n@tool\ndef count(items):\n    '''\n    Count the items of the list.\n    '''\n    return len(items)\n";
    assert_eq!(count("a.py", step), 0);
    let words = "class Rule:\n    instruction_words = ['please', 'can you', 'help me', 'write']\n";
    assert_eq!(count("a.py", words), 0);
    let probe = "ok = improve_prompt(prompt='Test of the health of it', user=1)\n";
    assert_eq!(count("a.py", probe), 0);
    let record = "export const scenes = {mass: scene('A weight hangs on a rope of two metres.', [{id: 'pivot', kind: 'point', role: 'pivot'}])}\n";
    assert_eq!(count("a.ts", record), 0);
    let shown = "async function f(e) {\n  const msg = {id, role: 'assistant', content: e.message || 'The request failed, please try it again.'}\n  \
        await chatService.saveMessage(msg)\n}\n";
    assert!(certainties("a.ts", shown).iter().all(|certainty| *certainty == Certainty::Perhaps));
}

#[test]
fn short_questions_and_places_alone_are_asked() {
    let places =
        "class Desk(PromptTemplate):\n    DEFAULT_TEMPLATE = '''Context:\n{context}\n\nQuestion:\n{question}\n'''\n";
    assert_eq!(count("a.py", places), 1);
    let dense = "query = '今天的書在哪裡可以找到呢'\nclient.chat(parameters: {model: 'm', messages: [{role: 'user', content: query}]})\n";
    assert_eq!(count("a.rb", dense), 1);
    let constant = "package p\nfunc f() {\n\tconst system = \"You are a clerk of a shop. \" +\n\t\t\"Answer briefly.\"\n\t\
        c.New(ctx, api.Params{Model: m, System: []api.Text{{Text: system}}, Messages: msgs})\n}\n";
    assert_eq!(certainties("a.go", constant), [Certainty::Shown]);
    let both = "def f(ai, files, p):\n    return ai.start(system='You write code.', user=p.text + '\\nThe files:\\n' + files.all())\n";
    assert_eq!(only("a.py", both), "You write code. | <p.text>\nThe files:\n<files.all()>");
    let status = "class T {\n  [KernelFunction, Description(\"Get the state\")]\n  public string Status(string s) => ops.Status(s);\n}\n";
    assert_eq!(count("a.cs", status), 1);
    let usual =
        "import os\nclass S:\n    system_prompt: str = str(os.getenv('P', 'You are a clerk. Use this:\\n{context}'))\n";
    let file = read("a.py", usual);
    let mut values = Vec::new();
    crate::template::class::values(&file.templates[0].messages[0].content, &mut values);
    assert!(values.iter().any(|value| value.written == "{context}"));
}

#[test]
fn what_a_terminal_shows_is_no_prompt_whatever_it_is_called() {
    let menu = "export const PROMPT_UI = {\n  MENU: {SELECT_PROMPT: 'Select a prompt to manage:'},\n  LABELS: {PROMPT: 'Choose an action for this prompt:'},\n}\n";
    assert_eq!(count("src/shared/prompt.ts", menu), 0);
}

#[test]
fn a_constant_that_is_sent_unless_something_is_given_is_the_prompt() {
    let code = "_DEFAULT_PROMPT = 'Extract all text that can be seen on this page. Return only the text.'\n\
        def read_page(client, data, prompt=None):\n    prompt = prompt or _DEFAULT_PROMPT\n    \
        return client.messages.create(model='m', messages=[{'role': 'user', 'content': [\
        {'type': 'image', 'source': data}, {'type': 'text', 'text': prompt}]}])\n";
    assert_eq!(names(code), ["_DEFAULT_PROMPT"]);
}

#[test]
fn a_description_that_a_decorator_takes_stands_for_the_docstring() {
    let code = "from langchain_core.tools import tool\nTEXT = 'Searches the web for facts on what is asked.'\n\
        @tool(description=TEXT)\ndef search(query):\n    '''Fetch results and join them, for people.'''\n    return []\n";
    assert_eq!(only("a.py", code), "Searches the web for facts on what is asked.");
    let action = "@tools.registry.action('Uses a second helper where the first one fails on a page.')\n\
        async def fallback(params):\n    '''Fallback.'''\n    return params\n";
    assert_eq!(only("a.py", action), "Uses a second helper where the first one fails on a page.");
}

#[test]
fn a_join_for_a_checksum_takes_no_prompts_away() {
    let code = "public final class Sources {\n    public static final String SYSTEM_PROMPT =\n        \"\"\"\n        You rewrite questions for a search.\n        \
        Answer with one line and nothing else.\n        \"\"\";\n    public static final String USER_PROMPT =\n        \"\"\"\n        Rewrite the last question:\n        \
        %s\n        \"\"\";\n    public static String fingerprintMaterial() {\n        return SYSTEM_PROMPT + \"---\" + USER_PROMPT;\n    }\n}\n";
    let file = read("Sources.java", code);
    let named = file.templates.iter().filter_map(|template| template.name.as_deref()).collect::<Vec<_>>();
    assert_eq!(named, ["Sources.SYSTEM_PROMPT", "Sources.USER_PROMPT"]);
}

#[test]
fn help_of_flags_and_questions_to_a_person_are_no_prompts() {
    let go = "package p\nfunc init() {\n\tcmd.Flags().BoolVar(&json, \"json\", false, \"Use a JSON file to set the model instead of asking for it\")\n}\n";
    assert_eq!(count("a.go", go), 0);
    let python = "class InputOutput:\n    def offer_url(self, url, prompt='Open URL for more info?'):\n        \
        return self.confirm_ask(prompt, subject=url)\n";
    assert_eq!(count("a.py", python), 0);
}

#[test]
fn a_declared_text_of_go_grows_from_nothing() {
    let code = "package p\nfunc prompt(task string) string {\n\tvar prompt string\n\tprompt += \"CURRENT TASK: \" + task + \"\\n\"\n\t\
        prompt += \"Write the code of the current task, and of no other task.\"\n\treturn prompt\n}\n";
    assert_eq!(only("a.go", code), "CURRENT TASK: <task>\nWrite the code of the current task, and of no other task.");
}

#[test]
fn parts_that_a_builder_of_a_prompt_joins_are_shown() {
    let code = "class Builder:\n    def build_system_prompt(self, tools):\n        \
        prompt_parts = ['You are Ada, who helps people to look into their data.', 'Use the tools that you have.']\n        \
        if tools:\n            prompt_parts.append('Ask before you change anything.')\n        return '\\n'.join(prompt_parts)\n";
    assert_eq!(certainties("a.py", code), [Certainty::Shown]);
}
