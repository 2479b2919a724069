//! Shapes of secrets: how keys, tokens and passwords of all issuers look.
//!
//! Texts are cut into words first. A word is a secret if it begins as the keys of an issuer do, if it is built as one, or if
//! letters and digits are mixed in it as only randomness mixes them. A name that was taken for a secret shows as a hash, which
//! costs its reader little; a secret that was taken for a name costs its owner much. So in doubt a text is a secret.

/// Beginnings of keys, and how many characters the whole word has at least. An issuer's documentation, or its keys in public
/// rule sets of secret scanners, give both.
const BEGINNINGS: [(&str, usize); 68] = [
    // Sellers of models, their gateways and tracers.
    ("sk-", 16),
    ("sk_", 16),
    ("pk-", 16),
    ("rk-", 16),
    ("csk-", 20),
    ("gsk_", 16),
    ("xai-", 16),
    ("hf_", 16),
    ("pplx-", 16),
    ("r8_", 20),
    ("nvapi-", 20),
    ("fw_", 20),
    ("tgp_v1_", 20),
    ("jina_", 20),
    ("tvly-", 20),
    ("lsv2_", 20),
    ("ABSK", 40),
    // Google, Amazon, DigitalOcean, Databricks, HashiCorp.
    ("AIza", 16),
    ("GOCSPX-", 16),
    ("ya29.", 20),
    ("AKIA", 16),
    ("ASIA", 16),
    ("ABIA", 16),
    ("ACCA", 16),
    ("dop_v1_", 20),
    ("doo_v1_", 20),
    ("dapi", 36),
    ("hvs.", 20),
    ("hvb.", 20),
    // Hosts of code and packages.
    ("ghp_", 16),
    ("gho_", 16),
    ("ghu_", 16),
    ("ghs_", 16),
    ("ghr_", 16),
    ("github_pat_", 20),
    ("glpat-", 16),
    ("gldt-", 16),
    ("glrt-", 16),
    ("glcbt-", 16),
    ("glptt-", 16),
    ("glft-", 16),
    ("glsoat-", 16),
    ("glagent-", 16),
    ("npm_", 20),
    ("pypi-", 20),
    ("rubygems_", 20),
    ("dckr_pat_", 20),
    ("cio", 35),
    // Messages, payments, monitoring, the rest.
    ("xoxa-", 16),
    ("xoxb-", 16),
    ("xoxe-", 16),
    ("xoxp-", 16),
    ("xoxr-", 16),
    ("xoxs-", 16),
    ("xapp-", 16),
    ("rk_", 16),
    ("pk_", 16),
    ("whsec_", 16),
    ("SG.", 20),
    ("shpat_", 20),
    ("shpss_", 20),
    ("glsa_", 20),
    ("glc_", 20),
    ("NRAK-", 16),
    ("PMAK-", 16),
    ("lin_api_", 20),
    ("ntn_", 20),
    // Any signed web token: `{"` in Base64.
    ("eyJ", 16),
];

/// Words before a secret in a header, a connection string or a configuration, in lower case.
const ANNOUNCED: [&str; 14] = [
    "bearer ",
    "basic ",
    "accountkey=",
    "sharedaccesskey=",
    "sharedaccesssignature=",
    "password=",
    "passwd=",
    "pwd=",
    "secret=",
    "token=",
    "api_key=",
    "apikey=",
    "sig=",
    "hooks.slack.com/services/",
];

/// The shortest secret that is recognised by its beginning.
const SHORTEST: usize = 16;

/// The shortest that is recognised by the mix of its characters alone.
const SHORTEST_MIXED: usize = 20;

/// The shortest that is recognised by its structure.
const SHORTEST_BUILT: usize = 32;

/// A kind of name, by what is usual in it: what is random by nature is no secret for being random.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NameKind {
    /// A model, a host, a role, a word of an API: written by people for people.
    Word,
    /// A user, who is often named by an address or an account's number.
    User,
    /// The id of a call.
    Id,
    /// A digest of a system, random in all its characters.
    Digest,
}

