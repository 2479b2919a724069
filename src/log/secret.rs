//! API keys in logs: where they stand, and the names that stand for them. A key itself goes no further than here.

use std::sync::Arc;

use serde_json::Value;

use crate::exchange::{Exchange, Input, Message};
use crate::hash;
use crate::log::json::text;

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

/// How keys of well-known sellers begin.
const BEGINNINGS: [&str; 13] =
    ["Bearer ", "Basic ", "sk-", "sk_", "pk-", "rk-", "AIza", "AKIA", "gsk_", "xai-", "hf_", "pplx-", "eyJ"];

/// How names of secrets end, in lower case with `-` for `_`.
const ENDINGS: [&str; 9] =
    ["api-key", "apikey", "access-key", "secret-key", "subscription-key", "token", "secret", "password", "cookie"];

/// Parameters of a URL that hold a key.
const PARAMETERS: [&str; 5] = ["key", "api_key", "api-key", "access_token", "subscription-key"];

/// True if a field of this name holds a key.
pub(crate) fn is_key_name(name: &str) -> bool {
    NAMES.contains(&name.to_ascii_lowercase().replace('_', "-").as_str())
}

/// True if what stands under this name is a secret, whoever's it is.
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
    line.get("headers").and_then(named).or_else(|| named(line)).or_else(|| in_url(&url()?))
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
    if looks_like_key(id) { scope(id) } else { format!("key:{id}") }
}

/// A user as part of a scope; one that is told by a key is told by its hash.
pub(crate) fn user(name: &str) -> String {
    if looks_like_key(name) { scope(name) } else { format!("user:{name}") }
}

/// A name that a user pointed at: what stands there, unless it is a key or may hold one, as headers, whole objects and the
/// queries of URLs do.
pub(crate) fn named(pointer: &str, value: &Value) -> String {
    let name = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let is_secret = pointer.split('/').any(|field| is_secret_name(field) || is_headers(field));
    let is_url = name.contains("://") && name.contains(['?', '@']);
    if is_secret || is_url || value.is_object() || value.is_array() || looks_like_key(&name) {
        scope(&name)
    } else {
        name
    }
}

/// Puts hashes in place of keys where ids, models, names and words of an API should be.
pub(crate) fn hide(exchange: &mut Exchange) {
    if let Input::Messages(messages) = &mut exchange.request.input {
        messages.iter_mut().filter(|message| holds_key(message)).for_each(|message| hide_names(Arc::make_mut(message)));
    }
    let answer = exchange.response.as_mut().and_then(|response| response.message.as_mut());
    answer.into_iter().for_each(hide_names);
    let response = exchange.response.as_mut();
    let of_response =
        response.map(|response| [&mut response.id, &mut response.model, &mut response.system_fingerprint]);
    let request = &mut exchange.request;
    let of_request = [&mut request.model, &mut request.thinking, &mut request.reasoning_effort];
    let own = [&mut exchange.id, &mut exchange.usage.service_tier];
    let names = own.into_iter().chain(of_request).chain(of_response.into_iter().flatten());
    names.flatten().for_each(hide_name);
}

fn holds_key(message: &Message) -> bool {
    looks_like_key(&message.role) || message.name.as_deref().is_some_and(looks_like_key)
}

fn hide_names(message: &mut Message) {
    hide_name(&mut message.role);
    message.name.iter_mut().for_each(hide_name);
}

/// Puts a hash in place of a name that is a key.
pub(crate) fn hide_name(name: &mut String) {
    if looks_like_key(name) {
        *name = scope(name);
    }
}

/// True if a field of this name holds headers.
fn is_headers(name: &str) -> bool {
    name.to_ascii_lowercase().ends_with("headers")
}

/// True if a text is a key, or holds one: a word of it begins like one.
pub(crate) fn looks_like_key(text: &str) -> bool {
    let starts_like_key = |word: &str| word.len() >= 16 && BEGINNINGS.iter().any(|start| word.starts_with(start));
    starts_like_key(text)
        || text
            .split(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')))
            .any(starts_like_key)
}

/// True if a part of a URL's path is a key, or may be one: it begins like one, or is long and mixes letters with digits.
pub(crate) fn is_in_path(path: &str) -> bool {
    let is_mixed = |part: &str| {
        part.len() >= 20
            && part.bytes().any(|byte| byte.is_ascii_digit())
            && part.bytes().any(|b| b.is_ascii_alphabetic())
    };
    looks_like_key(path) || path.split('/').any(is_mixed)
}

/// What of a header tells whose it is: the key without the word that HTTP puts before it, or of a header that is made anew for
/// each request (signed, or with a nonce) who signed it.
fn bare(header: &str) -> &str {
    let header = header.trim();
    let Some((scheme, rest)) = header.split_once(char::is_whitespace) else { return header };
    let scheme = scheme.to_ascii_lowercase();
    match scheme.as_str() {
        "bearer" => rest.trim(),
        // What follows the key's id are the day, the region and the service.
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
        assert!(user("sk-proj-0123456789abcdef").starts_with("key:"));
        assert!(user("ab sk-proj-abcdefghijklmnop").starts_with("key:"));
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
