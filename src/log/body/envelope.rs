//! The fields around the bodies of an API call: times, host, caller, and the places at which a line keeps request and response.
//!
//! A container fills an [`Envelope`]; the bodies are read by their API.

use std::borrow::Cow;

use serde_json::Value;

use crate::exchange::{
    Exchange, HasFields, REGIONAL, Scope, Seller, Usage, azure_resource, priced_region, region_of_host, who_sells,
};
use crate::hash;
use crate::log::body::api::Api;
use crate::log::body::registry as api;
use crate::log::body::times::{has_unreadable_time, times};
use crate::log::body::tool_secrets::without_secrets;
use crate::log::body::{batch_tier, call_ids, cost, failure, stream};
use crate::log::json::{present, take, text, unquote_fields, unquoted};
use crate::log::secret;

/// One API call as it was found: bodies, and what was logged beside them.
#[derive(Default)]
pub(crate) struct Envelope {
    /// Fields beside the bodies.
    pub(crate) outside: Value,
    /// The HTTP message of the request without its body, where there is one.
    pub(crate) http: Value,
    /// The request's body.
    pub(crate) request: Value,
    /// The response's body.
    pub(crate) response: Option<Value>,
}

/// Puts JSON in place of strings where loggers store bodies as text.
///
/// # Errors
/// A text of more values than may be read.
pub(crate) fn unquote(line: &mut Value) -> Result<(), String> {
    unquote_fields(line, &["request", "response", "body", "request_body", "response_body"])?;
    for side in ["request", "response"] {
        if let Some(message) = line.field_mut(side).filter(|message| message.is_object()) {
            unquote_fields(message, &["body"])?;
        }
    }
    Ok(())
}

/// The request's body in a line, which may be the line itself.
pub(crate) fn body(line: &Value) -> &Value {
    match present(line, "request") {
        Some(request) => present(request, "body").unwrap_or(request),
        None => line,
    }
}

/// The response's body in a line, of a stream its first event; null where there is none.
pub(crate) fn answer(line: &Value) -> Cow<'_, Value> {
    first_event(line.field("response").unwrap_or(line))
}

fn first_event(response: &Value) -> Cow<'_, Value> {
    let body = present(response, "body").unwrap_or(response);
    let events = present(body, "stream_events").unwrap_or(body);
    events.as_array().and_then(|events| stream::first(events)).unwrap_or(Cow::Borrowed(events))
}

impl Envelope {
    /// Takes a line apart: `request` and `response` and what is beside them, or a body with a response beside its fields.
    pub(crate) fn open(mut line: Value) -> Self {
        let response = take(&mut line, "response");
        let Some(mut request) = take(&mut line, "request") else {
            let response = response.or_else(|| present(&line, "choices").is_some().then(|| line.clone()));
            return Self { request: line, response, ..Self::default() };
        };
        let (request, http) = match take(&mut request, "body") {
            Some(body) => (body, request),
            None => (request, Value::Null),
        };
        Self { outside: line, http, request, response }
    }

    /// Reads it by the request's API.
    ///
    /// # Errors
    /// Fails if something is missing or of the wrong type, and names it.
    pub(crate) fn read(self) -> Result<Exchange, String> {
        let api = api::of_call(&self.request, &self.response.as_ref().map(first_event).unwrap_or_default());
        match api {
            Ok(api) => self.read_as(api),
            Err(reason) => self.unread(reason),
        }
    }

    /// Reads it as a call of this API.
    ///
    /// # Errors
    /// Fails if something is missing or of the wrong type, and names it.
    pub(crate) fn read_as(mut self, api: &'static dyn Api) -> Result<Exchange, String> {
        if !self.request.is_object() {
            return self.unread("the request is not a JSON object".into());
        }
        let exchange = self.around()?;
        let model = text(&self.request, &["/model"]);
        let explicit_cache = api.explicit_cache(&self.request);
        let exchange = Exchange { api: Some(api.name()), explicit_cache, ..exchange };
        match api.request(self.request) {
            Ok(request) => {
                let request = without_secrets(with_model(request, &self.outside, &self.http));
                Ok(Exchange { request, ..exchange })
            }
            Err(reason) => without_prompt(exchange, with_model(missing(model), &self.outside, &self.http), reason),
        }
    }

