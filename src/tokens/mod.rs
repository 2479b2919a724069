//! Tokens: text to the numbers a model reads, one engine per vocabulary.
//!
//! A tokenizer knows its vocabulary and how to split text. It does not know what a message or a chat template is: the caller that
//! renders a prompt decides which parts are text and which are special tokens.

mod bpe;
pub mod deepseek;
mod encoding;
mod huggingface;
mod memo;
mod openai;
mod sequence;

pub use encoding::Encoding;
pub use huggingface::{HuggingFace, NotATokenizer};
pub use memo::{Memo, Spot, Texts};
pub use sequence::Sequence;

/// A token's number in its vocabulary.
pub type TokenId = u32;

/// Turns text into tokens, exactly as the model's own tokenizer does.
pub trait Tokenizer: Send + Sync {
    /// Appends the ids of plain text; the spelling of a special token in it is text like any other.
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>);

    /// Appends the ids of text in which the spelling of a special token is that token, as servers do that tokenise one string.
    fn encode_rendered(&self, text: &str, ids: &mut Vec<TokenId>) {
        self.encode_text(text, ids);
    }

    /// Places in such a text at which it may be cut, in order: what stands between them is tokenised by itself, whatever stands around it.
    fn cuts(&self, _text: &str) -> Vec<usize> {
        Vec::new()
    }

    /// The spelling of the special tokens that it puts before a text by itself.
    fn start(&self) -> String {
        String::new()
    }

    /// The id of a special token by its spelling, for example `<｜User｜>`.
    fn special(&self, spelling: &str) -> Option<TokenId>;

    /// Number of bytes of text that the token stands for; 0 for an id outside the vocabulary.
    fn byte_len(&self, id: TokenId) -> usize;
}
