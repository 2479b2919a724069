//! The normalised line that `cachecheck parse` writes, and which is read back as what it was.
//!
//! `{"cachecheck": 1, "origin", "format", "id", "time", "end_time", "host", "seller", "scope", "request", "response", "usage"}`: request
//! and message in the shape of Chat Completions whatever they came from, usage with `prompt_tokens` as the whole prompt. What is
//! not known is left out. An API key is in it by its hash alone, as part of `scope`.

use serde_json::{Map, Value, json};

use crate::exchange::{
    BlockTrace, CacheControl, Content, Exchange, Family, HasFields, Input, Media, Message, Part, Redacted,
    RedactedBlockEnd, Request, Resolution, Response, Scope, ToolCall, Usage, Written, who_sells,
};
use crate::log::body::api::Api;
use crate::log::body::registry::APIS;
use crate::log::body::usage::tokens;
use crate::log::body::{chat, envelope};
use crate::log::format::{FormatReader, LineContext, LogFormat, RequestShape};
use crate::log::json::{instant, items, take, text};
use crate::log::reason::Reason;
use crate::log::registry;
use crate::time::SignedDuration;

/// Grows when a program that reads the lines would have to change.
const VERSION: u64 = 1;

/// A line that `cachecheck parse` wrote.
pub(crate) struct Normalized;

impl LogFormat for Normalized {
    fn name(&self) -> &'static str {
        "cachecheck"
    }

    fn about(&self) -> &'static str {
        "what cachecheck parse writes"
    }

    fn recognises(&self, line: &Value) -> bool {
        line.field("cachecheck").is_some()
    }

    fn request_shape(&self) -> RequestShape {
        RequestShape::OfOne(chat::CHAT.name())
    }

    fn reads_lines_alone(&self) -> bool {
        true
    }

    fn reader(&self) -> Box<dyn FormatReader> {
        Box::new(Self)
    }
}

impl FormatReader for Normalized {
    fn line(&mut self, mut line: Value, _: &mut LineContext) -> Result<Vec<Exchange>, Reason> {
        if line["cachecheck"] != VERSION {
            return Err("written by another version of cachecheck parse".into());
        }
        let request = take(&mut line, "request").ok_or("no `request`")?;
        Ok(vec![Exchange {
            id: text(&line, &["/id"]),
            time: instant(&line, &["/time"]),
            end_time: instant(&line, &["/end_time"]),
            host: text(&line, &["/host"]).and_then(|host| envelope::host_of(&host)),
            seller: line["seller"].as_str().and_then(who_sells),
            scope: read_scope(&line["scope"]),
            session: text(&line, &["/session"]),
            explicit_cache: text(&line, &["/explicit_cache"]),
            request: read_request(request)?,
            response: take(&mut line, "response").map(read_response).transpose()?,
            usage: line.field("usage").map(read_usage).unwrap_or_default(),
            format: text(&line, &["/format"]).and_then(|name| registry::named(&name)).map(LogFormat::name),
            api: text(&line, &["/api"])
                .and_then(|name| APIS.iter().find(|api| api.name() == name))
                .map(|api| api.name()),
            origin: text(&line, &["/origin"]),
            ..Exchange::default()
        }])
    }
}

/// A JSON object without what is not known.
fn known<const N: usize>(fields: [(&str, Option<Value>); N]) -> Value {
    let fields = fields.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?)));
    Value::Object(fields.collect::<Map<_, _>>())
}

fn some<T: Into<Value>>(value: Option<T>) -> Option<Value> {
    value.map(Into::into)
}

impl Exchange {
    /// As `cachecheck parse` writes it; `origin` is its line as `source:line`.
    pub fn to_json(&self, origin: &str) -> Value {
        known([
            ("cachecheck", Some(VERSION.into())),
            ("origin", Some(self.origin.as_deref().unwrap_or(origin).into())),
            ("format", some(self.format)),
            ("api", some(self.api.filter(|api| self.format != Some(api)))),
            ("id", some(self.id.as_deref())),
            ("time", some(self.time.map(|time| time.to_string()))),
            ("end_time", some(self.end_time.map(|time| time.to_string()))),
            ("host", some(self.host.as_deref())),
            ("seller", some(self.seller)),
            ("scope", write_scope(&self.scope)),
            ("session", some(self.session.as_deref())),
            ("explicit_cache", some(self.explicit_cache.as_deref())),
            ("request", Some(write_request(&self.request))),
            ("response", self.response.as_ref().map(write_response)),
            ("usage", (self.usage != Usage::default()).then(|| write_usage(&self.usage))),
        ])
    }
}

