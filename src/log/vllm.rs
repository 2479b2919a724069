//! vLLM's request log: lines of plain text, `Received request ID: prompt: '…', params: …`, the prompt as the server rendered it.
//!
//! Answers, usage and models are not in it, and its times have no year. Other lines of the server are passed over. The prompt is
//! written as a Python string; where `--max-log-len` cut it short, it is read as far as it goes.

use serde_json::Value;

use super::format::{LogFormat, Memory};
use super::{Exchange, Input, Request};

const MARK: &str = "Received request ";

/// A line of the server's log.
pub(super) struct RequestLog;

impl LogFormat for RequestLog {
    fn name(&self) -> &'static str {
        "vllm"
    }

    fn about(&self) -> &'static str {
        "vLLM's request log (--enable-log-requests), prompts as rendered"
    }

    fn lacks(&self) -> Option<&'static str> {
        Some("only prompts: no model, no time, no answers, no usage; give --profile and --tokenizer")
    }

    fn recognises(&self, line: &Value) -> bool {
        line.as_str().is_some_and(|line| line.contains(MARK) || is_server_line(line))
    }

    fn read(&self, line: Value, _: &mut Memory) -> Result<Vec<Exchange>, String> {
        let Some((_, request)) = line.as_str().and_then(|line| line.split_once(MARK)) else { return Ok(Vec::new()) };
        let (id, rest) =
            request.split_once(": prompt: ").ok_or("no prompt; vLLM logs it at level DEBUG in newer versions")?;
        let prompt = python_string(rest).ok_or("the prompt is not in the log (None)")?;
        Ok(vec![Exchange {
            id: Some(id.to_owned()),
            request: Request { input: Input::Text(prompt), ..Request::default() },
            ..Exchange::default()
        }])
    }
}

/// Whether a line begins as the server's logger begins lines, perhaps behind its process in brackets.
fn is_server_line(line: &str) -> bool {
    let line = match line.strip_prefix('(').and_then(|line| line.split_once(") ")) {
        Some((process, rest)) if process.contains("pid=") => rest,
        _ => line,
    };
    ["INFO", "WARNING", "ERROR", "DEBUG"].iter().any(|level| {
        line.strip_prefix(level).is_some_and(|rest| {
            rest.starts_with(':') || rest.starts_with(' ') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// Reads a Python string literal (`repr`) at the start of a text; `None` where there is none.
fn python_string(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|letter| matches!(letter, '\'' | '"'))?;
    let mut letters = text[1..].chars();
    let mut string = String::new();
    loop {
        match letters.next()? {
            letter if letter == quote => return Some(string),
            '\\' => match letters.next()? {
                'n' => string.push('\n'),
                't' => string.push('\t'),
                'r' => string.push('\r'),
                'x' => string.push(code(&mut letters, 2)?),
                'u' => string.push(code(&mut letters, 4)?),
                'U' => string.push(code(&mut letters, 8)?),
                other => string.push(other),
            },
            letter => string.push(letter),
        }
    }
}

fn code(letters: &mut std::str::Chars, digits: usize) -> Option<char> {
    let hex: String = letters.take(digits).collect();
    char::from_u32(u32::from_str_radix(&hex, 16).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_python_string_is_read_to_its_end() {
        assert_eq!(python_string(r#"'It\'s\n\x1b "x"\u200b', params"#).unwrap(), "It's\n\u{1b} \"x\"\u{200b}");
        assert_eq!(python_string(r#""it's", x"#).unwrap(), "it's");
        assert_eq!(python_string("None, params"), None);
        assert_eq!(python_string("'torn"), None);
    }
}
