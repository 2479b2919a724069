//! Prompts in code, language by language.
