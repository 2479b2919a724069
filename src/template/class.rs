//! Classes of expressions: the same in each request, the same for a deployment, or of the request.

use super::volatile::words;
use super::{Fragment, Placeholder};

/// The span of time over which an expression keeps its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExpressionClass {
    /// Always: a constant.
    Stable,
    /// As long as a program runs as it is set up: a language, a number of results, a list of tools.
    Config,
    /// Not beyond a request, a session or a user: a time, an id, a question, a directory.
    Volatile,
}

/// Words of settings that are so beside a word of a request (`output_format`, `max_results`), and as a field of what it brings.
const FORMS: &[&str] = &[
    "format",
    "formats",
    "schema",
    "schemas",
    "language",
    "languages",
    "lang",
    "locale",
    "max",
    "min",
    "maximum",
    "minimum",
    "limit",
    "stop",
    "tools",
    "functions",
];

/// Words of settings that are so beside a word of a request alone.
const SETTINGS: &[&str] =
    &["tone", "style", "tool", "persona", "personality", "role", "instructions", "delimiter", "window"];

/// Words that make a number one of the conversation and not of the setup.
const COUNTED: &[&str] = &[
    "turn",
    "step",
    "iteration",
    "attempt",
    "retry",
    "message",
    "round",
    "current",
    "run",
    "trial",
    "epoch",
    "episode",
    "page",
    "line",
    "row",
    "batch",
];

/// Words of numbers.
const NUMBERS: &[&str] = &["num", "number", "count", "size", "length", "n", "top", "k"];

/// Words of what a tool did, beside `tool`.
const OUTCOMES: &[&str] = &["result", "results", "output", "outputs", "call", "calls", "response", "error", "input"];

/// Words of what a request, a user, a time or a machine brings.
const OF_REQUESTS: &[&str] = &[
    "now",
    "today",
    "date",
    "datetime",
    "time",
    "timestamp",
    "day",
    "year",
    "month",
    "utcnow",
    "isoformat",
    "strftime",
    "id",
    "ids",
    "uuid",
    "session",
    "random",
    "choice",
    "shuffle",
    "sample",
    "seed",
    "user",
    "users",
    "username",
    "question",
    "questions",
    "query",
    "queries",
    "input",
    "inputs",
    "message",
    "messages",
    "msg",
    "msgs",
    "reply",
    "history",
    "conversation",
    "chat",
    "context",
    "content",
    "contents",
    "text",
    "texts",
    "document",
    "documents",
    "doc",
    "docs",
    "code",
    "diff",
    "file",
    "files",
    "filename",
    "filepath",
    "path",
    "paths",
    "cwd",
    "dir",
    "directory",
    "folder",
    "workspace",
    "request",
    "response",
    "result",
    "results",
    "output",
    "outputs",
    "observation",
    "observations",
    "thought",
    "thoughts",
    "scratchpad",
    "memory",
    "memories",
    "summary",
    "task",
    "tasks",
    "topic",
    "title",
    "url",
    "issue",
    "email",
    "error",
    "errors",
    "data",
    "state",
    "plan",
    "step",
    "steps",
    "search",
    "answer",
    "os",
    "shell",
    "platform",
    "environment",
    "env",
    "repo",
    "branch",
    "commit",
    "image",
    "page",
    "article",
    "articles",
    "report",
    "reports",
    "draft",
    "chunk",
    "chunks",
    "transcript",
    "feedback",
    "previous",
    "current",
    "latest",
    "recent",
    "round",
    "index",
    "idx",
];

/// Words of what a program is set up with.
const OF_SETUPS: &[&str] = &[
    "roles",
    "settings",
    "setting",
    "config",
    "configuration",
    "options",
    "option",
    "mode",
    "version",
    "model",
    "models",
    "provider",
    "agent",
    "agents",
    "assistant",
    "bot",
    "company",
    "product",
    "brand",
    "app",
    "guidelines",
    "rules",
    "rule",
    "examples",
    "example",
    "template",
    "templates",
    "prompt",
    "prompts",
    "system",
    "instruction",
    "capabilities",
    "categories",
    "category",
    "labels",
    "types",
    "supported",
    "allowed",
    "available",
    "enabled",
    "separator",
    "tag",
    "prefix",
    "suffix",
    "fence",
    "marker",
    "backstory",
];

