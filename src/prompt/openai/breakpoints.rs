//! Breakpoints of GPT-5.6 and later: where their cache keeps entries.
//!
//! Without marks of the client an entry ends behind the system messages a request begins with, and one behind its latest message
//! of a user, each before the token that ends the message: 8 of 8 recorded requests of text alone (2026-11) read and wrote as this
//! has it. By OpenAI's guide (2026-09-23) the latest result of a tool stands for a user's message; no recorded request has one.
//! Marks of the client's are more of them, the latest three; under `prompt_cache_options.mode: explicit` there are the latest four and
//! none of the provider's (documentation of `prompt_cache_options` in OpenAI's SDKs, 2026-11). All recorded marks come with that mode.

use crate::exchange::{CacheControl, Request, RequestElement};
use crate::prompt::{Breakpoint, Prompt};
use crate::time::parse_duration;

/// The most marks behind which a request writes without a breakpoint of the provider's.
const MOST_EXPLICIT: usize = 4;

/// The most marks behind which it writes beside the provider's.
const MOST_BESIDE_IMPLICIT: usize = 3;

/// The places in one request; none for models that keep entries elsewhere.
pub(super) struct Breakpoints<'a> {
    request: &'a Request,
    is_kept: bool,
    /// The first marks, behind which nothing is written, since later ones fill the request.
    passed_over: usize,
    /// The latest message of a user, or result of a tool.
    last_asked: Option<usize>,
    last_system: Option<usize>,
}

impl<'a> Breakpoints<'a> {
    pub(super) fn of_request(request: &'a Request) -> Self {
        let messages = request.messages();
        let system = messages.iter().take_while(|message| message.is_system()).count();
        let marks = messages.iter().map(|message| message.cache_controls.len()).sum::<usize>();
        Self {
            request,
            is_kept: ["gpt-5.6", "gpt-6"].iter().any(|name| request.bare_model().starts_with(name)),
            passed_over: marks.saturating_sub(if request.cache_options.is_explicit() {
                MOST_EXPLICIT
            } else {
                MOST_BESIDE_IMPLICIT
            }),
            last_asked: messages
                .iter()
                .rposition(|message| ["user", "tool", "function"].contains(&message.role.as_str())),
            last_system: system.checked_sub(1),
        }
    }

    /// The end of a part, if the client marked it and more of the message follows.
    pub(super) fn end_part(&self, prompt: &mut Prompt, index: usize, part: usize) {
        let message = &self.request.messages()[index];
        let is_last = message.content.as_ref().is_none_or(|content| part + 1 >= content.parts().len());
        if let Some((mark, is_written)) = self.mark(index, part).filter(|_| !is_last) {
            prompt.end_text_block(index, is_written.then(|| self.breakpoint(Some(mark))));
        }
    }

    /// The end of a message, at which the cache also looks for entries of earlier requests.
    pub(super) fn end_message(&self, prompt: &mut Prompt, index: usize) {
        if !self.is_kept {
            return;
        }
        let message = &self.request.messages()[index];
        let last = message.content.as_ref().map_or(0, |content| content.parts().len().saturating_sub(1));
        let is_explicit = self.request.cache_options.is_explicit();
        let is_implicit = !is_explicit && [self.last_asked, self.last_system].contains(&Some(index));
        let implicit = is_implicit.then(|| self.breakpoint(None));
        let own = self.mark(index, last).filter(|(_, is_written)| *is_written);
        prompt.end_text_block(index, own.map(|(mark, _)| self.breakpoint(Some(mark))).or(implicit));
    }

    /// The mark behind a part of a message, and whether an entry is written there: where later marks fill the request one is only read.
    fn mark(&self, index: usize, part: usize) -> Option<(&'a CacheControl, bool)> {
        let messages = self.request.messages();
        let marks = &messages[index].cache_controls;
        let at = marks.iter().position(|mark| self.is_kept && mark.after == RequestElement::Part(part))?;
        let before = messages[..index].iter().map(|message| message.cache_controls.len()).sum::<usize>();
        Some((&marks[at], before + at >= self.passed_over))
    }