    /// Reads the fields of a request whose prompt is not in the log.
    ///
    /// # Errors
    /// The reason why it cannot, where nothing was reported either.
    pub(crate) fn unread(mut self, reason: String) -> Result<Exchange, String> {
        let exchange = in_session(self.around()?, session(&self.outside).as_deref());
        let request = with_model(missing(text(&self.request, &["/model"])), &self.outside, &self.http);
        without_prompt(exchange, request, reason)
    }

    /// Reads what an answer without its request tells.
    ///
    /// # Errors
    /// A value of the wrong type.
    pub(crate) fn usage_only(mut self) -> Result<Exchange, String> {
        let exchange = self.around()?;
        let request = with_model(missing(None), &self.outside, &self.http);
        Ok(in_session(Exchange { request, ..exchange }, session(&self.outside).as_deref()))
    }

    /// Everything but the request.
    fn around(&mut self) -> Result<Exchange, String> {
        let message = self.response.take();
        let account = account([Some(&self.http), Some(&self.outside), message.as_ref()]);
        let is_whole = message.is_some() && !self.request.is_null();
        let is_no_answer = message.as_ref().is_some_and(failure::is_no_answer);
        let mut is_said_to_have_failed = is_no_answer || message.as_ref().is_some_and(failure::is_said);
        let body = message.map(unstreamed).transpose()?;
        // A bare body has its times beside its own fields.
        let outside = if self.outside.is_null() { &self.request } else { &self.outside };
        // An answer that is made in the background is polled, and comes later.
        let is_pending = body.as_ref().is_some_and(failure::is_pending);
        let response = body.as_ref().map(api::response).transpose()?;
        let answer_id = response.as_ref().and_then(|response| response.id.clone());
        is_said_to_have_failed |= failure::is_said(outside) || body.as_ref().is_some_and(failure::is_said);
        let has_message = response.as_ref().is_some_and(|response| response.message.is_some());
        is_said_to_have_failed |= !has_message && failure::is_said_beside(outside);
        let mut usage = reported(outside, body.as_ref());
        // OpenAI and Bedrock say it beside the usage.
        usage.service_tier =
            usage.service_tier.or_else(|| text(body.as_ref()?, &["/service_tier", "/serviceTier/type"]));
        usage.service_tier = usage.service_tier.or_else(|| batch_tier::told(outside, &self.request, body.as_ref()));
        usage.logged_cost = cost::beside(outside).or(usage.logged_cost);
        let (time, end_time) = times(outside, body.as_ref());
        let host = host(outside, &self.http);
        usage.region = usage.region.or_else(|| priced_region(host.as_deref()?).map(|_| REGIONAL.to_owned()));
        Ok(Exchange {
            call_ids: call_ids::told(outside, is_whole && !is_pending, answer_id.as_deref()),
            id: answer_id.or_else(|| text(outside, &["/id"])),
            time,
            end_time,
            seller: seller(outside),
            scope: Scope { account: account_at(account, host.as_deref()), ..scope(outside, &self.http, &self.request) },
            host,
            response: response.filter(|_| !is_pending),
            has_failed: failure::is_unserved(is_said_to_have_failed, &usage),
            usage,
            has_unreadable_time: has_unreadable_time(outside),
            ..Exchange::default()
        })
    }
}

/// A request of which no more is known than its model.
fn missing(model: Option<String>) -> crate::exchange::Request {
    crate::exchange::Request { model, input: crate::exchange::Input::Missing, ..crate::exchange::Request::default() }
}

/// An exchange without its prompt, if it has counts or failed; else the reason why it is none.
fn without_prompt(exchange: Exchange, request: crate::exchange::Request, reason: String) -> Result<Exchange, String> {
    if exchange.usage.known() == 0 && !exchange.usage.contradicts && !exchange.has_failed {
        return Err(reason);
    }
    Ok(Exchange { request, unread: Some(reason), ..exchange })
}

/// The usage beside the bodies with that of the response: some loggers keep fewer counts than the provider reported, an empty object,
/// or a summary of their own under names that are known in part.
fn reported(outside: &Value, body: Option<&Value>) -> Usage {
    let beside = Usage::of_response(outside).unwrap_or_default();
    Usage::merged(beside, body.and_then(Usage::of_response).unwrap_or_default())
}

