//! Requests and answers of one call that were logged apart: each is half of an exchange.

use std::sync::Arc;

use super::{Exchange, Input, Scope, Usage};

/// A half of an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Half {
    /// A request without an answer.
    Request,
    /// An answer without its request.
    Answer,
}

impl Exchange {
    /// The half that it is, if it is no whole exchange.
    pub(crate) fn half(&self) -> Option<Half> {
        let is_counted = self.usage.known() > 0 || self.usage.contradicts;
        let has_answer = is_counted || self.response.is_some() || self.has_failed;
        match &self.request.input {
            Input::Messages(_) | Input::Text(_) => (!has_answer).then_some(Half::Request),
            Input::Missing => (has_answer && self.unread.is_none()).then_some(Half::Answer),
            Input::Blocks(_) | Input::Redacted(_) => None,
        }
    }

    /// A request with its answer, which stood in another line; the place is that of the request.
    pub(crate) fn answered_by(self, answer: Self) -> Self {
        let time = self.time.or(answer.time);
        let end_time = answer.end_time.or(answer.time).filter(|end| self.time.is_some_and(|start| start <= *end));
        let usage = Usage { region: answer.usage.region.or(self.usage.region), ..answer.usage };
        let usage = Usage { service_tier: usage.service_tier.or(self.usage.service_tier), ..usage };
        let mut request = self.request;
        request.model = request.model.or(answer.request.model);
        Self {
            id: answer.id.or(self.id),
            time,
            end_time,
            host: self.host.or(answer.host),
            seller: self.seller.or(answer.seller),
            scope: scope(self.scope, answer.scope),
            groups: match (self.groups, answer.groups) {
                (Some(asked), Some(answered)) => {
                    Some(asked.iter().zip(answered.iter()).map(|(one, other)| one.clone().or(other.clone())).collect())
                }
                (asked, answered) => asked.or(answered),
            },
            session: self.session.or(answer.session),
            session_name: self.session_name.or(answer.session_name),
            request,
            response: answer.response,
            usage,
            has_unreadable_time: self.has_unreadable_time && time.is_none(),
            has_failed: answer.has_failed,
            call_ids: Arc::default(),
            ..self
        }
    }
}

/// The caller by the line of the request, and what only that of the answer tells.
fn scope(asked: Scope, answered: Scope) -> Scope {
    Scope {
        named: asked.named.or(answered.named),
        account: asked.account.or(answered.account),
        key: asked.key.or(answered.key),
        user_id: asked.user_id.or(answered.user_id),
        user: asked.user.or(answered.user),
        salt: asked.salt.or(answered.salt),
        server: asked.server.or(answered.server),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::Response;

    #[test]
    fn a_request_with_its_answer_has_the_begin_of_the_one_and_the_end_of_the_other() {
        let time = |text: &str| text.parse().ok();
        let mut asked = Exchange { time: time("2026-11-02T10:00:00Z"), host: Some("h".into()), ..Exchange::default() };
        asked.request.input = Input::Text("Which hull?".into());
        asked.request.model = Some("m".into());
        let usage = Usage { prompt_tokens: Some(9), output_tokens: Some(2), ..Usage::default() };
        let response = Some(Response { id: Some("a".into()), ..Response::default() });
        let mut answer = Exchange { time: time("2026-11-02T10:00:03Z"), usage, response, ..Exchange::default() };
        answer.request.input = Input::Missing;
        assert_eq!((asked.half(), answer.half()), (Some(Half::Request), Some(Half::Answer)));
        let whole = asked.clone().answered_by(answer.clone());
        assert_eq!((whole.half(), whole.time, whole.end_time), (None, asked.time, answer.time));
        assert_eq!((whole.usage.prompt_tokens, whole.host.as_deref()), (Some(9), Some("h")));
        let early = Exchange { time: time("2026-11-02T09:00:00Z"), ..answer };
        assert_eq!(asked.answered_by(early).end_time, None, "clocks that differ tell no end");
    }
}
