//! Words of names that distinguish texts, each list as one text.

/// Words of names that say that a text is a prompt.
pub(super) const STRONG: &str = "prompt prompts instruction instructions sysprompt systemprompt userprompt subprompt preprompt persona personas \
    backstory prompting superprompt metaprompt preamble sysmsg basePrompt jailbreak rubric promptlet fewshot";

/// Words of names that prompts have among other texts.
pub(super) const MEDIUM: &str = "system template templates guidelines guideline guidance few shots messages reminder directive directives \
    criteria llm gpt claude agent role task query question goal message content context rules request";

/// Words of names that say that a text is a part of a prompt.
pub(super) const PARTS: &str = "section sections part parts suffix addendum snippet fragment footer header block \
    addon addons append appendix appended";

/// Pairs of words that say it together.
pub(super) const PAIRS: &str = "system_message system_msg system_content system_text system_role user_message sys_msg \
    human_message system_context";

/// The words of functions and objects that models are called by.
pub(super) const MODELS: &str = "llm llms model chat gpt openai claude anthropic gemini completion completions generate agent assistant aask ask \
    prompt prompts bedrock ollama mistral cohere groq litellm acompletion predictor generator chain lm ai \
    messages responses kickoff invoke ainvoke task";

/// Functions and methods that send what they are given to a model.
pub(super) const ASKING: &str = "aask ainvoke acompletion generate_content generateContent generate_text generateText GenerateContent streamText \
    generateObject GenerateFromSinglePrompt InvokePromptAsync InvokePrompt CompleteChat GetResponseAsync system \
    defaultSystem default_system withSystemPrompt with_system_prompt AddSystemMessage AddUserMessage \
    AddDeveloperMessage AddAssistantMessage user system_prompt systemPrompt systemMessage userMessage";

/// The words of parameters that models' functions have.
pub(super) const PARAMETERS: &str = "prompt prompts system instructions instruction messages template input question query task goal backstory role \
    message content contents description text persona suffix prefix";

/// Those of them by which nothing is passed but what a model is asked.
pub(super) const REQUESTS: &str = "prompt prompts system instruction instructions query question task goal backstory";

/// Names of texts that people read, and programs.
pub(super) const FOR_PEOPLE: &str = "md help usage error err errors exception warning warn log logger logging debug label title tooltip placeholder html \
    css sql regex pattern url uri href banner license copyright changelog readme doc docs documentation \
    docstring epilog toast notification alert class classname caption header headers subject script command cmd \
    selector xpath path pathname filename version reason status svg style deprecated hint js javascript \
    deprecation variables comment comments announcement announcements notice release";

/// Those of them that no prompt has, whatever its file is called.
pub(super) const OF_PAGES: &str = "html css svg tooltip toast placeholder selector selectors xpath";

/// Words of functions that show a text on a page or in a terminal.
pub(super) const WIDGETS: &str =
    "confirm print alert toast notify radio button selectbox checkbox click header subheader caption";

/// Words of names of what a program reports to people.
pub(super) const REPORTS: &str = "report reports summary lines line log logs output outputs reasons changelog stats results table rows narrative markdown md body";

/// Words of functions that describe an interface of the web for people.
pub(super) const PAGES: &str = "doc docs apidoc openapi swagger route endpoint";

/// Words of names of what a page or a terminal shows.
pub(super) const OF_UI: &str = "ui menu menus labels hints tooltips buttons toasts dialogs";

/// First words of functions of loggers, consoles, command lines, pages and patterns.
pub(super) const LOGGERS: &str = "console logger logging log print click typer argparse re gr st cl";

/// Functions that show or log what they are given, or search with it.
pub(super) const SHOWING: &str = "print log info warn warning error debug exception critical fatal trace echo secho console puts printf println \
    format_error option argument add_argument add_parser input confirm getpass inquirer questionary alert toast \
    notify showinformationmessage showerrormessage showwarningmessage execute compile search match sub findall \
    re regexp split endswith startswith deprecated describe it test assertequal expect skip parametrize progress errorf \
    send_json emit broadcast jsonify setmessages postmessage \
    exec execsync execfile spawn spawnsync check_output check_call popen getoutput spinner panel markdown rule st gr logger logging raise fail throw";

/// First words of functions that keep what they are given, or pass it on to others than a model.
pub(super) const STORING: &str = "save store persist record emit publish insert update delete enqueue broadcast notify";

/// Methods of texts and lists, whatever the variable is called.
pub(super) const METHODS: &str = "replace replaceAll split includes startsWith endsWith indexOf match push append get set has gsub sub tr delete start_with? end_with? include? startswith endswith \
    find count test index where find_by_sql strftime strptime contains writeln write add remove insert extend setdefault pop";

/// Elements of pages.
pub(super) const ELEMENTS: &str = "html head body div p span a ul ol li table tr td th thead tbody h1 h2 h3 h4 h5 h6 button script style br hr \
    form input label section header footer nav main article img svg path g rect circle template title meta link pre code \
    strong em b i small select option textarea iframe fragment view text";

/// Tells whether a list has a word.
pub(super) fn has(list: &str, word: &str) -> bool {
    list.split_whitespace().any(|known| known == word)
}

/// The last name of a function as written.
pub(super) fn last(function: &str) -> &str {
    function.rsplit('.').next().unwrap_or(function)
}

/// Tells whether a decorator makes a function an action of an agent in a browser: `@controller.action("…")`.
pub(super) fn is_action(name: &str) -> bool {
    let mut parts = name.rsplit('.');
    parts.next() == Some("action") && parts.any(|part| ["tools", "controller", "registry"].contains(&part))
}
