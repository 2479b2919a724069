//! The parts of a message's content, as any API has them: text, or what has no text in the log.

use serde_json::Value;

use crate::exchange::Part;
use crate::log::body::media;
use crate::log::json::text;

impl Part {
    /// A part: its text, or what it is instead.
    pub(crate) fn read(value: &Value) -> Self {
        let said = value.as_str().map(str::to_owned).or_else(|| text(value, &["/text", "/refusal"]));
        said.map_or_else(|| Self::without_text(value), Self::Text)
    }

    /// Classifies a part without text. APIs name its kind by `type`, or by the only key.
    pub(crate) fn without_text(value: &Value) -> Self {
        const MEDIA: [&str; 8] = ["image", "audio", "video", "file", "document", "media", "inlineData", "inline_data"];
        let is_media = |kind: &str| MEDIA.iter().any(|name| kind.contains(name));
        let is_media = match value["type"].as_str() {
            Some(kind) => is_media(kind),
            None => value.as_object().is_some_and(|fields| fields.keys().any(|key| is_media(key))),
        };
        if is_media { Self::Media(media::read(value)) } else { Self::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_part_without_text_is_media_by_its_type_or_its_key_and_else_unknown() {
        let said = |value: Value| Part::read(&value);
        for text in [json!("a"), json!({"type": "text", "text": "a"}), json!({"type": "refusal", "refusal": "a"})] {
            assert_eq!(said(text), Part::Text("a".into()));
        }
        for kind in ["image_url", "input_image", "input_audio", "input_file", "video_url", "document", "media"] {
            assert!(matches!(said(json!({"type": kind, kind: {}})), Part::Media(_)), "{kind}");
        }
        for key in ["inlineData", "fileData", "file_data", "image", "document", "video"] {
            assert!(matches!(said(json!({key: {}})), Part::Media(_)), "{key}");
        }
        for kind in ["web_search_tool_result", "compaction", "unknown"] {
            assert_eq!(said(json!({"type": kind, "content": []})), Part::Unknown, "{kind}");
        }
        let image = |url: &str| said(json!({"type": "image_url", "image_url": {"url": url}}));
        assert_eq!(image("a"), image("a"));
        assert_ne!(image("a"), image("b"));
        assert_eq!(said(json!({"executableCode": {"code": "1"}})), Part::Unknown);
    }
}
