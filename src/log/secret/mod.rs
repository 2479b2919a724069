//! Secrets in logs: where keys stand, which names are secrets, and the hashes that are shown for them. A key itself goes no further
//! than here.

#[cfg(test)]
mod samples;
mod shapes;

use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{Exchange, HasFields, Input, Message};
use crate::hash;
use crate::log::json::text;

pub(crate) use shapes::{NameKind, is_secret};

/// Names of fields and headers that hold a key, in lower case with `-` for `_`.
const NAMES: [&str; 13] = [
    "authorization",
    "proxy-authorization",
    "authorization-token",
    "api-key",
    "apikey",
    "x-api-key",
    "x-goog-api-key",
    "ocp-apim-subscription-key",
    "helicone-auth",
    "access-token",
    "auth-token",
    "secret",
    "password",
];

/// Ends of names of secrets, in lower case with `-` for `_`.
const ENDINGS: [&str; 9] =
    ["api-key", "apikey", "access-key", "secret-key", "subscription-key", "token", "secret", "password", "cookie"];

/// Parameters of a URL that hold a key.
const PARAMETERS: [&str; 5] = ["key", "api_key", "api-key", "access_token", "subscription-key"];

/// True if a field of this name holds a key.
pub(crate) fn is_key_name(name: &str) -> bool {
    NAMES.contains(&name.to_ascii_lowercase().replace('_', "-").as_str())
}

/// True if what stands under this name is a secret, of any owner.
pub(crate) fn is_secret_name(name: &str) -> bool {
    let name = name.to_ascii_lowercase().replace('_', "-");
    is_key_name(&name) || ENDINGS.iter().any(|end| name.ends_with(end))
}

/// The key that a line has: in a field of its own, among its headers, or in its URL.
pub(crate) fn logged(line: &Value) -> Option<String> {
    let named = |fields: &Value| {
        let fields = fields.as_object()?.iter().filter(|(name, _)| is_key_name(name));
        fields.filter_map(|(_, value)| one(value)).find(|key| !key.is_empty())
    };
    let url = || text(line, &["/url", "/target_url", "/uri", "/request_url"]);
    line.field("headers").and_then(named).or_else(|| named(line)).or_else(|| in_url(&url()?))
}

/// A header's value, which some loggers keep in a list.
fn one(value: &Value) -> Option<String> {
    value.as_str().or_else(|| value.get(0)?.as_str()).map(str::to_owned)
}

fn in_url(url: &str) -> Option<String> {
    let (_, query) = url.split_once('?')?;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| PARAMETERS.contains(&name.to_ascii_lowercase().as_str())).map(|(_, key)| key.to_owned())
}

/// A key as part of a scope: its hash, never itself.
pub(crate) fn scope(key: &str) -> String {
    format!("key:{}", hash::secret_name(bare(key)))
}

/// A key that the log itself tells by an id.
pub(crate) fn id(id: &str) -> String {
    if is_secret(id, NameKind::Word) { scope(id) } else { format!("key:{id}") }
}

/// An account at a provider as part of a scope, shown as its hash if its name is a secret.
pub(crate) fn account(name: &str) -> String {
    user(name).replacen("user:", "account:", 1)
}

/// A user as part of a scope; one that is named by an address or a key is shown as its hash.
pub(crate) fn user(name: &str) -> String {
    if is_secret(name, NameKind::User) { format!("user:{}", hash::secret_name(name)) } else { format!("user:{name}") }
}

/// A name that a user pointed at: what stands there, unless it is a key or may hold one, as headers, whole objects and the
/// queries of URLs do.
pub(crate) fn named(pointer: &str, value: &Value) -> String {
    let name = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_secret_place = pointer.split('/').any(|field| is_secret_name(field) || is_headers(field));
    let is_url = name.contains("://") && name.contains(['?', '@']);
    if is_secret_place || is_url || value.is_object() || value.is_array() || is_secret(&name, NameKind::User) {
        scope(&name)
    } else {
        name
    }
}

/// Puts hashes in place of secrets in the names of a message.
pub(crate) fn hide_in_message(message: &mut Arc<Message>) {
    if has_secret(message) {
        hide_names(Arc::make_mut(message));
    }
}

