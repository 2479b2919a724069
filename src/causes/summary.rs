//! Summaries: texts with which clients replace an earlier conversation.

use std::sync::LazyLock;

use regex::Regex;

use super::message;
use crate::exchange::Message;

/// Words with which clients begin a text that stands for an earlier conversation; a question that asks for a summary begins otherwise.
static SUMMARY: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r"(?xi) ^[^\p{L}<]*
        ( <\s*(conversation[_-]?|context[_-]?|chat[_-]?)?(summary|compacted|recap)
        | this\ (session|conversation|chat)\ (is\ being|was|has\ been)\ (continued|compacted|summari[sz]ed|condensed)
        | ((here|this|below|the\ following)('s|\ is|\ are)?\ )?((an?|the|our|my|your)\ )?
          ((short|brief|concise|detailed|running|rolling|context|conversation|chat|session|dialogue|discussion|earlier|previous|prior|past)\ )*
          (summary|recap)\b
        | ((the|our)\ )?(conversation|discussion|chat|dialogue|messages|context|history)\ (so\ far|up\ to|until\ now|above|before)
        | ((the|our)\ )?(earlier|previous|prior|past|older)\ (conversation|discussion|chat|dialogue|messages|context|history|turns)\b
        | ((the|our)\ )?(conversation|history|context|messages)\ (has|have|was|were)\ (been\ )?(summari[sz]ed|compacted|condensed)
        | (compacted|condensed|summari[sz]ed)\ (conversation|discussion|chat|dialogue|messages|context|history)\b
        | ((the|some|\d+)\ )*(oldest|older|earlier|earliest|first)\ (\d+\ )?(messages|turns)\ (were|was|are|have\ been)\ (dropped|removed|omitted|trimmed|truncated|left\ out)
        | (the\ )?(progress|story|events|work|what\ (has\ )?happened|what\ was\ (said|done))\ so\ far\b
        | context\ (carried\ over\ )?(from|of)\ (the\ |our\ )?(earlier|previous|prior|past|older)\b
        | previously\ (in\ this\ (conversation|chat|session)|discussed)\b
        | ((kurze|bisherige)\ )?zusammenfassung\ (der|des|unseres|von)\ (bisher|gespräch|unterhaltung|verlauf|dialog)
        | (das\ |der\ )?bisherige[rsn]?\ (gespräch|verlauf|unterhaltung|dialog)
        | résumé\ (de\ (la|notre)|des)\ (conversation|discussion|échanges)
        | resumen\ de\ (la|nuestra)\ (conversación|charla)
        | (以下是|下面是)?(之前|此前|先前|历史|到目前为止)?的?(对话|会话|聊天|上下文)(历史|记录|内容)?的?(摘要|总结|概要)
        | (これまで|以前|前回)の(会話|やり取り|対話) | (会話|対話)(履歴)?の要約
        )",
    )
    .ok()
});

/// A text that says it stands for an earlier conversation.
pub(super) fn is_summary(text: &str) -> bool {
    SUMMARY.as_ref().is_some_and(|pattern| pattern.is_match(text))
}

/// A message whose text is such a one.
pub(super) fn sums_up(message: &Message) -> bool {
    message.tool_call_id.is_none() && message.tool_calls.is_empty() && is_summary(&message::text(message))
}

#[cfg(test)]
mod tests {
    use super::is_summary;

    #[test]
    fn a_summary_is_told_from_a_question_about_one() {
        for text in [
            "This session is being continued from a previous conversation that ran out of context.",
            "Summary of the conversation so far: the invoice was paid.",
            "<summary>\nThe user asked for a refund.\n</summary>",
            "[Earlier conversation] The user asked for a refund.",
            "Here is a summary of our earlier discussion: the user asked for a refund.",
            "The conversation has been compacted.",
            "**Conversation summary**\nThe user asked for a refund.",
            "Compacted history: the user asked for a refund.",
            "[The 4 oldest messages were dropped to save space.]",
            "[Progress so far]\nThe invoice was paid.",
            "Context from the previous session: the invoice was paid.",
            "Zusammenfassung des bisherigen Gesprächs: Die Rechnung ist bezahlt.",
            "以下是之前对话的摘要：发票已付。",
            "これまでの会話の要約：請求書は支払い済み。",
        ] {
            assert!(is_summary(text), "{text}");
        }
        for text in [
            "Please summarise the previous conversation with the customer.",
            "Can you write a summary of our earlier discussion?",
            "Budget used so far: 1,200 tokens.",
            "The history of the ferry line begins in 1890.",
            "You write short summaries of meetings.",
            "What was said in the conversation so far?",
        ] {
            assert!(!is_summary(text), "{text}");
        }
    }
}
