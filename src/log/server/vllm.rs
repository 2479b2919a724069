//! vLLM's request log: lines of plain text, `Received request ID: prompt: '…', params: …`, the prompt as the server rendered it.
//!
//! Answers, usage and models are not in it, and its times have no year. Other lines of the server are passed over. The prompt is
//! written as a Python string; where `--max-log-len` cut it short, that does not show. In newer versions the prompt is logged at level
//! DEBUG only, in a line of its own: `Request ID details: prompt: '…'`. Shapes: `vllm/entrypoints/logger.py` of 0.9, 0.10, 0.16.

use serde_json::Value;

use crate::exchange::{Exchange, Input, Place, Request};
use crate::log::format::{FormatReader, LogFormat};
use crate::log::server::activity::{READER, ServerReader};

const MARK: &str = "Received request ";

/// A line of the server's log.
pub(crate) struct VllmLog;

impl LogFormat for VllmLog {
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

    fn reader_name(&self) -> &'static str {
        READER
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(ServerReader::default())
    }
}

/// Reads a line.
pub(crate) fn line(line: &Value, reader: &mut ServerReader, place: Place) -> Result<Vec<Exchange>, String> {
    let line = line.as_str().unwrap_or_default();
    if let Some((id, rest)) = detailed(line) {
        reader.request();
        reader.prompted = Some(id.to_owned());
        return exchange(id, rest);
    }
    let Some((_, request)) = line.split_once(MARK) else {
        reader.other(place);
        return Ok(Vec::new());
    };
    reader.request();
    match request.split_once(": prompt: ") {
        Some((id, rest)) => exchange(id, rest),
        // Its prompt was in the line before.
        None if reader.prompted.as_ref().is_some_and(|id| request.starts_with(id.as_str())) => Ok(Vec::new()),
        None => Err("no prompt: this version of vLLM logs it only with VLLM_LOGGING_LEVEL=DEBUG".into()),
    }
}

/// The id and what begins with the prompt in a line of newer versions: `Request ID details: prompt: '…'`.
fn detailed(line: &str) -> Option<(&str, &str)> {
    let (before, rest) = line.split_once(" details: prompt: ")?;
    Some((before.rsplit_once("Request ")?.1, rest))
}

fn exchange(id: &str, rest: &str) -> Result<Vec<Exchange>, String> {
    let (prompt, _) = python_string(rest).ok_or("the prompt is not in the log, or cut short")?;
    let request = Request { input: Input::Text(prompt), ..Request::default() };
    Ok(vec![Exchange { id: Some(id.to_owned()), request, ..Exchange::default() }])
}

/// True if a line begins as the server's logger begins lines, perhaps behind its process in brackets.
fn is_server_line(line: &str) -> bool {
    // Newer versions name the process first: `(APIServer pid=7) INFO 04-07 …`.
    let line = match line.strip_prefix('(').and_then(|line| line.split_once(") ")) {
        Some((process, rest)) if process.contains("pid=") => rest,
        _ => line,
    };
    ["INFO", "WARNING", "ERROR", "DEBUG"].iter().any(|level| {
        line.strip_prefix(level).is_some_and(|rest| {
            // vLLM writes a date behind the level, its web server a colon.
            rest.starts_with(':') || rest.starts_with(' ') && rest[1..].starts_with(|c: char| c.is_ascii_digit())
        })
    })
}

/// Reads a Python string literal (`repr`) at the start of a text, and gives what follows it; `None` where there is none.
pub(crate) fn python_string(text: &str) -> Option<(String, &str)> {
    let quote = text.chars().next().filter(|letter| matches!(letter, '\'' | '"'))?;
    let mut letters = text[1..].chars();
    let mut string = String::new();
    loop {
        match letters.next()? {
            letter if letter == quote => return Some((string, letters.as_str())),
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
    use crate::log::format::LineContext;

    #[test]
    fn a_prompt_in_a_line_of_its_own_is_read_once() {
        let (mut reader, mut context) = (ServerReader::default(), LineContext::default());
        let mut read = |line: &str| reader.line(line.into(), &mut context).map(|found| found.len());
        assert_eq!(
            read("DEBUG 04-07 08:00:00 [logger.py:50] Request a-1 details: prompt: 'hi', prompt_token_ids: None"),
            Ok(1)
        );
        assert_eq!(
            read("INFO 04-07 08:00:00 [logger.py:60] Received request a-1: params: x, lora_request: None."),
            Ok(0)
        );
        assert!(
            read("INFO 04-07 08:00:01 [logger.py:60] Received request a-2: params: x, lora_request: None.").is_err()
        );
    }

    #[test]
    fn a_python_string_is_read_to_its_end() {
        assert_eq!(python_string(r#"'It\'s\n\x1b "x"\u200b', params"#).unwrap().0, "It's\n\u{1b} \"x\"\u{200b}");
        assert_eq!(python_string(r#""it's", x"#).unwrap().0, "it's");
        assert_eq!(python_string("None, params"), None);
        assert_eq!(python_string("'torn"), None);
    }
}