/// Puts hashes in place of secrets where ids, models, names and words of an API should be.
pub(crate) fn hide(exchange: &mut Exchange) {
    if let Input::Messages(messages) = &mut exchange.request.input {
        // Messages of a session are looked at once, when they are said.
        if !messages.are_of_session() {
            messages.change(|messages| messages.iter_mut().for_each(hide_in_message));
        }
    }
    hide_as(&mut exchange.id, NameKind::Id);
    hide_as(&mut exchange.explicit_cache, NameKind::Id);
    exchange.scope.parts_mut().into_iter().for_each(|part| hide_as(part, NameKind::User));
    for word in [&mut exchange.usage.service_tier, &mut exchange.usage.region, &mut exchange.host] {
        hide_as(word, NameKind::Word);
    }
    let usage = &mut exchange.usage;
    usage.unknown_counters.iter_mut().chain(&mut usage.unread_counters).for_each(hide_name);
    if let Input::Redacted(redacted) = &mut exchange.request.input {
        hide_name(&mut redacted.key);
        hide_as(&mut redacted.profile, NameKind::Word);
        hide_as(&mut redacted.estimated, NameKind::Word);
    }
    let request = &mut exchange.request;
    let settings = [
        &mut request.thinking,
        &mut request.reasoning_effort,
        &mut request.system_settings,
        &mut request.cache_options.mode,
        &mut request.cache_options.lifetime,
    ];
    for word in settings.into_iter().chain([&mut request.model, &mut request.cache_key]) {
        hide_as(word, NameKind::Word);
    }
    if let Some(response) = &mut exchange.response {
        response.message.iter_mut().for_each(hide_names);
        hide_as(&mut response.id, NameKind::Id);
        hide_as(&mut response.model, NameKind::Word);
        hide_as(&mut response.system_fingerprint, NameKind::Digest);
        hide_as(&mut response.served_by, NameKind::Word);
    }
}

fn has_secret(message: &Message) -> bool {
    let is_secret = |name: &str| is_secret(name, NameKind::Word);
    is_secret(&message.role) || message.name.as_deref().is_some_and(is_secret)
}

fn hide_names(message: &mut Message) {
    hide_name(&mut message.role);
    message.name.iter_mut().for_each(hide_name);
}

fn hide_as(name: &mut Option<String>, kind: NameKind) {
    name.iter_mut().filter(|name| is_secret(name, kind)).for_each(|name| *name = scope(name));
}

/// Puts a hash in place of a name that is a secret.
pub(crate) fn hide_name(name: &mut String) {
    if is_secret(name, NameKind::Word) {
        *name = scope(name);
    }
}

/// True if a field of this name holds headers.
fn is_headers(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("headers")
}

/// True if a part of a URL's path is a key, or may be one: it looks like one, or is long and mixes letters with digits.
pub(crate) fn is_in_path(path: &str) -> bool {
    let is_mixed = |part: &str| {
        part.len() >= 20
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    is_secret(path, NameKind::Word) || path.split('/').any(is_mixed)
}

/// Reduces a header to the part that identifies the caller: the key without the word that HTTP puts before it, or, of a header that
/// is made for each request (signed, or with a nonce), the signer.
fn bare(header: &str) -> &str {
    let header = header.trim();
    let Some((scheme, rest)) = header.split_once(char::is_whitespace) else { return header };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "bearer" => rest.trim(),
        // Behind the key's id stand the day, the region and the service.
        _ if scheme.starts_with("aws4-") => {
            parameter(rest, "Credential").and_then(|credential| credential.split('/').next()).unwrap_or(header)
        }
        "digest" => parameter(rest, "username").unwrap_or(header),
        "oauth" => parameter(rest, "oauth_token").or_else(|| parameter(rest, "oauth_consumer_key")).unwrap_or(header),
        _ => header,
    }
}

