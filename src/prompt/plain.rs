//! Prompts that are one text: legacy completions, and those that a server has laid out.

use super::segment::answer_texts;
use super::{Origin, Prompt, Rendered};
use crate::exchange::Response;

impl Rendered {
    /// A prompt that is already text, behind what its tokenizer puts before each, unless the text begins with that.
    pub fn text(start: &str, text: &str, response: Option<&Response>) -> Self {
        let mut rendered = plain(text, response);
        if !text.starts_with(start) {
            let mut prompt = Prompt::default();
            prompt.begin(Origin::Start);
            prompt.text(start);
            prompt.begin(Origin::Message(0));
            prompt.text(text);
            rendered.prompt = prompt;
        }
        rendered
    }
}

/// A prompt that is already text: a legacy completion, or one that a server rendered.
pub(super) fn plain(text: &str, response: Option<&Response>) -> Rendered {
    let mut prompt = Prompt::default();
    prompt.begin(Origin::Message(0));
    prompt.text(text);
    let mut output = Prompt::default();
    output.begin(Origin::Output);
    for answer in answer_texts(response) {
        output.text(answer);
    }
    Rendered { prompt, output, doubt: None }
}
