//! OpenAI's encodings `o200k` and `cl100k`.
//!
//! Ids equal those of tiktoken-rs, which tests compare with; its tables, built anew in each process, would cost a tenth of a second
//! and four fifths of the program's size. The special tokens that frame messages are not all published; those that are not get
//! numbers of their own, so that prompts can be compared and counted, though not decoded.

#[cfg(test)]
mod assets;
mod classes;
mod scanner;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::sync::LazyLock;
use std::thread::LocalKey;

use super::bpe::{self, Classes, FromBytes, Vocabulary, Workspace};
use super::{TokenId, Tokenizer};
use classes::Category;
use scanner::{Rule, Splitter};

/// One of OpenAI's encodings.
pub(super) struct OpenAi {
    rule: Rule,
    vocabulary: &'static LazyLock<Vocabulary>,
    workspace: &'static LocalKey<RefCell<Workspace>>,
}

static CLASSES: LazyLock<Classes<Category>> = LazyLock::new(classes::embedded);
static CL100K: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::new(include_bytes!("cl100k.planes"), 0));
static O200K: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::new(include_bytes!("o200k.planes"), 0));

thread_local! {
    static OF_CL100K: RefCell<Workspace> = RefCell::new(Workspace::new());
    static OF_O200K: RefCell<Workspace> = RefCell::new(Workspace::new());
}

/// The tokens that frame messages, numbered from [`FIRST_SPECIAL`] on.
const SPECIALS: [&str; 16] = [
    "<|im_start|>",
    "<|im_sep|>",
    "<|im_end|>",
    "<|channel|>",
    "<|message|>",
    "<|return|>",
    "<|constrain|>",
    "<|hidden|>",
    "<|effort:none|>",
    "<|effort:minimal|>",
    "<|effort:low|>",
    "<|effort:medium|>",
    "<|effort:high|>",
    "<|effort:xhigh|>",
    "<|effort:max|>",
    "<|effort:other|>",
];

const FIRST_SPECIAL: TokenId = 1 << 24;

impl OpenAi {
    pub(super) fn cl100k() -> Self {
        Self { rule: Rule::Cl100k, vocabulary: &CL100K, workspace: &OF_CL100K }
    }

    /// Of `o200k_base`, and of `o200k_harmony`, which differs from it in special tokens alone.
    pub(super) fn o200k() -> Self {
        Self { rule: Rule::O200k, vocabulary: &O200K, workspace: &OF_O200K }
    }
}

impl Tokenizer for OpenAi {
    fn encode_text(&self, text: &str, ids: &mut Vec<TokenId>) {
        let scanner = Splitter::new(self.rule, &CLASSES, text);
        let vocabulary = FromBytes(self.vocabulary);
        self.workspace.with_borrow_mut(|workspace| bpe::encode(workspace, &vocabulary, &scanner, text, ids));
    }

    fn special(&self, spelling: &str) -> Option<TokenId> {
        let index = SPECIALS.iter().position(|special| *special == spelling)?;
        TokenId::try_from(index).ok().map(|index| FIRST_SPECIAL + index)
    }

    fn byte_len(&self, id: TokenId) -> usize {
        self.vocabulary.byte_len(id)
    }
}