/// A name that the user pointed at is a text, the caller that the log names by itself an object.
fn write_scope(scope: &Scope) -> Option<Value> {
    let parts = || {
        known([
            ("account", some(scope.account.as_deref())),
            ("key", some(scope.key.as_deref())),
            ("user_id", some(scope.user_id.as_deref())),
            ("user", some(scope.user.as_deref())),
            ("salt", some(scope.salt.as_deref())),
            ("server", some(scope.server.as_deref())),
        ])
    };
    let named = scope.named.as_deref().map(Value::from);
    (*scope != Scope::default()).then(|| named.unwrap_or_else(parts))
}

fn read_scope(scope: &Value) -> Scope {
    let part = |pointer: &str| text(scope, &[pointer]);
    Scope {
        named: scope.as_str().map(str::to_owned),
        account: part("/account"),
        key: part("/key"),
        user_id: part("/user_id"),
        user: part("/user"),
        salt: part("/salt"),
        server: part("/server"),
    }
}

fn write_request(request: &Request) -> Value {
    let mut value = known([
        ("model", some(request.model.as_deref())),
        ("tools", (!request.tools.is_empty()).then(|| request.tools.iter().cloned().collect())),
        ("tool_choice", request.tool_choice.clone()),
        ("response_format", request.response_format.clone()),
        ("thinking", write_thinking(request)),
        ("prompt_cache_key", some(request.cache_key.as_deref())),
        ("reasoning_effort", some(request.reasoning_effort.as_deref())),
        ("system_settings", some(request.system_settings.as_deref())),
        ("cache_marks", write_marks(&request.cache_controls)),
        ("prompt_cache_options", request.cache_options.to_json()),
    ]);
    match &request.input {
        Input::Messages(messages) => {
            value["messages"] = messages.as_slice().iter().map(|message| write_message(message)).collect();
        }
        Input::Text(prompt) => value["prompt"] = prompt.as_str().into(),
        Input::Blocks(trace) => {
            value["blocks"] = known([
                ("hash_ids", Some(trace.hash_ids.clone().into())),
                ("input_length", some(trace.input_length)),
                ("output_length", some(trace.output_length)),
                ("block_size", some(trace.block_size)),
            ]);
        }
        Input::Missing => {}
        Input::Redacted(redacted) => value["redacted"] = write_redacted(redacted),
    }
    value
}

fn write_thinking(request: &Request) -> Option<Value> {
    let kind = request.thinking.as_deref().map(Value::from);
    let thinking = known([("type", kind), ("budget_tokens", request.thinking_budget.map(Value::from))]);
    thinking.as_object().is_some_and(|fields| !fields.is_empty()).then_some(thinking)
}

fn read_request(mut body: Value) -> Result<Request, String> {
    if let Some(redacted) = body.field("redacted") {
        let input = Input::Redacted(read_redacted(redacted).ok_or("`redacted` is not what parse --redact writes")?);
        let (model, thinking) = (text(&body, &["/model"]), text(&body, &["/thinking/type"]));
        let cache_key = text(&body, &["/prompt_cache_key"]);
        return Ok(Request { model, input, thinking, cache_key, ..Request::default() });
    }
    if ["messages", "prompt", "blocks"].iter().all(|key| body.field(key).is_none()) {
        return Ok(Request { model: text(&body, &["/model"]), input: Input::Missing, ..Request::default() });
    }
    // Messages are written as Chat Completions has them, so that its reader reads them back.
    let Some(blocks) = take(&mut body, "blocks") else { return chat::request(body) };
    let count = |key: &str| blocks.field(key).and_then(tokens);
    let trace = BlockTrace {
        hash_ids: items(blocks.field("hash_ids")).filter_map(Value::as_u64).collect(),
        input_length: count("input_length"),
        output_length: count("output_length"),
        block_size: count("block_size"),
    };
    Ok(Request { model: text(&body, &["/model"]), input: Input::Blocks(trace), ..Request::default() })
}

fn write_redacted(redacted: &Redacted) -> Value {
    let fingerprints = redacted.fingerprints.iter().map(|value| format!("{value:032x}"));
    known([
        ("key", Some(redacted.key.as_str().into())),
        ("profile", some(redacted.profile.as_deref())),
        ("block_size", Some(redacted.block_size.into())),
        ("prompt_tokens", Some(redacted.prompt_tokens.into())),
        ("core_tokens", Some(redacted.core_tokens.into())),
        ("output_tokens", Some(redacted.output_tokens.into())),
        ("fingerprints", Some(fingerprints.collect())),
        ("estimated", some(redacted.estimated.as_deref())),
        (
            "block_ends",
            (!redacted.block_ends.is_empty()).then(|| redacted.block_ends.iter().map(write_block_end).collect()),
        ),
        ("own_tools", redacted.has_own_tools.then(|| true.into())),
        ("unseen_from", some(redacted.unseen_from)),
        ("unseen_fingerprint", redacted.unseen_fingerprint.map(|value| format!("{value:032x}").into())),
    ])
}

