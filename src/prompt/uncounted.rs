//! Uncounted input: what the model is fed that the log does not hold as text, so that every count of it is too low.

use serde_json::Value;

use crate::exchange::{Content, HasFields, Part, Request};

/// Reason why a prompt with media is not counted.
pub(crate) const WITHOUT_TEXT: &str = "images, files and sounds have no text to count";

/// Explains that a count of this request is too low: it has input whose text no template knows; `None` if all of it is text.
pub(super) fn uncounted(request: &Request) -> Option<&'static str> {
    let contents = request.messages().iter().filter_map(|message| message.content.as_ref());
    let without_text = contents.flat_map(Content::parts).find(|part| !matches!(part, Part::Text(_)));
    match without_text {
        Some(Part::Media(_)) => Some(WITHOUT_TEXT),
        Some(_) => Some("results of the provider's own tools, and parts of unknown kinds, have no text to count"),
        None if !request.tools.iter().all(is_function) => {
            Some("how tools other than functions are written into the prompt is not known")
        }
        None => None,
    }
}

/// True if a tool is a function of the client, whose whole definition is sent.
fn is_function(tool: &Value) -> bool {
    let is_flat = || tool.field("name").is_some() && tool.field("type").is_none_or(|kind| kind == "function");
    tool.field("function").is_some() || is_flat()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{Exchange, Media, Message};
    use crate::prompt::{ChatTemplate, Template};

    #[test]
    fn what_has_no_text_makes_every_template_doubt_the_count() {
        let request = |parts: Vec<Part>, tools: &[Value]| {
            let content = Some(Content::Parts(parts));
            let message = Message { role: "user".into(), content, ..Message::default() };
            Request { input: vec![message].into(), tools: tools.into(), ..Request::default() }
        };
        let search = json!({"type": "web_search"});
        let template = ChatTemplate::read("{{ messages[0].content }}", None).unwrap();
        for (request, reason) in [
            (request(vec![Part::Text("a".into())], &[]), None),
            (request(vec![Part::Media(Media::default())], &[]), Some("images")),
            (request(vec![Part::Unknown], &[]), Some("own tools")),
            (request(Vec::new(), &[search]), Some("tools")),
        ] {
            let exchange = Exchange { request, ..Exchange::default() };
            let hosted = ["openai", "deepseek-v3.2"].map(|name| Template::named(name).unwrap().render(&exchange));
            for rendered in hosted.into_iter().chain([template.render(&exchange).unwrap()]) {
                assert_eq!(rendered.doubt.is_some(), reason.is_some(), "{reason:?}");
                assert!(reason.is_none_or(|reason| rendered.doubt.unwrap().contains(reason)), "{:?}", rendered.doubt);
            }
        }
    }
}