/// True if a text in the place of such a name is a secret, or holds one.
pub(crate) fn is_secret(text: &str, kind: NameKind) -> bool {
    if text.contains('@') && (has_address(text) || has_password(text)) {
        return true;
    }
    text.len() >= SHORTEST && (is_announced(text) || words(text).any(|word| is_secret_word(word, kind)))
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_in_word =
        |char: char| char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.' | '+' | '/' | '=' | ':');
    let whole = text.split(move |char: char| !is_in_word(char));
    // Keys may hold any of these signs, and may stand behind any of them.
    let parts = text.split(|char: char| !(char.is_ascii_alphanumeric() || matches!(char, '-' | '_' | '.')));
    let has_parts = text.contains(['+', '/', '=', ':']);
    whole.chain(parts.filter(move |_| has_parts))
}

fn is_secret_word(word: &str, kind: NameKind) -> bool {
    let is_long = |length: usize| word.len() >= length;
    is_long(SHORTEST) && has_beginning(word)
        || is_long(SHORTEST_BUILT) && is_built_as_key(word)
        || is_long(SHORTEST_MIXED) && is_random(word, kind)
}

/// The first bytes are compared before the rest: every name of a log is asked, and few begin as any key does.
fn has_beginning(word: &str) -> bool {
    let first = word.as_bytes().first();
    BEGINNINGS
        .iter()
        .any(|(start, length)| start.as_bytes().first() == first && word.len() >= *length && word.starts_with(start))
}

/// Keys that are recognised by their structure, not by their beginning.
fn is_built_as_key(word: &str) -> bool {
    // Twilio: an account or a key, and 32 hexadecimal digits. Mailgun and Mailchimp: the digits, with `key-` or a data centre.
    let twilio = word.strip_prefix("SK").or_else(|| word.strip_prefix("AC"));
    let mailgun = word.strip_prefix("key-");
    let mailchimp = word.rsplit_once("-us").map(|(digits, _)| digits);
    if [twilio, mailgun, mailchimp].into_iter().flatten().any(|digits| digits.len() == 32 && is_hex(digits)) {
        return true;
    }
    // Telegram: the number of a bot, a colon, and 35 characters.
    let is_bot = |(bot, key): (&str, &str)| {
        (8..=10).contains(&bot.len()) && bot.bytes().all(|byte| byte.is_ascii_digit()) && key.len() == 35
    };
    // Discord and the like: three parts between dots, of which the first two are short.
    let dotted: Vec<usize> = word.split('.').map(str::len).collect();
    let is_dotted = matches!(dotted[..], [24..=28, 6..=7, 27..=45]);
    word.split_once(':').is_some_and(is_bot) || is_dotted && mixes(word)
}

/// Characters mixed as in a random key: 32 and more hexadecimal digits, or a long word of small and capital letters and digits.
fn is_random(word: &str, kind: NameKind) -> bool {
    // Amazon's secret keys have 40 characters of Base64, Azure's storage keys 88.
    let is_base64 = matches!(word.len(), 40 | 84 | 86 | 88) && is_base64(word) && mixes(word);
    match kind {
        NameKind::Digest => is_base64,
        NameKind::Id => is_base64 || word.len() == 32 && is_hex(word),
        NameKind::User => has_hex(word) || is_base64 || is_uuid(word) || is_long_and_mixed(word),
        NameKind::Word => has_hex(word) || is_base64 || is_long_and_mixed(word),
    }
}

/// A run of letters and digits as no name has it.
fn is_long_and_mixed(word: &str) -> bool {
    runs(word).any(|run| run.len() >= SHORTEST_MIXED && mixes(run))
}

/// A run of as many hexadecimal digits as keys and digests have, also between the dots of a host.
fn has_hex(word: &str) -> bool {
    runs(word).any(|run| matches!(run.len(), 32 | 40 | 64) && is_hex(run))
}

fn runs(word: &str) -> impl Iterator<Item = &str> {
    word.split(['-', '_', '.', '/', ':', '='])
}

fn mixes(word: &str) -> bool {
    let has = |is_one: fn(&u8) -> bool| word.bytes().filter(is_one).count() >= 2;
    has(u8::is_ascii_digit) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_uppercase)
}

fn is_hex(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_base64(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'='))
}

