//! Classes of expressions: the same in each request, the same for a deployment, or of the request.

use super::class_words::{
    COUNTED, FORMS, HOLDERS, IDLE_IN_CONSTANTS, LOOKING_UP, NUMBERS, OF_REQUESTS, OF_SETUPS, OF_SITES, OUTCOMES,
    PARTS_OF_PROGRAMS, SETTINGS, SITES, THINGS, has,
};
use super::volatile::words;
use super::{Choice, Fragment, Placeholder};

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

/// A rule that tells the class of an expression by the words of its names.
#[cfg_attr(not(test), expect(dead_code, reason = "the docs have the words, and a test holds them against these"))]
struct WordRule {
    /// The things that its words speak of.
    about: &'static str,
    class: ExpressionClass,
    /// The reason for the class.
    why: &'static str,
    /// Names that it tells.
    examples: &'static [&'static str],
    applies: fn(&Words) -> bool,
}

/// All of them: the first that applies tells the class. Names that none tells are said to be unknown, and what becomes of those depends on
/// where they come from (`source/origin.rs`).
const RULES: &[WordRule] = &[
    WordRule {
        about: "a prompt or an instruction, alone or as the user's",
        class: ExpressionClass::Volatile,
        why: "a user asks it",
        examples: &["prompt", "user_prompt", "task.instruction"],
        applies: Words::are_asked,
    },
    WordRule {
        about: "a part of the prompt that is kept for itself",
        class: ExpressionClass::Config,
        why: "it is the program's own text",
        examples: &["_fragments.input_rules", "partials.user"],
        applies: |words| {
            words.0.len() > 1 && words.0.first().is_some_and(|first| has("fragments partials snippets", first))
        },
    },
    WordRule {
        about: "the kind of a database",
        class: ExpressionClass::Config,
        why: "a deployment has one",
        examples: &["data_warehouse_type", "db_engine"],
        applies: |words| words.have("warehouse database db") && words.have("type dialect kind engine backend provider"),
    },
    WordRule {
        about: "a message of the system",
        class: ExpressionClass::Config,
        why: "it is the program's own text, to which another may add",
        examples: &["system_message", "summary_system_prompt"],
        applies: |words| {
            words
                .0
                .windows(2)
                .any(|pair| pair[0] == "system" && has("message msg text prompt instruction instructions", &pair[1]))
        },
    },
    WordRule {
        about: "the address or the name of the site itself",
        class: ExpressionClass::Config,
        why: "a deployment is at one address",
        examples: &["base_url", "site_title", "app_url"],
        applies: |words| {
            let is_pair = |pair: &[String]| has(SITES, &pair[0]) && has(OF_SITES, &pair[1]);
            words.0.windows(2).any(is_pair)
        },
    },
    WordRule {
        about: "the number of one thing",
        class: ExpressionClass::Volatile,
        why: "it names the thing, as an id does",
        examples: &["flight_number"],
        applies: |words| words.0.len() > 1 && words.0.last().is_some_and(|last| last == "number") && !words.are_set(),
    },
    WordRule {
        about: "the name of a tool that the program has by itself",
        class: ExpressionClass::Config,
        why: "it is the same tool in each request",
        examples: &["search_tool_name"],
        applies: |words| {
            const OF_STEPS: &str = "current last previous next selected chosen called given failed this";
            let (start, [.., first, second]) = (words.0.first(), words.0.as_slice()) else { return false };
            let is_named = has("tool function", first) && second == "name";
            is_named && words.0.len() > 2 && !start.is_some_and(|word| has(OF_STEPS, word))
        },
    },
    WordRule {
        about: "the name of one tool",
        class: ExpressionClass::Volatile,
        why: "it is the tool that a step calls",
        examples: &["tool_name"],
        applies: |words| words.0.windows(2).any(|pair| has("tool function", &pair[0]) && pair[1] == "name"),
    },
    WordRule {
        about: "what a tool did, or how far a conversation is",
        class: ExpressionClass::Volatile,
        why: "it differs from step to step; a bound on it does not",
        examples: &["tool_result", "turn_count", "step_count"],
        applies: |words| {
            let is_of_tool = words.have("tool tools function") && words.have(OUTCOMES);
            let is_counted = words.are_number() && words.have(COUNTED);
            (is_of_tool || is_counted) && !words.have("max min")
        },
    },
    WordRule {
        about: "a form, a bound, a number, a language, a style, tools",
        class: ExpressionClass::Config,
        why: "a deployment sets it, also where it is one of a request's things",
        examples: &["output_format", "max_results", "tool_names", "user_language", "num_docs"],
        applies: |words| words.are_set() || words.are_number(),
    },
    WordRule {
        about: "a time, an id, chance, a person, a question, a text, a place on a machine",
        class: ExpressionClass::Volatile,
        why: "a request, a session, a user or a machine brings it",
        examples: &["datetime.now().isoformat()", "session_id", "question", "file_path", "os.getcwd()"],
        applies: |words| words.have(OF_REQUESTS),
    },
    WordRule {
        about: "a mode, rules, examples, an agent, a company, a model",
        class: ExpressionClass::Config,
        why: "a deployment is set up with it",
        examples: &["company_name", "agent_rules", "few_shot_examples"],
        applies: |words| words.have(OF_SETUPS),
    },
];

