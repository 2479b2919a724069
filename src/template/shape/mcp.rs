//! Lists of tools as MCP servers give them: `tools` with descriptions and schemas, and no messages.

use super::draft::{Draft, Shape, ShapeInput};
use crate::document::Node;

pub(super) const SHAPE: Shape = Shape { name: "mcp", read };

fn read(input: &ShapeInput<'_>) -> Option<Vec<Draft>> {
    let root = input.documents.first()?;
    let root = root.get("result").unwrap_or(root);
    let list = root.get("tools").unwrap_or(root);
    let is_tool = |tool: &Node| tool.get("name").is_some() && tool.get("inputSchema").is_some();
    let is_list = !list.items().is_empty() && list.items().iter().all(is_tool);
    is_list.then(|| vec![Draft { tools: list.items().to_vec(), ..Draft::default() }])
}
