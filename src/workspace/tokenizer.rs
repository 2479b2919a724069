//! Tokenizers and chat templates from files of the user's.

use std::path::Path;

use anyhow::{Context, anyhow};

use super::files;
use crate::prompt::ChatTemplate;
use crate::tokens::{HuggingFace, Tokenizer};

/// The tokenizer in that file, a Hugging Face `tokenizer.json`.
pub(crate) fn read(path: &Path) -> anyhow::Result<Box<dyn Tokenizer>> {
    files::regular(path).with_context(|| format!("cannot read tokenizer {}", path.display()))?;
    let tokenizer = HuggingFace::read(path).with_context(|| format!("cannot use tokenizer {}", path.display()))?;
    Ok(Box::new(tokenizer))
}

/// The chat template that was named, else the one of the `tokenizer_config.json` beside the tokenizer.
pub(crate) fn chat_template(named: Option<&Path>, tokenizer: Option<&Path>) -> anyhow::Result<Option<ChatTemplate>> {
    let config = tokenizer.map(|path| path.with_file_name("tokenizer_config.json"));
    let config = config.and_then(|path| files::text(&path, files::LARGE).ok());
    let Some(path) = named else {
        return Ok(config.and_then(|config| ChatTemplate::read(&config, None).ok()));
    };
    let shown = path.display();
    let source = files::named_text(path, files::LARGE).with_context(|| format!("cannot read chat template {shown}"))?;
    let template = ChatTemplate::read(&source, config.as_deref());
    template.map(Some).map_err(|error| anyhow!("chat template {shown}: {error}"))
}
