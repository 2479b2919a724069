//! The model that a file names for its prompts: `model:` at its root or in its settings, a provider of promptfoo, a connection of Prompty.

use crate::document::Node;

/// The model that a document or the settings in front of a text name.
pub(super) fn named_in(root: &Node) -> Option<String> {
    as_written(root).as_deref().map(plain)
}

fn as_written(root: &Node) -> Option<String> {
    let text =
        |node: &Node| node.text().filter(|text| !text.is_empty() && !text.contains(['{', '$'])).map(str::to_owned);
    let below = |node: &Node| {
        let named = ["name", "id", "model", "configuration", "parameters", "azure_deployment", "deployment"];
        named.iter().find_map(|key| {
            let value = node.get(key)?;
            text(value).or_else(|| ["model", "azure_deployment", "name"].iter().find_map(|key| text(value.get(key)?)))
        })
    };
    let model = root.get("model").or_else(|| root.get("model_name")).or_else(|| root.get("configuration"));
    let of_model = model.and_then(|model| text(model).or_else(|| below(model)));
    // Semantic Kernel's settings stand under the name of a service.
    let service = || {
        let services = root.get("execution_settings")?;
        services.entries().iter().find_map(|entry| text(entry.value.get("model_id")?))
    };
    let provider = || {
        let first = root.get("providers").or_else(|| root.get("targets"))?;
        let first = first.items().first().unwrap_or(first);
        text(first).or_else(|| text(first.get("id")?))
    };
    of_model.or_else(service).or_else(provider)
}

/// The model's own name: `openai:chat:gpt-4o` and `openai/gpt-4o` name their seller first.
fn plain(name: &str) -> String {
    name.rsplit(':')
        .next()
        .filter(|last| last.contains(|letter: char| letter.is_alphabetic()))
        .unwrap_or(name)
        .to_owned()
}