/// A parameter of a header: `name=value` or `name="value"`, with commas between them.
fn parameter<'a>(parameters: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = parameters.split(',').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.find(|(key, _)| key.trim().eq_ignore_ascii_case(name))?;
    Some(value.trim().trim_matches('"')).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::exchange::{Request, Response};

    #[test]
    fn a_key_in_place_of_a_role_or_a_name_is_hidden() {
        let key = "sk-abcdefghijklmnop";
        let message = Message { role: key.into(), name: Some(key.into()), ..Message::default() };
        let request = Request { input: vec![message.clone()].into(), ..Request::default() };
        let response = Some(Response { message: Some(message), ..Response::default() });
        let mut exchange = Exchange { request, response, ..Exchange::default() };
        hide(&mut exchange);
        assert!(!exchange.to_json("a").to_string().contains(key));
    }

    #[test]
    fn a_key_is_found_wherever_it_stands() {
        for line in [
            json!({"headers": {"X-API-Key": "k"}}),
            json!({"headers": {"authorization": ["k"]}}),
            json!({"api_key": "k"}),
            json!({"url": "https://x/v1beta/models/g:generateContent?alt=sse&key=k"}),
        ] {
            assert_eq!(logged(&line).as_deref(), Some("k"), "{line}");
        }
        assert_eq!(logged(&json!({"headers": {"host": "x"}, "url": "https://x/a?b=c"})), None);
    }

    #[test]
    fn a_key_in_place_of_a_name_is_no_name() {
        assert_eq!(user("ann"), "user:ann");
        for secret in ["sk-proj-0123456789abcdef", "ab sk-proj-abcdefghijklmnop", "ann@example.com"] {
            assert_eq!(user(secret), format!("user:{}", hash::secret_name(secret)));
        }
        for (pointer, value) in [
            ("/headers/authorization", json!("Token 7")),
            ("/headers/authorization/0", json!("Token 7")),
            ("/request/headers/cookie", json!("a=b")),
            ("/headers", json!({"x": "y"})),
            ("/metadata", json!(["x"])),
            ("/url", json!("https://x/y?key=z")),
            ("/note", json!("ab (sk-proj-abcdefghijklmnop)")),
            ("/token", json!("plain")),
            ("/azure_api_key", json!("plain")),
            ("/x-litellm-api-key", json!("plain")),
        ] {
            assert!(named(pointer, &value).starts_with("key:"), "{pointer}");
        }
        assert_eq!(named("/metadata/team", &json!("red")), "red");
        assert_eq!(named("/metadata/team", &json!(7)), "7");
        assert_eq!(named("/prompt_cache_key", &json!("red")), "red");
    }

    #[test]
    fn a_key_in_place_of_an_id_or_a_model_is_hidden_and_stays_so() {
        let key = "sk-proj-0123456789abcdef";
        let response = Response { id: Some(key.into()), model: Some(key.into()), ..Response::default() };
        let word = Some(key.to_owned());
        let request =
            Request { model: word.clone(), thinking: word.clone(), reasoning_effort: word, ..Request::default() };
        let mut exchange = Exchange { id: Some(key.into()), request, response: Some(response), ..Exchange::default() };
        hide(&mut exchange);
        let once = format!("{exchange:?}");
        assert!(!once.contains(key) && once.matches(&scope(key)).count() == 6, "{once}");
        hide(&mut exchange);
        assert_eq!(format!("{exchange:?}"), once);
        let mut plain = Exchange { id: Some("chatcmpl-2fbf0f889a9e0123".into()), ..Exchange::default() };
        hide(&mut plain);
        assert_eq!(plain.id.as_deref(), Some("chatcmpl-2fbf0f889a9e0123"));
    }

    #[test]
    fn a_signed_request_is_its_signers() {
        let aws = |algorithm: &str, signer: &str, day: &str| {
            let credential = format!("{signer}/{day}/us-east-1/bedrock/aws4_request");
            scope(&format!("{algorithm} Credential={credential}, SignedHeaders=host;x-amz-date, Signature={day}ab"))
        };
        let first = aws("AWS4-HMAC-SHA256", "AKIANOTAKEY", "20260407");
        assert_eq!(first, aws("AWS4-HMAC-SHA256", "AKIANOTAKEY", "20260408"));
        assert_eq!(first, aws("AWS4-ECDSA-P256-SHA256", "AKIANOTAKEY", "20260409"));
        assert_eq!(first, scope("AKIANOTAKEY"));
        assert_ne!(first, aws("AWS4-HMAC-SHA256", "AKIAANOTHER", "20260407"));
        let digest = |nonce: u64| scope(&format!(r#"Digest realm="r", username="ann", nonce="{nonce}""#));
        assert_eq!(digest(1), digest(2));
        let oauth = |nonce: u64| scope(&format!(r#"OAuth oauth_nonce="{nonce}", oauth_consumer_key="c""#));
        assert_eq!(oauth(1), oauth(2));
    }

    #[test]
    fn a_key_in_a_path_is_told_from_words() {
        assert!(is_in_path("/api/mcp/s/sk-ak-QWERTYUIOPASDF/mcp"));
        assert!(is_in_path("/s/NTQzMjEwMDAtYWJjZC0x/mcp"));
        assert!(!is_in_path("/v1/model-context-protocol/servers/sse"));
    }

    #[test]
    fn the_word_before_a_key_is_no_part_of_it() {
        for header in ["Bearer k", "bearer k", "BEARER  k", "k"] {
            assert_eq!(scope(header), scope("k"), "{header}");
        }
    }
}