/// Five groups of hexadecimal digits.
fn is_uuid(word: &str) -> bool {
    let lengths = [8, 4, 4, 4, 12];
    let groups = word.split('-');
    groups.clone().count() == lengths.len()
        && groups.zip(lengths).all(|(group, length)| group.len() == length && is_hex(group))
}

/// A secret that the words before it announce, or the head of a PEM file.
fn is_announced(text: &str) -> bool {
    // One of these signs stands in each of the words.
    if !text.bytes().any(|byte| matches!(byte, b' ' | b'=' | b'/')) && !text.contains("-----") {
        return false;
    }
    let lower = text.to_ascii_lowercase();
    ANNOUNCED.iter().any(|words| lower.contains(words)) || lower.contains("-----begin") || lower.contains("1//0")
}

/// A user's name and password before a host: `scheme://user:password@host`.
fn has_password(text: &str) -> bool {
    let Some((_, rest)) = text.split_once("://") else { return false };
    rest.split_once('@').is_some_and(|(user, _)| user.contains(':'))
}

/// An e-mail address: something, `@`, and a host with a dot before its last letters.
fn has_address(text: &str) -> bool {
    text.split(|char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"' | ',' | ';' | '(' | ')')).any(
        |word| {
            let host =
                word.rsplit_once('@').filter(|(name, _)| !name.is_empty()).and_then(|(_, host)| host.rsplit_once('.'));
            host.is_some_and(|(_, end)| end.len() >= 2 && end.bytes().all(|byte| byte.is_ascii_alphabetic()))
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::secret::samples::secrets;

    #[test]
    fn each_shape_is_told_in_every_place_of_a_name() {
        for (issuer, secret) in secrets() {
            // An account's number is a secret only where it names a user.
            let kinds = [NameKind::User, NameKind::Word, NameKind::Id];
            for kind in kinds.into_iter().take(if issuer == "account" { 1 } else { 3 }) {
                assert!(is_secret(&secret, kind), "{issuer} as {kind:?}");
                assert!(is_secret(&format!("my key: {secret}"), kind), "{issuer} within a text, as {kind:?}");
            }
        }
    }

    #[test]
    fn every_announcing_word_has_a_sign_that_is_looked_for_first() {
        for words in ANNOUNCED.into_iter().chain(["-----begin", "1//0"]) {
            assert!(is_announced(&format!("a{}b", words.to_uppercase())), "{words}");
        }
    }

    #[test]
    fn ordinary_names_are_no_secrets() {
        for word in [
            "gpt-4o-realtime-preview-2025-06-03",
            "us.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "arn:aws:bedrock:us-east-1::foundation-model/anthropic.claude-3-5-sonnet-20241022-v2:0",
            "claude-opus-4-1@20250805",
            "accounts/fireworks/models/llama-v3p3-70b-instruct",
            "meta-llama/Meta-Llama-3.1-405B-Instruct-Turbo",
            "deepseek-ai/DeepSeek-R1-Distill-Llama-70B",
            "my-resource.openai.azure.com",
            "generativelanguage.googleapis.com",
            "search_knowledge_base_articles_2",
            "assistant",
        ] {
            assert!(!is_secret(word, NameKind::Word), "{word}");
        }
        for id in [
            "chatcmpl-2fbf0f889a9e0123",
            "chatcmpl-CFbQmRkO3aT8LkzqJx2vY7WnP5sQd",
            "msg_01XFDUDYJgAACzvnptvVoYEL",
            "resp_67cb32528d6881909eb2859a55e18a85",
            "req_011CSHoEeqs5C35K2UUqR7Fy",
            "f3b6c1de-0a4b-4d2e-9c3f-5a6b7c8d9e0f",
            "gen-1745000000-AbCdEfGhIjKlMnOpQrSt",
        ] {
            assert!(!is_secret(id, NameKind::Id), "{id}");
        }
        for user in ["ann", "team red", "user-7", "0001", "kitchen@home"] {
            assert!(!is_secret(user, NameKind::User), "{user}");
        }
        for fingerprint in ["fp_8802369eaa_prod0623_fp8_kvcache", "aeb56401ca74e127821c4f9126dcb669"] {
            assert!(!is_secret(fingerprint, NameKind::Digest), "{fingerprint}");
        }
    }
}