/// Words of a setup that are as well what a request is about, where a function is given it or looks it up.
const THINGS: &[&str] = &["company", "product", "brand", "category", "app"];

/// Words of settings that are so as a field of what a request brings alone.
const HOLDERS: &[&str] = &["config", "configuration", "settings", "options"];

/// First words of functions that look something up.
const LOOKING_UP: &[&str] = &["find", "fetch", "first", "single", "retrieve", "lookup"];

impl ExpressionClass {
    /// Its name in machine formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Config => "config",
            Self::Volatile => "volatile",
        }
    }

    /// The class that the name of a function's parameter tells.
    pub fn of_parameter(name: &str) -> Option<Self> {
        let words = words(name);
        let rest: Vec<&str> = words.iter().map(String::as_str).filter(|word| !THINGS.contains(word)).collect();
        if rest.len() == words.len() { Self::of_words(name) } else { Self::of_words(&rest.join("_")) }
    }

    /// The class that the names of a field and of an object tell which holds what a request brings.
    pub fn of_field(written: &str) -> Option<Self> {
        let is_lasting = words(written).iter().any(|word| FORMS.iter().chain(HOLDERS).any(|lasting| word == lasting));
        Some(if is_lasting { Self::Config } else { Self::Volatile })
    }

    /// The class that a function's name tells, given that of what the function is given.
    pub fn of_call(function: &str, given: Option<Self>) -> Option<Self> {
        let told = Self::of_words(function);
        let last = function.rsplit('.').next().unwrap_or(function);
        let looks_up = words(last).first().is_some_and(|verb| LOOKING_UP.contains(&verb.as_str()));
        // Examples that are chosen for a question are the question's.
        let is_chosen = given == Some(Self::Volatile)
            && !words(function).iter().any(|word| FORMS.iter().chain(SETTINGS).any(|setting| word == setting));
        match told {
            None if looks_up => Some(Self::Volatile),
            Some(Self::Config) if is_chosen => Some(Self::Volatile),
            told => told,
        }
    }

    /// The class that the words of an expression tell; `None` if they tell nothing.
    pub fn of_words(written: &str) -> Option<Self> {
        let words = words(written);
        let has = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
        // A question, unless another word says that it is the program's own.
        let is_asked = match words.as_slice() {
            [only] => ["prompt", "instruction"].contains(&only.as_str()),
            [of, only] => {
                ["user", "original", "input", "task", "current"].contains(&of.as_str())
                    && ["prompt", "instruction"].contains(&only.as_str())
            }
            _ => false,
        };
        if is_asked {
            return Some(Self::Volatile);
        }
        // A program's own, to which another may add.
        let is_of_system =
            words.windows(2).any(|pair| pair[0] == "system" && ["message", "msg", "text"].contains(&pair[1].as_str()));
        if is_of_system {
            return Some(Self::Config);
        }
        let is_setting = has(FORMS) || has(SETTINGS);
        // A flight's number, an order's.
        let is_identifier = words.len() > 1 && words.last().is_some_and(|last| last == "number") && !is_setting;
        if is_identifier {
            return Some(Self::Volatile);
        }
        let is_number = has(NUMBERS) || has(&["max", "min", "limit"]);
        // However many there are, a bound on them is set up.
        let is_bound = has(&["max", "min"]);
        let is_outcome = has(&["tool", "tools", "function"]) && has(OUTCOMES) || is_number && has(COUNTED);
        if is_outcome && !is_bound {
            Some(Self::Volatile)
        } else if is_setting || is_number {
            Some(Self::Config)
        } else if has(OF_REQUESTS) {
            Some(Self::Volatile)
        } else if has(OF_SETUPS) {
            Some(Self::Config)
        } else {
            None
        }
    }
}

/// Words that tell nothing within the name of a constant, such as `COMMIT_STYLE` or `MAX_STEP`.
const IDLE_IN_CONSTANTS: &[&str] = &["commit", "session", "step", "steps", "turn", "turns"];

/// Tells whether an expression is one name in capitals that speaks of no time and of no request: a constant or a flag by convention.
pub fn is_constant_by_convention(expression: &str) -> bool {
    let is_name = expression.len() > 1
        && expression.starts_with(|letter: char| letter.is_ascii_uppercase())
        && expression.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    let words: Vec<String> =
        words(expression).into_iter().filter(|word| !IDLE_IN_CONSTANTS.contains(&word.as_str())).collect();
    is_name && ExpressionClass::of_words(&words.join("_")) != Some(ExpressionClass::Volatile)
}

