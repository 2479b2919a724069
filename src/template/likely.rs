//! Likely prompts: which of a folder's texts and documents a model reads. Most of them are for people or programs: pages, notes, data, recordings.
//! A file that a person names is read whatever it is.

use std::sync::LazyLock;

use regex::Regex;

use super::class::values;
use super::loaders::Loaders;
use super::places::{
    FOLDERS_OF_AGENTS, OF_PROMPTS, is_aside, is_beside_a_skill, is_named_for_agents, is_of_assistants,
};
use super::source::{addresses_a_reader, names_a_prompt};
use super::volatile::words;
use super::{Certainty, Syntax, Template, TemplateFile, UnreadReason};

/// Settings that only such files have.
const AGENT_SETTINGS: &[&str] = &["model", "tools", "allowed-tools", "argument-hint", "temperature", "inputs"];

/// Endings of files that nothing but prompts has.
const OF_PROMPT_FILES: &[&str] = &["prompty", "prompt", "baml"];

/// Endings of a syntax of templates in which prompts are written as well as pages, settings and code.
const OF_JINJA: &[&str] = &["j2", "jinja", "jinja2"];

/// The bytes at a text's start in which it tells its reader who he is.
const START: usize = 1500;

static PERSON: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?i)\byou are (?:an?|the|now|going|acting|working|responsible)\b|\byou (?:will be (?:given|provided)|act as)\b|\byour (?:task|job|role|goal|objective|mission|purpose) (?:is|will)\b|\bact as an?\b|\bi want you to\b|你是|你的任务|あなたは",
    )
    .ok()
});

/// Keys that documents have for prompts, where a document cannot be read.
static KEYS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?mi)^[\s{-]*["']?(?:\w*prompts?|messages|role|system(?:_\w+)?|instructions?|backstory)["']?[ \t]*:"#)
        .ok()
});