/// Bedrock and Gemini name the model in the URL; loggers keep it beside the body.
fn with_model(mut request: crate::exchange::Request, outside: &Value, http: &Value) -> crate::exchange::Request {
    let named = || text(outside, &["/model", "/modelId"]).or_else(|| text(http, &["/modelId"]));
    let url = || model_in(&text(http, &["/url", "/uri"]).or_else(|| text(outside, &["/url", "/uri"]))?);
    request.model = request.model.take().or_else(named).or_else(url);
    request
}

/// The model in a path such as `/v1beta/models/NAME:generateContent` or `/model/NAME/converse`.
fn model_in(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("/models/").or_else(|| url.split_once("/model/"))?;
    let mut parts = rest.split('?').next()?.split('/');
    let name = parts.next()?;
    // The ARN of an inference profile has a slash of its own, which not all clients encode.
    if name.starts_with("arn:") {
        return Some(format!("{name}/{}", parts.next()?));
    }
    let name = ["generateContent", "streamGenerateContent"]
        .iter()
        .find_map(|method| name.strip_suffix(method)?.strip_suffix(':'))
        .unwrap_or(name);
    // Amazon's own SDKs encode it.
    Some(name.replace("%3A", ":").replace("%2F", "/"))
}

/// The response's body in unstreamed shape.
fn unstreamed(mut response: Value) -> Result<Value, String> {
    let body = take(&mut response, "body").map(unquoted).transpose()?;
    let mut body = body.unwrap_or(response);
    let events = take(&mut body, "stream_events");
    Ok(api::unstreamed(events.unwrap_or(body)))
}

/// Names under which lines and their metadata tell a session or conversation.
pub(crate) const SESSION: [&str; 6] =
    ["session_id", "sessionId", "session.id", "conversation_id", "conversation.id", "thread_id"];

/// The session's or conversation's name.
fn session(line: &Value) -> Option<String> {
    let own = SESSION.iter().find_map(|key| line.get(*key));
    let name = own.or_else(|| SESSION.iter().find_map(|key| line.field("metadata")?.get(*key)))?;
    name.as_str().map(str::to_owned)
}

/// The exchange as a part of the session of that name, if it has one.
pub(crate) fn in_session(exchange: Exchange, name: Option<&str>) -> Exchange {
    let Some(name) = name.filter(|name| !name.is_empty()) else { return exchange };
    let (session, session_name) = (session_named(name.as_bytes()), secret::named("", &name.into()));
    Exchange { session: Some(session), session_name: Some(session_name), ..exchange }
}

/// The digest that stands for a session's name.
pub(crate) fn session_named(name: &[u8]) -> String {
    let mut digest = format!("{:032x}", hash::digest(name));
    digest.truncate(16);
    digest
}

/// The seller by a gateway's or a tracer's word for it.
fn seller(line: &Value) -> Option<&'static str> {
    let word = ["custom_llm_provider", "provider", "provider_name"].iter().find_map(|key| line.get(*key)?.as_str())?;
    who_sells(word)
}

fn host(line: &Value, http: &Value) -> Option<String> {
    host_of(&address(line, http)?)
}

fn address(line: &Value, http: &Value) -> Option<String> {
    const KEYS: [&str; 7] = ["/host", "/url", "/base_url", "/api_base", "/endpoint", "/uri", "/target_url"];
    text(http, &KEYS).or_else(|| text(line, &KEYS))
}

/// The host of a URL, without scheme, port and path; a key in its place is none.
pub(crate) fn host_of(url: &str) -> Option<String> {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    // A user before the host comes with a password.
    let host = authority.rsplit('@').next().unwrap_or_default().split(':').next().unwrap_or_default();
    let is_secret = secret::is_secret(host, secret::NameKind::Word);
    (!host.is_empty() && !is_secret).then(|| host.to_ascii_lowercase())
}

/// The caller: the API key by its hash, and the user in the API's own field or in another.
fn scope(line: &Value, http: &Value, body: &Value) -> Scope {
    const USERS: [&str; 3] = ["/user_id", "/user", "/metadata/user_id"];
    let is_responses = body.field("input").is_some();
    let own = if is_responses { &["/user"][..] } else { &["/user_id", "/metadata/user_id"] };
    let user_id = text(body, own);
    let user = text(body, &USERS).or_else(|| text(line, &USERS)).filter(|_| user_id.is_none());
    Scope {
        key: secret::logged(line).or_else(|| secret::logged(http)).map(|key| secret::scope(&key)),
        user_id: user_id.map(|user| secret::user(&user)),
        user: user.map(|user| secret::user(&user)),
        salt: text(body, &["/cache_salt"]).map(|salt| format!("salt:{}", hash::secret_name(&salt))),
        server: address(line, http).and_then(|url| own_server(&url)),
        ..Scope::default()
    }
}