fn write_block_end(end: &RedactedBlockEnd) -> Value {
    known([
        ("fingerprint", Some(format!("{:032x}", end.fingerprint).into())),
        ("tokens", Some(end.tokens.into())),
        ("position", Some(end.position.into())),
        ("breakpoint", end.breakpoint.map(|_| true.into())),
        ("lifetime_seconds", some(end.breakpoint.flatten().map(|lifetime| lifetime.as_secs()))),
    ])
}

fn read_block_end(value: &Value) -> Option<RedactedBlockEnd> {
    let count = |key: &str| value.field(key).and_then(tokens);
    let lifetime = value.field("lifetime_seconds").and_then(Value::as_i64).map(SignedDuration::from_secs);
    Some(RedactedBlockEnd {
        fingerprint: u128::from_str_radix(value.field("fingerprint")?.as_str()?, 16).ok()?,
        tokens: count("tokens")?,
        position: count("position")?,
        breakpoint: value.field("breakpoint").map(|_| lifetime),
    })
}

/// `None` where something is missing, or the counts do not belong together.
fn read_redacted(value: &Value) -> Option<Redacted> {
    let count = |key: &str| value.field(key).and_then(tokens);
    let fingerprint = |value: &Value| u128::from_str_radix(value.as_str()?, 16).ok();
    let redacted = Redacted {
        key: text(value, &["/key"])?,
        profile: text(value, &["/profile"]),
        block_size: count("block_size").filter(|size| *size > 0)?,
        prompt_tokens: count("prompt_tokens")?,
        core_tokens: count("core_tokens")?,
        output_tokens: count("output_tokens")?,
        fingerprints: value.field("fingerprints")?.as_array()?.iter().map(fingerprint).collect::<Option<_>>()?,
        estimated: text(value, &["/estimated"]),
        block_ends: items(value.field("block_ends")).map(read_block_end).collect::<Option<_>>()?,
        has_own_tools: value.field("own_tools").is_some(),
        unseen_from: value["unseen_from"].as_u64(),
        unseen_fingerprint: value.field("unseen_fingerprint").and_then(fingerprint),
    };
    // Ends of blocks stand in their order within the prompt; others were not written by `parse`.
    let mut before = (0, 0);
    let rise = redacted.block_ends.iter().all(|end| {
        let last = std::mem::replace(&mut before, (end.tokens, end.position));
        last.0 <= end.tokens && last.1 <= end.position && end.tokens <= redacted.prompt_tokens
    });
    let blocks = (redacted.prompt_tokens + redacted.output_tokens) / redacted.block_size;
    let fits = blocks == redacted.fingerprints.len() as u64 && redacted.core_tokens <= redacted.prompt_tokens;
    (fits && rise).then_some(redacted)
}

fn write_message(message: &Message) -> Value {
    known([
        ("role", Some(message.role.as_str().into())),
        ("content", (!message.lacks_content).then(|| message.content.as_ref().map_or(Value::Null, write_content))),
        ("reasoning_content", some(message.reasoning_content.as_deref())),
        ("hidden_reasoning", message.has_hidden_reasoning.then_some(true.into())),
        ("tool_calls", (!message.tool_calls.is_empty()).then(|| message.tool_calls.iter().map(write_call).collect())),
        ("tool_call_id", some(message.tool_call_id.as_deref())),
        ("name", some(message.name.as_deref())),
        ("prefix", message.prefix.then_some(true.into())),
        ("cache_marks", write_marks(&message.cache_controls)),
    ])
}

fn write_marks(marks: &[CacheControl]) -> Option<Value> {
    (!marks.is_empty()).then(|| marks.iter().map(CacheControl::to_json).collect())
}

fn write_content(content: &Content) -> Value {
    let part = |part: &Part| match part {
        Part::Text(text) => json!({"type": "text", "text": text}),
        Part::Media(media) => write_media(media),
        Part::Unknown => json!({"type": "unknown"}),
    };
    match content {
        Content::Text(text) => text.as_str().into(),
        Content::Parts(parts) => parts.iter().map(part).collect(),
    }
}

fn write_media(media: &Media) -> Value {
    known([
        ("type", Some("media".into())),
        ("digest", Some(format!("{:032x}", media.digest).into())),
        ("width", some(media.size.map(|size| size.0))),
        ("height", some(media.size.map(|size| size.1))),
        ("low_detail", media.is_low_detail.then_some(true.into())),
    ])
}