    /// A breakpoint for as long as its mark, or else the request, asks for.
    fn breakpoint(&self, mark: Option<&CacheControl>) -> Breakpoint {
        let own = mark.and_then(|mark| Breakpoint::from(mark).lifetime);
        let of_request = || self.request.cache_options.lifetime.as_deref().and_then(parse_duration);
        Breakpoint { lifetime: own.or_else(of_request) }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{CacheOptions, Content, Message, Part};
    use crate::prompt::openai::tests::{exchange, said};
    use crate::prompt::{Fragments, openai};

    /// The texts that breakpoints stand behind.
    fn marked(model: &str, messages: Vec<Message>) -> Vec<String> {
        marked_under(CacheOptions::default(), model, messages).into_iter().map(|(text, _)| text).collect()
    }

    /// The same with the lifetimes that are asked for, in seconds, under the wishes of a request.
    fn marked_under(options: CacheOptions, model: &str, messages: Vec<Message>) -> Vec<(String, Option<i64>)> {
        let mut exchange = exchange(model, messages, &json!([]), None);
        exchange.request.cache_options = options;
        let prompt = openai::render(&exchange, &Fragments::default()).prompt;
        let ends = prompt.block_ends().iter().filter_map(|end| Some((end.segments, end.breakpoint?)));
        let text = |segments: usize| prompt.segments()[segments - 1].as_str().to_owned();
        ends.map(|(segments, mark)| (text(segments), mark.lifetime.map(|lifetime| lifetime.as_secs()))).collect()
    }

    /// A message of the user with these texts, marked behind some of them.
    fn parts(texts: &[&str], marked: &[(usize, Option<&str>)]) -> Message {
        let content = Content::Parts(texts.iter().map(|text| Part::Text((*text).to_owned())).collect());
        let mark = |(part, lifetime): &(usize, Option<&str>)| CacheControl {
            after: RequestElement::Part(*part),
            lifetime: lifetime.map(str::to_owned),
        };
        Message { content: Some(content), cache_controls: marked.iter().map(mark).collect(), ..said("user", "") }
    }

    fn explicit(lifetime: Option<&str>) -> CacheOptions {
        CacheOptions { mode: Some("explicit".into()), lifetime: lifetime.map(str::to_owned) }
    }

    #[test]
    fn entries_end_behind_the_system_messages_and_the_latest_user() {
        let talk = || ["system", "user", "assistant", "user"].iter().zip(["s", "u", "a", "v"]);
        let messages = || talk().map(|(role, text)| said(role, text)).collect();
        assert_eq!(marked("gpt-5.6-sol", messages()), ["s", "v"]);
        assert_eq!(marked("gpt-5.5", messages()), [""; 0]);
    }

    #[test]
    fn in_a_loop_of_tools_an_entry_ends_behind_the_latest_result() {
        let talk = [("system", "s"), ("user", "u"), ("assistant", "a"), ("tool", "one"), ("tool", "two")];
        let messages = talk.iter().map(|(role, text)| said(role, text)).collect();
        assert_eq!(marked("gpt-5.6-sol", messages), ["s", "two"]);
    }

    #[test]
    fn in_explicit_mode_entries_end_behind_the_latest_four_marked_parts_alone() {
        let (one, all) = (&[(0, None)][..], &[(0, None), (1, Some("12h")), (2, None), (3, None), (4, None)][..]);
        let texts = |found: Vec<(String, Option<i64>)>| found.into_iter().map(|(text, _)| text).collect::<Vec<_>>();
        let found = |options, marks| {
            marked_under(
                options,
                "gpt-5.6-sol",
                vec![said("system", "s"), parts(&["a", "b", "c", "d", "e", "f"], marks)],
            )
        };
        assert_eq!(texts(found(explicit(None), one)), ["a"]);
        assert_eq!(texts(found(explicit(None), &[])), [""; 0]);
        assert_eq!(texts(found(explicit(None), all)), ["b", "c", "d", "e"]);
        let lifetimes: Vec<Option<i64>> = found(explicit(Some("30m")), all).into_iter().map(|(_, time)| time).collect();
        assert_eq!(lifetimes, [Some(43_200), Some(1_800), Some(1_800), Some(1_800)]);
        assert_eq!(found(explicit(None), one)[0].1, None);
    }

    #[test]
    fn beside_the_breakpoints_of_the_provider_stand_the_latest_three_marks() {
        let messages = || {
            vec![said("system", "s"), parts(&["a", "b", "c", "d", "e"], &[(0, None), (1, None), (2, None), (3, None)])]
        };
        assert_eq!(marked("gpt-5.6-sol", messages()), ["s", "b", "c", "d", "e"]);
        assert_eq!(marked("gpt-5.5", messages()), [""; 0]);
    }
}