/// The server that an address names with its port, where no seller is known to be there.
fn own_server(url: &str) -> Option<String> {
    let host = host_of(url).filter(|host| Seller::at(host).is_none())?;
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let port = authority.rsplit('@').next().and_then(|server| server.split_once(':')).map(|(_, port)| port);
    let port = port.filter(|port| !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit()));
    Some(port.map_or_else(|| host.clone(), |port| format!("{host}:{port}")))
}

/// The organisation that a header of the request or of the answer names.
fn account(messages: [Option<&Value>; 3]) -> Option<String> {
    const HEADERS: [&str; 2] = ["openai-organization", "anthropic-organization-id"];
    let headers = messages.into_iter().flatten().filter_map(|message| message.field("headers")?.as_object());
    let mut named =
        headers.flatten().filter(|(name, _)| HEADERS.iter().any(|header| name.eq_ignore_ascii_case(header)));
    named.find_map(|(_, value)| value.as_str()).map(secret::account)
}

/// The account in the region that the host names: a cache is that of one region (OpenAI's guide, 2026-09; Amazon's and Google's pages
/// do not say, and no recorded request reads what another region wrote).
fn account_at(account: Option<String>, host: Option<&str>) -> Option<String> {
    let account = account.or_else(|| azure_resource(host?).map(secret::account));
    match (account, host.and_then(region_of_host)) {
        (Some(account), Some(region)) => Some(format!("{account}@{region}")),
        (None, Some(region)) => Some(format!("region:{region}")),
        (account, None) => account,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(line: Value) -> Result<Exchange, String> {
        Envelope::open(line).read()
    }

    #[test]
    fn each_region_of_an_account_has_a_cache_of_its_own() {
        let at = |host: &str, account: Option<&str>| account_at(account.map(str::to_owned), Some(host));
        assert_eq!(at("api.openai.com", None), None);
        assert_eq!(at("eu.api.openai.com", None).as_deref(), Some("region:eu"));
        assert_eq!(at("eu.api.openai.com", Some("org:a")).as_deref(), Some("org:a@eu"));
        let bedrock = "bedrock-runtime-fips.us-east-1.amazonaws.com";
        assert_eq!(at(bedrock, None).as_deref(), Some("region:us-east-1"));
        assert_eq!(at("global-aiplatform.googleapis.com", None), None);
    }

    #[test]
    fn a_summary_beside_the_answer_that_lacks_the_prompt_gives_way_to_the_answers_usage() {
        let request = json!({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]});
        let answer = json!({"choices": [], "usage": {"prompt_tokens": 9, "completion_tokens": 2}});
        let summary = json!({"input_total": 9, "cache_read": 0, "cache_write": 0, "output": 2});
        let exchange = read(json!({"request": request, "response": answer, "usage": summary})).unwrap();
        assert_eq!((exchange.usage.prompt_tokens, exchange.usage.hit_tokens), (Some(9), None));
    }

    #[test]
    fn a_wrapped_line_and_a_bare_line_hold_the_same_request() {
        let body = json!({"model": "m", "messages": [{"role": "user", "content": "hi"}], "user": "ann"});
        let mut line = json!({"request": body.to_string()});
        unquote(&mut line).unwrap();
        let (wrapped, bare) = (read(line).unwrap(), read(body).unwrap());
        assert_eq!(wrapped.scope.user.as_deref(), Some("user:ann"));
        assert_eq!(format!("{:?}", wrapped.request), format!("{:?}", bare.request));
    }

    #[test]
    fn an_api_key_scopes_by_its_hash_and_is_kept_nowhere() {
        let line = json!({"headers": {"authorization": "Bearer sk-secret"}, "request": {"prompt": "x"}});
        let exchange = read(line).unwrap();
        let name = crate::hash::secret_name("sk-secret");
        assert_eq!(exchange.scope.key, Some(format!("key:{name}")));
        assert!(!format!("{exchange:?}").contains("sk-secret"));
    }

    #[test]
    fn what_a_tool_calls_its_server_with_is_no_part_of_the_request() {
        let line = json!({
            "messages": [{"role": "user", "content": "hi"}],
            "tools": [{"type": "mcp", "server_url": "https://ann:SECRET@m/sse?api_key=SECRET", "env": {"A": "SECRET"},
                "token": "SECRET", "config": {"bearer_token": "SECRET", "zapier_api_key": "SECRET"}},
                {"type": "function", "function": {"name": "f", "parameters": {"properties": {"token": {"type": "string"}}}}}],
            "tool_choice": {"type": "auto", "api_key": "SECRET"},
            "response_format": {"type": "json_schema", "api_key": "SECRET",
                "json_schema": {"schema": {"properties": {"token": {"type": "string"}}}}},
        });
        let request = read(line.clone()).unwrap().request;
        assert!(!format!("{request:?}").contains("SECRET"), "{request:?}");
        assert_eq!(request.tools[0]["server_url"], "https://m/sse");
        assert_eq!(request.tools[1], line["tools"][1]);
        assert_eq!(request.response_format.unwrap()["json_schema"], line["response_format"]["json_schema"]);
    }

    #[test]
    fn a_key_in_the_path_of_a_servers_url_goes_with_the_path() {
        let url = |url: &str| {
            crate::log::body::tool_secrets::without_own_secrets(&json!({"type": "mcp", "server_url": url}))["server_url"].clone()
        };
        assert_eq!(url("https://mcp.example.com/api/mcp/s/sk-ak-QWERTYUIOPASDF/mcp"), "https://mcp.example.com");
        assert_eq!(url("https://mcp.example.com/v1/sse"), "https://mcp.example.com/v1/sse");
    }

    #[test]
    fn what_was_reported_stays_where_the_prompt_cannot_be_had() {
        let usage = json!({"prompt_tokens": 9, "completion_tokens": 2});
        let requests = [
            json!({"model": "m", "prompt": [1, 2, 3]}),
            json!({"model": "m", "prompt": ["a", "b"]}),
            json!({"model": "m", "input": "hi", "previous_response_id": "resp_1"}),
            json!({"model": "m", "withheld": true}),
        ];
        for request in requests {
            let exchange = read(json!({"request": request, "response": {"usage": usage}})).unwrap();
            assert!(matches!(exchange.request.input, crate::exchange::Input::Missing) && exchange.unread.is_some());
            assert_eq!((exchange.request.model.as_deref(), exchange.usage.prompt_tokens), (Some("m"), Some(9)));
            assert!(read(json!({"request": request})).is_err(), "{request}");
        }
    }

    #[test]
    fn a_password_in_a_url_is_no_host() {
        assert_eq!(host_of("https://ann:secret@API.example.org:8080/v1?key=x").as_deref(), Some("api.example.org"));
        assert_eq!(host_of("api.example.org").as_deref(), Some("api.example.org"));
        assert_eq!(host_of("AIzaNotAKey0123456789abcd"), None);
    }

    #[test]
    fn a_server_of_ones_own_is_named_with_its_port_and_a_seller_is_not() {
        assert_eq!(own_server("http://10.0.0.7:8000/v1").as_deref(), Some("10.0.0.7:8000"));
        assert_eq!(own_server("https://ann:secret@models.example.org/v1").as_deref(), Some("models.example.org"));
        assert_eq!(own_server("https://api.openai.com/v1"), None);
        let line =
            |salt: &str| json!({"request": {"messages": [{"role": "user", "content": "x"}], "cache_salt": salt}});
        let salt = |salt: &str| read(line(salt)).ok().and_then(|exchange| exchange.scope.salt);
        assert!(salt("hush hush").is_some_and(|name| !name.contains("hush")) && salt("a") != salt("b"));
    }

    #[test]
    fn a_model_in_the_url_is_found() {
        assert_eq!(model_in("https://x/v1beta/models/g-2:generateContent?key=1").as_deref(), Some("g-2"));
        assert_eq!(model_in("https://x/model/a.b-v1:0/converse").as_deref(), Some("a.b-v1:0"));
        assert_eq!(model_in("https://x/model/arn:aws:b/us.a-v1:0/invoke").as_deref(), Some("arn:aws:b/us.a-v1:0"));
        assert_eq!(
            model_in("https://x/model/arn%3Aaws%3Ab%2Fus.a-v1%3A0/invoke").as_deref(),
            Some("arn:aws:b/us.a-v1:0")
        );
    }
}
