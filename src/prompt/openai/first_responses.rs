//! Tokens that OpenAI's Responses API billed in its first weeks, March 2025, before a prompt that is otherwise as today.
//!
//! Counted on recorded requests (2026-11): all of 4o models from 2025-03-10 to 03-28 have 18 tokens more than their text, with
//! instructions, a schema, earlier calls or none (11 of 11). With tools that may be called side by side there are 198 more (3 of 3):
//! the namespace of `multi_tool_use` that chats are fed. On 2025-04-01 and later nothing is left of either (3 of 3 until June, all
//! since).

use std::ops::Range;
use std::sync::LazyLock;

use super::{Layout, hide};
use crate::exchange::Exchange;
use crate::prompt::Prompt;
use crate::time::{Timestamp, parse};

/// Tokens before every prompt.
const FIRST: usize = 18;

/// Tokens that describe the tool which calls several at once.
const PARALLEL_TOOL: usize = 198;

/// True if a call was made in those weeks.
pub(super) fn is_of_first_weeks(exchange: &Exchange) -> bool {
    static WEEKS: LazyLock<Option<Range<Timestamp>>> =
        LazyLock::new(|| Some(parse("2025-03-01")?..parse("2025-04-01")?));
    let weeks = WEEKS.as_ref();
    exchange.is_of_responses() && exchange.time.zip(weeks).is_some_and(|(time, weeks)| weeks.contains(&time))
}

impl Layout<'_> {
    pub(super) fn write_first_weeks(&self, prompt: &mut Prompt) {
        if !self.is_of_first_weeks || !self.is_4o() {
            return;
        }
        hide(prompt, FIRST);
        if self.functions().next().is_some() {
            hide(prompt, PARALLEL_TOOL);
        }
    }

    /// The only family of which calls of those weeks show how many.
    fn is_4o(&self) -> bool {
        self.request.bare_model().starts_with("gpt-4o")
    }

    /// The reason why a count of those weeks may not be OpenAI's.
    pub(super) fn doubt_of_first_weeks(&self) -> Option<&'static str> {
        if !self.is_of_first_weeks {
            None
        } else if !self.is_4o() {
            Some(
                "in March 2025 OpenAI's Responses API billed tokens of its own, 59 in the one recorded request of another model than 4o",
            )
        } else if self.functions().next().is_some() {
            Some(
                "in March 2025 OpenAI's Responses API billed 216 tokens more for tools, but 21 in the one recorded request without `parallel_tool_calls`",
            )
        } else {
            None
        }
    }
}