/// The words of an expression.
struct Words(Vec<String>);

impl Words {
    fn have(&self, known: &str) -> bool {
        self.0.iter().any(|word| has(known, word))
    }

    fn are_set(&self) -> bool {
        let is_kind =
            |pair: &[String]| has("content context output response answer", &pair[0]) && has("type kind", &pair[1]);
        self.have(FORMS) || self.have(SETTINGS) || self.0.windows(2).any(is_kind)
    }

    fn are_number(&self) -> bool {
        self.have(NUMBERS) || self.have("max min limit")
    }

    /// A question, unless another word says that it is the program's own.
    fn are_asked(&self) -> bool {
        let is_question = |word: &String| has("prompt instruction", word);
        match self.0.as_slice() {
            [only] => is_question(only),
            [of, only] => {
                has("user original input task current initial options params args request req body", of)
                    && is_question(only)
            }
            _ => false,
        }
    }
}

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
        let rest: Vec<&str> = words.iter().map(String::as_str).filter(|word| !has(THINGS, word)).collect();
        if rest.len() == words.len() { Self::of_words(name) } else { Self::of_words(&rest.join("_")) }
    }

    /// The class that the names of a field and of an object tell which holds what a request brings.
    pub fn of_field(written: &str) -> Option<Self> {
        let words = Words(words(written));
        let is_lasting = words.have(FORMS) || words.have(HOLDERS);
        Some(if is_lasting { Self::Config } else { Self::Volatile })
    }

    /// The class that a function's name tells, given that of what the function is given.
    pub fn of_call(function: &str, given: Option<Self>) -> Option<Self> {
        let told = Self::of_words(function);
        let last = function.rsplit('.').next().unwrap_or(function);
        let looks_up = words(last).first().is_some_and(|verb| has(LOOKING_UP, verb));
        // Examples that are chosen for a question are the question's.
        let is_chosen = given == Some(Self::Volatile) && !Words(words(function)).are_set();
        match told {
            None if looks_up => Some(Self::Volatile),
            Some(Self::Config) if is_chosen => Some(Self::Volatile),
            told => told,
        }
    }

    /// The class that the words of an expression tell; `None` if they tell nothing.
    pub fn of_words(written: &str) -> Option<Self> {
        let mut words = words(written);
        // A purpose tells nothing of the thing: `events_for_prompt`.
        if let [.., of, whom] = words.as_slice()
            && of == "for"
            && has("prompt llm model ai", whom)
        {
            words.truncate(words.len() - 2);
        }
        let words = Words(words);
        RULES.iter().find(|rule| (rule.applies)(&words)).map(|rule| rule.class)
    }
}

/// Tells whether an expression is one name in capitals that speaks of no time and of no request: a constant or a flag by convention.
pub fn is_constant_by_convention(expression: &str) -> bool {
    let is_name = expression.len() > 1
        && expression.starts_with(|letter: char| letter.is_ascii_uppercase())
        && expression.chars().all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
    let all = words(expression);
    // The name of a part of the program, as the one of a channel.
    let is_of_program = all.iter().any(|word| has(PARTS_OF_PROGRAMS, word));
    let is_idle = |word: &String| has(IDLE_IN_CONSTANTS, word) || is_of_program && word == "id";
    let words: Vec<String> = all.into_iter().filter(|word| !is_idle(word)).collect();
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

/// Takes the first branch of each choice that is the same for a deployment, as its words tell. Tells whether there are any.
pub(super) fn decide(fragments: &mut Vec<Fragment>) -> bool {
    let mut is_any = false;
    let mut decided = Vec::with_capacity(fragments.len());
    for fragment in std::mem::take(fragments) {
        match fragment {
            Fragment::Choice(mut choice) => {
                choice.branches.iter_mut().for_each(|branch| is_any |= decide(branch));
                if choice.is_of_setup() && !choice.branches.is_empty() {
                    is_any = true;
                    decided.append(&mut choice.branches.swap_remove(0));
                } else {
                    decided.push(Fragment::Choice(choice));
                }
            }
            other => decided.push(other),
        }
    }
    *fragments = decided;
    is_any
}

impl Choice {
    /// Tells whether what decides is the same for a deployment, as its words tell: a flag, a language.
    pub fn is_of_setup(&self) -> bool {
        ExpressionClass::of_words(&self.written) == Some(ExpressionClass::Config)
    }
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
    fn each_rule_tells_its_examples_and_the_docs_list_all_in_this_order() {
        let mut rows = String::new();
        for rule in RULES {
            for example in rule.examples {
                let words = Words(words(example));
                let first = RULES.iter().find(|rule| (rule.applies)(&words)).map(|rule| rule.about);
                assert_eq!(first, Some(rule.about), "{example}");
            }
            let examples: Vec<String> = rule.examples.iter().map(|example| format!("`{example}`")).collect();
            rows += &format!("| {} | {} | {} | {} |\n", rule.about, examples.join(", "), rule.class.name(), rule.why);
        }
        let docs = include_str!("../../docs/templates.md");
        assert!(docs.contains(&rows), "docs/templates.md should have this table:\n{rows}");
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
