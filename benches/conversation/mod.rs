//! A log of conversations for the benches: each request is the one before it and some more, as agents send them.

/// Number of words that a text of the log can be made of.
const WORDS: u64 = 3000;

/// Text without an order, the same for the same seed.
pub(crate) struct Words(u64);

impl Words {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed | 1)
    }

    fn next(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }

    pub(crate) fn text(&mut self, words: usize) -> String {
        let words: Vec<String> = (0..words).map(|_| word(self.next(WORDS))).collect();
        words.join(" ")
    }
}

/// The word with that number.
fn word(number: u64) -> String {
    let mut letters = Words::new(number.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    (0..2 + number % 8).map(|_| char::from(b'a' + u8::try_from(letters.next(26)).unwrap_or(0))).collect()
}

/// A log of one conversation of so many turns, with a system prompt of 3,000 words and 20 tools in each request.
pub(crate) fn log(turns: usize, seed: u64) -> String {
    let mut words = Words::new(seed);
    let message = |role: &str, text: &str| format!(r#"{{"role": "{role}", "content": "{text}"}}"#);
    let tools: Vec<String> = (0..20).map(|number| tool(number, &mut words)).collect();
    let mut messages = vec![message("system", &words.text(3000))];
    let mut lines = String::new();
    for turn in 0..turns {
        messages.push(message("user", &words.text(100)));
        let answer = message("assistant", &words.text(200));
        lines += &format!(
            r#"{{"timestamp": {}, "request": {{"model": "deepseek-chat", "messages": [{}], "tools": [{}]}}, "response": {{"choices": [{{"message": {answer}}}]}}}}"#,
            1_775_000_000 + turn * 30,
            messages.join(", "),
            tools.join(", "),
        );
        lines.push('\n');
        messages.push(answer);
    }
    lines
}

fn tool(number: usize, words: &mut Words) -> String {
    let (about, field) = (words.text(40), words.text(12));
    format!(
        r#"{{"type": "function", "function": {{"name": "tool_{number}", "description": "{about}", "parameters": {{"type": "object", "properties": {{"a": {{"type": "string", "description": "{field}"}}}}}}}}}}"#
    )
}