impl Placeholder {
    /// The class of its value: as its code says, else as its words do; what nothing is known of may differ.
    pub fn class(&self) -> ExpressionClass {
        let by_convention = || is_constant_by_convention(self.expression().trim()).then_some(ExpressionClass::Config);
        self.class
            .or_else(by_convention)
            .or_else(|| ExpressionClass::of_words(&self.written))
            .unwrap_or(ExpressionClass::Volatile)
    }

    /// The expression itself, without the marks around it.
    pub fn expression(&self) -> &str {
        if !self.written.starts_with(['{', '$', '<']) {
            return &self.written;
        }
        self.written.trim_matches(|letter: char| "{}$<%>=-@#~ ".contains(letter))
    }
}

/// The values in some fragments, in the order in which they are written.
pub fn values<'a>(fragments: &'a [Fragment], found: &mut Vec<&'a Placeholder>) {
    for fragment in fragments {
        match fragment {
            Fragment::Text(_) => {}
            Fragment::Value(value) => found.push(value),
            Fragment::Choice(choice) => choice.branches.iter().for_each(|branch| values(branch, found)),
        }
    }
}

/// Makes the values constant that are the same for a deployment. Tells whether there are any.
pub(super) fn fix(fragments: &mut [Fragment]) -> bool {
    let mut is_any = false;
    for fragment in fragments {
        match fragment {
            Fragment::Value(value) if value.class() == ExpressionClass::Config => {
                value.class = Some(ExpressionClass::Stable);
                is_any = true;
            }
            Fragment::Text(_) | Fragment::Value(_) => {}
            Fragment::Choice(choice) => choice.branches.iter_mut().for_each(|branch| is_any |= fix(branch)),
        }
    }
    is_any
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_capitals_are_constants_by_convention() {
        for name in ["COMMIT_STYLE", "SESSION_POLICY", "MAX_TURNS", "VERBOSE", "LANG"] {
            assert!(is_constant_by_convention(name), "{name}");
        }
        for name in ["CURRENT_TIME", "TODAY", "QUESTION", "USER_INPUT", "SESSION_ID", "name", "X.y", "A"] {
            assert!(!is_constant_by_convention(name), "{name}");
        }
    }

    #[test]
    fn words_tell_the_class_of_an_expression() {
        let told = [
            ("datetime.now().isoformat()", Some(ExpressionClass::Volatile)),
            ("max_results", Some(ExpressionClass::Config)),
            ("output_format", Some(ExpressionClass::Config)),
            ("user_question", Some(ExpressionClass::Volatile)),
            ("tool_names", Some(ExpressionClass::Config)),
            ("tool_result", Some(ExpressionClass::Volatile)),
            ("step_number", Some(ExpressionClass::Volatile)),
            ("prompt", Some(ExpressionClass::Volatile)),
            ("user_instruction", Some(ExpressionClass::Volatile)),
            ("system_prompt", Some(ExpressionClass::Config)),
            ("time_window", Some(ExpressionClass::Config)),
            ("flight_number", Some(ExpressionClass::Volatile)),
            ("agent.system_message", Some(ExpressionClass::Config)),
            ("zebra", None),
        ];
        let config = Some(ExpressionClass::Config);
        assert_eq!(ExpressionClass::of_words("company_name"), config);
        assert_eq!(ExpressionClass::of_parameter("company_name"), None);
        assert_eq!(ExpressionClass::of_parameter("output_format"), config);
        assert_eq!(ExpressionClass::of_field("ticket.style"), Some(ExpressionClass::Volatile));
        assert_eq!(ExpressionClass::of_field("user.language"), config);
        assert_eq!(
            ExpressionClass::of_call("get_examples", Some(ExpressionClass::Volatile)),
            Some(ExpressionClass::Volatile)
        );
        assert_eq!(ExpressionClass::of_call("get_examples", Some(ExpressionClass::Stable)), config);
        assert_eq!(ExpressionClass::of_call("db.Products.FindAsync", None), Some(ExpressionClass::Volatile));
        for (written, class) in told {
            assert_eq!(ExpressionClass::of_words(written), class, "{written}");
        }
    }
}
