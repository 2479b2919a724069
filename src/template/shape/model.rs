//! The model that a file names for its prompts: `model:` at its root or in its settings, a provider of promptfoo, a connection of Prompty.

use super::draft::ShapeInput;
use super::front_matter::head;
use crate::document::Node;

/// The model of a file's prompts, where it names one.
pub(super) fn of(input: &ShapeInput<'_>, shape: &str) -> Option<String> {
    // Documents of no known shape may speak of models in any sense.
    if shape == "document" || shape == "mcp" {
        return None;
    }
    let root = input.documents.first().cloned().or_else(|| head(input.source.text()))?;
    in_settings(&root).as_deref().map(plain)
}

fn in_settings(root: &Node) -> Option<String> {
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