/// A line that begins a message: `system:`, `# user:`.
static ROLE: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)^\s*(?:#+[ \t]*)?(?:system|user|assistant|developer)[ \t]*:[ \t]*(?:\n|$)").ok());

static KEY: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"([\w-]+)["']?\s*[:=]"#).ok());

impl TemplateFile {
    /// Leaves the templates of a file of a folder that may be prompts, and says of each if anything shows that a model is given it. Of source
    /// code this is known.
    pub fn keep_likely(&mut self, loaders: &Loaders) {
        let kept: Vec<bool> = self.templates.iter().map(|template| self.is_likely_one(template)).collect();
        let mut kept = kept.into_iter();
        self.templates.retain(|_| kept.next().unwrap_or(true));
        self.judge(loaders);
    }

    /// Says of each template if anything shows that a model is given it.
    pub fn judge(&mut self, loaders: &Loaders) {
        if self.is_source() {
            return;
        }
        let shown: Vec<bool> = self.templates.iter().map(|template| self.is_shown(template, loaders)).collect();
        for (template, is_shown) in self.templates.iter_mut().zip(shown) {
            template.certainty = if is_shown { Certainty::Shown } else { Certainty::Perhaps };
        }
    }

    fn is_likely_one(&self, template: &Template) -> bool {
        if is_of_code(self.source.label()) {
            return false;
        }
        // A document without a text that could be one.
        let is_broken = self.is_broken();
        if self.shape == "text" && !self.holds_prompts() && !is_broken {
            return false;
        }
        // Its words are not known: its place or a key tells that prompts stand in it.
        if is_broken {
            return self.is_known_prompt() || KEYS.as_ref().is_some_and(|keys| keys.is_match(self.source.text()));
        }
        // A page for a browser, whatever it is filled by.
        let start = self.source.text().trim_start().get(..15).unwrap_or_default().to_lowercase();
        if start.starts_with("<!doctype html") || start.starts_with("<html") {
            return false;
        }
        // Models are told in words.
        if self.is_page_with_pictures() && !self.has_settings_of_agents() {
            return false;
        }
        let is_document = self.shape == "document";
        // Words on a prompt beside it.
        if is_document && is_key_of_remarks(self.key_of(template)) {
            return false;
        }
        self.is_known_prompt()
            || OF_JINJA.contains(&self.source.last_ending())
            || is_document && is_key_of_prompts(self.key_of(template))
            || has_words_of_prompts(template, is_document, self.source.label())
    }

    /// Tells whether anything shows that a model is given a text: a framework's shape, a place or settings by which an assistant reads it, code
    /// that loads it, the key of a document that is written by hand. A text that only reads like a prompt, or whose name sounds so, may be a
    /// page about prompts, a report of a run, a record of a test or a translation.
    fn is_shown(&self, template: &Template, loaders: &Loaders) -> bool {
        let label = self.source.label();
        if is_of_a_build(label) {
            return false;
        }
        // Programs load pages, settings and letters as well.
        if loaders.load(label) {
            return self.is_told(template);
        }
        if is_beside_a_skill(label) && has_values(template) {
            return false;
        }
        let is_aside = is_aside(label);
        // Pages for people have a name and a description, too.
        if self.has_settings_of_agents() && !is_aside || is_of_assistants(label) {
            return true;
        }
        // Of what a broken document says nothing is known, so that it is not passed over.
        if self.is_broken() {
            return !is_aside;
        }
        let is_written_by_hand = self.source.extension() != "json";
        match self.shape {
            // A text with places for values is filled by a program, whose way to find it may not be read: in a folder of prompts, with a prompt.
            // Without code around it the name alone is meant.
            "text" | "front-matter" => {
                let is_filled = has_values(template);
                // One in a folder of prompts that says what its reader is.
                let is_said = || is_addressed(self, template) && self.is_named_a_prompt();
                let is_known = self.is_known_prompt() && (!loaders.have_code() || is_filled || is_said());
                let is_jinja = OF_JINJA.contains(&self.source.last_ending());
                !is_aside && (is_known || is_jinja && is_filled && is_addressed(self, template))
            }
            "document" => !is_aside && is_written_by_hand && is_key_of_prompts(self.key_of(template)),
            // Most messages in JSON without a place for a value are records of conversations.
            "chat" => !is_aside && (is_written_by_hand || !template.volatile().is_empty()),
            _ => true,
        }
    }

    /// Tells whether its place, its key or its words say that a text is a prompt; the way it writes its variables says nothing.
    fn is_told(&self, template: &Template) -> bool {
        let is_key = self.shape == "document" && is_key_of_prompts(self.key_of(template));
        self.is_known_prompt() || self.is_broken() || is_key || is_addressed(self, template)
    }

    /// Tells whether the folder of a text and its own name say that it is a prompt: `prompts/coach-prompt.md`.
    fn is_named_a_prompt(&self) -> bool {
        let mut parts = self.source.label().rsplit(['/', '\\', ':']);
        let has_word = |part: &str| words(part).iter().any(|word| ["prompt", "prompts"].contains(&word.as_str()));
        parts.next().is_some_and(has_word) && parts.take(2).any(has_word)
    }

    /// The key under which a document has a text: its name, else the word before it.
    fn key_of<'a>(&'a self, template: &'a Template) -> &'a str {
        if let Some(name) = &template.name {
            return name.rsplit('.').next().unwrap_or(name);
        }
        let at = template.messages.first().map_or(0, |message| message.at);
        let before = self.source.text().get(..at).unwrap_or_default();
        let mut lines = before.lines().rev().take(2);
        let key = lines.find_map(|line| KEY.as_ref()?.captures_iter(line).last()?.get(1));
        key.map_or("", |key| key.as_str())
    }

    /// Tells whether it is a page of Markdown with pictures or parts that a click opens.
    fn is_page_with_pictures(&self) -> bool {
        let text = self.source.text();
        let is_of_agents = is_named_for_agents(self.source.label());
        let is_page = matches!(self.source.extension(), "md" | "mdx" | "markdown") && !is_of_agents;
        let has_pictures = text.contains("![") && text.contains("](http");
        is_page && (has_pictures || text.contains("<details>") || text.contains("<img "))
    }

    /// Tells whether it is no document as its name says.
    fn is_broken(&self) -> bool {
        let mut unread = self.templates.iter().flat_map(|template| &template.unread);
        unread.any(|unread| matches!(unread.reason, UnreadReason::NoDocument(_)))
    }

    /// Tells whether an assistant reads it by its name or place, and puts it into a request of its own.
    pub fn is_of_assistants(&self) -> bool {
        is_of_assistants(self.source.label())
    }

    /// Tells whether an assistant puts a text into a request of its own, which has more before it: instructions, tools, a conversation.
    pub fn is_part_of_an_assistants(&self) -> bool {
        let is_told = self.has_settings(&["name", "description"]);
        let has_any =
            || ["tools", "allowed-tools", "argument-hint", "applyTo"].iter().any(|key| self.has_settings(&[key]));
        is_of_assistants(self.source.label()) || is_told || has_any()
    }

    /// Tells whether the settings at a text's start are those of an agent, a skill or a command.
    fn has_settings_of_agents(&self) -> bool {
        self.has_settings(&["name", "description"]) || AGENT_SETTINGS.iter().any(|key| self.has_settings(&[key]))
    }

    /// Tells whether the settings at a text's start have all these keys.
    fn has_settings(&self, keys: &[&str]) -> bool {
        // The end of the settings is sought only where there are some: a document may be large, and hold many templates.
        if self.shape != "front-matter" {
            return false;
        }
        let head = self.source.text().trim_start_matches(['\u{feff}', '-', '\r', '\n']);
        let head = head.split("\n---").next().unwrap_or_default();
        let has = |key: &&str| head.lines().any(|line| line.split_once(':').is_some_and(|(own, _)| own == *key));
        keys.iter().all(has)
    }

    /// Tells whether the shape of the file, its ending or its place say that it holds prompts.
    fn is_known_prompt(&self) -> bool {
        let is_text = self.shape == "text" && self.holds_prompts();
        let is_known_shape = !["text", "document", "front-matter"].contains(&self.shape);
        let parts: Vec<String> = self.source.label().rsplit(['/', '\\', ':']).map(str::to_lowercase).collect();
        let file = parts.first().map_or("", String::as_str);
        let is_in = |folders: &[&str]| parts[1..].iter().any(|part| folders.contains(&part.as_str()));
        let is_aside = is_aside(self.source.label());
        let is_of_agents = is_named_for_agents(self.source.label())
            || matches!(self.source.extension(), "md" | "mdc") && is_in(FOLDERS_OF_AGENTS) && !is_aside;
        let is_page = PAGES.contains(&self.source.extension());
        // Pages for people are made of templates, too.
        let names = &OF_PROMPTS[..if is_page { 2 } else { OF_PROMPTS.len() }];
        let is_of_prompts =
            |part: &String| words(part).iter().any(|word| names.contains(&word.as_str()) || word.ends_with("prompts"));
        is_known_shape
            || self.has_settings_of_agents()
            || OF_PROMPT_FILES.contains(&self.source.extension())
            || is_of_agents
            || !is_aside && parts.iter().take(3).any(is_of_prompts)
            || is_text && file.split('.').next().is_some_and(|stem| words(stem).iter().any(|word| word == "system"))
    }
}

/// Endings of templates that pages and code are made of as well.
const PAGES: [&str; 8] = ["mustache", "hbs", "handlebars", "liquid", "erb", "tmpl", "gotmpl", "gotpl"];

/// Tells whether a file's ending is one of templates that pages and code are made of as well.
fn is_of_pages(label: &str) -> bool {
    let ending = label.rsplit('.').next().unwrap_or_default();
    PAGES.contains(&ending)
}

/// Tells whether a file is a template of what a program is built by: `Dockerfile.j2`.
fn is_of_a_build(label: &str) -> bool {
    let file = label.rsplit(['/', '\\', ':']).next().unwrap_or_default();
    let stem = file.split('.').next().unwrap_or_default();
    ["Dockerfile", "Containerfile", "Makefile", "Jenkinsfile", "Vagrantfile"].contains(&stem)
}

/// Tells whether a file is a template that code or a page is made of: `crew.rb.erb`, `mail.html.j2`.
fn is_of_code(label: &str) -> bool {
    const CODE: &[&str] = &[
        "rb",
        "html",
        "htm",
        "css",
        "js",
        "jsx",
        "ts",
        "tsx",
        "py",
        "go",
        "java",
        "kt",
        "cs",
        "rs",
        "c",
        "h",
        "cpp",
        "php",
        "sh",
        "sql",
        "tf",
        "conf",
        "ini",
        "service",
        "vue",
        "svelte",
        "swift",
        "xml",
        "cfg",
        "env",
        "rst",
        "ipynb",
        "properties",
        "gradle",
        "plist",
        "bat",
        "ps1",
        "csv",
    ];
    let mut parts = label.rsplit(['/', '\\', ':']).next().unwrap_or_default().rsplit('.').skip(1);
    let inner = parts.next().filter(|_| parts.next().is_some());
    inner.is_some_and(|inner| CODE.contains(&inner.to_lowercase().as_str()))
}

/// Tells whether a text speaks to somebody: it begins with what he is or is to do, or with the heading of a message.
fn is_addressed(file: &TemplateFile, template: &Template) -> bool {
    let all: String = template.messages.iter().map(|message| format!("{}\n", message.raw)).collect();
    let start: String = all.trim_start().chars().take(START).collect();
    PERSON.as_ref().is_some_and(|person| person.is_match(&start))
        || has_values(template)
            && (addresses_a_reader(&start) || ["You ", "Be "].iter().any(|word| start.starts_with(word)))
        || ROLE.as_ref().is_some_and(|role| role.is_match(file.source.text()))
}

fn has_values(template: &Template) -> bool {
    let mut found = Vec::new();
    template.messages.iter().for_each(|message| values(&message.content, &mut found));
    !found.is_empty()
}

/// Tells whether a key's text says something of the document it stands in.
fn is_key_of_remarks(key: &str) -> bool {
    const REMARKS: &[&str] =
        &["description", "title", "summary", "name", "note", "notes", "comment", "author", "tagline"];
    words(key).last().is_some_and(|last| REMARKS.contains(&last.as_str()))
}

fn is_key_of_prompts(key: &str) -> bool {
    names_a_prompt(key) || words(key).first().is_some_and(|word| word == "system")
}

/// Tells whether a template of a text or a document is a prompt by its words.
fn has_words_of_prompts(template: &Template, is_document: bool, label: &str) -> bool {
    let is_aside = is_aside(label);
    let all: String = template.messages.iter().map(|message| format!("{}\n", message.raw)).collect();
    let start: String = all.trim_start().chars().take(START).collect();
    if PERSON.as_ref().is_some_and(|person| person.is_match(&start)) {
        return !is_aside;
    }
    let mut found = Vec::new();
    template.messages.iter().for_each(|message| values(&message.content, &mut found));
    let has_tags = matches!(template.syntax, Syntax::Jinja | Syntax::Handlebars | Syntax::Go) && !found.is_empty()
        || template.unread.iter().any(|unread| unread.written.starts_with("{{"));
    let is_filled = has_tags && !is_of_pages(label) || !found.is_empty() && addresses_a_reader(&start);
    is_filled && !is_aside && !is_document
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceText;

    fn is_kept(name: &str, text: &str) -> bool {
        let mut file = TemplateFile::read(SourceText::new(name, text));
        file.keep_likely(&Loaders::default());
        !file.templates.is_empty()
    }

    fn is_shown(name: &str, text: &str, code: &str) -> bool {
        let mut file = TemplateFile::read(SourceText::new(name, text));
        let mut loaders = Loaders::default();
        loaders.read("app/desk.py", code);
        file.keep_likely(&loaders);
        file.templates.iter().all(|template| template.certainty == Certainty::Shown)
    }

    #[test]
    fn templates_that_code_is_made_of_are_no_prompts() {
        let text = "# You are a clerk of <%= house %>.\nclass <%= name %>\nend\n";
        assert!(!is_kept("lib/agents/templates/prompt.rb.erb", text));
        assert!(is_kept("lib/agents/templates/prompt.md.erb", text));
    }

    #[test]
    fn a_text_is_shown_to_be_sent_by_who_reads_it() {
        let clerk = "You are a clerk of a shop.";
        let shown = [
            ("a/prompts/clerk.md", clerk, "open('prompts/' + name)"),
            ("a/texts/clerk.md", clerk, "open('clerk.md')"),
            ("AGENTS.md", "Build with make.", ""),
            (".claude/agents/clerk.md", clerk, ""),
            ("agents/clerk.md", "---\nname: clerk\ndescription: Answers letters\n---\n# How to answer\n", ""),
            ("a/prompts/clerk.md", "You are a clerk of {{ house }}.", ""),
            ("a.yaml", "description: x\nsystem_prompt: |\n  Be kind.\n  Be brief.\n", ""),
            ("a.yaml", "messages:\n- role: system\n  content: Be kind.\n", ""),
            ("a.json", "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi {{ name }}\"}]}", ""),
            ("a/clerk.j2", "system:\nBe kind to {{ name }}.\n", ""),
            ("a/clerk.j2", "Summarize the letter of {{ name }}.\n", ""),
            ("a/preprompts/clerk", "Be kind.", "read('preprompts')"),
        ];
        for (name, text, code) in shown {
            assert!(is_shown(name, text, code), "{name}");
        }
        let perhaps = [
            ("a/prompts/clerk.md", clerk, ""),
            ("essays/clerk.md", clerk, "open('data')"),
            ("a.json", "{\"messages\": [{\"role\": \"user\", \"content\": \"Hi\"}]}", ""),
            ("i18n/de.yaml", "system_prompt: |\n  Be kind.\n  Be brief.\n", ""),
            // Programs make and load other files of templates, too.
            ("deploy/Dockerfile.j2", "FROM {{ image }}\nRUN make\n", "render('Dockerfile.j2')"),
            (
                "deploy/Dockerfile.j2",
                "FROM {{ image }}\n# You are the user here.\nRUN make\n",
                "render('Dockerfile.j2')",
            ),
            ("mails/welcome.md", "Hello {{ name }}, here is your order.", "render('welcome.md')"),
            ("docs/specs/desk.md", "---\nname: desk\ndescription: How the desk works\n---\n# Desk\n", ""),
            // The model fills what lies beside a skill.
            ("desk/skills/letters/templates/letter.md", "Dear {{ name }}, today is {{ date }}.", ""),
        ];
        for (name, text, code) in perhaps {
            assert!(!is_shown(name, text, code), "{name}");
        }
    }

    #[test]
    fn a_document_that_cannot_be_read_is_a_prompt_where_its_place_or_a_key_says_so() {
        assert!(!is_kept("ci/deploy.yml.j2", "{% for job in jobs %}\n- name: {{ job }}\n{% endfor %}\n"));
        assert!(!is_kept("tools/tool.json.j2", "{ {{ name }}: 1 }\n"));
        assert!(is_kept("prompts/desk.yaml", "a: [1\nb"));
        assert!(!is_kept(
            "prompts/desk/metadata.yml",
            "title: Desk\ndescription: >-\n  This prompt makes a clerk who\n  answers letters.\n"
        ));
        assert!(is_kept("desk.yaml.j2", "{% if a %}\nmessages:\n- role: user\n{% endif %}\n"));
    }

    #[test]
    fn a_folder_of_prompts_without_code_is_meant() {
        let mut file = TemplateFile::read(SourceText::new("prompts/clerk.md", "Be kind."));
        file.keep_likely(&Loaders::default());
        assert_eq!(file.templates[0].certainty, Certainty::Shown);
    }

    #[test]
    fn prompts_of_a_folder_are_told_by_name_place_and_words() {
        let kept = [
            ("a/prompts/rules.md", "Rules of the house."),
            ("a/prompts/rules.md.erb", "Rules of the <%= house %>."),
            ("a/system.txt", "Be kind."),
            ("AGENTS.md", "Build with make."),
            ("a/agents/clerk.md", "Answers letters."),
            ("clerk.md", "---\nname: clerk\ndescription: Answers letters\n---\n# How to answer\n"),
            ("a.j2", "Hello."),
            ("clerk.txt", "You are a clerk of a shop."),
            ("summary.txt", "Summarize the letter in a line:\n{letter}"),
            ("failure.md", "The call of `{{ tool }}` failed."),
            ("clerk.yaml", "description: x\nsystem_prompt: |\n  Be kind.\n  Be brief.\n"),
        ];
        for (name, text) in kept {
            assert!(is_kept(name, text), "{name}");
        }
        let left = [
            ("docs/agents.md", "You are a clerk."),
            ("docs/clerk.md", "You are a user of this program.\n{{ x }}"),
            ("docs/logs/prompt_1.txt", "INFO: You are a clerk."),
            ("spec/vcr/prompt_caching.yml", "interactions:\n- body: |\n    You are a clerk.\n    Be kind.\n"),
            ("guides/worker.md", "Run `docker ps --format '{{ .Names }}'`."),
            ("own-your-prompts.md", "You are a writer.\n![a page](https://a.test/a.png)\n"),
            ("notes.txt", "The set {z} is closed under addition."),
            ("NOTES.md", "# Release\nThe output must be read first."),
            ("data.yaml", "title: |\n  A letter\n  to the editor\n"),
            ("docs_dev/clerk.md", "{{ .Names }}"),
            ("templates/netlify.toml", "[[functions]]\na = 1\n"),
            ("Controller.java.mustache", "package {{ name }};"),
            ("test/corpus/a.txt", "Use ${name} here. {{ x }}"),
        ];
        for (name, text) in left {
            assert!(!is_kept(name, text), "{name}");
        }
    }
}