fn write_call(call: &ToolCall) -> Value {
    let function = json!({"name": call.name, "arguments": call.arguments});
    known([
        ("id", some(call.id.as_deref())),
        ("type", Some("function".into())),
        ("is_stored", call.is_stored.then_some(true.into())),
        ("function", Some(function)),
    ])
}

fn write_response(response: &Response) -> Value {
    known([
        ("id", some(response.id.as_deref())),
        ("model", some(response.model.as_deref())),
        ("system_fingerprint", some(response.system_fingerprint.as_deref())),
        ("served_by", some(response.served_by.as_deref())),
        ("message", response.message.as_ref().map(write_message)),
    ])
}

fn read_response(mut body: Value) -> Result<Response, String> {
    Ok(Response {
        id: text(&body, &["/id"]),
        model: text(&body, &["/model"]),
        system_fingerprint: text(&body, &["/system_fingerprint"]),
        served_by: text(&body, &["/served_by"]),
        message: take(&mut body, "message").map(chat::message).transpose()?,
    })
}

fn write_usage(usage: &Usage) -> Value {
    let written = |written: Written| {
        json!({"unstated": written.unstated, "5m": written.five_minutes, "30m": written.half_hour,
            "1h": written.hour, "12h": written.half_day})
    };
    let family = |family| match family {
        Family::Inclusive => "inclusive",
        Family::Exclusive => "exclusive",
    };
    known([
        ("prompt_tokens", some(usage.prompt_tokens)),
        ("hit_tokens", some(usage.hit_tokens)),
        ("written_tokens", usage.written.map(written)),
        ("output_tokens", some(usage.output_tokens)),
        ("reasoning_tokens", some(usage.reasoning_tokens)),
        ("service_tier", some(usage.service_tier.as_deref())),
        ("region", some(usage.region.as_deref())),
        ("web_searches", (usage.web_searches > 0).then(|| usage.web_searches.into())),
        ("contradicts", usage.contradicts.then_some(true.into())),
        ("family", some(usage.family.map(family))),
        ("logged_cost", some(usage.logged_cost.map(|cost| cost.to_string()))),
        ("resolved", some(usage.resolved.map(Resolution::words))),
        ("other_prompt_tokens", some(usage.other_prompt)),
        ("audio_tokens", (usage.audio_tokens > 0).then(|| usage.audio_tokens.into())),
        ("sum_of_requests", usage.is_sum.then_some(true.into())),
        ("unread_counters", (!usage.unread_counters.is_empty()).then(|| usage.unread_counters.clone().into())),
        ("unknown_counters", (!usage.unknown_counters.is_empty()).then(|| usage.unknown_counters.clone().into())),
    ])
}

fn read_usage(usage: &Value) -> Usage {
    let count = |pointer: &str| usage.pointer(pointer).and_then(tokens);
    let names = |key: &str| -> Vec<String> {
        items(usage.field(key)).filter_map(|name| Some(name.as_str()?.to_owned())).collect()
    };
    let of = |lifetime: &str| count(&format!("/written_tokens/{lifetime}")).unwrap_or(0);
    Usage {
        prompt_tokens: count("/prompt_tokens"),
        hit_tokens: count("/hit_tokens"),
        written: usage.field("written_tokens").map(|_| Written {
            unstated: of("unstated"),
            five_minutes: of("5m"),
            half_hour: of("30m"),
            hour: of("1h"),
            half_day: of("12h"),
        }),
        output_tokens: count("/output_tokens"),
        reasoning_tokens: count("/reasoning_tokens"),
        service_tier: text(usage, &["/service_tier"]),
        region: text(usage, &["/region"]),
        web_searches: count("/web_searches").unwrap_or(0),
        contradicts: usage["contradicts"] == true,
        family: match usage["family"].as_str() {
            Some("inclusive") => Some(Family::Inclusive),
            Some("exclusive") => Some(Family::Exclusive),
            _ => None,
        },
        logged_cost: text(usage, &["/logged_cost"]).and_then(|cost| cost.parse().ok()),
        resolved: Resolution::ALL.into_iter().find(|way| usage["resolved"] == way.words()),
        other_prompt: count("/other_prompt_tokens"),
        unknown_counters: names("unknown_counters"),
        unread_counters: names("unread_counters"),
        audio_tokens: count("/audio_tokens").unwrap_or(0),
        is_sum: usage["sum_of_requests"] == true,
        // They are lines of their own.
        own_calls: Vec::new(),
    }
}
